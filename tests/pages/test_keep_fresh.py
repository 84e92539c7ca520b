"""What the server does unasked: it refreshes when due, and is ready for readers."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.apart import refresh_if_due
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from kpis.errors import SnapshotError
from pages.parts.frame.filters import unfiltered
from pages.parts.week import first_look, keep_fresh
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


def test_a_first_look_that_fails_ends_no_refreshes(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The figures of then cannot be looked at; those that are due are made nevertheless."""

    def fail(_snapshot: Snapshot) -> None:
        raise SnapshotError("its files are damaged")

    monkeypatch.setattr(first_look, "make_first_look", fail)
    looks = iter([None])

    def due_at_the_second_look(agreed: Settings, now: datetime) -> None:
        if next(looks, "second") == "second":
            refresh_if_due(agreed, now)

    monkeypatch.setattr(keep_fresh, "refresh_if_due", due_at_the_second_look)
    then = datetime.now(UTC) - timedelta(minutes=16)
    refreshed(load_settings(settings_file), then)
    assert made_after(settings_file, then).manifest.created_at > then
    assert "first look" in caplog.text


def test_an_error_of_ours_in_the_first_figures_ends_no_refreshes(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_agreed: Settings, _now: datetime) -> None:
        raise KeyError("mqls")

    monkeypatch.setattr(keep_fresh, "first_snapshot", fail)
    made = made_after(settings_file, datetime.min.replace(tzinfo=UTC))
    assert made.manifest.tables["leads"].loaded == 7
    assert "No new figures" in caplog.text


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
