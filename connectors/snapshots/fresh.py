"""The current snapshot while it is fresh, else a new one.

Only for a new one is :mod:`connectors.snapshots.refresh` imported, with all that reads and maps: it
takes longer than the first page that shows a snapshot.
"""

from datetime import datetime

from connectors.settings.settings import Settings
from connectors.snapshots.disk.lock import refresh_lock
from connectors.snapshots.fingerprints import source_fingerprints
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from connectors.sources.raw import Progress, no_progress


def fresh_snapshot(settings: Settings, now: datetime, progress: Progress = no_progress) -> Snapshot:
    """The current snapshot when it is fresh, else a new one.

    Fresh is a snapshot of today, no older than ``snapshots.fresh_minutes``, whose files and
    SQLite databases have not changed since.
    """
    snapshot = fresh_one(settings, now)
    if snapshot is not None:
        return snapshot
    from connectors.snapshots.refresh import refresh_locked  # only where it is needed, see above

    with refresh_lock(settings.snapshot_folder):
        return fresh_one(settings, now) or refresh_locked(settings, now, progress)


def fresh_one(settings: Settings, now: datetime) -> Snapshot | None:
    """The current snapshot when it is fresh, see :func:`fresh_snapshot`; None when it is not."""
    snapshot = current_snapshot(settings)
    if snapshot is None or snapshot.manifest.as_of != settings.report_day(now):
        return None
    age = (now - snapshot.manifest.created_at).total_seconds() / 60
    if not 0 <= age <= settings.snapshots.fresh_minutes:
        return None
    return snapshot if snapshot.manifest.sources == source_fingerprints(settings) else None
