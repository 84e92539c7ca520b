"""How regularly records come, and when the newest is older than it usually is."""

from datetime import date, timedelta

import pytest

from kpis.definitions import Company
from kpis.health.arrivals import is_late, silence, usual_silence

WEEKDAYS = Company()
FRIDAY = date(2026, 11, 20)


def every(days: int, count: int, last: date = FRIDAY) -> list[date]:
    return [last - timedelta(days=days * at) for at in range(count)]


@pytest.mark.parametrize(
    ("until", "days"),
    [
        (date(2026, 11, 20), 0),
        (date(2026, 11, 21), 0),
        (date(2026, 11, 23), 0),
        (date(2026, 11, 24), 1),
        (date(2026, 11, 30), 5),
    ],
    ids=["the same day", "Saturday", "Monday", "Tuesday", "Monday after"],
)
def test_silence_counts_working_days_that_are_over(until: date, days: int) -> None:
    """After Friday 20 November: the weekend does not count, nor the day of the report itself."""
    assert silence(FRIDAY, until, WEEKDAYS) == days


def test_a_holiday_is_no_silence() -> None:
    """Friday to Tuesday with Monday 23 November off: nothing was missed."""
    company = Company(holidays=(date(2026, 11, 23),))
    assert silence(FRIDAY, date(2026, 11, 24), company) == 0


def test_before_a_newest_record_that_lies_ahead_nothing_is_silent() -> None:
    assert silence(FRIDAY, date(2026, 11, 2), WEEKDAYS) == 0


def test_daily_records_leave_no_working_day_out_and_weekly_ones_four() -> None:
    """Every day: 0. Each Friday: Monday to Thursday are silent, so 4."""
    assert usual_silence(every(1, 30), WEEKDAYS) == 0
    assert usual_silence(every(7, 30), WEEKDAYS) == 4


def test_of_eight_days_with_records_nothing_is_usual_of_nine_it_is() -> None:
    """Eight days have seven silences between them, nine have eight."""
    assert usual_silence([], WEEKDAYS) is None
    assert usual_silence(every(7, 8), WEEKDAYS) is None
    assert usual_silence(every(7, 9), WEEKDAYS) == 4


def test_one_long_pause_in_twenty_silences_is_not_usual() -> None:
    """Daily but for two weeks off, before the last ``n`` days: 1 silence of 20 is longer than the
    19th (0.95 × 20), 1 of 19 is the 19th itself (0.95 × 19 = 18.05). Ten working days lie in it."""
    for days, usual in ((20, 0), (19, 10)):
        recent = every(1, days)
        with_pause = [*recent, min(recent) - timedelta(days=15)]
        assert len(with_pause) - 1 == days
        assert usual_silence(with_pause, WEEKDAYS) == usual


def test_what_was_usual_more_than_a_year_ago_does_not_count() -> None:
    """Monthly until October 2025, daily since: monthly silences would be 5 % and more."""
    daily, monthly = every(1, 60), every(30, 40, FRIDAY - timedelta(days=400))
    assert usual_silence([*daily, *monthly], WEEKDAYS) == 0


@pytest.mark.parametrize(
    ("now", "usual", "late"),
    [(1, 0, False), (2, 0, True), (5, 4, False), (6, 4, True), (None, 0, False), (9, None, False)],
)
def test_a_table_is_late_from_two_working_days_past_the_usual(
    now: int | None, usual: int | None, late: bool
) -> None:
    assert is_late(now, usual) is late
