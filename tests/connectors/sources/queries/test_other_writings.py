"""Claims about texts that a query compares, and about equal rows that it makes one."""

from pathlib import Path

import pytest

from connectors.settings.settings import FilesSource
from connectors.sources import files
from connectors.sources.raw import RawNote, no_progress
from tests.connectors.sources.crm_database import read, sqlite_file, table
from tests.connectors.sources.queries.test_query import asked

LEDGER = """Day,Area,Campaign,Amount
2026-10-01,Marketing,spring,300
2026-10-05,marketing,spring,100
2026-10-06,Marketing ,fair,200
2026-10-07,Rent,,5000
"""
GOOGLE = "Day,Campaign,Group,Cost\n2026-10-05,spring,a,100\n2026-10-05,spring,b,100\n"
META = "Day,Campaign,Cost\n2026-10-05,spring,100\n2026-10-06,fair,40\n"
COSTS = "SELECT Day AS spent_on, Campaign AS campaign_id, Amount AS amount FROM ledger"


def notes(folder: Path, sql: str, part: str = "costs", **texts: str) -> list[RawNote]:
    """The doubts on a query of a ledger, of which two of three costs are written otherwise."""
    for name, text in {"ledger": LEDGER, "google": GOOGLE, "meta": META, **texts}.items():
        (folder / f"{name}.csv").write_text(text)
    source = FilesSource(kind="files", folder=".")
    return list(files.read("books", source, {part: asked(sql)}, folder, no_progress)[part].notes)


@pytest.mark.parametrize(
    ("condition", "rows", "remedy"),
    [
        ("Area = 'Marketing'", 2, "lower(trim(Area)) = 'marketing'"),
        ("'Marketing' = Area", 2, "= 'marketing'"),
        ("Amount > '0' AND Area IN ('Marketing', 'Events')", 2, "IN ('marketing', 'events')"),
        ("Area LIKE 'Market%'", 1, "lower(trim(Area)) LIKE 'market%'"),
        ("lower(Area) = 'Marketing'", 3, "lower(trim(lower(Area))) = 'marketing'"),
    ],
)
def test_rows_that_a_text_misses_for_case_or_blanks_are_doubted(
    tmp_path: Path, condition: str, rows: int, remedy: str
) -> None:
    """A pattern of the beginning holds where blanks follow."""
    (note,) = notes(tmp_path, f"{COSTS} WHERE {condition}")
    assert note.is_doubt and note.rows == rows and "'marketing' (" in note.what
    assert remedy in note.remedy


def test_a_case_that_misses_a_writing_changes_the_row(tmp_path: Path) -> None:
    """d2 and d3 are won, and read as open."""
    sql = (
        "SELECT id AS deal_id, CASE WHEN st = 'Won' THEN 'won' WHEN st = 'Lost' THEN 'lost' "
        "ELSE 'open' END AS status FROM d"
    )
    rows = "id,st\nd1,Won\nd2,won\nd3,Won \nd4,Lost\nd5,Talks\n"
    (note,) = notes(tmp_path, sql, "deals", d=rows)
    assert note.rows == 2 and "st = 'Won' is not true of 'Won ' (1×), 'won' (1×)" in note.what
    assert note.examples == ("d2, won", "d3, won")
    (note,) = notes(tmp_path, sql.replace("CASE", "CASE st").replace("st = ", ""), "deals", d=rows)
    assert note.rows == 2
    case = "CASE WHEN st = 'Won' THEN 'won' ELSE 'lost' END"
    sql = f"SELECT {case} AS status, count(*) AS deal_id FROM d GROUP BY {case}"
    (note,) = notes(tmp_path, sql, "deals", d=rows)
    assert note.rows == 2 and "lower(trim(st)) = 'won'" in note.remedy


@pytest.mark.parametrize(
    "condition",
    [
        "lower(trim(Area)) = 'marketing'",
        "Area IN ('Marketing', 'marketing', 'Marketing ')",
        "Area = 'Marketing' AND Area <> 'marketing' AND Area <> 'Marketing '",
        "Area ILIKE 'Market%'",
        "Area = 'Rent'",
        "Campaign LIKE 'SP%'",
        "Area <> 'Marketing'",
    ],
)
def test_a_text_that_misses_nothing_is_not_doubted(tmp_path: Path, condition: str) -> None:
    """Three letters of a pattern may begin another word."""
    assert notes(tmp_path, f"{COSTS} WHERE {condition}") == []


def test_pence_are_no_other_writing_of_pounds(tmp_path: Path) -> None:
    """GBp is a hundredth of GBP."""
    sql = (
        "SELECT Day AS spent_on, CASE WHEN Code = 'GBp' THEN Cost::DOUBLE / 100 ELSE Cost::DOUBLE "
        "END AS amount FROM pounds"
    )
    pounds = "Day,Code,Cost\n2026-10-01,GBP,5\n2026-10-02,GBp,500\n"
    assert notes(tmp_path, sql, pounds=pounds) == []
    assert notes(tmp_path, f"{sql} WHERE Code = 'GBP'", pounds=pounds) == []


BOTH = "SELECT Day AS spent_on, Campaign AS campaign_id, Cost AS amount FROM google"
AND_META = "SELECT Day, Campaign, Cost FROM meta"
DISTINCT = BOTH.replace("SELECT", "SELECT DISTINCT")


@pytest.mark.parametrize(
    ("sql", "rows", "remedy"),
    [
        (f"{BOTH} UNION {AND_META}", 2, "write UNION ALL"),
        (f"SELECT * FROM ({BOTH} UNION {AND_META}) AS ads", 2, "write UNION ALL"),
        (f"WITH ads AS ({BOTH} UNION {AND_META}) FROM ads", 2, "write UNION ALL"),
        (DISTINCT, 1, "leave DISTINCT out"),
    ],
    ids=["union", "in a FROM", "in a WITH", "distinct"],
)
def test_equal_costs_that_a_query_makes_one_are_doubted(
    tmp_path: Path, sql: str, rows: int, remedy: str
) -> None:
    """Three rows are 2026-10-05, spring, 100; the query returns one."""
    (note,) = notes(tmp_path, sql)
    assert note.is_doubt and note.rows == rows and remedy in note.remedy
    assert set(note.examples) == {"2026-10-05, spring, 100"}


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        (f"{BOTH} UNION ALL {AND_META}", "costs"),
        (f"{BOTH} WHERE \"Group\" = 'a' UNION {AND_META} WHERE Cost = '40'", "costs"),
        (f"{BOTH} GROUP BY ALL", "costs"),
        (
            'SELECT DISTINCT Day AS spent_on, Campaign, "Group", Cost AS amount FROM google',
            "costs",
        ),
        ("SELECT DISTINCT Campaign AS campaign_id FROM google", "campaigns"),
        (
            "WITH names AS (SELECT DISTINCT Campaign AS c FROM google) SELECT Day AS spent_on, "
            "Cost AS amount FROM meta LEFT JOIN names ON names.c = meta.Campaign",
            "costs",
        ),
    ],
    ids=["all", "none equal", "grouped", "all columns", "a list", "a list that is joined"],
)
def test_rows_that_are_one_on_purpose_are_not_doubted(tmp_path: Path, sql: str, part: str) -> None:
    """A DISTINCT of rows that are equal in every column undoes a double export."""
    twice = GOOGLE + "2026-10-05,spring,a,100\n" if "DISTINCT" in sql else GOOGLE
    assert notes(tmp_path, sql, part, google=twice) == []


def test_sqlite_is_asked_as_well(tmp_path: Path) -> None:
    """It compares rows without their number, so they are numbered."""
    sqlite_file(
        tmp_path,
        "CREATE TABLE ledger (day TEXT, area TEXT, amount NUMERIC, note TEXT)",
        "INSERT INTO ledger VALUES ('2026-10-01', 'Ads', 5, 'a'), ('2026-10-01', 'Ads', 5, 'b')",
        "INSERT INTO ledger VALUES ('2026-10-02', 'ads', 7, 'a')",
    )
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    rows = "SELECT day AS spent_on, amount FROM ledger"
    (note,) = read(url, tmp_path, costs=table(query=f"{rows} WHERE area = 'Ads'"))["costs"].notes
    assert note.rows == 1 and "'ads' (1×)" in note.what
    distinct = rows.replace("SELECT", "SELECT DISTINCT")
    (note,) = read(url, tmp_path, costs=table(query=distinct))["costs"].notes
    assert note.rows == 1 and "DISTINCT" in note.what
    ads = f"WITH ads AS ({rows} WHERE note = 'a' UNION {rows} WHERE note <> 'a') SELECT * FROM ads"
    (note,) = read(url, tmp_path, costs=table(query=ads))["costs"].notes
    assert note.rows == 1 and "UNION" in note.what
