"""Claims about reading sources at the same time: nothing but the time it takes depends on it."""

import json
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pandas as pd
import pytest

from connectors.settings.file import demo_settings, load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import reading
from connectors.snapshots.reading import mapped_parts, read_parts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from connectors.snapshots.sources_at_once import at_once
from connectors.snapshots.under_way import doing_text
from connectors.sources.raw import Progress
from kpis.errors import AllianceError, MappingError, SourceError
from kpis.model import TABLES
from tests.sheets_server import SheetsServer

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def settings_in(folder: Path, text: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def sheet_source(sheets: SheetsServer, name: str, table: str) -> str:
    return f"""
[sources.{name}]
kind = "google_sheets"
spreadsheet = "{name}"
credentials = "env:SHEETS_KEY"
api = "{sheets.url}"
[tables.{table}]
source = "{name}"
from = "Sheet"
"""


class Meeting(list[str]):
    """Requests, of which the first two wait for each other."""

    def __init__(self) -> None:
        self.barrier = Barrier(2, timeout=20)

    def append(self, path: str) -> None:
        super().append(path)
        if len(self) <= 2:
            self.barrier.wait()


def test_two_sources_are_read_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, the first request would wait for a second one that never comes."""
    with SheetsServer() as sheets:
        monkeypatch.setenv("SHEETS_KEY", json.dumps(sheets.key))
        sheets.add("crm", {"Sheet": [["lead_id", "created_at"], ["a", 46024]]})
        sheets.add("ads", {"Sheet": [["spent_on", "amount"], [46024, 10]]})
        text = sheet_source(sheets, "crm", "leads") + sheet_source(sheets, "ads", "costs")
        sheets.requests = Meeting()
        snapshot = refresh(settings_in(tmp_path, text), NOW)
    assert {name: t.loaded for name, t in snapshot.manifest.tables.items()} == {
        "leads": 1,
        "costs": 1,
    }


def test_of_two_sources_that_fail_the_first_of_the_settings_is_named(tmp_path: Path) -> None:
    """The first takes longer to fail: it connects, the second has no folder."""
    text = """
[sources.crm]
kind = "database"
url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
[sources.ads]
kind = "files"
folder = "nowhere"
[tables.leads]
source = "crm"
from = "leads"
[tables.costs]
source = "ads"
from = "costs"
"""
    with pytest.raises(SourceError, match="Source 'crm'.* Also: .*Source 'ads'"):
        refresh(settings_in(tmp_path, text), NOW)


def test_a_source_that_fails_ends_the_refresh_though_another_one_is_silent(tmp_path: Path) -> None:
    """The database takes the connection, and never says a word."""
    told: list[tuple[str, int]] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        text = f"""
[sources.crm]
kind = "database"
url = "postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
[sources.ads]
kind = "files"
folder = "nowhere"
[tables.leads]
source = "crm"
from = "leads"
[tables.costs]
source = "ads"
from = "costs"
"""
        settings, began = settings_in(tmp_path, text), time.monotonic()
        with pytest.raises(SourceError, match="^Source 'ads'(?!.*Also)"):
            refresh(settings, NOW, lambda part, rows: told.append((part, rows)))
        assert time.monotonic() - began < 8
    assert told[-1] == ("leads", 0)
    assert doing_text(settings, *told[-1]) == "reading leads of source 'crm'"


def test_what_is_still_being_read_is_shown_of_all_sources() -> None:
    """The first ends while the second is at its tenth row; the third has none yet."""
    told: list[tuple[str, int]] = []
    second, third = Event(), Event()

    def read(source: str, progress: Progress) -> str:
        if source == "second":
            progress("deals", 10)
            second.set()
            third.wait(20)
        elif source == "third":
            second.wait(20)
            progress("costs", 2)
            third.set()
        return source

    names = ["first", "second", "third"]
    assert at_once(names, read, lambda part, rows: told.append((part, rows))) == names
    assert told[:2] == [("deals", 10), ("deals + costs", 12)]
    assert told[2] in [("deals", 10), ("costs", 2)]


def test_parts_come_in_the_order_of_the_settings_and_a_failed_one_in_its_place(
    tmp_path: Path,
) -> None:
    for name, lines in {
        "leads": "lead_id,created_at\na,2026-01-02\n",
        "deals": "deal_id\nd\n",
        "costs": "spent_on,amount\n2026-01-02,5\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(lines, encoding="utf-8")
    text = '[sources.crm]\nkind = "files"\nfolder = "."\n' + "".join(
        f'[tables.{name}]\nsource = "crm"\nfrom = "{name}"\n'
        for name in ("costs", "deals", "leads")
    )
    settings = settings_in(tmp_path, text)
    found = mapped_parts(settings, "crm", NOW.date())
    assert [name for name, _ in found] == ["costs", "deals", "leads"]
    assert [isinstance(part, AllianceError) for _, part in found] == [False, True, False]
    with pytest.raises(MappingError, match="deals.csv"):
        read_parts(settings, NOW.date())


def test_tables_are_the_same_however_many_are_mapped_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Snapshot] = []
    for number in (1, 4):
        monkeypatch.setattr(reading, "AT_ONCE", number)
        folder = tmp_path / str(number)
        folder.mkdir()
        made.append(refresh(demo_settings(folder), NOW))
    one, other = made
    assert one.manifest.tables == other.manifest.tables
    for name in (*TABLES, "rejects"):
        pd.testing.assert_frame_equal(read_table(one.folder, name), read_table(other.folder, name))
