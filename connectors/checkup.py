"""The check: every source tried, every table mapped, nothing published."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from connectors.mapping import MappedTable
from connectors.raw import Progress, no_progress
from connectors.refresh import mapped_tables
from connectors.settings import Settings
from kpis.coverage import effects
from kpis.errors import AllianceError
from kpis.model import columns_of

_ROW_NUMBER = re.compile(r"in row \d+")


@dataclass(frozen=True)
class TableCheckup:
    """One table as it would be loaded.

    rejects: as in connectors.mapping.MappedTable. reasons: rejected rows by column and reason.
    """

    name: str
    place: str
    read: int
    loaded: int
    rejects: pd.DataFrame
    reasons: dict[str, int]


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
    """

    sources: list[SourceCheckup]
    effects: list[str]

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
    mapped = {
        table: frozenset(column.name for column in columns_of(table, settings.dimension_names))
        for table in settings.tables
    }
    sources = []
    for name, source in settings.sources.items():
        checkup = SourceCheckup(name, source.kind)
        sources.append(checkup)
        try:
            for table, result in mapped_tables(settings, name, day, progress):
                if isinstance(result, AllianceError):
                    checkup.failures.append(result)
                else:
                    mapped[table] = result.mapped
                    checkup.tables.append(_table_checkup(table, result))
        except AllianceError as error:
            checkup.failures.append(error)
    return Checkup(sources, effects(mapped, settings.definitions))


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
    )
