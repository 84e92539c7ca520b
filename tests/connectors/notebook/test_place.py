"""Claims about where the notebook is, and about places where it cannot be."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from connectors.notebook.notebook import open_notebook
from connectors.notebook.place import place_of
from connectors.settings.settings import NotebookSettings, Settings
from kpis.errors import NotebookError
from kpis.records import Annotation
from tests.connectors.notebook.notebook_writer import DAY
from tests.postgres_server import Postgres

FAIR = Annotation(day=DAY, text="Fair in Berlin")
NOBODY = 65534


def at(url: str, folder: Path = Path()) -> Settings:
    return Settings(notebook=NotebookSettings(url=url), folder=folder)


def refusal(settings: Settings) -> str:
    """The one paragraph about a notebook that cannot be opened; it never holds the password."""
    with pytest.raises(NotebookError) as caught:
        open_notebook(settings)
    message = str(caught.value)
    assert "\n" not in message and "wrong-word" not in message
    return message


def refusal_of_secret(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    """The same of a URL that the settings may only refer to, as it holds a password."""
    monkeypatch.setenv("NOTEBOOK_URL", url)
    return refusal(at("env:NOTEBOOK_URL"))


def test_without_a_url_it_is_a_file_beside_the_settings(tmp_path: Path) -> None:
    open_notebook(Settings(folder=tmp_path)).add(FAIR, "Ann")
    assert (tmp_path / "notebook.sqlite").is_file()
    same = at("sqlite:///notebook.sqlite", tmp_path)
    assert [found.text for found in open_notebook(same).all(Annotation)] == ["Fair in Berlin"]


def test_a_file_elsewhere_and_of_any_name_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "with spaces, 50% and ü"
    folder.mkdir()
    open_notebook(at(f"sqlite:///{folder.name}/our notes.db", tmp_path)).add(FAIR, "Ann")
    assert (folder / "our notes.db").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no folder may be called so there")
def test_settings_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    """Were the path put together to a URL, its ? and # would end it."""
    folder = tmp_path / "what? 50%20 #1"
    folder.mkdir()
    open_notebook(Settings(folder=folder)).add(FAIR, "Ann")
    assert (folder / "notebook.sqlite").is_file()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_opened(postgres: Postgres, scheme: str) -> None:
    postgres.new_database("notebook")
    url = postgres.admin("notebook").replace("postgresql", scheme, 1)
    assert open_notebook(at(url)).add(FAIR, "Ann").id == 1


def test_a_password_with_signs_opens_the_notebook(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.new_database("notebook", "GRANT CREATE, USAGE ON SCHEMA public TO reader")
    monkeypatch.setenv("NOTEBOOK_URL", postgres.reader("notebook"))
    assert open_notebook(at("env:NOTEBOOK_URL")).add(FAIR, "Ann").id == 1


@pytest.mark.parametrize(
    "url", ["mysql://user@host/notes", "duckdb:///notes.db", "sqlite+aiosqlite:///n.db", "x://y"]
)
def test_another_kind_of_database_is_refused(url: str) -> None:
    message = refusal(at(url))
    assert message.startswith("The notebook can be kept in SQLite or PostgreSQL, not in ")
    assert url.partition(":")[0] in message and "[notebook] url" in message


def test_what_is_no_url_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in (
        "wrong-word",
        "postgresql://ann:wrong-w@rd:x@host/notes",
        "postgresql://h:port/x",
    ):
        message = refusal_of_secret(monkeypatch, wrong)
        assert message.startswith(
            "The URL behind 'env:NOTEBOOK_URL' is not a database URL such as "
        )
        assert wrong not in message


def test_a_missing_secret_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTEBOOK_URL", raising=False)
    assert "environment variable NOTEBOOK_URL, which is not set" in refusal(at("env:NOTEBOOK_URL"))
    assert refusal(at("secrets:notebook", tmp_path)).startswith("[notebook] url: ")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///n.db?mode=ro"])
def test_a_notebook_that_would_be_forgotten_is_refused(url: str, tmp_path: Path) -> None:
    assert "names no SQLite file" in refusal(at(url, tmp_path))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    message = refusal(at("sqlite:///nowhere/n.db", tmp_path))
    assert f"there is no folder {tmp_path / 'nowhere'}. Create it" in message
    assert "that is a folder" in refusal(at(f"sqlite:///{tmp_path}"))


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notebook.sqlite"
    file.write_text("Meeting of Monday\n" * 100)
    message = refusal(Settings(folder=tmp_path))
    assert str(file) in message and "The file is no SQLite database, or damaged." in message
    assert file.read_text() == "Meeting of Monday\n" * 100


@pytest.mark.skipif(sys.platform == "win32", reason="folders have other permissions there")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o555)
        with as_nobody():
            message = refusal(Settings(folder=folder))
        assert str(folder / "notebook.sqlite") in message
        assert "Alliance must be able to write the file and its folder" in message
        folder.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="folders have other permissions there")
def test_a_notebook_that_may_only_be_read_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        open_notebook(Settings(folder=folder)).add(FAIR, "Ann")
        (folder / "notebook.sqlite").chmod(0o444)
        folder.chmod(0o555)
        with as_nobody():
            try:
                open_notebook(Settings(folder=folder)).add(FAIR, "Ann")
            except NotebookError as error:
                message = str(error)
        assert "Alliance must be able to write the file and its folder" in message
        folder.chmod(0o755)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_was_taken_away_is_created_anew(tmp_path: Path) -> None:
    notebook = open_notebook(Settings(folder=tmp_path))
    notebook.add(FAIR, "Ann")
    (tmp_path / "notebook.sqlite").unlink()
    assert notebook.all(Annotation) == []
    (tmp_path / "notebook.sqlite").unlink()
    assert notebook.add(FAIR, "Ann").id == 1


def test_tables_that_were_taken_away_are_reported(notebook_settings: Settings) -> None:
    notebook = open_notebook(notebook_settings)
    with place_of(notebook_settings).engine().begin() as connection:
        connection.execute(text("DROP TABLE notebook_annotation"))
    with pytest.raises(NotebookError, match="cannot be written.*restart Alliance"):
        notebook.add(FAIR, "Ann")
    with pytest.raises(NotebookError, match="cannot be read.*restart Alliance"):
        notebook.all(Annotation)


def test_a_wrong_password_names_the_place_and_the_remedy(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.new_database("notebook")
    message = refusal_of_secret(monkeypatch, postgres.reader("notebook", "wrong-word"))
    assert (
        f"(postgresql on 127.0.0.1:{postgres.port}, database 'notebook') cannot be opened"
        in message
    )
    assert "Check the user name and the password in the URL behind 'env:NOTEBOOK_URL'." in message


def test_a_postgresql_that_is_down_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can answer there
        port = taken.getsockname()[1]
        url = f"postgresql://ann:wrong-word@127.0.0.1:{port}/notes"
        message = refusal_of_secret(monkeypatch, url)
    assert f"127.0.0.1:{port}" in message and "Check the host and the port" in message


def test_an_unknown_database_is_named(postgres: Postgres) -> None:
    message = refusal(at(postgres.admin("nowhere")))
    assert 'database "nowhere" does not exist' in message
    assert "Create it, or check the database's name in [notebook] url" in message


def test_a_user_who_may_create_nothing_is_reported_what_is_missing(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.new_database("notebook", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    message = refusal_of_secret(monkeypatch, postgres.reader("notebook"))
    assert "permission denied" in message and "GRANT CREATE, USAGE ON SCHEMA public" in message


def test_a_restart_of_postgresql_is_not_noticed(postgres: Postgres) -> None:
    """Connections are kept for the next click; one that broke meanwhile is replaced."""
    postgres.new_database("notebook")
    notebook = open_notebook(at(postgres.admin("notebook")))
    kept = notebook.add(FAIR, "Ann")
    with psycopg.connect(postgres.admin(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'notebook'"
        )
    assert notebook.all(Annotation) == [kept]
