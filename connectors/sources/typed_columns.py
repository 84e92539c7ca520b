"""Columns that come with a type stay in Arrow; who looks at single cells asks for Python objects.

A million moments as objects take a second to make and 100 MB; in Arrow they take 8 MB, and mapping
reads them at once. What Arrow has no plain values for (lists, bytes, times of day) are objects.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

Cells: TypeAlias = "pa.Array[Any] | list[Any]"
"""Cells of one column, see :func:`in_arrow`."""

_PLAIN = {int, float, str, date, datetime}
"""What drivers of databases give for most cells."""


def typed_frame(table: pa.Table) -> pd.DataFrame:
    """Return ``table`` with each column in Arrow, or as Python objects where Arrow has no value.

    Missing is null or None, as is NaN, which no source means.
    """
    columns = [_typed(column) for column in table.columns]
    frame = pd.DataFrame(dict(enumerate(columns)), index=pd.RangeIndex(table.num_rows))
    return frame.set_axis(table.column_names, axis=1)


def as_objects(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column as Python objects, None where it has no value; of objects, itself.

    Integers with gaps stay integers, and a date32 is a day, not a time.
    """
    if not isinstance(column.dtype, pd.ArrowDtype):
        return column
    cells = _objects(pa.chunked_array(pa.array(column.array)))
    return cells.set_axis(column.index)


def in_arrow(cells: Sequence[Any]) -> Cells:
    """Return cells of one Python type as an array of Arrow; as a list where they are of several.

    Times have one type where they name one zone. Decimals of one column differ in their places.
    """
    held = [cell for cell in cells if cell is not None]
    kinds = set(map(type, held))
    zones = {cell.tzinfo for cell in held} if kinds == {datetime} else set()
    if len(kinds) > 1 or not kinds <= _PLAIN or len(zones) > 1:
        return list(cells)
    try:
        return pa.array(cells, from_pandas=True)
    except (ValueError, OverflowError):  # a long integer, half of a surrogate pair
        return list(cells)


def typed_column(parts: Sequence[Cells]) -> "pd.Series[Any]":
    """Return the parts of a column, each of :func:`in_arrow`, as one: in Arrow if of one type."""
    arrays = [part for part in parts if isinstance(part, pa.Array)]
    kinds = {array.type for array in arrays} - {pa.null()}
    if len(arrays) == len(parts) and len(kinds) == 1:
        (kind,) = kinds
        return _series(pa.chunked_array([array.cast(kind) for array in arrays]))
    cells = (part.to_pylist() if isinstance(part, pa.Array) else part for part in parts)
    return pd.Series([cell for held in cells for cell in held], dtype=object)


def joined_batches(
    columns: list[str], batches: Iterator[list[Cells]], progress: Callable[[int], None]
) -> pd.DataFrame:
    """Return batches of cells, by column, under each other; tells ``progress`` the rows so far."""
    parts: dict[str, list[Cells]] = {column: [] for column in columns}
    rows = 0
    for batch in batches:
        for part, cells in zip(parts.values(), batch, strict=True):
            part.append(cells)
        rows += len(batch[0]) if batch else 0
        progress(rows)
    return pd.DataFrame({column: typed_column(part) for column, part in parts.items()})


def nan_as_null(column: Any) -> Any:
    """Return an array or chunked array of Arrow; of float64, without NaN, which no source means."""
    if column.type != pa.float64():
        return column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)


def _typed(column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_floating(kind):
        column = nan_as_null(column.cast(pa.float64()))
    elif not _is_plain(kind):
        return _objects(column)
    return _series(column)


def _series(column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    return pd.Series(pd.array(column, dtype=pd.ArrowDtype(column.type)))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether Arrow has each value of the type as one of its own."""
    texts = types.is_string, types.is_large_string
    numbers = types.is_integer, types.is_decimal, types.is_boolean
    return any(fits(kind) for fits in (*texts, *numbers, types.is_timestamp, types.is_date32))


def _objects(column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    # Integers with gaps would become floats, and long ids others.
    cells: pd.Series[Any] = column.to_pandas(integer_object_nulls=True).astype(object)
    return cells.where(cells.notna(), None)
