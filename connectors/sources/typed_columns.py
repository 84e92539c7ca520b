"""Columns that come with a type stay in Arrow; who looks at single cells asks for Python objects.

A million times as objects take a second to make and 100 MB; in Arrow they take 8 MB, and mapping
reads them at once. What Arrow has no plain values for (lists, bytes, times of day) are objects.
"""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types


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


def _typed(column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_floating(kind):
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
    elif not _is_plain(kind):
        return _objects(column)
    return pd.Series(pd.array(column, dtype=pd.ArrowDtype(column.type)))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether Arrow has each value of the type as one of its own."""
    is_text = types.is_string(kind) or types.is_large_string(kind)
    is_number = types.is_integer(kind) or types.is_decimal(kind) or types.is_boolean(kind)
    return is_text or is_number or types.is_timestamp(kind) or types.is_date32(kind)


def _objects(column: "pa.ChunkedArray[Any]") -> "pd.Series[Any]":
    # Integers with gaps would become floats, and long ids others.
    cells = column.to_pandas(integer_object_nulls=True).astype(object)
    return cells.where(cells.notna(), None)
