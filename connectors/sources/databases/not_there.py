"""Where a database has a table, and what it lacks of what an optional part reads."""

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from connectors.settings.tables import TableSettings
from connectors.sources.databases.urls import Database
from connectors.sources.queries.one_select import tables_of
from kpis.errors import SourceError, nearest

SYSTEM_SCHEMAS = {"information_schema", "pg_catalog", "mysql", "performance_schema", "sys"}
"""Schemas of the database itself."""
_UNDEFINED_COLUMN = "42703"
"""What PostgreSQL calls that error, in every language."""


def not_there(connection: Connection, request: TableSettings, place: str) -> str:
    """The first table or column that a part of settings reads and the database lacks, else "".

    place: what messages call the part.
    """
    inspector = inspect(connection)
    if request.query is None:
        wanted = request.from_ or ""
        schema, _, name = wanted.rpartition(".")
        elsewhere = bool(schema) and inspector.has_table(name, schema=schema)
        return "" if inspector.has_table(wanted) or elsewhere else f"table '{wanted}'"
    for schema, name in tables_of(request.query, connection.dialect.name):
        # Databases fold names without quotes; SQLAlchemy tells these in small letters.
        if not any(inspector.has_table(n, schema=schema or None) for n in {name, name.lower()}):
            return f"table '{name}' of {place}"
    missing = _missing_column(connection, request.query)
    return missing and f"{missing} of {place}"


def _missing_column(connection: Connection, query: str) -> str:
    """What PostgreSQL says of a column that it lacks; other databases are not asked."""
    if connection.dialect.name != "postgresql":
        return ""
    asked = f"SELECT * FROM ({query.strip().rstrip(';')}\n) AS asked LIMIT 0"
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(asked, execution_options={"no_parameters": True})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == _UNDEFINED_COLUMN:
            return f"a column ({str(error.orig).splitlines()[0]})"
    return ""  # what else is wrong with it, reading it says


def schema_and_name(
    connection: Connection, database: Database, wanted: str
) -> tuple[str | None, str]:
    """Where ``wanted`` is: a table or view of the default schema, or ``schema.table``.

    Raises SourceError where it is nowhere.
    """
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
