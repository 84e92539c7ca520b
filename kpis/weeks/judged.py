"""The weeks of a KPI beside what is usual of them: each judged by its limits, the last in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any

from kpis.calendar import RECORDED_WITHIN, Period
from kpis.catalogue import COHORT_KPI, Kpi, kpi_named
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, Window
from kpis.weeks.usual_range import first_days, judged_weeks, usual_range
from kpis.weeks.xmr import Signal, Xmr

Cells = Mapping[Window, Mapping[Any, Any]]
"""The scorecard's row of each window."""


@dataclass(frozen=True, eq=False)
class JudgedWeeks:
    """The last weeks of one KPI, as its XmR chart judges them.

    history: the weeks that ``chart`` judges, up to 53, the last of them the last week; ``chart``
        has a point for each. None for KPIs that look back over a year.
    usual_range: what the chart says of the last week, in words.
    immature: whether the leads of the last week are too young to judge conversion by.
    """

    kpi: Kpi
    history: tuple[Period, ...]
    chart: Xmr | None
    usual_range: str
    immature: bool

    @property
    def signal(self) -> Signal | None:
        """The signal of the last week; None where it is noise, or too early to say."""
        return self.chart.points[-1].signal if self.chart else None


@dataclass(frozen=True)
class Answers:
    """The scorecard's answers for one KPI; ``recorded``: the first day that it was counted.

    Counts and amounts have no value in periods that were over before that day: that is not zero. A
    period whose first week went unrecorded is none to compare with.
    """

    kpi: Kpi
    cells: Cells
    recorded: date | None

    def value(self, window: Window) -> float:
        """NaN where it is undefined, or nothing was recorded yet."""
        if self.recorded and window.period.end < self.recorded:
            return nan
        return float(self.cells[window][self.kpi.key])

    def before(self, window: Window) -> float:
        """The value to compare with: none when the recording began well into the period."""
        begun = not self.recorded or self.recorded <= window.period.start + RECORDED_WITHIN
        return self.value(window) if begun else nan

    def undefined(self, window: Window) -> str | None:
        """Why there is no value; None where there is one."""
        if self.recorded and window.period.end < self.recorded:
            return f"nothing was recorded before {self.recorded}"
        reason: str | None = self.cells[window]["reasons"].get(self.kpi.key)
        return reason

    def immature(self, window: Window) -> bool:
        """Whether its leads are too young to judge conversion by."""
        return self.kpi.key == COHORT_KPI and bool(self.cells[window]["immature"])


def weeks_judged(
    facts: Facts,
    kpi_keys: Sequence[str],
    where: Where | None = None,
    changed_on: Mapping[str, Collection[date]] | None = None,
) -> dict[str, JudgedWeeks]:
    """Return the last weeks of each KPI as of ``facts.as_of``, all from one scorecard.

    where: the selection. changed_on: per KPI the days from which its usual range begins anew (see
        kpis.weeks.usual_range.new_meanings).

    Every week is seen at the age of the last. Raises UsageError for a KPI or dimension that does
    not exist.
    """
    kpis, history = [kpi_named(key) for key in kpi_keys], history_of(facts)
    cells = dict(zip(history, scorecard_rows(facts, history, None, where), strict=True))
    answers = answers_of(facts, kpis, cells)
    return {one.kpi.key: judged(one, history, facts, where, changed_on) for one in answers}


def history_of(facts: Facts) -> list[Window]:
    """The weeks that are judged, oldest first, each with its leads as old as the last one's."""
    weeks = judged_weeks(facts.as_of, facts.company)
    return [at_age_of(weeks[-1], week, facts.as_of) for week in weeks]


def at_age_of(period: Period, earlier: Period, as_of: date) -> Window:
    """An earlier period, its leads as old as those of ``period`` are on ``as_of``."""
    return Window(earlier, min(earlier.start + (as_of - period.start), as_of))


def answers_of(facts: Facts, kpis: Sequence[Kpi], cells: Cells) -> list[Answers]:
    """The answers for each KPI."""
    recorded = first_days(facts, {})
    return [Answers(kpi, cells, recorded.get(kpi.key)) for kpi in kpis]


def judged(
    answers: Answers,
    history: Sequence[Window],
    facts: Facts,
    where: Where | None,
    changed_on: Mapping[str, Collection[date]] | None,
) -> JudgedWeeks:
    """One KPI's weeks beside what is usual; its answers hold all of ``history``."""
    kpi = answers.kpi
    since = first_days(facts, where or {}).get(kpi.key, facts.as_of) if kpi.additive else None
    values = {window.period: answers.value(window) for window in history}
    changes = (changed_on or {}).get(kpi.key, ())
    chart, text = usual_range(kpi, values, since, changes, facts.company.currency)
    return JudgedWeeks(kpi, tuple(values), chart, text, answers.immature(history[-1]))
