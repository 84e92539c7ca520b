"""What an optional part of the settings reads, and a database lacks: a table, or a column."""

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from connectors.settings.tables import TableSettings
from connectors.sources.queries.one_select import tables_of

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
