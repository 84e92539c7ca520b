"""Changed rows put into the rows that are kept, by their key, as a full read would give them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from connectors.sources.changed.exact_cells import array_of, texts_of
from connectors.sources.changed.kept import AllRows, NeverKept
from connectors.sources.typed_columns import Cells, in_arrow, typed_column


def in_key_order(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows in the order of their keys: the same however they were read.

    Raises NeverKept where a key is blank or of several rows.
    """
    keys = _keys(frame[key])
    if keys.null_count:
        raise NeverKept(f"since row_key '{key}' is blank in {keys.null_count:,} of them")
    if _is_ascending(keys):
        return frame
    order = pc.sort_indices(keys)
    ordered = keys.take(order)
    if not _is_ascending(ordered):
        twice = ordered[1:].filter(pc.equal(ordered[1:], ordered[:-1]))
        at = pc.index(keys, twice[0]).as_py()
        raise NeverKept(
            f"since row_key '{key}' is one of several rows in {len(twice):,} cases, such as "
            f"'{frame[key].iloc[at]}'"
        )
    return frame.take(order.to_numpy()).reset_index(drop=True)


def merged(kept: pd.DataFrame, changed: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return ``kept`` with the rows of ``changed`` in place of those of the same key, or added.

    Its columns are typed as if all rows had been read at once. Raises AllRows where keys of
    ``changed`` are blank or of several rows, or a column has another type now.
    """
    in_key_order(changed, key)
    for name in kept:
        both = {frame[name].dtype for frame in (kept, changed)}
        if len(both) > 1 and all(isinstance(kind, pd.ArrowDtype) for kind in both):
            raise AllRows(f"since column '{name}' has values of another type")
    stay = kept[~_is_in(kept[key], changed[key])]
    columns = {name: typed_column([*_cells(stay[name]), *_cells(changed[name])]) for name in kept}
    return pd.DataFrame(columns)


def with_keys(frame: pd.DataFrame, key: str, keys: "pd.Series[Any]") -> pd.DataFrame:
    """Return the rows whose key is one of ``keys``."""
    found = frame[_is_in(frame[key], keys)]
    return pd.DataFrame({name: typed_column(_cells(found[name])) for name in found})


def _cells(column: "pd.Series[Any]") -> list[Cells]:
    """The cells as a reader gives them, so that a column without its odd cell is typed again."""
    if not isinstance(column.dtype, pd.ArrowDtype):
        return [in_arrow(column.tolist())]
    cells = array_of(column)
    return [pa.nulls(len(cells))] if cells.null_count == len(cells) else list(cells.chunks)


def _keys(column: "pd.Series[Any]") -> "pa.ChunkedArray[Any]":
    """Keys that Arrow can compare, of one type where their column is."""
    if not isinstance(column.dtype, pd.ArrowDtype) or types.is_floating(array_of(column).type):
        return texts_of(column)
    return array_of(column)


def _is_in(keys: "pd.Series[Any]", others: "pd.Series[Any]") -> Any:
    one, other = _keys(keys), _keys(others)
    if one.type != other.type:
        one, other = texts_of(keys), texts_of(others)
    return pc.is_in(one, other).to_numpy() if len(one) else np.zeros(0, dtype=bool)


def _is_ascending(keys: "pa.ChunkedArray[Any]") -> bool:
    """Whether each key is greater than the one before, so that none is there twice."""
    return len(keys) < 2 or bool(pc.all(pc.greater(keys[1:], keys[:-1])).as_py())
