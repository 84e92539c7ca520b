"""A refresh in a process of its own: readers' clicks do not wait for it, and it can be ended."""

import contextlib
import gc
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread

from connectors.settings.settings import Settings
from connectors.snapshots.failures import failures_recorded, last_failure
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from connectors.snapshots.time_limit import over_limit_text
from connectors.snapshots.under_way import Remembered, under_way
from connectors.sources.raw import Progress, no_progress
from kpis.errors import AllianceError, SnapshotError

NEW_OBJECTS = 50_000
"""So many before Python looks for garbage; at its own 700, that is a twentieth of a refresh."""
_ALONE = Lock()


def refresh_apart(settings: Settings, now: datetime, progress: Progress = no_progress) -> Snapshot:
    """Read every source and publish a snapshot, as ``refresh`` does; return it.

    Raises the AllianceError of the refresh, and SnapshotError when it takes longer than
    ``snapshots.refresh_limit``, or is ended from outside. It is kept for the page.
    """
    with _turn(settings, progress):
        return _refresh_apart(settings, now, progress)


def first_snapshot(settings: Settings, now: datetime, progress: Progress = no_progress) -> Snapshot:
    """Return the current snapshot; make the very first one where there is none.

    Of all who ask at once, one makes it and the others wait, with its progress. Raises what
    :func:`refresh_apart` does.
    """
    before = last_failure(settings)
    with _turn(settings, progress):
        found, failure = current_snapshot(settings), last_failure(settings)
        if found is not None:
            return found
        if failure is not None and failure != before:
            raise SnapshotError(failure.why)  # of the one that was waited for
        return _refresh_apart(settings, now, progress, datetime.min.replace(tzinfo=UTC))


def refresh_if_due(settings: Settings, now: datetime) -> None:
    """Refresh when the newest figures, or the last try, are ``refresh_every`` old or older.

    Of several servers that share a folder, one refreshes. Raises what :func:`refresh_apart` does.
    """
    every = settings.snapshots.refresh_every
    with _ALONE:
        if every is not None and _age_of_last_try(settings, now) >= every:
            _refresh_apart(settings, now, no_progress, now - every)


@contextlib.contextmanager
def _turn(settings: Settings, progress: Progress) -> Iterator[None]:
    """Wait until this process has no other refresh, and show the progress of that one meanwhile."""
    while not _ALONE.acquire(timeout=1):
        running = under_way(settings)
        if running is not None and running.part is not None:
            progress(running.part, running.rows)
    try:
        yield
    finally:
        _ALONE.release()


def _age_of_last_try(settings: Settings, now: datetime) -> timedelta:
    """How long ago figures were made, or the last refresh failed."""
    snapshot, failure = current_snapshot(settings), last_failure(settings)
    tried = [snapshot.manifest.created_at] if snapshot else []
    tried += [failure.at] if failure else []
    return now - max(tried) if tried else timedelta.max


def _refresh_apart(
    settings: Settings,
    now: datetime,
    progress: Progress,
    unless_after: datetime | None = None,
) -> Snapshot:
    context = get_context("spawn")
    messages, sender = context.Pipe(duplex=False)
    what = (sender, settings, now, unless_after)
    process = context.Process(target=_refresh, args=what, daemon=True)
    process.start()
    sender.close()  # ours: with the other's, the pipe ends
    remembered = Remembered(settings, progress)
    try:
        made = _made(messages, settings, remembered)
    except (TimeoutError, EOFError) as end:
        process.join(0 if isinstance(end, TimeoutError) else None)
        with failures_recorded(settings, now):
            raise SnapshotError(_why_ended(settings, process.exitcode, remembered.doing)) from None
    finally:
        process.kill()
        process.join()
        messages.close()
    if isinstance(made, AllianceError):
        raise made
    return made


def _made(messages: Connection, settings: Settings, progress: Progress) -> Snapshot | AllianceError:
    """What the refresh made, or why it made none; calls ``progress`` until then.

    Raises TimeoutError past the limit, and EOFError when the process is gone.
    """
    until = time.monotonic() + settings.snapshots.refresh_limit.total_seconds()
    while messages.poll(max(0, until - time.monotonic())):
        message = messages.recv()
        if not isinstance(message, tuple):
            made: Snapshot | AllianceError = message
            return made
        progress(*message)
    raise TimeoutError


def _why_ended(settings: Settings, exit_code: int | None, doing: str) -> str:
    """Why there is no snapshot.

    exit_code: None while the process runs, above 0 where an error of ours ended it.
    """
    failure = last_failure(settings)
    if exit_code and exit_code > 0 and failure:
        return failure.why  # it recorded that itself
    if exit_code is None:
        return over_limit_text("The refresh", settings, doing)
    return (
        "The refresh was ended from outside, for example for lack of memory. Try 'cli.py refresh', "
        "and give the machine more memory if that ends, too."
    )


def _refresh(
    sender: Connection, settings: Settings, now: datetime, unless_after: datetime | None
) -> None:
    """Refresh; send progress, then the snapshot, or the error that a person can act on."""
    from connectors.snapshots.refresh import refresh  # all that reads and maps: only there

    gc.set_threshold(NEW_OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    Thread(target=_end_with_parent, name="parent", daemon=True).start()

    sending = Lock()  # several sources are read at the same time

    def progress(part: str, rows: int) -> None:
        with sending:
            sender.send((part, rows))

    try:
        sender.send(refresh(settings, now, progress, unless_after))
    except AllianceError as error:
        sender.send(error)


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however that ended.

    Nobody would end it at its limit, and it would keep the lock of the folder.
    """
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
