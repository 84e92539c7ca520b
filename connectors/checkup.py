"""The check: every source tried, every table mapped, nothing published."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from connectors.mapping import MappedTable
from connectors.raw import Progress, no_progress
from connectors.refresh import mapped_tables
from connectors.settings import Settings
from kpis.coverage import effects
from kpis.errors import AllianceError

SHOWN_REJECTS = 3
"""How many rejected rows of a table are shown as examples."""


@dataclass(frozen=True)
class TableCheckup:
    """One table as it would be loaded; ``reasons`` counts rejected rows by column and reason."""

    name: str
    place: str
    read: int
    loaded: int
    rejected: int
    reasons: dict[str, int]
    first_rejects: list[str]


@dataclass(frozen=True)
class SourceCheckup:
    """One source: its tables that can be used, and a paragraph for each thing that cannot."""

    name: str
    kind: str
    tables: list[TableCheckup] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Checkup:
    """All sources, and what each table or optional column that is not mapped costs."""

    sources: list[SourceCheckup]
    effects: list[str]

    @property
    def failures(self) -> list[str]:
        """A paragraph for each source or table that cannot be used."""
        return [failure for source in self.sources for failure in source.failures]


def check_sources(settings: Settings, day: date, progress: Progress = no_progress) -> Checkup:
    """Try every source and every table of the settings; never raises for one that fails."""
    mapped: dict[str, frozenset[str]] = {}
    sources = []
    for name, source in settings.sources.items():
        checkup = SourceCheckup(name, source.kind)
        sources.append(checkup)
        try:
            for table, result in mapped_tables(settings, name, day, progress):
                if isinstance(result, AllianceError):
                    checkup.failures.append(str(result))
                else:
                    mapped[table] = result.mapped
                    checkup.tables.append(_table_checkup(table, result))
        except AllianceError as error:
            checkup.failures.append(str(error))
    return Checkup(sources, effects(mapped, settings.definitions))


def _table_checkup(name: str, table: MappedTable) -> TableCheckup:
    rejects = table.rejects
    return TableCheckup(
        name=name,
        place=table.place,
        read=table.rows_read,
        loaded=table.frame.num_rows,
        rejected=len(rejects),
        reasons=dict(Counter(f"{r.column} {r.reason}" for r in rejects.itertuples())),
        first_rejects=[
            f"row {row.row}: {row.column} '{row.value}' {row.reason}"
            for row in rejects.head(SHOWN_REJECTS).itertuples()
        ],
    )
