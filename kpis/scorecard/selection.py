"""What is asked of the facts: a selection of them, over windows of time."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import ibis.expr.types as ir

from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import ATTRIBUTION_MODELS, Company, Definitions
from kpis.errors import UsageError, nearest
from kpis.model import BUILT_IN_DIMENSIONS, Where
from kpis.scorecard.daily import Columns, DailyFacts, Days, as_days, daily_facts, daily_question

T = TypeVar("T")
ANSWERS_KEPT = 32

Ask = Callable[[Hashable, Where, Callable[[Where], ir.Table]], Columns]
"""Answers the question that a function makes of a filter; questions of one shape differ in the
filter's values only."""


def as_written(shape: Hashable, where: Where, question: Callable[[Where], ir.Table]) -> Columns:
    """Ask whatever engine the question's tables are in."""
    answer = question(where).to_pyarrow()
    return {name: answer[name].to_numpy() for name in answer.column_names}


@dataclass(frozen=True)
class Facts:
    """The facts table with what is needed to read it.

    every_model: as returned by kpis.facts.facts.credited_facts; table: the same under one model.
    as_of: the day it was built for.
    mapped: the columns that came from a source; what needs others is undefined, not zero.
    usual_cycle_days: median days from lead to customer (see usual_cycle), NaN where unknown.
    not_predicted: why no lifetime value is predicted, where definitions ask for one.
    ask: how questions are put to the engine.
    """

    table: ir.Table
    every_model: ir.Table
    as_of: date
    dimensions: tuple[str, ...]
    mapped: Mapped
    definitions: Definitions
    company: Company
    usual_cycle_days: float = float("nan")
    not_predicted: str = ""
    ask: Ask = field(default=as_written, compare=False)
    _answers: dict[Hashable, Any] = field(
        default_factory=dict,
        init=False,
        compare=False,  # of this table: no copy has them
    )

    def daily(
        self,
        where: Where | None = None,
        by: str | None = None,
        measures: frozenset[str] | None = None,
        cohorts_of: frozenset[str] | None = None,
    ) -> DailyFacts:
        """Each measure of a selection by day; one question, and none when it was asked lately.

        by: a dimension to group by. measures, cohorts_of: see kpis.scorecard.daily.daily_question.
        Raises UsageError for a dimension that does not exist.
        """
        own, column = filtered_by(where), column_of(by, self) if by else None

        def question(where: Where) -> ir.Table:
            rows = matching(self.table, self, where)
            return daily_question(rows, ["value"], column, measures, cohorts_of)

        def ask() -> DailyFacts:
            answer = self.ask(("daily", by, measures, cohorts_of), own, question)
            return daily_facts(answer, ["value"], by is not None)["value"]

        return self.kept(("daily", filter_key(own), by, measures, cohorts_of), ask)

    def daily_by_model(
        self,
        where: Where | None,
        by: str | None,
        measures: frozenset[str],
        cohorts_of: frozenset[str],
    ) -> dict[str, DailyFacts]:
        """As :meth:`daily`, under each attribution model of ``every_model``; it is not kept."""
        models = [model for model in ATTRIBUTION_MODELS if model in self.every_model.columns]
        column = column_of(by, self) if by else None

        def question(where: Where) -> ir.Table:
            rows = matching(self.every_model, self, where)
            return daily_question(rows, models, column, measures, cohorts_of)

        answer = self.ask(("by model", by, measures, cohorts_of), filtered_by(where), question)
        return daily_facts(answer, models, by is not None)

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
