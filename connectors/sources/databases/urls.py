"""Which database a URL means: how to connect to it, and what to do when it refuses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.settings.secrets import REFERENCES, redacted, secret, secrets_in
from connectors.settings.settings import DatabaseSource
from kpis.errors import SourceError, nearest

CONNECT_SECONDS = 10
"""How long an unreachable host may keep the reader waiting."""

SILENT_SECONDS = 600
"""How long a host that is there may say nothing, where the driver can tell."""

_CONNECT_TIMEOUT = {
    "psycopg": "connect_timeout",
    "psycopg2": "connect_timeout",
    "pymysql": "connect_timeout",
    "mysqldb": "connect_timeout",
    "mysqlconnector": "connection_timeout",
    "mariadbconnector": "connect_timeout",
    "pyodbc": "timeout",
    "pymssql": "login_timeout",
    "oracledb": "tcp_connect_timeout",
}
"""What each driver calls the time it waits for a connection, in seconds."""

_SILENCE = {
    "psycopg": {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3},
    "psycopg2": {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3},
    "pymysql": {"read_timeout": SILENT_SECONDS},
    "mysqldb": {"read_timeout": SILENT_SECONDS},
}
"""How each driver notices that its host is gone, or says nothing any more."""

_DRIVER_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary]",
    "mysql": "mysql-connector-python",
    "cx_Oracle": "cx-Oracle",
}
"""Driver modules whose pip package has another name."""

_DIALECT_PACKAGES = {
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "redshift": "sqlalchemy-redshift",
    "databricks": "databricks-sqlalchemy",
    "trino": "trino[sqlalchemy]",
    "clickhouse": "clickhouse-sqlalchemy",
    "clickhousedb": "clickhouse-connect",
    "duckdb": "duckdb-engine",
    "cockroachdb": "sqlalchemy-cockroachdb",
}
"""Databases that SQLAlchemy reads once one more pip package is installed."""

_BUILT_IN = ("postgresql", "sqlite", "mysql", "mariadb", "oracle", "mssql")

Remedies = Sequence[tuple[str, str]]
"""What databases say, as a pattern, and what to do about it; the first that fits."""

CONNECTING: Remedies = (
    (
        r"password authentication failed|no password supplied|access denied for user|login failed"
        r"|invalid username/password|role \".*\" does not exist",
        "Check the user name and the password in {named}.",
    ),
    (
        r"translate host name|name or service not known|resolve|getaddrinfo|nodename nor servname",
        "Check the host name in {named}.",
    ),
    (
        r"database \".*\" does not exist|unknown database|cannot open database",
        "Check the database's name in {named}.",
    ),
    (
        r"refused|timed? ?out|timeout|unreachable|no route to host|can't connect|reset by peer"
        r"|server closed|lost connection|gone away|connection \w+ closed|terminating|starting up"
        r"|shutting down",
        "Check the host and the port in {named}, that the database runs, and that a firewall or "
        "VPN lets this machine reach it.",
    ),
    (
        r"no pg_hba\.conf entry",
        "Ask the database's administrator to let this machine and user in, or to say whether "
        "'?sslmode=require' is needed at the end of {named}.",
    ),
)
_READING: Remedies = (
    (
        r"statement timeout|max_statement_time|maximum statement execution",
        "It took longer than Alliance lets a statement take: let a view or an index make it less.",
    ),
    (
        r"permission denied|command denied|insufficient privilege|permission was denied",
        "Let the user{user} read it, for example with GRANT SELECT (and USAGE on its schema).",
    ),
    (
        r"read-only|readonly|read only",
        "Alliance only reads: use one SELECT that changes nothing.",
    ),
    (r"database is locked", "Another program holds the file; try again when it is done."),
    (r"not a database", "Check that {named} names an SQLite file."),
)


@dataclass(frozen=True)
class Address:
    """The URL of a database, and ``named``, what the settings call it; never shown with secrets."""

    url: URL
    named: str

    @property
    def host(self) -> str:
        """Where it is: ``postgresql on host:5432, database 'crm'``."""
        host = self.url.host or "a local socket"
        port = f":{self.url.port}" if self.url.port else ""
        base = f", database '{self.url.database}'" if self.url.database else ""
        return f"{self.url.get_backend_name()} on {host}{port}{base}"

    @property
    def connect_arguments(self) -> dict[str, int]:
        """What keeps the driver from waiting without an end; the URL may say otherwise."""
        driver = self.url.get_driver_name()
        limits = dict(_SILENCE.get(driver, {}))
        if driver in _CONNECT_TIMEOUT:
            limits[_CONNECT_TIMEOUT[driver]] = CONNECT_SECONDS
        return {option: limit for option, limit in limits.items() if option not in self.url.query}

    def answer(self, error: SQLAlchemyError, remedies: Remedies, fallback: str) -> str:
        """The database's own error, on one line and without secrets, and what to do about it."""
        text = str((error.orig if isinstance(error, DBAPIError) else None) or error)
        # With several addresses to try, psycopg sums them up and gives the reasons below.
        lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason given"]
        first = lines[-1] if "Multiple connection attempts" in text else lines[0]
        known = (*remedies, *CONNECTING)
        remedy = next(
            (todo for pattern, todo in known if re.search(pattern, first, re.I)), fallback
        )
        whole = self.url.render_as_string(hide_password=False)
        shown = redacted(first, whole, *secrets_in(self.url)).rstrip(".")
        user = f" '{self.url.username}'" if self.url.username else ""
        return f"The database says: {shown}. {remedy.format(named=self.named, user=user)}"


def address_of(written: str, named: str) -> Address:
    """The address that a URL writes, PostgreSQL by psycopg; ValueError where it is no URL."""
    try:
        url = make_url(written.strip())
        if "@" in f"{url.host or ''}{url.database or ''}" and url.get_backend_name() != "sqlite":
            raise ValueError("an unescaped @ in the password would be shown as the host's name")
    except (ArgumentError, ValueError):
        raise ValueError(
            f"{named} is not a database URL such as 'postgresql://user:password@host:5432/name' "
            "or 'sqlite:///file.db'. Characters of a password such as @ : / must be "
            "percent-encoded."
        ) from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    return Address(url, named)


@dataclass(frozen=True)
class Database(Address):
    """A database source; ``str()`` names it and where it is, without secrets."""

    name: str

    def __str__(self) -> str:
        is_file = self.url.get_backend_name() == "sqlite"
        return f"Source '{self.name}'" + ("" if is_file else f" ({self.host})")

    def engine(self) -> Engine:
        """An engine that waits at most CONNECT_SECONDS for its host and keeps no connection."""
        try:
            return create_engine(self.url, poolclass=NullPool, connect_args=self.connect_arguments)
        except ModuleNotFoundError as error:
            module = (error.name or "").partition(".")[0]
            package = _DRIVER_PACKAGES.get(module, module)
            raise SourceError(
                f"Source '{self.name}' needs the database driver '{module}', which is not "
                f"installed. Install it where Alliance runs: pip install '{package}'."
            ) from None
        except NoSuchModuleError:
            kind = self.url.get_backend_name()
            if kind in _DIALECT_PACKAGES:
                remedy = f"Install it where Alliance runs: pip install '{_DIALECT_PACKAGES[kind]}'."
            else:
                remedy = nearest(kind, [*_BUILT_IN, *_DIALECT_PACKAGES])
            raise SourceError(
                f"Source '{self.name}': there is no driver for '{self.url.drivername}' databases. "
                f"{remedy}"
            ) from None

    def problem(self, error: SQLAlchemyError, place: str) -> SourceError:
        """One paragraph about the database's error while ``place`` was read (empty: connecting).

        It holds the database's own first line, and neither the password nor the URL.
        """
        fallback = "Check {named}, and try the same with the database's own client."
        if place.startswith("the query"):
            fallback = "Correct it in the settings, and try it with the database's own client."
        what = f"{place} cannot be read" if place else "no connection"
        return SourceError(f"{self}: {what}. {self.answer(error, _READING, fallback)}")


def named(reference: str, key: str) -> str:
    """What messages call a URL: by the reference to it, else by its key in the settings."""
    return f"the URL behind '{reference}'" if reference.startswith(REFERENCES) else key


def database_of(name: str, source: DatabaseSource, folder: Path) -> Database:
    """Return the database to connect to; a SQLite file as a URI that only reads.

    Raises SourceError (no database URL, no such SQLite file) and SettingsError (no such secret).
    """
    called = named(source.url, f"sources.{name}.url")
    try:
        url = address_of(_written(name, source, folder), called).url
    except ValueError as error:
        raise SourceError(f"Source '{name}': {error}") from None
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        return Database(url, called, name)
    path = sqlite_file(url, folder)
    if path is None:
        raise SourceError(
            f"Source '{name}': {called} names no SQLite file. Write it as "
            "'sqlite:///crm.db' (beside the settings file) or 'sqlite:////folder/crm.db'."
        )
    if not path.is_file():
        beside = [file.name for file in path.parent.glob("*") if file.is_file()]
        hint = nearest(path.name, beside) if path.parent.is_dir() else "Its folder does not exist."
        raise SourceError(f"Source '{name}': there is no SQLite file {path}. {hint}".rstrip())
    # A URI is the only way to open a file for reading only, and never to create it.
    query = {**url.query, "mode": "ro", "uri": "true"}
    return Database(url.set(database=path.as_uri(), query=query), called, name)


def source_file(name: str, source: DatabaseSource, folder: Path) -> Path | None:
    """Return the SQLite file that the source names; None where it names none.

    Raises SettingsError (no such secret).
    """
    try:
        return sqlite_file(make_url(_written(name, source, folder)), folder)
    except (ArgumentError, ValueError):
        return None


def _written(name: str, source: DatabaseSource, folder: Path) -> str:
    return str(secret(source.url, folder, f"Source '{name}', url")).strip()


def sqlite_file(url: URL, folder: Path) -> Path | None:
    """Return the file that a SQLite URL names, from ``folder`` on; None for any other URL."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return (folder / Path(url.database).expanduser()).resolve()
