"""The session that a database is read in: it cannot write, and no statement waits for ever."""

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from connectors.sources.databases.cell_types import keep_values
from connectors.sources.databases.urls import Database
from kpis.errors import SourceError, nearest

STATEMENT_SECONDS = 600
"""How long a statement may take where the database can end it."""


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


def look_in(connection: Connection, database: Database, schema: str | None) -> None:
    """Let the names of tables be those of ``schema``, until the connection ends.

    Raises SourceError where there is no such schema, or the database has none of that kind.
    """
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
