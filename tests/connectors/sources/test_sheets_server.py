"""Claims that the server of ``tests/sheets_server.py`` answers as Google does.

Its answers are compared with those that gspread's authors recorded of Google.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests

from tests.connectors.sources.sheet_source import SHEET, read, request
from tests.sheets_content import Formatted, cells_from_csv
from tests.sheets_server import ERRORS, SheetsServer


def recorded(real_data: Path, name: str) -> list[tuple[str, int, Any]]:
    """The path asked for, the status and the JSON of each answer to a GET of the Sheets API."""
    text = (real_data / "sheets_cassettes" / f"{name}.json").read_text(encoding="utf-8")
    return [
        (
            unquote(urlsplit(i["request"]["uri"]).path) + "?" + urlsplit(i["request"]["uri"]).query,
            i["response"]["status"]["code"],
            json.loads(i["response"]["body"]["string"]),
        )
        for i in json.loads(text)["interactions"]
        if i["request"]["method"] == "GET" and "sheets.googleapis.com" in i["request"]["uri"]
    ]


def answer(sheets: SheetsServer, path: str, **query: Any) -> tuple[int, Any]:
    """What our server says to a login of its own."""
    sheets.requests.clear()
    token = {"Authorization": "Bearer ya29.an-access-token"}
    found = requests.get(sheets.url + path, params=query, headers=token, timeout=10)
    return found.status_code, found.json()


def keys_of(content: Any) -> Any:
    """The names and types of a JSON answer, without its values."""
    if isinstance(content, dict):
        return {name: keys_of(value) for name, value in content.items()}
    return [keys_of(value) for value in content] if isinstance(content, list) else type(content)


def test_our_metadata_looks_like_googles(sheets: SheetsServer, real_data: Path) -> None:
    """Of the spreadsheet's own properties, ours has only what is no matter of looks."""
    recordings = recorded(real_data, "SpreadsheetTest.test_worksheets")
    path, _, google = next(
        found for found in reversed(recordings) if len(found[2].get("sheets", [])) == 2
    )
    sheets.add(
        SHEET, {"Sheet1": [], "finances": []}, {"Sheet1": (1000, 26), "finances": (100, 100)}
    )
    status, ours = answer(sheets, f"/v4/spreadsheets/{SHEET}", includeGridData="false")
    looks = {"defaultFormat", "spreadsheetTheme"}
    google["properties"] = {k: v for k, v in google["properties"].items() if k not in looks}
    assert status == 200 and "includeGridData=false" in path
    assert keys_of(ours) == keys_of(google)
    for mine, theirs in zip(ours["sheets"], google["sheets"], strict=True):
        same = ("title", "index", "sheetType", "gridProperties")
        assert [mine["properties"][k] for k in same] == [theirs["properties"][k] for k in same]


CONTENTS = {
    "WorksheetTest.test_get_all_values": ("Sheet1", 4, 4),
    "WorksheetTest.test_get_all_values_title_is_a1_notation": ("D3", 4, 4),
    "WorksheetTest.test_get_all_records_different_header": ("Sheet1", 6, 4),
    "WorksheetTest.test_get_all_records_with_keys_blank": ("Sheet1", 4, 4),
    "WorksheetTest.test_get_all_records_pad_values": ("Sheet1", 2, 4),
    "WorksheetTest.test_range_get_all_values": ("Sheet1", 4, 4),
    "SpreadsheetTest.test_values_get": ("🌵 test_values_get 1", 10, 10),
}
"""Recordings of a worksheet read whole, with its title and size."""


@pytest.mark.parametrize("name", CONTENTS)
def test_our_values_are_cut_like_googles(sheets: SheetsServer, real_data: Path, name: str) -> None:
    """Cells padded with blanks to the size of the grid come back as ragged as Google has them."""
    title, rows, columns = CONTENTS[name]
    google = next(
        content
        for path, _, content in recorded(real_data, name)
        if path.endswith((f"/values/'{title}'?", f"/values/{title}?"))
    )
    padded = [row + [""] * (columns - len(row)) for row in google["values"]]
    padded += [[""] * columns for _ in range(rows - len(padded))]
    sheets.add(SHEET, {title: padded})
    status, ours = answer(
        sheets, f"/v4/spreadsheets/{SHEET}/values:batchGet", ranges=[f"'{title}'"]
    )
    assert status == 200
    assert ours == {"spreadsheetId": SHEET, "valueRanges": [google]}


def test_our_batches_and_blank_ranges_are_like_googles(
    sheets: SheetsServer, real_data: Path
) -> None:
    _, _, google = recorded(real_data, "WorksheetTest.test_batch_get")[-1]
    path = f"/v4/spreadsheets/{SHEET}/values:batchGet"
    rows = [["A1", "B1", "", "D1"], ["", "b2", "", ""], [], ["A4", "B4", "", "D4"]]
    sheets.add(SHEET, {"Sheet1": rows})
    _, ours = answer(sheets, path, ranges=["'Sheet1'!A1:B1", "'Sheet1'!B4:D4"])
    assert ours["valueRanges"] == google["valueRanges"]
    blank = next(
        content
        for asked, _, content in recorded(real_data, "WorksheetTest.test_get_all_values")
        if asked.endswith("/values/'Sheet1'!A3:D3?")
    )
    _, ours = answer(sheets, path, ranges=["'Sheet1'!A3:D3"])
    assert ours["valueRanges"] == [blank] and "values" not in blank


def test_our_render_options_give_what_googles_give(sheets: SheetsServer, real_data: Path) -> None:
    rows: list[list[Any]] = [
        [Formatted(2, "2"), Formatted(43831, "2020-01-01", True), "string", 53],
        [1.5, 0.12, Formatted(36162, "1999-01-02", True)],
    ]
    sheets.add(SHEET, {"Sheet1": rows}, {"Sheet1": (2, 4)})
    name = "WorksheetTest.test_get_all_values_date_time_render_options"
    compared = 0
    for path, _, google in recorded(real_data, name):
        options = {option: text for option, (text,) in parse_qs(urlsplit(path).query).items()}
        if "valueRenderOption" in options:
            values = f"/v4/spreadsheets/{SHEET}/values:batchGet"
            _, ours = answer(sheets, values, ranges=["'Sheet1'"], **options)
            assert ours["valueRanges"] == [google]
            compared += 1
    assert compared >= 4


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ClientTest.test_access_private_spreadsheet", 403),
        ("ClientTest.test_access_non_existing_spreadsheet", 404),
    ],
)
def test_our_errors_read_like_googles(
    sheets: SheetsServer, real_data: Path, name: str, status: int
) -> None:
    google = next(content for _, code, content in recorded(real_data, name) if code == status)
    sheets.fail(status)
    assert answer(sheets, f"/v4/spreadsheets/{SHEET}") == (status, google)
    assert ERRORS[status] == (google["error"]["status"], google["error"]["message"])


@pytest.mark.parametrize(
    ("name", "query", "columns", "rows", "numbers"),
    [
        (
            "WorksheetTest.test_get_all_values_date_time_render_options",
            "valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER",
            ["2", "43831", "string", "53"],
            [[1.5, 0.12, 36162, None]],
            [2],
        ),
        (
            "WorksheetTest.test_get_all_records_numericise_unformatted",
            "valueRenderOption=UNFORMATTED_VALUE",
            ["A", "C", "3_1_0"],
            [[1.5, None, "3_2_1"]],
            [2],
        ),
        (
            "WorksheetTest.test_get_all_records_different_header",
            "",
            ["A1", "B1", "D1"],
            [["1", "b2", None], ["A4", "0.4", "4"]],
            [4, 6],
        ),
        (
            "WorksheetTest.test_get_all_records_duplicate_keys",
            "",
            ["A1", "faff", "C3", "faff"],
            [["1", "b2", "1.45", None], ["A4", "0.4", None, "4"]],
            [2, 4],
        ),
        (
            "WorksheetTest.test_get_all_records_with_all_values_blank",
            "",
            ["a", "b", "c", "d"],
            [],
            [],
        ),
        (
            "WorksheetTest.test_get_all_records_pad_more_than_one_key",
            "",
            ["A1", "B1"],
            [["1", "2"]],
            [2],
        ),
    ],
)
def test_what_google_once_answered_is_read_right(
    sheets: SheetsServer,
    real_data: Path,
    name: str,
    query: str,
    columns: list[str],
    rows: list[list[Any]],
    numbers: list[int],
) -> None:
    """Google's own metadata and values, replayed to the connector."""
    answers = recorded(real_data, name)
    metadata = next(content for _, _, content in answers if "sheets" in content)
    values = next(c for path, _, c in answers if path.endswith(f"/values/'Sheet1'?{query}"))
    sheets.replay(SHEET, metadata, values)
    found = read(sheets, leads=request("Sheet1"))["leads"]
    assert list(found.frame.columns) == columns
    assert found.frame.values.tolist() == rows
    assert found.rows.tolist() == numbers


def test_cells_from_csv_are_what_sheets_would_hold(tmp_path: Path) -> None:
    """2016-10-20 is 42,663 days after 1899-12-30; 18:00 is 0.75 of a day."""
    path = tmp_path / "deals.csv"
    path.write_text("id,day,at,name\n7,2016-10-20,2016-10-20 18:00:00,1E5\n-1.50,,,2016-10-20\n")
    assert cells_from_csv(path, dates={"day", "at"}) == [
        ["id", "day", "at", "name"],
        [7, 42663, 42663.75, "1E5"],
        [-1.5, "", "", "2016-10-20"],
    ]
