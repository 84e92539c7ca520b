"""The refresh that is under way, for pages to show: what it reads, how far it is, and since when.

It is kept in a small file beside the snapshots, ``.refreshing-<fingerprint>.json``, since another
process refreshes. The file is renewed while it runs; one that is not is left of a killed refresh.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from connectors.settings.settings import Settings
from connectors.sources.raw import TOGETHER, Progress

EVERY_SECONDS = 1.0
"""How often the file is written at most while rows come, and at least while none do."""
GONE_SECONDS = 20.0
"""A file that is older is left of a refresh that was killed."""


class UnderWay(BaseModel):
    """A refresh that runs: since when, what it reads, and how many rows of it so far.

    part: of the settings' tables, or several (``raw.TOGETHER``); None before the first, and "" once
    all is read, and figures are computed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: datetime
    part: str | None = None
    rows: int = 0


def under_way(settings: Settings) -> UnderWay | None:
    """The refresh with these settings that runs now, in whatever process; None without any."""
    file = _file(settings)
    try:
        if time.time() - file.stat().st_mtime > GONE_SECONDS:
            return None
        return UnderWay.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or not what we wrote
        return None


def doing_text(settings: Settings, part: str | None, rows: int) -> str:
    """What is done, as ``reading deals of source 'crm', 1,200 rows so far``; of several, each."""
    if part is None:
        return "looking at the sources"
    if not part:
        return "computing figures"
    doing = " and ".join(_named(settings, one) for one in part.split(TOGETHER))
    so_far = f", {rows:,} rows so far" if rows else ""
    return f"reading {doing}{so_far}"


def _named(settings: Settings, part: str) -> str:
    known = settings.parts.get(part)
    return f"{part} of source '{known[1].source}'" if known else part


class Remembered:
    """A progress that is passed on, and remembered for who says why the work was ended.

    doing: what is done, as text; "" before the first part.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings, self._progress = settings, progress
        self.doing = ""

    def __call__(self, part: str, rows: int) -> None:
        """Note how many rows of a part are read."""
        self.doing = doing_text(self._settings, part, rows)
        self._progress(part, rows)


@contextlib.contextmanager
def kept_under_way(settings: Settings, now: datetime, progress: Progress) -> Iterator[Progress]:
    """Show pages how far the refresh within is; it calls the progress that is yielded."""
    seen, ended = [UnderWay(since=now)], threading.Event()

    def note(part: str, rows: int) -> None:
        seen[0] = UnderWay(since=now, part=part, rows=rows)
        progress(part, rows)

    def keep() -> None:
        while True:
            _write(settings, seen[0])
            if ended.wait(EVERY_SECONDS):
                return

    keeper = threading.Thread(target=keep, name="under way", daemon=True)
    keeper.start()
    try:
        yield note
    finally:
        ended.set()
        keeper.join()
        with contextlib.suppress(OSError):  # one that stays is not renewed, so nobody believes it
            _file(settings).unlink(missing_ok=True)


def _write(settings: Settings, seen: UnderWay) -> None:
    """Replace the file; a disk that does not take it ends the refresh by itself, with a reason."""
    file = _file(settings)
    new = file.with_suffix(".new")
    with contextlib.suppress(OSError):
        new.write_text(seen.model_dump_json(), encoding="utf-8")
        os.replace(new, file)


def _file(settings: Settings) -> Path:
    return settings.snapshot_folder / f".refreshing-{settings.fingerprint}.json"
