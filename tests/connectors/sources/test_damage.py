"""Damage and odd input that people really produce: one paragraph each, never a secret."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.settings.file import load_settings, settings_path
from connectors.settings.settings import DatabaseSource, Settings
from connectors.settings.tables import TableSettings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from connectors.sources.databases.database import read
from connectors.sources.raw import no_progress
from kpis.errors import SettingsError, SnapshotError, SourceError

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\n1,2026-11-02\n2,2026-11-03\n")
    file = tmp_path / "settings.toml"
    file.write_text(
        '[sources.crm]\nkind = "files"\nfolder = "."\n'
        '[tables.leads]\nsource = "crm"\nfrom = "leads"\n'
    )
    return load_settings(file)


@pytest.fixture
def snapshot(settings: Settings) -> Snapshot:
    return refresh(settings, NOW)


def test_an_unescaped_at_sign_in_a_password_never_shows_its_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The URL is cut at the first @, so that what follows reads like a host: 'S3cret@127…'."""
    monkeypatch.setenv("CRM_URL", "postgresql://bob:Sup3r@S3cret@127.0.0.1:1/crm")
    source = DatabaseSource(kind="database", url="env:CRM_URL")
    request = {"leads": TableSettings.model_validate({"source": "crm", "from": "contacts"})}
    with pytest.raises(SourceError, match="percent-encoded") as refused:
        read("crm", source, request, tmp_path, no_progress)
    assert "S3cret" not in str(refused.value)


@pytest.mark.parametrize("garbage", [b"\xff\xfe\x80", b"a\0b", b"", b"no such snapshot"])
def test_a_garbled_current_file_falls_back_to_the_newest_folder(
    settings: Settings, snapshot: Snapshot, garbage: bytes
) -> None:
    (settings.snapshot_folder / "CURRENT").write_bytes(garbage)
    found = current_snapshot(settings)
    assert found is not None and found.name == snapshot.name


def test_somebodys_copy_of_a_snapshot_does_not_stop_the_next_refresh(
    settings: Settings, snapshot: Snapshot
) -> None:
    (settings.snapshot_folder / "2026-01-01Tcopy-Z").mkdir()
    again = refresh(settings, NOW.replace(hour=10))
    assert again.name > snapshot.name


def test_damaged_facts_and_tables_end_in_a_paragraph(snapshot: Snapshot) -> None:
    (snapshot.folder / "facts.parquet").write_bytes(b"x")
    (snapshot.folder / "campaigns.parquet").write_bytes(b"x")
    with pytest.raises(SnapshotError, match="damaged"):
        open_facts(snapshot.folder, "linear")
    with pytest.raises(SnapshotError, match="damaged"):
        read_table(snapshot.folder, "campaigns")


def test_an_empty_settings_path_is_an_error_and_not_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match="empty"):
        settings_path("")
    monkeypatch.setenv("ALLIANCE_SETTINGS", " ")
    with pytest.raises(SettingsError, match="empty"):
        settings_path()


def test_bare_dates_stay_on_their_day_in_a_zone_whose_rules_changed_lately(
    settings: Settings,
) -> None:
    """Casablanca's recent rules differ between systems; ours and DuckDB's must be the same."""
    company = settings.company.model_copy(update={"time_zone": "Africa/Casablanca"})
    there = refresh(settings.model_copy(update={"company": company}), NOW)
    facts = open_facts(there.folder).table
    days = sorted(facts.filter(facts.measure == "leads").to_pandas()["day"].astype(str))
    assert days == ["2026-11-02", "2026-11-03"]
