"""Relational databases through SQLAlchemy: streamed, and only ever read.

All tables of a source are read in one transaction, so that they belong together. It is read-only
where the database can promise that (PostgreSQL, SQLite, MySQL, MariaDB, Oracle), of one snapshot
where it has them, and rolled back at the end everywhere. A query is sent only as one SELECT, and
no statement may take longer than STATEMENT_SECONDS where the database can end it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import inspect, select, table, text
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import SQLAlchemyError

from connectors.settings.settings import DatabaseSource
from connectors.settings.tables import TableSettings
from connectors.sources.database_types import instant_columns, keep_values, mark_as_utc
from connectors.sources.database_url import Database, database_of, source_file
from connectors.sources.database_zones import database_cut_notes, utc_default_notes
from connectors.sources.not_there import not_there
from connectors.sources.postgres_copy import can_copy, copied_batches
from connectors.sources.queries.doubts import database_query_notes
from connectors.sources.queries.one_select import why_not_one_select
from connectors.sources.raw import Progress, RawTable
from connectors.sources.typed_columns import Cells, in_arrow, typed_column
from kpis.errors import SourceError, nearest

STATEMENT_SECONDS = 600
"""How long a statement may take where the database can end it."""
SYSTEM_SCHEMAS = {"information_schema", "pg_catalog", "mysql", "performance_schema", "sys"}
"""Schemas of the database itself."""


def read(
    name: str,
    source: DatabaseSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
    time_zone: str = "UTC",
) -> dict[str, RawTable]:
    """Read the tables and queries of ``requests`` from one database.

    All columns of a table are read, since one may have a canonical name. Columns of one plain type
    are in Arrow, others Python objects as the driver gives them, None for NULL; MySQL's TIMESTAMPs
    have their zone. Rows are numbered from 1 in reading order; an optional table that is missing
    has none. A SQLite path starts at ``folder``. Doubts on days and times hold for ``time_zone``.

    Raises SourceError (unreachable, refused, no such table, a query that fails or writes) and
    SettingsError (a secret that is not there).
    """
    database, place, tables = database_of(name, source, folder), "", dict[str, RawTable]()
    try:
        with database.engine().connect() as connection:
            begin_read_only(connection)
            _look_in(connection, database, source.schema_)
            for wanted, request in requests.items():
                place = _place(wanted, request)
                _check_reads(database, place, request.query)
                if request.optional and (missing := not_there(connection, request, place)):
                    tables[wanted] = RawTable(pd.DataFrame(), np.arange(0), missing)
                    continue
                frame = _read(connection, database, source, wanted, request, progress)
                rows = np.arange(1, len(frame) + 1, dtype=np.int64)
                notes = database_cut_notes(connection, request.query, frame, time_zone)
                notes += database_query_notes(connection, wanted, request, frame)
                if request.from_ is not None and source.time_zone is None:
                    at = _schema_and_name(connection, database, request.from_)
                    notes += utc_default_notes(connection, *at, frame, name, time_zone)
                tables[wanted] = RawTable(frame, rows, place, has_fixed_rows=False, notes=(*notes,))
    except SQLAlchemyError as error:
        raise database.problem(error, place) from None
    return tables


def _read(
    connection: Connection,
    database: Database,
    source: DatabaseSource,
    wanted: str,
    request: TableSettings,
    progress: Progress,
) -> pd.DataFrame:
    result = _execute(connection, database, request, source.batch_rows)
    shown, where = partial(progress, wanted), f"{database}: {_place(wanted, request)}"
    return _frame(connection, request, result, source.batch_rows, shown, where)


def fingerprint(name: str, source: DatabaseSource, folder: Path) -> str | None:
    """Return a text that changes when the content may have: for SQLite files, else None."""
    path = source_file(name, source, folder)
    if path is None or not path.is_file():
        return None
    files = [path, path.with_name(path.name + "-wal")]
    stats = [(file.name, file.stat()) for file in files if file.is_file()]
    return "|".join(f"{part}:{stat.st_size}:{stat.st_mtime_ns}" for part, stat in stats)


def begin_read_only(connection: Connection, seconds: int | None = None) -> None:
    """Begin a transaction that only reads, where the database can promise that.

    seconds: how long a statement may take, where the database can end it; else STATEMENT_SECONDS.
    """
    seconds = seconds or STATEMENT_SECONDS
    match connection.dialect.name:
        case "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            connection.exec_driver_sql(_limits_of_postgres(seconds))
        case "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
            # Python's driver begins a transaction for writes only; reads need one to agree.
            connection.exec_driver_sql("BEGIN")
        case "mysql" | "mariadb":
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            connection.exec_driver_sql(_limit_of_mysql(connection, seconds))
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        case "oracle":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    keep_values(connection)


def _look_in(connection: Connection, database: Database, schema: str | None) -> None:
    """Let the names of tables be those of ``schema``, until the connection ends."""
    if schema is None:
        return
    if connection.dialect.name != "postgresql":
        raise SourceError(
            f"{database}: 'schema' is for PostgreSQL. For {connection.dialect.name}, name the "
            f"schema or database in {database.named} instead."
        )
    known = inspect(connection).get_schema_names()
    if schema not in known:
        raise SourceError(f"{database}: there is no schema '{schema}'. {nearest(schema, known)}")
    quoted = schema.replace('"', '""')
    options = {"no_parameters": True}
    connection.exec_driver_sql(f'SET search_path TO "{quoted}"', execution_options=options)


def _limits_of_postgres(seconds: int) -> str:
    """Limits are in milliseconds, 0 for none; the database's own may be lower, to protect it."""
    return (
        "SELECT set_config(name, "
        f"least(nullif(setting::bigint, 0), {seconds * 1000})::text, false) "
        "FROM pg_catalog.pg_settings "
        "WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout')"
    )


def _limit_of_mysql(connection: Connection, seconds: int) -> str:
    """MariaDB counts in seconds, MySQL in thousandths of one; its own limit may be lower."""
    name, limit = "max_execution_time", seconds * 1000
    if getattr(connection.dialect, "is_mariadb", False):
        name, limit = "max_statement_time", seconds
    return f"SET SESSION {name} = LEAST(COALESCE(NULLIF(@@{name}, 0), {limit}), {limit})"


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
    schema, name = _schema_and_name(connection, database, request.from_ or "")
    everything = select(text("*")).select_from(table(name, schema=schema))
    return connection.execute(everything, execution_options=options)


def _schema_and_name(
    connection: Connection, database: Database, wanted: str
) -> tuple[str | None, str]:
    """Where ``wanted`` is: a table or view of the default schema, or ``schema.table``."""
    inspector = inspect(connection)
    if inspector.has_table(wanted):
        return None, wanted
    schemas = [s for s in inspector.get_schema_names() if s.lower() not in SYSTEM_SCHEMAS]
    schema, _, name = wanted.rpartition(".")
    if schema in schemas and inspector.has_table(name, schema=schema):
        return schema, name
    known = []
    for candidate in schemas:
        names = [*inspector.get_table_names(candidate), *inspector.get_view_names(candidate)]
        own = candidate == inspector.default_schema_name
        known += names if own else [f"{candidate}.{name}" for name in names]
    hint = nearest(wanted, known) or "The user sees no table at all."
    raise SourceError(f"{database}: there is no table or view '{wanted}'. {hint}")


def _frame(
    connection: Connection,
    request: TableSettings,
    result: CursorResult[tuple[object, ...]],
    batch_rows: int,
    progress: Callable[[int], None],
    where: str,
) -> pd.DataFrame:
    if not result.returns_rows:
        raise SourceError(f"{where} returns no rows at all. Write it as one SELECT.")
    columns = list(result.keys())
    twice = [column for column, times in Counter(columns).items() if times > 1]
    if twice:
        raise SourceError(
            f"{where} returns the column '{twice[0]}' more than once. Name each one with AS."
        )
    if columns and can_copy(connection):
        # As it was sent: SQLAlchemy doubles each % of a name for the driver.
        sql = request.query or result.context.statement.replace("%%", "%")
        try:
            copying = closing(copied_batches(connection, sql, result, batch_rows))
            with connection.begin_nested(), copying as batches:
                frame = _joined(columns, batches, progress)
            result.close()
            return frame
        except (connection.dialect.loaded_dbapi.Error, pa.ArrowInvalid):
            pass  # a query that COPY does not take, a time limit: rows are read, or say what it is
    return _joined(columns, _fetched_batches(connection, result, batch_rows), progress)


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
    return _joined(columns, _fetched_batches(connection, result, 10_000), lambda rows: None)


def _joined(
    columns: list[str], batches: Iterator[list[Cells]], progress: Callable[[int], None]
) -> pd.DataFrame:
    parts: dict[str, list[Cells]] = {column: [] for column in columns}
    rows = 0
    for batch in batches:
        for part, cells in zip(parts.values(), batch, strict=True):
            part.append(cells)
        rows += len(batch[0]) if batch else 0
        progress(rows)
    return pd.DataFrame({column: typed_column(part) for column, part in parts.items()})
