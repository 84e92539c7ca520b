"""Claims about reading databases, on SQLite files and on a real PostgreSQL over TCP."""

import socket
import sqlite3
import time
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from connectors import database
from connectors.raw import RawTable, no_progress
from connectors.settings import DatabaseSource, TableSettings
from kpis.errors import SourceError
from tests.conftest import Postgres

PASSWORD = "p@ss:w/rd%1"


def table(from_: str | None = None, query: str | None = None) -> TableSettings:
    return TableSettings.model_validate({"source": "crm", "from": from_, "query": query})


def read(
    url: str,
    folder: Path,
    batch_rows: int = 50_000,
    **requests: TableSettings,
) -> dict[str, RawTable]:
    """Read through a reference, as people do: the URL stands in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CRM_URL", url)
        source = DatabaseSource(kind="database", url="env:CRM_URL", batch_rows=batch_rows)
        return database.read("crm", source, requests, folder, no_progress)


def refusal(url: str, folder: Path, **requests: TableSettings) -> str:
    """The paragraph of an error: it names the source, holds no secret and is one line."""
    with pytest.raises(SourceError) as caught:
        read(url, folder, **requests)
    said = str(caught.value)
    assert said.startswith("Source 'crm'")
    assert "\n" not in said and "sqlalche.me" not in said and "[SQL" not in said
    for secret in (PASSWORD, "p%40ss", "wrong-word"):
        assert secret not in said
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return said


def sqlite_file(folder: Path, *statements: str) -> Path:
    path = folder / "crm.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


LEADS = (
    "CREATE TABLE leads (id INTEGER, name TEXT, score REAL)",
    "INSERT INTO leads VALUES (9007199254740993, 'Ann', 1.5), (NULL, 'NA', NULL), (3, '', 2)",
)


@pytest.fixture
def crm(postgres: Postgres) -> str:
    """A database ``crm`` with one table, and the URL of a role that may read it."""
    postgres.new_database(
        "crm",
        "CREATE TABLE leads (id bigint, amount numeric(12,2), day date, at timestamptz, "
        "local timestamp, ok boolean, key uuid, name text)",
        "INSERT INTO leads VALUES (9007199254740993, 1200.10, '2026-01-02', "
        "'2026-01-02 03:04:05+01', '2026-01-02 03:04:05', true, "
        "'11111111-2222-3333-4444-555555555555', 'Ann'), "
        "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "CREATE VIEW named AS SELECT id, name FROM leads",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.deals (deal_id int)",
        "INSERT INTO sales.deals VALUES (7)",
        "GRANT USAGE ON SCHEMA sales TO reader",
        "GRANT SELECT ON sales.deals TO reader",
        "CREATE TABLE salaries (amount int)",
        "REVOKE ALL ON salaries FROM reader",
    )
    return postgres.reader("crm")


def test_an_empty_table_gives_its_columns_and_no_rows(tmp_path: Path) -> None:
    sqlite_file(tmp_path, "CREATE TABLE leads (id INTEGER, name TEXT)")
    found = read("sqlite:///crm.db", tmp_path, leads=table("leads"))["leads"]
    assert list(found.frame.columns) == ["id", "name"]
    assert len(found.frame) == 0 and len(found.rows) == 0


def test_an_empty_query_on_postgres_gives_its_columns_and_no_rows(crm: str, tmp_path: Path) -> None:
    found = read(crm, tmp_path, leads=table(query="SELECT id, name FROM leads WHERE false"))
    assert list(found["leads"].frame.columns) == ["id", "name"]
    assert len(found["leads"].frame) == 0


def test_a_relative_sqlite_path_starts_at_the_settings_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "with space & #sign?"
    folder.mkdir()
    sqlite_file(folder, *LEADS)
    monkeypatch.chdir(tmp_path)
    found = read("sqlite:///crm.db", folder, leads=table("leads"))["leads"]
    assert found.rows.tolist() == [1, 2, 3]
    assert found.place == "table 'leads'"
    assert not found.serial_dates


def test_integers_with_gaps_stay_exact_and_null_is_none(tmp_path: Path) -> None:
    """2^53 + 1 = 9007199254740993 has no float: as one it reads ...992."""
    sqlite_file(tmp_path, *LEADS)
    frame = read("sqlite:///crm.db", tmp_path, leads=table("leads"))["leads"].frame
    assert frame["id"].tolist() == [9007199254740993, None, 3]
    assert frame["name"].tolist() == ["Ann", "NA", ""]
    assert frame["score"].tolist() == [1.5, None, 2.0]


def test_postgres_values_keep_their_python_types(crm: str, tmp_path: Path) -> None:
    found = read(crm, tmp_path, leads=table("leads"))["leads"]
    assert found.frame.iloc[0].tolist() == [
        9007199254740993,
        Decimal("1200.10"),
        date(2026, 1, 2),
        datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5),
        True,
        UUID("11111111-2222-3333-4444-555555555555"),
        "Ann",
    ]
    assert found.frame.iloc[1].tolist() == [None] * 8
    assert [str(dtype) for dtype in found.frame.dtypes] == ["object"] * 8


def test_rows_are_streamed_in_batches_and_progress_counts_them(
    tmp_path: Path, crm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,500 rows in batches of 1,000: 1,000, then 2,000, then 2,500."""
    monkeypatch.setenv("CRM_URL", crm)
    source = DatabaseSource(kind="database", url="env:CRM_URL", batch_rows=1000)
    seen: list[tuple[str, int]] = []
    query = table(query="SELECT n FROM generate_series(1, 2500) AS n")
    found = database.read(
        "crm", source, {"leads": query}, tmp_path, lambda name, rows: seen.append((name, rows))
    )
    assert seen == [("leads", 1000), ("leads", 2000), ("leads", 2500)]
    assert found["leads"].frame["n"].tolist() == list(range(1, 2501))
    assert found["leads"].rows.tolist() == list(range(1, 2501))


def test_a_view_and_a_table_of_another_schema_are_read(crm: str, tmp_path: Path) -> None:
    found = read(crm, tmp_path, leads=table("named"), deals=table("sales.deals"))
    assert found["leads"].frame["name"].tolist() == ["Ann", None]
    assert found["deals"].frame["deal_id"].tolist() == [7]


def test_a_table_name_is_a_name_and_never_sql(tmp_path: Path) -> None:
    odd = 'my "best"; DROP TABLE leads --'
    quoted = '"' + odd.replace('"', '""') + '"'
    sqlite_file(tmp_path, *LEADS, f"CREATE TABLE {quoted} (id)", f"INSERT INTO {quoted} VALUES (5)")
    found = read("sqlite:///crm.db", tmp_path, deals=table(odd), leads=table("leads"))
    assert found["deals"].frame["id"].tolist() == [5]
    assert len(found["leads"].frame) == 3


@pytest.mark.parametrize("condition", ["name LIKE 'A%'", "name <> ':x' AND name LIKE '%n%'"])
def test_percent_and_colon_in_a_query_are_just_text(
    crm: str, tmp_path: Path, condition: str
) -> None:
    query = f"SELECT name, day::text AS day FROM leads WHERE {condition};"
    found = read(crm, tmp_path, leads=table(query=query))["leads"]
    assert found.frame.values.tolist() == [["Ann", "2026-01-02"]]
    assert found.place == "the query of leads"


def test_all_tables_of_a_source_are_of_one_moment(
    postgres: Postgres, crm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deal added while leads are read is not there yet when deals are read: 1, not 2."""
    monkeypatch.setenv("CRM_URL", crm)

    def add_a_deal(name: str, rows: int) -> None:
        if name == "leads":
            with psycopg.connect(postgres.admin("crm")) as connection:
                connection.execute("INSERT INTO sales.deals VALUES (8)")

    source = DatabaseSource(kind="database", url="env:CRM_URL")
    requests = {"leads": table("leads"), "deals": table("sales.deals")}
    found = database.read("crm", source, requests, tmp_path, add_a_deal)
    assert len(found["deals"].frame) == 1
    assert len(read(crm, tmp_path, deals=table("sales.deals"))["deals"].frame) == 2


def test_all_tables_of_a_sqlite_file_are_of_one_moment(tmp_path: Path) -> None:
    path = sqlite_file(
        tmp_path, "PRAGMA journal_mode = WAL", *LEADS, "CREATE TABLE deals (deal_id)"
    )

    def add_a_deal(name: str, rows: int) -> None:
        if name == "leads":
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("INSERT INTO deals VALUES (8)")

    source = DatabaseSource(kind="database", url="sqlite:///crm.db")
    requests = {"leads": table("leads"), "deals": table("deals")}
    assert len(database.read("crm", source, requests, tmp_path, add_a_deal)["deals"].frame) == 0
    assert len(database.read("crm", source, requests, tmp_path, no_progress)["deals"].frame) == 1


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE leads SET name = 'x' RETURNING name",
        "DELETE FROM leads",
        "DROP TABLE leads",
        "CREATE TABLE copy AS SELECT * FROM leads",
    ],
)
def test_a_query_that_writes_fails_on_sqlite_and_changes_nothing(
    tmp_path: Path, query: str
) -> None:
    path = sqlite_file(tmp_path, *LEADS)
    before = path.read_bytes()
    said = refusal("sqlite:///crm.db", tmp_path, leads=table(query=query))
    assert "the query of leads" in said and "Alliance only reads" in said
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO leads (name) VALUES ('x') RETURNING name",
        "DELETE FROM leads",
        "SELECT 1; DELETE FROM leads",
        "COMMIT; DELETE FROM leads",
        "SELECT setval('counter', 5)",
        "WITH gone AS (DELETE FROM leads RETURNING 1) SELECT * FROM gone",
    ],
)
def test_a_query_that_writes_fails_on_postgres_and_changes_nothing(
    postgres: Postgres, crm: str, tmp_path: Path, query: str
) -> None:
    """As the superuser, whom no missing permission stops."""
    with psycopg.connect(postgres.admin("crm")) as connection:
        connection.execute("CREATE SEQUENCE counter")
    said = refusal(postgres.admin("crm"), tmp_path, leads=table(query=query))
    assert "the query of leads cannot be read" in said and "Alliance only reads" in said
    with psycopg.connect(postgres.admin("crm")) as connection:
        count = connection.execute("SELECT count(*) FROM leads").fetchone()
        counter = connection.execute("SELECT last_value FROM counter").fetchone()
    assert count == (2,) and counter == (1,)


def test_a_wrong_password_names_the_source_and_the_remedy(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    said = refusal(postgres.reader("crm", "wrong-word"), tmp_path, leads=table("leads"))
    assert "password authentication failed" in said
    assert "Check the user name and the password in the URL behind 'env:CRM_URL'." in said
    assert f"127.0.0.1:{postgres.port}" in said


def test_a_password_in_what_the_database_says_is_hidden(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    """The database repeats the query in its message, and the query the password."""
    said = refusal(crm, tmp_path, leads=table(query=f'SELECT "{PASSWORD}" FROM leads'))
    assert 'column "***" does not exist' in said


def test_an_unknown_user_and_an_unknown_database_are_told_apart(
    postgres: Postgres, crm: str, tmp_path: Path
) -> None:
    unknown = postgres.reader("nowhere")
    said = refusal(unknown, tmp_path, leads=table("leads"))
    assert 'database "nowhere" does not exist' in said
    assert "Check the database's name in the URL behind 'env:CRM_URL'." in said
    stranger = crm.replace("reader", "stranger")
    assert "Check the user name" in refusal(stranger, tmp_path, leads=table("leads"))


def test_a_refused_connection_names_host_and_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can answer there
        port = taken.getsockname()[1]
        url = f"postgres://reader:wrong-word@127.0.0.1:{port}/crm"
        said = refusal(url, tmp_path, leads=table("leads"))
    assert f"127.0.0.1:{port}" in said and "refused" in said
    assert "Check the host and the port" in said


def test_a_host_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server takes the connection and says nothing, for ever."""
    monkeypatch.setattr("connectors.database_url.CONNECT_SECONDS", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/crm"
        started = time.monotonic()
        said = refusal(url, tmp_path, leads=table("leads"))
    assert time.monotonic() - started < 8
    assert "Check the host and the port" in said


def test_a_host_that_does_not_exist_is_named(tmp_path: Path) -> None:
    url = "postgresql://reader:wrong-word@no-such-host.invalid/crm"
    said = refusal(url, tmp_path, leads=table("leads"))
    assert "no-such-host.invalid" in said and "Check the host name" in said


def test_an_unknown_table_suggests_the_nearest_of_any_schema(crm: str, tmp_path: Path) -> None:
    assert "Did you mean 'leads'?" in refusal(crm, tmp_path, leads=table("laeds"))
    assert "Did you mean 'sales.deals'?" in refusal(crm, tmp_path, deals=table("deals"))
    assert "Did you mean 'sales.deals'?" in refusal(crm, tmp_path, deals=table("sales.deal"))
    said = refusal(crm, tmp_path, leads=table("Named"))
    assert "there is no table or view 'Named'" in said and "Did you mean 'named'?" in said


def test_an_unknown_table_of_sqlite_suggests_the_nearest(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    said = refusal("sqlite:///crm.db", tmp_path, leads=table("lead"))
    assert said == "Source 'crm': there is no table or view 'lead'. Did you mean 'leads'?"


def test_a_missing_permission_says_what_to_grant(crm: str, tmp_path: Path) -> None:
    said = refusal(crm, tmp_path, costs=table("salaries"))
    assert "table 'salaries' cannot be read" in said
    assert "permission denied" in said and "GRANT SELECT" in said and "'reader'" in said


@pytest.mark.parametrize("query", ["SELEC id FROM leads", "SELECT nothing FROM leads"])
def test_a_wrong_query_shows_the_databases_first_line(crm: str, tmp_path: Path, query: str) -> None:
    sqlite_file(tmp_path, *LEADS)
    for url in (crm, "sqlite:///crm.db"):
        said = refusal(url, tmp_path, leads=table(query=query))
        assert "the query of leads cannot be read" in said and "Correct it in the settings" in said
        assert ("SELEC" in said) or ("nothing" in said)


def test_a_column_twice_in_a_query_is_refused_by_name(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    query = "SELECT a.id, b.id FROM leads a JOIN leads b ON a.id = b.id"
    said = refusal("sqlite:///crm.db", tmp_path, leads=table(query=query))
    assert "returns the column 'id' more than once" in said and "AS" in said


def test_a_missing_sqlite_file_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    sqlite_file(tmp_path, *LEADS)
    said = refusal("sqlite:///cmr.db", tmp_path, leads=table("leads"))
    assert "there is no SQLite file" in said and "Did you mean 'crm.db'?" in said
    assert not (tmp_path / "cmr.db").exists()


def test_a_file_that_is_no_sqlite_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_text("id;name\n" * 1000)
    said = refusal("sqlite:///crm.db", tmp_path, leads=table("leads"))
    assert "Check that the URL behind 'env:CRM_URL' names an SQLite file." in said


def test_an_sqlite_url_without_a_file_is_refused(tmp_path: Path) -> None:
    assert "names no SQLite file" in refusal("sqlite://", tmp_path, leads=table("leads"))


def test_text_that_is_no_url_is_refused_without_showing_it(tmp_path: Path) -> None:
    for url in ("host=db password=wrong-word", "postgresql://reader:wrong-word@host:port/crm"):
        said = refusal(url, tmp_path, leads=table("leads"))
        assert "the URL behind 'env:CRM_URL' is not a database URL" in said


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("mysql+pymysql://u:wrong-word@h/d", "pip install 'pymysql'"),
        ("postgresql+psycopg2://u:wrong-word@h/d", "pip install 'psycopg2-binary'"),
        ("snowflake://u:wrong-word@account/d", "pip install 'snowflake-sqlalchemy'"),
        ("postgrseql://u:wrong-word@h/d", "Did you mean 'postgresql'?"),
    ],
)
def test_a_missing_driver_names_the_package_to_install(
    tmp_path: Path, url: str, remedy: str
) -> None:
    assert remedy in refusal(url, tmp_path, leads=table("leads"))


def test_the_fingerprint_of_an_sqlite_file_follows_its_content(tmp_path: Path) -> None:
    source = DatabaseSource(kind="database", url="sqlite:///crm.db")
    requests = {"leads": table("leads")}
    assert database.fingerprint(source, requests, tmp_path) is None
    path = sqlite_file(tmp_path, *LEADS)
    before = database.fingerprint(source, requests, tmp_path)
    assert before is not None
    assert database.fingerprint(source, requests, tmp_path) == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO leads VALUES (4, 'Bob', 1)")
        connection.commit()
        assert database.fingerprint(source, requests, tmp_path) != before


def test_the_fingerprint_of_a_server_cannot_be_told(tmp_path: Path) -> None:
    source = DatabaseSource(kind="database", url="postgresql://reader@127.0.0.1:1/crm")
    assert database.fingerprint(source, {"leads": table("leads")}, tmp_path) is None


def test_the_maven_opportunities_come_whole_out_of_postgres(
    postgres: Postgres, real_data: Path, tmp_path: Path
) -> None:
    """8,800 opportunities; 10,005,534 won, by the data's README."""
    postgres.new_database(
        "maven",
        "CREATE TABLE sales_pipeline (opportunity_id text, sales_agent text, product text, "
        "account text, deal_stage text, engage_date date, close_date date, close_value int)",
    )
    with psycopg.connect(postgres.admin("maven")) as connection, connection.cursor() as cursor:
        statement = "COPY sales_pipeline FROM STDIN WITH (FORMAT csv, HEADER)"
        with cursor.copy(statement) as copy:
            copy.write((real_data / "crm_maven" / "sales_pipeline.csv").read_bytes())
    url = postgres.reader("maven")
    frame = read(url, tmp_path, batch_rows=3000, deals=table("sales_pipeline"))["deals"].frame
    assert len(frame) == 8800
    assert frame.loc[frame["deal_stage"] == "Won", "close_value"].sum() == 10_005_534
    assert frame["engage_date"].isna().sum() == 500
