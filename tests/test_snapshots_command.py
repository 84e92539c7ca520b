"""`cli.py snapshots`: what is kept, how two differ, and what is no longer kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.snapshots import Snapshot
from tests.kept_snapshots import refreshed
from tests.maven import alliance

TEXT = """
as_of = 2026-11-20
[sources.crm]
kind = "files"
folder = "."
[tables]
leads = { source = "crm", from = "leads" }
deals = { source = "crm", from = "deals" }
"""
THEN = datetime.now(UTC) - timedelta(days=1, hours=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path / "settings.toml"


def read(file: Path, leads: int, now: datetime) -> tuple[Settings, Snapshot]:
    """A snapshot of so many leads of November that are all MQLs, and one customer."""
    rows = [f"L{n},2026-11-0{1 + n % 9},2026-11-1{n % 9}" for n in range(leads)]
    header = "lead_id,created_at,mql_at"
    (file.parent / "leads.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    deals = "deal_id,lead_id,status,closed_at,amount\nD1,L1,won,2026-11-18,500"
    (file.parent / "deals.csv").write_text(deals, encoding="utf-8")
    settings = load_settings(file)
    return settings, refreshed(settings, now)


def test_none_is_kept_at_first(file: Path) -> None:
    result = alliance("snapshots", "--settings", file)
    assert result.exit_code == 0 and "No snapshot is kept" in result.output


def test_each_is_listed_with_its_state(file: Path) -> None:
    """The newest is shown; of the oldest, a byte of the leads has changed."""
    old = read(file, 3, THEN)[1]
    middle, shown = read(file, 4, THEN + timedelta(hours=1))[1], read(file, 5, datetime.now(UTC))[1]
    leads = old.folder / "leads.parquet"
    leads.write_bytes(leads.read_bytes()[:-1] + b"x")
    output = alliance("snapshots", "--settings", file).output
    lines = [line for line in output.splitlines() if "2026-11-20" in line]
    assert [line.split("│")[1].strip() for line in lines] == [shown.name, middle.name, old.name]
    assert "shown" in lines[0] and "kept" in lines[1] and "leads.parquet" in output
    assert " 6 " in lines[0]  # five leads and a deal


def test_two_are_compared_by_rows_and_kpis(file: Path) -> None:
    """Three leads then and five now: the conversion of November falls from 1/3 to 1/5."""
    then = read(file, 3, THEN)[1]
    read(file, 5, datetime.now(UTC))
    result = alliance("snapshots", "--settings", file, "--compare", then.name[:13])
    assert result.exit_code == 0
    cells = [
        [cell.strip() for cell in line.split("│")[1:-1]] for line in result.output.splitlines()
    ]
    assert ["leads, rows", "3", "5"] in cells
    assert not any(row and row[0] == "deals, rows" for row in cells)
    assert ["MQLs", "3", "5"] in cells
    assert ["Conversion", "33.3%", "20.0%"] in cells
    assert ["CAC", "—", "—"] in cells


def test_an_unknown_name_suggests_one_that_is_kept(file: Path) -> None:
    shown = read(file, 3, THEN)[1]
    result = alliance("snapshots", "--settings", file, "--compare", shown.name)
    assert result.exit_code == 2 and "There is no other snapshot" in result.output
    result = alliance("snapshots", "--settings", file, "--compare", "2001")
    assert result.exit_code == 2 and "There is no other snapshot '2001'" in result.output


def test_what_the_settings_no_longer_keep_goes(file: Path) -> None:
    """Yesterday's, three hours older than a day, once settings keep nothing longer than a day."""
    old, kept = read(file, 3, THEN)[1], read(file, 4, datetime.now(UTC))[1]
    assert old.folder.is_dir()
    limits = "[snapshots]\nkeep_all_days = 0\nkeep_daily_days = 1\n"
    file.write_text(f"{TEXT}{limits}", encoding="utf-8")
    output = alliance("snapshots", "--settings", file, "--prune").output
    assert not old.folder.exists() and kept.name in output and old.name not in output


def test_where_none_is_kept_nothing_goes(file: Path) -> None:
    result = alliance("snapshots", "--settings", file, "--prune")
    assert result.exit_code == 0 and "No snapshot is kept" in result.output
