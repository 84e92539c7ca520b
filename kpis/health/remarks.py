"""What is wrong with the tables, in one order: the sentences, the most harmful first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kpis.definitions import Definitions
from kpis.display import counted, day_text
from kpis.health.checks import HARMS
from kpis.health.health import Health, checks
from kpis.health.joins import Join, effect_of, low_share_text, nothing_found_text
from kpis.health.references import REFERENCES
from kpis.health.rejected import RejectReason
from kpis.health.source_facts import SourceFacts, TableFacts

Weight = Literal["error", "totals", "split", "doubt", "none", "missing", "rule"]
WEIGHTS: dict[Weight, str] = {
    "error": "Errors",
    "totals": HARMS["totals"],
    "split": HARMS["split"],
    "doubt": HARMS["doubt"],
    "none": HARMS["none"],
    "missing": "Not mapped",
    "rule": "Read by a rule",
}
"""How much harm a remark is of, the worst first."""
MAY_BE_BLANK = ("ended_on", "ends_on", "disqualified_at", "disqualified_reason", "loss_reason")
"""Columns that are blank in every row where nothing has ended or was lost yet."""


@dataclass(frozen=True)
class Remark:
    """Something that somebody should know of a table; table: "" for what concerns several.

    text: what, with its count. examples: such as ids. effect: what it does to which KPI. remedy:
    what to do. rows: how many it concerns, 0 where it is no number of rows. is_rejected: it is
    about rejected rows.
    """

    weight: Weight
    table: str
    text: str
    rows: int = 0
    examples: tuple[str, ...] = ()
    effect: str = ""
    remedy: str = ""
    is_rejected: bool = False

    @property
    def what(self) -> str:
        """What it is, with examples, as a sentence."""
        return self.sentence(with_remedy=False, with_effect=False)

    def sentence(
        self, with_remedy: bool = True, examples: int | None = None, with_effect: bool = True
    ) -> str:
        """The whole remark as text: what, such as which, its effect, and what to do.

        examples: at most so many.
        """
        named = ", ".join(self.examples[:examples])
        what = f"{self.text.rstrip('.')}{f', such as {named}' if named else ''}."
        if self.text.endswith("?"):
            what = f"{self.text}{f' Such as {named}.' if named else ''}"
        remedy = self.remedy if with_remedy else ""
        effect = self.effect if with_effect else ""
        return " ".join(filter(None, (what, effect, remedy)))


def ordered(remarks: Iterable[Remark]) -> list[Remark]:
    """The remarks, the most harmful first, of like harm that on the most rows."""
    order = list(WEIGHTS)
    return sorted(remarks, key=lambda one: (order.index(one.weight), -one.rows))


def join_remarks(joins: Iterable[Join]) -> list[Remark]:
    """A remark on each join that finds nothing, an error, or rows for few."""
    found = []
    for join in joins:
        if join.finds_nothing:
            found.append(Remark("error", join.table, nothing_found_text(join), join.expected))
        elif join.is_low:
            remedy = f"See whether {join.table}.{join.column} is the right column, and complete it."
            what = (low_share_text(join), join.expected - join.found, (), effect_of(join), remedy)
            found.append(Remark("totals", join.table, *what))
    return found


def health_remarks(health: Health, joins: Iterable[Join], definitions: Definitions) -> list[Remark]:
    """A remark on each finding of the checks; not where one on a join says it."""
    covered_joins = {
        (join.table, join.column) for join in joins if join.finds_nothing or join.is_low
    }
    covered = {r.unknown for r in REFERENCES if (r.table, r.column) in covered_joins}
    known = checks(definitions)
    return [
        Remark(
            known[found.check].harm,
            found.table,
            f"{found.rows:,} of {found.of:,} {known[found.check].rows_are} "
            f"{known[found.check].what}",
            found.rows,
            found.examples,
            known[found.check].effect,
            f"Remedy: {known[found.check].remedy}",
        )
        for found in health.findings
        if found.check not in covered
    ]


def rejected_remarks(table: str, reasons: Iterable[RejectReason]) -> list[Remark]:
    """A remark on each reason for which rows were rejected: they are in no figure."""
    reasons = tuple(reasons)
    has_parts = len({row.place for one in reasons for row in one.examples}) > 1
    return [
        Remark(
            "totals",
            table,
            f"{one.rows:,} × {one.text}",
            one.rows,
            tuple(f"{row.text}{f' of {row.place}' * has_parts}" for row in one.examples),
            is_rejected=True,
        )
        for one in reasons
    ]


def table_remarks(facts: SourceFacts, stopped: Collection[str] = ()) -> list[Remark]:
    """A remark on each table that is late, and on each mapped column that holds nothing.

    stopped: tables of which a note says since when they have no rows.
    """
    nothing = {(join.table, join.column) for join in facts.joins if join.finds_nothing}
    found = []
    for name, table in facts.tables.items():
        if table.is_late and name not in stopped:
            remedy = "See whether its export or sync still runs."
            effect = "What has happened since is in no figure."
            found.append(Remark("doubt", name, late_text(table), 0, (), effect, remedy))
        for column in table.blanks if table.loaded else ():
            is_blank = table.blanks[column] == table.loaded and column not in MAY_BE_BLANK
            if is_blank and (name, column) not in nothing:
                found.append(_blank(name, column, table.loaded))
    return found


def late_text(table: TableFacts) -> str:
    """Since when a table that is late has no records, and for how long it usually has none."""
    assert table.newest is not None and table.silent is not None
    most = f"at most {counted(table.usually, 'working day')}" if table.usually else "no working day"
    return (
        f"No record since {day_text(table.newest)}, for {counted(table.silent, 'working day')}; "
        f"usually {most} without one"
    )


def late_tables_text(tables: Sequence[str]) -> str:
    """Which tables are late, in a few words: ``costs late``, ``3 tables late``."""
    return f"{tables[0] if len(tables) == 1 else f'{len(tables)} tables'} late"


def missing_remarks(missing: Iterable[str]) -> list[Remark]:
    """A remark on each thing that is not mapped, and what that costs (kpis.coverage.effects)."""
    return [Remark("missing", "", text) for text in missing]


def _blank(table: str, column: str, rows: int) -> Remark:
    return Remark(
        "doubt",
        table,
        f"{column} is mapped, but blank in {'each of ' * (rows > 1)}{rows:,} row{'s' * (rows > 1)}",
        rows,
        (),
        "Nothing can be computed from it.",
        f'Map it to the column that holds it, or unmap it: {column} = "".',
    )
