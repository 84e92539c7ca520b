"""Refresh: every source read, mapped and published as one snapshot, or nothing at all."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.mapping.amounts.old_rates import old_rates_notes
from connectors.mapping.label_writings import label_notes
from connectors.mapping.mapping import MappedTable, joined
from connectors.mapping.notes import Note
from connectors.mapping.rows.planned_labels import planned_notes
from connectors.mapping.rows.stopped_tables import stopped_notes
from connectors.mapping.salesforce_ids import in_one_form
from connectors.mapping.schema import arrow_schema
from connectors.settings.settings import Settings
from connectors.snapshots.disk.lock import refresh_lock
from connectors.snapshots.engine import write_facts, write_sql
from connectors.snapshots.failures import failures_recorded
from connectors.snapshots.fingerprints import source_fingerprints
from connectors.snapshots.kept_rows import kept_rows
from connectors.snapshots.manifest import Manifest, TableReport
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.reading import AT_ONCE, read_parts
from connectors.snapshots.snapshots import Snapshot, prune, publish
from connectors.snapshots.under_way import kept_under_way
from connectors.sources.changed.kept import Keeper
from connectors.sources.raw import ALL_READ, Progress, no_progress
from kpis.errors import AllianceError, NotThere, SettingsError, SourceError
from kpis.health.rejected import reject_reasons
from kpis.model import TABLES

ROWS_A_GROUP = 125_000
"""Of the files of tables: the engine reads a group with one core, and a table with all of them."""


def refresh(
    settings: Settings,
    now: datetime,
    progress: Progress = no_progress,
    unless_after: datetime | None = None,
) -> Snapshot:
    """Read every source, and publish what they hold at ``now`` as the current snapshot.

    unless_after: a snapshot that was published after that instant is returned instead.

    Raises the AllianceError of the first source or table that cannot be used, or of the disk. It
    is kept for the page, as is an internal error; the last good snapshot stays current.
    """
    with refresh_lock(settings.snapshot_folder):
        if unless_after is not None:
            newest = current_snapshot(settings)
            if newest is not None and newest.manifest.created_at > unless_after:
                return newest
        return refresh_locked(settings, now, progress)


def joined_tables(
    settings: Settings, parts: Mapping[str, MappedTable], day: date
) -> dict[str, MappedTable]:
    """Return each table of which there are ``parts``, put together in the settings' order.

    day: that of the report.
    """
    named = {name: (settings.parts[name][0], part) for name, part in parts.items()}
    whole = in_one_form(named)
    of_table: dict[str, list[MappedTable]] = {}
    for name, (table, _) in settings.parts.items():
        if name in whole:
            of_table.setdefault(table, []).append(whole[name])
    tables = {table: joined(table, found, day, of_table) for table, found in of_table.items()}
    frames = {table: found.frame for table, found in tables.items()}
    rules = (old_rates_notes, planned_notes, stopped_notes)
    notes = [note for rule in rules for note in rule(frames, settings.company, day)]
    for note in (*notes, *label_notes(frames, settings.dimension_names)):
        tables[note.table] = replace(tables[note.table], notes=(*tables[note.table].notes, note))
    return tables


def refresh_locked(settings: Settings, now: datetime, progress: Progress) -> Snapshot:
    """What :func:`refresh` does, for a caller that holds the lock of the folder."""
    with failures_recorded(settings, now), kept_under_way(settings, now, progress) as noted:
        snapshot = _published(settings, now, noted)
        prune(settings, now)
        return snapshot


def _published(settings: Settings, now: datetime, progress: Progress) -> Snapshot:
    _check_maps_a_table(settings)
    day = settings.report_day(now)
    fingerprints = source_fingerprints(settings)
    asked = (settings.dimension_names, settings.definitions, settings.company)
    with ThreadPoolExecutor(1) as ahead:  # most of reading waits, or is done outside of Python
        ahead.submit(write_sql, {}, *asked)
        with kept_rows(settings, now) as kept:
            mapped = _mapped(settings, day, progress, kept)
    progress(*ALL_READ)
    columns = {name: table.mapped for name, table in mapped.items()}
    reports = {
        name: table_report(settings, name, table, kept.of_table(name))
        for name, table in mapped.items()
    }

    def write(folder: Path) -> Manifest:
        with ThreadPoolExecutor(1) as ahead:
            ahead.submit(write_sql, columns, *asked)
            write_tables(folder, mapped, settings.dimension_names)
        mapped.clear()  # the engine reads the files: no row is kept beside them
        pa.default_memory_pool().release_unused()
        not_predicted, (health, facts) = write_facts(folder, columns, *asked, day)
        return Manifest(
            created_at=now,
            as_of=day,
            settings=settings.fingerprint,
            company=settings.company,
            definitions=settings.definitions,
            definitions_hash=settings.definitions.fingerprint,
            dimensions=settings.dimensions,
            sources=fingerprints,
            tables=reports,
            health=health,
            facts=facts,
            not_predicted=not_predicted,
        )

    return publish(settings.snapshot_folder, now, write)


def _check_maps_a_table(settings: Settings) -> None:
    if not settings.tables:
        raise SettingsError(
            "The settings map no table, so there is nothing to read. Add a section such as "
            "[tables.leads] with 'source' and 'from'."
        )


def _mapped(
    settings: Settings, day: date, progress: Progress, keeper: Keeper
) -> dict[str, MappedTable]:
    """Every mapped table, of all sources; raises the error of the first that cannot be used."""
    parts: dict[str, MappedTable] = {}
    not_there: dict[str, NotThere] = {}
    for name, part in read_parts(settings, day, progress, keeper):
        if isinstance(part, NotThere):
            not_there[name] = part
        elif isinstance(part, AllianceError):  # read_parts raises all but these
            raise part
        else:
            parts[name] = part
    if not parts:
        raise nothing_there(map(str, not_there.values()))
    tables = joined_tables(settings, parts, day)
    for name, why in not_there.items():
        table = settings.parts[name][0]
        if table in tables:  # else its KPIs are undefined, with that reason
            what, whole = f"were read of {name}", tables[table]
            note = Note(table=table, column="", rows=0, what=what, remedy=str(why))
            tables[table] = replace(whole, notes=(*whole.notes, note))
    return tables


def nothing_there(not_there: Iterable[str]) -> SourceError:
    """The error where no part holds a row; not_there: the reason of each."""
    return SourceError(
        f"No table of the settings holds a row. {' '.join(not_there)} If the tables are in a "
        'schema of their own, name it at the source: schema = "…".'
    )


def write_tables(
    folder: Path, mapped: Mapping[str, MappedTable], dimensions: tuple[str, ...]
) -> None:
    """Write every canonical table, empty where it is not mapped, and the rejects of those mapped.

    mapped: at least one table. Raises OSError when the disk does not take them.
    """

    def write(name: str, table: pa.Table) -> None:
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=ROWS_A_GROUP)

    tables = every_table(mapped, dimensions)
    with ThreadPoolExecutor(AT_ONCE) as writers:
        list(writers.map(write, tables, tables.values()))  # raises what one of them raised
    rejects = pd.concat([table.rejects for table in mapped.values()], ignore_index=True)
    rejects.to_parquet(folder / "rejects.parquet", index=False)


def every_table(
    mapped: Mapping[str, MappedTable], dimensions: tuple[str, ...]
) -> dict[str, pa.Table]:
    """Every canonical table by name, empty where it is not mapped."""
    return {
        name: mapped[name].frame if name in mapped else arrow_schema(name, dimensions).empty_table()
        for name in TABLES
    }


def table_report(
    settings: Settings, name: str, table: MappedTable, how: tuple[str, ...] = ()
) -> TableReport:
    """What became of the rows of a table; how: see TableReport."""
    return TableReport(
        source=", ".join(dict.fromkeys(part.source for part in settings.tables[name])),
        place=table.place,
        read=table.rows_read,
        loaded=table.frame.num_rows,
        rejected=len(table.rejects),
        mapped=tuple(sorted(table.mapped)),
        notes=table.notes,
        reasons=reject_reasons(table.rejects),
        how=how,
    )
