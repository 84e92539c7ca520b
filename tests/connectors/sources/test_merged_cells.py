"""Claims about merged cells, and about formulas that nothing has calculated yet."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import MappingError
from tests.connectors.sources.sheet_source import SHEET
from tests.connectors.sources.sheet_source import read as read_sheet
from tests.connectors.sources.test_header import mapped, read, settings
from tests.sheets_server import SheetsServer

COLUMNS = {"spent_on": "Day", "amount": "Cost", "campaign_id": "Campaign"}
LINES = [
    ["Spend of October", None, None],
    ["Day", "Campaign", "Cost"],
    [46296, "spring", 400],
    [46297, None, 500],
    [None, None, None],
    [46296, "fair", 350],
    [46297, None, None],
]
MERGED = ["A1:C1", "B3:B5", "B6:B7", "C6:C7"]


def in_excel(folder: Path) -> tuple[RawTable, TableSettings]:
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append(line)
    for range_ in MERGED:
        book.active.merge_cells(range_)
    book.save(folder / "costs.xlsx")
    request = settings("costs.xlsx", columns=COLUMNS)
    return read(folder, request), request


def in_google(sheets: SheetsServer) -> tuple[RawTable, TableSettings]:
    sheets.add(SHEET, {"Other": [], "Costs": LINES}, merges={"Costs": MERGED, "Other": ["A1:A2"]})
    request = settings("Costs", columns=COLUMNS)
    return read_sheet(sheets, costs=request)["costs"], request


@pytest.mark.parametrize("where", ["excel", "google"])
def test_a_campaign_merged_over_its_rows_is_that_of_each(
    where: str, tmp_path: Path, sheets: SheetsServer
) -> None:
    """Spring 400 + 500, fair 350. The amount merged over two rows counts once: 350, and not 700.

    Row 5 is blank but for the merge, and stays blank.
    """
    raw, request = in_excel(tmp_path) if where == "excel" else in_google(sheets)
    assert raw.rows.tolist() == [3, 4, 6, 7]
    table = map_table("costs", raw, request, (), "UTC", Company())
    assert table.frame["campaign_id"].to_pylist() == ["spring", "spring", "fair"]
    assert table.frame["amount"].to_pylist() == [400.0, 500.0, 350.0]
    title, campaign, amount = table.notes
    assert title.rows == 1
    assert campaign.text == (
        "2 cells of campaign_id are merged with the cell above and were read as it "
        "('spring' and 'fair'). Unmerge them if they should be blank."
    )
    assert amount.column == "amount" and amount.rows == 1 and amount.is_doubt


def test_a_merged_number_counts_once_in_a_query(tmp_path: Path) -> None:
    """400 + 500 + 350, and not 1,600; the campaign is that of each row."""
    in_excel(tmp_path)
    sql = "SELECT Campaign AS c, sum(Cost::INT) AS s FROM costs GROUP BY 1 ORDER BY 1"
    request = TableSettings.model_validate({"source": "exports", "query": sql})
    found = read(tmp_path, request)
    assert found.frame.values.tolist() == [["fair", 350], ["spring", 900]]
    assert [note.is_doubt for note in found.notes] == [False, False, True]


def test_a_header_merged_over_two_rows_is_the_lower_one(tmp_path: Path) -> None:
    """Day and Campaign are merged over rows 1 and 2; Spend has EUR and USD below it."""
    book = openpyxl.Workbook()
    for line in (
        ["Day", "Campaign", "Spend", None],
        [None, None, "EUR", "USD"],
        ["2026-10-01", "spring", 4, 5],
    ):
        book.active.append(line)
    for range_ in ("A1:A2", "B1:B2", "C1:D1"):
        book.active.merge_cells(range_)
    book.save(folder := tmp_path / "costs.xlsx")
    request = settings(folder.name, columns={**COLUMNS, "amount": "USD"})
    assert mapped(read(tmp_path, request), request).frame["amount"].to_pylist() == [5.0]


def formulas(folder: Path, replaced: tuple[str, str] = ("", "")) -> tuple[RawTable, TableSettings]:
    """Three costs, two of them formulas, and a note that is one; a part of the XML replaced."""
    book = openpyxl.Workbook()
    for line in (
        ["Day", "Cost", "Note"],
        ["2026-10-01", "=4*100", "=1"],
        ["2026-10-02", "=500", None],
        ["2026-10-03", 7, None],
    ):
        book.active.append(line)
    book.save(folder / "written.xlsx")
    with (
        zipfile.ZipFile(folder / "written.xlsx") as whole,
        zipfile.ZipFile(folder / "costs.xlsx", "w") as changed,
    ):
        for name in whole.namelist():
            text = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert replaced[0].encode() in text
                text = text.replace(*(part.encode() for part in replaced))
            changed.writestr(name, text)
    request = settings("costs.xlsx")
    return read(folder, request), request


def test_formulas_without_values_are_named_and_not_read_as_blank(tmp_path: Path) -> None:
    """Read as blank, two of three costs were rejected, and 7 was the whole spend."""
    raw, request = formulas(tmp_path)
    with pytest.raises(MappingError) as caught:
        mapped(raw, request)
    said = str(caught.value)
    assert said.startswith("costs.amount (source 'exports'): file 'costs.xlsx', worksheet 'Sheet'")
    assert "has 2 formulas without calculated values in column 'Cost'" in said
    assert "Open the workbook once in Excel or LibreOffice, and save it." in said


def test_a_column_of_zeros_in_a_workbook_to_be_calculated_is_not_calculated(
    tmp_path: Path,
) -> None:
    """XlsxWriter writes a 0 for each formula, and asks for calculation when it is opened."""
    raw, request = formulas(tmp_path, ("<v /></c>", "<v>0</v></c>"))
    assert raw.uncalculated == {1: 2, 2: 1}
    with pytest.raises(MappingError, match="2 formulas without calculated values"):
        mapped(raw, request)


def test_formulas_with_values_are_read_as_these(tmp_path: Path) -> None:
    """The note stays without a value, and nobody needs it; a 0 beside a 400 is one."""
    filled = ("<f>4*100</f><v /></c>", "<f>4*100</f><v>400</v></c>")
    raw, request = formulas(tmp_path, filled)
    assert raw.uncalculated == {1: 1, 2: 1}
    both = ("<v /></c>", "<v>9</v></c>")
    raw, request = formulas(tmp_path, both)
    assert raw.uncalculated == {} and raw.frame["Cost"].tolist() == [9, 9, 7]
    assert mapped(raw, request).frame["amount"].to_pylist() == [9.0, 9.0, 7.0]
