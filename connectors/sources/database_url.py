"""Which database a source's URL means: how to connect to it, and what to do when it refuses."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.settings.secrets import redacted, secret
from connectors.settings.settings import REFERENCES, DatabaseSource
from kpis.errors import SourceError, nearest

CONNECT_SECONDS = 10
"""How long an unreachable host may keep the reader waiting."""

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

_REMEDIES = (
    (
        r"password authentication failed|no password supplied|access denied for user|login failed"
        r"|invalid username/password|role \".*\" does not exist",
        "Check the user name and the password in {where}.",
    ),
    (
        r"translate host name|name or service not known|resolve|getaddrinfo|nodename nor servname",
        "Check the host name in {where}.",
    ),
    (
        r"refused|timed? ?out|timeout|unreachable|no route to host|can't connect|reset by peer",
        "Check the host and the port in {where}, that the database runs, and that a firewall or "
        "VPN lets this machine reach it.",
    ),
    (
        r"database \".*\" does not exist|unknown database|cannot open database",
        "Check the database's name in {where}.",
    ),
    (
        r"no pg_hba\.conf entry",
        "Ask the database's administrator to let this machine and user in, or to say whether "
        "'?sslmode=require' is needed at the end of {where}.",
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
    (r"not a database", "Check that {where} names an SQLite file."),
)
"""What databases say, as a pattern, and what to do about it; the first that fits."""


@dataclass(frozen=True)
class Database:
    """A database source and how to speak of it.

    ``str()`` names the source and where it is, without secrets; ``reference`` is its URL as the
    settings have it, ``url`` what is connected to.
    """

    name: str
    reference: str
    url: URL

    def __str__(self) -> str:
        if self.url.get_backend_name() == "sqlite":
            return f"Source '{self.name}'"
        host = self.url.host or "a local socket"
        port = f":{self.url.port}" if self.url.port else ""
        base = f", database '{self.url.database}'" if self.url.database else ""
        return f"Source '{self.name}' ({self.url.get_backend_name()} on {host}{port}{base})"

    def engine(self) -> Engine:
        """An engine that waits at most CONNECT_SECONDS for its host and keeps no connection."""
        try:
            option = _CONNECT_TIMEOUT.get(self.url.get_driver_name())
            wanted = option is not None and option not in self.url.query
            arguments = {option: CONNECT_SECONDS} if wanted else {}
            return create_engine(self.url, poolclass=NullPool, connect_args=arguments)
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
        """One paragraph about what the database said while ``place`` was read (empty: connecting).

        It holds the database's own first line, and neither the password nor the URL.
        """
        text = str((error.orig if isinstance(error, DBAPIError) else None) or error)
        # With several addresses to try, psycopg sums them up and gives the reasons below.
        lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason given"]
        first = lines[-1] if "Multiple connection attempts" in text else lines[0]
        where = _named(self.name, self.reference)
        user = f" '{self.url.username}'" if self.url.username else ""
        fallback = "Check {where}, and try the same with the database's own client."
        if place.startswith("the query"):
            fallback = "Correct it in the settings; it must be one SELECT, as Alliance only reads."
        remedy = next((r for pattern, r in _REMEDIES if re.search(pattern, first, re.I)), fallback)
        what = f"{place} cannot be read" if place else "no connection"
        return SourceError(
            f"{self}: {what}. The database says: {self._without_secrets(first).rstrip('.')}. "
            f"{remedy.format(where=where, user=user)}"
        )

    def _without_secrets(self, text: str) -> str:
        options = [
            str(value)
            for key, value in self.url.query.items()
            if re.search(r"pass|pwd|secret|token|key|cred", key, re.I)
        ]
        password = self.url.password
        return redacted(
            text,
            self.url.render_as_string(hide_password=False),
            password,
            quote(password, safe="") if password else None,
            *options,
        )


def _named(name: str, reference: str) -> str:
    if reference.startswith(REFERENCES):
        return f"the URL behind '{reference}'"
    return f"sources.{name}.url"


def written_url(name: str, source: DatabaseSource, folder: Path) -> URL:
    """Return the source's URL as it is written in the settings or behind their reference.

    Raises SettingsError (no such secret), ArgumentError or ValueError (no URL).
    """
    return make_url(str(secret(source.url, folder, f"Source '{name}', url")).strip())


def url_of(name: str, source: DatabaseSource, folder: Path) -> URL:
    """Return the URL to connect to: psycopg for PostgreSQL; a SQLite file as a read-only URI.

    Raises SourceError (no database URL, no such SQLite file) and SettingsError (no such secret).
    """
    try:
        url = written_url(name, source, folder)
        if "@" in f"{url.host or ''}{url.database or ''}" and url.get_backend_name() != "sqlite":
            raise ValueError("an unescaped @ in the password would be shown as the host's name")
    except (ArgumentError, ValueError):
        raise SourceError(
            f"Source '{name}': {_named(name, source.url)} is not a database URL such as "
            "'postgresql://user:password@host:5432/name' or 'sqlite:///crm.db'. Characters of a "
            "password such as @ : / must be percent-encoded."
        ) from None
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        return url
    path = sqlite_file(url, folder)
    if path is None:
        raise SourceError(
            f"Source '{name}': {_named(name, source.url)} names no SQLite file. Write it as "
            "'sqlite:///crm.db' (beside the settings file) or 'sqlite:////folder/crm.db'."
        )
    if not path.is_file():
        beside = [file.name for file in path.parent.glob("*") if file.is_file()]
        hint = nearest(path.name, beside) if path.parent.is_dir() else "Its folder does not exist."
        raise SourceError(f"Source '{name}': there is no SQLite file {path}. {hint}".rstrip())
    # A URI is the only way to open a file for reading only, and never to create it.
    query = {**url.query, "mode": "ro", "uri": "true"}
    return url.set(database=path.as_uri(), query=query)


def sqlite_file(url: URL, folder: Path) -> Path | None:
    """Return the file that a SQLite URL names, from ``folder`` on; None for any other URL."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return (folder / Path(url.database).expanduser()).resolve()
