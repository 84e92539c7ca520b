"""What the loaded tables hold, counted once: blanks, dates, deals by status, rows that find others.

``questions`` are asked of the canonical tables, and ``source_facts`` is made of their answers. The
command ``check``, its JSON, the manifest of a snapshot and the page "Sources" show these numbers.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from kpis.coverage import Mapped
from kpis.definitions import Company
from kpis.facts.customers import Sales, day_in
from kpis.health.alike import visible
from kpis.health.arrivals import is_late, silence, usual_silence
from kpis.health.joins import OF_ALL_ROWS, Join, breaks_by_blanks
from kpis.health.references import REFERENCES, Reference, known_ids, one_of
from kpis.model import DEAL_STATUSES

EXAMPLES = 3
DATED_BY: dict[str, tuple[str, ...]] = {
    "leads": ("created_at",),
    "touches": ("touched_at",),
    "deals": ("created_at", "closed_at", "paid_at"),
    "deal_stages": ("entered_at",),
    "lead_stages": ("entered_at",),
    "campaigns": ("starts_on",),
    "costs": ("spent_on",),
    "customers": ("started_on",),
    "payments": ("paid_on",),
    "activities": ("happened_at",),
    "rates": ("valid_from",),
    "annotations": ("day",),
}
"""The columns that say when something happened to a record; all that are mapped count."""
ARRIVING = frozenset(
    ("leads", "touches", "deals", "deal_stages", "lead_stages", "costs", "payments", "activities")
)
"""The tables whose records come with time; the others are lists that change now and then."""


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableFacts(_Facts):
    """What a loaded table holds.

    blanks: of each mapped column how many cells have no value. dated_by: the columns of its dates,
    none where none is mapped. first, last: the first and last day of any of them; None without any.
    The closing date of an open deal is no such day: nothing has happened yet. newest: the last one
    up to the day of the report. silent: the working days since, and usually: for how many it is
    silent at most (see kpis.health.arrivals), of tables whose records come with time.
    """

    loaded: int
    blanks: dict[str, int] = {}
    dated_by: tuple[str, ...] = ()
    first: date | None = None
    newest: date | None = None
    last: date | None = None
    silent: int | None = None
    usually: int | None = None

    @property
    def is_late(self) -> bool:
        """Whether the newest record is older than it usually is."""
        return is_late(self.silent, self.usually)

    @property
    def blank_shares(self) -> dict[str, float]:
        """Of each mapped column the share of cells that have no value; empty without rows."""
        return {name: n / self.loaded for name, n in self.blanks.items()} if self.loaded else {}


class StatusFacts(_Facts):
    """The loaded deals of a status.

    amounts: their sum in each currency, the company's where a deal names none; a currency of which
    no deal has an amount is left out. without_amount: how many have none.
    """

    status: str
    rows: int = 0
    without_amount: int = 0
    amounts: dict[str, float] = {}


class SourceFacts(_Facts):
    """What the loaded tables hold; deals: won, lost and open, where deals are mapped."""

    tables: dict[str, TableFacts] = {}
    deals: tuple[StatusFacts, ...] = ()
    joins: tuple[Join, ...] = ()


Answers = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of the answer to each question, by its name."""


def questions(
    tables: Mapping[str, ir.Table], sold: Sales, mapped: Mapped, company: Company
) -> dict[str, ir.Table]:
    """What there is to ask of the canonical tables, by name; see :func:`source_facts`.

    sold: deals and customers as kpis.facts.customers has them. mapped: per table the columns that
    came from a source.
    """
    asked = {name: _of_table(tables[name], name, mapped[name], company) for name in mapped}
    if "deals" in mapped:
        asked["deals by status"] = _of_deals(tables["deals"], company)
    for reference in _known(mapped):
        asked[_name(reference)] = _of_join(tables, sold, reference)
    return asked


def examples_of(
    tables: Mapping[str, ir.Table], sold: Sales, facts: SourceFacts
) -> dict[str, ir.Table]:
    """What there is to ask of joins that find nothing: ids on both sides."""
    nothing = {(join.table, join.column) for join in facts.joins if join.finds_nothing}
    asked = {}
    for reference in REFERENCES:
        if (reference.table, reference.column) in nothing:
            named = _distinct(tables[reference.table], reference.column)
            known = _distinct(known_ids(tables, sold, reference.to), "id")
            asked[f"{_name(reference)} examples"] = named
            asked[f"{_name(reference)} known"] = known
    return asked


def source_facts(answers: Answers, mapped: Mapped, company: Company, as_of: date) -> SourceFacts:
    """Return what the tables hold, of the answers to :func:`questions`; as_of: the report's day."""
    tables = {name: _table_facts(name, answers[name][0], mapped, company, as_of) for name in mapped}
    deals = _deals(answers["deals by status"], company) if "deals" in mapped else ()
    joins = tuple(
        _join(reference, answers[_name(reference)][0]["found"], tables[reference.table], mapped)
        for reference in _known(mapped)
    )
    return SourceFacts(tables=tables, deals=deals, joins=joins)


def with_examples(facts: SourceFacts, answers: Answers) -> SourceFacts:
    """Return the facts with the answers to :func:`examples_of`."""

    def shown(join: Join, which: str) -> tuple[str, ...]:
        rows = answers.get(f"{join.table}.{join.column} {which}", ())
        return tuple(visible(row["id"]) for row in rows)

    joins = [
        join.model_copy(update={"examples": shown(join, "examples"), "known": shown(join, "known")})
        for join in facts.joins
    ]
    return facts.model_copy(update={"joins": tuple(joins)})


def _of_table(table: ir.Table, name: str, columns: frozenset[str], company: Company) -> ir.Table:
    asked: dict[str, ir.Scalar] = {"loaded": table.count()}
    for column in sorted(columns):
        asked[f"{column}:blank"] = table.count(where=table[column].isnull())
    for column in _dated_by(name, columns):
        moment = table[column]
        day = day_in(company, moment) if moment.type().is_timestamp() else moment
        has_happened = table.status != "open" if column == "closed_at" else None
        asked[f"{column}:days"] = day.collect(where=has_happened, distinct=True)
    return table.agg(**asked)


def _of_deals(deals: ir.Table, company: Company) -> ir.Table:
    own = deals.mutate(own=deals.currency.fill_null(company.currency))
    amount = cast(ir.FloatingColumn, own.amount)
    return own.group_by("status", "own").agg(
        rows=own.count(),
        without_amount=own.count(where=amount.isnull()),
        amount=amount.sum(),
    )


def _of_join(tables: Mapping[str, ir.Table], sold: Sales, reference: Reference) -> ir.Table:
    named = tables[reference.table].select(named=reference.column)
    known = known_ids(tables, sold, reference.to)
    found = named.semi_join(known, named.named == known.id)
    return found.agg(found=found.count())


def _distinct(table: ir.Table, column: str) -> ir.Table:
    ids = table.filter(table[column].notnull()).select(id=column).distinct()
    return ids.order_by("id").limit(EXAMPLES)


def _known(mapped: Mapped) -> list[Reference]:
    """The references of which both tables are mapped, and the column; those of all rows first."""
    known = [
        r for r in REFERENCES if r.column in mapped.get(r.table, ()) and _is_known(r.to, mapped)
    ]
    return sorted(known, key=lambda reference: _name(reference) not in OF_ALL_ROWS)


def _is_known(to: str, mapped: Mapped) -> bool:
    return f"{one_of(to)}_id" in mapped.get(to, ())


def _name(reference: Reference) -> str:
    return f"{reference.table}.{reference.column}"


def _dated_by(name: str, columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(column for column in DATED_BY.get(name, ()) if column in columns)


def _table_facts(
    name: str, answer: Mapping[str, Any], mapped: Mapped, company: Company, as_of: date
) -> TableFacts:
    dated_by = _dated_by(name, mapped[name])
    found = {day for column in dated_by for day in answer[f"{column}:days"] or ()}
    days = [day for day in found if day is not None]
    past = [day for day in days if day <= as_of]
    comes = name in ARRIVING and bool(past)
    return TableFacts(
        loaded=answer["loaded"],
        blanks={column: answer[f"{column}:blank"] for column in sorted(mapped[name])},
        dated_by=dated_by,
        first=min(days, default=None),
        newest=max(past, default=None),
        last=max(days, default=None),
        silent=silence(max(past), as_of, company) if comes else None,
        usually=usual_silence(past, company) if comes else None,
    )


def _deals(rows: Sequence[Mapping[str, Any]], company: Company) -> tuple[StatusFacts, ...]:
    found = []
    for status in DEAL_STATUSES[1:] + DEAL_STATUSES[:1]:  # won, lost, open
        own = sorted((row for row in rows if row["status"] == status), key=lambda row: row["own"])
        own.sort(key=lambda row: row["own"] != company.currency)
        found.append(
            StatusFacts(
                status=status,
                rows=sum(row["rows"] for row in own),
                without_amount=sum(row["without_amount"] for row in own),
                amounts={row["own"]: row["amount"] for row in own if row["amount"] is not None},
            )
        )
    return tuple(found)


def _join(reference: Reference, found: int, table: TableFacts, mapped: Mapped) -> Join:
    named = table.loaded - table.blanks[reference.column]
    counts_all = breaks_by_blanks(reference.table, reference.column, mapped)
    return Join(
        table=reference.table,
        column=reference.column,
        to=reference.to,
        rows=table.loaded,
        named=named,
        expected=table.loaded if counts_all else named,
        found=found,
    )
