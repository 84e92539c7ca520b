"""The check: every source tried, every table mapped, nothing published."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from connectors.mapping.mapping import MappedTable
from connectors.settings.settings import Settings
from connectors.snapshots.found import Found, found_in
from connectors.snapshots.goals_check import fiscal_periods, returns_in_percent, unknown_campaigns
from connectors.snapshots.reading import mapped_parts
from connectors.snapshots.refresh import every_table, joined_tables, nothing_there, table_report
from connectors.snapshots.sources_read import SourcesRead
from connectors.sources.raw import Progress, no_progress
from kpis.coverage import effects
from kpis.errors import AllianceError, MappingError, NotThere
from kpis.health.health import Health
from kpis.health.source_facts import SourceFacts
from kpis.model import columns_of


@dataclass(frozen=True)
class TableCheckup:
    """One part of a table as it would be loaded; its name is that of the part.

    rejects: as in connectors.mapping.mapping.MappedTable.
    """

    name: str
    place: str
    read: int
    loaded: int
    rejects: pd.DataFrame


@dataclass(frozen=True)
class SourceCheckup:
    """One source: its tables that can be used, and an error for each thing that cannot.

    not_there: the reason of each optional part of it that is missing.
    """

    name: str
    kind: str
    tables: list[TableCheckup] = field(default_factory=list)
    failures: list[AllianceError] = field(default_factory=list)
    not_there: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Checkup:
    """All sources, and what would be loaded: its tables are those that can be used.

    What a table that failed would have lacked is not known, and not among what is missing.
    """

    sources: list[SourceCheckup]
    read: SourcesRead

    @property
    def rejects(self) -> pd.DataFrame:
        """Every rejected row of every table."""
        tables = [table.rejects for source in self.sources for table in source.tables]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    @property
    def failures(self) -> list[AllianceError]:
        """An error for each source or table that cannot be used, and each join that finds nothing.

        Where the other table of a join failed, it is not known what the join would find.
        """
        failures = [failure for source in self.sources for failure in source.failures]
        return [*failures, *map(MappingError, self.read.errors)]

    def as_json(self) -> dict[str, Any]:
        """The check for scripts; docs/guide.md explains the keys."""
        errors = [str(error) for error in self.failures]
        sources = [_source_json(source) for source in self.sources]
        return {"errors": errors, "sources": sources, **self.read.as_json()}


def check_sources(settings: Settings, day: date, progress: Progress = no_progress) -> Checkup:
    """Try every source and every table of the settings; never raises for one that fails."""
    parts, failures, not_there = _parts_tried(settings, day, progress)
    tables = joined_tables(settings, parts, day)
    checkups = {one.name: one for one in _table_checkups(settings, parts, tables)}
    sources = [
        SourceCheckup(
            name,
            source.kind,
            [checkups[part] for part in parts if settings.parts[part][1].source == name],
            failures[name],
            [str(why) for part, why in not_there.items() if part in settings.parts_of(name)],
        )
        for name, source in settings.sources.items()
    ]
    health, facts = _found(settings, tables, day)
    goals = fiscal_periods(settings, tables, day) + returns_in_percent(settings)
    if not any(failures.values()):
        goals += unknown_campaigns(settings, tables)
    read = SourcesRead(
        as_of=day,
        company=settings.company,
        definitions=settings.definitions,
        tables={name: table_report(settings, name, table) for name, table in tables.items()},
        facts=facts,
        health=health,
        missing=effects(_columns_mapped(settings, tables, not_there), settings.definitions),
        goals=goals,
        not_there=[*map(str, not_there.values())],
    )
    return Checkup(sources, read)


def _parts_tried(
    settings: Settings, day: date, progress: Progress
) -> tuple[dict[str, MappedTable], dict[str, list[AllianceError]], dict[str, NotThere]]:
    """The parts that can be used, the failures of each source, and the optional parts missing."""
    parts: dict[str, MappedTable] = {}
    failures: dict[str, list[AllianceError]] = {}
    not_there: dict[str, NotThere] = {}
    for name in settings.sources:
        failures[name] = []
        for part, result in _parts_of(settings, name, day, progress):
            if isinstance(result, NotThere):
                not_there[part] = result
            elif isinstance(result, AllianceError):
                failures[name].append(result)
            else:
                parts[part] = result
    if not_there and not parts and not any(failures.values()):
        failures[next(iter(failures))].append(nothing_there(map(str, not_there.values())))
    return parts, failures, not_there


def _columns_mapped(
    settings: Settings, tables: Mapping[str, MappedTable], not_there: Collection[str]
) -> dict[str, frozenset[str]]:
    """The columns that come from a source, by table; of a table that failed, all of them."""
    return {
        table: tables[table].mapped
        if table in tables
        else frozenset(column.name for column in columns_of(table, settings.dimension_names))
        for table in {of for name, (of, _) in settings.parts.items() if name not in not_there}
    }


def _parts_of(
    settings: Settings, source: str, day: date, progress: Progress
) -> Iterator[tuple[str, MappedTable | AllianceError]]:
    """The parts of a source; where it cannot be read as a whole, each is tried by itself.

    The same error, word for word, at parts from two places is a failure of the source itself: it
    is reported once, and its other parts are not waited for.
    """
    parts = settings.parts_of(source)
    try:
        yield from mapped_parts(settings, source, day, progress)
        return
    except AllianceError as error:
        if len(parts) < 2:
            yield source, error
            return
    failed: dict[str, str] = {}
    for part, request in parts.items():
        place = (request.from_ or part).partition("#")[0]
        alone = settings.model_copy(update={"tables": {settings.parts[part][0]: (request,)}})
        try:
            yield from ((part, found) for _, found in mapped_parts(alone, source, day, progress))
        except AllianceError as error:
            text = str(error)
            if text not in failed:
                failed[text] = place
                yield part, error
            elif failed[text] != place:
                return


def _table_checkups(
    settings: Settings, parts: Mapping[str, MappedTable], tables: Mapping[str, MappedTable]
) -> Iterator[TableCheckup]:
    """Each part with its rows that are rejected only where the parts are put together."""
    for table, whole in tables.items():
        names = [name for name, (of, _) in settings.parts.items() if of == table and name in parts]
        for at, name in enumerate(names):
            part = parts[name]
            rejects = pd.concat([part.rejects, *whole.repeats[at : at + 1]], ignore_index=True)
            loaded = part.rows_read - len(rejects)
            yield TableCheckup(name, part.place, part.rows_read, loaded, rejects)


def _source_json(source: SourceCheckup) -> dict[str, Any]:
    return {
        "source": source.name,
        "kind": source.kind,
        "errors": [str(failure) for failure in source.failures],
        "parts": [
            {
                "part": part.name,
                "place": part.place,
                "read": part.read,
                "loaded": part.loaded,
                "rejected": len(part.rejects),
            }
            for part in source.tables
        ],
    }


def _found(settings: Settings, loaded: dict[str, MappedTable], day: date) -> Found:
    """What a refresh would find in the tables that can be used."""
    if not loaded:
        return Health(), SourceFacts()
    mapped = {name: table.mapped for name, table in loaded.items()}
    what = (settings.dimension_names, settings.definitions, settings.company, day)
    with duckdb.connect() as engine:
        return found_in(engine, every_table(loaded, settings.dimension_names), mapped, *what)
