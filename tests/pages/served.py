"""A dashboard served as its users have it, and what they see of it in a browser.

The dashboard is a `streamlit run` of its own with a settings file in a folder of the test, so
nothing is patched, and no test touches the snapshots of the project's folder.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, expect

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import Period
from kpis.catalogue import SEVEN
from kpis.definitions import AttributionModel
from kpis.display import change, shown
from kpis.scorecard.scorecard import compared, scorecard
from tests.kept_snapshots import refreshed

ROOT = Path(__file__).parents[2]
BROWSERS = (
    "chromium-headless-shell",  # without the browser's own windows, half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
START_SECONDS = 60
PAGE_MS = 60_000
"""The first page of a dashboard that has just started loads every library."""


def chromium() -> str:
    """The Chromium to use: $ALLIANCE_CHROMIUM, else one that is installed."""
    named = os.environ.get("ALLIANCE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "No Chromium found. Name one in ALLIANCE_CHROMIUM, or run `make test`."
    return found


@dataclass(frozen=True)
class Served:
    """A running dashboard; it follows its settings file, a link to those of the company shown.

    process: the number of the server's process.
    """

    url: str
    settings_file: Path
    process: int

    @property
    def settings(self) -> Settings:
        return load_settings(self.settings_file)

    @property
    def snapshot(self) -> Snapshot:
        found = current_snapshot(self.settings)
        assert found is not None, "nothing has been refreshed yet"
        return found

    def show(self, folder: Path, settings: str) -> "Served":
        """Show the company of these settings, with its snapshots and records in ``folder``."""
        new, link = folder / "settings.new", self.settings_file.with_suffix(".new")
        new.write_text(settings, encoding="utf-8")
        new.replace(folder / "settings.toml")
        link.symlink_to(folder / "settings.toml")
        link.replace(self.settings_file)
        return self

    def refresh(self) -> Snapshot:
        """Read the sources anew, as `cli.py refresh` does in a process of its own."""
        return refreshed(self.settings)

    def address(self, page: str = "", **filters: str | Sequence[str]) -> str:
        query = f"?{urlencode(filters, doseq=True)}" if filters else ""
        return f"{self.url}/{page}{query}"

    def cards(
        self,
        period: Period,
        model: AttributionModel | None = None,
        **where: Sequence[str],
    ) -> dict[str, tuple[str, str]]:
        """What the scorecard says the cards must show: KPI → value and change, as text."""
        facts = open_facts(self.snapshot.folder, model)
        windows = compared(period, facts.as_of, facts.company)
        now, before = (row for _, row in scorecard(facts, windows, where=where).iterrows())
        currency = facts.company.currency
        changes = {kpi.key: change(kpi, now[kpi.key], before[kpi.key]) for kpi in SEVEN}
        return {
            kpi.key: (
                shown(kpi, now[kpi.key], currency),
                text.text if (text := changes[kpi.key]) else "no comparison",
            )
            for kpi in SEVEN
        }


@contextmanager
def serve(settings_file: Path, script: str = "dashboard.py") -> Iterator[Served]:
    """Run the dashboard, or another script, with these settings until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    log = settings_file.with_name("dashboard.log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=ROOT,
            env=os.environ | {"ALLIANCE_SETTINGS": str(settings_file)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield Served(f"http://127.0.0.1:{port}", settings_file, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"The dashboard ended:\n{log.read_text()}"
        try:
            with urlopen(url, timeout=5):
                return
        except URLError:
            time.sleep(0.05)
    raise TimeoutError(f"The dashboard is not up after {START_SECONDS} s:\n{log.read_text()}")


@dataclass
class Screen:
    """One person's browser tab, and what went wrong in it."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        # On a page's own address, Streamlit first asks for its server beneath that address.
        is_probe = re.search(r"//[^/]+/\w+/_stcore/", message.location["url"])
        if message.type == "error" and not is_probe:
            self.troubles.append(f"console: {message.text} ({message.location['url']})")

    def open(self, address: str) -> "Screen":
        self.page.goto(address)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the run that is under way has ended and all of it is drawn."""
        app = self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
        expect(app).to_be_visible(timeout=PAGE_MS)
        expect(self.page.get_by_test_id("stMainBlockContainer")).to_contain_text(
            re.compile(r"\w"), timeout=PAGE_MS
        )
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PAGE_MS)
        expect(self.page.locator("[data-stale=true]")).to_have_count(0, timeout=PAGE_MS)

    def card(self, kpi: str) -> Locator:
        return self.page.locator(f".st-key-card-{kpi}")

    def value(self, kpi: str) -> Locator:
        return self.card(kpi).get_by_test_id("stMetricValue")

    def change(self, kpi: str) -> Locator:
        return self.card(kpi).get_by_test_id("stMetricDelta")

    def expect_cards(self, cards: Mapping[str, tuple[str, str]]) -> None:
        """Wait until the seven cards show these values and changes."""
        for kpi, (value, changed) in cards.items():
            expect(self.value(kpi)).to_have_text(value, timeout=PAGE_MS)
            expect(self.change(kpi)).to_have_text(changed)

    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=2)

    def combobox(self, label: str) -> Locator:
        return self.page.get_by_role("combobox", name=label, exact=True)

    def pick(self, label: str, option: str) -> None:
        """Choose an option of a filter, and close its list; long lists draw what is typed only."""
        self.combobox(label).click()
        self.combobox(label).fill(option)
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("listbox")).to_have_count(0)

    def offered(self, label: str, typed: str) -> list[str]:
        """The options that a filter offers for what is typed into it."""
        self.combobox(label).click()
        self.combobox(label).fill(typed)
        expect(self.page.get_by_role("option", name=typed, exact=True)).to_be_visible()
        found = self.page.get_by_role("option").all_text_contents()
        self.page.keyboard.press("Escape")
        return [option for option in found if option != "Select all"]

    def column(self, name: str) -> Locator:
        """The cells of a column of the page's table: the text or number behind what is drawn."""
        grid = self.page.locator("[data-testid=stDataFrame] table[role=grid]").first
        heads = grid.locator("th")
        expect(heads.get_by_text(name, exact=True)).to_have_count(1, timeout=PAGE_MS)
        at = heads.all_text_contents().index(name) + 1
        return grid.locator(f"td[aria-colindex='{at}']")

    def expect_quiet(self) -> None:
        """Nothing went wrong: no exception on the page, no error in the console, no dialog."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert not self.troubles, self.troubles
