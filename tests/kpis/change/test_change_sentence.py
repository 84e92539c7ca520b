"""What changed, in words: direction, size, the group that did most of it, and why."""

import pandas as pd
import pytest

from kpis.catalogue import CATALOGUE
from kpis.change.change_sentence import sentence
from kpis.change.drivers import COLUMNS, SHARED_COSTS, Drivers
from kpis.model import NONE

NAN = float("nan")
LABELS = {"spring": "Spring Webinar", "autumn": "Autumn Fair", "ads": "Search *Ads* <b>"}
Part = tuple[str, float, float, float, float, float, float]
"""group, before, now, share before, share now, rate, mix."""


def ratio(key: str, before: float, now: float, *parts: Part, per: str = "leads") -> Drivers:
    rows = [(*part, part[-2] + part[-1]) for part in parts]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Drivers(CATALOGUE[key], "campaign", "EUR", before, now, frame, per)


def count(key: str, *parts: tuple[str, float, float], by: str = "campaign") -> Drivers:
    rows = [(group, b, n, NAN, NAN, NAN, NAN, n - b) for group, b, n in parts]
    before, now = (sum(part[column] for part in parts) for column in (1, 2))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Drivers(CATALOGUE[key], by, "EUR", before, now, frame)


def test_the_group_that_did_most_of_it_is_named_with_its_own_rate() -> None:
    """4.0 % → 2.2 %, with shares of one half: spring's own rate 5.2 % → 2.6 % did 1.3 points of
    the 1.8, autumn's 2.8 % → 1.8 % the other 0.5."""
    found = ratio(
        "lead_conversion_rate",
        0.040,
        0.022,
        ("spring", 0.052, 0.026, 0.5, 0.5, -0.013, 0.0),
        ("autumn", 0.028, 0.018, 0.5, 0.5, -0.005, 0.0),
    )
    assert sentence(found, LABELS) == (
        "Lead conversion rate fell 1.8 points; 1.3 of them from Spring Webinar, "
        "whose own rate halved."
    )


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        (0.02, 0.04, "whose own rate doubled"),
        (0.02, 0.03, "whose own rate rose from 2.0% to 3.0%"),
        (0.00, 0.04, "whose own rate rose from 0.0% to 4.0%"),
    ],
)
def test_a_rate_that_rises_doubles_or_says_from_where(
    before: float, now: float, message: str
) -> None:
    rate = (now - before) / 2
    spring = ("spring", before, now, 0.5, 0.5, rate, 0.0)
    autumn = ("autumn", 0.01, 0.012, 0.5, 0.5, 0.001, 0.0)
    found = ratio("lead_conversion_rate", 0.01, 0.011 + rate, spring, autumn)
    assert sentence(found, LABELS).endswith(f"from Spring Webinar, {message}.")


def test_a_rate_that_falls_to_nothing_did_not_halve() -> None:
    spring = ("spring", 0.04, 0.0, 0.5, 0.5, -0.02, 0.0)
    autumn = ("autumn", 0.02, 0.01, 0.5, 0.5, -0.005, 0.0)
    found = ratio("win_rate", 0.03, 0.005, spring, autumn, per="deals closed")
    assert "whose own rate fell from 4.0% to 0.0%" in sentence(found, LABELS)


def test_a_change_by_mix_names_the_share_and_what_the_rates_alone_would_have_done() -> None:
    """The Simpson example of test_drivers: 40 % → 35 % though both rates rose, by 5.2 points."""
    found = ratio(
        "lead_conversion_rate",
        0.40,
        0.35,
        ("spring", 0.25, 0.266667, 0.40, 0.75, 0.009583, -0.040833),
        ("autumn", 0.50, 0.60, 0.60, 0.25, 0.0425, -0.06125),
    )
    assert sentence(found, LABELS) == (
        "Lead conversion rate fell 5.0 points; 3.1 of them from Spring Webinar, whose share of the "
        "leads grew from 40.0% to 75.0%. At unchanged shares of the leads it would have risen "
        "5.2 points."
    )


def test_a_cost_that_rises_rose_though_that_is_worse() -> None:
    found = ratio(
        "cac",
        100.0,
        220.0,
        ("spring", 100.0, 260.0, 0.5, 0.5, 80.0, 0.0),
        (SHARED_COSTS, NAN, NAN, 0.0, 0.0, 40.0, 0.0),
        per="customers won",
    )
    assert sentence(found, LABELS) == (
        "Customer acquisition cost rose €120; €80 of it from Spring Webinar, "
        "whose own CAC rose from €100 to €260."
    )


def test_shared_costs_have_a_name_and_no_kpi_of_their_own() -> None:
    found = ratio(
        "cac",
        100.0,
        200.0,
        (SHARED_COSTS, NAN, NAN, 0.0, 0.0, 100.0, 0.0),
        ("spring", 50.0, 50.0, 1.0, 1.0, 0.0, 0.0),
    )
    assert sentence(found, LABELS) == (
        "Customer acquisition cost rose €100, all of it from shared costs."
    )


def test_days_and_returns_carry_their_units_once() -> None:
    cycle = ratio(
        "sales_cycle_days",
        30.0,
        20.0,
        ("spring", 40.0, 28.0, 0.5, 0.5, -6.0, 0.0),
        ("autumn", 20.0, 12.0, 0.5, 0.5, -4.0, 0.0),
    )
    assert sentence(cycle, LABELS) == (
        "Sales cycle length fell 10.0 days; 6.0 of them from Spring Webinar, "
        "whose own sales cycle fell from 40.0 days to 28.0 days."
    )
    roi = ratio("marketing_roi", -0.2, 0.3, ("spring", -0.2, 0.3, 1.0, 1.0, 0.5, 0.0))
    assert sentence(roi, LABELS) == "Marketing ROI rose 50 points, all of it from Spring Webinar."


def test_counts_have_no_why() -> None:
    found = count("mqls", ("spring", 10.0, 18.0), ("autumn", 5.0, 9.0))
    assert sentence(found, LABELS) == (
        "Marketing-qualified leads rose 12; 8 of them from Spring Webinar."
    )


def test_a_group_that_moved_against_the_change_is_named_when_it_is_large() -> None:
    """−8 and +5 make −3: neither is a share "of them". −8 and +1 make −7: the 1 is left out, but
    8 are not of 7 either."""
    against = count("leads", ("spring", 10.0, 2.0), ("autumn", 0.0, 5.0))
    assert sentence(against, LABELS) == (
        "Leads fell 3: −8 from Spring Webinar, against +5 from Autumn Fair."
    )
    alone = count("leads", ("spring", 10.0, 2.0), ("autumn", 0.0, 1.0))
    assert sentence(alone, LABELS) == "Leads fell 7; −8 from Spring Webinar alone."


def test_groups_that_offset_each_other_are_no_quiet_month() -> None:
    found = count("revenue", ("spring", 500.0, 900.0), ("autumn", 700.0, 300.0))
    assert sentence(found, LABELS) == (
        "Revenue won did not change: +€400 from Spring Webinar and −€400 from Autumn Fair offset "
        "each other."
    )


def test_no_change_at_the_precision_shown_is_no_change() -> None:
    """0.04 points show as 0.0, and nobody is named for them."""
    found = ratio("win_rate", 0.5, 0.5004, ("spring", 0.5, 0.5004, 1.0, 1.0, 0.0004, 0.0))
    assert sentence(found, LABELS) == "Win rate did not change."
    assert sentence(count("leads"), LABELS) == "Leads did not change."


def test_many_small_parts_name_nobody() -> None:
    parts = [(f"c{n}", 0.0, 0.4) for n in range(5)]
    assert sentence(count("leads", *parts), {}) == "Leads rose 2, spread thinly over 5 groups."


@pytest.mark.parametrize(
    ("by", "group", "name"),
    [
        ("campaign", NONE, "No campaign"),
        ("owner", NONE, "No owner"),
        ("campaign", "unlabelled", "unlabelled"),
        ("campaign", "ads", "Search *Ads* <b>"),
    ],
)
def test_a_group_is_called_by_its_label_or_its_id_and_nothing_by_no(
    by: str, group: str, name: str
) -> None:
    found = count("leads", (group, 0.0, 3.0), by=by)
    assert sentence(found, LABELS) == f"Leads rose 3, all of it from {name}."


def without_parts(key: str, before: float, now: float, reason: str) -> Drivers:
    empty = pd.DataFrame(columns=list(COLUMNS))
    return Drivers(CATALOGUE[key], "owner", "EUR", before, now, empty, reason=reason)


def test_what_cannot_be_compared_or_split_says_why() -> None:
    nothing = without_parts("cac", NAN, 3.0, "in the period before, no customers were won")
    assert sentence(nothing, {}) == (
        "Customer acquisition cost cannot be compared: in the period before, no customers were won."
    )
    whole = without_parts("cac", 100.0, 200.0, "costs do not carry owner")
    assert sentence(whole, {}) == (
        "Customer acquisition cost rose €100. It cannot be split by owner: costs do not carry "
        "owner."
    )
