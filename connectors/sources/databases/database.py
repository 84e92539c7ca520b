"""Relational databases through SQLAlchemy: streamed, and only ever read.

All tables of a source are read in one transaction, so that they belong together. It is read-only
where the database can promise that (PostgreSQL, SQLite, MySQL, MariaDB, Oracle), of one snapshot
where it has them, and rolled back at the end everywhere. A query is sent only as one SELECT, and
no statement may take longer than STATEMENT_SECONDS (``session``) where the database can end it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import FromClause, Select, select, table, text
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connectors.settings.settings import DatabaseSource
from connectors.settings.tables import TableSettings
from connectors.sources.changed.kept import AllRows, Keeper
from connectors.sources.changed.part_rows import Answer, Part, rows_of
from connectors.sources.databases.cell_types import (
    column_kinds,
    instant_columns,
    mark_as_utc,
)
from connectors.sources.databases.not_there import not_there, schema_and_name
from connectors.sources.databases.postgres_copy import can_copy, copied_batches
from connectors.sources.databases.session import begin_read_only, look_in
from connectors.sources.databases.urls import Database, database_of, source_file
from connectors.sources.databases.zones import database_cut_notes, utc_default_notes
from connectors.sources.header import check_named_once
from connectors.sources.queries.doubts import database_query_notes
from connectors.sources.queries.one_select import why_not_one_select, without_end
from connectors.sources.raw import Progress, RawNote, RawTable
from connectors.sources.typed_columns import Cells, in_arrow, joined_batches
from kpis.errors import SourceError


@dataclass(frozen=True)
class _Opened:
    """A source while it is read: the connection of its one transaction, and how to read with it."""

    connection: Connection
    database: Database
    name: str
    source: DatabaseSource
    progress: Progress
    time_zone: str


def read(
    name: str,
    source: DatabaseSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
    time_zone: str = "UTC",
    keeper: Keeper | None = None,
) -> dict[str, RawTable]:
    """Read the tables and queries of ``requests`` from one database.

    All columns of a table are read, since one may have a canonical name. Columns of one plain type
    are in Arrow, others Python objects as the driver gives them, None for NULL; MySQL's TIMESTAMPs
    have their zone. Rows are numbered from 1 in reading order; an optional table that is missing
    has none. A SQLite path starts at ``folder``. Doubts on days and times hold for ``time_zone``.
    keeper: of the rows of parts that name ``updated_at``; without one, all rows are read.

    Raises SourceError (unreachable, refused, no such table, a query that fails or writes) and
    SettingsError (a secret that is not there).
    """
    database, place, tables = database_of(name, source, folder), "", dict[str, RawTable]()
    try:
        with database.engine().connect() as connection:
            begin_read_only(connection)
            look_in(connection, database, source.schema_)
            opened = _Opened(connection, database, name, source, progress, time_zone)
            for wanted, request in requests.items():
                place = _place(wanted, request)
                tables[wanted] = _table(opened, wanted, request, keeper)
    except SQLAlchemyError as error:
        raise database.problem(error, place) from None
    return tables


def _table(opened: _Opened, wanted: str, request: TableSettings, keeper: Keeper | None) -> RawTable:
    """A part with the doubts on it; one without columns where it is optional and missing."""
    connection, place = opened.connection, _place(wanted, request)
    _check_reads(opened.database, place, request.query)
    if request.optional and (missing := not_there(connection, request, place)):
        return RawTable(pd.DataFrame(), np.arange(0), missing)
    if request.updated_at is None:
        frame, how = _read(opened, wanted, request)[0], list[RawNote]()
    else:
        frame, how = rows_of(_part(opened, wanted, request), keeper)
    rows, zone = np.arange(1, len(frame) + 1, dtype=np.int64), opened.time_zone
    notes = how + database_cut_notes(connection, request.query, frame, zone)
    notes += database_query_notes(connection, wanted, request, frame)
    if request.from_ is not None and opened.source.time_zone is None:
        at = schema_and_name(connection, opened.database, request.from_)
        notes += utc_default_notes(connection, *at, frame, opened.name, zone)
    return RawTable(frame, rows, place, has_fixed_rows=False, notes=(*notes,))


def _read(opened: _Opened, wanted: str, request: TableSettings) -> Answer:
    """All rows of a part."""
    connection, database = opened.connection, opened.database
    batch_rows = opened.source.batch_rows
    result = _execute(connection, database, request, batch_rows)
    # As it was sent: SQLAlchemy doubles each % of a name for the driver.
    sql = request.query or result.context.statement.replace("%%", "%")
    shown, where = partial(opened.progress, wanted), f"{database}: {_place(wanted, request)}"
    kinds = column_kinds(connection, result)
    return _frame(connection, sql, result, batch_rows, shown, where), kinds


def _part(opened: _Opened, wanted: str, request: TableSettings) -> Part:
    """A part of which changed rows are read, and how."""
    connection, database, source = opened.connection, opened.database, opened.source
    where, shown = f"{database}: {_place(wanted, request)}", partial(opened.progress, wanted)
    dialect, dbapi = connection.dialect, connection.dialect.loaded_dbapi
    given = (request.from_, request.query, request.updated_at, request.row_key, source.schema_)
    driver = (dialect.driver, str(getattr(dbapi, "__version__", "")), opened.time_zone)

    def asked_for(statement: Select[Any]) -> Answer:
        options = {"stream_results": True, "yield_per": source.batch_rows}
        is_savepoint = dialect.name == "postgresql"  # where an error would end the transaction
        try:
            with connection.begin_nested() if is_savepoint else nullcontext():
                result = connection.execute(statement, execution_options=options)
                kinds, sql = column_kinds(connection, result), None
                if can_copy(connection):  # which takes no parameters
                    written = {"literal_binds": True}
                    compiled = statement.compile(dialect=dialect, compile_kwargs=written)
                    sql = str(compiled).replace("%%", "%")
                return _frame(connection, sql, result, source.batch_rows, shown, where), kinds
        except DBAPIError as error:
            raise AllRows(f"since {database.problem(error, 'what was changed')}") from None

    return Part(
        wanted,
        request,
        where,
        (wanted, database.url.render_as_string(), *map(str, given), *driver),
        dialect.name,
        opened.time_zone,
        partial(_read, opened, wanted, request),
        asked_for,
        partial(_rows_of, connection, database, request),
    )


def _rows_of(connection: Connection, database: Database, request: TableSettings) -> FromClause:
    """What a statement on the rows of a part selects from."""
    if request.query is None:
        schema, name = schema_and_name(connection, database, request.from_ or "")
        return table(name, schema=schema)
    kind = database.url.get_backend_name()
    query = without_end(request.query, kind)
    why = why_not_one_select(f"SELECT * FROM ({query}\n) AS asked", kind)
    if why:
        raise AllRows(f"since the query within another one {why}")
    # A colon begins a parameter of SQLAlchemy's, unless it is escaped.
    return text(f"{query}\n".replace(":", "\\:")).columns().subquery("asked")


def fingerprint(name: str, source: DatabaseSource, folder: Path) -> str | None:
    """Return a text that changes when the content may have: for SQLite files, else None."""
    path = source_file(name, source, folder)
    if path is None or not path.is_file():
        return None
    files = [path, path.with_name(path.name + "-wal")]
    stats = [(file.name, file.stat()) for file in files if file.is_file()]
    return "|".join(f"{part}:{stat.st_size}:{stat.st_mtime_ns}" for part, stat in stats)


def _place(table_name: str, request: TableSettings) -> str:
    return f"the query of {table_name}" if request.from_ is None else f"table '{request.from_}'"


def _check_reads(database: Database, place: str, query: str | None) -> None:
    """Raise SourceError for a query that may do more than read; it is not sent."""
    why = why_not_one_select(query, database.url.get_backend_name()) if query is not None else ""
    if why:
        raise SourceError(
            f"{database}: {place} is not sent, since it must be one SELECT, but {why}. Alliance "
            "only reads: put what cannot be written so into a view, and name that in 'from'."
        )


def _execute(
    connection: Connection, database: Database, request: TableSettings, batch_rows: int
) -> CursorResult[tuple[object, ...]]:
    options = {"stream_results": True, "yield_per": batch_rows}
    if request.query is not None:
        # As the person wrote it: ':' and '%' in a query are no parameters of ours.
        return connection.exec_driver_sql(
            request.query, execution_options={**options, "no_parameters": True}
        )
    schema, name = schema_and_name(connection, database, request.from_ or "")
    everything = select(text("*")).select_from(table(name, schema=schema))
    return connection.execute(everything, execution_options=options)


def _frame(
    connection: Connection,
    sql: str | None,
    result: CursorResult[tuple[object, ...]],
    batch_rows: int,
    progress: Callable[[int], None],
    where: str,
) -> pd.DataFrame:
    """The rows of ``result``; sql: the statement, where it has no parameters."""
    if not result.returns_rows:
        raise SourceError(f"{where} returns no rows at all. Write it as one SELECT.")
    columns = list(result.keys())
    check_named_once(columns, where)
    if columns and sql is not None and can_copy(connection):
        try:
            copying = closing(copied_batches(connection, sql, result, batch_rows))
            with connection.begin_nested(), copying as batches:
                frame = joined_batches(columns, batches, progress)
            result.close()
            return frame
        except (connection.dialect.loaded_dbapi.Error, pa.ArrowInvalid):
            pass  # a query that COPY does not take, a time limit: rows are read, or say what it is
    return joined_batches(columns, _fetched_batches(connection, result, batch_rows), progress)


def _fetched_batches(
    connection: Connection, result: CursorResult[tuple[object, ...]], batch_rows: int
) -> Iterator[list[Cells]]:
    columns, in_utc = list(result.keys()), instant_columns(connection, result)
    for batch in result.partitions(batch_rows):
        # Of type object: guessing types would turn ids with gaps into floats.
        frame = pd.DataFrame([tuple(r) for r in batch], columns=columns, dtype=object)
        mark_as_utc(frame, in_utc)
        yield [in_arrow(frame[column].tolist()) for column in columns]


def fetched_frame(connection: Connection, result: CursorResult[Any]) -> pd.DataFrame:
    """Return the rows of a small result, with columns as :func:`read` returns them."""
    columns = list(result.keys())
    return joined_batches(columns, _fetched_batches(connection, result, 10_000), lambda rows: None)
