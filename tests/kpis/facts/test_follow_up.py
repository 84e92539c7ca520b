"""Whether sales answers in time, in calendars with more holidays than a year has."""

from datetime import date, timedelta

import pytest

from kpis.definitions import Company
from tests.small_data import card, days, facts_of, lead

JUNE = days("2026-06-01", "2026-06-30")


@pytest.mark.parametrize("holidays", [0, 1, 500])
def test_any_number_of_holidays_can_be_kept(holidays: int) -> None:
    """MQL on Friday 5 June, answered on Tuesday the 9th, one working day allowed: late, but in time
    where Monday the 8th is a holiday. Years of holidays before it change nothing."""
    monday = date(2026, 6, 8)
    kept = tuple(monday - timedelta(weeks=n) for n in range(holidays))
    facts = facts_of(
        as_of="2026-06-30",
        company=Company(holidays=kept),
        leads=[lead("a", "2026-06-05", mql_at="2026-06-05", first_contacted_at="2026-06-09")],
    )
    assert card(facts, JUNE)["follow_up_rate"] == (1.0 if holidays else 0.0)
