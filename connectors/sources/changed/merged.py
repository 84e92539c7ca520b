"""Changed rows put into the rows that are kept, by their key, as a full read would give them.

Tables are those of ``exact_cells``, so that cells need not become Python objects on the way.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from connectors.sources.changed.exact_cells import (
    cells_of,
    column_field,
    is_of_objects,
    texts_of,
    typed_again,
)
from connectors.sources.changed.kept import AllRows, NeverKept

_MOST = 2**31
"""Bytes of a column from which on Arrow must count them otherwise to put its texts in order."""
_AT_ONCE = 100_000
"""Rows of such a column, of whose texts Arrow can count the bytes as usual."""

_Column = tuple["pa.Field[Any]", "pa.ChunkedArray[Any]"]


def key_order(table: pa.Table, key: str) -> "pa.Array[Any] | None":
    """Return the positions of the rows in the order of their keys; None where they are in it.

    Raises NeverKept where a key is blank or of several rows.
    """
    keys = _keys(table, key)
    if keys.null_count:
        raise NeverKept(f"since row_key '{key}' is blank in {keys.null_count:,} of them")
    if _is_ascending(keys):
        return None
    order = pc.sort_indices(keys)
    ordered = _taken(keys, order)
    if not _is_ascending(ordered):
        twice = ordered[1:].filter(pc.equal(ordered[1:], ordered[:-1]))
        at = pc.index(keys, twice[0]).as_py()
        called = cells_of(table.slice(at, 1), key)[0]
        raise NeverKept(f"since row_key '{key}' is of several rows, as '{called}' is")
    return order


def in_order(table: pa.Table, order: "pa.Array[Any] | None") -> pa.Table:
    """Return the rows in an ``order`` of :func:`key_order`."""
    if order is None:
        return table
    return pa.table([_taken(column, order) for column in table.columns], schema=table.schema)


def merged(kept: pa.Table, changed: pa.Table, key: str) -> pa.Table:
    """Return ``kept`` with the rows of ``changed`` in place of those of the same key, or added.

    Its columns are typed as if all rows had been read at once. Raises AllRows where keys of
    ``changed`` are blank or of several rows, or a column has another type now.
    """
    key_order(changed, key)
    stay = kept.filter(pc.invert(_is_in(kept, changed, key)))
    return _table(_joined(stay, changed, name) for name in kept.column_names)


def those_there(table: pa.Table, there: pa.Table, key: str, stamp: str) -> pa.Table:
    """Return the rows whose key is one of ``there``, the keys and times of all rows of the source.

    Raises AllRows where a row of ``there`` is not in ``table``, or has another time in it.
    """
    keys, others = _alike(table, there, key)
    at = pc.index_in(others, keys)
    if at.null_count or pc.count_distinct(at).as_py() != len(there):
        raise AllRows("since rows came whose updated_at is older than the last refresh")
    times, now = _alike(table, there, stamp)
    if not _taken(times, at.combine_chunks()).equals(now):
        raise AllRows("since rows have another updated_at, older than the last refresh")
    if len(table) == len(there):
        return table
    found = table.filter(_is_in(table, there, key))
    return _table(zip(found.schema, found.columns, strict=True))


def _table(columns: Iterable[_Column]) -> pa.Table:
    """A table whose columns have the types with which a reader would give their cells."""
    fields, cells = zip(*(typed_again(*column) for column in columns), strict=True)
    return pa.table(list(cells), schema=pa.schema(list(fields)))


def _joined(one: pa.Table, other: pa.Table, name: str) -> _Column:
    """A column of both tables, one under the other, as texts where both are not of one type."""
    tables, columns = (one, other), (one[name], other[name])
    plain = [table[name].type for table in tables if not is_of_objects(table, name)]
    blank = [
        is_of_objects(table, name) and table[name].null_count == len(table) for table in tables
    ]
    if len(set(plain)) > 1:
        raise AllRows(f"since column '{name}' has values of another type")
    if plain and (len(plain) == 2 or any(blank)):
        chunks = [chunk for column in columns for chunk in column.cast(plain[0]).chunks]
        return column_field(name, plain[0]), pa.chunked_array(chunks, plain[0])
    chunks = [chunk for table in tables for chunk in texts_of(table, name).chunks]
    return column_field(name), pa.chunked_array(chunks, pa.string())


def _taken(column: "pa.ChunkedArray[Any]", order: "pa.Array[Any]") -> "pa.ChunkedArray[Any]":
    if not types.is_string(column.type) or column.nbytes < _MOST:
        return column.take(order)
    whole = column.cast(pa.large_string()).combine_chunks()
    parts = (order[at : at + _AT_ONCE] for at in range(0, len(order), _AT_ONCE))
    return pa.chunked_array([whole.take(part).cast(pa.string()) for part in parts], pa.string())


def _keys(table: pa.Table, key: str) -> "pa.ChunkedArray[Any]":
    """Keys that Arrow can compare."""
    return texts_of(table, key) if types.is_floating(table[key].type) else table[key]


def _alike(
    one: pa.Table, other: pa.Table, name: str
) -> tuple["pa.ChunkedArray[Any]", "pa.ChunkedArray[Any]"]:
    """A column of both tables so that Arrow can compare their cells."""
    cells, others = _keys(one, name), _keys(other, name)
    if is_of_objects(one, name) != is_of_objects(other, name) or cells.type != others.type:
        return texts_of(one, name), texts_of(other, name)
    return cells, others


def _is_in(one: pa.Table, other: pa.Table, key: str) -> "pa.ChunkedArray[Any]":
    """Whether the key of each row is one of those of ``other``."""
    return pc.is_in(*_alike(one, other, key))


def _is_ascending(keys: "pa.ChunkedArray[Any]") -> bool:
    """Whether each key is greater than the one before, so that none is there twice."""
    return len(keys) < 2 or bool(pc.all(pc.greater(keys[1:], keys[:-1])).as_py())
