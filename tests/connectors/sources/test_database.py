"""Claims about reading databases, on SQLite files and on a real PostgreSQL over TCP."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from connectors.settings.settings import DatabaseSource
from connectors.sources.databases import database
from connectors.sources.raw import no_progress
from tests.connectors.sources.crm_database import LEADS, objects, read, refusal, sqlite_file, table
from tests.postgres_server import Postgres


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
    frame = objects(read("sqlite:///crm.db", tmp_path, leads=table("leads"))["leads"])
    assert frame["id"].tolist() == [9007199254740993, None, 3]
    assert frame["name"].tolist() == ["Ann", "NA", ""]
    assert frame["score"].tolist() == [1.5, None, 2.0]


@pytest.mark.parametrize(("values", "kind"), [("1, 2.5, 3", "object"), ("1, 2, 3", "int64")])
def test_a_column_of_two_types_is_of_objects_in_whichever_batch_they_stand(
    values: str, kind: str, tmp_path: Path
) -> None:
    """SQLite gives 1 and 2.5 of one column; as floats, long ids would be others."""
    rows = ", ".join(f"({value})" for value in values.split(", "))
    sqlite_file(tmp_path, "CREATE TABLE leads (id)", f"INSERT INTO leads VALUES {rows}")
    for size in (1, 2, 10):
        found = read("sqlite:///crm.db", tmp_path, batch_rows=size, leads=table("leads"))["leads"]
        assert str(found.frame["id"].dtype).startswith(kind)
        assert [repr(cell) for cell in objects(found)["id"]] == values.split(", ")


def test_postgres_values_keep_their_types(crm: str, tmp_path: Path) -> None:
    found = read(crm, tmp_path, leads=table("leads"))["leads"]
    assert objects(found).iloc[0].tolist() == [
        9007199254740993,
        Decimal("1200.10"),
        date(2026, 1, 2),
        datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5),
        True,
        UUID("11111111-2222-3333-4444-555555555555"),
        "Ann",
    ]
    assert objects(found).iloc[1].tolist() == [None] * 8
    assert [str(dtype).removesuffix("[pyarrow]") for dtype in found.frame.dtypes] == [
        *("int64", "object", "date32[day]", "timestamp[us, tz=Etc/UTC]", "timestamp[us]"),
        *("object", "object", "string"),
    ]


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
    assert objects(found["leads"])["name"].tolist() == ["Ann", None]
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
    message = refusal("sqlite:///crm.db", tmp_path, leads=table(query=query))
    assert "the query of leads" in message and "Alliance only reads" in message
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO leads (name) VALUES ('x') RETURNING name",
        "DELETE FROM leads",
        "SELECT 1; DELETE FROM leads",
        "COMMIT; DELETE FROM leads",
        "SELECT 1) TO STDOUT; COMMIT; DELETE FROM leads; COPY (SELECT 1",
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
    message = refusal(postgres.admin("crm"), tmp_path, leads=table(query=query))
    assert "the query of leads" in message and "Alliance only reads" in message
    with psycopg.connect(postgres.admin("crm")) as connection:
        count = connection.execute("SELECT count(*) FROM leads").fetchone()
        counter = connection.execute("SELECT last_value FROM counter").fetchone()
    assert count == (2,) and counter == (1,)


def test_the_fingerprint_of_an_sqlite_file_follows_its_content(tmp_path: Path) -> None:
    source = DatabaseSource(kind="database", url="sqlite:///crm.db")
    assert database.fingerprint("crm", source, tmp_path) is None
    path = sqlite_file(tmp_path, *LEADS)
    before = database.fingerprint("crm", source, tmp_path)
    assert before is not None
    assert database.fingerprint("crm", source, tmp_path) == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO leads VALUES (4, 'Bob', 1)")
        connection.commit()
        assert database.fingerprint("crm", source, tmp_path) != before


def test_the_fingerprint_of_a_server_cannot_be_reported(tmp_path: Path) -> None:
    source = DatabaseSource(kind="database", url="postgresql://reader@127.0.0.1:1/crm")
    assert database.fingerprint("crm", source, tmp_path) is None


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
