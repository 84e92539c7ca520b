"""The small charts of the step "In depth": what is undefined is said, not drawn as zero."""

from datetime import date, timedelta
from math import nan

import pandas as pd

from pages.parts.charts.depth import cost_chart
from pages.parts.charts.theme import colours_of


def test_a_week_whose_cost_is_undefined_has_no_bar_and_is_not_reported_to_cost_nothing() -> None:
    """Of 0 it is known that nothing was spent; of a cost that nobody knows it is not."""
    starts = [date(2026, 11, 2) + timedelta(weeks=n) for n in range(3)]
    weeks = pd.DataFrame(
        {
            "start": starts,
            "end": [start + timedelta(days=6) for start in starts],
            "leads": 1.0,
            "mqls": 1.0,
            "marketing_cost": [120.0, 0.0, nan],
        }
    )
    drawn = cost_chart(weeks, "EUR", 100, colours_of("light")).data.values
    assert [row["shown"] for row in drawn] == ["€120", "€0", "—"]
    assert drawn[-1]["marketing_cost"] is None
