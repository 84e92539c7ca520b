"""Periods as companies count them: where calendars disagree, and what is compared with what."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import (
    UNITS,
    Period,
    Unit,
    fiscal_period,
    is_working_day,
    last_whole,
    month_of,
    name_of,
    named_periods,
    period_of,
    quarter_of,
    split,
    today,
    unit_of,
    week_of,
    working_days,
    year_of,
)
from kpis.definitions import WEEKDAYS, Company
from kpis.errors import UsageError
from tests.small_data import days

PLAIN = Company()
DATES = st.dates(date(1999, 1, 1), date(2101, 1, 1))
COMPANIES = st.builds(
    Company,
    fiscal_year_starts=st.integers(1, 12),
    week_starts=st.sampled_from(["monday", "wednesday", "saturday", "sunday"]),
    working_days=st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
    holidays=st.lists(DATES, max_size=3).map(tuple),
)


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(UsageError, match=r"cannot end \(2026-01-01\) before it starts"):
        days("2026-01-02", "2026-01-01")


def test_a_period_of_one_day_has_one_day() -> None:
    assert days("2026-01-01", "2026-01-01").days == 1


def test_a_period_until_a_day_outside_it_is_its_first_day_or_all_of_it() -> None:
    january = days("2026-01-01", "2026-01-31")
    assert january.until(date(2025, 12, 1)) == days("2026-01-01", "2026-01-01")
    assert january.until(date(2026, 1, 15)) == days("2026-01-01", "2026-01-15")
    assert january.until(date(2026, 3, 1)) == january


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 10, 31)),
        ("Europe/Berlin", date(2026, 11, 1)),
        ("America/Los_Angeles", date(2026, 10, 31)),
        ("Pacific/Auckland", date(2026, 11, 1)),
    ],
)
def test_today_is_the_companys_day(zone: str, day: date) -> None:
    """23:30 UTC on 31 October is 1 November, 00:30, in Berlin."""
    now = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert today(Company(time_zone=zone), now) == day


@pytest.mark.parametrize(("named", "year"), [("end", "2026"), ("start", "2025")])
def test_a_fiscal_year_is_named_by_the_year_it_ends_in_or_as_the_company_says(
    named: str, year: str
) -> None:
    """10 February 2026 is in the fourth quarter of the year from April 2025, which ends in 2026."""
    april = Company.model_validate({"fiscal_year_starts": 4, "fiscal_year_named": named})
    day = date(2026, 2, 10)
    assert year_of(day, april) == days("2025-04-01", "2026-03-31")
    assert quarter_of(day, april) == days("2026-01-01", "2026-03-31")
    assert name_of(year_of(day, april), april) == year
    assert name_of(quarter_of(day, april), april) == f"{year}-Q4"


@given(st.integers(1, 12), st.sampled_from(["start", "end"]), st.integers(1990, 2090))
def test_the_period_of_a_fiscal_name_has_that_name(starts: int, named: str, year: int) -> None:
    company = Company.model_validate({"fiscal_year_starts": starts, "fiscal_year_named": named})
    for name in (f"{year}", f"{year}-Q1", f"{year}-Q4"):
        assert name_of(fiscal_period(name, company), company) == name


def test_the_first_quarter_of_fiscal_2026_from_october_is_in_2025() -> None:
    october = Company(fiscal_year_starts=10)
    assert name_of(days("2025-10-01", "2025-12-31"), october) == "2026-Q1"


@pytest.mark.parametrize("named", ["end", "start"])
def test_a_calendar_year_has_one_name(named: str) -> None:
    company = Company.model_validate({"fiscal_year_named": named})
    assert name_of(days("2026-01-01", "2026-12-31"), company) == "2026"


def test_a_fiscal_year_from_february_has_quarters_across_the_turn_of_the_year() -> None:
    february = Company(fiscal_year_starts=2)
    quarter = quarter_of(date(2026, 1, 15), february)
    assert quarter == days("2025-11-01", "2026-01-31")
    assert name_of(quarter, february) == "2026-Q4"


@pytest.mark.parametrize(
    ("week_starts", "start"),
    [
        ("monday", "2026-01-05"),
        ("tuesday", "2025-12-30"),
        ("wednesday", "2025-12-31"),
        ("thursday", "2026-01-01"),
        ("friday", "2026-01-02"),
        ("saturday", "2026-01-03"),
        ("sunday", "2026-01-04"),
    ],
)
def test_weeks_may_start_on_any_day(week_starts: str, start: str) -> None:
    """5 January 2026 is a Monday: the first day of its week, or the last of one from Tuesday."""
    week = week_of(date(2026, 1, 5), Company.model_validate({"week_starts": week_starts}))
    assert week.start == date.fromisoformat(start)
    assert week.days == 7


def test_february_has_29_days_in_a_leap_year() -> None:
    assert month_of(date(2028, 2, 1), PLAIN) == days("2028-02-01", "2028-02-29")
    assert month_of(date(2026, 2, 1), PLAIN) == days("2026-02-01", "2026-02-28")
    assert year_of(date(2028, 6, 1), PLAIN).days == 366


def test_four_whole_weeks_of_february_are_a_month() -> None:
    """February 2027 runs from a Monday to a Sunday; it is the month, and no single week."""
    assert unit_of(days("2027-02-01", "2027-02-28"), PLAIN) == "month"


@pytest.mark.parametrize(
    ("period", "unit", "name"),
    [
        (days("2026-11-16", "2026-11-22"), "week", "2026-11-16..2026-11-22"),
        (days("2026-11-01", "2026-11-30"), "month", "2026-11"),
        (days("2026-10-01", "2026-12-31"), "quarter", "2026-Q4"),
        (days("2026-01-01", "2026-12-31"), "year", "2026"),
        (days("2026-11-02", "2026-11-30"), None, "2026-11-02..2026-11-30"),
        (days("2026-08-01", "2026-10-31"), None, "2026-08-01..2026-10-31"),
    ],
)
def test_a_period_is_named_as_people_name_it(period: Period, unit: Unit | None, name: str) -> None:
    assert (unit_of(period, PLAIN), name_of(period, PLAIN)) == (unit, name)


@given(DATES, COMPANIES)
def test_every_day_lies_in_exactly_one_week_month_quarter_and_year(
    day: date, company: Company
) -> None:
    for unit in UNITS:
        period = period_of(unit, day, company)
        assert period.start <= day <= period.end
        assert period_of(unit, period.start, company) == period
        assert period_of(unit, period.end, company) == period
        assert period_of(unit, period.end + timedelta(days=1), company) != period
    assert year_of(day, company).start.month == company.fiscal_year_starts


@given(DATES, st.integers(0, 500), COMPANIES, st.sampled_from(UNITS))
def test_the_parts_of_a_period_are_the_period(
    start: date, more: int, company: Company, unit: Unit
) -> None:
    period = Period(start, start + timedelta(days=more))
    parts = split(period, unit, company)
    assert parts[0].start == period.start and parts[-1].end == period.end
    assert sum(part.days for part in parts) == period.days
    assert sum(working_days(part, company) for part in parts) == working_days(period, company)


def test_the_first_and_last_week_of_a_month_are_cut_to_fit() -> None:
    """November 2026 starts on a Sunday and ends on a Monday: six weeks, two of one day."""
    weeks = split(days("2026-11-01", "2026-11-30"), "week", PLAIN)
    assert [week.days for week in weeks] == [1, 7, 7, 7, 7, 1]


def test_a_week_is_over_when_the_next_has_begun() -> None:
    """On Sunday 22 November a part of that day is still to come; on Monday it is over."""
    sunday, monday = date(2026, 11, 22), date(2026, 11, 23)
    assert last_whole("week", 1, monday, PLAIN) == [days("2026-11-16", "2026-11-22")]
    assert last_whole("week", 2, sunday, PLAIN) == [
        days("2026-11-02", "2026-11-08"),
        days("2026-11-09", "2026-11-15"),
    ]


def test_a_month_is_over_on_the_first_of_the_next() -> None:
    october = days("2026-10-01", "2026-10-31")
    assert last_whole("month", 1, date(2026, 11, 1), PLAIN) == [october]
    assert last_whole("month", 1, date(2026, 10, 31), PLAIN) == [days("2026-09-01", "2026-09-30")]


def test_weeks_across_the_turn_of_the_year_are_whole() -> None:
    """2026 has an ISO week 53, from Monday 28 December to Sunday 3 January."""
    assert last_whole("week", 3, date(2027, 1, 10), PLAIN) == [
        days("2026-12-14", "2026-12-20"),
        days("2026-12-21", "2026-12-27"),
        days("2026-12-28", "2027-01-03"),
    ]


def test_the_named_periods_of_a_monday_in_november() -> None:
    """The last 13 weeks are those that are over: the running week is not among them."""
    assert named_periods(date(2026, 11, 23), PLAIN) == {
        "this week": days("2026-11-23", "2026-11-29"),
        "last week": days("2026-11-16", "2026-11-22"),
        "this month": days("2026-11-01", "2026-11-30"),
        "last month": days("2026-10-01", "2026-10-31"),
        "this quarter": days("2026-10-01", "2026-12-31"),
        "last quarter": days("2026-07-01", "2026-09-30"),
        "this year": days("2026-01-01", "2026-12-31"),
        "last year": days("2025-01-01", "2025-12-31"),
        "last 13 weeks": days("2026-08-24", "2026-11-22"),
    }


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """December 2026 has 23 weekdays. The 25th is a Friday; the 26th a Saturday, off anyhow."""
    december = days("2026-12-01", "2026-12-31")
    closed = Company(holidays=(date(2026, 12, 25), date(2026, 12, 26)))
    assert working_days(december, PLAIN) == 23
    assert working_days(december, closed) == 22


@given(DATES, st.integers(0, 400), COMPANIES, st.lists(st.integers(-3, 403), max_size=20))
def test_working_days_are_the_working_days_counted_one_by_one(
    start: date, more: int, company: Company, closed: list[int]
) -> None:
    """Some holidays are days off anyhow, are named twice, or are outside of the period."""
    holidays = tuple(start + timedelta(days=n) for n in closed)
    company = company.model_copy(update={"holidays": holidays})
    counted = sum(is_working_day(start + timedelta(days=n), company) for n in range(more + 1))
    assert working_days(Period(start, start + timedelta(days=more)), company) == counted


def test_a_working_week_may_run_from_sunday_to_thursday() -> None:
    company = Company(working_days=("sun", "mon", "tue", "wed", "thu"))
    assert working_days(days("2026-11-20", "2026-11-21"), company) == 0  # Friday and Saturday
    assert working_days(days("2026-11-22", "2026-11-28"), company) == 5
