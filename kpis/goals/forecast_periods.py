"""What there is to see of a period on the day of its forecast: days done, days left, recent weeks.

Costs of no campaign come by the month, so a period of whole months (a month, a quarter, a year) is
seen by months, too: which of them run or are still to begin, and which were the last before.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from kpis.calendar import Period, last_whole, split, working_days
from kpis.definitions import Company

WEEKS = 13
"""How many whole weeks before the day of the forecast it is made from, at most."""
MONTHS = 3
"""How many whole months before that day costs of no campaign are forecast from, at most."""


@dataclass(frozen=True)
class Months:
    """A period of whole months on the day of its forecast.

    running: the month of that day, up to it; None before the period begins. ahead: how many months
    are still to begin. recent: the last three that were over on the day of the forecast, oldest
    first; before: all days before these.
    """

    running: Period | None
    ahead: int
    recent: tuple[Period, ...]
    before: Period


@dataclass(frozen=True)
class View:
    """What there is to see of a period on the day ``made_on``.

    so_far: the period up to that day; None before it begins. working_days: those of all of it.
    left: those after that day. weeks: the last 13 whole ones, oldest first; before: all days before
    these. months: None for a week and for any range that is no number of whole months.
    """

    period: Period
    made_on: date
    so_far: Period | None
    working_days: int
    left: int
    weeks: tuple[Period, ...]
    before: Period
    months: Months | None

    @property
    def asked(self) -> tuple[Period, ...]:
        """All periods to ask the facts for, to forecast from this view."""
        asked = [self.so_far, self.before, *self.weeks]
        if self.months:
            asked += [self.months.running, self.months.before, *self.months.recent]
        return tuple(period for period in asked if period)


def view_of(period: Period, made_on: date, company: Company) -> View:
    """What there is to see of ``period`` on the day ``made_on``, by the company's calendar."""
    so_far = period.until(made_on) if made_on >= period.start else None
    done = working_days(so_far, company) if so_far else 0
    total = working_days(period, company)
    weeks = tuple(last_whole("week", WEEKS, made_on, company))
    months = _months_of(period, made_on, company)
    return View(period, made_on, so_far, total, total - done, weeks, _all_before(weeks[0]), months)


def _months_of(period: Period, made_on: date, company: Company) -> Months | None:
    if period.start.day != 1 or (period.end + timedelta(days=1)).day != 1:
        return None
    months = split(period, "month", company)
    running = [month.until(made_on) for month in months if month.start <= made_on <= month.end]
    ahead = sum(month.start > made_on for month in months)
    recent = tuple(last_whole("month", MONTHS, made_on, company))
    return Months(running[0] if running else None, ahead, recent, _all_before(recent[0]))


def _all_before(period: Period) -> Period:
    return Period(date.min, period.start - timedelta(days=1))
