"""A limit for work that may wait for a source for ever: the process ends, and says why."""

import contextlib
import os
from collections.abc import Callable, Iterator
from threading import Timer

from connectors.settings.durations import duration_text
from connectors.settings.settings import Settings
from connectors.snapshots.under_way import Remembered
from connectors.sources.raw import Progress


@contextlib.contextmanager
def ended_at_limit(
    what: str, settings: Settings, progress: Progress, say: Callable[[str], None]
) -> Iterator[Progress]:
    """End this process with status 1 when ``what``, done within, takes longer than a refresh may.

    Its thread may wait in a library that nobody can interrupt. say: called with the reason before.
    Yields the progress for the work to call, which passes on to ``progress``.
    """
    remembered = Remembered(settings, progress)

    def end() -> None:
        say(over_limit_text(what, settings, remembered.doing))
        os._exit(1)

    limit = Timer(settings.snapshots.refresh_limit.total_seconds(), end)
    limit.daemon = True
    limit.start()
    try:
        yield remembered
    finally:
        limit.cancel()


def over_limit_text(what: str, settings: Settings, doing: str) -> str:
    """Why ``what`` was ended at the limit of a refresh; doing: what it did then, "" if unknown."""
    last = f" It was {doing}." if doing else ""
    more = ', or allow more: [snapshots] refresh_limit = "1h"' if settings.tables else ""
    return (
        f"{what} was ended after {duration_text(settings.snapshots.refresh_limit)}, its limit."
        f"{last} See whether its sources answer{more}."
    )
