"""What is asked of the facts: a selection of them, over windows of time."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir

from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions
from kpis.errors import UsageError, nearest
from kpis.facts.facts import under
from kpis.facts.rollup import COHORTS_KEPT, DIMENSIONS_KEPT
from kpis.model import BUILT_IN_DIMENSIONS, Where
from kpis.scorecard.daily import (
    Columns,
    Cuts,
    DailyFacts,
    Days,
    as_days,
    daily_facts,
    daily_question,
)

T = TypeVar("T")
ANSWERS_KEPT = 32

Texts = Sequence[Sequence[str]]
Ask = Callable[[Hashable, Texts, Callable[[Texts], ir.Table]], Columns]
"""Answers the question that a function makes of lists of texts; questions of one shape differ in
these only."""


def as_written(shape: Hashable, texts: Texts, question: Callable[[Texts], ir.Table]) -> Columns:
    """Ask whatever engine the question's tables are in."""
    answer = question(texts).to_pyarrow()
    return {name: answer[name].to_numpy() for name in answer.column_names}


@dataclass(frozen=True)
class Facts:
    """The facts table with what is needed to read it.

    every_model: as returned by kpis.facts.facts.credited_facts. model: the one to credit by.
    as_of: the day it was built for.
    mapped: the columns that came from a source; what needs others is undefined, not zero.
    usual_cycle_days: median days from lead to customer (see usual_cycle), NaN where unknown.
    not_predicted: why no lifetime value is predicted, where definitions ask for one.
    rollup: of every_model, as returned by kpis.facts.rollup.rolled_up; None where there is none.
    ask: how questions are put to the engine.
    """

    every_model: ir.Table
    model: AttributionModel
    as_of: date
    dimensions: tuple[str, ...]
    mapped: Mapped
    definitions: Definitions
    company: Company
    usual_cycle_days: float = float("nan")
    not_predicted: str = ""
    rollup: ir.Table | None = None
    ask: Ask = field(default=as_written, compare=False)
    _answers: dict[Hashable, Any] = field(
        default_factory=dict,
        init=False,
        compare=False,  # of this table: no copy has them
    )

    @property
    def table(self) -> ir.Table:
        """The facts under the one model."""
        return under(self.every_model, self.model)

    def of_rows(self, rows: ir.Table) -> "Facts":
        """The same of some rows of ``every_model`` only."""
        return replace(self, every_model=rows, rollup=None, ask=as_written)

    def daily(
        self,
        where: Where | None = None,
        by: str | None = None,
        measures: frozenset[str] | None = None,
        cohorts_of: frozenset[str] = COHORTS_KEPT,
        cuts: Cuts | None = None,
    ) -> DailyFacts:
        """Each measure of a selection by day; one question, and none when it was asked lately.

        by: a dimension to group by. measures, cohorts_of, cuts: see
        kpis.scorecard.daily.daily_question. Raises UsageError for a dimension that does not exist.
        """
        own = filtered_by(where)

        def ask() -> DailyFacts:
            answer = self._answer([self.model], own, by, measures, cohorts_of, cuts)
            return daily_facts(answer, [self.model], by is not None)[self.model]

        return self.kept(("daily", filter_key(own), by, measures, cohorts_of, cuts), ask)

    def daily_by_model(
        self, where: Where | None, by: str | None, measures: frozenset[str], cuts: Cuts
    ) -> dict[str, DailyFacts]:
        """As :meth:`daily`, under each attribution model of ``every_model``; it is not kept."""
        models = [model for model in ATTRIBUTION_MODELS if model in self.every_model.columns]
        answer = self._answer(models, filtered_by(where), by, measures, COHORTS_KEPT, cuts)
        return daily_facts(answer, models, by is not None)

    def _answer(
        self,
        models: Sequence[AttributionModel],
        where: Where,
        by: str | None,
        measures: frozenset[str] | None,
        cohorts_of: frozenset[str],
        cuts: Cuts | None,
    ) -> Columns:
        """The credit under each model, asked of the smallest table that has what is asked."""
        column = column_of(by, self) if by else None

        def question(texts: Texts) -> ir.Table:
            *filters, since, at = texts
            table = self._smallest_table(where, by, cohorts_of)
            table = table.filter(ibis.or_(*(table[model].notnull() for model in models)))
            rows = matching(table, self, dict(zip(where, filters, strict=True)))
            cut = replace(cuts, since=since[0], at=tuple(at)) if cuts else None
            return daily_question(rows, models, column, measures, cohorts_of, cut)

        shape = (*models, *where, "by", by, measures, cohorts_of, cuts and cuts.of_cohorts)
        texts = [*where.values(), [cuts.since] if cuts else [], cuts.at if cuts else []]
        return self.ask(shape, texts, question)

    def _smallest_table(self, where: Where, by: str | None, cohorts_of: frozenset[str]) -> ir.Table:
        """The rollup where that has the dimensions and cohort days, else the facts."""
        asked = {*where, *([by] if by else [])}
        if self.rollup is None or asked - DIMENSIONS_KEPT or cohorts_of - COHORTS_KEPT:
            return self.every_model
        return self.rollup

    def kept(self, key: Hashable, ask: Callable[[], T]) -> T:
        """What ``ask`` returns, asked once for a key; of ANSWERS_KEPT the least used one goes."""
        answer: T = self._answers.pop(key) if key in self._answers else ask()
        self._answers[key] = answer
        while len(self._answers) > ANSWERS_KEPT:
            self._answers.pop(next(iter(self._answers)))
        return answer


@dataclass(frozen=True)
class Window:
    """A period to sum over; conversions of its leads count up to ``horizon``."""

    period: Period
    horizon: date


def column_of(dimension: str, facts: Facts) -> str:
    """The facts column of a dimension; raises UsageError with the nearest when there is none."""
    known = (*BUILT_IN_DIMENSIONS, *facts.dimensions)
    if dimension not in known:
        raise UsageError(f"There is no dimension '{dimension}'. {nearest(dimension, known)}")
    return "campaign_id" if dimension == "campaign" else dimension


def known_values(facts: Facts, dimension: str) -> list[str]:
    """The values that a dimension has in the facts, in alphabetical order, ``(none)`` included."""
    values = facts.table.select(value=facts.table[column_of(dimension, facts)]).distinct()
    return sorted(values.to_pandas()["value"].astype(str))


def filtered_by(where: Where | None) -> dict[str, Sequence[str]]:
    """The dimensions of a filter that do filter, each with its values."""
    return {name: values for name, values in (where or {}).items() if values}


def filter_key(where: Where) -> Hashable:
    """A filter as a key: the same for the same values in any order."""
    return frozenset((name, frozenset(values)) for name, values in where.items())


def as_windows(asked: Sequence[Window | Period], facts: Facts) -> list[Window]:
    """Windows of periods: conversions count up to ``facts.as_of`` by default."""
    return [w if isinstance(w, Window) else Window(w, facts.as_of) for w in asked]


def matching(table: ir.Table, facts: Facts, where: Where) -> ir.Table:
    """The rows of a selection; table: one of the facts' own."""
    for dimension, values in where.items():
        column = column_of(dimension, facts)
        if values:
            table = table.filter(table[column].isin(list(values)))
    return table


def starts_and_ends(windows: Sequence[Window]) -> tuple[Days, Days]:
    """The first and the last day of each window."""
    return as_days([w.period.start for w in windows]), as_days([w.period.end for w in windows])
