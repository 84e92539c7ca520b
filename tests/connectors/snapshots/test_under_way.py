"""The refresh that is under way: what pages see of it, from whatever process it runs in."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.refresh import refresh
from connectors.snapshots.under_way import UnderWay, doing_text, kept_under_way, under_way
from connectors.sources.raw import ALL_READ, no_progress
from kpis.errors import SourceError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT_MOST = 5


@pytest.fixture
def files(tmp_path: Path) -> Settings:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\nL1,2026-11-02\n", encoding="utf-8")
    text = '[sources.crm]\nkind = "files"\nfolder = "."\n[tables.leads]\nsource = "crm"\n'
    (tmp_path / "settings.toml").write_text(text + 'from = "leads"\n', encoding="utf-8")
    (tmp_path / "snapshots").mkdir()
    return load_settings(tmp_path / "settings.toml")


def seen(settings: Settings, part: str | None) -> UnderWay:
    """What others see, as soon as they see that part."""
    until = time.monotonic() + AT_MOST
    while time.monotonic() < until:
        found = under_way(settings)
        if found is not None and found.part == part:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"nobody sees {part}")


def test_others_see_what_is_read_and_since_when_and_nothing_when_it_has_ended(
    files: Settings,
) -> None:
    assert under_way(files) is None
    with kept_under_way(files, NOW, no_progress) as told:
        assert seen(files, None) == UnderWay(since=NOW)
        told("leads", 1200)
        assert seen(files, "leads") == UnderWay(since=NOW, part="leads", rows=1200)
        told(*ALL_READ)
        assert seen(files, "").rows == 0
    assert under_way(files) is None


def test_what_a_killed_refresh_left_is_not_believed_after_twenty_seconds(files: Settings) -> None:
    with kept_under_way(files, NOW, no_progress):
        seen(files, None)
        (file,) = files.snapshot_folder.glob(".refreshing-*.json")
        text = file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    assert under_way(files) is not None
    then = time.time() - 21
    os.utime(file, (then, then))
    assert under_way(files) is None


def test_it_says_the_part_its_source_and_its_rows(files: Settings) -> None:
    assert doing_text(files, None, 0) == "looking at the sources"
    assert doing_text(files, "leads", 0) == "reading leads of source 'crm'"
    assert doing_text(files, "leads", 1200) == "reading leads of source 'crm', 1,200 rows so far"
    assert doing_text(files, "leads + deals", 7) == (
        "reading leads of source 'crm' and deals, 7 rows so far"
    )
    assert doing_text(files, *ALL_READ) == "computing figures"


def test_a_refresh_tells_its_parts_and_leaves_nothing_whether_it_fails_or_not(
    files: Settings,
) -> None:
    told: list[tuple[str, int]] = []
    refresh(files, NOW, lambda part, rows: told.append((part, rows)))
    assert told[0] == ("leads", 0) and told[-1] == ALL_READ
    (files.folder / "leads.csv").unlink()
    with pytest.raises(SourceError):
        refresh(files, NOW)
    assert not [*files.snapshot_folder.glob(".refreshing-*")]
