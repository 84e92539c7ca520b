"""Claims about a Google Sheets that hesitates, breaks off or is edited while it is read."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.file import load_settings
from connectors.settings.settings import SheetsSource
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.sources.google import api as google_api
from connectors.sources.google import sheets as google_sheets
from connectors.sources.raw import RawTable, no_progress
from kpis.definitions import Company
from kpis.errors import SourceError
from tests.connectors.sources.sheet_source import SHEET, read, refusal, request
from tests.sheets_content import Formatted
from tests.sheets_server import CLIENT_EMAIL, SheetsServer

LEADS = [["lead_id", "created_at"], ["a", 46024], ["b", 46025]]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same tries, with shorter waits."""
    monkeypatch.setattr(google_api, "PAUSES", (0.05, 0.05, 0.05, 0.05))
    monkeypatch.setattr(google_api, "ANSWER_SECONDS", 0.5)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_storm_of_refusals_is_outlasted(sheets: SheetsServer, status: int, times: int) -> None:
    sheets.add(SHEET, {"Leads": LEADS})
    sheets.fail(status, times=times)
    assert read(sheets)["leads"].frame["lead_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("break_off", [SheetsServer.cut, SheetsServer.fall_silent])
def test_an_answer_that_breaks_off_or_does_not_come_is_asked_for_once_more(
    sheets: SheetsServer, break_off: Callable[..., None]
) -> None:
    sheets.add(SHEET, {"Leads": LEADS})
    break_off(sheets, times=1)
    assert read(sheets)["leads"].frame["lead_id"].tolist() == ["a", "b"]
    sheets.requests.clear()
    break_off(sheets)
    assert f"Google Sheets cannot be reached at {sheets.url}" in refusal(sheets)
    assert len(sheets.requests) == 1 + google_api.BROKEN_TRIES


def test_all_tries_together_have_a_limit(
    sheets: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Google asks to wait 1 s before each of four more tries; after 2 s in all it is given up."""
    monkeypatch.setattr(google_api, "TOTAL_SECONDS", 2)
    sheets.fail(429, retry_after=1)
    assert "quota is used up" in refusal(sheets)
    assert len(sheets.requests) <= 1 + 2
    sheets.failures[0].retry_after = 3600
    began = time.monotonic()
    assert "Google asks to wait 3600 s." in refusal(sheets) and time.monotonic() - began < 60


def test_an_answer_that_trickles_in_has_the_same_limit(
    sheets: SheetsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some bytes every 0.1 s, so that no single wait is long: 1 s in all, of 20 s."""
    monkeypatch.setattr(google_api, "TOTAL_SECONDS", 1)
    sheets.add(SHEET, {"Leads": LEADS})
    sheets.trickle(0.1)
    began = time.monotonic()
    assert "(ReadTimeout)" in refusal(sheets) and time.monotonic() - began < 15


DOLLARS, EUROS = Formatted(100, "$100.00"), Formatted(200, "€200.00")
COSTS = [["spent_on", "amount"], [46024, DOLLARS], [46025, EUROS]]


def test_rows_that_are_inserted_while_they_are_read_are_read_again(sheets: SheetsServer) -> None:
    """Between the numbers and how they are shown, a row is put first: 100 would be shown as €."""
    sheets.add(SHEET, {"Costs": COSTS})
    new = [COSTS[0], [46023, EUROS], *COSTS[1:]]

    def insert(path: str) -> None:
        if "FORMATTED_VALUE" in path and "UNFORMATTED" not in path:
            sheets.add(SHEET, {"Costs": new})

    sheets.before = insert
    found = read(sheets, costs=request("Costs"))["costs"]
    assert found.frame["amount"].tolist() == ["€ 200", "$ 100", "€ 200"]


def test_merged_cells_that_change_while_they_are_read_are_read_again(sheets: SheetsServer) -> None:
    rows = [["lead_id", "created_at"], ["a", 46024], ["b", ""]]
    sheets.add(SHEET, {"Leads": rows})

    def merge(path: str) -> None:
        if "values:batchGet" in path:
            sheets.add(SHEET, {"Leads": rows}, merges={"Leads": ["B2:B3"]})

    sheets.before = merge
    found = read(sheets)["leads"]
    assert found.frame["created_at"].tolist() == [46024, 46024]


def test_a_spreadsheet_that_is_edited_at_each_try_is_refused(sheets: SheetsServer) -> None:
    edits = 0

    def edit(path: str) -> None:
        nonlocal edits
        edits += 1
        rows = [[46023, EUROS]] * edits
        sheets.add(SHEET, {"Costs": [*COSTS, *rows]})

    sheets.before = edit
    message = refusal(sheets, costs=request("Costs"))
    assert "somebody edits the spreadsheet while it is read (worksheet 'Costs')" in message
    assert "Refresh again when the edits are done." in message


def test_numbers_that_are_never_the_same_twice_refuse_nothing(sheets: SheetsServer) -> None:
    """A formula such as =NOW() or =GOOGLEFINANCE(…) has another value in each answer."""
    answers = 0

    def calculate(path: str) -> None:
        nonlocal answers
        answers += 1
        amount = 100 + answers
        cells = [COSTS[0], [46024, Formatted(amount, f"${amount}.00")]]
        sheets.add(SHEET, {"Costs": cells})

    sheets.before = calculate
    (amount,) = read(sheets, costs=request("Costs"))["costs"].frame["amount"]
    assert str(amount).startswith("$ 1")


def test_an_error_of_a_formula_is_rejected_as_one(sheets: SheetsServer) -> None:
    rows = [["lead_id", "created_at", "mql_at"], ["a", 46024, "#REF!"], ["b", "#N/A"], ["c", 46024]]
    sheets.add(SHEET, {"Leads": rows})
    mapped = map_table("leads", read(sheets)["leads"], request("Leads"), (), "UTC", Company())
    assert mapped.frame["lead_id"].to_pylist() == ["c"]
    assert sorted(mapped.rejects["value"]) == ["#N/A", "#REF!"]


def zoned(sheets: SheetsServer, zone: str, **rows: Any) -> RawTable:
    sheets.add(SHEET, {"Leads": [["lead_id", "created_at"], *rows["rows"]]})
    sheets.spreadsheets[SHEET].time_zone = zone
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHEETS_KEY", json.dumps(sheets.key))
        source = SheetsSource(
            kind="google_sheets",
            spreadsheet=SHEET,
            credentials="env:SHEETS_KEY",
            api=sheets.url,
            time_zone=rows.get("set"),
        )
        tables = {"leads": request("Leads")}
        zone = rows.get("set") or "Europe/Berlin"
        return google_sheets.read("ads", source, tables, Path(), no_progress, zone)["leads"]


def test_times_of_a_spreadsheet_in_another_zone_are_doubted(sheets: SheetsServer) -> None:
    """Typed at 18:00 in New York, it is midnight in Berlin. Days are days everywhere."""
    evening = [["a", 46024.75], ["b", 46025]]
    (note,) = zoned(sheets, "America/New_York", rows=evening).notes
    assert note.is_doubt and note.rows == 1 and note.examples == ("2026-01-02 18:00",)
    assert "taken in Europe/Berlin, but the spreadsheet's own zone is America/New_York" in note.what
    assert 'time_zone = "America/New_York" under [sources.ads]' in note.remedy
    for zone in ("Europe/Berlin", "Europe/Paris", "Mars/Olympus", ""):
        assert zoned(sheets, zone, rows=evening).notes == ()
    assert zoned(sheets, "America/New_York", rows=evening[1:]).notes == ()
    chosen = zoned(sheets, "America/New_York", rows=evening, set="Europe/Berlin")
    assert chosen.notes == ()


def test_a_spreadsheet_with_a_decimal_comma_is_read_as_it_is_meant(sheets: SheetsServer) -> None:
    """Numbers are numbers in every locale; how they are shown, and texts, are as in Germany."""
    rows = [
        ["spent_on", "amount"],
        [Formatted(46024, "02.01.2026", True), Formatted(1200.5, "1.200,50 €")],
        ["03.01.2026", "1.234,56"],
        ["31.01.2026", "7,25"],
    ]
    sheets.add(SHEET, {"Costs": rows})
    found = read(sheets, costs=request("Costs"))["costs"]
    mapped = map_table("costs", found, request("Costs"), (), "UTC", Company(currency="EUR"))
    assert mapped.frame["amount"].to_pylist() == [1200.5, 1234.56, 7.25]
    assert [day.isoformat() for day in mapped.frame["spent_on"].to_pylist()] == [
        *("2026-01-02", "2026-01-03", "2026-01-31")
    ]


def with_default_credentials(sheets: SheetsServer) -> dict[str, RawTable]:
    source = SheetsSource(
        kind="google_sheets", spreadsheet=SHEET, credentials="default", api=sheets.url
    )
    return google_sheets.read("ads", source, {"leads": request("Leads")}, Path(), no_progress)


def test_application_default_credentials_log_in_too(
    sheets: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a service account, in the file that the environment names."""
    sheets.add(SHEET, {"Leads": LEADS})
    file = tmp_path / "adc.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    file.write_text(json.dumps(sheets.key), encoding="utf-8")
    assert len(with_default_credentials(sheets)["leads"].frame) == 2
    sheets.spreadsheets.clear()
    with pytest.raises(SourceError, match=f"shared with the service account, {CLIENT_EMAIL}"):
        with_default_credentials(sheets)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{}", "no usable application default credentials. Run 'gcloud auth"),
        (None, "no usable application default credentials. Run 'gcloud auth"),
        ("key", f"Google refuses the login of {CLIENT_EMAIL}"),
    ],
)
def test_default_credentials_that_are_none_or_refused_name_the_command(
    sheets: SheetsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str | None,
    says: str,
) -> None:
    file = tmp_path / "adc.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    if content is not None:
        sheets.refuse_tokens()
        text = json.dumps(sheets.key) if content == "key" else content
        file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        with_default_credentials(sheets)
    message = str(caught.value)
    assert says in message and "gcloud auth application-default login" in message
    assert "PRIVATE KEY" not in message


def test_tables_of_several_spreadsheets_are_one_snapshot_or_none(
    sheets: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two teams' spreadsheets, each a source; where one is not shared, nothing is published."""
    monkeypatch.setenv("SHEETS_KEY", json.dumps(sheets.key))
    sheets.add("sales", {"Leads": LEADS})
    sheets.add("ads", {"Costs": [["spent_on", "amount"], [46024, 50]]})
    text = "as_of = 2026-01-31\n"
    for name, table, place in (("sales", "leads", "Leads"), ("ads", "costs", "Costs")):
        text += f'[sources.{name}]\nkind = "google_sheets"\nspreadsheet = "{name}"\n'
        text += f'credentials = "env:SHEETS_KEY"\napi = "{sheets.url}"\n'
        text += f'[tables.{table}]\nsource = "{name}"\nfrom = "{place}"\n'
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    settings = load_settings(file)
    made = refresh(settings, datetime.now(UTC))
    assert {name: table.loaded for name, table in made.manifest.tables.items()} == {
        "leads": 2,
        "costs": 1,
    }
    ads = sheets.spreadsheets.pop("ads")
    with pytest.raises(SourceError, match="Source 'ads': there is no spreadsheet 'ads'"):
        refresh(settings, datetime.now(UTC))
    assert current_snapshot(settings) == made
    sheets.spreadsheets["ads"] = ads
    assert refresh(settings, datetime.now(UTC)).name > made.name


def test_a_worksheet_of_twenty_thousand_rows_is_read_in_seconds(sheets: SheetsServer) -> None:
    """A refresh of ten times as many takes 5 s of computing and 410 MB (docs/guide.md)."""
    rows = [[f"lead-{n}", 46024 + n % 300, "EMEA", n * 1.5] for n in range(20_000)]
    sheets.add(SHEET, {"Leads": [["lead_id", "created_at", "region", "score"], *rows]})
    began = time.monotonic()
    found = read(sheets)["leads"]
    assert len(found.frame) == 20_000 and found.rows[-1] == 20_001
    assert time.monotonic() - began < 20
