"""Cells of any type in Arrow and back, exactly: what is kept must be what was read.

Columns of one plain type are in Arrow as they are. Python objects become texts that begin with
their type: a decimal keeps its places, a time its zone, and ``1``, ``"1"`` and ``True`` differ.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.sources.changed.kept import NeverKept
from connectors.sources.typed_columns import in_arrow

_OBJECTS = {b"cells": b"objects"}
"""What marks a column of texts as one of objects."""
_PLAIN = "ifsdm"
"""The marks of types that a reader gives in Arrow where all cells of a column are of one."""


def kept_table(frame: pd.DataFrame) -> pa.Table:
    """Return a frame of a source as a table of Arrow from which :func:`frame_of` makes it again.

    Raises NeverKept where a column holds what cannot be kept exactly.
    """
    columns, fields = [], []
    for name, column in frame.items():
        is_plain = isinstance(column.dtype, pd.ArrowDtype)
        columns.append(_array(column) if is_plain else _texts(str(name), column))
        fields.append(column_field(str(name), columns[-1].type if is_plain else None))
    return pa.table(columns, schema=pa.schema(fields))


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Return the frame that was given to :func:`kept_table`."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if is_of_objects(table, name):
            columns[name] = pd.Series(cells_of(table, name), dtype=object)
        else:
            columns[name] = pd.Series(pd.array(column, dtype=pd.ArrowDtype(column.type)))
    return pd.DataFrame(columns)


def column_field(name: str, kind: pa.DataType | None = None) -> "pa.Field[Any]":
    """Return the field of a column of a kept table; kind: None for one of objects."""
    if kind is None:
        return pa.field(name, pa.string(), metadata=_OBJECTS)
    return pa.field(name, kind)


def is_of_objects(table: pa.Table, name: str) -> bool:
    """Whether a column of a kept table holds texts of Python objects."""
    return bool(table.schema.field(name).metadata == _OBJECTS)


def cells_of(table: pa.Table, name: str) -> list[Any]:
    """Return the cells of a column of a kept table, None where blank."""
    return _objects(table[name]) if is_of_objects(table, name) else table[name].to_pylist()


def texts_of(table: pa.Table, name: str) -> "pa.ChunkedArray[Any]":
    """Return the exact text of each cell of a column of a kept table; equal where cells are."""
    if is_of_objects(table, name):
        return table[name]
    return _texts(name, (cell.as_py() for cell in table[name]))


def typed_again(
    field: "pa.Field[Any]", column: "pa.ChunkedArray[Any]"
) -> tuple["pa.Field[Any]", "pa.ChunkedArray[Any]"]:
    """Return a column as a reader would give its cells: in Arrow where all are of one type now."""
    if column.null_count == len(column):
        return column_field(field.name), pa.chunked_array([pa.nulls(len(column), pa.string())])
    if field.metadata != _OBJECTS or not set(_marks(column)) <= set(_PLAIN):
        return field, column
    cells = in_arrow(_objects(column))
    if not isinstance(cells, pa.Array):
        return field, column
    return column_field(field.name, cells.type), pa.chunked_array([cells])


def _marks(texts: "pa.ChunkedArray[Any]") -> list[str]:
    """The marks of the types in a column of texts."""
    marks = pc.unique(pc.utf8_slice_codeunits(texts, 0, 1)).to_pylist()
    return [mark for mark in marks if mark is not None]


def _texts(name: str, cells: Iterable[Any]) -> "pa.ChunkedArray[Any]":
    try:
        texts = [None if cell is None else text_of_cell(cell) for cell in cells]
        return pa.chunked_array([pa.array(texts, pa.string())])
    except (TypeError, UnicodeEncodeError, OverflowError) as error:  # half a letter, no year 0
        raise NeverKept(f"since column '{name}' holds what cannot be kept ({error})") from None


def text_of_cell(cell: Any) -> str:
    """Return the exact text of a cell; raises TypeError for a type that cannot be kept."""
    kind = type(cell)
    if kind not in _WRITERS:
        raise TypeError(f"values of type {kind.__name__}")
    mark, write = _WRITERS[kind]
    return mark + write(cell)


def cell_of_text(text: str) -> Any:
    """Return the cell that :func:`text_of_cell` wrote."""
    return _READERS[text[0]](text[1:])


def _array(column: "pd.Series[Any]") -> "pa.ChunkedArray[Any]":
    """The cells of a column that is in Arrow."""
    found = pa.array(column.array)
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _objects(texts: "pa.ChunkedArray[Any]") -> list[Any]:
    """The cells of a column of texts; each distinct text is read once."""
    coded = pc.dictionary_encode(texts).combine_chunks()
    values = [cell_of_text(text) for text in coded.dictionary.to_pylist()]
    return [None if at is None else values[at] for at in coded.indices.to_pylist()]


def _moment(cell: datetime) -> str:
    zone = cell.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"{cell.isoformat()} {zone.key}"
    if zone is None or type(zone) is type(UTC):
        return cell.isoformat()
    raise TypeError(f"times of a zone of type {type(zone).__name__}")


def _read_moment(text: str) -> datetime:
    written, _, zone = text.partition(" ")
    moment = datetime.fromisoformat(written)
    if not zone:
        return moment
    found = moment.replace(tzinfo=ZoneInfo(zone))
    is_second = found.utcoffset() != moment.utcoffset()  # of an hour that a clock shows twice
    return found.replace(fold=1) if is_second else found


def _clock(cell: time) -> str:
    if cell.tzinfo is None or type(cell.tzinfo) is type(UTC):
        return cell.isoformat()
    raise TypeError(f"times of a zone of type {type(cell.tzinfo).__name__}")


def _span(cell: timedelta) -> str:
    return f"{cell.days} {cell.seconds} {cell.microseconds}"


def _list(cells: list[Any]) -> str:
    return json.dumps([None if cell is None else text_of_cell(cell) for cell in cells])


def _mapping(cells: dict[Any, Any]) -> str:
    return _list([part for pair in cells.items() for part in pair])


def _read_list(text: str) -> list[Any]:
    return [None if cell is None else cell_of_text(cell) for cell in json.loads(text)]


def _read_mapping(text: str) -> dict[Any, Any]:
    parts = _read_list(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


_WRITERS: dict[type, tuple[str, Callable[[Any], str]]] = {
    bool: ("b", str),
    int: ("i", str),
    float: ("f", repr),
    str: ("s", str),
    Decimal: ("n", str),
    datetime: ("m", _moment),
    date: ("d", date.isoformat),
    time: ("t", _clock),
    timedelta: ("l", _span),
    UUID: ("u", str),
    bytes: ("x", bytes.hex),
    list: ("[", _list),
    tuple: ("(", _list),
    dict: ("{", _mapping),
}
"""By type, the mark that its texts begin with, and how the rest is written."""
_READERS: dict[str, Callable[[str], Any]] = {
    "b": partial(str.__eq__, "True"),
    "i": int,
    "f": float,
    "s": str,
    "n": Decimal,
    "m": _read_moment,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
    "l": lambda text: timedelta(*map(int, text.split())),
    "u": UUID,
    "x": bytes.fromhex,
    "[": _read_list,
    "(": lambda text: tuple(_read_list(text)),
    "{": _read_mapping,
}
