"""Claims about queries that cut the zone off instants: doubted where days or times change."""

from pathlib import Path

import pytest

from connectors.settings.settings import FilesSource
from connectors.sources import files
from connectors.sources.raw import RawNote, no_progress
from tests.connectors.sources.crm_database import read, sqlite_file, table
from tests.connectors.sources.queries.test_query import asked
from tests.postgres_server import Postgres

INSTANTS = ("2026-09-30T22:30:00Z", "2026-10-02T09:00:00Z", "2026-10-31T23:30:00Z")
"""22:30 and 23:30 UTC are 00:30 of the next day in Berlin, in summer and in winter."""


def notes(folder: Path, select: str, zone: str = "Europe/Berlin") -> tuple[RawNote, ...]:
    lines = [f"L{at},{instant},2026-09-01" for at, instant in enumerate(INSTANTS)]
    (folder / "contacts.csv").write_text("\n".join(["id,created,signed", *lines, ""]))
    is_whole = select.startswith(("SELECT", "WITH"))
    sql = select if is_whole else f'SELECT id, {select} AS day FROM "contacts.csv"'
    source = FilesSource(kind="files", folder=".")
    found = files.read("exports", source, {"leads": asked(sql)}, folder, no_progress, zone)
    return found["leads"].notes


@pytest.mark.parametrize(
    "select",
    [
        "LEFT(created, 10)",
        "created[:10]",
        "substring(created FROM 1 FOR 10)",
        "split_part(created, 'T', 1)",
        "CAST(created AS DATE)",
        "TRY_CAST(created AS TIMESTAMP)::DATE",
        "date_trunc('day', created::TIMESTAMP)",
        "strftime(strptime(created, '%Y-%m-%dT%H:%M:%SZ'), '%d.%m.%Y')",
        "CASE WHEN created = '' THEN NULL ELSE LEFT(c.created, 10) END AS day FROM contacts c",
        'SELECT * REPLACE (LEFT(created, 10) AS created) FROM "contacts.csv"',
        "WITH c AS (SELECT LEFT(created, 10) AS day FROM contacts) SELECT day FROM c",
    ],
)
def test_days_that_a_query_cuts_out_of_instants_are_doubted(tmp_path: Path, select: str) -> None:
    """Of three days two are others in Berlin: 1 October and 1 November."""
    if select.startswith("CASE"):
        select = f"SELECT {select}"
    (note,) = notes(tmp_path, select)
    assert (note.rows, note.is_doubt, note.examples) == (3, True, (INSTANTS[0], INSTANTS[2]))
    assert note.what == (
        "are cut by the query out of instants ('created' of file 'contacts.csv'), of which 2 are "
        "of another day in Europe/Berlin"
    )
    assert note.remedy.startswith('Let the query select the instant itself: "created" AS ')
    assert notes(tmp_path, select, "UTC") == ()


@pytest.mark.parametrize("select", ["LEFT(created, 19)", "CAST(created AS TIMESTAMP)"])
def test_times_that_a_query_cuts_out_of_instants_are_doubted(tmp_path: Path, select: str) -> None:
    """All three are an hour or two later in Berlin."""
    (note,) = notes(tmp_path, select)
    assert "of which 3 are of another time in Europe/Berlin" in note.what


@pytest.mark.parametrize(
    "select",
    [
        "created",
        "signed",
        "LEFT(signed, 10)",
        "CAST(signed AS DATE)",
        "LEFT(id, 10)",
        "CAST(CAST(created AS TIMESTAMPTZ) AS DATE)",
        "(created::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')::DATE",
        "strptime(replace(created, 'Z', '+0000'), '%Y-%m-%dT%H:%M:%S%z')::DATE",
        "(created::TIMESTAMP + INTERVAL 2 HOUR)::DATE",
        "CASE WHEN LEFT(created, 4) = '2026' THEN signed END",
        "date_diff('day', created::DATE, signed::DATE)",
        "WITH c AS (SELECT created::TIMESTAMPTZ AS created FROM contacts) "
        "SELECT created::DATE AS day FROM c",
    ],
)
def test_days_of_the_zone_and_days_that_the_source_holds_are_not_doubted(
    tmp_path: Path, select: str
) -> None:
    assert notes(tmp_path, select) == ()


def test_an_instant_at_an_end_of_the_calendar_stops_no_refresh(tmp_path: Path) -> None:
    """The last second of 9999 in UTC would be one of the year 10000 in Berlin."""
    (tmp_path / "contacts.csv").write_text("id,ended\nL1,9999-12-31T23:59:59Z\n")
    source = FilesSource(kind="files", folder=".")
    query = {"leads": asked('SELECT id, LEFT(ended, 10) AS ended FROM "contacts.csv"')}
    found = files.read("exports", source, query, tmp_path, no_progress, "Europe/Berlin")
    assert found["leads"].notes == ()


def test_instants_of_which_no_day_changes_are_not_doubted(tmp_path: Path) -> None:
    """22:30 and 23:30 UTC are the afternoon of the same day in New York, and 09:00 the morning."""
    assert notes(tmp_path, "LEFT(created, 10)", "America/New_York") == ()


DATABASE = (
    "CREATE TABLE contacts (id TEXT, created TEXT, signed TEXT)",
    *(f"INSERT INTO contacts VALUES ('L', '{instant}', '2026-09-01')" for instant in INSTANTS),
)


@pytest.mark.parametrize(
    ("day", "is_doubted"),
    [
        ("substr(created, 1, 10)", True),
        ("date(created)", True),
        ("date(created, 'localtime')", False),
        ("date(created, '+2 hours')", False),
        ("date(signed)", False),
        ("created", False),
    ],
)
def test_a_query_of_a_database_that_cuts_instants_is_doubted(
    tmp_path: Path, day: str, is_doubted: bool
) -> None:
    sqlite_file(tmp_path, *DATABASE)
    query = table(query=f"SELECT id, {day} AS day FROM contacts AS c WHERE c.created <> ''")
    found = read("sqlite:///crm.db", tmp_path, time_zone="Europe/Berlin", leads=query)["leads"]
    assert [(n.rows, n.is_doubt, n.at) for n in found.notes] == [(3, True, 1)] * is_doubted
    said = "('created' of table 'contacts'), of which 2 are of another day in Europe/Berlin"
    assert all(note.what.endswith(said) for note in found.notes)


def test_a_query_that_only_its_database_understands_is_read_and_not_looked_at(
    tmp_path: Path,
) -> None:
    sqlite_file(tmp_path, *DATABASE)
    query = table(query="SELECT [id], date(created) AS day FROM [contacts] NOT INDEXED")
    found = read("sqlite:///crm.db", tmp_path, time_zone="Europe/Berlin", leads=query)["leads"]
    assert len(found.frame) == 3 and found.notes == ()


def test_days_of_an_instant_of_postgres_are_those_of_its_session(
    postgres: Postgres, tmp_path: Path
) -> None:
    """The session is in UTC, in which 22:30 is still 30 September."""
    postgres.new_database(
        "instants",
        "CREATE TABLE contacts (created timestamptz)",
        f"INSERT INTO contacts VALUES ('{INSTANTS[0]}')",
        "ALTER DATABASE instants SET timezone = 'UTC'",
        "GRANT SELECT ON contacts TO reader",
    )
    crm = postgres.reader("instants")
    for day, doubts in (("created::date", 1), ("(created AT TIME ZONE 'Europe/Berlin')::date", 0)):
        query = table(query=f"SELECT {day} AS day FROM public.contacts")
        found = read(crm, tmp_path, time_zone="Europe/Berlin", leads=query)["leads"]
        assert len(found.notes) == doubts
