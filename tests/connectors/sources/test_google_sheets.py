"""Claims about reading Google Sheets, over HTTP against the server of ``tests/sheets_server.py``.

``test_sheets_server.py`` compares that server with Google.
"""

import json
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.settings import SheetsSource
from connectors.sources.google import sheets as google_sheets
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import MappingError
from tests.connectors.sources.sheet_source import SHEET, read, refusal, request
from tests.sheets_content import Formatted, cells_from_csv
from tests.sheets_server import CLIENT_EMAIL, SheetsServer


def leads(sheets: SheetsServer, *rows: list[Any], **columns: str) -> RawTable:
    sheets.add(SHEET, {"Leads": list(rows)})
    return read(sheets, leads=request("Leads", **columns))["leads"]


def test_a_worksheet_without_a_header_is_refused(sheets: SheetsServer) -> None:
    for content in ([], [[]], [["", None], [" "]]):
        sheets.add(SHEET, {"Leads": content})
        refused_with = refusal(sheets)
        assert "worksheet 'Leads' is empty. Its first row must name the columns." in refused_with


def test_a_header_alone_gives_its_columns_and_no_rows(sheets: SheetsServer) -> None:
    found = leads(sheets, ["lead_id", "created_at"])
    assert list(found.frame.columns) == ["lead_id", "created_at"]
    assert len(found.frame) == 0 and len(found.rows) == 0


def test_numbers_and_dates_are_read_unformatted(sheets: SheetsServer) -> None:
    """Formatted, these cells are the text "$1,200.50" and "1/2/26": 2026-01-02 is day 46,024."""
    found = leads(
        sheets,
        ["lead_id", "amount", "day", "ok", "text"],
        [9935249409, Formatted(1200.5, "$1,200.50"), Formatted(46024, "1/2/26", True), True, "1.0"],
    )
    assert found.frame.values.tolist() == [[9935249409, 1200.5, 46024, True, "1.0"]]
    assert found.serial_dates
    assert found.place == "worksheet 'Leads'"


def test_ragged_and_blank_rows_keep_the_numbers_of_the_sheet(sheets: SheetsServer) -> None:
    """Rows 1 and 2 blank, 3 the header, 5 blank, 7 only a remark beside the table."""
    found = leads(
        sheets,
        [],
        ["", None],
        ["lead_id", " name ", "", "amount"],
        ["a"],
        [],
        ["b", "  ", "beside", 0],
        ["", "", "a remark"],
        ["c", "d", "", 1.5, "unheaded"],
    )
    assert list(found.frame.columns) == ["lead_id", "name", "amount"]
    assert found.frame.values.tolist() == [["a", None, None], ["b", None, 0], ["c", "d", 1.5]]
    assert found.rows.tolist() == [4, 6, 8]


@pytest.mark.parametrize(
    ("header", "table", "columns"),
    [
        ("Notes", "leads", {"owner": "Notes"}),
        ("owner", "leads", {}),
        ("segment", "leads", {}),
        ("segment", "deals", {"deal_id": "lead_id", "status": "lead_id"}),
    ],
)
def test_a_header_twice_is_refused_when_it_is_needed_for_a_dimension_too(
    sheets: SheetsServer, header: str, table: str, columns: dict[str, str]
) -> None:
    """Else everybody would be in the segment (none)."""
    sheets.add(SHEET, {"Leads": [["lead_id", "created_at", header, header], ["a", 46024, "b", ""]]})
    found = read(sheets, **{table: request("Leads", **columns)})[table]
    with pytest.raises(MappingError) as caught:
        map_table(table, found, request("Leads", **columns), ("segment",), "UTC", Company())
    assert str(caught.value).startswith(
        f"{table}: worksheet 'Leads' of source 'ads' has 2 columns that read '{header}'"
    )


def test_a_header_twice_that_nothing_needs_does_no_harm(sheets: SheetsServer) -> None:
    rows = (["Id", "at", "Notes", "Notes", "owner", "owner"], ["a", 46024, "c", "d", "e", "f"])
    how = {"lead_id": "Id", "created_at": "at", "owner": "Id"}
    found = leads(sheets, *rows, **how)
    assert found.frame.values.tolist() == [["a", 46024, "c", "d", "e", "f"]]
    mapped = map_table("leads", found, request("Leads", **how), (), "UTC", Company())
    assert mapped.frame["owner"].to_pylist() == ["a"]


def test_all_worksheets_are_read_in_one_batch(sheets: SheetsServer) -> None:
    """One login, the list, one batch, the list again; a worksheet of two tables is read once."""
    sheets.add(SHEET, {name: [["id"], [name]] for name in ("Leads", "Deals", "Unused")})
    seen: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHEETS_KEY", json.dumps(sheets.key))
        source = SheetsSource(
            kind="google_sheets", spreadsheet=SHEET, credentials="env:SHEETS_KEY", api=sheets.url
        )
        tables = {"leads": request("Deals"), "deals": request("Deals"), "costs": request("Leads")}
        found = google_sheets.read(
            "ads", source, tables, Path(), lambda table, rows: seen.append((table, rows))
        )
    assert found["leads"].frame.values.tolist() == [["Deals"]]
    assert found["deals"].frame.values.tolist() == [["Deals"]]
    assert found["costs"].frame.values.tolist() == [["Leads"]]
    assert seen == [("leads", 1), ("deals", 1), ("costs", 1)]
    token, metadata, batch, again = (urlsplit(path) for path in sheets.requests)
    assert again == metadata  # nobody has edited meanwhile
    assert token.path == "/token"
    assert metadata.path == f"/v4/spreadsheets/{SHEET}"
    assert batch.path == f"/v4/spreadsheets/{SHEET}/values:batchGet"
    assert parse_qs(batch.query) == {
        "ranges": ["'Deals'", "'Leads'"],
        "valueRenderOption": ["UNFORMATTED_VALUE"],
        "dateTimeRenderOption": ["SERIAL_NUMBER"],
    }


@pytest.mark.parametrize("title", ["D3", "FY2026", 'Bob\'s "best"', "🌵 Ängste", "a!b:c", "''"])
def test_any_title_is_read_as_a_title(sheets: SheetsServer, title: str) -> None:
    """Without quotes, D3 is a cell of the first worksheet."""
    sheets.add(SHEET, {"First": [["id"], ["wrong"], ["", "", "", "D3"]], title: [["id"], ["a"]]})
    assert read(sheets, leads=request(title))["leads"].frame["id"].tolist() == ["a"]


@pytest.mark.parametrize(
    "address",
    [
        SHEET,
        f"https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=0",
        f"https://docs.google.com/spreadsheets/u/1/d/{SHEET}/edit?usp=sharing",
        f" https://docs.google.com/spreadsheets/d/{SHEET}",
    ],
)
def test_the_address_of_the_browser_or_the_bare_id_will_do(
    sheets: SheetsServer, address: str
) -> None:
    sheets.add(SHEET, {"Leads": [["id"], ["a"]]})
    assert len(read(sheets, spreadsheet=address)["leads"].frame) == 1


def test_an_address_of_something_else_is_refused(sheets: SheetsServer) -> None:
    for address in (
        "https://example.org/leads",
        "My leads",
        f"https://docs.google.com/spreadsheets/d/e/{SHEET}",
    ):
        assert "is no spreadsheet. Copy its address" in refusal(sheets, spreadsheet=address)


def test_a_missing_worksheet_suggests_the_nearest_and_lists_all(sheets: SheetsServer) -> None:
    """A chart on a sheet of its own has no cells and is none of them."""
    sheets.add(SHEET, {"Leads 2026": [["id"]], "Costs": [["id"]]}, charts=("Leads",))
    refused_with = refusal(sheets)
    assert "has no worksheet 'Leads' for leads. Did you mean 'Leads 2026'?" in refused_with
    assert "Its worksheets: Leads 2026, Costs." in refused_with
    assert "Known: Costs, Leads 2026." in refusal(sheets, leads=request("xyz"))


def test_a_403_names_the_account_to_share_with(sheets: SheetsServer) -> None:
    sheets.fail(403)
    refused_with = refusal(sheets)
    assert f"denies access to spreadsheet '{SHEET}'" in refused_with
    assert f"Share it with the service account, {CLIENT_EMAIL}" in refused_with


def test_a_disabled_api_is_reported_from_a_spreadsheet_that_is_not_shared(
    sheets: SheetsServer,
) -> None:
    link = "https://console.developers.google.com/apis/api/sheets.googleapis.com"
    sheets.fail(
        403,
        message="Google Sheets API has not been used in project 1 before or it is disabled. "
        f"Enable it by visiting {link} then retry.",
    )
    refused_with = refusal(sheets)
    assert (
        "is not enabled" in refused_with and link in refused_with and "Share it" not in refused_with
    )


def test_a_404_names_the_spreadsheet_and_where_to_look(sheets: SheetsServer) -> None:
    refused_with = refusal(sheets)
    assert (
        f"there is no spreadsheet '{SHEET}'" in refused_with and "Check its address" in refused_with
    )


def test_a_400_and_a_401_say_what_google_says(sheets: SheetsServer) -> None:
    sheets.fail(400, times=1, message="This operation is not supported for this document")
    refused_with = refusal(sheets)
    assert "not supported for this document" in refused_with and "Excel file" in refused_with
    sheets.fail(401)
    assert "does not accept the login" in refusal(sheets)


def test_a_refused_token_names_the_key_and_the_clock(sheets: SheetsServer) -> None:
    sheets.refuse_tokens()
    refused_with = refusal(sheets)
    assert (
        f"refuses the login of {CLIENT_EMAIL} (invalid_grant: Invalid JWT Signature.)"
        in refused_with
    )
    assert "env:SHEETS_KEY" in refused_with and "clock" in refused_with


def test_a_key_that_signs_wrongly_buys_no_token(sheets: SheetsServer) -> None:
    """The server checks signatures: another account's e-mail with our key is refused."""
    sheets.add(SHEET, {"Leads": [["id"]]})
    assert "invalid_scope" in refusal(sheets, key={**sheets.key, "client_email": "x@y.z"})
    damaged = sheets.key["private_key"][:900]
    assert "is damaged" in refusal(sheets, key={**sheets.key, "private_key": damaged})


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_hiccup_is_tried_again(sheets: SheetsServer, status: int) -> None:
    sheets.add(SHEET, {"Leads": [["id"], ["a"]]})
    sheets.fail(status, times=1)
    assert len(read(sheets)["leads"].frame) == 1
    assert len(sheets.requests) == 5  # the login, the list twice, the batch, the list again


def test_retry_after_is_honoured(sheets: SheetsServer) -> None:
    sheets.add(SHEET, {"Leads": [["id"], ["a"]]})
    sheets.fail(429, times=1, retry_after=1)
    started = time.monotonic()
    read(sheets)
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("status", "body", "refused_with"),
    [
        (429, None, "quota is used up"),
        (502, b"<html>\n<p>Bad gateway</p>", "fails at the moment"),
    ],
)
def test_after_five_tries_it_is_given_up(
    sheets: SheetsServer, status: int, body: bytes | None, refused_with: str
) -> None:
    sheets.fail(status, retry_after=1, body=body)
    paragraph = refusal(sheets)
    assert refused_with in paragraph and " 4 more tries" in paragraph
    assert len(sheets.requests) == 1 + 5


def test_an_answer_that_is_not_googles_ends_in_a_paragraph(sheets: SheetsServer) -> None:
    for status, body in (
        (200, b"<html>Log in to the hotel's network</html>"),
        (403, b'{"error": "x"}'),
    ):
        sheets.failures.clear()
        sheets.fail(status, body=body)
        assert f"cannot be reached at {sheets.url}" in refusal(sheets)


def test_an_unreachable_host_is_named(sheets: SheetsServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can answer there
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert f"cannot be reached at {nobody}" in refusal(sheets, api=nobody)
        key = {**sheets.key, "token_uri": f"{nobody}/token"}
        assert f"to {nobody}/token" in refusal(sheets, key=key)


def test_the_maven_opportunities_come_whole_through_sheets(
    sheets: SheetsServer, real_data: Path
) -> None:
    """8,800 opportunities, 500 without engage date, 10,005,534 won, by the data's README."""
    path = real_data / "crm_maven" / "sales_pipeline.csv"
    sheets.add(SHEET, {"Pipeline": cells_from_csv(path, dates={"engage_date", "close_date"})})
    found = read(sheets, deals=request("Pipeline"))["deals"]
    assert len(found.frame) == 8800
    assert found.rows[[0, -1]].tolist() == [2, 8801]
    assert found.frame["engage_date"].isna().sum() == 500
    assert found.frame["engage_date"].min() == 42663  # 2016-10-20
    won = found.frame.loc[found.frame["deal_stage"] == "Won", "close_value"]
    assert len(won) == 4238 and won.sum() == 10_005_534
