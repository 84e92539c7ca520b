"""A refresh in a process of its own: readers' clicks do not wait for it, and it can be ended.

The dashboard refreshes this way once it shows figures; the command line is such a process itself.
"""

from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock

from connectors.settings.durations import duration_text
from connectors.settings.settings import Settings
from connectors.snapshots.failures import failures_recorded, last_failure
from connectors.snapshots.lock import refresh_lock
from connectors.snapshots.newest_sound import current_snapshot
from connectors.sources.raw import no_progress
from kpis.errors import AllianceError, SnapshotError

_ALONE = Lock()


def refresh_apart(settings: Settings, now: datetime) -> None:
    """Read every source and publish a snapshot, as ``refresh`` does; return when it is there.

    Raises the AllianceError of the refresh, and SnapshotError when it takes longer than
    ``snapshots.refresh_limit``, or is ended from outside. It is kept for the page.
    """
    with _ALONE:
        _refresh_apart(settings, now, None)


def refresh_if_due(settings: Settings, now: datetime) -> None:
    """Refresh when the newest figures, or the last try, are ``refresh_every`` old or older.

    Of several servers that share a folder, one refreshes. Raises what :func:`refresh_apart` does.
    """
    every = settings.snapshots.refresh_every
    with _ALONE:
        if every is not None and _tried(settings, now) >= every:
            _refresh_apart(settings, now, now - every)


def _tried(settings: Settings, now: datetime) -> timedelta:
    """How long ago figures were made, or the last refresh failed."""
    snapshot, failure = current_snapshot(settings), last_failure(settings)
    tried = [snapshot.manifest.created_at] if snapshot else []
    tried += [failure.at] if failure else []
    return now - max(tried) if tried else timedelta.max


def _refresh_apart(settings: Settings, now: datetime, unless_after: datetime | None) -> None:
    context, limit = get_context("spawn"), settings.snapshots.refresh_limit
    answer, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_refresh, args=(sender, settings, now, unless_after), daemon=True
    )
    process.start()
    sender.close()  # ours: with the other's, the pipe ends
    try:
        if not answer.poll(limit.total_seconds()):
            with failures_recorded(settings, now):
                raise SnapshotError(
                    f"The refresh was ended after {duration_text(limit)}, its limit. Find out "
                    "which source keeps it waiting with 'cli.py refresh', or allow more: "
                    '[snapshots] refresh_limit = "30m".'
                )
        error = answer.recv()
    except EOFError:
        with failures_recorded(settings, now):
            raise SnapshotError(
                "The refresh was ended from outside, for example for lack of memory. Try "
                "'cli.py refresh', and give the machine more memory if that ends, too."
            ) from None
    finally:
        process.kill()
        process.join()
        answer.close()
    if error is not None:
        raise error


def _refresh(
    sender: Connection, settings: Settings, now: datetime, unless_after: datetime | None
) -> None:
    """Refresh, unless somebody has after that instant; send the error to raise, or None."""
    from connectors.snapshots.refresh import refresh_locked  # all that reads and maps: only there

    try:
        with refresh_lock(settings.snapshot_folder):
            newest = current_snapshot(settings)
            if not (newest and unless_after and newest.manifest.created_at > unless_after):
                refresh_locked(settings, now, no_progress)
    except AllianceError as error:
        sender.send(error)
    else:
        sender.send(None)
