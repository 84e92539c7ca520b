"""The check: every source tried, every table mapped, nothing published."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from connectors.mapping.mapping import MappedTable
from connectors.mapping.notes import Note
from connectors.settings.settings import Settings
from connectors.snapshots.engine import health_of
from connectors.snapshots.refresh import every_table, joined_tables, mapped_parts
from connectors.sources.raw import Progress, no_progress
from kpis.coverage import effects
from kpis.errors import AllianceError
from kpis.health.health import Health
from kpis.model import columns_of

_ROW_NUMBER = re.compile(r"in row \d+")


@dataclass(frozen=True)
class TableCheckup:
    """One part of a table as it would be loaded; its name is that of the part.

    rejects, notes: as in connectors.mapping.mapping.MappedTable. reasons: rejected rows by column
    and reason.
    """

    name: str
    place: str
    read: int
    loaded: int
    rejects: pd.DataFrame
    reasons: dict[str, int]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SourceCheckup:
    """One source: its tables that can be used, and an error for each thing that cannot."""

    name: str
    kind: str
    tables: list[TableCheckup] = field(default_factory=list)
    failures: list[AllianceError] = field(default_factory=list)


@dataclass(frozen=True)
class Checkup:
    """All sources, and what each table or optional column that is not mapped costs.

    What a table that failed would have lacked is not known, and not among the effects.
    health: of the tables that can be used, as they would be loaded.
    """

    sources: list[SourceCheckup]
    effects: list[str]
    health: Health

    @property
    def rejects(self) -> pd.DataFrame:
        """Every rejected row of every table."""
        tables = [table.rejects for source in self.sources for table in source.tables]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    @property
    def failures(self) -> list[AllianceError]:
        """An error for each source or table that cannot be used."""
        return [failure for source in self.sources for failure in source.failures]


def check_sources(settings: Settings, day: date, progress: Progress = no_progress) -> Checkup:
    """Try every source and every table of the settings; never raises for one that fails."""
    sources = []
    parts: dict[str, MappedTable] = {}
    for name, source in settings.sources.items():
        checkup = SourceCheckup(name, source.kind)
        sources.append(checkup)
        for table, result in _tables_of(settings, name, day, progress):
            if isinstance(result, AllianceError):
                checkup.failures.append(result)
            else:
                parts[table] = result
                checkup.tables.append(_table_checkup(table, result))
    tables = joined_tables(settings, parts)
    _add_notes_of_whole(settings, sources, parts, tables)
    mapped = {
        table: tables[table].mapped
        if table in tables
        else frozenset(column.name for column in columns_of(table, settings.dimension_names))
        for table in settings.tables
    }
    return Checkup(sources, effects(mapped, settings.definitions), _health(settings, tables, day))


def _tables_of(
    settings: Settings, source: str, day: date, progress: Progress
) -> Iterator[tuple[str, MappedTable | AllianceError]]:
    """The tables of a source; where it cannot be read as a whole, each is tried by itself.

    The same error, word for word, at tables from two places is a failure of the source itself: it
    is reported once, and its other tables are not waited for.
    """
    tables = settings.parts_of(source)
    try:
        yield from list(mapped_parts(settings, source, day, progress))
        return
    except AllianceError as error:
        if len(tables) < 2:
            yield source, error
            return
    failed: dict[str, str] = {}
    for table, request in tables.items():
        place = (request.from_ or table).partition("#")[0]
        alone = settings.model_copy(update={"tables": {settings.parts[table][0]: (request,)}})
        try:
            yield from (
                (table, found) for _, found in list(mapped_parts(alone, source, day, progress))
            )
        except AllianceError as error:
            text = str(error)
            if text not in failed:
                failed[text] = place
                yield table, error
            elif failed[text] != place:
                return


def _add_notes_of_whole(
    settings: Settings,
    sources: list[SourceCheckup],
    parts: dict[str, MappedTable],
    tables: dict[str, MappedTable],
) -> None:
    """Show what is only seen where the parts of a table are put together below its last part."""
    table_of = {name: settings.parts[name][0] for name in parts}
    last = {table: name for name, table in table_of.items()}
    for source in sources:
        for at, one in enumerate(source.tables):
            table = table_of[one.name]
            if one.name == last[table]:
                seen = [
                    note for name in parts if table_of[name] == table for note in parts[name].notes
                ]
                more = tuple(note for note in tables[table].notes if note not in seen)
                source.tables[at] = replace(one, notes=one.notes + more)


def _health(settings: Settings, loaded: dict[str, MappedTable], day: date) -> Health:
    """What a refresh would find wrong with the tables that can be used."""
    if not loaded:
        return Health()
    mapped = {name: table.mapped for name, table in loaded.items()}
    what = (settings.dimension_names, settings.definitions, settings.company, day)
    return health_of(every_table(loaded, settings.dimension_names), mapped, *what)


def _table_checkup(name: str, table: MappedTable) -> TableCheckup:
    rejects = table.rejects
    reasons = Counter(
        f"{row.column} {_ROW_NUMBER.sub('in an earlier row', str(row.reason))}"
        for row in rejects.itertuples()
    )
    return TableCheckup(
        name=name,
        place=table.place,
        read=table.rows_read,
        loaded=table.frame.num_rows,
        rejects=rejects,
        reasons=dict(reasons.most_common()),
        notes=table.notes,
    )
