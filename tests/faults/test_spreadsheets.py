"""Faults of a Google spreadsheet over real HTTP: each is reported with its remedy, and survived."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from connectors.sources.google import api as google_api
from tests.faults.canaries import environment
from tests.faults.deployment import Deployment, Fault, Row, deployed, environment_of, is_survived
from tests.maven import sheets_source
from tests.sheets_server import CLIENT_EMAIL, SheetsServer

SPREADSHEET = "shop-1"


@dataclass
class Spreadsheet:
    """A spreadsheet with the worksheet "Leads", on a server that may fail."""

    server: SheetsServer

    def hold(self, rows: Sequence[Row], *header: str, title: str = "Leads") -> None:
        self.server.failures.clear()
        self.server.token_failures.clear()
        self.server.before = len
        cells = [list(header or ("id", "created")), *map(list, rows)]
        self.server.add(SPREADSHEET, {"Read me": [["x"]], title: cells})

    def edit_always(self) -> None:
        """Somebody merges more cells between any two answers."""
        times = [0]

        def edit(path: str) -> None:
            times[0] += 1
            merged = {"Leads": [f"B2:B{2 + times[0]}"]}
            self.server.spreadsheets[SPREADSHEET].merges = merged

        self.server.before = edit


NOT_REACHED = ("Source 'crm'", "Google Sheets cannot be reached", "Check this machine's connection")
FAULTS = {
    "missing worksheet": Fault(
        lambda sheet: sheet.hold([("a", "2026-01-02")], title="Lead"),
        ("Source 'crm'", "no worksheet 'Leads'", "Did you mean 'Lead'?", "Read me"),
    ),
    "renamed column of a worksheet": Fault(
        lambda sheet: sheet.hold([("a", "2026-01-02")], "id", "created on"),
        ("source 'crm'", "worksheet 'Leads'", "no column 'created'", "Did you mean 'created on'?"),
    ),
    "empty worksheet": Fault(
        lambda sheet: sheet.hold([]),
        ("Source 'crm'", "worksheet 'Leads'", "has no rows.", "Fill it, or remove"),
    ),
    "not shared": Fault(
        lambda sheet: sheet.server.fail(403),
        (SPREADSHEET, "403", f"Share it with the service account, {CLIENT_EMAIL}"),
    ),
    "spreadsheet deleted": Fault(
        lambda sheet: sheet.server.spreadsheets.clear(),
        (f"no spreadsheet '{SPREADSHEET}'", "404", "Check its address in the settings"),
    ),
    "service account expired or deleted": Fault(
        lambda sheet: sheet.server.refuse_tokens(),
        ("refuses the login", CLIENT_EMAIL, "'env:SHEETS_KEY'", "make a new key"),
    ),
    "login not accepted": Fault(
        lambda sheet: sheet.server.fail(401), ("401", CLIENT_EMAIL, "make a new key")
    ),
    "storm of 429": Fault(
        lambda sheet: sheet.server.fail(429), ("quota is used up", "429", "Refresh less often")
    ),
    "storm of 429 with Retry-After": Fault(
        lambda sheet: sheet.server.fail(429, retry_after=3600),
        ("quota is used up", "Google asks to wait 3600 s."),
    ),
    "500 without an end": Fault(
        lambda sheet: sheet.server.fail(500), ("fails at the moment", "Try again in some minutes")
    ),
    "503 without an end": Fault(
        lambda sheet: sheet.server.fail(503), ("fails at the moment", "Try again in some minutes")
    ),
    "truncated answer": Fault(lambda sheet: sheet.server.cut(), NOT_REACHED),
    "server silent": Fault(lambda sheet: sheet.server.fall_silent(), NOT_REACHED),
    "edited all the time": Fault(
        lambda sheet: sheet.edit_always(),
        (
            "somebody edits the spreadsheet while it is read",
            "Refresh again when the edits are done",
        ),
    ),
}


@pytest.fixture(scope="module")
def spreadsheet(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Deployment, Spreadsheet]]:
    with SheetsServer() as server, environment_of(environment(server)):
        held = Spreadsheet(server)
        source = f"[sources.crm]\n{sheets_source(server, 'SHEETS_KEY', SPREADSHEET)}"
        folder = tmp_path_factory.mktemp("spreadsheets")
        yield deployed(folder, source, 'from = "Leads"', held.hold, server), held


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_spreadsheet_is_survived(
    spreadsheet: tuple[Deployment, Spreadsheet],
    fault: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same tries, with shorter waits."""
    monkeypatch.setattr(google_api, "PAUSES", (0.05, 0.05, 0.05, 0.05))
    monkeypatch.setattr(google_api, "ANSWER_SECONDS", 0.5)
    is_survived(*spreadsheet, FAULTS[fault], capfd)
