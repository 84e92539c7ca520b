"""Where the notebook is kept: which database, how to connect to it, what to do when it refuses."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.settings.secrets import redacted, secret
from connectors.settings.settings import REFERENCES, Settings
from connectors.sources.database_url import CONNECT_SECONDS, sqlite_file
from kpis.errors import NotebookError, SettingsError

DEFAULT_FILE = "notebook.sqlite"

BUSY_SECONDS = 30
"""How long one writer of a SQLite file waits for the others."""

_REMEDIES = (
    (
        r"password authentication failed|no password supplied|role \".*\" does not exist",
        "Check the user name and the password in {named}.",
    ),
    (
        r"translate host name|name or service not known|resolve|getaddrinfo|nodename nor servname",
        "Check the host name in {named}.",
    ),
    (r"database \".*\" does not exist", "Create it, or check the database's name in {named}."),
    (
        r"refused|timed? ?out|timeout|unreachable|no route to host|reset by peer|terminat"
        r"|closed|starting up|shutting down",
        "Check the host and the port in {named}, and that the database runs.",
    ),
    (
        r"permission denied",
        "Let its user create, read and write tables there: GRANT CREATE, USAGE ON SCHEMA public.",
    ),
    (
        r"readonly|read-only|unable to open|disk i/o",
        "Alliance must be able to write the file and its folder: change their permissions, or "
        "name another place in {named}.",
    ),
    (
        r"not a database|malformed|encrypted",
        "The file is no SQLite database, or damaged. Put a backup in its place, or name another "
        "file in {named}.",
    ),
    (r"locked|busy", "Another program holds the file; close it there and try again."),
    (r"is full|no space", "Free some space on that disk and try again."),
    (
        r"no such (table|column)|relation \".*\" does not exist",
        "Its tables were taken away while Alliance ran: restart Alliance.",
    ),
)
"""What databases say, as a pattern, and what to do about it; the first that fits."""


@dataclass(frozen=True)
class Place:
    """A database of our own, SQLite or PostgreSQL; ``named`` is what the settings call its URL."""

    url: URL
    named: str

    def __str__(self) -> str:
        if self.url.get_backend_name() == "sqlite":
            return f"the notebook {self.url.database}"
        host = self.url.host or "a local socket"
        port = f":{self.url.port}" if self.url.port else ""
        base = f", database '{self.url.database}'" if self.url.database else ""
        return f"the notebook (postgresql on {host}{port}{base})"

    def engine(self) -> Engine:
        """An engine that connects when it is used, for readers; see :func:`for_writing`."""
        if self.url.get_backend_name() == "sqlite":
            # No connection outlives its use: a file that was put back from a backup is seen.
            engine = create_engine(
                self.url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}
            )
            event.listen(engine, "connect", _leave_transactions_to_us)
            event.listen(engine, "begin", _begin)
            return engine
        given = "connect_timeout" in self.url.query
        return create_engine(
            self.url,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={} if given else {"connect_timeout": CONNECT_SECONDS},
        )

    def is_gone(self) -> bool:
        """Whether it is a SQLite file that does not exist."""
        is_file = self.url.get_backend_name() == "sqlite"
        return is_file and not os.path.exists(str(self.url.database))

    def problem(self, error: SQLAlchemyError, verb: str) -> NotebookError:
        """One paragraph about what the database said when it was to be ``verb`` ("opened").

        It holds the database's own first line, and neither the password nor the URL.
        """
        text = str((error.orig if isinstance(error, DBAPIError) else None) or error)
        # With several addresses to try, psycopg sums them up and gives the reasons below.
        lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason given"]
        first = lines[-1] if "Multiple connection attempts" in text else lines[0]
        fallback = "Try the same with the database's own client."
        remedy = next((r for pattern, r in _REMEDIES if re.search(pattern, first, re.I)), fallback)
        where = str(self)
        return NotebookError(
            f"{where[0].upper()}{where[1:]} cannot be {verb}. The database says: "
            f"{self._without_secrets(first).rstrip('.')}. {remedy.format(named=self.named)}"
        )

    def _without_secrets(self, text: str) -> str:
        password = self.url.password
        options = [str(self.url.query[key]) for key in self.url.query if "pass" in key.casefold()]
        whole = self.url.render_as_string(hide_password=False)
        return redacted(text, whole, password, password and quote(password, safe=""), *options)


def for_writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: SQLite has them wait at once, in a row.

    A transaction of SQLite that only finds out later that it writes is refused when another one
    has written since, however long it would wait.
    """
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def place_of(settings: Settings) -> Place:
    """Where the settings keep the notebook: a file beside them unless they name a database.

    Raises NotebookError: no such secret, no URL, another kind of database, no such folder.
    """
    reference = settings.notebook.url
    if reference is None:
        file = (settings.folder / DEFAULT_FILE).resolve()
        return _sqlite(file, "[notebook] url of the settings")
    named = (
        f"the URL behind '{reference}'" if reference.startswith(REFERENCES) else "[notebook] url"
    )
    try:
        url = make_url(str(secret(reference, settings.folder, "[notebook] url")).strip())
        kind = url.get_backend_name()
        if "@" in f"{url.host or ''}{url.database or ''}" and kind != "sqlite":
            raise ValueError("an unescaped @ in the password would be shown as the host's name")
    except SettingsError as error:
        raise NotebookError(str(error)) from None
    except (ArgumentError, ValueError):
        raise NotebookError(
            f"{named[0].upper()}{named[1:]} is not a database URL such as "
            "'postgresql://user:password@host:5432/name' or 'sqlite:///notebook.sqlite'. "
            "Characters of a password such as @ : / must be percent-encoded."
        ) from None
    if kind in ("postgres", "postgresql"):
        return Place(url.set(drivername="postgresql+psycopg"), named)
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise NotebookError(
            f"The notebook can be kept in SQLite or PostgreSQL, not in '{url.drivername}'. Name "
            f"one of these in {named}, or leave it out: then it is the file {DEFAULT_FILE} beside "
            "the settings."
        )
    path = sqlite_file(url, settings.folder)
    if path is None or url.query:
        raise NotebookError(
            f"{named[0].upper()}{named[1:]} names no SQLite file. Write it as "
            "'sqlite:///notebook.sqlite' (beside the settings) or "
            "'sqlite:////folder/notebook.sqlite', without options."
        )
    return _sqlite(path, named)


def _sqlite(file: Path, named: str) -> Place:
    if os.path.isdir(file):
        why = f"that is a folder. Name a file in {named}."
    elif not os.path.isdir(file.parent):  # False, too, where this user may not look
        why = f"there is no folder {file.parent}. Create it, or name another file in {named}."
    else:
        return Place(URL.create("sqlite", database=str(file)), named)
    raise NotebookError(f"The notebook {file} cannot be opened: {why}")


def _leave_transactions_to_us(connection: DBAPIConnection, _: object) -> None:
    """Python's driver would begin a transaction of its own, and too late."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
