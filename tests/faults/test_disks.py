"""Faults of the disk and of the folder of snapshots: each is survived."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.snapshots import refresh as refreshing
from connectors.snapshots.engine import write_facts
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot, passed_over
from connectors.snapshots.refresh import refresh
from kpis.errors import SnapshotError
from kpis.health.health import Health
from tests.faults import own_mounts
from tests.faults.canaries import canaries, environment, files_written, found_in
from tests.faults.deployment import Deployment, Fault, deployed, environment_of, is_survived

ROOT = Path(__file__).parents[2]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses to let a file grow beyond ``size`` bytes, as one with a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


TOO_LARGE = ("The folder of snapshots", "File too large", own_mounts.REMEDY)
LIMITS = {
    "disk takes the record alone": Fault(lambda _: files_of_at_most(1000), TOO_LARGE),
}
IN_MID_REFRESH = ("folder removed in mid-refresh", "record of a failure is a folder")
OF_THE_FOLDER = ("CURRENT is a folder", "CURRENT is gone", "corrupted Parquet")
FAULTS = (
    *LIMITS,
    *own_mounts.FAULTS,
    *OF_THE_FOLDER,
    *IN_MID_REFRESH,
    "a file in place of the folder",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    source = '[sources.crm]\nkind = "files"\nfolder = "."'
    with environment_of(environment()):
        hold = own_mounts.holder(tmp_path / "leads.csv")
        yield deployed(tmp_path, source, 'from = "leads.csv"', hold)


@pytest.mark.parametrize("fault", LIMITS)
def test_a_disk_that_takes_no_snapshot_is_survived(
    shop: Deployment, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """No file of a snapshot fits; 1,000 bytes are enough for the record of the failure.

    Nothing is left behind but that.
    """
    before = {path.name for path in shop.in_order().folder.parent.iterdir()}
    is_survived(shop, None, LIMITS[fault], capfd)
    assert {path.name for path in shop.folder.iterdir()} - before == {shop.in_order().name}


def no_namespace() -> str:
    """Why no disk of our own can be mounted here; empty where one can."""
    command = [*own_mounts.IN_A_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except FileNotFoundError:
        return "unshare is not installed"
    return done.stderr.strip() if done.returncode else ""


@pytest.mark.parametrize("fault", own_mounts.FAULTS)
def test_a_disk_that_is_full_or_read_only_is_survived(shop: Deployment, fault: str) -> None:
    """A real one, of 4 MB, which only a process with file systems of its own may mount."""
    if why := no_namespace():
        pytest.skip(f"no disk can be mounted here: {why}")
    module = [sys.executable, "-m", "tests.faults.own_mounts", str(shop.settings_file), fault]
    command = [*own_mounts.IN_A_NAMESPACE, *module]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    everything = [done.stdout, done.stderr, *files_written(shop.settings_file.parent)]
    assert found_in(everything, canaries()) == set()


@pytest.mark.parametrize("fault", OF_THE_FOLDER)
def test_a_folder_that_somebody_spoilt_is_survived(shop: Deployment, fault: str) -> None:
    """What stands there instead of CURRENT is kept; damaged figures give way to the ones before."""
    good = shop.in_order()
    newer = shop.refreshed()
    current, banner, shown = shop.folder / "CURRENT", "", newer
    if fault == "corrupted Parquet":
        leads = newer.folder / "leads.parquet"
        leads.write_bytes(leads.read_bytes()[:-1])
        shown, banner = good, "are damaged on the disk (leads.parquet has changed"
    else:
        current.unlink()
    if fault == "CURRENT is a folder":
        current.mkdir()
        (current / "mine.txt").write_text("mine", encoding="utf-8")
    assert current_snapshot(shop.settings) == shown
    damage = passed_over(shop.settings, shown)
    assert (damage is not None) == bool(banner)
    shop.serves(shown.manifest.tables["leads"].loaded, banner)
    shop.grow()
    made = shop.refreshed()
    assert current.read_text(encoding="utf-8") == made.name
    shop.serves(newer.manifest.tables["leads"].loaded + 1)
    kept = list(shop.folder.glob("CURRENT before */mine.txt"))
    assert len(kept) == (fault == "CURRENT is a folder")
    shop.leaks_nothing()


def test_a_file_in_place_of_the_folder_is_named_with_the_remedy(shop: Deployment) -> None:
    """There is no snapshot yet, and none can be made."""
    shop.hold(shop.rows)
    shop.folder.write_text("mine", encoding="utf-8")
    with pytest.raises(SnapshotError, match=f"cannot be changed: File exists. {own_mounts.REMEDY}"):
        refresh(shop.settings, datetime.now(UTC))
    assert last_failure(shop.settings) is None
    shop.folder.unlink()
    shop.refreshed()
    shop.serves(2)


@pytest.mark.parametrize("fault", IN_MID_REFRESH)
def test_a_folder_that_changes_meanwhile_is_survived(
    shop: Deployment, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody removes all snapshots while facts are written; or makes a folder of the record."""
    good = shop.in_order()
    record = shop.folder / f"FAILURE-{shop.settings.fingerprint}.json"

    def spoil(*arguments: Any) -> tuple[str, Health]:
        if fault == "folder removed in mid-refresh":
            shutil.rmtree(shop.folder)
        else:
            record.mkdir()
        return write_facts(*arguments)

    shop.grow()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(refreshing, "write_facts", spoil)
        with pytest.raises(SnapshotError, match=rf"cannot be changed: .*{own_mounts.REMEDY}"):
            refresh(shop.settings, datetime.now(UTC))
    if record.is_dir():
        assert current_snapshot(shop.settings) != good  # it was published all the same
        record.rmdir()
    shop.refreshed()
    shop.serves(3)
    shop.leaks_nothing()


def test_facts_that_the_disk_does_not_take_are_an_error_of_the_system(
    shop: Deployment, tmp_path: Path
) -> None:
    """DuckDB writes them, and its own error is no OSError."""
    good = shop.in_order()
    folder = tmp_path / "copied"
    folder.mkdir()
    for table in good.folder.glob("*.parquet"):
        (folder / table.name).write_bytes(table.read_bytes())
    manifest = good.manifest
    what = (manifest.definitions, manifest.company, manifest.as_of)
    with files_of_at_most(100), pytest.raises(OSError, match="^File too large$"):
        write_facts(folder, manifest.mapped, (), *what)
