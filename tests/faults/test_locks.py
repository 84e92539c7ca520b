"""Two refreshes at once, and refreshes that end too late or never: each is survived."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from connectors.settings.settings import Settings
from connectors.snapshots.apart import refresh_apart
from connectors.snapshots.disk import lock
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import kept_snapshots
from kpis.errors import SnapshotError
from tests.faults.canaries import environment
from tests.faults.deployment import Deployment, Row, deployed, environment_of
from tests.faults.own_mounts import holder
from tests.postgres_server import Postgres

ROOT = Path(__file__).parents[2]
OF_THE_LOCK = ("lock holder gone", "lock holder frozen", "a refresh that continues")
FAULTS = (*OF_THE_LOCK, "two refreshes at once", "database silent in mid-read")
HOLDS_THE_LOCK = """
import sys
from pathlib import Path
from connectors.snapshots.disk import lock
lock._LEASE_SECONDS = float(sys.argv[2])
with lock.refresh_lock(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
print("done", flush=True)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of(environment()):
        hold = holder(tmp_path / "leads.csv")
        yield deployed(tmp_path, source, 'from = "leads.csv"', hold)


@contextmanager
def lock_holder(folder: Path, lease: float) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock of the folder, until it is sent a line."""
    command = [sys.executable, "-c", HOLDS_THE_LOCK, str(folder), str(lease)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None and running.stdout.readline() == "ready\n"
            yield running
        finally:
            running.kill()


@pytest.mark.parametrize("fault", OF_THE_LOCK)
def test_a_lock_that_somebody_holds_is_survived(
    shop: Deployment,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Killed, the lock is free at once; stopped, as on a machine that froze, after its lease.

    Of one that continues the message names the process, and nothing is lost.
    """
    good = shop.in_order()
    lease = 1.0 if fault == "lock holder frozen" else lock._LEASE_SECONDS
    monkeypatch.setattr(lock, "_LEASE_SECONDS", lease)
    with lock_holder(shop.folder, lease) as holder_of_it:
        if fault == "a refresh that continues":
            monkeypatch.setattr(lock, "_WAIT_SECONDS", 0.2)
            message = shop.refused(capfd, apart=False)
            who = rf"Another refresh is running in .*\(process {holder_of_it.pid} on .*\)\. Wait"
            assert re.search(who, message)
            shop.serves(2)
            assert holder_of_it.stdin is not None and holder_of_it.stdout is not None
            holder_of_it.stdin.write("\n")
            holder_of_it.stdin.flush()
            monkeypatch.undo()
            assert holder_of_it.stdout.readline() == "done\n"
        elif fault == "lock holder gone":
            holder_of_it.kill()
            holder_of_it.wait()
        else:
            os.kill(holder_of_it.pid, signal.SIGSTOP)
        assert current_snapshot(shop.settings) == good
        shop.grow()
        began = time.monotonic()
        shop.refreshed()
        assert time.monotonic() - began < 20
    shop.serves(3)
    assert not list(shop.folder.glob(".*"))
    shop.leaks_nothing()


def test_two_refreshes_at_once_publish_one_after_the_other(shop: Deployment) -> None:
    """Both succeed: neither doubles a row, nor takes the other's snapshot away."""
    shop.in_order()
    shop.grow()
    command = [sys.executable, "cli.py", "refresh", "--settings", str(shop.settings_file)]
    both = [
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for one in both:
        out, err = one.communicate(timeout=120)
        shop.printed += [out, err]
        assert one.returncode == 0, err
        assert "leads: 4 read = 3 loaded + 1 rejected" in out
    newest, second, first = kept_snapshots(shop.settings)
    # Whoever gets the lock last is shown, though named by the instant at which it was asked.
    assert current_snapshot(shop.settings) in (newest, second)
    for made in (newest, second):
        shop.holds_the_truth(made)
    assert first.manifest.tables["leads"].loaded == 2
    shop.serves(3)
    shop.leaks_nothing()


SLOW = "SELECT held.* FROM held, generate_series(1, 100000), pg_sleep(0.01)"
READING = "SELECT pid FROM pg_stat_activity WHERE datname = 'silent' AND usename = 'reader'"


LIMITS = (6, 20, 60)
"""Seconds; a busy machine may not have begun to read after the first."""


def left_at_its_limit(
    settings: Settings, seconds: int, meanwhile: Callable[[threading.Event], None]
) -> None:
    """A refresh that is ended at a limit that is shorter than settings may say."""
    limit = {"refresh_limit": timedelta(seconds=seconds)}
    kept = settings.snapshots.model_copy(update=limit)
    over = threading.Event()
    stopper = threading.Thread(target=meanwhile, args=(over,))
    stopper.start()
    try:
        with pytest.raises(SnapshotError, match=r"ended after .*, its limit.*refresh_limit"):
            refresh_apart(settings.model_copy(update={"snapshots": kept}), datetime.now(UTC))
    finally:
        over.set()
        stopper.join()


def in_database(postgres: Postgres) -> Callable[[Sequence[Row]], object]:
    """Lets the database ``silent`` hold rows, and nothing else."""

    def hold(rows: Sequence[Row]) -> None:
        cells = ", ".join(f"('{lead}', {day and repr(day) or 'NULL'})" for lead, day in rows)
        table = ("CREATE TABLE leads (id text, created date)", f"INSERT INTO leads VALUES {cells}")
        postgres.new_database("silent", *table)

    return hold


def test_a_database_that_falls_silent_in_mid_read_is_left_at_the_limit(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Its process stops after the first rows; the kernel keeps the connection up."""

    stopped = list[int]()

    def stop(over: threading.Event) -> None:
        with psycopg.connect(postgres.admin(), autocommit=True) as connection:
            while not stopped and not over.wait(0.02):
                found = connection.execute(f"{READING} AND query LIKE '%leads%'").fetchall()
                stopped.extend(process for (process,) in found)
        for process in stopped:
            os.kill(process, signal.SIGSTOP)

    source = '[sources.crm]\nkind = "database"\nurl = "env:CRM_URL"'
    with environment_of({**environment(), "CRM_URL": postgres.reader("silent")}):
        shop = deployed(tmp_path, source, 'query = "SELECT * FROM leads"', in_database(postgres))
        good = shop.in_order()
        with psycopg.connect(postgres.admin("silent"), autocommit=True) as connection:
            connection.execute("ALTER TABLE leads RENAME TO held")
            connection.execute(f"CREATE VIEW leads AS {SLOW}")
        settings = shop.settings
        for seconds in LIMITS:
            left_at_its_limit(settings, seconds, stop)
            if stopped:
                break
        for process in stopped:
            os.kill(process, signal.SIGCONT)
        failure = last_failure(settings)
        assert stopped and failure is not None and "its limit" in failure.why
        assert current_snapshot(settings) == good
        shop.serves(2, banner=failure.why)
        shop.grow()
        shop.refreshed()
        shop.serves(3)
        shop.leaks_nothing()
