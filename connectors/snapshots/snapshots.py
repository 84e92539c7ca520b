"""Snapshots: immutable folders of canonical tables and facts, published by one atomic rename.

``<folder>/<utc time>/`` holds one Parquet file per canonical table, ``rejects.parquet``,
``facts.parquet``, ``rollup.parquet``, ``manifest.json`` and ``manifest.sha256``;
``<folder>/CURRENT`` names the newest. A reader never sees half a refresh, and a failed one leaves
the last good snapshot in place. Which one is shown: see connectors.snapshots.newest_sound.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from connectors.settings.settings import Settings
from connectors.snapshots.disk.checksums import MANIFEST, SEAL, digests, fault_of, seal_of
from connectors.snapshots.disk.writes import (
    BUILDING,
    REMOVING,
    changes_to,
    replace_text,
    sync,
    sync_tree,
)
from connectors.snapshots.kept_rows import prune_kept
from connectors.snapshots.manifest import Manifest, read_manifest
from kpis.definitions import Definitions
from kpis.errors import SnapshotError

_NAME = "%Y-%m-%dT%H%M%S.%fZ"
_CURRENT = "CURRENT"


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: where it is, and what it says about itself."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The snapshot's name: when it was made, in UTC."""
        return self.folder.name


def made_at(name: str) -> datetime:
    """When the snapshot of that name was made; raises ValueError for what is no such name."""
    return datetime.strptime(name, _NAME).replace(tzinfo=UTC)


def candidates(folder: Path) -> Iterator[Path]:
    """Folders of snapshots in the order in which one is looked for: CURRENT's, then the newest."""
    with contextlib.suppress(OSError, ValueError):  # missing, or not what we wrote
        named = folder / (folder / _CURRENT).read_text(encoding="utf-8").strip()
        if _is_ours(named):
            yield named
    yield from _folders(folder)


def snapshot_in(folder: Path) -> Snapshot | None:
    """The snapshot in ``folder``; None when it is gone, of another version, or damaged."""
    manifest, _ = read_manifest(folder)
    return None if manifest is None else Snapshot(folder, manifest)


def kept_snapshots(settings: Settings) -> list[Snapshot]:
    """Every snapshot that is still kept, of these settings or of others, newest first."""
    found = (snapshot_in(folder) for folder in _folders(settings.snapshot_folder))
    return [snapshot for snapshot in found if snapshot is not None]


def definitions_history(settings: Settings) -> tuple[tuple[date, Definitions], ...]:
    """Each day of a report and its definitions, oldest first; of a day the last snapshot's.

    A snapshot is the company's when it has its name: a folder may hold those of several.
    """
    by_day: dict[date, Definitions] = {}
    for snapshot in reversed(kept_snapshots(settings)):
        if snapshot.manifest.company.name == settings.company.name:
            by_day[snapshot.manifest.as_of] = snapshot.manifest.definitions
    return tuple(sorted(by_day.items()))


def opened(folder: Path) -> Snapshot:
    """The snapshot in ``folder``; raises SnapshotError when it was removed meanwhile or damaged."""
    manifest, what = read_manifest(folder)
    what = what if manifest is None else fault_of(folder, manifest.files)
    if what:
        raise damaged(folder, what)
    if manifest is None:
        raise SnapshotError(f"The snapshot {folder} is gone or of another version. Refresh anew.")
    return Snapshot(folder, manifest)


def read_table(folder: Path, table: str) -> pd.DataFrame:
    """A canonical table of the snapshot in ``folder``, or its ``rejects``.

    Raises SnapshotError when its file is gone or damaged.
    """
    try:
        return pd.read_parquet(folder / f"{table}.parquet")
    except (OSError, ValueError):
        raise damaged(folder) from None


def damaged(folder: Path, what: str = "a file cannot be read") -> SnapshotError:
    """The error for a snapshot whose files are not what was written."""
    return SnapshotError(
        f"The snapshot {folder} is damaged: {what}. Refresh anew: it will be replaced."
    )


def publish(folder: Path, now: datetime, write: Callable[[Path], Manifest]) -> Snapshot:
    """Let ``write`` fill an empty folder, then make it the current snapshot, all or nothing.

    Raises SnapshotError when the disk does not take it.
    """
    name = now.astimezone(UTC).strftime(_NAME)
    building = folder / f".{name}{BUILDING}"
    try:
        with changes_to(folder):
            building.mkdir(parents=True)
            manifest = write(building)
            manifest = manifest.model_copy(update={"files": digests(building)})
            content = manifest.model_dump_json(indent=1).encode()
            (building / MANIFEST).write_bytes(content)
            (building / SEAL).write_text(seal_of(content), encoding="utf-8")
            sync_tree(building)
            _move_folder_away(folder / _CURRENT, name)
            os.rename(building, folder / name)
            sync(folder)
            replace_text(folder / _CURRENT, name)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Snapshot(folder / name, manifest)


def _move_folder_away(path: Path, name: str) -> None:
    """Give a folder that stands in the way of a file another name; it is not ours to remove."""
    if path.is_dir():
        path.rename(path.with_name(f"{path.name} before {name}"))


def prune(settings: Settings, now: datetime) -> None:
    """Remove old snapshots: all are kept for some days, then the last of each day, then none.

    The current one always stays. Where several settings share a folder, each keeps the last of
    its own days. So are kept rows that are no longer of use. Raises SnapshotError when one cannot
    be removed.
    """
    folder, keep = settings.snapshot_folder, settings.snapshots
    kept_days: set[tuple[str | None, date]] = set()
    with changes_to(folder):
        current = next((candidate.name for candidate in candidates(folder)), "")
        for candidate in _folders(folder):
            made = made_at(candidate.name)
            snapshot = snapshot_in(candidate)
            age, day = now - made, (snapshot.manifest.settings if snapshot else None, made.date())
            last_of_its_day = day not in kept_days
            kept_days.add(day)
            recent = age <= timedelta(days=keep.keep_all_days)
            daily = last_of_its_day and age <= timedelta(days=keep.keep_daily_days)
            if candidate.name != current and not recent and not daily:
                # Whole or not at all: a half of one would be taken for a damaged one.
                removing = folder / f".{candidate.name}{REMOVING}"
                os.rename(candidate, removing)
                shutil.rmtree(removing)
        prune_kept(folder, now, keep.full_read_every)


def _folders(folder: Path) -> list[Path]:
    """Published snapshot folders, newest first."""
    found = [path for path in folder.glob("????-??-??T*Z") if _is_ours(path)]
    return sorted(found, key=lambda path: path.name, reverse=True)


def _is_ours(path: Path) -> bool:
    """Whether a folder is named by us, not somebody's copy of one."""
    try:
        made_at(path.name)
    except ValueError:
        return False
    return path.is_dir()
