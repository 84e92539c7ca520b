"""Claims about costs of a week, or of a quarter, in one row."""

from datetime import date, timedelta

import pytest

from tests.connectors.mapping.mapped_frames import doubts, mapped

MONDAYS = [date(2026, 9, 28) + timedelta(7 * n) for n in range(8)]
"""28 September lies in two months, and so does 26 October; the last is 16 November."""


def costs(header, days):
    frame = {header: [str(day) for day in days], "amount": ["490"] * len(days)}
    return doubts(mapped("costs", frame, columns={"spent_on": header}))


@pytest.mark.parametrize("header", ["Week", "Woche", "week_start", "Kalenderwoche", "Semaine"])
def test_weeks_that_lie_in_two_months_are_doubted(header):
    """490 of 28 September are of October for four days of seven."""
    (text,) = costs(header, MONDAYS[:4])
    assert text.startswith(f"1 row spans a week of two months, by the header '{header}'")
    assert "490.00 in all" in text and "row 2: 2026-09-28" in text and "Export by day" in text


def test_a_week_that_is_called_by_its_end_reaches_back():
    """4 October is the Sunday of the week of 28 September."""
    (text,) = costs("Week ending", [date(2026, 10, 4), date(2026, 10, 11)])
    assert "row 2: 2026-10-04" in text and "2026-10-11" not in text


def test_days_that_are_seven_days_apart_are_weeks_without_a_header_that_says_so():
    (text,) = costs("Date", MONDAYS)
    assert text.startswith("2 rows span a week of two months, as all days are seven days apart")


def test_quarters_count_in_their_first_month():
    (text,) = costs("Quarter", [date(2026, 4, 1), date(2026, 7, 1)])
    assert text.startswith("2 rows span a quarter by the header 'Quarter'")


@pytest.mark.parametrize(
    ("header", "days"),
    [
        ("Week", MONDAYS[1:4]),
        ("Week", [date(2026, 9, 28) + timedelta(n) for n in range(14)]),
        ("Date", MONDAYS[:7]),
        ("Day", MONDAYS),
        ("Date", MONDAYS[:3] + MONDAYS[4:] + [MONDAYS[-1] + timedelta(14)]),
        ("Date", [day + timedelta(1) for day in MONDAYS]),
        ("Month", [date(2026, 9, 1), date(2026, 10, 1)]),
        ("Quarter", [date(2026, 9, 1), date(2026, 10, 1)]),
    ],
    ids=["one month", "daily", "few", "days", "a gap", "Tuesdays", "months", "no quarters"],
)
def test_other_days_are_not_doubted(header, days):
    """A newsletter of each Tuesday costs on its day; seven Mondays in a row may be chance."""
    assert costs(header, days) == []
