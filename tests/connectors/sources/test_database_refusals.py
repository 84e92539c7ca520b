"""Claims about databases that cannot be read: each refusal names its cause and the remedy."""

import socket
import time
from pathlib import Path

import pytest

from tests.connectors.sources.crm_database import LEADS, PASSWORD, refusal, sqlite_file, table
from tests.postgres_server import Postgres


def test_a_wrong_password_names_the_source_and_the_remedy(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    text = refusal(postgres.reader("crm", "wrong-word"), tmp_path, leads=table("leads"))
    assert "password authentication failed" in text
    assert "Check the user name and the password in the URL behind 'env:CRM_URL'." in text
    assert f"127.0.0.1:{postgres.port}" in text


def test_a_password_in_what_the_database_says_is_hidden(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    """The database repeats the query in its message, and the query the password."""
    text = refusal(crm, tmp_path, leads=table(query=f'SELECT "{PASSWORD}" FROM leads'))
    assert 'column "***" does not exist' in text


def test_an_unknown_user_and_an_unknown_database_are_listed_apart(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    unknown = postgres.reader("nowhere")
    text = refusal(unknown, tmp_path, leads=table("leads"))
    assert 'database "nowhere" does not exist' in text
    assert "Check the database's name in the URL behind 'env:CRM_URL'." in text
    stranger = crm.replace("reader", "stranger")
    assert "Check the user name" in refusal(stranger, tmp_path, leads=table("leads"))


def test_a_refused_connection_names_host_and_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can answer there
        port = taken.getsockname()[1]
        url = f"postgres://reader:wrong-word@127.0.0.1:{port}/crm"
        text = refusal(url, tmp_path, leads=table("leads"))
    assert f"127.0.0.1:{port}" in text and "refused" in text
    assert "Check the host and the port" in text


def test_a_host_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server takes the connection and says nothing, for ever."""
    monkeypatch.setattr("connectors.sources.databases.urls.CONNECT_SECONDS", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/crm"
        started = time.monotonic()
        text = refusal(url, tmp_path, leads=table("leads"))
    assert time.monotonic() - started < 8
    assert "Check the host and the port" in text


def test_a_host_that_does_not_exist_is_named(tmp_path: Path) -> None:
    url = "postgresql://reader:wrong-word@no-such-host.invalid/crm"
    text = refusal(url, tmp_path, leads=table("leads"))
    assert "no-such-host.invalid" in text and "Check the host name" in text


def test_an_unknown_table_suggests_the_nearest_of_any_schema(crm: str, tmp_path: Path) -> None:
    assert "Did you mean 'leads'?" in refusal(crm, tmp_path, leads=table("laeds"))
    assert "Did you mean 'sales.deals'?" in refusal(crm, tmp_path, deals=table("deals"))
    assert "Did you mean 'sales.deals'?" in refusal(crm, tmp_path, deals=table("sales.deal"))
    text = refusal(crm, tmp_path, leads=table("Named"))
    assert "there is no table or view 'Named'" in text and "Did you mean 'named'?" in text


def test_an_unknown_table_of_sqlite_suggests_the_nearest(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    text = refusal("sqlite:///crm.db", tmp_path, leads=table("lead"))
    assert text == "Source 'crm': there is no table or view 'lead'. Did you mean 'leads'?"


def test_a_missing_permission_says_what_to_grant(crm: str, tmp_path: Path) -> None:
    text = refusal(crm, tmp_path, costs=table("salaries"))
    assert "table 'salaries' cannot be read" in text
    assert "permission denied" in text and "GRANT SELECT" in text and "'reader'" in text


def test_a_wrong_query_shows_the_databases_first_line(crm: str, tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    for url in (crm, "sqlite:///crm.db"):
        text = refusal(url, tmp_path, leads=table(query="SELECT nothing FROM leads"))
        assert "the query of leads cannot be read" in text and "Correct it in the settings" in text
        assert "nothing" in text


def test_a_query_that_does_not_begin_as_one_is_not_sent(crm: str, tmp_path: Path) -> None:
    text = refusal(crm, tmp_path, leads=table(query="SELEC id FROM leads"))
    assert "the query of leads is not sent, since it must be one SELECT, but begins with" in text


def test_a_column_twice_in_a_query_is_refused_by_name(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    query = "SELECT a.id, b.id FROM leads a JOIN leads b ON a.id = b.id"
    text = refusal("sqlite:///crm.db", tmp_path, leads=table(query=query))
    assert "returns the column 'id' more than once" in text and "AS" in text


def test_a_missing_sqlite_file_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    text = refusal("sqlite:///cmr.db", tmp_path, leads=table("leads"))
    assert "there is no SQLite file" in text and "Did you mean 'crm.db'?" in text
    assert not (tmp_path / "cmr.db").exists()


def test_a_file_that_is_no_sqlite_database_is_reported_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_text("id;name\n" * 1000)
    text = refusal("sqlite:///crm.db", tmp_path, leads=table("leads"))
    assert "Check that the URL behind 'env:CRM_URL' names an SQLite file." in text


def test_an_sqlite_url_without_a_file_is_refused(tmp_path: Path) -> None:
    assert "names no SQLite file" in refusal("sqlite://", tmp_path, leads=table("leads"))


def test_text_that_is_no_url_is_refused_without_showing_it(tmp_path: Path) -> None:
    for url in ("host=db password=wrong-word", "postgresql://reader:wrong-word@host:port/crm"):
        text = refusal(url, tmp_path, leads=table("leads"))
        assert "the URL behind 'env:CRM_URL' is not a database URL" in text


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("mysql+mysqldb://u:wrong-word@h/d", "pip install 'mysqlclient'"),
        ("postgresql+psycopg2://u:wrong-word@h/d", "pip install 'psycopg2-binary'"),
        ("snowflake://u:wrong-word@account/d", "pip install 'snowflake-sqlalchemy'"),
        ("postgrseql://u:wrong-word@h/d", "Did you mean 'postgresql'?"),
    ],
)
def test_a_missing_driver_names_the_package_to_install(
    tmp_path: Path, url: str, remedy: str
) -> None:
    assert remedy in refusal(url, tmp_path, leads=table("leads"))
