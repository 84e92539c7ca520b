"""Claims about reading PostgreSQL by COPY: the same columns, notes and refusals as by rows."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from connectors.settings.settings import DatabaseSource
from connectors.sources.databases import database
from connectors.sources.raw import RawTable
from tests.connectors.sources.crm_database import objects, read, refusal, table
from tests.postgres_server import Postgres

CELLS = {
    "int2": ["-32768", "7"],
    "int4": ["1", "-5"],
    "int8": ["9007199254740993", "-9223372036854775808"],
    "numeric": ["1.10", "0.1", "NaN", "123456789012345678901234567890.123456789", "1e-20", "5"],
    "numeric(12,2)": ["1200.10", "1200.1", "-3"],
    "money": ["1200.1", "-1234567.89"],
    "float4": ["0.1", "16777217", "NaN", "Infinity"],
    "float8": ["0.1", "0.30000000000000004", "1e-310", "1.7976931348623157e308", "-Infinity"],
    "float8 ": ["NaN", "NaN"],
    "text": [
        "",
        " a ",
        "NULL",
        "NaN",
        "\\.",
        "\\N",
        'the "best", one',
        "two\r\nlines\n",
        "é😀",
        "1",
    ],
    "varchar(9)": ["", "\u00a0", "a,b"],
    "char(5)": ["ab", ""],
    "name": ["a_name"],
    '"char"': ["c"],
    "date": ["2026-01-02", "0001-01-01", "9999-12-31"],
    "date ": ["infinity", "-infinity", "0044-03-15 BC", "12026-05-01", "2026-01-02"],
    "timestamp": ["2026-01-02 03:04:05", "2026-01-02 03:04:05.000001", "1969-12-31 23:59:59.5"],
    "timestamp ": ["infinity", "2026-01-02 03:04:05", "0044-03-15 01:00 BC", "12026-05-01 10:00"],
    "timestamptz": ["2026-03-29 01:59:59.123456+00", "2026-10-25 00:30+00", "2026-10-25 01:30+00"],
    "timestamptz ": ["infinity", "1850-01-01 00:00+00", "0001-01-01+00", "9999-12-31 23:59+00"],
    "time": ["03:04:05.6", "00:00"],
    "timetz": ["03:04:05+02"],
    "interval": ["1 day 02:03:04", "3 mons"],
    "bool": ["true", "false"],
    "uuid": ["11111111-2222-3333-4444-555555555555"],
    "json": ['{"a": [1, null]}', '"text"', "5", "null", "true"],
    "jsonb": ['{"a": 1.50}', '"2026-01-02"', "5"],
    "int4[]": ["{1,NULL,3}", "{}"],
    "text[]": ['{a,"b,\\"c",NULL,""}'],
    "numeric[]": ["{1.10}"],
    "bytea": ["\\x00ff", ""],
    "inet": ["10.0.0.1/8", "::1"],
    "int4range": ["[1,5)", "empty"],
    "tstzrange": ["[2026-01-02 00:00+00,)"],
    "tsvector": ["a:1 b"],
    "bit(3)": ["101"],
    "oid": ["4294967295"],
    "point": ["(1,2)"],
    "stage": ["won", "open"],
    "pair": ['(1,"a,b")'],
    "score": ["7"],
}
"""By type, of which a space makes another column: its values beside NULL."""

COLUMNS = {f"c{number}": kind for number, kind in enumerate(CELLS)}


@pytest.fixture(scope="module")
def every_type(postgres: Postgres) -> str:
    """A table ``leads`` with a column of each type, and two rows without any value."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    postgres.new_database(
        "types",
        "CREATE TYPE stage AS ENUM ('open', 'won')",
        "CREATE TYPE pair AS (n int, t text)",
        "CREATE DOMAIN score AS int CHECK (VALUE < 10)",
        f"CREATE TABLE leads ({columns})",
        "INSERT INTO leads (c0) VALUES (NULL), (NULL)",
    )
    with psycopg.connect(postgres.admin("types")) as connection:
        for name, kind in COLUMNS.items():
            for cell in CELLS[kind]:
                # As text: the types are PostgreSQL's to read.
                query = f"INSERT INTO leads ({name}) VALUES (%s::text::{kind})"
                connection.execute(query, (cell,))
    return postgres.reader("types")


def with_options(url: str, **options: str) -> str:
    settings = " ".join(f"-c {name}={value}" for name, value in options.items())
    return f"{url}?options={quote(settings, safe='')}"


def both_ways(url: str, folder: Path, batch_rows: int, **asked: Any) -> tuple[RawTable, RawTable]:
    """The table by COPY, which must not give up, and by rows."""
    ended = []

    def to_the_end(*arguments: Any) -> Iterator[Any]:
        yield from database_copy(*arguments)
        ended.append(True)

    database_copy = database.copied_batches
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "copied_batches", to_the_end)
        by_copy = read(url, folder, batch_rows, leads=table(**asked))["leads"]
        assert ended == [True]
        patch.setattr(database, "can_copy", lambda connection: False)
        return by_copy, read(url, folder, batch_rows, leads=table(**asked))["leads"]


def assert_same(by_copy: RawTable, by_rows: RawTable) -> None:
    assert list(by_copy.frame.columns) == list(by_rows.frame.columns)
    one, other = objects(by_copy), objects(by_rows)
    for column in by_rows.frame:
        what = COLUMNS.get(column, column)
        assert by_copy.frame[column].dtype == by_rows.frame[column].dtype, what
        # Their texts: 1.10 and 1.1 are equal, and true is 1.
        assert list(map(repr, one[column])) == list(map(repr, other[column])), what
    assert by_copy.rows.tolist() == by_rows.rows.tolist()
    assert (by_copy.place, by_copy.notes) == (by_rows.place, by_rows.notes)


@pytest.mark.parametrize("batch_rows", [1, 7, 50_000])
def test_every_type_comes_as_it_does_by_rows(
    every_type: str, tmp_path: Path, batch_rows: int
) -> None:
    by_copy, by_rows = both_ways(every_type, tmp_path, batch_rows, from_="leads")
    assert_same(by_copy, by_rows)
    assert len(by_copy.frame) == 2 + sum(map(len, CELLS.values()))


@pytest.mark.parametrize(
    "options",
    [
        {"timezone": "America/New_York"},
        {"timezone": "Asia/Kolkata"},
        {"timezone": "+05:30"},
        {"datestyle": "German", "bytea_output": "escape"},
    ],
)
def test_settings_of_the_session_change_both_ways_alike(
    every_type: str, tmp_path: Path, options: dict[str, str]
) -> None:
    """With another DateStyle than ISO the driver reads no timestamptz, and rows fail as well."""
    wanted = [n for n, kind in COLUMNS.items() if "datestyle" not in options or "tz" not in kind]
    query = f"SELECT {', '.join(wanted)} FROM leads"
    assert_same(*both_ways(with_options(every_type, **options), tmp_path, 50, query=query))


@pytest.mark.parametrize("batch_rows", [1, 2, 50])
def test_null_and_an_empty_text_in_a_column_of_its_own_differ(
    every_type: str, tmp_path: Path, batch_rows: int
) -> None:
    """COPY writes the one as an empty line, the other as two quotes."""
    query = "SELECT * FROM (VALUES (''), (NULL), ('x'), (NULL), ('')) AS v(name)"
    by_copy, by_rows = both_ways(every_type, tmp_path, batch_rows, query=query)
    assert objects(by_copy)["name"].tolist() == ["", None, "x", None, ""]
    assert_same(by_copy, by_rows)


def test_texts_of_megabytes_come_whole(every_type: str, tmp_path: Path) -> None:
    query = "SELECT n, repeat('né\n\"', n * 500000) AS name FROM generate_series(1, 3) AS n"
    by_copy, by_rows = both_ways(every_type, tmp_path, 50, query=query)
    assert [len(text) for text in objects(by_copy)["name"]] == [2_000_000, 4_000_000, 6_000_000]
    assert_same(by_copy, by_rows)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1 AS n -- one; and no more",
        "SELECT 1 AS n;;\n ",
        "VALUES (1), (2)",
        "WITH w AS (SELECT 1 AS n) SELECT n % 2 AS odd, ':x' AS t, '%(a)s' AS u FROM w /* ; */",
    ],
)
def test_a_query_is_read_as_it_is_written(every_type: str, tmp_path: Path, query: str) -> None:
    assert_same(*both_ways(every_type, tmp_path, 50, query=query))


def test_a_table_of_any_name_is_read(postgres: Postgres, tmp_path: Path) -> None:
    odd = 'My "50%%" table; of 5%s) --'
    quoted = '"' + odd.replace('"', '""') + '"'
    postgres.new_database("odd", f'CREATE TABLE {quoted} AS SELECT 1 AS "a,\'%"')
    by_copy, by_rows = both_ways(postgres.reader("odd"), tmp_path, 50, from_=odd)
    assert by_copy.frame.columns.tolist() == ["a,'%"] and len(by_copy.frame) == 1
    assert_same(by_copy, by_rows)


def test_what_copy_cannot_read_is_read_by_rows(
    every_type: str, postgres: Postgres, tmp_path: Path
) -> None:
    """A comment behind the semicolon; a limit that holds for ten rows but not for all fifty."""
    found = read(every_type, tmp_path, leads=table(query="SELECT 1 AS n; -- one"))["leads"]
    assert found.frame["n"].tolist() == [1]
    slow = "SELECT n FROM generate_series(1, 50) AS n WHERE pg_sleep(0.02) IS NOT NULL"
    url = with_options(every_type, statement_timeout="600")
    seen = read(url, tmp_path, batch_rows=10, leads=table(query=slow), deals=table("leads"))
    assert seen["leads"].frame["n"].tolist() == list(range(1, 51))
    assert len(seen["deals"].frame) > 50
    latin = read(
        f"{every_type}?client_encoding=latin1", tmp_path, leads=table(query="SELECT 'é' x")
    )
    assert latin["leads"].frame["x"].tolist() == ["é"]


@pytest.mark.parametrize(("own", "held"), [("0", "10min"), ("20min", "10min"), ("30s", "30s")])
def test_a_lower_limit_of_the_database_stays(
    every_type: str, tmp_path: Path, own: str, held: str
) -> None:
    """Whoever runs it protects it so; without one, or with a higher one, ours holds."""
    names = ("statement_timeout", "idle_in_transaction_session_timeout")
    wanted = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    url = with_options(every_type, **dict.fromkeys(names, own))
    found = read(url, tmp_path, leads=table(query=f"SELECT {wanted}"))["leads"]
    assert [found.frame[name].item() for name in names] == [held, held]


def test_a_session_of_another_encoding_is_read_by_rows(every_type: str, tmp_path: Path) -> None:
    """In Latin 1 these two letters are the bytes that are one letter in UTF-8."""
    query = table(query="SELECT 'Ã©' AS name")
    found = read(f"{every_type}?client_encoding=latin1", tmp_path, leads=query)["leads"]
    assert found.frame["name"].tolist() == ["Ã©"]


def test_who_stops_amid_the_rows_is_not_told_of_the_database(
    every_type: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(name: str, rows: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("CRM_URL", every_type)
    source = DatabaseSource(kind="database", url="env:CRM_URL", batch_rows=10)
    with pytest.raises(KeyboardInterrupt):
        database.read("crm", source, {"leads": table("leads")}, tmp_path, stop)


def test_an_error_amid_the_rows_is_reported_as_by_rows(every_type: str, tmp_path: Path) -> None:
    wanted = table(query="SELECT 1 / (3 - n) AS x FROM generate_series(1, 5) AS n")
    text = refusal(every_type, tmp_path, leads=wanted)
    assert "the query of leads cannot be read. The database says: division by zero." in text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "can_copy", lambda connection: False)
        assert refusal(every_type, tmp_path, leads=wanted) == text


def test_a_connection_that_ends_amid_the_rows_says_what_to_check(
    postgres: Postgres, tmp_path: Path
) -> None:
    """The server ends it once the query runs."""
    postgres.new_database("ended")
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ended'"

    def stop() -> None:
        with psycopg.connect(postgres.admin(), autocommit=True) as connection:
            while not connection.execute(f"{end} AND query LIKE '%pg_sleep%'").fetchall():
                time.sleep(0.05)

    stopper = threading.Thread(target=stop)
    stopper.start()
    query = table(query="SELECT i, pg_sleep(0.01) FROM generate_series(1, 100000) AS i")
    text = refusal(postgres.admin("ended"), tmp_path, leads=query)
    stopper.join()
    assert "the query of leads cannot be read" in text and "Check the host and the port" in text
