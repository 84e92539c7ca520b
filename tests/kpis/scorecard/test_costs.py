"""Costs under a filter or grouping: a selection's own, its share of what is shared, or none."""

import numpy as np
import pandas as pd
import pytest

from kpis.scorecard.costs import with_costs
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import measure_sums
from tests.small_data import (
    YEAR,
    Row,
    campaign,
    card,
    cards,
    cost,
    days,
    facts_of,
    lead,
    touch,
    won,
)

CAMPAIGNS = [campaign("ads", "search"), campaign("seo", "search"), campaign("fair", "events")]


def company(*, sql_at: str | None = "2026-02-01") -> Facts:
    """SQLs and customers: ads 2, seo 1, fair 1; revenue 500 a customer. Costs: ads 100 marketing
    and 20 sales, seo none, fair 200; shared 40 marketing and 360 sales."""
    return facts_of(
        campaigns=CAMPAIGNS,
        leads=[
            lead("a1", "2026-01-01", "ads", sql_at=sql_at),
            lead("a2", "2026-01-01", "ads", sql_at=sql_at),
            lead("s", "2026-01-01", "seo", sql_at=sql_at),
            lead("f", "2026-01-01", "fair", sql_at=sql_at),
        ],
        deals=[won(f"of {name}", name, "2026-03-01", 500.0) for name in ("a1", "a2", "s", "f")],
        costs=[
            cost("2026-01-10", 100.0, "ads"),
            cost("2026-01-10", 20.0, "ads", team="sales"),
            cost("2026-01-10", 200.0, "fair"),
            cost("2026-01-10", 40.0),
            cost("2026-01-10", 360.0, team="sales"),
        ],
    )


def test_without_filter_both_kpis_take_everything() -> None:
    """CAC: (100 + 20 + 200 + 40 + 360) ÷ 4 = 180. ROI: (2,000 − 340) ÷ 340."""
    all_of_it = card(company())
    assert all_of_it["cac"] == pytest.approx(180.0)
    assert all_of_it["marketing_roi"] == pytest.approx(1660 / 340)
    assert (all_of_it["marketing_cost"], all_of_it["sales_cost"]) == (340.0, 380.0)


def test_a_campaign_bears_shared_costs_by_its_share_of_sqls_and_roi_only_its_own() -> None:
    """ads: (120 + 400 × 2/4) ÷ 2 = 160; ROI (1,000 − 100) ÷ 100 = 9, on marketing cost alone.
    fair: 200 + 100 = 300; ROI 1.5. seo: 0 + 100; ROI undefined, as it has no marketing cost."""
    groups = cards(company(), "campaign")
    assert groups["ads"]["cac"] == pytest.approx(160.0)
    assert groups["fair"]["cac"] == pytest.approx(300.0)
    assert groups["seo"]["cac"] == pytest.approx(100.0)
    assert groups["ads"]["marketing_roi"] == pytest.approx(9.0)
    assert groups["fair"]["marketing_roi"] == pytest.approx(1.5)
    assert groups["seo"]["reasons"]["marketing_roi"] == "there is no marketing cost above zero"


@pytest.mark.parametrize("name", ["ads", "seo", "fair"])
def test_a_filter_on_a_campaign_says_what_its_group_says(name: str) -> None:
    filtered, group = (
        card(company(), where={"campaign": [name]}),
        cards(company(), "campaign")[name],
    )
    for key in ("cac", "marketing_roi", "cost_per_lead", "marketing_cost", "sales_cost"):
        assert filtered[key] == pytest.approx(group[key], nan_ok=True)


def test_a_channel_bears_the_costs_and_shares_of_its_campaigns() -> None:
    """search: (120 + 400 × 3/4) ÷ 3 = 140; the mean of its campaigns' 160 and 100 is 130."""
    facts = company()
    search = cards(facts, "channel")["search"]
    assert search["cac"] == pytest.approx(140.0)
    assert card(facts, where={"channel": ["search"]})["cac"] == pytest.approx(140.0)
    both = {"campaign": ["ads", "seo"]}
    assert card(facts, where=both)["cac"] == pytest.approx(140.0)


def test_groups_inside_a_filter_take_their_share_of_all_sqls_not_of_the_filtered_ones() -> None:
    """ads within search has 2 of all 4 SQLs, not 2 of 3."""
    within = cards(company(), "campaign", where={"channel": ["search"]})
    assert set(within) == {"ads", "seo"}
    assert within["ads"]["cac"] == pytest.approx(160.0)


def test_filters_on_channel_and_campaign_both_hold() -> None:
    both = {"channel": ["search"], "campaign": ["ads", "fair"]}
    assert card(company(), where=both)["cac"] == pytest.approx(160.0)


def test_without_any_sqls_no_campaign_bears_shared_costs() -> None:
    """Nobody's share can be told: ads 120 ÷ 2, not 0 ÷ 0."""
    facts = company(sql_at="2027-01-01")
    assert cards(facts, "campaign")["ads"]["cac"] == pytest.approx(60.0)
    assert card(facts)["cac"] == pytest.approx(180.0)


def test_the_shared_costs_of_all_groups_are_the_shared_costs() -> None:
    """CAC × customers, over all campaigns, is all that was spent: 720."""
    groups = cards(company(), "campaign").values()
    spent = [row["cac"] * row["new_customers"] for row in groups if row["new_customers"]]
    assert sum(spent) == pytest.approx(720.0)


def test_the_group_none_shows_shared_costs_as_its_measures_but_not_in_its_roi() -> None:
    """Measures add up over campaigns, so shared costs show under (none). It has no SQL credit, so
    it bears none of them: no cost is no CAC of 0. Its ROI takes own campaign costs only."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01", "ads", sql_at="2026-01-02")],
        deals=[won("1", None, "2026-03-01", 500.0)],
        costs=[cost("2026-01-10", 40.0), cost("2026-01-10", 60.0, team="sales")],
    )
    none = cards(facts, "campaign")["(none)"]
    assert (none["marketing_cost"], none["sales_cost"]) == (40.0, 60.0)
    assert none["reasons"]["cac"] == "there is no cost above zero in the period"
    assert none["reasons"]["marketing_roi"] == "there is no marketing cost above zero"


def test_without_any_cost_in_the_period_what_divides_it_is_undefined_and_not_0() -> None:
    """Costs came in January, leads and customers in February as well: nobody won a customer for
    nothing, the costs are not there. Revenue is."""
    facts = facts_of(
        leads=[lead("a", "2026-02-03", "ads")],
        deals=[won("1", "a", "2026-02-10", 500.0)],
        costs=[cost("2026-01-10", 100.0, "ads")],
    )
    february = card(facts, days("2026-02-01", "2026-02-28"))
    for key in ("cac", "cost_per_lead", "marketing_roi", "clv_to_cac"):
        assert pd.isna(february[key])
    no_cost = "there is no cost above zero in the period"
    no_marketing = "there is no marketing cost above zero"
    reasons = february["reasons"]
    assert (reasons["cac"], reasons["clv_to_cac"]) == (no_cost, no_cost)
    assert (reasons["cost_per_lead"], reasons["marketing_roi"]) == (no_marketing, no_marketing)
    assert february["revenue"] == 500.0


@pytest.mark.parametrize("amounts", [(-400.0, -100.0), (0.1, 0.2, -0.3), (100.0, -100.0)])
def test_costs_below_zero_or_that_cancel_divide_nothing(amounts: tuple[float, ...]) -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 in floats: ROI would be 3 trillion times the revenue of 1,000.
    By costs of -500 CAC would be -500 and ROI -300 %."""
    facts = facts_of(
        leads=[lead("a", "2026-02-03", "ads")],
        deals=[won("1", "a", "2026-02-10", 1000.0)],
        costs=[cost("2026-02-10", amount, "ads") for amount in amounts],
    )
    row = card(facts)
    assert row["reasons"]["cac"] == "there is no cost above zero in the period"
    for key in ("cac", "cost_per_lead", "marketing_roi", "clv_to_cac"):
        assert pd.isna(row[key])


def test_sales_cost_alone_makes_a_cac_and_no_cost_per_lead() -> None:
    """60 for one customer. Leads cost marketing, and there is none."""
    facts = facts_of(
        leads=[lead("a", "2026-02-03", "ads")],
        deals=[won("1", "a", "2026-02-10", 500.0)],
        costs=[cost("2026-02-10", 60.0, team="sales")],
    )
    all_of_it = card(facts)
    assert all_of_it["cac"] == 60.0
    assert all_of_it["reasons"]["cost_per_lead"] == "there is no marketing cost above zero"


def test_credit_of_sqls_is_shared_like_the_lead() -> None:
    """One SQL, touched by ads and fair: each bears half of 100."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01", sql_at="2026-01-05")],
        touches=[touch("a", "ads", "2026-01-01"), touch("a", "fair", "2026-01-02")],
        deals=[won("1", "a", "2026-03-01")],
        costs=[cost("2026-01-10", 100.0)],
    )
    groups = cards(facts, "campaign")
    assert [groups[name]["cac"] for name in ("ads", "fair")] == pytest.approx([100.0, 100.0])


DIMENSIONS = ("segment",)
SEGMENTED = [
    lead("a", "2026-01-01", "ads", segment="S", sql_at="2026-01-05"),
    lead("b", "2026-01-01", "fair", segment="M", sql_at="2026-01-05"),
]
DEALS = [won("1", "a", "2026-03-01", 500.0), won("2", "b", "2026-03-01", 500.0)]
PLAIN_COSTS = [cost("2026-01-10", 100.0, "ads"), cost("2026-01-10", 80.0)]


def segmented(costs: list[Row], campaigns: list[Row] = CAMPAIGNS) -> Facts:
    return facts_of(
        dimensions=DIMENSIONS, leads=SEGMENTED, deals=DEALS, costs=costs, campaigns=campaigns
    )


def test_costs_that_do_not_carry_a_dimension_leave_its_costs_undefined_with_that_reason() -> None:
    facts = segmented(PLAIN_COSTS)
    for row in (card(facts, where={"segment": ["S"]}), cards(facts, "segment")["S"]):
        for key in ("cac", "marketing_roi", "cost_per_lead", "marketing_cost", "sales_cost"):
            assert pd.isna(row[key])
            assert row["reasons"][key] == "costs do not carry segment"
        assert row["revenue"] == pytest.approx(500.0)


def test_no_cost_carries_an_owner() -> None:
    facts = segmented(PLAIN_COSTS)
    assert card(facts, where={"owner": ["(none)"]})["reasons"]["cac"] == "costs do not carry owner"


def test_costs_that_carry_a_dimension_are_filtered_by_it() -> None:
    """Segment S: 100 of ads and 30 shared, all its own: CAC 130, ROI (500 − 130) ÷ 130. Costs of no
    segment belong to neither."""
    facts = segmented(
        [
            cost("2026-01-10", 100.0, "ads", segment="S"),
            cost("2026-01-10", 30.0, segment="S"),
            cost("2026-01-10", 999.0, "fair"),
        ]
    )
    small = cards(facts, "segment")["S"]
    assert small["cac"] == pytest.approx(130.0)
    assert small["marketing_roi"] == pytest.approx(370 / 130)
    assert card(facts, where={"segment": ["S"]})["cac"] == pytest.approx(130.0)
    assert cards(facts, "segment")["(none)"]["marketing_cost"] == pytest.approx(999.0)


def test_a_cost_takes_the_dimension_of_its_campaign_unless_it_has_its_own() -> None:
    """Campaign ads is of segment S: its 100 are S's, except the 7 that say M."""
    facts = segmented(
        [
            cost("2026-01-10", 100.0, "ads"),
            cost("2026-01-10", 7.0, "ads", segment="M"),
            cost("2026-01-10", 1.0),
        ],
        [campaign("ads", "search", segment="S"), campaign("fair", "events", segment="M")],
    )
    by_segment = {name: row["marketing_cost"] for name, row in cards(facts, "segment").items()}
    assert by_segment == pytest.approx({"S": 100.0, "M": 7.0, "(none)": 1.0})


def test_campaign_and_dimension_together_share_what_is_shared_within_the_dimension() -> None:
    """Within segment S, ads has one of two SQLs, so half of the 80 shared of S, none of M's 1,000:
    (100 + 40) ÷ 1."""
    facts = facts_of(
        dimensions=DIMENSIONS,
        leads=[
            *SEGMENTED,
            lead("c", "2026-01-01", "fair", segment="S", sql_at="2026-01-05"),
        ],
        deals=DEALS,
        costs=[
            cost("2026-01-10", 100.0, "ads", segment="S"),
            cost("2026-01-10", 80.0, segment="S"),
            cost("2026-01-10", 1000.0, segment="M"),
        ],
    )
    filtered = card(facts, where={"segment": ["S"], "campaign": ["ads"]})
    assert filtered["cac"] == pytest.approx(140.0)
    grouped = cards(facts, "segment", where={"campaign": ["ads"]})
    assert grouped["S"]["cac"] == pytest.approx(140.0)


def test_adding_costs_leaves_the_sums_as_they_were() -> None:
    facts, windows = company(), [Window(YEAR, YEAR.end)]
    sums = measure_sums(facts, windows, "campaign")
    before = {name: values.copy() for name, values in sums.values.items()}
    with_costs(sums, facts, windows, "campaign", {})
    np.testing.assert_equal(sums.values, before)
