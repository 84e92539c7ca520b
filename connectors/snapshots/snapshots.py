"""Snapshots: immutable folders of canonical tables and facts, published by one atomic rename.

``<folder>/<utc time>/`` holds one Parquet file per canonical table, ``rejects.parquet``,
``facts/<attribution model>.parquet``, ``manifest.json`` and ``manifest.sha256``;
``<folder>/CURRENT`` names the newest. A reader never sees half a refresh, and a failed one leaves
the last good snapshot in place. A damaged one is passed over for the newest that is sound.
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
from connectors.snapshots.damage import MANIFEST, SEAL, digests, fault_of, seal_of
from connectors.snapshots.disk import changes_to, replace_text, sync, sync_tree
from connectors.snapshots.manifest import Manifest, read_manifest
from kpis.display import day_text
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


@dataclass(frozen=True)
class Damage:
    """A newer snapshot that is passed over: what is wrong with it, and the one shown instead."""

    name: str
    what: str
    instead: Snapshot

    @property
    def text(self) -> str:
        """What happened, since when the figures are, and what to do."""
        zone = self.instead.manifest.company.zone
        made = datetime.strptime(self.name, _NAME).replace(tzinfo=UTC)
        broken, sound = (
            f"{day_text(at)}, {at:%H:%M}"
            for at in (made.astimezone(zone), self.instead.manifest.created_at.astimezone(zone))
        )
        return (
            f"The figures of {broken} are damaged on the disk ({self.what}). "
            f"Alliance shows the newest sound figures instead, those of {sound}. "
            "Read the sources again, and check the disk."
        )


def current_snapshot(settings: Settings) -> Snapshot | None:
    """The newest sound snapshot made with these settings, or None.

    Usually the one that CURRENT names; an older one where several settings share a folder, or where
    that is damaged (see :func:`passed_over`).
    """
    for candidate in _candidates(settings.snapshot_folder):
        snapshot = _found(candidate)
        if snapshot is None or snapshot.manifest.settings != settings.fingerprint:
            continue
        if is_sound(snapshot):
            return snapshot
    return None


def passed_over(settings: Settings, shown: Snapshot) -> Damage | None:
    """The newest snapshot of these settings that is damaged, if it is newer than ``shown``.

    Whose a damaged manifest is, nobody knows: it counts as one of these settings.
    """
    for candidate in _candidates(settings.snapshot_folder):
        if candidate == shown.folder:
            return None
        manifest, what = read_manifest(candidate)
        if manifest is not None and manifest.settings == settings.fingerprint:
            what = fault_of(candidate, manifest.files)
        if what:
            return Damage(candidate.name, what, shown)
    return None


def is_sound(snapshot: Snapshot) -> bool:
    """Whether every file of the snapshot is what was written (see connectors.snapshots.damage)."""
    return not fault_of(snapshot.folder, snapshot.manifest.files)


def kept_snapshots(settings: Settings) -> list[Snapshot]:
    """Every snapshot that is still kept, of these settings or of others, newest first."""
    found = (_found(folder) for folder in _folders(settings.snapshot_folder))
    return [snapshot for snapshot in found if snapshot is not None]


def last_good_snapshot(settings: Settings) -> Snapshot | None:
    """What a page shows: the current snapshot, else the newest sound one of earlier settings."""
    found = current_snapshot(settings)
    if found is not None:
        return found
    return next(filter(is_sound, kept_snapshots(settings)), None)


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
    building = folder / f".{name}.building"
    try:
        with changes_to(folder):
            building.mkdir(parents=True)
            manifest = write(building)
            manifest = manifest.model_copy(update={"files": digests(building)})
            content = manifest.model_dump_json(indent=1).encode()
            (building / MANIFEST).write_bytes(content)
            (building / SEAL).write_text(seal_of(content), encoding="utf-8")
            sync_tree(building)
            os.rename(building, folder / name)
            sync(folder)
            replace_text(folder / _CURRENT, name)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Snapshot(folder / name, manifest)


def prune(settings: Settings, now: datetime) -> None:
    """Remove old snapshots: all are kept for some days, then the last of each day, then none.

    The current one always stays. Where several settings share a folder, each keeps the last of
    its own days. Raises SnapshotError when one cannot be removed.
    """
    folder, keep = settings.snapshot_folder, settings.snapshots
    kept_days: set[tuple[str | None, date]] = set()
    with changes_to(folder):
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


def _candidates(folder: Path) -> Iterator[Path]:
    """Folders of snapshots in the order in which one is looked for: CURRENT's, then the newest."""
    with contextlib.suppress(OSError, ValueError):  # missing, or not what we wrote
        named = folder / (folder / _CURRENT).read_text(encoding="utf-8").strip()
        if _is_ours(named):
            yield named
    yield from _folders(folder)


def _found(folder: Path) -> Snapshot | None:
    """The snapshot in ``folder``; None when it is gone, of another version, or damaged."""
    manifest, _ = read_manifest(folder)
    return None if manifest is None else Snapshot(folder, manifest)
