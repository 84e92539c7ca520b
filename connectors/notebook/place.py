"""Where the notebook is kept: which database, how to connect to it, what to do when it refuses."""

import os
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.settings.secrets import secret
from connectors.settings.settings import Settings
from connectors.sources.databases.urls import Address, Remedies, address_of, named, sqlite_file
from kpis.display import sentence_case
from kpis.errors import NotebookError, SettingsError

DEFAULT_FILE = "notebook.sqlite"

BUSY_SECONDS = 30
"""How long one writer of a SQLite file waits for the others."""

_WRITING: Remedies = (
    (r"database \".*\" does not exist", "Create it, or check the database's name in {named}."),
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


class Place(Address):
    """A database of our own, SQLite or PostgreSQL."""

    def __str__(self) -> str:
        is_file = self.url.get_backend_name() == "sqlite"
        return f"the notebook {self.url.database}" if is_file else f"the notebook ({self.host})"

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
        return create_engine(
            self.url,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args=self.connect_arguments,
        )

    def is_gone(self) -> bool:
        """Whether it is a SQLite file that does not exist."""
        is_file = self.url.get_backend_name() == "sqlite"
        return is_file and not os.path.exists(str(self.url.database))

    def problem(self, error: SQLAlchemyError, verb: str) -> NotebookError:
        """One paragraph about the database's error when it was to be ``verb`` ("opened").

        It holds the database's own first line, and neither the password nor the URL.
        """
        fallback = "Try the same with the database's own client."
        return NotebookError(
            f"{sentence_case(str(self))} cannot be {verb}. {self.answer(error, _WRITING, fallback)}"
        )


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
    called = named(reference, "[notebook] url")
    try:
        written = str(secret(reference, settings.folder, "[notebook] url"))
        url = address_of(written, sentence_case(called)).url
    except (SettingsError, ValueError) as error:
        raise NotebookError(str(error)) from None
    if url.get_backend_name() == "postgresql":
        return Place(url, called)
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise NotebookError(
            f"The notebook can be kept in SQLite or PostgreSQL, not in '{url.drivername}'. Name "
            f"one of these in {called}, or leave it out: then it is the file {DEFAULT_FILE} "
            "beside the settings."
        )
    path = sqlite_file(url, settings.folder)
    if path is None or url.query:
        raise NotebookError(
            f"{sentence_case(called)} names no SQLite file. Write it as "
            "'sqlite:///notebook.sqlite' (beside the settings) or "
            "'sqlite:////folder/notebook.sqlite', without options."
        )
    return _sqlite(path, called)


def _sqlite(file: Path, called: str) -> Place:
    if os.path.isdir(file):
        why = f"that is a folder. Name a file in {called}."
    elif not os.path.isdir(file.parent):  # False, too, where this user may not look
        why = f"there is no folder {file.parent}. Create it, or name another file in {called}."
    else:
        return Place(URL.create("sqlite", database=str(file)), called)
    raise NotebookError(f"The notebook {file} cannot be opened: {why}")


def _leave_transactions_to_us(connection: DBAPIConnection, _: object) -> None:
    """Python's driver would begin a transaction of its own, and too late."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
