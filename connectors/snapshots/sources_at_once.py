"""Sources read at the same time, each in a thread of its own, and the end when one fails.

A thread that waits for a source cannot be ended: it is left alone, and ends with its process, which
is the refresh's own (connectors.snapshots.apart).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Lock, Thread
from typing import TypeVar

from connectors.sources.raw import TOGETHER, Progress
from kpis.errors import AllianceError

GRACE_SECONDS = 1.0
"""After one source failed: others that fail now are named, too, and the first one first."""

_Read = TypeVar("_Read")


class _Together:
    """What is being read of all sources, as one progress."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._lock = progress, Lock()
        self._reading: dict[str, tuple[str, int]] = {}

    def of(self, source: str) -> Progress:
        """The progress of a source."""

        def note(part: str, rows: int) -> None:
            with self._lock:
                self._reading[source] = (part, rows)
                self._tell()

        return note

    def end(self, source: str) -> None:
        """Note that a source is read, and show what still is being read."""
        with self._lock:
            if self._reading.pop(source, None) and self._reading:
                self._tell()

    def _tell(self) -> None:
        parts, rows = zip(*self._reading.values(), strict=True)
        self._progress(TOGETHER.join(parts), sum(rows))


def at_once(
    sources: Iterable[str], read: Callable[[str, Progress], _Read], progress: Progress
) -> list[_Read]:
    """Return what ``read`` returns of each source, with the progress that it is to call.

    Raises the error of the first source that failed, soon after one does; with those of others.
    """
    together = _Together(progress)
    futures = [_begun(source, read, together) for source in sources]
    failed, others = False, set(futures)
    while others and not failed:
        done, others = wait(others, return_when=FIRST_COMPLETED)
        failed = any(one.exception() for one in done)
    if failed:
        wait(others, GRACE_SECONDS)
        errors = [error for one in futures if one.done() and (error := one.exception())]
        raise with_others(errors)
    return [one.result() for one in futures]


def with_others(errors: Sequence[BaseException]) -> BaseException:
    """Return the first of the errors that must be said, which names the others; at least one.

    An internal error comes before all that a person can act on.
    """
    first = next((one for one in errors if not isinstance(one, AllianceError)), errors[0])
    others = dict.fromkeys(str(error) for error in errors if error is not first)
    others.pop(str(first), None)
    if not others or not isinstance(first, AllianceError):
        return first
    return type(first)(f"{first} Also: {' Also: '.join(others)}")


def _begun(
    source: str, read: Callable[[str, Progress], _Read], together: _Together
) -> "Future[_Read]":
    """The reading of a source in a thread that does not keep the process."""
    future = Future[_Read]()

    def run() -> None:
        try:
            future.set_result(read(source, together.of(source)))
        except BaseException as error:  # raised where the result is asked for
            future.set_exception(error)
        finally:
            together.end(source)

    Thread(target=run, name=f"source {source}", daemon=True).start()
    return future
