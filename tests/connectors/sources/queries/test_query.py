"""Claims about queries of files and sheets: tables of text of the source, and no way out of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.settings import FilesSource, Settings
from connectors.settings.tables import TableSettings
from connectors.sources import files
from connectors.sources.queries.tree import ENGINE
from connectors.sources.raw import RawTable, no_progress
from kpis.definitions import Company
from kpis.errors import MappingError, SourceError
from tests.connectors.sources.sheet_source import SHEET
from tests.connectors.sources.sheet_source import read as read_sheet
from tests.sheets_content import Formatted
from tests.sheets_server import SheetsServer

SECRET = "of no source"


def asked(sql: str, **keys: object) -> TableSettings:
    return TableSettings.model_validate({"source": "exports", "query": sql, **keys})


def answer(folder: Path, sql: str, **keys: object) -> RawTable:
    source = FilesSource(kind="files", folder=".")
    requests = {"costs": asked(sql, **keys)}
    return files.read("exports", source, requests, folder, no_progress)["costs"]


def refusal(folder: Path, sql: str) -> str:
    with pytest.raises(SourceError) as caught:
        answer(folder, sql)
    said = str(caught.value)
    assert said.startswith("Source 'exports'") and "\n" not in said and SECRET not in said
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a source, beside which stands a file that is none of it."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text(f"id\n{SECRET}\n")
    (inside / "costs.csv").write_text("day,campaign,spent\n2026-10-01,c1,400\n2026-10-02,c2,NA\n")
    (inside / "names.csv").write_text("Campaigns of 2026\n\nid;Name\nc1;Spring\nc2;Fair\n")
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    book.active.append(["id", "from", "at", "budget"])
    book.active.append(["c1", datetime(2026, 10, 1), datetime(2026, 10, 1, 9, 30), 1.5])
    book.active.append([7, None, None, 2.0])
    book.save(inside / "book.xlsx")
    return inside


def test_files_and_worksheets_are_tables_of_text_by_their_names(folder: Path) -> None:
    """With suffix, without, and in quotes of either kind; NA stays text."""
    sql = """
        SELECT c.day, n.Name, TRY_CAST(c.spent AS DOUBLE) AS amount, p.budget
        FROM "costs.csv" AS c JOIN names AS n ON n.id = c.campaign
        LEFT JOIN 'book.xlsx#Plan' AS p ON p.id = c.campaign ORDER BY c.day -- by day
    """
    found = answer(folder, sql)
    assert list(found.frame.columns) == ["day", "Name", "amount", "budget"]
    assert found.frame.values.tolist() == [
        ["2026-10-01", "Spring", 400.0, "1.5"],
        ["2026-10-02", "Fair", None, None],
    ]
    assert found.rows.tolist() == [1, 2] and found.place == "the query of costs"


def test_typed_cells_are_text_with_dates_in_iso(folder: Path) -> None:
    """A midnight is a day; 7 and 2.0 are their shortest text."""
    found = answer(folder, 'SELECT * FROM "book.xlsx"')
    assert found.frame.values.tolist() == [
        ["c1", "2026-10-01", "2026-10-01T09:30:00", "1.5"],
        ["7", None, None, "2"],
    ]
    pq.write_table(pa.table({"d": [date(2026, 10, 1), None]}), folder / "days.parquet")
    found = answer(folder, "SELECT typeof(d) AS kind, CAST(d AS DATE) AS day FROM days")
    assert found.frame.values.tolist() == [["VARCHAR", date(2026, 10, 1)], ["VARCHAR", None]]


def test_a_query_makes_a_table_with_its_sums(folder: Path) -> None:
    """A fan-out is summed before it is joined: 400 + 100 for c1."""
    (folder / "more.csv").write_text("campaign,spent\nc1,400\nc1,100\nc2,50\n")
    sql = (
        "WITH sums AS (SELECT campaign, sum(spent::INT) AS amount FROM more GROUP BY campaign) "
        "SELECT '2026-10-01' AS spent_on, campaign AS campaign_id, amount FROM sums ORDER BY 2"
    )
    table = map_table("costs", answer(folder, sql), asked(sql), (), "UTC", Company())
    assert table.frame["amount"].to_pylist() == [500.0, 50.0]


def test_a_title_above_a_header_is_noted_and_header_row_holds_for_all_tables(
    folder: Path,
) -> None:
    sql = "SELECT id AS campaign_id, Name AS name FROM names"
    (note,) = answer(folder, sql).notes
    assert note.rows == 1 and "which is row 3" in note.what
    assert answer(folder, "SELECT * FROM names", header_row=3).frame["id"].tolist() == ["c1", "c2"]


def test_with_may_use_the_name_of_the_table_that_it_reads(folder: Path) -> None:
    found = answer(folder, "WITH costs AS (SELECT spent AS s FROM costs) SELECT s FROM costs")
    assert found.frame["s"].tolist() == ["400", "NA"]
    assert "no file 'nowhere'" in refusal(folder, "SELECT * FROM nowhere")
    counted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n"
    assert answer(folder, counted).frame["i"].tolist() == [1, 2, 3]


def test_an_unknown_table_suggests_the_nearest_file(folder: Path) -> None:
    assert "Did you mean 'costs.csv'?" in refusal(folder, "SELECT * FROM cost")
    assert 'double quotes: FROM "costs.csv"' in refusal(folder, "SELECT * FROM costs.csv")


WAYS_OUT = {
    "a file by its path": "SELECT * FROM '{root}/secret.csv'",
    "a file above the folder": "SELECT * FROM '../secret.csv'",
    "a file of the system": "SELECT * FROM '/etc/passwd'",
    "a reader of files": "SELECT * FROM read_csv('{root}/secret.csv')",
    "a reader in an expression": "SELECT (SELECT max(id) FROM read_csv('{root}/secret.csv')) AS x",
    "a reader of text": "SELECT * FROM read_text('{root}/secret.csv')",
    "a list of files": "SELECT * FROM glob('{root}/*')",
    "a guess at a file": "SELECT * FROM sniff_csv('{root}/secret.csv')",
    "an address": "SELECT * FROM 'https://127.0.0.1/secret.csv'",
    "a query in a text": "SELECT * FROM query('FROM ''{root}/secret.csv''')",
    "a table in a text": "SELECT * FROM query_table('{root}/secret.csv')",
    "memory": "SELECT * FROM arrow_scan(1::POINTER, 2::POINTER, 3::POINTER)",
    "memory of pandas": "SELECT * FROM pandas_scan(94000000000000)",
    "settings": "SELECT * FROM duckdb_settings()",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "a setting": "SELECT current_setting('home_directory') AS x",
    "the environment": "SELECT getenv('HOME') AS x",
    "the catalog": "SELECT * FROM information_schema.tables",
    "a Python variable": "SELECT * FROM outside",
    "copying out": "COPY (SELECT * FROM costs) TO '{root}/out.csv'",
    "attaching": "ATTACH '{root}/out.db'",
    "installing": "INSTALL httpfs",
    "loading": "LOAD httpfs",
    "setting": "SET enable_external_access = true",
    "a pragma": "PRAGMA database_list",
    "calling": "CALL pragma_version()",
    "creating": "CREATE TABLE x AS SELECT 1 AS a",
    "exporting": "EXPORT DATABASE '{root}/out'",
    "a second statement": "SELECT 1 AS a; SELECT 2 AS a",
    "a second statement that sets": "SELECT 1 AS a; SET threads = 9",
    "nothing": " -- nothing",
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_there_is_no_way_out_of_the_source(folder: Path, way: str) -> None:
    outside = pd.DataFrame({"id": [SECRET]})
    refusal(folder, WAYS_OUT[way].format(root=folder.parent))
    assert not list(folder.parent.glob("out*")) and len(outside) == 1


def test_the_engine_alone_lets_nothing_out_either(folder: Path) -> None:
    """What the check of the text might miss, DuckDB refuses itself.

    Addresses in memory are not tried: only the check of the text stands before these.
    """
    outside = pd.DataFrame({"id": [SECRET]})
    ran = []
    for way in WAYS_OUT.keys() - {"memory", "memory of pandas", "nothing"}:
        with duckdb.connect(":memory:", config=ENGINE) as engine:
            try:
                found = engine.execute(WAYS_OUT[way].format(root=folder.parent)).fetchall()
            except duckdb.Error:
                continue
        assert SECRET not in str(found) and "root:" not in str(found)
        ran.append(way)
    inside = {"settings", "a setting", "the catalog", "a pragma", "calling", "creating"}
    assert set(ran) <= inside | {"a second statement"}
    assert not list(folder.parent.glob("out*")) and len(outside) == 1


def test_what_duckdb_refuses_is_one_paragraph_with_the_querys_place(folder: Path) -> None:
    said = refusal(folder, "SELECT spend FROM costs")
    assert said.startswith("Source 'exports', the query of costs: DuckDB says: Binder Error")
    assert '"spend" not found' in said and '"spent"' in said and "LINE" not in said
    assert "cannot be understood: syntax error" in refusal(folder, "SELEC 1")
    assert "Conversion Error" in refusal(folder, "SELECT spent::INT AS a FROM costs")
    assert "the column 'day' more than once" in refusal(
        folder, "SELECT a.day, b.day FROM costs a, costs b"
    )


def test_a_header_twice_is_refused_where_the_query_needs_it(folder: Path) -> None:
    (folder / "twice.csv").write_text("id,Note,note\na,b,c\n")
    assert answer(folder, "SELECT id FROM twice").frame["id"].tolist() == ["a"]
    assert "more than one column 'Note'" in refusal(folder, "SELECT id, note FROM twice")
    assert "more than one column 'Note'" in refusal(folder, "SELECT * FROM twice")


def test_formulas_without_values_are_refused_where_the_query_needs_them(folder: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["id", "spent"], ["a", "=1+1"]):
        book.active.append(line)
    book.save(folder / "formulas.xlsx")
    assert answer(folder, "SELECT id FROM formulas").frame["id"].tolist() == ["a"]
    for columns in ("spent", "*"):
        said = refusal(folder, f"SELECT {columns} FROM formulas")
        assert "1 formulas without calculated values in column 'spent'" in said


def test_the_fingerprint_follows_the_files_that_the_query_names(folder: Path) -> None:
    source, requests = FilesSource(kind="files", folder="."), {"costs": asked("FROM costs, names")}
    before = files.fingerprint(source, requests, folder)
    (folder / "book.xlsx").write_bytes(b"")
    assert before is not None and files.fingerprint(source, requests, folder) == before
    (folder / "names.csv").write_text("id\n")
    assert files.fingerprint(source, requests, folder) != before
    (folder / "names.csv").unlink()
    assert files.fingerprint(source, requests, folder) is None


def test_a_query_gives_rows_no_fixed_number(folder: Path) -> None:
    how = asked("SELECT 'won' AS status FROM costs", columns={"deal_id": "(row)"})
    raw = answer(folder, "SELECT 'won' AS status FROM costs")
    with pytest.raises(MappingError, match="in any order"):
        map_table("deals", raw, how, (), "UTC", Company())


def test_worksheets_of_google_have_dates_in_iso(sheets: SheetsServer) -> None:
    """46,296 is 2026-10-01 where the cell is shown as a date, else a number; .5 is noon."""
    sheets.add(
        SHEET,
        {
            "Spend 2026": [
                ["Day", "Campaign", "Spend"],
                [Formatted(46296, "Oct 1", True), 46296, Formatted(1200.5, "$1,200.50")],
                [Formatted(46297.5, "Oct 2, noon", True), "c2", 50],
            ],
            "Names": [["id", "name"], ["46296", "Spring"]],
        },
    )
    sql = 'SELECT s.*, n.name FROM "Spend 2026" s LEFT JOIN names n ON n.id = s.Campaign ORDER BY 1'
    with pytest.raises(SourceError, match="no worksheet 'names' for costs. Did you mean 'Names'"):
        read_sheet(sheets, costs=asked(sql))
    found = read_sheet(sheets, costs=asked(sql.replace("names", '"Names"')))["costs"]
    assert found.frame.values.tolist() == [
        ["2026-10-01", "46296", "1200.5", "Spring"],
        ["2026-10-02T12:00:00", "c2", "50", None],
    ]


@pytest.mark.parametrize(
    ("kind", "part", "said"),
    [
        ({"kind": "demo"}, {"query": "SELECT 1"}, "the demo answers no 'query'"),
        ({"kind": "demo"}, {"from": "costs", "header_row": 2}, "is for files and worksheets"),
        (
            {"kind": "database", "url": "sqlite:///x.db"},
            {"from": "costs", "header_row": 2},
            "is for files and worksheets",
        ),
    ],
)
def test_what_a_source_cannot_do_is_refused_with_the_settings(
    kind: dict[str, str], part: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Settings.model_validate(
            {"sources": {"s": kind}, "tables": {"costs": {"source": "s", **part}}}
        )


INSTANTS = """SELECT CAST(created AS TIMESTAMPTZ) AS at,
  CAST(CAST(created AS TIMESTAMPTZ) AS DATE) AS day FROM "instants.csv" """


@pytest.mark.parametrize(("zone", "day"), [("UTC", 30), ("Europe/Berlin", 1)])
def test_an_instant_that_a_query_makes_a_day_is_one_of_the_given_zone(
    folder: Path, zone: str, day: int
) -> None:
    """22:30 UTC is half past midnight in Berlin; the instant itself is the same in both."""
    (folder / "instants.csv").write_text("created\n2026-09-30T22:30:00Z\n")
    source = FilesSource(kind="files", folder=".")
    read = files.read("exports", source, {"costs": asked(INSTANTS)}, folder, no_progress, zone)
    at, on = read["costs"].frame.iloc[0]
    assert at == datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    assert on.day == day


def test_a_query_cannot_change_the_zone(folder: Path) -> None:
    assert "not one SELECT" in refusal(folder, "SET TimeZone = 'Asia/Tokyo'")


def repeats(folder: Path, sql: str, part: str = "costs", **keys: object) -> list[str]:
    """The notes on repeated rows: bill.csv holds 400 of Spring and 50 of Fair; Spring has two ids.

    share.csv gives half of Spring to each; one.csv has one id for each name.
    """
    (folder / "bill.csv").write_text(
        "day,campaign,spent\n2026-10-01,Spring,400\n2026-10-02,Fair,50\n"
    )
    (folder / "ids.csv").write_text("id,name,share\ns,Spring,0.5\ns26,Spring,0.5\nf,Fair,1\n")
    (folder / "one.csv").write_text("id,name\ns,Spring\nf,Fair\n")
    source = FilesSource(kind="files", folder=".")
    found = files.read("exports", source, {part: asked(sql, **keys)}, folder, no_progress)[part]
    assert all(note.is_doubt for note in found.notes)
    return [f"{note.rows} {note.what} {note.examples} {note.remedy}" for note in found.notes]


JOINED = 'FROM "bill.csv" c JOIN "ids.csv" k ON k.name = c.campaign'


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT c.day AS spent_on, k.id, CAST(c.spent AS DOUBLE) AS amount {JOINED}",
        f"SELECT c.*, k.id, spent AS amount {JOINED} ORDER BY day",
        "SELECT day, id, spent AS amount FROM bill c LEFT JOIN "
        "(SELECT *, name AS campaign FROM ids) USING (campaign)",
        "SELECT day, id, spent AS amount FROM bill, ids WHERE name = campaign",
        f"SELECT c.day, k.id, sum(c.spent::DOUBLE) AS amount {JOINED} GROUP BY ALL",
        f"SELECT day, id, spent AS amount {JOINED} UNION ALL SELECT 'x', 'y', '7'",
        "WITH k AS (FROM ids) SELECT day, id, spent AS amount FROM bill JOIN k ON name = campaign",
    ],
)
def test_a_join_that_repeats_amounts_is_doubted_with_their_rows(folder: Path, sql: str) -> None:
    """400 of Spring comes once as s and once as s26: 850, not 450."""
    (said,) = repeats(folder, sql)
    assert said.startswith(
        "1 of file 'bill.csv' came out of the join of the query several times, and the amount "
        "counts each time ('row 2: 2 times',) If an amount counts once, join one row for each"
    )
    if "k.name" in sql:
        assert 'such as (SELECT DISTINCT ON ("name") * FROM "ids.csv") AS "k".' in said


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT c.day, k.id, spent AS amount {JOINED}".replace("ids.csv", "one.csv"),
        f"SELECT c.day, k.id, c.spent::DOUBLE * k.share::DOUBLE AS amount {JOINED}",
        "WITH k AS (FROM ids) SELECT day, id, spent::INT * share::DOUBLE AS amount "
        "FROM bill JOIN k ON name = campaign",
        f"SELECT day, id, spent::INT / count(*) OVER (PARTITION BY campaign) AS amount {JOINED}",
        f"SELECT c.day, min(k.id) AS id, max(spent) AS amount {JOINED} GROUP BY ALL",
        f"SELECT c.day, min(k.id) AS id, spent AS amount {JOINED} GROUP BY c.day, spent",
        f"SELECT c.day, min(k.id) AS id, spent AS amount {JOINED} GROUP BY ALL",
        f"SELECT DISTINCT ON (c.campaign) c.day, k.id, spent AS amount {JOINED}",
        f"SELECT c.day, k.share AS amount {JOINED}",
        "SELECT day, spent AS amount FROM bill c JOIN "
        '(SELECT DISTINCT ON ("name") * FROM "ids.csv") AS "k" ON k.name = c.campaign',
        "SELECT day, spent AS amount FROM bill WHERE campaign IN (SELECT name FROM ids)",
        "SELECT day, spent AS amount FROM bill SEMI JOIN ids ON name = campaign",
    ],
    ids=[
        *("one for each", "shares", "shares of another SELECT", "divided", "an aggregate"),
        *("grouped", "by all", "distinct", "the other's", "as the remedy says", "in", "semi"),
    ],
)
def test_joins_that_count_each_amount_once_or_share_it_are_not_doubted(
    folder: Path, sql: str
) -> None:
    """Also where the other table's amounts are meant: k.share is there once for each bill."""
    assert repeats(folder, sql) == []


def test_ids_of_leads_may_repeat_as_a_key_that_stands_twice_is_rejected(folder: Path) -> None:
    deals = f"SELECT c.campaign AS deal_id, 'won' AS status, spent AS amount {JOINED}"
    assert repeats(folder, deals, part="deals") == []
    spend = f"SELECT day, spent {JOINED}"
    assert len(repeats(folder, spend, columns={"amount": "Spent"})) == 1
