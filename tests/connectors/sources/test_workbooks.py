"""Claims about workbooks: typed cells, row numbers as the sheet shows them, and damaged ones."""

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

from tests.connectors.sources.test_files import read, refusal, rows


def workbook(folder: Path, **sheets: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for line in content:
            sheet.append(line)
    book.save(folder / "book.xlsx")


def test_excel_cells_come_typed_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    workbook(
        tmp_path,
        Leads=[
            [],
            ["id", "created", None, "amount", "ok"],
            [9935249409, datetime(2026, 1, 2), "beside", 12.5, True],
            [],
            [None, None, "a remark"],
            ["007", datetime(2026, 1, 2, 3, 4, 5), None, None, " "],
        ],
    )
    found = read(tmp_path, "book")
    assert list(found.frame.columns) == ["id", "created", "amount", "ok"]
    assert rows(found) == [
        [9935249409, datetime(2026, 1, 2), 12.5, True],
        ["007", datetime(2026, 1, 2, 3, 4, 5), None, None],
    ]
    assert found.rows.tolist() == [3, 6]
    assert found.place == "file 'book.xlsx', worksheet 'Leads'" and found.serial_dates


@pytest.mark.parametrize("styled", [False, True], ids=["values alone", "with a style that tells"])
def test_codes_of_a_workbook_are_the_characters_that_excel_shows(
    tmp_path: Path, styled: bool
) -> None:
    """_x005F_ is the _ of what is no code; _x2026_ comes from a program that writes none."""
    book = openpyxl.Workbook()
    for line in (
        ["id_x000D_", "name"],
        ["L1_x000D_", "a_x000d_\nb"],
        ["q_x005F_x000D_", "q_x2026_"],
    ):
        book.active.append(line)
    if styled:
        book.active["B2"].font = Font(strike=True)
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path, "book")
    assert list(found.frame.columns) == ["id", "name"]
    assert rows(found) == [["L1\r", "a\r\nb"], ["q_x000D_", "q_x2026_"]]


def test_a_workbook_that_counts_from_1904_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = MAC_EPOCH
    for line in (["id", "day"], ["a", 44_834]):
        book.active.append(line)
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path, "book")
    assert found.from_1904 and not found.serial_dates


def test_a_worksheet_is_picked_by_name_else_the_first(tmp_path: Path) -> None:
    workbook(tmp_path, First=[["id"], ["a"]], Second=[["id"], ["b"]], Empty=[])
    assert rows(read(tmp_path, "book.xlsx")) == [["a"]]
    (note,) = read(tmp_path, "book.xlsx").notes
    assert note.what.endswith("first worksheet, as none is named; others are 'Second'")
    assert note.remedy == 'from = "book.xlsx#Second" reads one of them.'
    assert read(tmp_path, "book.xlsx#Second").notes == ()
    assert rows(read(tmp_path, "book.xlsx#Second")) == [["b"]]
    assert rows(read(tmp_path, "book#Second")) == [["b"]]
    assert "has no worksheet 'Secnd'. Did you mean 'Second'?" in refusal(tmp_path, "book#Secnd")


def test_an_empty_worksheet_has_no_header_and_a_header_alone_no_rows(tmp_path: Path) -> None:
    workbook(tmp_path, Empty=[], Header=[["id", "name"]], Twice=[["id", "id"]])
    assert "worksheet 'Empty' is empty" in refusal(tmp_path, "book#Empty")
    assert len(read(tmp_path, "book#Header").frame) == 0
    assert list(read(tmp_path, "book#Header").frame.columns) == ["id", "name"]
    assert list(read(tmp_path, "book#Twice").frame.columns) == ["id", "id"]


def test_a_workbook_with_a_damaged_sheet_is_reported_to_be_damaged(tmp_path: Path) -> None:
    """The zip is whole, and the text of its sheet is cut off in the middle of a row."""
    workbook(tmp_path, Leads=[["id", "name"], ["a", "Ann"]])
    with zipfile.ZipFile(tmp_path / "book.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-60]
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as damaged:
        for name, content in parts.items():
            damaged.writestr(name, content)
    assert "file 'book.xlsx' is not a readable workbook" in refusal(tmp_path, "book.xlsx")


def test_a_worksheet_must_be_named_where_several_have_the_columns(tmp_path: Path) -> None:
    """Two networks or two years, a worksheet each: the first alone has half of the leads."""
    header = ["lead_id", "created_at"]
    sheets = {"2025": [header, ["a", "2025-10-01"]], "2026": [["New"], header, ["b", "2026-10-01"]]}
    workbook(tmp_path, **sheets, Notes=[["bought"]])
    text = refusal(tmp_path, "book.xlsx")
    assert "has 2 worksheets with the columns that are read" in text
    assert 'from = "book.xlsx#2025", or from = "book.xlsx#2026"; or read them all, with one' in text
    assert rows(read(tmp_path, "book.xlsx#2026")) == [["b", "2026-10-01"]]
    workbook(tmp_path, **(sheets | {"2026": [header]}))
    assert rows(read(tmp_path, "book.xlsx")) == [["a", "2025-10-01"]], "a template has no rows"


@pytest.mark.parametrize(
    "cover", [[["Leads of 2026"], ["Prepared by", "Ann"]], [["lead_id", "remark"], ["a", "x"]], []]
)
def test_a_worksheet_behind_a_cover_is_named(tmp_path: Path, cover: list[list[object]]) -> None:
    """Before somebody put a cover first, the only sheet needed no name."""
    leads = [["lead_id", "created_at"], ["a", "2026-10-01"]]
    workbook(tmp_path, Cover=cover, Leads=leads, Notes=[["bought"]])
    said = refusal(tmp_path, "book.xlsx")
    assert 'Name it under [tables.leads]: from = "book.xlsx#Leads".' in said
    workbook(tmp_path, Leads=leads, Notes=[["lead_id", "remark"], ["a", "x"]])
    assert rows(read(tmp_path, "book.xlsx")) == [["a", "2026-10-01"]]


def test_a_first_worksheet_whose_header_is_merged_over_two_rows_is_read(tmp_path: Path) -> None:
    """No row of it names both columns but by the merge; the other sheet does, and is a pivot."""
    book = openpyxl.Workbook()
    for line in (["lead_id", "Dates"], [None, "created_at"], ["a", "2026-10-01"]):
        book.active.append(line)
    book.active.merge_cells("A1:A2")
    pivot = book.create_sheet("Pivot")
    for line in (["lead_id", "created_at"], ["b", "2026-10-02"]):
        pivot.append(line)
    book.save(tmp_path / "book.xlsx")
    assert rows(read(tmp_path, "book.xlsx")) == [["a", "2026-10-01"]]


PLANNED = [["id", "type"], ["a", "Plan"], ["b", "Actual"], ["c", "Plan"], ["d", "Plan"], [None]]


@pytest.mark.parametrize("how", ["filter", "table", "buttons", "by hand"])
def test_rows_that_a_filter_hides_are_doubted_and_others_that_are_hidden_are_noted(
    tmp_path: Path, how: str
) -> None:
    """Rows 2, 4 and 5 of four are out of sight, as is the blank one below. All are read."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in PLANNED:
        sheet.append(line)
    for row in (2, 4, 5, 6):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["B"].hidden = True
    if how == "table":
        table = Table(displayName="Plans", ref="A1:B5", autoFilter=AutoFilter(ref="A1:B5"))
        table.autoFilter.add_filter_column(1, ["Actual"])
        sheet.add_table(table)
    elif how != "by hand":
        sheet.auto_filter.ref = "A1:B5"
    if how == "filter":
        sheet.auto_filter.add_filter_column(1, ["Actual"])
    book.save(tmp_path / "book.xlsx")
    found = read(tmp_path, "book.xlsx")
    assert found.rows.tolist() == [2, 3, 4, 5]
    (note,) = found.notes
    is_filtered = how in ("filter", "table")
    assert (note.rows, note.is_doubt, note.examples) == (3, is_filtered, ("rows 2 and 4–5",))
    by = "by a filter" if is_filtered else "by hand or in a closed group"
    assert note.what == f"are hidden {by}, of 4 that were read"
    assert note.remedy == (
        "If they do not count, delete them in the sheet, or query = '''SELECT * FROM "
        "\"book.xlsx#Sheet\" WHERE …''' in place of 'from' leaves them out."
    )


def test_a_filter_that_hides_no_row_leaves_no_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in PLANNED[:3]:
        book.active.append(line)
    book.active.auto_filter.ref = "A1:B3"
    book.active.auto_filter.add_filter_column(1, ["Plan", "Actual"])
    book.save(tmp_path / "book.xlsx")
    assert read(tmp_path, "book.xlsx").notes == ()


def _struck(folder: Path, cells: str) -> None:
    """Four rows of three columns, the last of which is mostly blank, with ``cells`` struck."""
    book = openpyxl.Workbook()
    for line in (
        ["id", "day", "remark"],
        *(["a", "2026-10-01"] for _ in range(3)),
        ["b", "x", "y"],
    ):
        book.active.append(line)
    for cell in cells.split():
        book.active[cell].font = Font(strike=True)
    book.save(folder / "book.xlsx")


def test_rows_that_are_struck_through_are_doubted(tmp_path: Path) -> None:
    """Of row 5 two of three filled cells are struck, as its remark says why. All four are read."""
    _struck(tmp_path, "A2 B2 C2 A3 B3 A5 B5 A9")
    found = read(tmp_path, "book.xlsx")
    assert found.rows.tolist() == [2, 3, 4, 5]
    (note,) = found.notes
    assert (note.rows, note.is_doubt, note.examples) == (3, True, ("rows 2–3 and 5",))
    assert note.what == "are struck through, of 4 that were read"
    assert note.remedy.startswith("If they do not count, delete them in the sheet, or mark them")


@pytest.mark.parametrize("cells", ["", "A1 B1 C1", "A7"])
def test_a_header_and_blank_cells_that_are_struck_through_are_not_doubted(
    tmp_path: Path, cells: str
) -> None:
    _struck(tmp_path, cells)
    assert read(tmp_path, "book.xlsx").notes == ()


def test_struck_cells_of_other_rows_are_doubted_by_column(tmp_path: Path) -> None:
    """Of rows 2, 3 and 5 one cell each: half of two, half of two and a third of three."""
    _struck(tmp_path, "B2 A3 B5")
    id_, day = read(tmp_path, "book.xlsx").notes
    assert (id_.at, id_.rows, id_.examples) == (0, 1, ("row 3: a",))
    assert (day.at, day.rows, day.examples) == (1, 2, ("row 2: 2026-10-01", "row 5: x"))
    assert day.what == "are struck through and read like the others" and day.is_doubt
