"""What a period is compared with: whole with whole, running up to the same working day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import UNITS, Period, Unit, period_of, previous, working_days
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
