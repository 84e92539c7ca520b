"""Claims about snapshots: all or nothing, for every reader, whoever writes or dies meanwhile."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import manifest as manifests
from connectors.snapshots.failures import last_failure
from connectors.snapshots.manifest import Manifest
from connectors.snapshots.newest_sound import current_snapshot, last_good_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import (
    Snapshot,
    kept_snapshots,
    opened,
    prune,
    publish,
    read_table,
)
from kpis.definitions import Company, Definitions
from kpis.errors import SnapshotError
from kpis.health.health import Health
from kpis.health.source_facts import SourceFacts

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
LEADS = """
[sources.crm]
kind = "files"
folder = "."
[tables.leads]
source = "crm"
from = "leads.csv"
"""


def settings_in(folder: Path, more: str = "") -> Settings:
    path = folder / "settings.toml"
    path.write_text(LEADS + more, encoding="utf-8")
    return load_settings(path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def manifest(settings: Settings, now: datetime) -> Manifest:
    return Manifest(
        created_at=now,
        as_of=now.date(),
        settings=settings.fingerprint,
        company=Company(),
        definitions=Definitions(),
        definitions_hash=Definitions().fingerprint,
        dimensions={},
        sources={},
        tables={},
        health=Health(),
        facts=SourceFacts(),
    )


def publish_one(settings: Settings, now: datetime = NOW, rows: int = 1) -> Snapshot:
    def write(folder: Path) -> Manifest:
        pd.DataFrame({"lead_id": ["a"] * rows}).to_parquet(folder / "leads.parquet")
        return manifest(settings, now)

    return publish(settings.snapshot_folder, now, write)


def save_leads(folder: Path, rows: int) -> None:
    lines = "".join(f"lead-{n},2026-01-02\n" for n in range(rows))
    (folder / "leads.csv").write_text(f"lead_id,created_at\n{lines}", encoding="utf-8")


@contextmanager
def process(code: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """Run ``code`` in a process of its own, from when it says "ready"."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield running
        finally:
            running.kill()


REFRESHES_AGAIN_AND_AGAIN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from connectors.snapshots.refresh import refresh
from connectors.settings.file import load_settings
folder = Path(sys.argv[1])
settings = load_settings(folder / "settings.toml")
print("ready", flush=True)
for rows in range(2, 2 + int(sys.argv[2])):
    lines = "".join(f"lead-{n},2026-01-02\\n" for n in range(rows))
    (folder / "leads.csv").write_text(f"lead_id,created_at\\n{lines}")
    refresh(settings, datetime.now(UTC))
"""


def test_where_nothing_was_published_there_is_nothing(settings: Settings) -> None:
    assert current_snapshot(settings) is None and last_good_snapshot(settings) is None
    assert last_failure(settings) is None
    with pytest.raises(SnapshotError, match="is gone or of another version. Refresh anew."):
        opened(settings.snapshot_folder / "2026-01-01T000000.000000Z")


def test_a_snapshot_is_named_by_its_time_in_utc_and_is_then_current(settings: Settings) -> None:
    berlin = datetime.fromisoformat("2026-11-23T10:00:00.000001+01:00")
    published = publish_one(settings, berlin)
    assert published.name == "2026-11-23T090000.000001Z"
    assert current_snapshot(settings) == last_good_snapshot(settings) == published
    assert opened(published.folder) == published
    assert (settings.snapshot_folder / "CURRENT").read_text() == published.name
    assert sorted(path.name for path in settings.snapshot_folder.iterdir()) == [
        "2026-11-23T090000.000001Z",
        "CURRENT",
    ]


def test_what_is_being_written_is_not_seen(settings: Settings) -> None:
    before = publish_one(settings)
    seen: list[Snapshot | None] = []

    def write(folder: Path) -> Manifest:
        (folder / "leads.parquet").write_bytes(b"half")
        seen.extend((current_snapshot(settings), last_good_snapshot(settings)))
        return manifest(settings, NOW)

    after = publish(settings.snapshot_folder, NOW + timedelta(hours=1), write)
    assert seen == [before, before]
    assert current_snapshot(settings) == after


def test_a_write_that_fails_leaves_no_trace(settings: Settings) -> None:
    before = publish_one(settings)

    def write(folder: Path) -> Manifest:
        (folder / "leads.parquet").write_bytes(b"half")
        raise OSError("no space left on device")

    with pytest.raises(SnapshotError, match="cannot be changed: no space left on device. Check"):
        publish(settings.snapshot_folder, NOW + timedelta(hours=1), write)
    assert current_snapshot(settings) == before
    assert {path.name for path in settings.snapshot_folder.iterdir()} == {before.name, "CURRENT"}


def test_a_reader_never_sees_half_a_refresh(tmp_path: Path, settings: Settings) -> None:
    """While another process refreshes with ever more leads, all that is read belongs together."""
    save_leads(tmp_path, rows=1)
    refresh(settings, datetime.now(UTC))
    seen: list[int] = []
    reads = 0
    with process(REFRESHES_AGAIN_AND_AGAIN, tmp_path, 2) as writer:
        while writer.poll() is None or reads == 0:
            found = current_snapshot(settings)
            assert found is not None
            rows = found.manifest.tables["leads"].loaded
            facts = pd.read_parquet(found.folder / "facts.parquet")
            assert len(read_table(found.folder, "leads")) == rows
            assert facts.loc[facts["measure"] == "leads", "linear"].sum() == rows
            assert len(read_table(found.folder, "rejects")) == 0
            reads += 1
            if not seen or seen[-1] != rows:
                seen.append(rows)
        assert writer.returncode == 0
    last = current_snapshot(settings)
    assert last is not None and last.manifest.tables["leads"].loaded == 3
    assert seen == sorted(seen) and len(seen) > 1 and reads > len(seen)


def test_a_snapshot_of_other_settings_is_not_current_but_shown_until_there_is_one(
    tmp_path: Path, settings: Settings
) -> None:
    old = publish_one(settings)
    changed = settings_in(tmp_path, "[definitions]\ngross_margin = 0.5\n")
    assert current_snapshot(changed) is None
    assert last_good_snapshot(changed) == old
    new = publish_one(changed, NOW + timedelta(hours=1))
    assert current_snapshot(changed) == last_good_snapshot(changed) == new
    assert current_snapshot(settings) == last_good_snapshot(settings) == old


def test_a_snapshot_of_another_version_is_as_if_it_were_not_there(settings: Settings) -> None:
    published = publish_one(settings)
    file = published.folder / "manifest.json"
    for change in ({"format": manifests.FORMAT + 1}, {"format": 1, "new": 1}):
        content = json.loads(published.manifest.model_dump_json()) | change
        file.write_text(json.dumps(content), encoding="utf-8")
        assert current_snapshot(settings) is None and last_good_snapshot(settings) is None
        with pytest.raises(SnapshotError, match="another version"):
            opened(published.folder)


def test_when_current_names_what_is_gone_the_newest_that_is_left_is_shown(
    settings: Settings,
) -> None:
    older = publish_one(settings)
    publish_one(settings, NOW + timedelta(hours=1)).folder.rename(settings.folder / "away")
    assert current_snapshot(settings) == older


def test_old_snapshots_are_thinned_to_one_a_day_and_then_removed(tmp_path: Path) -> None:
    """Kept: all of the last 2 days, the last of each of the last 5 days, and the current one."""
    settings = settings_in(tmp_path, "[snapshots]\nkeep_all_days = 2\nkeep_daily_days = 5\n")
    times = [
        *("2026-11-10T12:00", "2026-11-17T08:00", "2026-11-17T20:00", "2026-11-19T08:00"),
        *("2026-11-19T12:00", "2026-11-21T08:00", "2026-11-21T10:00", "2026-11-21T20:00"),
        *("2026-11-23T08:00", "2026-11-23T09:00"),
    ]
    for moment in times:
        publish_one(settings, datetime.fromisoformat(moment).replace(tzinfo=UTC))
    prune(settings, NOW)
    kept = [path.name[:13] for path in sorted(settings.snapshot_folder.glob("20*"))]
    assert kept == [
        "2026-11-19T12",
        "2026-11-21T10",
        "2026-11-21T20",
        "2026-11-23T08",
        "2026-11-23T09",
    ]


def test_settings_that_share_a_folder_keep_their_own_days(tmp_path: Path) -> None:
    """On the 20th both made two: the later one of each stays, not only the last of the day.

    Those of the 17th are older than 5 days, so both go, the one of another version too.
    """
    settings = settings_in(tmp_path, "[snapshots]\nkeep_all_days = 0\nkeep_daily_days = 5\n")
    other = settings_in(tmp_path, "[definitions]\ngross_margin = 0.5\n")
    for moment, whose in {
        "2026-11-17T08:00": other,
        "2026-11-17T09:00": settings,
        "2026-11-20T08:00": other,
        "2026-11-20T09:00": other,
        "2026-11-20T10:00": settings,
        "2026-11-20T11:00": settings,
        "2026-11-23T09:00": settings,
    }.items():
        publish_one(whose, datetime.fromisoformat(moment).replace(tzinfo=UTC))
    (settings.snapshot_folder / "2026-11-17T080000.000000Z" / "manifest.json").write_text("{")
    prune(settings, NOW)
    kept = [path.name[:13] for path in sorted(settings.snapshot_folder.glob("20*"))]
    assert kept == ["2026-11-20T09", "2026-11-20T11", "2026-11-23T09"]
    found = current_snapshot(other)
    assert found is not None and found.name.startswith("2026-11-20T09")


def test_the_current_snapshot_stays_however_old(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "[snapshots]\nkeep_all_days = 0\nkeep_daily_days = 0\n")
    publish_one(settings, NOW - timedelta(days=900))
    old = publish_one(settings, NOW - timedelta(days=800))
    prune(settings, NOW)
    assert current_snapshot(settings) == old
    assert [path.name for path in settings.snapshot_folder.glob("20*")] == [old.name]


def test_what_is_not_ours_beside_the_snapshots_survives_a_prune(tmp_path: Path) -> None:
    """A colleague's copy, whose name is nearly one of ours, and a file by such a name."""
    settings = settings_in(tmp_path, "[snapshots]\nkeep_all_days = 0\nkeep_daily_days = 0\n")
    current = publish_one(settings)
    copy = settings.snapshot_folder / "2020-01-01T120000.000000Z of LiZ"
    shutil.copytree(current.folder, copy)
    file = settings.snapshot_folder / "2020-01-02T120000.000000Z"
    file.write_text("mine", encoding="utf-8")
    prune(settings, NOW)
    assert (copy / "manifest.json").exists() and file.exists()
    assert kept_snapshots(settings) == [current]
