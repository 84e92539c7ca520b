"""Claims about damage: a file that is not what was written is noticed before a figure is read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.disk import checksums
from connectors.snapshots.engine import open_facts
from connectors.snapshots.fresh import fresh_snapshot
from connectors.snapshots.newest_sound import current_snapshot, last_good_snapshot, passed_over
from connectors.snapshots.snapshots import Snapshot, opened
from kpis.errors import SnapshotError
from tests.kept_snapshots import refreshed
from tests.pages.small_company import company_of

OLD, NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "settings.toml"
    zone = '[company]\ntime_zone = "Europe/Berlin"\n'
    path.write_text(f"as_of = 2026-11-23\n{company_of(tmp_path, 3)}\n{zone}", encoding="utf-8")
    return load_settings(path)


@pytest.fixture
def both(settings: Settings) -> tuple[Snapshot, Snapshot]:
    """A snapshot of 09:00 in Berlin, and the current one of 10:00."""
    return refreshed(settings, OLD), refreshed(settings, NOW)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


EVERY_KIND = (
    *("leads.parquet", "deals.parquet", "rejects.parquet", "facts.parquet", "rollup.parquet"),
    *("manifest.json", "manifest.sha256"),
)


@pytest.mark.parametrize("harm", [flip_a_bit, truncate, Path.unlink])
@pytest.mark.parametrize("file", EVERY_KIND)
def test_a_damaged_snapshot_gives_way_to_the_newest_sound_one_and_is_said(
    settings: Settings,
    both: tuple[Snapshot, Snapshot],
    file: str,
    harm: Callable[[Path], None],
) -> None:
    """After it was read in this process, as well: each run of a page looks again."""
    older, newer = both
    assert current_snapshot(settings) == newer and passed_over(settings, newer) is None
    harm(newer.folder / file)
    assert current_snapshot(settings) == last_good_snapshot(settings) == older
    with pytest.raises(SnapshotError, match=r"is damaged: .*Refresh anew"):
        opened(newer.folder)
    with pytest.raises(SnapshotError, match="is damaged"):
        open_facts(newer.folder)
    found = passed_over(settings, older)
    named = "manifest.json" if file == "manifest.sha256" else file
    what = "is missing or cannot be read" if harm == Path.unlink else "has changed since"
    what = "has changed since" if file == "manifest.sha256" else what
    assert found is not None and f"{named} {what}" in found.text
    assert found.text.startswith("The figures of 23 Nov 2026, 10:00 are damaged on the disk (")
    assert "newest sound figures instead, those of 23 Nov 2026, 09:00" in found.text


def test_every_file_that_was_written_is_in_the_manifest(both: tuple[Snapshot, Snapshot]) -> None:
    _, newer = both
    found = {p.relative_to(newer.folder).as_posix() for p in newer.folder.rglob("*.*")}
    assert set(newer.manifest.files) == found - {"manifest.json", "manifest.sha256"}
    assert len(newer.manifest.files) > 12


def test_without_a_sound_one_the_sources_are_read_anew(
    settings: Settings, both: tuple[Snapshot, Snapshot]
) -> None:
    for one in both:
        flip_a_bit(one.folder / "facts.parquet")
    assert current_snapshot(settings) is None and last_good_snapshot(settings) is None
    made = fresh_snapshot(settings, NOW + timedelta(minutes=1))
    assert made.name > both[1].name and current_snapshot(settings) == made
    assert passed_over(settings, made) is None


def test_a_snapshot_is_read_once_in_a_process_however_often_it_is_opened(
    both: tuple[Snapshot, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a million leads it takes a second: too long for each click."""
    _, newer = both
    opened(newer.folder)
    reads: list[Path] = []
    read = checksums.hashlib.file_digest
    monkeypatch.setattr(
        checksums.hashlib, "file_digest", lambda file, name: reads.append(file) or read(file, name)
    )
    opened(newer.folder)
    assert reads == []
    (newer.folder / "leads.parquet").touch()
    opened(newer.folder)
    assert len(reads) == 1


def test_the_damage_of_other_settings_is_not_said(
    settings: Settings, both: tuple[Snapshot, Snapshot], tmp_path: Path
) -> None:
    """Both share a folder; the other's newest is damaged."""
    older, newer = both
    path = tmp_path / "other.toml"
    text = (tmp_path / "settings.toml").read_text(encoding="utf-8")
    path.write_text(f"{text}[definitions]\ngross_margin = 0.5\n", encoding="utf-8")
    other = load_settings(path)
    theirs = refreshed(other, NOW + timedelta(hours=1))
    flip_a_bit(theirs.folder / "leads.parquet")
    assert current_snapshot(settings) == newer and passed_over(settings, newer) is None
    assert current_snapshot(other) is None
    assert passed_over(other, older) is not None
