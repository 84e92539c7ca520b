"""The record of failed refreshes, kept beside the snapshots for the page to show.

One file per settings, ``FAILURE-<fingerprint>.json``: several settings may share a folder.
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from connectors.settings.settings import Settings
from connectors.snapshots.disk.writes import changes_to, replace_text
from kpis.errors import AllianceError


class Failure(BaseModel):
    """Why the refreshes since ``since`` have failed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: datetime
    at: datetime
    why: str


def last_failure(settings: Settings) -> Failure | None:
    """Why refreshes with these settings have been failing, or None when the last went well."""
    return _read(_file(settings))


@contextlib.contextmanager
def failures_recorded(settings: Settings, now: datetime) -> Iterator[None]:
    """Record why the refresh within failed, and raise it on; forget it when all goes well."""
    try:
        yield
        forget_failure(settings, now)
    except AllianceError as error:
        record_failure(settings, now, str(error))
        raise
    except Exception as error:
        # What another program's error says is for the log: it may quote rows or secrets.
        what = f"An internal error ({type(error).__name__}) ended the refresh"
        record_failure(settings, now, f"{what}: the log of Alliance says where. Please report it.")
        raise


def record_failure(settings: Settings, now: datetime, why: str) -> None:
    """Note that a refresh failed; the first failure of a row keeps its time."""
    # A disk that took no snapshot may not take this either; then it is the reason that is raised.
    with contextlib.suppress(OSError):
        before = last_failure(settings)
        failure = Failure(since=before.since if before else now, at=now, why=why)
        settings.snapshot_folder.mkdir(parents=True, exist_ok=True)
        replace_text(_file(settings), failure.model_dump_json())


def forget_failure(settings: Settings, now: datetime) -> None:
    """Forget earlier failures: a refresh went well.

    Failures of other settings go when they are older than any snapshot would be kept: settings
    that are corrected until they work leave such records behind. Raises SnapshotError when the disk
    does not take that.
    """
    oldest = now - timedelta(days=settings.snapshots.keep_daily_days)
    with changes_to(settings.snapshot_folder):
        _file(settings).unlink(missing_ok=True)
        for path in settings.snapshot_folder.glob("FAILURE-*.json"):
            failure = _read(path)
            if failure is not None and failure.at < oldest:
                path.unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.snapshot_folder / f"FAILURE-{settings.fingerprint}.json"


def _read(path: Path) -> Failure | None:
    try:
        return Failure.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or not what we wrote
        return None
