"""Claims about the notebook's tables: created and changed by steps, by one process at a time."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from connectors.notebook.migrate import MIGRATIONS
from connectors.notebook.notebook import open_notebook
from connectors.notebook.place import for_writing, place_of
from connectors.notebook.tables import METADATA, VERSION, VERSION_TABLE
from connectors.settings.settings import Settings
from kpis.errors import NotebookError
from kpis.records import Annotation
from tests.connectors.notebook.notebook_writer import DAY, in_processes, open_it

ROOT = Path(__file__).parents[3]


def test_the_steps_lead_to_the_tables_that_the_records_need(notebook_settings: Settings) -> None:
    """Were a field added to a record without a step, it would be named here."""
    open_notebook(notebook_settings)
    with place_of(notebook_settings).engine().connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
        # What autogenerate does not compare.
        found = inspect(connection)
        for name, table in METADATA.tables.items():
            assert {column["name"]: column["nullable"] for column in found.get_columns(name)} == {
                column.name: column.nullable for column in table.columns
            }
            uniques = {
                tuple(unique["column_names"]) for unique in found.get_unique_constraints(name)
            }
            assert uniques, name


def test_there_is_one_line_of_steps() -> None:
    """Two heads would mean two ways in which the tables could be."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [VERSION]
    assert all(
        Path(step.path).stem.startswith(f"v{step.revision}_") for step in scripts.walk_revisions()
    )


def test_processes_that_open_a_new_notebook_at_once_all_get_it(notebook_settings: Settings) -> None:
    seen = in_processes(6, open_it, notebook_settings)
    assert max(seen) == 6
    assert len(open_notebook(notebook_settings).all(Annotation)) == 6


def test_threads_that_open_new_notebooks_at_once_all_get_theirs(tmp_path: Path) -> None:
    """Each another one; alembic keeps the one that it works on in a module, for all threads."""
    barrier = Barrier(8)

    def open_at_once(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        barrier.wait(timeout=30)
        return open_notebook(Settings(folder=folder)).add(Annotation(day=DAY, text="a"), "Ann").id

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_at_once, range(8))) == [1] * 8


def test_a_file_of_a_new_notebook_writes_ahead(tmp_path: Path) -> None:
    """Also when several ask for it at once, which SQLite refuses all but one."""
    in_processes(4, open_it, Settings(folder=tmp_path))
    assert way_of_writing(tmp_path) == "wal"


def test_a_file_that_another_writes_is_waited_for(tmp_path: Path) -> None:
    """SQLite answers at once that it is locked when the way of writing is to change."""
    other = sqlite3.connect(tmp_path / "notebook.sqlite", check_same_thread=False)
    other.execute("CREATE TABLE theirs (id int)")
    other.execute("BEGIN IMMEDIATE")
    Timer(0.3, other.commit).start()
    open_notebook(Settings(folder=tmp_path)).add(Annotation(day=DAY, text="Fair"), "Ann")
    other.close()
    assert way_of_writing(tmp_path) == "wal"


def way_of_writing(folder: Path) -> str:
    connection = sqlite3.connect(folder / "notebook.sqlite")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    return str(mode)


def test_opening_again_changes_nothing(notebook_settings: Settings) -> None:
    first = open_notebook(notebook_settings)
    kept = first.add(Annotation(day=DAY, text="Fair in Berlin"), "Ann")
    assert open_notebook(notebook_settings).all(Annotation) == [kept]


def test_a_notebook_of_a_newer_version_is_left_alone(notebook_settings: Settings) -> None:
    open_notebook(notebook_settings)
    engine = for_writing(place_of(notebook_settings).engine())
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(NotebookError) as caught:
        open_notebook(notebook_settings)
    message = str(caught.value)
    assert "was written by a newer version of Alliance" in message and "'9999'" in message
    assert "Update Alliance here" in message
    with engine.connect() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "9999"


def test_tables_of_another_program_are_left_alone(notebook_settings: Settings) -> None:
    """A database may be shared: what is not ours keeps its name and its rows."""
    engine = for_writing(place_of(notebook_settings).engine())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE action (id int)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    open_notebook(notebook_settings).add(Annotation(day=DAY, text="Fair"), "Ann")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "theirs"


def test_the_steps_are_found_from_any_working_folder(tmp_path: Path) -> None:
    """And from a folder whose name holds a per cent sign, which alembic would read as its own."""
    folder = tmp_path / "50% of it"
    folder.mkdir()
    for room in ("connectors", "kpis"):
        (folder / room).symlink_to(ROOT / room)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from connectors.notebook.notebook import open_notebook\n"
        "from connectors.settings.settings import Settings\n"
        "open_notebook(Settings(folder=Path(sys.argv[2])))\n"
    )
    command = [sys.executable, "-c", code, str(folder), str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "notebook.sqlite").is_file()
