"""What a period is compared with: whole with whole, running up to the same kind of day.

"No change" of something that goes on in the same way means two things, and no calendar gives both:
what happens on working days alone, the same each day, shows no change on any day; what happens
every day shows none but that of the days off that the one side has had more of.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import (
    UNITS,
    Period,
    Unit,
    is_working_day,
    period_of,
    previous,
    working_days,
)
from kpis.definitions import Company
from tests.kpis.test_calendar import COMPANIES, DATES, PLAIN
from tests.small_data import days


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (days("2026-11-16", "2026-11-22"), days("2026-11-09", "2026-11-15")),
        (days("2026-03-01", "2026-03-31"), days("2026-02-01", "2026-02-28")),
        (days("2028-03-01", "2028-03-31"), days("2028-02-01", "2028-02-29")),
        (days("2026-01-01", "2026-03-31"), days("2025-10-01", "2025-12-31")),
        (days("2029-01-01", "2029-12-31"), days("2028-01-01", "2028-12-31")),
        (days("2026-11-05", "2026-11-14"), days("2026-10-26", "2026-11-04")),
    ],
)
def test_a_whole_period_is_compared_with_the_whole_one_before(
    period: Period, before: Period
) -> None:
    assert previous(period, date(2030, 1, 1), PLAIN) == before
    assert previous(period, period.end, PLAIN) == before


def test_month_to_date_is_compared_up_to_the_same_working_day() -> None:
    """20 November 2026 is the 15th working day of a month that starts on a Sunday. October starts
    on a Thursday: 2 + 5 + 5 + 3 working days are over on Wednesday the 21st, not on the 20th."""
    november, october = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-21")
    assert previous(november, date(2026, 11, 20), PLAIN) == october


def test_a_weekend_adds_no_working_day_to_the_comparison() -> None:
    november, october = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-21")
    assert previous(november, date(2026, 11, 22), PLAIN) == october


def test_a_holiday_moves_the_comparison() -> None:
    """With 7 October off, its 15th working day is the 22nd."""
    company = Company(holidays=(date(2026, 10, 7),))
    before = previous(days("2026-11-01", "2026-11-30"), date(2026, 11, 20), company)
    assert before == days("2026-10-01", "2026-10-22")


def test_a_shorter_month_before_is_taken_whole() -> None:
    """30 March 2026 is the 21st working day... of 22; February has 20."""
    before = previous(days("2026-03-01", "2026-03-31"), date(2026, 3, 30), PLAIN)
    assert before == days("2026-02-01", "2026-02-28")


def test_before_the_first_working_day_the_comparison_is_one_day() -> None:
    """1 November 2026 is a Sunday: no working day yet; a period has at least its first day."""
    before = previous(days("2026-11-01", "2026-11-30"), date(2026, 11, 1), PLAIN)
    assert before == days("2026-10-01", "2026-10-01")


def test_quarter_to_date_counts_working_days_from_the_start_of_the_fiscal_quarter() -> None:
    """Fiscal years from February: the quarter from 1 November 2026 has 5 working days by the 6th.
    The one before starts on Saturday 1 August: its 5th working day is Friday the 7th."""
    company = Company(fiscal_year_starts=2)
    before = previous(days("2026-11-01", "2027-01-31"), date(2026, 11, 6), company)
    assert before == days("2026-08-01", "2026-08-07")


def test_a_running_range_of_days_is_cut_at_the_same_number_of_days() -> None:
    before = previous(days("2026-11-05", "2026-11-14"), date(2026, 11, 7), PLAIN)
    assert before == days("2026-10-26", "2026-10-28")


def test_where_this_side_ends_on_days_off_the_other_goes_on_through_its_own() -> None:
    """26 July 2026 is a Sunday, the 18th working day of its quarter was Friday the 24th. That of
    the quarter before was Friday 24 April: up to that day, one lead a day would be 26 against 24,
    8.3 % more. Up to Sunday 26 April it is 26 against 26; on Saturday 25 against 25."""
    quarter = days("2026-07-01", "2026-09-30")
    sunday = previous(quarter, date(2026, 7, 26), PLAIN)
    assert sunday == days("2026-04-01", "2026-04-26")
    assert previous(quarter, date(2026, 7, 25), PLAIN) == days("2026-04-01", "2026-04-25")
    assert previous(quarter, date(2026, 7, 24), PLAIN) == days("2026-04-01", "2026-04-24")


def test_year_to_date_ends_on_the_same_kind_of_day_as_in_a_leap_year() -> None:
    """Sunday 9 March 2025 comes after 48 working days: 23 of January, 20 and 5. In 2024, with 23
    and 21, the 48th is Wednesday 6 March: no days off follow it. Sunday 2 January 2028 comes after
    none: it is the second day off, and 2027 begins with a Friday, followed by one."""
    leap = days("2028-01-01", "2028-12-31")
    year = days("2025-01-01", "2025-12-31")
    assert previous(year, date(2025, 3, 9), PLAIN) == days("2024-01-01", "2024-03-06")
    assert previous(leap, date(2028, 1, 2), PLAIN) == days("2027-01-01", "2027-01-02")


@pytest.mark.parametrize(
    ("picked", "preset"),
    [
        (days("2026-11-01", "2026-11-22"), days("2026-11-01", "2026-11-30")),
        (days("2026-10-01", "2026-11-22"), days("2026-10-01", "2026-12-31")),
        (days("2026-01-01", "2026-11-22"), days("2026-01-01", "2026-12-31")),
        (days("2026-11-16", "2026-11-22"), days("2026-11-16", "2026-11-22")),
        (days("2026-11-01", "2026-11-25"), days("2026-11-01", "2026-11-30")),
    ],
)
def test_a_range_that_begins_with_a_period_and_ends_today_is_to_date(
    picked: Period, preset: Period
) -> None:
    """The same days picked by hand and as "this month" are compared with the same days."""
    sunday = date(2026, 11, 22)
    assert previous(picked, sunday, PLAIN) == previous(preset, sunday, PLAIN)


def test_a_range_that_begins_a_week_and_a_month_is_that_of_the_month() -> None:
    """1 June 2026 is a Monday. On Thursday the 4th both have had 4 working days, May's fourth being
    Wednesday the 6th."""
    june = days("2026-06-01", "2026-06-04")
    assert previous(june, date(2026, 6, 4), PLAIN) == days("2026-05-01", "2026-05-06")


def test_a_range_that_ended_before_today_is_not_to_date() -> None:
    """The first ten days of November, asked for later: the ten days before, cut nowhere."""
    ten = days("2026-11-01", "2026-11-10")
    assert previous(ten, date(2026, 11, 22), PLAIN) == days("2026-10-22", "2026-10-31")


SIX_YEARS = [date(2023, 1, 1) + timedelta(days=n) for n in range(6 * 365 + 2)]
CLOSED = tuple(date(year, 12, 25) for year in range(2021, 2030)) + (date(2026, 5, 1),)


@pytest.mark.parametrize(
    "company",
    [
        PLAIN,
        Company(holidays=CLOSED, fiscal_year_starts=10),
        Company(working_days=("sun", "mon", "tue", "wed", "thu"), week_starts="sunday"),
        Company(working_days=("mon", "tue", "wed", "thu", "fri", "sat")),
    ],
)
def test_a_steady_count_shows_no_change_but_that_of_days_off_on_any_day_of_six_years(
    company: Company,
) -> None:
    """Of every week, month, quarter and year that runs, 2023 to 2028, two of them leap years, where
    the one before has as many working days.

    On working days alone: as many on both sides, so no change. Every day: the sides differ by days
    off alone. And both end on the same kind of day: the other side ends on days off only where
    this one does, on at most as many; and on fewer only where a working day follows."""
    for day in SIX_YEARS:
        for unit in UNITS:
            whole = period_of(unit, day, company)
            so_far, before = whole.until(day), previous(whole, day, company)
            full = period_of(unit, before.start, company)
            done = working_days(so_far, company)
            if day == whole.end or not 0 < done <= working_days(full, company):
                continue
            assert working_days(before, company) == done, (unit, day)
            off, other_off = (days_off_at_the_end(side, company) for side in (so_far, before))
            assert other_off <= off, (unit, day)
            if other_off < off and before.end < full.end:
                assert is_working_day(before.end + timedelta(days=1), company), (unit, day)


def days_off_at_the_end(period: Period, company: Company) -> int:
    return next(
        n for n in range(period.days) if is_working_day(period.end - timedelta(days=n), company)
    )


@given(DATES, st.sampled_from(UNITS), COMPANIES, st.integers(0, 400))
def test_the_period_before_ends_before_and_never_has_more_working_days(
    day: date, unit: Unit, company: Company, offset: int
) -> None:
    period = period_of(unit, day, company)
    as_of = period.start + timedelta(days=offset)
    before = previous(period, as_of, company)
    assert before.end < period.start
    if as_of < period.end:
        elapsed = working_days(period.until(as_of), company)
        assert working_days(before, company) <= max(elapsed, 1)
