"""The one right to refresh into a folder of snapshots, across processes and machines."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import SoftFileLease, Timeout

from connectors.snapshots.disk.writes import changes_to, remove_leftovers
from kpis.errors import SnapshotError

_LEASE_SECONDS = 20.0
_WAIT_SECONDS = 60.0


@contextlib.contextmanager
def refresh_lock(folder: Path) -> Iterator[None]:
    """Hold the one right to refresh into ``folder``, across processes and machines.

    The lock file names its owner and expires when the owner stops renewing it, so a refresh that
    was killed blocks the next one for seconds only. Raises SnapshotError that names the owner
    when another refresh does not end within a minute, or when the folder cannot be written to.
    """
    with changes_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = SoftFileLease(folder / ".refresh.lock", lease_duration=_LEASE_SECONDS)
        try:
            lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout:
            owner = lock.owner
            who = f"process {owner.pid} on {owner.hostname}" if owner else "another process"
            raise SnapshotError(
                f"Another refresh is running in {folder} ({who}). Wait until it has ended."
            ) from None
    try:
        with changes_to(folder):
            remove_leftovers(folder)
        yield
    finally:
        lock.release()
