"""The newest sound snapshot: which one is shown, and what is said of a damaged one passed over."""

from dataclasses import dataclass
from datetime import datetime

from connectors.settings.settings import Settings
from connectors.snapshots.disk.checksums import fault_of
from connectors.snapshots.manifest import read_manifest
from connectors.snapshots.snapshots import (
    Snapshot,
    candidates,
    kept_snapshots,
    made_at,
    snapshot_in,
)
from kpis.display import day_text


@dataclass(frozen=True)
class Damage:
    """A newer snapshot that is passed over: what is wrong with it, and the one shown instead."""

    name: str
    what: str
    instead: Snapshot

    @property
    def text(self) -> str:
        """What happened, since when the figures are, and what to do."""
        broken = _at(made_at(self.name), self.instead)
        return (
            f"The figures of {broken} are damaged on the disk ({self.what}). Alliance shows the "
            f"newest sound figures instead, those of {made_text(self.instead)}. "
            "Read the sources again, and check the disk."
        )


def made_text(snapshot: Snapshot) -> str:
    """When a snapshot was made, in its company's zone: ``23 Nov 2026, 10:00``."""
    return _at(snapshot.manifest.created_at, snapshot)


def _at(moment: datetime, snapshot: Snapshot) -> str:
    there = moment.astimezone(snapshot.manifest.company.zone)
    return f"{day_text(there)}, {there:%H:%M}"


def current_snapshot(settings: Settings) -> Snapshot | None:
    """The newest sound snapshot made with these settings, or None.

    Usually the one that CURRENT names; an older one where several settings share a folder, or where
    that is damaged (see :func:`passed_over`).
    """
    for candidate in candidates(settings.snapshot_folder):
        snapshot = snapshot_in(candidate)
        if snapshot is None or snapshot.manifest.settings != settings.fingerprint:
            continue
        if is_sound(snapshot):
            return snapshot
    return None


def passed_over(settings: Settings, shown: Snapshot) -> Damage | None:
    """The newest snapshot of these settings that is damaged, if it is newer than ``shown``.

    Whose a damaged manifest is, nobody knows: it counts as one of these settings.
    """
    for candidate in candidates(settings.snapshot_folder):
        if candidate == shown.folder:
            return None
        manifest, what = read_manifest(candidate)
        if manifest is not None and manifest.settings == settings.fingerprint:
            what = fault_of(candidate, manifest.files)
        if what:
            return Damage(candidate.name, what, shown)
    return None


def is_sound(snapshot: Snapshot) -> bool:
    """Whether every file of the snapshot is what was written, by its checksum."""
    return not fault_of(snapshot.folder, snapshot.manifest.files)


def last_good_snapshot(settings: Settings) -> Snapshot | None:
    """What a page shows: the current snapshot, else the newest sound one of earlier settings."""
    found = current_snapshot(settings)
    if found is not None:
        return found
    return next(filter(is_sound, kept_snapshots(settings)), None)
