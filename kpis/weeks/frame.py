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

import numpy as np
import pandas as pd

from kpis.calendar import Period, Unit, last_whole, part_like, period_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.goals.targets import target_for, targets_of
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, Window
from kpis.weeks.judged import Answers, JudgedWeeks, answers_of, at_age_of, history_of, judged

WEEKS, MONTHS = 6, 12
YEAR_OF_WEEKS = timedelta(weeks=52)
"""A week's year before begins 364 days earlier: on the same weekday, leap year or not."""
TO_DATE: tuple[Unit, ...] = ("month", "quarter", "year")


@dataclass(frozen=True, eq=False)
class WeeklyFrame(JudgedWeeks):
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
    """

    weeks: pd.DataFrame
    months: pd.DataFrame
    box: pd.DataFrame
    undefined: str | None


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
    kpis, calendar = [kpi_named(key) for key in kpi_keys], _calendar(facts)
    rows = scorecard_rows(facts, calendar.windows, None, where)
    cells, agreed = dict(zip(calendar.windows, rows, strict=True)), targets_of(targets, where or {})
    frames = {}
    for answers in answers_of(facts, kpis, cells):
        key, weeks = answers.kpi.key, judged(answers, calendar.history, facts, where, changed_on)
        target = partial(target_for, agreed, key, company=facts.company)
        frames[key] = WeeklyFrame(
            **vars(weeks),
            weeks=_table(answers, calendar.weeks, target),
            months=_table(answers, calendar.months, target),
            box=_box(answers, calendar),
            undefined=answers.undefined(calendar.history[-1]),
        )
    return frames


def _calendar(facts: Facts) -> _Calendar:
    """Every period that the frame asks for."""
    as_of, company, history = facts.as_of, facts.company, history_of(facts)

    def compared(period: Period, before: Period) -> _Compared:
        """A period beside its year before at equal age."""
        return _Compared(Window(period, as_of), at_age_of(period, before, as_of))

    weeks = [window.period for window in history[-WEEKS:]]
    months = last_whole("month", MONTHS, as_of, company)
    return _Calendar(
        weeks=[
            compared(week, Period(week.start - YEAR_OF_WEEKS, week.end - YEAR_OF_WEEKS))
            for week in weeks
        ],
        months=[compared(month, _year_before(month, "month", company)) for month in months],
        to_date={unit: compared(*_to_date(unit, as_of, company)) for unit in TO_DATE},
        history=history,
    )


def _year_before(whole: Period, unit: Unit, company: Company) -> Period:
    return period_of(unit, whole.start.replace(year=whole.start.year - 1), company)


def _to_date(unit: Unit, as_of: date, company: Company) -> tuple[Period, Period]:
    """The month (quarter, year) so far, and the like part of the year before: whole if it is."""
    whole = period_of(unit, as_of, company)
    so_far, before = whole.until(as_of), _year_before(whole, unit, company)
    return so_far, before if so_far == whole else part_like(so_far, before, company)


def _table(
    answers: Answers, periods: Sequence[_Compared], target: Callable[[Period], float | None]
) -> pd.DataFrame:
    now = [pair.current for pair in periods]
    columns = {
        "start": [window.period.start for window in now],
        "end": [window.period.end for window in now],
        "value": [answers.value(window) for window in now],
        "year_before": [answers.before(pair.year_before) for pair in periods],
        "target": np.array([target(window.period) for window in now], dtype=float),
        "immature": [answers.immature(window) for window in now],
    }
    return pd.DataFrame(columns)


def _box(answers: Answers, calendar: _Calendar) -> pd.DataFrame:
    last = calendar.weeks[-1]
    rows: list[tuple[str, _Compared, Window | None]] = [
        ("last week", last, None),
        ("week on week", last, calendar.history[-2]),
        ("year on year", last, last.year_before),
    ]
    to_date = calendar.to_date.items()
    rows += [(f"{unit} to date", pair, pair.year_before) for unit, pair in to_date]
    values = [answers.value(pair.current) for _, pair, _ in rows]
    before = [nan if than is None else answers.before(than) for _, _, than in rows]
    columns = {
        "name": [name for name, _, _ in rows],
        "start": [pair.current.period.start for _, pair, _ in rows],
        "end": [pair.current.period.end for _, pair, _ in rows],
        "value": values,
        "before": before,
        "year_before": [answers.before(pair.year_before) for _, pair, _ in rows],
        "change": [_change(answers.kpi, *pair) for pair in zip(values, before, strict=True)],
    }
    return pd.DataFrame(columns)


def _change(kpi: Kpi, now: float, before: float) -> float:
    if kpi.unit in ("share", "return"):
        return now - before
    return (now - before) / abs(before) if before else nan
