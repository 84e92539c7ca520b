"""The tables and views of a database, a bounded sample of rows of each; only ever read."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import (
    ColumnElement,
    String,
    cast,
    func,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy import column as sql_column
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError

from connectors.settings.settings import DatabaseSource
from connectors.sources.databases.database import fetched_frame
from connectors.sources.databases.not_there import SYSTEM_SCHEMAS
from connectors.sources.databases.session import begin_read_only
from connectors.sources.databases.urls import Database, database_of
from connectors.sources.raw import RawTable
from connectors.survey.found import MOST_COUNTED, MOST_TABLES, FoundTable, rows_for

STATEMENT_SECONDS = 30
"""How long one question about one table may take, where the database can end it."""
_OF_TOOLS = ("_dlt_", "_airbyte", "fivetran_", "pg_", "sqlite_")
"""How tables begin that a tool or the database keeps for itself."""


def tables_of_database(
    name: str, source: DatabaseSource, folder: Path
) -> tuple[tuple[FoundTable, ...], str]:
    """Return every table and view that the user sees, and which SQL the database speaks.

    name: of the source, for messages; folder: where a SQLite path begins. A table that cannot be
    read has the problem in words; of more than MOST_TABLES only columns are known.

    Raises SourceError (unreachable, refused) and SettingsError (a secret that is not there).
    """
    database = database_of(name, source, folder)
    try:
        with database.engine().connect() as connection:
            begin_read_only(connection, STATEMENT_SECONDS)
            dialect = connection.dialect.name
            named = sorted(_columns(connection, source.schema_, dialect == "postgresql").items())
            tables = tuple(
                _sampled(connection, database, schema, table_name, columns, at < MOST_TABLES)
                for at, ((schema, table_name), columns) in enumerate(named)
            )
    except SQLAlchemyError as error:
        raise database.problem(error, "") from None
    return tables, dialect


def _columns(
    connection: Connection, wanted: str | None, is_postgres: bool
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The columns of each table by schema ("" for the usual one) and name."""
    inspector = inspect(connection)
    usual = inspector.default_schema_name or ""
    schemas: list[str | None] = [wanted]
    if wanted is None and is_postgres:
        names = inspector.get_schema_names()
        schemas = [s for s in names if s not in SYSTEM_SCHEMAS and not s.startswith("pg_")]
    found = {}
    for schema in schemas:
        of_schema = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
        for (_, table_name), columns in of_schema.items():
            if not table_name.casefold().startswith(_OF_TOOLS):
                own = "" if schema in (None, usual) else str(schema)
                found[own, table_name] = tuple(column["name"] for column in columns)
    return found


def _sampled(
    connection: Connection,
    database: Database,
    schema: str,
    name: str,
    columns: tuple[str, ...],
    is_read: bool,
) -> FoundTable:
    if not is_read:
        problem = f"was not looked into: only {MOST_TABLES} tables are"
        return FoundTable(name, columns, schema, problem=problem)
    wanted, place = table(name, schema=schema or None), f"table '{name}'"
    try:
        with connection.begin_nested():
            most = rows_for(len(columns))
            asked = select(text("*")).select_from(wanted).limit(most)
            frame = fetched_frame(connection, connection.execute(asked))
            rows = len(frame) if len(frame) < most else _counted(connection, name, schema, most)
    except SQLAlchemyError as error:
        return FoundTable(name, columns, schema, problem=str(database.problem(error, place)))
    known = partial(_known_in, database, name, schema)
    numbers = np.arange(1, len(frame) + 1, dtype=np.int64)
    raw = RawTable(frame, numbers, place, has_fixed_rows=False)
    is_counted = rows < MOST_COUNTED
    is_whole = rows == len(frame)
    return FoundTable(name, columns, schema, rows, is_whole, is_counted, raw, known=known)


def _known_in(
    database: Database, name: str, schema: str, column: str, texts: Sequence[str]
) -> frozenset[str] | None:
    """Those of some texts that a column holds; None where the database does not say it in time."""
    held: ColumnElement[str] = cast(sql_column(column), String)
    asked = select(held).select_from(table(name, schema=schema or None)).where(held.in_(texts))
    try:
        with database.engine().connect() as connection:
            begin_read_only(connection, STATEMENT_SECONDS)
            return frozenset(connection.execute(asked.distinct()).scalars())
    except SQLAlchemyError:
        return None  # the join is then left to a person, as one that nothing bears out


def _counted(connection: Connection, name: str, schema: str, at_least: int) -> int:
    """How many rows a table has, up to MOST_COUNTED."""
    one: ColumnElement[int] = literal_column("1").label("one")
    rows = select(one).select_from(table(name, schema=schema or None)).limit(MOST_COUNTED)
    counted = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    return max(int(counted), at_least)
