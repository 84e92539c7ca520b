"""A limit for work that may wait for a source for ever: the process ends, and says why."""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Timer

from connectors.settings.durations import duration_text
from connectors.settings.settings import Settings
from connectors.sources.raw import Progress


def reading_text(settings: Settings, part: str, rows: int) -> str:
    """What is read, as ``deals of source 'crm', 1,200 rows so far``."""
    known = settings.parts.get(part)
    source = f" of source '{known[1].source}'" if known else ""
    so_far = f", {rows:,} rows so far" if rows else ""
    return f"{part}{source}{so_far}"


@contextlib.contextmanager
def checked_in_time(
    settings: Settings, progress: Progress, say: Callable[[str], None]
) -> Iterator[Progress]:
    """End this process, with status 1, when the check within takes longer than a refresh may.

    Its thread may wait in a library that nobody can interrupt. say: is told why, before.
    Yields what shows the progress and remembers it.
    """
    read = [""]

    def watched(part: str, rows: int) -> None:
        read[0] = reading_text(settings, part, rows)
        progress(part, rows)

    def end() -> None:
        say(_why(settings.snapshots.refresh_limit, read[0]))
        os._exit(1)

    limit = Timer(settings.snapshots.refresh_limit.total_seconds(), end)
    limit.daemon = True
    limit.start()
    try:
        yield watched
    finally:
        limit.cancel()


def _why(limit: timedelta, read: str) -> str:
    last = f" It was reading {read}." if read else ""
    return (
        f"The check was ended after {duration_text(limit)}, its limit.{last} See whether that "
        'source answers, or allow more: [snapshots] refresh_limit = "1h".'
    )
