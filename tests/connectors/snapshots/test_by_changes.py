"""Claims about reading only changed rows: the tables are those of a full refresh, always."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from connectors.sources.databases import database
from connectors.sources.databases.postgres_copy import copied_batches
from tests.connectors.changing_database import (
    START,
    Changing,
    assert_same,
    by_changes,
    engine_of,
    in_full,
)
from tests.mariadb_server import missing, running_mariadb
from tests.postgres_server import Postgres

KINDS = [
    "postgresql timestamptz",
    "postgresql date",
    "postgresql bigint",
    "postgresql text",
    "postgresql numeric",
    "sqlite TEXT",
    "sqlite bigint",
    pytest.param(
        "mariadb TIMESTAMP",
        marks=pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
    ),
    pytest.param(
        "mariadb DATETIME",
        marks=pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
    ),
]
"""A database, and the type of its column of changes."""
QUERY = (
    "query = '''SELECT row_id, lead_id, created_at, score, changed_at, '10%: :a %(a)s' AS more\n"
    "FROM contacts WHERE score IS NULL OR score <> 13; -- not these'''"
)

WINDOW = (
    'query = "SELECT c.* FROM contacts c WHERE NOT EXISTS '
    '(SELECT h.row_id FROM hidden h WHERE h.row_id = c.row_id)"'
)
"""Rows come and go of which none was changed, as where a query reads those of the last 90 days."""
NEWEST = (
    "query = '''SELECT row_id, lead_id, created_at, score, changed_at FROM\n"
    "(SELECT c.*, row_number() OVER (PARTITION BY lead_id ORDER BY row_id DESC) AS n\n"
    "FROM contacts c) x WHERE n = 1'''"
)
FIRST_THREE = 'query = "SELECT * FROM (SELECT * FROM contacts ORDER BY row_id LIMIT 3) x"'
READS = ['from = "contacts"', QUERY, WINDOW, NEWEST, FIRST_THREE]

WRITTEN = st.tuples(
    st.just("put"),
    st.integers(1, 8),
    st.sampled_from([None, "L1", "L2", "l2", "L3", "L4", " "]),
    st.sampled_from([None, 1, "2.50", 3, 13]),
    st.sampled_from([*range(10), *range(10), None, "future", 20_000]),
)
"""A row, its lead (some rows have one lead), score (13 is left out by the query), and how many
minutes ago it was changed, when others see it: an old record may be written, or written back."""
DELETED = st.tuples(st.just("delete"), st.integers(1, 8))
KEYED_ANEW = st.tuples(st.just("key"), st.integers(1, 8), st.integers(9, 12))
HIDDEN = st.tuples(st.sampled_from(["hide", "show"]), st.integers(1, 8))
CHANGES = st.lists(WRITTEN | WRITTEN | WRITTEN | DELETED | KEYED_ANEW | HIDDEN, max_size=6)
FIRST = st.lists(WRITTEN, min_size=3, max_size=8)
HISTORIES = st.tuples(
    FIRST, st.lists(st.tuples(st.sampled_from([0, 1, 30, 500]), CHANGES), min_size=1, max_size=4)
)


EXPECTED = (
    "none is left",
    "blank in each of them",
    "none are kept",
    "every 1d",
    "another type",
    "older than the last refresh",
    "over other rows",
    "a LIMIT in the query",
)
"""Why all rows are read: a day is over, there is none, none says when it was changed, SQLite has
numbers and texts in one column, an old record came, or the query makes rows of other ones."""


@pytest.fixture(scope="module", params=KINDS)
def changing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Changing]:
    kind, _, stamp = request.param.partition(" ")
    with ExitStack() as started:
        if kind == "postgresql":
            postgres: Postgres = request.getfixturevalue("postgres")
            postgres.new_database("changing")
            url = postgres.admin("changing").replace("postgresql:", "postgresql+psycopg:")
        elif kind == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('changing') / 'crm.db'}"
        else:
            server = started.enter_context(running_mariadb(tmp_path_factory.mktemp("mariadb")))
            environment = started.enter_context(pytest.MonkeyPatch.context())
            environment.setenv("CHANGING_URL", server.url)
            in_utc = f"{server.url}?init_command=SET time_zone='%2B00:00'"
            yield Changing("env:CHANGING_URL", started.enter_context(engine_of(in_utc)), stamp)
            return
        yield Changing(url, started.enter_context(engine_of(url)), stamp)


def apply(changing: Changing, change: tuple[Any, ...], clock: Any) -> None:
    match change:
        case "put", row, lead, score, ago:
            at = clock + timedelta(days=400) if ago == "future" else None
            at = clock - timedelta(minutes=ago) if isinstance(ago, int) else at
            changing.put(row, lead, score, at)
        case "delete", row:
            changing.run("DELETE FROM contacts WHERE row_id = :row", row=row)
        case "hide", row:
            changing.run("INSERT INTO hidden VALUES (:row)", row=row)
        case "show", row:
            changing.run("DELETE FROM hidden WHERE row_id = :row", row=row)
        case "key", row, new:
            changing.run(
                "DELETE FROM contacts WHERE row_id = :new",
                "UPDATE contacts SET row_id = :new, changed_at = :at WHERE row_id = :row",
                row=row,
                new=new,
                at=changing.stamped(clock),
            )


@settings(max_examples=16, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(history=HISTORIES, reads=st.sampled_from(READS))
def test_tables_rejects_and_notes_are_those_of_a_full_refresh_after_any_history(
    changing: Changing, history: tuple[Any, ...], reads: str
) -> None:
    first, later = history
    changing.create()
    clock = START
    with tempfile.TemporaryDirectory() as folder:
        found = changing.settings(Path(folder), reads)
        for change in first:
            apply(changing, change, clock)
        by_changes(found, clock)
        for minutes, changes in later:
            clock += timedelta(minutes=minutes)
            for change in changes:
                apply(changing, change, clock)
            table, how = by_changes(found, clock)
            assert_same(table, in_full(found, clock))
            event("all rows" if how.startswith("all") else "changed rows")
            assert not how.startswith("all") or any(why in how for why in EXPECTED), how


def test_a_row_of_a_transaction_that_ends_late_is_not_missed(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Row 1 is written first, and seen last: after a read in which row 2 is the newest."""
    postgres.new_database("changing")
    url = postgres.admin("changing").replace("postgresql:", "postgresql+psycopg:")
    with engine_of(url) as engine:
        changing = Changing(url, engine, "timestamptz")
        changing.create()
        found, now = changing.settings(tmp_path), datetime.now(UTC)
        changing.put(3, "L3", 3, now - timedelta(days=3))
        by_changes(found, now)
        row = "INSERT INTO contacts VALUES ({0}, 'L{0}', '2026-01-02', {0}, now())"
        with engine.connect() as late:
            late.execute(text(row.format(1)))
            changing.run(row.format(2))
            assert_same(by_changes(found, now + timedelta(minutes=1))[0], in_full(found, now))
            late.commit()
        table, how = by_changes(found, now + timedelta(minutes=2))
        assert how.startswith("2 of 3 rows were read")
        assert_same(table, in_full(found, now))


def test_a_row_seen_long_after_the_time_that_it_wrote_is_not_missed(
    changing: Changing, tmp_path: Path
) -> None:
    """Row 1 went, and row 9 came, forty days old: as many rows are there as before."""
    changing.create()
    for row in (1, 2, 3):
        changing.put(row, f"L{row}", row, START - timedelta(days=row))
    found = changing.settings(tmp_path)
    by_changes(found, START)
    changing.run("DELETE FROM contacts WHERE row_id = 1")
    changing.put(9, "L9", 9, START - timedelta(days=40))
    table, how = by_changes(found, START + timedelta(minutes=15))
    assert (
        how == "all rows were read, since rows came whose updated_at is older than the last refresh"
    )
    assert_same(table, in_full(found, START))


def test_changed_rows_of_postgresql_come_by_copy(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many rows may change at once. COPY takes no parameters, and must not give up."""
    asked = []

    def copied(connection: Any, sql: str, *others: Any) -> Iterator[Any]:
        for batch in copied_batches(connection, sql, *others):
            asked.append(sql)
            yield batch

    postgres.new_database("changing")
    url = postgres.admin("changing").replace("postgresql:", "postgresql+psycopg:")
    monkeypatch.setattr(database, "copied_batches", copied)
    with engine_of(url) as engine:
        changing = Changing(url, engine, "timestamptz")
        changing.create()
        found = changing.settings(tmp_path, QUERY)
        changing.put(1, "L1", 1, START)
        changing.put(2, "L2", 2, START)
        by_changes(found, START)
        changing.run("DELETE FROM contacts WHERE row_id = 2")
        asked.clear()
        by_changes(found, START)
    assert [sql.split("FROM")[0].strip() for sql in asked] == [
        "SELECT *",
        "SELECT changed_at, row_id",
    ]
    assert asked[0].endswith("changed_at >= '2026-10-24 20:50:00+00:00' OR changed_at IS NULL")


def test_where_the_database_cannot_compare_times_all_rows_are_read(
    postgres: Postgres, tmp_path: Path
) -> None:
    """JSON has no order. The error must not end the transaction, in which the rows are read."""
    postgres.new_database("changing")
    url = postgres.admin("changing").replace("postgresql:", "postgresql+psycopg:")
    with engine_of(url) as engine:
        changing = Changing(url, engine, "json")
        changing.create()
        changing.run("""INSERT INTO contacts VALUES (1, 'L1', '2026-01-02', 1, '"2026-01-02"')""")
        found = changing.settings(tmp_path)
        by_changes(found, START)
        table, how = by_changes(found, START)
        assert how.startswith("all rows were read, since Source 'crm'")
        assert "The database says: operator does not exist: json >=" in how
        assert_same(table, in_full(found, START))
