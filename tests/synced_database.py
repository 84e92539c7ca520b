"""What a sync tool writes into PostgreSQL: exports of its tables, with types, in its own schema."""

from pathlib import Path

import duckdb
import psycopg

from tests.postgres_server import Postgres

_TYPES = {
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamptz",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "DATE": "date",
}


def synced_tables(postgres: Postgres, database: str, schema: str, files: dict[str, Path]) -> None:
    """Write each file as a table of ``schema``, of the types that its values have.

    A flag that is blank in every row is a boolean, and a moment a timestamp, as the tool has them.
    """
    with psycopg.connect(postgres.admin(database), autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        connection.execute(f'GRANT USAGE ON SCHEMA "{schema}" TO reader')
        for table, file in files.items():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in _columns(file))
            connection.execute(f'CREATE TABLE "{schema}"."{table}" ({columns})')
            asked = f'COPY "{schema}"."{table}" FROM STDIN (FORMAT csv, HEADER)'
            with connection.cursor().copy(asked) as copy:
                copy.write(file.read_text(encoding="utf-8-sig"))
        connection.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO reader')


def _columns(file: Path) -> list[tuple[str, str]]:
    found = duckdb.execute("DESCRIBE SELECT * FROM read_csv(?, sample_size = -1)", [str(file)])
    return [(name, _type(name, kind)) for name, kind, *_ in found.fetchall()]


def _type(name: str, kind: str) -> str:
    if name.startswith(("is_", "has_")) or name in ("_fivetran_deleted", "_fivetran_active"):
        return "boolean"
    return _TYPES.get(kind, "text")
