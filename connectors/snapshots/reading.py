"""Reading: every source read at the same time, and the parts of their tables mapped two at once.

Most of it is done outside of Python's own lock: waiting for a source, and Arrow's columns.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from connectors.mapping.mapping import MappedTable, map_table
from connectors.settings.settings import Settings
from connectors.settings.tables import TableSettings
from connectors.snapshots.sources_at_once import at_once, with_others
from connectors.sources.changed.kept import Keeper
from connectors.sources.raw import Progress, RawTable, no_progress
from kpis.errors import AllianceError, MappingError, NotThere, SourceError
from kpis.model import BESIDE_FIGURES

AT_ONCE = 2
"""Parts mapped at the same time: leads beside touches, which are most of the rows and memory."""

Found = tuple[str, MappedTable | AllianceError]
"""A part's name, and the part as mapped, or why it cannot be used."""


def read_parts(
    settings: Settings,
    day: date,
    progress: Progress = no_progress,
    keeper: Keeper | None = None,
) -> list[Found]:
    """Read all sources at once and return each of their parts, in the order of the settings.

    keeper: of the rows of parts that are read by their changes; without one, all rows are read.
    An optional part that is missing is NotThere, which a snapshot does without; no other error is
    among what is returned.

    Raises the error of the first source or part that cannot be used as soon as one cannot: sources
    that are still being read are left alone. Others that failed by then are named in it.
    """
    mappers = ThreadPoolExecutor(AT_ONCE)

    def parts_of(source: str, noted: Progress) -> list[Found]:
        found = _mapped(settings, source, day, noted, mappers, keeper)
        errors = [part for _, part in found if isinstance(part, AllianceError)]
        failed = [error for error in errors if not isinstance(error, NotThere)]
        if failed:
            raise with_others(failed)
        return found

    try:
        return [part for parts in at_once(settings.sources, parts_of, progress) for part in parts]
    finally:
        mappers.shutdown(wait=False, cancel_futures=True)


def mapped_parts(
    settings: Settings, source: str, day: date, progress: Progress = no_progress
) -> list[Found]:
    """Read one source and return each of its parts; see :func:`read_parts`."""
    with ThreadPoolExecutor(AT_ONCE) as mappers:
        return _mapped(settings, source, day, progress, mappers)


def _mapped(
    settings: Settings,
    source: str,
    day: date,
    progress: Progress,
    mappers: ThreadPoolExecutor,
    keeper: Keeper | None = None,
) -> list[Found]:
    """The parts of a source. Files are each read where they are mapped; others belong together."""
    requests = settings.parts_of(source)
    if settings.sources[source].kind == "files":

        def read_and_mapped(name: str) -> Found:
            tables = _read(settings, source, {name: requests[name]}, day, progress)
            return _part(settings, source, name, tables, day)

        return list(mappers.map(read_and_mapped, requests))
    tables = _read(settings, source, requests, day, progress, keeper)
    return list(mappers.map(lambda name: _part(settings, source, name, tables, day), [*tables]))


def _part(
    settings: Settings, source: str, name: str, tables: dict[str, RawTable], day: date
) -> Found:
    """The part of that name; ``tables`` lacks it afterwards, for it takes as much memory."""
    table, part = settings.parts[name]
    raw = tables.pop(name)
    if part.optional and raw.frame.empty:
        return name, _not_there(name, source, raw)
    zone, company = settings.sources[source].time_zone, settings.company
    try:
        mapped = map_table(table, raw, part, settings.dimension_names, zone, company, day)
        if table not in BESIDE_FIGURES:
            _check_used(name, source, mapped)
    except AllianceError as error:
        return name, error
    return name, mapped


def _read(
    settings: Settings,
    name: str,
    requests: Mapping[str, TableSettings],
    day: date,
    progress: Progress,
    keeper: Keeper | None = None,
) -> dict[str, RawTable]:
    source = settings.sources[name]
    for first in [*requests][:1]:
        progress(first, 0)  # a source that does not answer is named, too
    zone = source.time_zone or settings.company.time_zone
    what = (requests, settings.folder, progress, zone)
    match source.kind:  # the libraries of a kind are imported where it is used
        case "database":
            from connectors.sources.databases import database

            return database.read(name, source, *what, keeper)
        case "google_sheets":
            from connectors.sources.google import sheets as google_sheets

            return google_sheets.read(name, source, *what)
        case "files":
            from connectors.sources import files

            return files.read(name, source, *what)
        case "demo":
            from connectors.demo import demo

            return demo.read(source, requests, day, settings.company)


def _not_there(name: str, source: str, raw: RawTable) -> NotThere:
    what = "has no rows" if len(raw.frame.columns) else "is not there"
    more = "".join(f" {note.rows:,} {note.what}." for note in raw.notes)
    return NotThere(f"{name} is not mapped from source '{source}': {raw.place} {what}.{more}")


def _check_used(name: str, source: str, mapped: MappedTable) -> None:
    where = f"Source '{source}', {mapped.place}, mapped as '{name}'"
    if mapped.rows_read == 0:
        raise SourceError(
            f"{where} has no rows. Fill it, or remove [tables.{name}] from the settings."
        )
    if mapped.frame.num_rows == 0:
        alike = mapped.rejects.groupby(["column", "reason"], sort=False)["row"].transform("size")
        at = int(alike.to_numpy().argmax())
        shown = mapped.rejects.iloc[at]
        which = "The first one" if at == 0 else f"The first of {alike.iloc[at]} with one reason"
        raise MappingError(
            f"{where}: none of its {mapped.rows_read} rows could be used. {which}, row "
            f"{shown['row']}: {shown['column']} '{shown['value']}' {shown['reason']}."
        )
