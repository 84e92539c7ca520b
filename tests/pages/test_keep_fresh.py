"""What the server does unasked: it refreshes when due, and is ready for readers."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from pages.parts.frame.filters import unfiltered
from pages.parts.week import keep_fresh
from pages.parts.week.overview import by_campaign, overview
from tests.bench.asked import questions_asked
from tests.kept_snapshots import refreshed
from tests.pages.small_company import company_of, leads, write_csv

EVERY = '\n[snapshots]\nrefresh_every = "15m"\n'
AT_MOST = 60


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "settings.toml"
    text = f"as_of = 2026-11-20\n{company_of(tmp_path, mqls=7)}{EVERY}"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(file))
    monkeypatch.setattr(keep_fresh, "LOOK_SECONDS", 0.1)
    return file


def made_after(file: Path, before: datetime) -> Snapshot:
    """The snapshot that the server makes after that instant, once its first look is there."""
    ended = Event()
    server = Thread(target=keep_fresh.keep_fresh, args=(ended,))
    server.start()
    try:
        deadline = time.monotonic() + AT_MOST
        while time.monotonic() < deadline:
            found = current_snapshot(load_settings(file))
            if found is not None and found.manifest.created_at > before:
                return found
            time.sleep(0.1)
        raise TimeoutError("nothing was refreshed")
    finally:
        ended.set()
        server.join()  # a look that was begun is ended first


def test_figures_are_there_before_the_first_reader(settings_file: Path) -> None:
    assert current_snapshot(load_settings(settings_file)) is None
    made = made_after(settings_file, datetime.min.replace(tzinfo=UTC))
    assert made.manifest.tables["leads"].loaded == 7


def test_figures_of_sixteen_minutes_ago_are_made_anew_and_asked_what_pages_will_ask(
    settings_file: Path, tmp_path: Path
) -> None:
    """7 MQLs then, 9 now; the first page asks the engine nothing about them any more."""
    then = datetime.now(UTC) - timedelta(minutes=16)
    refreshed(load_settings(settings_file), then)
    write_csv(tmp_path, leads=leads(9))
    made = made_after(settings_file, then)
    with questions_asked() as asked:
        chosen = unfiltered(made)
        assert overview(chosen).now["mqls"] == 9
        by_campaign(chosen)
    assert asked.questions == []
