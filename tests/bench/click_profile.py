"""Where each millisecond of one click goes: from the click to the paint, and inside the server.

Inside the server it is looked up every two milliseconds what runs, by package; a package's part
holds what it calls of the standard library.
"""

import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from connectors.snapshots.snapshots import Snapshot
from tests.bench.asked import questions_asked
from tests.bench.clicks import Click, clicks, names_of
from tests.bench.measured import Row
from tests.bench.pages import campaigns_of, choose, shown
from tests.pages.served import ROOT, serve

_EVERY_SECONDS = 0.002
_SMALLEST_MS = 3.0
"""Packages that take less are summed as the rest."""
_LIBRARY = re.compile(r"site-packages/([\w.]+?)(?:\.py)?(?:/|$)")
_OWN = re.compile(rf"{re.escape(str(ROOT))}/((?:kpis|connectors|pages)/\w+(?:/\w+)?|dashboard)")
_ASKED = "tests/bench/asked.py"

Where = tuple[str, str | None, str]
_WAY: tuple[Where, ...] = (
    ("click to the message sent", None, "sent"),
    ("message sent to the server's first answer", "sent", "answered"),
    ("first answer to the first new number painted", "answered", "first_number"),
    ("first new number painted to the server's last answer", "first_number", "received"),
    ("last answer to the last change", "received", "last_change"),
)


def measured(name: str, settings: Path, snapshot: Snapshot, times: int) -> Iterator[Row]:
    """The rows of the report: the click on "This week" that chooses a campaign."""
    with serve(settings) as served:
        found = clicks(served.url, names_of(snapshot, times))
    yield from _way(name, found)
    yield from _inside(name, settings, times)


def _way(name: str, found: Sequence[Click]) -> Iterator[Row]:
    """From each point of the way to the next one."""
    for what, begins, ends in _WAY:
        values = [getattr(c, ends) - (getattr(c, begins) if begins else 0.0) for c in found]
        yield Row(f"{name}: {what}", [1000 * value for value in values], "ms")


def _inside(name: str, settings: Path, times: int) -> Iterator[Row]:
    """The server's time by package, of a click on average, the largest first."""
    with shown(settings) as page:
        campaigns = campaigns_of(page)
        choose(page, campaigns[0])
        clicked = campaigns[1 : times + 1]
        with questions_asked(), packages_seen() as seen:
            for campaign in clicked:
                choose(page, campaign)
    per_click = {package: 1000 * spent / len(clicked) for package, spent in seen.most_common()}
    rest = 0.0
    for package, spent in per_click.items():
        if spent < _SMALLEST_MS:
            rest += spent
        else:
            yield Row(f"{name}: in the server, {package}", [spent], "ms")
    yield Row(f"{name}: in the server, the rest", [rest], "ms")


@contextmanager
def packages_seen() -> Iterator[Counter[str]]:
    """The seconds of each package, of the threads that begin while the block runs."""
    seen: Counter[str] = Counter()
    before, is_over = set(sys._current_frames()), threading.Event()

    def look() -> None:
        last = time.perf_counter()
        while not is_over.wait(_EVERY_SECONDS):
            now = time.perf_counter()
            others = sys._current_frames().items()
            own = threading.get_ident()
            running = [f for thread, f in others if thread not in before and thread != own]
            for frame in running[-1:]:  # the run of the page
                seen[_package(frame)] += now - last
            last = now

    sampler = threading.Thread(target=look, daemon=True)
    sampler.start()
    try:
        yield seen
    finally:
        is_over.set()
        sampler.join()


def _package(frame: FrameType | None) -> str:
    """The package that a thread is in: the innermost of ours, or of a library."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.endswith(_ASKED):
            return "duckdb"
        found = _OWN.match(file) or _LIBRARY.search(file)
        if found:
            return found[1]
        frame = frame.f_back
    return "the standard library"
