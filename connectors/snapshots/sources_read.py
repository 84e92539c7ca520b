"""What was read of the sources, in one record: of a snapshot, or of a check that publishes none.

The command ``check``, its JSON and the page "Sources" show this, and compute nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.mapping.notes import Note
from connectors.snapshots.manifest import Manifest, TableReport
from kpis.coverage import effects
from kpis.definitions import Company, Definitions
from kpis.display import day_text
from kpis.health.alike import visible
from kpis.health.health import Health
from kpis.health.joins import Join, nothing_found_text
from kpis.health.rejected import RejectReason, duplicates_in
from kpis.health.remarks import (
    Remark,
    Weight,
    health_remarks,
    join_remarks,
    missing_remarks,
    ordered,
    rejected_remarks,
    table_remarks,
)
from kpis.health.source_facts import SourceFacts, TableFacts


@dataclass(frozen=True)
class SourcesRead:
    """Tables, what they hold, and what is wrong with them.

    missing: what each table or column that is not mapped costs. goals: what to know of targets.
    not_there: what to say of optional parts that are not there.
    """

    as_of: date
    company: Company
    definitions: Definitions
    tables: Mapping[str, TableReport]
    facts: SourceFacts
    health: Health
    missing: Sequence[str]
    goals: Sequence[str] = ()
    not_there: Sequence[str] = ()

    @classmethod
    def of(cls, manifest: Manifest) -> "SourcesRead":
        """What was read for a snapshot."""
        missing = effects(manifest.mapped, manifest.definitions)
        what = (manifest.tables, manifest.facts, manifest.health, missing)
        return cls(manifest.as_of, manifest.company, manifest.definitions, *what)

    @property
    def errors(self) -> list[str]:
        """A paragraph on each join that finds nothing."""
        return [nothing_found_text(join) for join in self.facts.joins if join.finds_nothing]

    @property
    def remarks(self) -> list[Remark]:
        """All there is to know beside numbers, the most harmful first."""
        found = health_remarks(self.health, self.facts.joins, self.definitions)
        return ordered([*found, *self.reading_remarks])

    @property
    def reading_remarks(self) -> list[Remark]:
        """The same without what the checks of data health found in loaded rows."""
        stopped = [name for name in self.tables if self._has_stopped(name)]
        found = [*join_remarks(self.facts.joins), *table_remarks(self.facts, stopped)]
        for name, table in self.tables.items():
            found += rejected_remarks(name, table.reasons)
            found += map(_noted, table.notes)
        found += missing_remarks([*self.missing, *self.not_there])
        return ordered([*found, *(Remark("none", "", text) for text in self.goals)])

    def facts_of(self, table: str) -> TableFacts:
        """What a table holds; nothing where it was not counted."""
        return self.facts.tables.get(table, TableFacts(loaded=self.tables[table].loaded))

    def age_of(self, table: str) -> int | None:
        """Days from the newest record of a table to the day of the report."""
        newest = self.facts_of(table).newest
        return None if newest is None else (self.as_of - newest).days

    def _has_stopped(self, table: str) -> bool:
        """Whether a doubt on the table as a whole names the day of its newest record."""
        newest = self.facts_of(table).newest
        doubts = [note.what for note in self.tables[table].notes if note.is_doubt and not note.rows]
        return newest is not None and any(day_text(newest) in what for what in doubts)

    def as_json(self) -> dict[str, Any]:
        """The same facts for scripts; docs/guide.md explains the keys."""
        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.company.currency,
            "tables": [self._table_json(name) for name in self.tables],
            "deals": [status.model_dump() for status in self.facts.deals],
            "joins": [_join_json(join) for join in self.facts.joins],
            "findings": _remarks_json(self.remarks),
            "missing": [*self.missing, *self.not_there],
        }

    def _table_json(self, name: str) -> dict[str, Any]:
        table, facts = self.tables[name], self.facts_of(name)
        return {
            "table": name,
            "source": table.source,
            "place": table.place,
            "read": table.read,
            "loaded": table.loaded,
            "rejected": table.rejected,
            "duplicates": duplicates_in(table.reasons),
            "rejects": [_reason_json(one) for one in table.reasons],
            "dated_by": [*facts.dated_by],
            "first": _day(facts.first),
            "newest": _day(facts.newest),
            "last": _day(facts.last),
            "age_days": self.age_of(name),
            "silent_working_days": facts.silent,
            "usual_silence": facts.usually,
            "is_late": facts.is_late,
            "blank_shares": facts.blank_shares,
        }


def _noted(note: Note) -> Remark:
    weight: Weight = "doubt" if note.is_doubt else "rule"
    text = visible(note.without_remedy)  # of headers, files and cells, as sources write them
    return Remark(weight, note.table, text, note.rows, remedy=visible(note.remedy))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _reason_json(reason: RejectReason) -> dict[str, Any]:
    return reason.model_dump()


def _join_json(join: Join) -> dict[str, Any]:
    return {
        **join.model_dump(),
        "share": join.share,
        "finds_nothing": join.finds_nothing,
        "is_low": join.is_low,
    }


def _remarks_json(remarks: Iterable[Remark]) -> list[dict[str, Any]]:
    return [
        {
            "weight": one.weight,
            "table": one.table or None,
            "rows": one.rows,
            "text": one.text,
            "examples": [*one.examples],
            "effect": one.effect,
            "remedy": one.remedy,
        }
        for one in remarks
    ]
