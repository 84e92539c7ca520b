"""Claims about the header: found below titles where it is sure, else asked for with its row."""

from pathlib import Path

import openpyxl
import pytest

from connectors.mapping.mapping import MappedTable, map_table
from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources import files
from connectors.sources.raw import RawTable, no_progress
from kpis.definitions import Company
from kpis.errors import MappingError, SourceError
from tests.connectors.sources.sheet_source import SHEET
from tests.connectors.sources.sheet_source import read as read_sheet
from tests.sheets_server import SheetsServer

COSTS = {"spent_on": "Day", "amount": "Cost"}
TITLED = [["Spend", None, None], [None], ["Day", "Campaign", "Cost"], ["2026-10-01", "c1", 4]]


def settings(from_: str, **keys: object) -> TableSettings:
    keys = {"columns": COSTS, **keys}
    return TableSettings.model_validate({"source": "exports", "from": from_, **keys})


def read(folder: Path, request: TableSettings, part: str = "costs") -> RawTable:
    source = FilesSource(kind="files", folder=".")
    return files.read("exports", source, {part: request}, folder, no_progress)[part]


def mapped(raw: RawTable, request: TableSettings, table: str = "costs") -> MappedTable:
    return map_table(table, raw, request, (), "UTC", Company())


def as_csv(folder: Path, lines: list[list[object]]) -> str:
    cells = [["" if cell is None else str(cell) for cell in line] for line in lines]
    (folder / "costs.csv").write_text("\n".join(map(",".join, cells)))
    return "costs.csv"


def as_excel(folder: Path, lines: list[list[object]]) -> str:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(folder / "costs.xlsx")
    return "costs.xlsx"


def refusal(folder: Path, request: TableSettings, part: str = "costs") -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, request, part)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("save", [as_csv, as_excel])
def test_the_first_row_that_names_all_wanted_columns_is_the_header(
    tmp_path: Path, save: type[as_csv]
) -> None:
    """Rows 1 a title, 2 blank, 3 the header, 4 the first cost."""
    request = settings(save(tmp_path, TITLED))
    found = read(tmp_path, request)
    assert list(found.frame.columns) == ["Day", "Campaign", "Cost"]
    assert found.rows.tolist() == [4]
    (note,) = mapped(found, request).notes
    assert note.text == (
        "1 row above the header, which is row 3, was left out ('Spend'). "
        "header_row = 3 says so in the settings."
    )


def test_a_worksheet_of_google_has_titles_too(sheets: SheetsServer) -> None:
    sheets.add(SHEET, {"Costs": [["Spend"], [], ["Day", "Cost"], [46296, 4]]})
    found = read_sheet(sheets, costs=settings("Costs"))["costs"]
    assert found.rows.tolist() == [4] and found.notes[0].rows == 1


def test_titles_above_a_tab_separated_download_shift_nothing(tmp_path: Path) -> None:
    """By commas, line 2 has three cells and the amounts two: "1" and "400.00"."""
    text = "Campaign report\nOctober 1, 2026 - October 31, 2026\nDay\tCampaign\tCost\n"
    text += "2026-10-01\tspring\t1,400.00\n2026-10-02\tfair\t600.00\nTotal\t --\t2,000.00\n"
    (tmp_path / "costs.csv").write_bytes(text.encode("utf-16"))
    request = settings("costs")
    found = read(tmp_path, request)
    assert found.rows.tolist() == [4, 5, 6]
    table = mapped(found, request)
    assert table.frame["amount"].to_pylist() == [1400.0, 600.0]
    assert table.notes[0].examples == ("Campaign report", "October 1, 2026 - October 31, 2026")


def test_a_line_break_within_a_name_of_the_header_is_a_blank(tmp_path: Path) -> None:
    """Excel shows the header over two lines, and people map what they see: 4 are spent."""
    book = openpyxl.Workbook()
    book.active.append(["Day", "Ad \n spend\n(EUR)"])
    book.active.append(["2026-10-01", 4])
    book.save(tmp_path / "costs.xlsx")
    request = settings("costs.xlsx", columns={"spent_on": "Day", "amount": "Ad spend (EUR)"})
    assert mapped(read(tmp_path, request), request).frame["amount"].to_pylist() == [4]


@pytest.mark.parametrize("save", [as_csv, as_excel])
def test_header_row_decides_without_a_note(tmp_path: Path, save: type[as_csv]) -> None:
    """Row 2 names all columns, too: it is the header of a table of last year, say."""
    lines = [["Day", "Cost"], ["2025-10-01", 1], ["Day", "Cost"], ["2026-10-01", 4]]
    file = save(tmp_path, lines)
    assert read(tmp_path, settings(file)).rows.tolist() == [2, 3, 4]
    given = read(tmp_path, settings(file, header_row=3))
    assert given.rows.tolist() == [4] and given.notes == ()
    assert "has nothing in row 9" in refusal(tmp_path, settings(file, header_row=9))


@pytest.mark.parametrize("save", [as_csv, as_excel])
@pytest.mark.parametrize(
    ("given", "does"), [(1, "does not name all columns that are read in"), (2, "has nothing in")]
)
def test_a_header_row_that_moved_is_named_anew(
    tmp_path: Path, save: type[as_csv], given: int, does: str
) -> None:
    """A title line more or less: the header is row 3, and the settings have it higher up.

    With names that no row has, the mapping says which columns are missing.
    """
    file = save(tmp_path, TITLED)
    said = refusal(tmp_path, settings(file, header_row=given))
    assert f"{does} row {given}, which should be its header. Set header_row = 3 under" in said
    below = refusal(tmp_path, settings(file, header_row=4))
    assert "row 4, which should be its header. Set header_row = 3 under [tables.costs]" in below
    renamed = settings(file, header_row=3, columns=COSTS | {"campaign_id": "Channel"})
    assert list(read(tmp_path, renamed).frame.columns) == ["Day", "Campaign", "Cost"]


@pytest.mark.parametrize("save", [as_csv, as_excel])
def test_where_no_row_names_all_columns_the_likely_one_is_offered(
    tmp_path: Path, save: type[as_csv]
) -> None:
    said = refusal(tmp_path, settings(save(tmp_path, TITLED), columns={**COSTS, "owner": "Who"}))
    assert "row 3 looks like the header ('Day', 'Campaign', 'Cost')" in said
    assert "It does not name 'Who'." in said and "header_row = 3" in said
    unknown = {"spent_on": "Tag", "amount": "Betrag"}
    said = refusal(tmp_path, settings(save(tmp_path, TITLED), columns=unknown))
    assert "row 3 looks like the header" in said and "[tables.costs]" in said


def test_a_first_row_that_lacks_a_column_stays_the_header(tmp_path: Path) -> None:
    """The mapping then says what is missing, and asks whether it was renamed."""
    request = settings(as_csv(tmp_path, [["Day", "Spend"], ["2026-10-01", 4]]))
    with pytest.raises(MappingError, match="has no column 'Cost'.* Was it renamed"):
        mapped(read(tmp_path, request), request)


def test_the_parts_of_a_table_are_known_by_its_columns(tmp_path: Path) -> None:
    as_csv(tmp_path, [["Title"], ["spent_on", "amount"], ["2026-10-01", 4]])
    request = settings("costs", columns={})
    assert read(tmp_path, request, "costs, part 2").rows.tolist() == [3]


@pytest.mark.parametrize("save", [as_csv, as_excel])
@pytest.mark.parametrize(("header", "is_refused"), [("Cost", True), ("Note", False)])
def test_a_header_twice_is_refused_where_it_is_wanted(
    tmp_path: Path, save: type[as_csv], header: str, is_refused: bool
) -> None:
    lines = [["Day", "Cost", header, "Note"], ["2026-10-01", 4, 5, 6]]
    request = settings(save(tmp_path, lines))
    raw = read(tmp_path, request)
    if is_refused:
        with pytest.raises(MappingError, match="has 2 columns that read 'Cost'"):
            mapped(raw, request)
    else:
        assert mapped(raw, request).frame["amount"].to_pylist() == [4.0]


def test_an_email_twice_is_left_out_unless_it_is_named(tmp_path: Path) -> None:
    """No number depends on it; a segment or an owner that stands twice is refused."""
    lines = [["lead_id", "created_at", "Email", "Email"], ["L1", "2026-10-01", "a@b", "c@d"]]
    request = settings(as_csv(tmp_path, lines), columns={})
    table = mapped(read(tmp_path, request, "leads"), request, "leads")
    assert table.frame["email"].to_pylist() == [None] and "email" not in table.mapped
    assert "1 cell of email was left out, as 2 columns read 'email'" in table.notes[0].text
    named = settings("costs.csv", columns={"email": "Email"})
    with pytest.raises(MappingError, match="has 2 columns that read 'Email'"):
        mapped(read(tmp_path, named, "leads"), named, "leads")


def test_row_numbers_make_ids_that_are_noted(tmp_path: Path) -> None:
    """Rows 2 and 4: row 3 is blank."""
    request = settings(
        as_csv(tmp_path, [["status", "amount"], ["won", 1], [None, None], ["won", 2]]),
        columns={"deal_id": "(row)"},
    )
    table = mapped(read(tmp_path, request, "deals"), request, "deals")
    ids = ["row 2 of file 'costs.csv'", "row 4 of file 'costs.csv'"]
    assert table.frame["deal_id"].to_pylist() == ids
    assert table.notes[0].text.startswith("2 cells of deal_id are row numbers, as the settings say")
    dated = settings("costs.csv", columns={"deal_id": "(row)", "closed_at": "(row)"})
    with pytest.raises(MappingError, match="closed_at is none"):
        mapped(read(tmp_path, dated, "deals"), dated, "deals")
