"""What each group contributed to a change: the bars add up, and are for the better or worse."""

from functools import partial
from math import isnan

import pandas as pd
import pytest

from kpis.catalogue import CATALOGUE
from kpis.change.drivers import Drivers
from pages.parts.charts.drivers import contributions, driver_chart
from pages.parts.charts.theme import for_file
from tests.pages.charts.test_weekly import texts


def changed(key: str, totals: dict[str, float]) -> Drivers:
    rows = [
        {"group": group, "before": 10.0, "now": 10.0 + part, "total": part}
        for group, part in totals.items()
    ]
    whole = sum(totals.values())
    return Drivers(CATALOGUE[key], "campaign", "EUR", 100.0, 100.0 + whole, pd.DataFrame(rows))


PARTS = {"a": -9.0, "b": 6.0, "c": -4.5, "d": 2.0, "e": 1.0, "(none)": -0.5}
"""−5 in all; with four rows a, b, c and three others: 2 + 1 − 0.5 = 2.5."""


def test_the_bars_add_up_to_the_whole_however_few_are_shown() -> None:
    table = contributions(changed("mqls", PARTS), {"a": "Ads"}, rows=4)
    assert table["name"].tolist() == ["Total change", "Ads", "b", "c", "3 others"]
    assert table["total"].tolist() == [-5.0, -9.0, 6.0, -4.5, 2.5]
    assert table["shown"].tolist() == ["−5", "−9", "+6", "−4.5", "+2.5"]
    all_of_them = contributions(changed("mqls", PARTS), {}, rows=6)
    assert all_of_them["name"].tolist()[1:] == ["a", "b", "c", "d", "e", "No campaign"]


@pytest.mark.parametrize(("key", "of_a_rise"), [("mqls", "better"), ("cac", "worse")])
def test_a_bar_is_for_the_better_by_the_direction_of_its_kpi(key: str, of_a_rise: str) -> None:
    table = contributions(changed(key, PARTS), {}, rows=8).set_index("name")
    assert table.loc["b", "effect"] == of_a_rise
    assert {table.loc["a", "effect"], of_a_rise} == {"better", "worse"}


@pytest.mark.parametrize(
    ("key", "amount", "shown"),
    [
        ("cac", -1252.4, "−€1,252"),
        ("lead_conversion_rate", 0.0123, "+1.2 pts"),
        ("marketing_roi", -0.12, "−12 pts"),
        ("sales_cycle_days", 3.25, "+3.2 days"),
        ("mqls", 0.04, "0"),
        ("mqls", 1234.0, "+1,234"),
    ],
)
def test_a_contribution_is_written_with_its_sign(key: str, amount: float, shown: str) -> None:
    table = contributions(changed(key, {"a": amount}), {}, rows=8)
    assert table["shown"].iloc[1].removesuffix(".0") == shown


def test_names_of_groups_are_text_in_the_picture() -> None:
    names = {"a": "<script>alert(1)</script>", "b": "**bold**", "c": "=1+1", "d": "حملة 🚀"}
    spec = for_file(partial(driver_chart, changed("mqls", PARTS), names))
    found = texts(spec)
    for name in ("&lt;script&gt;alert(1)&lt;/script&gt;", "**bold**", "=1+1", "حملة 🚀"):
        assert name in found


def test_a_change_without_groups_is_drawn_as_the_whole_alone() -> None:
    empty = Drivers(CATALOGUE["mqls"], "campaign", "EUR", 3.0, 4.0, pd.DataFrame(columns=["total"]))
    assert "Total change" in texts(for_file(partial(driver_chart, empty, {})))
    assert not isnan(empty.change)
