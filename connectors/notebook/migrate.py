"""The notebook's tables are created, and brought up to what this version of Alliance expects."""

import threading
from pathlib import Path

from sqlalchemy import column, inspect, select, table, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_fixed

from connectors.notebook.place import for_writing
from connectors.notebook.tables import VERSION, VERSION_TABLE
from kpis.display import sentence_case
from kpis.errors import NotebookError

MIGRATIONS = Path(__file__).parent / "migrations"

_POSTGRES_LOCK = 0x416C6C69616E6365
"""Any number that no other program takes: "Alliance" in ASCII."""

_ONE_AT_A_TIME = threading.Lock()  # alembic keeps the migration that runs in a module


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Create the tables or change them to those of this version; nothing when they are these.

    Several processes may do so at once: one does it, the others wait. ``where`` is named in
    errors. Raises NotebookError when a newer version has changed the tables, and SQLAlchemyError.
    """
    with _ONE_AT_A_TIME:
        if engine.dialect.name == "sqlite":
            _write_ahead(engine)
        with engine.connect() as connection:
            if _version(connection) == VERSION:
                return
        with for_writing(engine).begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK}
                )
            _migrate(connection, where)


def _migrate(connection: Connection, where: str) -> None:
    from alembic import command  # takes as long to import as the rest, and is needed once
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    version = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise NotebookError(
            f"{sentence_case(where)} was written by a newer version of Alliance "
            f"(its tables are at '{version}', this version knows them up to '{VERSION}'). Update "
            "Alliance here, or name another database in [notebook] url of the settings."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """The migration that the tables are at; None when there are none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    )
    return version


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


# Others open the new file, too, and SQLite does not wait for them.
@retry(
    retry=retry_if_exception(_is_locked),
    stop=stop_after_attempt(100),
    wait=wait_fixed(0.02),
    retry_error_callback=lambda _: None,
)
def _write_ahead(engine: Engine) -> None:
    """Let readers of a SQLite file go on while somebody writes; the file keeps it.

    On a drive that cannot do so everybody waits for everybody instead, and nothing is lost.
    """
    with engine.connect().execution_options(begin="") as connection:
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
