"""The snapshots that are kept: how large and how sound each is, and how two of them differ."""

from dataclasses import dataclass
from datetime import date

from connectors.settings.settings import Settings
from connectors.snapshots.disk.checksums import fault_of
from connectors.snapshots.engine import open_facts
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot, kept_snapshots
from kpis.calendar import Period
from kpis.catalogue import SEVEN
from kpis.errors import UsageError, nearest
from kpis.scorecard.scorecard import scorecard_rows


@dataclass(frozen=True)
class Kept:
    """A kept snapshot. size: of its files, in bytes. rows: loaded, of all tables.

    state: "shown", "kept", "of other settings", or what is wrong with its files.
    """

    snapshot: Snapshot
    size: int
    rows: int
    state: str


@dataclass(frozen=True)
class Differences:
    """Two snapshots, the earlier one first.

    rows: table → its loaded rows in each, where they differ. kpis: KPI → its value in each, of
    ``period`` as of ``as_of``; NaN where it is undefined.
    """

    period: Period
    as_of: date
    rows: dict[str, tuple[int, int]]
    kpis: dict[str, tuple[float, float]]


def listed_snapshots(settings: Settings) -> list[Kept]:
    """Every snapshot in the folder of the settings, newest first; each file is read once."""
    shown = current_snapshot(settings)
    return [_kept(one, settings, one == shown) for one in kept_snapshots(settings)]


def _kept(snapshot: Snapshot, settings: Settings, is_shown: bool) -> Kept:
    manifest = snapshot.manifest
    state = "shown" if is_shown else "kept"
    if manifest.settings != settings.fingerprint:
        state = "of other settings"
    return Kept(
        snapshot,
        sum(file.stat().st_size for file in snapshot.folder.iterdir()),
        sum(table.loaded for table in manifest.tables.values()),
        fault_of(snapshot.folder, manifest.files) or state,
    )


def snapshot_named(settings: Settings, name: str, shown: Snapshot) -> Snapshot:
    """The kept snapshot whose name is, or begins with, ``name``; the newest of several.

    Raises UsageError when there is none beside the one that is shown.
    """
    kept = {one.name: one for one in kept_snapshots(settings) if one != shown}
    found = next((one for each, one in kept.items() if each.startswith(name)), None)
    if found is None:
        raise UsageError(f"There is no other snapshot '{name}'. {nearest(name, kept)}")
    return found


def differences(one: Snapshot, other: Snapshot) -> Differences:
    """What two snapshots say otherwise: rows, and the seven KPIs of the earlier one's month.

    Both as of the earlier one's day, each by its own definitions. Raises SnapshotError for a
    damaged one.
    """
    pair = sorted((one, other), key=lambda snapshot: snapshot.name)
    manifests = [snapshot.manifest for snapshot in pair]
    as_of = manifests[0].as_of
    period = Period(as_of.replace(day=1), as_of)
    loaded = [{name: t.loaded for name, t in found.tables.items()} for found in manifests]
    rows = {
        name: (loaded[0].get(name, 0), loaded[1].get(name, 0)) for name in loaded[0] | loaded[1]
    }
    answers = [
        scorecard_rows(open_facts(snapshot.folder, as_of=as_of), [period])[0] for snapshot in pair
    ]
    return Differences(
        period,
        as_of,
        {name: counts for name, counts in rows.items() if counts[0] != counts[1]},
        {kpi.key: (float(answers[0][kpi.key]), float(answers[1][kpi.key])) for kpi in SEVEN},
    )
