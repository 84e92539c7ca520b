"""Periods as the company counts them: weeks, months, fiscal quarters and years, working days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from kpis.definitions import WEEKDAYS, Company
from kpis.errors import UsageError

RECORDED_WITHIN = timedelta(days=7)
"""A period counts as recorded from its beginning when the first of all came within these days."""

Unit = Literal["week", "month", "quarter", "year"]
UNITS: tuple[Unit, ...] = ("week", "month", "quarter", "year")


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``start`` to ``end``, both included.

    Raises UsageError when it ends before it starts.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UsageError(
                f"A period cannot end ({self.end}) before it starts ({self.start}). "
                "Exchange the two days."
            )

    @property
    def days(self) -> int:
        """Calendar days in the period, at least 1."""
        return (self.end - self.start).days + 1

    def until(self, day: date) -> "Period":
        """The part of the period up to and including ``day``; at least its first day."""
        return Period(self.start, max(self.start, min(self.end, day)))


def today(company: Company, now: datetime) -> date:
    """The company's calendar day at the instant ``now`` (a time with its zone)."""
    return now.astimezone(company.zone).date()


def week_of(day: date, company: Company) -> Period:
    """The week that holds ``day``, from the company's first day of the week."""
    first = WEEKDAYS.index(company.week_starts[:3])
    start = day - timedelta(days=(day.weekday() - first) % 7)
    return Period(start, start + timedelta(days=6))


def month_of(day: date, company: Company) -> Period:
    """The calendar month that holds ``day``."""
    return _months(day.year, day.month, 1)


def quarter_of(day: date, company: Company) -> Period:
    """The fiscal quarter that holds ``day``."""
    months_in = (day.month - company.fiscal_year_starts) % 12
    return _months(*_shifted(day.year, day.month, -(months_in % 3)), 3)


def year_of(day: date, company: Company) -> Period:
    """The fiscal year that holds ``day``."""
    months_in = (day.month - company.fiscal_year_starts) % 12
    return _months(*_shifted(day.year, day.month, -months_in), 12)


_PERIOD_OF: dict[Unit, Callable[[date, Company], Period]] = {
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
    "year": year_of,
}


def period_of(unit: Unit, day: date, company: Company) -> Period:
    """The week, month, fiscal quarter or fiscal year that holds ``day``."""
    return _PERIOD_OF[unit](day, company)


def unit_of(period: Period, company: Company) -> Unit | None:
    """The unit that ``period`` is a whole one of, the shortest first; None for any other range."""
    for unit in UNITS:
        if period_of(unit, period.start, company) == period:
            return unit
    return None


def name_of(period: Period, company: Company) -> str:
    """The period's name: ``2026-11``, ``2026-Q4``, ``2026``; else its days, ``start..end``.

    Quarters and years are fiscal. A fiscal year is named by the calendar year in which it ends (or
    starts, where the company says so): of a year from October, October 2025 is in ``2026-Q1``.
    """
    match unit_of(period, company):
        case "month":
            return f"{period.start:%Y-%m}"
        case "quarter":
            months_in = (period.start.month - company.fiscal_year_starts) % 12
            year = _fiscal_name(year_of(period.start, company), company)
            return f"{year}-Q{months_in // 3 + 1}"
        case "year":
            return _fiscal_name(period, company)
        case _:
            return f"{period.start}..{period.end}"


def fiscal_period(name: str, company: Company) -> Period:
    """The fiscal year or quarter of that :func:`name_of`: ``2026``, ``2026-Q4``."""
    year, _, quarter = name.partition("-Q")
    starts = company.fiscal_year_starts
    is_named_by_end = company.fiscal_year_named == "end" and starts > 1
    begin = date(int(year) - is_named_by_end, starts, 1)
    whole = year_of(begin, company)
    return split(whole, "quarter", company)[int(quarter) - 1] if quarter else whole


def _fiscal_name(year: Period, company: Company) -> str:
    return f"{(year.end if company.fiscal_year_named == 'end' else year.start).year:04}"


def split(period: Period, unit: Unit, company: Company) -> list[Period]:
    """The weeks (months, …) of ``period`` in order, the first and last cut to fit into it."""
    parts = []
    day = period.start
    while day <= period.end:
        whole = period_of(unit, day, company)
        parts.append(Period(day, min(whole.end, period.end)))
        day = whole.end + timedelta(days=1)
    return parts


def last_whole(unit: Unit, count: int, as_of: date, company: Company) -> list[Period]:
    """The last ``count`` weeks (months, …) that are over on the day ``as_of``, oldest first.

    A week is over when the next has begun: on its last day, that day is still to come in part.
    """
    found: list[Period] = []
    period = period_of(unit, as_of, company)
    while len(found) < count:
        period = period_of(unit, period.start - timedelta(days=1), company)
        found.append(period)
    return found[::-1]


def named_periods(as_of: date, company: Company) -> dict[str, Period]:
    """The periods that people ask for by name, as of a day; running ones are whole periods."""
    named: dict[str, Period] = {}
    for unit in UNITS:
        current = period_of(unit, as_of, company)
        named[f"this {unit}"] = current
        named[f"last {unit}"] = period_of(unit, current.start - timedelta(days=1), company)
    weeks = last_whole("week", 13, as_of, company)
    named["last 13 weeks"] = Period(weeks[0].start, weeks[-1].end)
    return named


def is_working_day(day: date, company: Company) -> bool:
    """Whether the company works on ``day``: a working weekday and no holiday."""
    return WEEKDAYS[day.weekday()] in company.working_days and day not in company.holidays


def working_days(period: Period, company: Company) -> int:
    """How many days of ``period`` the company works on.

    By weeks, what is left of one, and holidays: a year takes no longer than a month.
    """
    works = [name in company.working_days for name in WEEKDAYS]
    weeks, left = divmod(period.days, 7)
    odd = sum(works[(period.start.weekday() + n) % 7] for n in range(left))
    inside = {day for day in company.holidays if period.start <= day <= period.end}
    return weeks * sum(works) + odd - sum(works[day.weekday()] for day in inside)


def previous(period: Period, as_of: date, company: Company) -> Period:
    """The period to compare with, like for like.

    A whole week, month, quarter or year is compared with the one before. While it still runs at
    ``as_of``, or where a range begins with one and ends on ``as_of``, only the part of the one
    before that is like the days so far (see :func:`part_like`). Any other range is compared with as
    many days just before it, cut at the same number of days while it runs.
    """
    unit = unit_of(period, company) or _to_date_unit(period, as_of, company)
    day_before = period.start - timedelta(days=1)
    if unit is None:
        before = Period(period.start - timedelta(days=period.days), day_before)
        elapsed = period.until(as_of).days
        return before.until(before.start + timedelta(days=elapsed - 1))
    before = period_of(unit, day_before, company)
    if as_of >= period_of(unit, period.start, company).end:
        return before
    return part_like(period.until(as_of), before, company)


def _to_date_unit(period: Period, as_of: date, company: Company) -> Unit | None:
    """The unit that a range up to ``as_of`` is the running part of: the shortest from a month on.

    Of a week only where no month begins with it.
    """
    if period.end < as_of:
        return None
    units: tuple[Unit, ...] = ("month", "quarter", "year", "week")
    for unit in units:
        whole = period_of(unit, period.start, company)
        if whole.start == period.start and as_of <= period.end <= whole.end:
            return unit
    return None


def part_like(so_far: Period, other: Period, company: Company) -> Period:
    """The part of ``other`` from its first day that is like ``so_far``, the days of a running one.

    Both have as many working days: on the 15th working day of November, October up to its 15th. And
    both end on the same kind of day: where ``so_far`` ends on days off, the other runs on through
    its own days off, at most as many. So what happens on working days alone, the same each day,
    shows no change; what happens each day shows none but that of the days off in between.
    At least the first day of ``other``; all of it where it has fewer working days.
    """
    done = working_days(so_far, company)
    end = until_working_day(other, done, company).end
    off = _days_off_at_the_end(so_far, company)
    if not done:  # the first day of ``other`` stands for one of them
        off -= 1
    while off > 0 and end < other.end and not is_working_day(end + timedelta(days=1), company):
        end += timedelta(days=1)
        off -= 1
    return Period(other.start, end)


def _days_off_at_the_end(period: Period, company: Company) -> int:
    """How many days off ``period`` ends with."""
    off = 0
    while off < period.days and not is_working_day(period.end - timedelta(days=off), company):
        off += 1
    return off


def until_working_day(period: Period, count: int, company: Company) -> Period:
    """The part of ``period`` up to its ``count``-th working day.

    Its first day when ``count`` is 0, and all of it when it has fewer working days.
    """
    day = period.start
    done = int(is_working_day(day, company))
    while done < count and day < period.end:
        day += timedelta(days=1)
        done += is_working_day(day, company)
    return Period(period.start, day)


def _months(year: int, month: int, count: int) -> Period:
    after = date(*_shifted(year, month, count), 1)
    return Period(date(year, month, 1), after - timedelta(days=1))


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    """The (year, month) that lies ``by`` months later."""
    years, index = divmod(month - 1 + by, 12)
    return year + years, index + 1
