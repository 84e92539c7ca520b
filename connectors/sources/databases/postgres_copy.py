"""The answer of PostgreSQL by COPY, whose CSV Arrow reads a hundred times faster than Python rows.

The columns are those that its driver's rows make (``typed_columns.in_arrow``). What Arrow cannot
read as the driver does, its loader for that type reads, once per distinct text: COPY writes each
value as a SELECT sends it.
"""

import io
from collections.abc import Generator, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy.engine import Connection, CursorResult

from connectors.sources.typed_columns import Cells, in_arrow, nan_as_null

_PLAIN = {
    **dict.fromkeys(("int2", "int4", "int8"), pa.int64()),
    **dict.fromkeys(("float4", "float8"), pa.float64()),
    **dict.fromkeys(("text", "varchar", "bpchar", "name"), pa.string()),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def can_copy(connection: Connection) -> bool:
    """Whether ``connection`` is one to PostgreSQL, by psycopg, whose texts come as UTF-8."""
    dialect, driver = connection.dialect, connection.connection.driver_connection
    by_psycopg = (dialect.name, dialect.driver) == ("postgresql", "psycopg")
    return by_psycopg and driver is not None and driver.info.encoding == "utf-8"


def copied_batches(
    connection: Connection, sql: str, result: CursorResult[Any], batch_rows: int
) -> Generator[list[Cells]]:
    """Yield the columns of each batch of ``sql``, in the transaction of ``connection``.

    result: of the same ``sql``, run and not read: PostgreSQL has taken it as one SELECT, so that it
    stays one within the COPY.

    Raises psycopg.Error (of COPY, or of a value) and pa.ArrowInvalid; nothing is lost if ``sql`` is
    read through ``result`` then.
    """
    driver: Any = connection.connection.driver_connection
    kinds = [column[1] for column in result.cursor.description or ()] if result.cursor else []
    readers = [_Reader(connection.dialect.dbapi, driver, kind) for kind in kinds]
    asked = sql.rstrip().rstrip(";")
    with driver.cursor() as cursor, cursor.copy(f"COPY ({asked}\n) TO STDOUT (FORMAT csv)") as copy:
        rows = iter(copy)
        while text := _joined(islice(rows, batch_rows)):
            table = _texts(text, len(readers))
            yield [read(column) for read, column in zip(readers, table.columns, strict=True)]


def _joined(rows: Iterator[memoryview]) -> bytes:
    text = io.BytesIO()
    text.writelines(rows)
    return text.getvalue()


def _texts(text: bytes, columns: int) -> pa.Table:
    """A table of texts; without quotes, nothing is NULL."""
    names = [str(position) for position in range(columns)]
    return csv.read_csv(
        pa.BufferReader(text),
        # One block: a row that is longer than a block cannot be read.
        csv.ReadOptions(column_names=names, block_size=len(text) + 1),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


class _Reader:
    """Reads the texts of a column as the driver reads them; kind: the number of its type."""

    def __init__(self, psycopg: Any, driver: Any, kind: Any) -> None:
        name = {found.oid: found.name for found in driver.adapters.types}.get(kind, "")
        here = pa.array([datetime(2000, 1, 1, tzinfo=driver.info.timezone)]).type
        self._plain = here if name == "timestamptz" else _PLAIN.get(name)
        self._loader = psycopg.adapt.Transformer(driver).get_loader(kind, psycopg.pq.Format.TEXT)

    def __call__(self, texts: "pa.ChunkedArray[Any]") -> Cells:
        (column,) = texts.chunks
        cells = self._read(column)
        is_blank = isinstance(cells, pa.Array) and cells.null_count == len(cells)
        return pa.nulls(len(cells)) if is_blank else cells

    def _read(self, column: "pa.Array[Any]") -> Cells:
        if self._plain is not None:
            try:
                return nan_as_null(column.cast(self._plain))
            except pa.ArrowInvalid:  # infinity, a year past 9999, another DateStyle
                pass
        coded = pc.dictionary_encode(column)
        values = [self._loader.load(text.encode()) for text in coded.dictionary.to_pylist()]
        return in_arrow([None if at is None else values[at] for at in coded.indices.to_pylist()])
