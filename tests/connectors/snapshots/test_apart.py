"""A refresh in a process of its own: what it publishes, raises and records, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import active_children
from pathlib import Path

import psycopg
import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.apart import first_snapshot, refresh_apart, refresh_if_due
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from kpis.errors import SnapshotError, SourceError
from tests.postgres_server import Postgres

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CSV = """
[sources.crm]
kind = "files"
folder = "."
[tables.leads]
source = "crm"
from = "leads"
[snapshots]
refresh_every = "15m"
"""


@pytest.fixture
def files(tmp_path: Path) -> Settings:
    (tmp_path / "leads.csv").write_text("lead_id,created_at\nL1,2026-11-02\n", encoding="utf-8")
    (tmp_path / "settings.toml").write_text(CSV, encoding="utf-8")
    return load_settings(tmp_path / "settings.toml")


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Settings]:
    """A database that takes connections and then says nothing; it may take a second."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"postgresql://reader@127.0.0.1:{server.getsockname()[1]}/crm"
        text = CSV.replace('kind = "files"\nfolder = "."', f'kind = "database"\nurl = "{url}"')
        (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
        settings = load_settings(tmp_path / "settings.toml")
        yield limited(settings, seconds=1)


def limited(settings: Settings, seconds: int) -> Settings:
    """With a limit that is shorter than settings may say."""
    limit = {"refresh_limit": timedelta(seconds=seconds)}
    return settings.model_copy(update={"snapshots": settings.snapshots.model_copy(update=limit)})


def test_it_publishes_what_a_refresh_does(files: Settings) -> None:
    refresh_apart(files, NOW)
    made = current_snapshot(files)
    assert made is not None and made.manifest.created_at == NOW
    assert made.manifest.tables["leads"].loaded == 1


def test_it_raises_and_records_what_a_refresh_does(files: Settings) -> None:
    (files.folder / "leads.csv").unlink()
    with pytest.raises(SourceError) as here:
        refresh(files, NOW)
    with pytest.raises(SourceError) as apart:
        refresh_apart(files, NOW)
    assert str(apart.value) == str(here.value)
    failure = last_failure(files)
    assert failure is not None and failure.why == str(here.value)


def test_a_source_that_says_nothing_is_left_after_the_limit(silent: Settings) -> None:
    """The message names the key that allows more, and the figures before stay."""
    began = time.monotonic()
    with pytest.raises(SnapshotError, match="ended after 1s, its limit.*refresh_limit"):
        refresh_apart(silent, NOW)
    assert time.monotonic() - began < 10
    assert not active_children()
    failure = last_failure(silent)
    assert failure is not None and "its limit" in failure.why


def test_a_database_that_falls_silent_in_mid_read_is_left_after_the_limit(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Its process stops after the first rows; the kernel keeps the connection up. Then it goes on,
    and the next refresh succeeds.
    """
    postgres.new_database("silent")
    database = f'kind = "database"\nurl = "{postgres.admin("silent")}"'
    text = CSV.replace('kind = "files"\nfolder = "."', database)
    row = "SELECT i AS lead_id, date '2026-11-02' AS created_at, pg_sleep(0.01)"
    long, short = (
        settings_of(tmp_path, text, f"{row} FROM generate_series(1, {rows}) i")
        for rows in (100_000, 10)
    )
    found = "SELECT pid FROM pg_stat_activity WHERE datname = 'silent' AND query LIKE '%pg_sleep%'"
    backend: list[int] = []

    def stop() -> None:
        with psycopg.connect(postgres.admin(), autocommit=True) as connection:
            while not backend:
                backend.extend(pid for (pid,) in connection.execute(found))
        os.kill(backend[0], signal.SIGSTOP)

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        with pytest.raises(SnapshotError, match="ended after 20s, its limit"):
            refresh_apart(limited(long, seconds=20), NOW)
    finally:
        stopper.join()
        os.kill(backend[0], signal.SIGCONT)
    assert refresh_apart(short, NOW).manifest.tables["leads"].loaded == 10


def test_the_first_figures_have_the_limit_too_and_those_who_waited_hear_why(
    silent: Settings,
) -> None:
    """Two readers come while nothing is there; one refresh is tried, and both are told."""
    heard: list[str] = []

    def ask() -> None:
        with pytest.raises(SnapshotError) as why:
            first_snapshot(limited(silent, seconds=8), NOW)
        heard.append(str(why.value))

    began = time.monotonic()
    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert time.monotonic() - began < 15, "not one after the other"
    assert len(set(heard)) == 1 and len(heard) == 2
    assert "ended after 8s, its limit. It was reading leads of source 'crm'." in heard[0]


def test_the_first_figures_are_made_once_for_all_who_ask(files: Settings) -> None:
    made = []

    def ask() -> None:
        made.append(first_snapshot(files, NOW))

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert made[0] == made[1] and len([*files.snapshot_folder.glob("2026-*")]) == 1


def settings_of(folder: Path, text: str, query: str) -> Settings:
    (folder / "settings.toml").write_text(
        text.replace('from = "leads"', f'query = """{query}"""'), encoding="utf-8"
    )
    return load_settings(folder / "settings.toml")


def test_one_that_is_ended_from_outside_says_so(silent: Settings) -> None:
    patient = limited(silent, seconds=60)

    def end() -> None:
        while not active_children():
            time.sleep(0.05)
        active_children()[0].kill()

    killer = threading.Thread(target=end)
    killer.start()
    with pytest.raises(SnapshotError, match="ended from outside"):
        refresh_apart(patient, NOW)
    killer.join()
    failure = last_failure(patient)
    assert failure is not None and "ended from outside" in failure.why


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_process_that_started_it(files: Settings, how: signal.Signals) -> None:
    """Else it would wait for its source for ever, and keep the lock of the folder."""
    (files.folder / "leads.csv").unlink()
    os.mkfifo(files.folder / "leads.csv")  # nobody writes to it
    command = [sys.executable, "cli.py", "refresh", "--settings", files.folder / "settings.toml"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as started:
        while not (files.snapshot_folder / ".refresh.lock").exists():
            time.sleep(0.05)
        started.send_signal(how)
        started.communicate(timeout=10)  # both have its other end
    assert started.returncode == -how


def test_an_error_of_ours_is_reported_as_one(files: Settings) -> None:
    """Settings as no file can write them: the process fails, and its log says where."""
    broken = files.model_copy(update={"dimensions": {"lead_id": None}})
    with pytest.raises(SnapshotError, match=r"An internal error \(\w+\) ended the refresh"):
        refresh_apart(broken, NOW)
    failure = last_failure(broken)
    assert failure is not None and "internal error" in failure.why


def test_the_next_one_is_due_a_quarter_of_an_hour_after_the_last(files: Settings) -> None:
    """Made at 9:00; at 9:14 nothing is due, at 9:15 it is."""
    refresh(files, NOW)
    refresh_if_due(files, NOW + timedelta(minutes=14))
    made = current_snapshot(files)
    assert made is not None and made.manifest.created_at == NOW
    refresh_if_due(files, NOW + timedelta(minutes=15))
    made = current_snapshot(files)
    assert made is not None and made.manifest.created_at == NOW + timedelta(minutes=15)


def test_one_that_failed_is_tried_again_when_the_next_one_is_due(files: Settings) -> None:
    """Failed at 9:00; nothing happens at 9:14, and at 9:15 the file is there again."""
    away = files.folder / "away"
    (files.folder / "leads.csv").rename(away)
    with pytest.raises(SourceError):
        refresh_if_due(files, NOW)
    refresh_if_due(files, NOW + timedelta(minutes=14))
    away.rename(files.folder / "leads.csv")
    refresh_if_due(files, NOW + timedelta(minutes=15))
    assert current_snapshot(files) is not None and last_failure(files) is None
