"""The weekly frame: six weeks, twelve months and a box, as a weekly business review reads a KPI.

After the 6-12 chart of Bryar and Carr, Working Backwards, chapter 6 (Metrics). Every cell is a
question of its own to the facts: a ratio is divided out of the sums of its own days, never averaged
from other cells.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from kpis.calendar import (
    RECORDED_WITHIN,
    Period,
    Unit,
    last_whole,
    part_like,
    period_of,
)
from kpis.catalogue import COHORT_KPI, Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.goals.targets import target_for, targets_of
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, Window
from kpis.weeks.usual_range import first_days, judged_weeks, usual_range
from kpis.weeks.xmr import Signal, Xmr

WEEKS, MONTHS = 6, 12
YEAR_OF_WEEKS = timedelta(weeks=52)
"""A week's year before begins 364 days earlier: on the same weekday, leap year or not."""
TO_DATE: tuple[Unit, ...] = ("month", "quarter", "year")


@dataclass(frozen=True, eq=False)
class WeeklyFrame:
    """One KPI of a weekly business review. NaN is undefined, or nothing recorded yet.

    weeks: the last six that were over, oldest first: start, end (days), value, year_before (of the
        week 52 weeks earlier), target, immature (whether its leads are too young to judge
        conversion by).
    months: twelve, the same columns; year_before is that of the same month a year earlier.
    box: name, start, end, value, before, year_before, change, one row each for ``last week``,
        ``week on week``, ``year on year``, ``month to date``, ``quarter to date``, ``year to
        date``. ``change`` is that from ``before`` to ``value``: a difference for shares and
        returns (0.018 is 1.8 points), else a share of ``before``. The last week itself has none.
    undefined: why the last week has no value; None where it has one.
    history: the weeks that ``chart`` judges, up to 53, the last of them the last week; ``chart``
        has a point for each. None for KPIs that look back over a year.
    usual_range: what the chart says of the last week, in words.
    """

    kpi: Kpi
    weeks: pd.DataFrame
    months: pd.DataFrame
    box: pd.DataFrame
    undefined: str | None
    history: tuple[Period, ...]
    chart: Xmr | None
    usual_range: str

    @property
    def signal(self) -> Signal | None:
        """The signal of the last week; None where it is noise, or too early to say."""
        return self.chart.points[-1].signal if self.chart else None


@dataclass(frozen=True)
class _Compared:
    """A period and its year before."""

    current: Window
    year_before: Window


@dataclass(frozen=True)
class _Calendar:
    """Every period that the frame asks for."""

    weeks: list[_Compared]
    months: list[_Compared]
    to_date: dict[Unit, _Compared]
    history: list[Window]

    @property
    def windows(self) -> list[Window]:
        compared = [*self.weeks, *self.months, *self.to_date.values()]
        asked = [window for pair in compared for window in (pair.current, pair.year_before)]
        return list(dict.fromkeys([*asked, *self.history]))


def weekly_frame(
    facts: Facts,
    kpi_keys: Sequence[str],
    where: Where | None = None,
    targets: Sequence[Target] = (),
    changed_on: Mapping[str, Collection[date]] | None = None,
) -> dict[str, WeeklyFrame]:
    """Return the weekly frame of each KPI as of ``facts.as_of``, all from one scorecard.

    where: the selection. changed_on: per KPI the days from which its usual range begins anew (see
        kpis.weeks.usual_range.new_meanings).

    A year before is like for like: weeks by weekday, to date up to the same working day, conversion
    at the same age of the leads. For the usual range, every week is seen at the age of the last.
    Raises UsageError for a KPI or dimension that does not exist.
    """
    kpis = [kpi_named(key) for key in kpi_keys]
    calendar = _calendar(facts.as_of, facts.company)
    rows = scorecard_rows(facts, calendar.windows, None, where)
    cells = dict(zip(calendar.windows, rows, strict=True))
    recorded = first_days(facts, {})
    selected = first_days(facts, where) if where else recorded
    agreed = targets_of(targets, where or {})
    frames = {}
    for kpi in kpis:
        target = partial(target_for, agreed, kpi.key, company=facts.company)
        answers = _Answers(kpi, cells, recorded.get(kpi.key))
        since = selected.get(kpi.key, facts.as_of) if kpi.additive else None
        history = {window.period: answers.value(window) for window in calendar.history}
        changes = (changed_on or {}).get(kpi.key, ())
        chart, text = usual_range(kpi, history, since, changes, facts.company.currency)
        six, twelve = (answers.table(p, target) for p in (calendar.weeks, calendar.months))
        undefined = answers.undefined(calendar.history[-1])
        frames[kpi.key] = WeeklyFrame(
            *(kpi, six, twelve, answers.box(calendar), undefined, tuple(history), chart, text)
        )
    return frames


def _calendar(as_of: date, company: Company) -> _Calendar:
    """Every period that the frame asks for, as of a day."""
    judged = judged_weeks(as_of, company)
    return _Calendar(
        weeks=[_compared(week, _weeks_before(week), as_of) for week in judged[-WEEKS:]],
        months=[
            _compared(month, _year_before(month, "month", company), as_of)
            for month in last_whole("month", MONTHS, as_of, company)
        ],
        to_date={unit: _to_date(unit, as_of, company) for unit in TO_DATE},
        history=[_at_age_of(judged[-1], week, as_of) for week in judged],
    )


def _compared(period: Period, before: Period, as_of: date) -> _Compared:
    """A period beside its year before at equal age."""
    return _Compared(Window(period, as_of), _at_age_of(period, before, as_of))


def _at_age_of(period: Period, earlier: Period, as_of: date) -> Window:
    """An earlier period, its leads as old as those of ``period`` are on ``as_of``."""
    return Window(earlier, min(earlier.start + (as_of - period.start), as_of))


def _weeks_before(week: Period) -> Period:
    return Period(week.start - YEAR_OF_WEEKS, week.end - YEAR_OF_WEEKS)


def _year_before(whole: Period, unit: Unit, company: Company) -> Period:
    return period_of(unit, whole.start.replace(year=whole.start.year - 1), company)


def _to_date(unit: Unit, as_of: date, company: Company) -> _Compared:
    """The month (quarter, year) so far, beside the like part of the year before.

    On its last day it is compared whole.
    """
    whole = period_of(unit, as_of, company)
    before = _year_before(whole, unit, company)
    so_far = whole.until(as_of)
    if so_far == whole:
        return _compared(whole, before, as_of)
    return _compared(so_far, part_like(so_far, before, company), as_of)


@dataclass(frozen=True)
class _Answers:
    """The scorecard's answers for one KPI; ``recorded``: the first day that it was counted.

    Counts and amounts have no value in periods that were over before that day: that is not zero. A
    period whose first week went unrecorded is none to compare with.
    """

    kpi: Kpi
    cells: Mapping[Window, Mapping[Any, Any]]
    recorded: date | None

    def value(self, window: Window) -> float:
        if self.recorded and window.period.end < self.recorded:
            return nan
        return float(self.cells[window][self.kpi.key])

    def before(self, window: Window) -> float:
        """The value to compare with: none when the recording began well into the period."""
        begun = not self.recorded or self.recorded <= window.period.start + RECORDED_WITHIN
        return self.value(window) if begun else nan

    def undefined(self, window: Window) -> str | None:
        if self.recorded and window.period.end < self.recorded:
            return f"nothing was recorded before {self.recorded}"
        reason: str | None = self.cells[window]["reasons"].get(self.kpi.key)
        return reason

    def table(
        self, periods: Sequence[_Compared], target: Callable[[Period], float | None]
    ) -> pd.DataFrame:
        now = [pair.current for pair in periods]
        is_cohort = self.kpi.key == COHORT_KPI
        columns = {
            "start": [window.period.start for window in now],
            "end": [window.period.end for window in now],
            "value": [self.value(window) for window in now],
            "year_before": [self.before(pair.year_before) for pair in periods],
            "target": np.array([target(window.period) for window in now], dtype=float),
            "immature": [is_cohort and self.cells[window]["immature"] for window in now],
        }
        return pd.DataFrame(columns)

    def box(self, calendar: _Calendar) -> pd.DataFrame:
        last = calendar.weeks[-1]
        rows: list[tuple[str, _Compared, Window | None]] = [
            ("last week", last, None),
            ("week on week", last, calendar.history[-2]),
            ("year on year", last, last.year_before),
        ]
        to_date = calendar.to_date.items()
        rows += [(f"{unit} to date", pair, pair.year_before) for unit, pair in to_date]
        values = [self.value(pair.current) for _, pair, _ in rows]
        before = [nan if than is None else self.before(than) for _, _, than in rows]
        columns = {
            "name": [name for name, _, _ in rows],
            "start": [pair.current.period.start for _, pair, _ in rows],
            "end": [pair.current.period.end for _, pair, _ in rows],
            "value": values,
            "before": before,
            "year_before": [self.before(pair.year_before) for _, pair, _ in rows],
            "change": [_change(self.kpi, *pair) for pair in zip(values, before, strict=True)],
        }
        return pd.DataFrame(columns)


def _change(kpi: Kpi, now: float, before: float) -> float:
    if kpi.unit in ("share", "return"):
        return now - before
    return (now - before) / abs(before) if before else nan
