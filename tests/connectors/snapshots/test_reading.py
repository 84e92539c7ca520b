"""Claims about reading sources at the same time: nothing but the time it takes depends on it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pandas as pd
import pytest

from connectors.settings.file import demo_settings, load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import reading
from connectors.snapshots.reading import read_parts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.errors import AllianceError, SourceError
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
    with pytest.raises(SourceError, match="Source 'crm'"):
        refresh(settings_in(tmp_path, text), NOW)


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
    found = list(read_parts(settings_in(tmp_path, text), NOW.date()))
    assert [name for name, _ in found] == ["costs", "deals", "leads"]
    assert [isinstance(part, AllianceError) for _, part in found] == [False, True, False]


def test_tables_are_the_same_however_many_are_mapped_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Snapshot] = []
    for at_once in (1, 4):
        monkeypatch.setattr(reading, "AT_ONCE", at_once)
        folder = tmp_path / str(at_once)
        folder.mkdir()
        made.append(refresh(demo_settings(folder), NOW))
    one, other = made
    assert one.manifest.tables == other.manifest.tables
    for name in (*TABLES, "rejects"):
        pd.testing.assert_frame_equal(read_table(one.folder, name), read_table(other.folder, name))
