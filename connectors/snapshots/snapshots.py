"""Snapshots: immutable folders of canonical tables and facts, published by one atomic rename.

``<folder>/<utc time>/`` holds one Parquet file per canonical table, ``rejects.parquet``,
``facts/<attribution model>.parquet`` and ``manifest.json``; ``<folder>/CURRENT`` names the newest.
A reader never sees half a refresh, and a failed one leaves the last good snapshot in place.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
from filelock import SoftFileLease, Timeout
from pydantic import BaseModel, ConfigDict

from connectors.mapping.notes import Note
from connectors.settings.settings import Settings
from kpis.definitions import Company, Definitions
from kpis.errors import SnapshotError
from kpis.health.health import Health
from kpis.health.rejected import no_findings_text

FORMAT = 3
"""Raised when snapshots of an older version can no longer be read, or lack what is asked of them:
3 is the first with notes on what mapping did, and with rejects that name their place."""

_NAME = "%Y-%m-%dT%H%M%S.%fZ"
_CURRENT = "CURRENT"
_LEASE_SECONDS = 20.0
_WAIT_SECONDS = 60.0


class TableReport(BaseModel):
    """What became of one canonical table: rows read = loaded + rejected.

    source, place: of all its parts. notes: what a rule did unasked, and what looks wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    place: str
    read: int
    loaded: int
    rejected: int
    mapped: tuple[str, ...]
    notes: tuple[Note, ...] = ()


class Manifest(BaseModel):
    """What a snapshot is made of, enough to ask it again later and get the same numbers.

    health: what the checks found in its rows. not_predicted: why no lifetime value is predicted as
    of its day, where definitions ask for one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    created_at: datetime
    as_of: date
    settings: str
    company: Company
    definitions: Definitions
    definitions_hash: str
    dimensions: dict[str, str]
    sources: dict[str, str | None]
    tables: dict[str, TableReport]
    health: Health
    not_predicted: str = ""

    @property
    def mapped(self) -> dict[str, frozenset[str]]:
        """Per mapped table the columns that came from its source."""
        return {name: frozenset(report.mapped) for name, report in self.tables.items()}

    @property
    def rejected(self) -> dict[str, tuple[int, int]]:
        """Per table how many rows were rejected and read; see kpis.health.rejected."""
        return {name: (report.rejected, report.read) for name, report in self.tables.items()}

    @property
    def sound_text(self) -> str:
        """What to say where no check found anything."""
        doubts = sum(note.is_doubt for table in self.tables.values() for note in table.notes)
        return no_findings_text(self.rejected, doubts)


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: where it is, and what it says about itself."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The snapshot's name: when it was made, in UTC."""
        return self.folder.name


def current_snapshot(settings: Settings) -> Snapshot | None:
    """The newest snapshot made with these settings, or None.

    Usually the one that CURRENT names; where several settings share a folder, an older one.
    """
    folder = settings.snapshot_folder
    with contextlib.suppress(OSError, ValueError):  # missing, or not what we wrote
        name = (folder / _CURRENT).read_text(encoding="utf-8").strip()
        snapshot = _found(folder / name)
        if snapshot is not None and snapshot.manifest.settings == settings.fingerprint:
            return snapshot
    for candidate in _folders(folder):
        snapshot = _found(candidate)
        if snapshot is not None and snapshot.manifest.settings == settings.fingerprint:
            return snapshot
    return None


def kept_snapshots(settings: Settings) -> list[Snapshot]:
    """Every snapshot that is still kept, of these settings or of others, newest first."""
    found = (_found(folder) for folder in _folders(settings.snapshot_folder))
    return [snapshot for snapshot in found if snapshot is not None]


def last_good_snapshot(settings: Settings) -> Snapshot | None:
    """What a page shows: the current snapshot, else the newest of earlier settings."""
    found = current_snapshot(settings)
    if found is not None:
        return found
    return next(iter(kept_snapshots(settings)), None)


def opened(folder: Path) -> Snapshot:
    """The snapshot in ``folder``; raises SnapshotError when it was removed meanwhile."""
    snapshot = _found(folder)
    if snapshot is None:
        raise SnapshotError(f"The snapshot {folder} is gone or of another version. Refresh anew.")
    return snapshot


def read_table(folder: Path, table: str) -> pd.DataFrame:
    """A canonical table of the snapshot in ``folder``, or its ``rejects``.

    Raises SnapshotError when its file is gone or damaged.
    """
    try:
        return pd.read_parquet(folder / f"{table}.parquet")
    except (OSError, ValueError):
        raise damaged(folder) from None


def damaged(folder: Path) -> SnapshotError:
    """The error for a snapshot whose files cannot be read."""
    return SnapshotError(f"The snapshot {folder} is damaged. Refresh anew: it will be replaced.")


def publish(folder: Path, now: datetime, write: Callable[[Path], Manifest]) -> Snapshot:
    """Let ``write`` fill an empty folder, then make it the current snapshot, all or nothing.

    Raises SnapshotError when the disk does not take it.
    """
    name = now.astimezone(UTC).strftime(_NAME)
    building = folder / f".{name}.building"
    try:
        with _changes_to(folder):
            building.mkdir(parents=True)
            manifest = write(building)
            (building / "manifest.json").write_text(manifest.model_dump_json(indent=1), "utf-8")
            _sync_tree(building)
            os.rename(building, folder / name)
            _sync(folder)
            replace_text(folder / _CURRENT, name)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Snapshot(folder / name, manifest)


@contextlib.contextmanager
def refresh_lock(folder: Path) -> Iterator[None]:
    """Hold the one right to refresh into ``folder``, across processes and machines.

    The lock file names its owner and expires when the owner stops renewing it, so a refresh that
    was killed blocks the next one for seconds only. Raises SnapshotError that names the owner
    when another refresh does not end within a minute, or when the folder cannot be written to.
    """
    with _changes_to(folder):
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
        with _changes_to(folder):
            _remove_leftovers(folder)
        yield
    finally:
        lock.release()


def prune(settings: Settings, now: datetime) -> None:
    """Remove old snapshots: all are kept for some days, then the last of each day, then none.

    The current one always stays. Where several settings share a folder, each keeps the last of
    its own days. Raises SnapshotError when one cannot be removed.
    """
    folder, keep = settings.snapshot_folder, settings.snapshots
    kept_days: set[tuple[str | None, date]] = set()
    with _changes_to(folder):
        current = (folder / _CURRENT).read_text(encoding="utf-8").strip()
        for candidate in _folders(folder):
            made = datetime.strptime(candidate.name, _NAME).replace(tzinfo=UTC)
            snapshot = _found(candidate)
            age, day = now - made, (snapshot.manifest.settings if snapshot else None, made.date())
            last_of_its_day = day not in kept_days
            kept_days.add(day)
            recent = age <= timedelta(days=keep.keep_all_days)
            daily = last_of_its_day and age <= timedelta(days=keep.keep_daily_days)
            if candidate.name != current and not recent and not daily:
                shutil.rmtree(candidate)


def _folders(folder: Path) -> list[Path]:
    """Published snapshot folders, newest first."""
    found = [path for path in folder.glob("????-??-??T*Z") if _is_ours(path)]
    return sorted(found, key=lambda path: path.name, reverse=True)


def _is_ours(path: Path) -> bool:
    """Whether a folder is named by us, not somebody's copy of one."""
    try:
        datetime.strptime(path.name, _NAME)
    except ValueError:
        return False
    return path.is_dir()


def _found(folder: Path) -> Snapshot | None:
    """The snapshot in ``folder``; None when it was removed, or made by another version."""
    try:
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        manifest = Manifest.model_validate_json(text)
    except (OSError, ValueError):
        return None
    return Snapshot(folder, manifest) if manifest.format == FORMAT else None


@contextlib.contextmanager
def _changes_to(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one paragraph."""
    try:
        yield
    except OSError as error:
        raise SnapshotError(
            f"The folder of snapshots, {folder}, cannot be changed: {error.strerror or error}. "
            "Check that its disk has space and that Alliance may write there, or name another one "
            "as 'folder' under [snapshots]."
        ) from error


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed refreshes left behind; only the holder of the lock may."""
    for path in folder.glob(".*.building"):
        shutil.rmtree(path)


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that a reader sees the old or the new text, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        _sync(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    """Flush a file or folder to disk, so that a power cut cannot undo the order of writes."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
