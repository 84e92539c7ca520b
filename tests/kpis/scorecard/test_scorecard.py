"""The scorecard: cohorts at equal age, medians, what is undefined and why, and its questions."""

import pandas as pd
import pytest

from kpis.catalogue import CATALOGUE
from kpis.definitions import Definitions
from kpis.errors import UsageError
from kpis.scorecard.scorecard import COLUMNS, scorecard
from kpis.scorecard.selection import Facts, known_values
from tests.small_data import (
    YEAR,
    campaign,
    card,
    cost,
    customer,
    days,
    deal,
    facts_of,
    lead,
    payment,
    stage,
    won,
)

JANUARY, FEBRUARY = days("2026-01-01", "2026-01-31"), days("2026-02-01", "2026-02-28")


def empty_company() -> Facts:
    """Everything is mapped; nothing has happened but one lead long ago."""
    old = "2019-01-01"
    return facts_of(
        leads=[lead("a", old, mql_at=old, sql_at=old, first_contacted_at=old)],
        deals=[won("1", "a", "2019-02-01", 1.0, created_at=old)],
        costs=[cost(old, 1.0)],
        customers=[customer("a", old, "2019-03-01")],
        payments=[payment("a", old, 1.0)],
    )


def test_a_year_in_which_nothing_happened_counts_zero_and_divides_nothing() -> None:
    """A count of nothing is 0. A quotient of nothing has no value but a reason: no NaN without one,
    no reason beside a value, and nothing infinite."""
    year = card(empty_company())
    counted = {key for key, kpi in CATALOGUE.items() if kpi.additive}
    assert all(year[key] == 0.0 for key in counted)
    assert set(year["reasons"]) == set(CATALOGUE) - counted
    assert all(pd.isna(year[key]) for key in year["reasons"])


def test_every_undefined_kpi_says_why_in_its_own_words() -> None:
    assert card(empty_company())["reasons"] == {
        "lead_conversion_rate": "no leads were created",
        "sales_cycle_days": "no customer with a known cycle was won",
        "cac": "no customers were won",
        "clv": "no customer was active in the 365 days",
        "marketing_roi": "there is no marketing cost above zero",
        "cost_per_lead": "no leads were created",
        "follow_up_rate": "no MQL was due yet",
        "win_rate": "no deals were closed",
        "clv_to_cac": "no customer was active in the 365 days",
        "cac_payback_months": "no customers were won",
    }


def test_a_median_of_nothing_is_undefined() -> None:
    assert pd.isna(card(empty_company())["median_cycle_days"])


def test_what_is_not_mapped_is_undefined_and_never_zero() -> None:
    """Leads alone: everything else has no value, and says which table is missing."""
    only_leads = card(facts_of(leads=[lead("a", "2026-01-05")]))
    assert only_leads["leads"] == 1.0
    assert only_leads["reasons"] == {
        "mqls": "no MQL date is mapped (leads.mql_at or lead_stages)",
        "sqls": "no SQL date is mapped (leads.sql_at or lead_stages)",
        "lead_conversion_rate": "no deals are mapped",
        "sales_cycle_days": "no deals are mapped",
        "cac": "no costs are mapped",
        "clv": "no deals are mapped",
        "marketing_roi": "no deals are mapped",
        "new_customers": "no deals are mapped",
        "revenue": "no deals are mapped",
        "cost_per_lead": "no costs are mapped",
        "follow_up_rate": "no MQL date is mapped (leads.mql_at or lead_stages)",
        "win_rate": "no deals are mapped",
        "clv_to_cac": "no deals are mapped",
        "cac_payback_months": "no costs are mapped",
        "converted_leads": "no deals are mapped",
        "marketing_cost": "no costs are mapped",
        "sales_cost": "no costs are mapped",
        "median_cycle_days": "no deals are mapped",
    }
    assert all(pd.isna(only_leads[name]) for name in only_leads["reasons"])


def test_deals_without_leads_have_no_conversion_but_customers() -> None:
    """deals.lead_id is not mapped: conversion cannot be told, not 0 %."""
    facts = facts_of(
        leads=[lead("a", "2026-01-05")],
        deals=[won("1", None, "2026-01-20", 10.0, created_at="2026-01-10")],
    )
    year = card(facts)
    assert pd.isna(year["lead_conversion_rate"])
    assert year["reasons"]["lead_conversion_rate"].startswith("deals.lead_id is not mapped")
    assert (year["new_customers"], year["sales_cycle_days"]) == (1.0, 10.0)


def test_paid_needs_the_day_of_payment() -> None:
    facts = facts_of(
        definitions=Definitions(customer_when="paid"), deals=[won("1", None, "2026-01-20", 10.0)]
    )
    assert card(facts)["reasons"]["revenue"] == "deals.paid_at is not mapped"


def segments() -> Facts:
    names = [("a", "ads", "S"), ("b", "ads", "M"), ("c", "fair", "S"), ("d", "fair", "L")]
    return facts_of(
        dimensions=("segment",),
        campaigns=[campaign("ads", "search"), campaign("fair", "events")],
        leads=[lead(n, "2026-01-01", c, segment=s) for n, c, s in names],
    )


@pytest.mark.parametrize(
    ("where", "leads"),
    [
        ({}, 4.0),
        ({"segment": []}, 4.0),
        ({"segment": ["S"]}, 2.0),
        ({"segment": ["S", "M"]}, 3.0),
        ({"segment": ["S"], "campaign": ["ads"]}, 1.0),
        ({"segment": ["S", "M"], "channel": ["search"]}, 2.0),
        ({"segment": ["nobody's"]}, 0.0),
    ],
)
def test_values_of_one_dimension_are_alternatives_and_dimensions_all_hold(
    where: dict[str, list[str]], leads: float
) -> None:
    assert card(segments(), where=where)["leads"] == leads


def test_groups_and_windows_come_in_order_with_their_days() -> None:
    frame = scorecard(segments(), [FEBRUARY, JANUARY], "segment")
    assert frame[["window", "start", "group", "leads"]].to_dict("tight")["data"] == [
        [1, JANUARY.start, "L", 1.0],
        [1, JANUARY.start, "M", 1.0],
        [1, JANUARY.start, "S", 2.0],
    ]
    assert scorecard(segments(), [FEBRUARY, JANUARY])["leads"].tolist() == [0.0, 4.0]


def test_a_scorecard_has_all_columns_even_when_it_has_no_rows() -> None:
    frame = scorecard(segments(), [FEBRUARY], "campaign")
    assert len(frame) == 0
    assert set(COLUMNS) <= set(frame.columns)


@pytest.mark.parametrize(("by", "where"), [("segmnt", {}), (None, {"segmnt": ["S"]})])
def test_an_unknown_dimension_names_the_nearest(
    by: str | None, where: dict[str, list[str]]
) -> None:
    with pytest.raises(UsageError, match="no dimension 'segmnt'. Did you mean 'segment'?"):
        scorecard(segments(), [JANUARY], by, where)


def test_the_values_of_a_dimension_are_known_for_filters() -> None:
    facts = facts_of(
        leads=[
            lead("a", "2026-01-01", "fair"),
            lead("b", "2026-01-01"),
            lead("c", "2026-01-01", "ads"),
        ]
    )
    assert known_values(facts, "campaign") == ["(none)", "ads", "fair"]


def test_asking_changes_neither_the_question_nor_the_facts() -> None:
    facts = segments()
    before = facts.table.to_pyarrow()
    windows, where = [JANUARY, FEBRUARY], {"segment": ["S"], "campaign": []}
    scorecard(facts, windows, "campaign", where)
    assert (windows, where) == ([JANUARY, FEBRUARY], {"segment": ["S"], "campaign": []})
    assert facts.table.to_pyarrow().equals(before)


def test_lost_and_open_deals_win_nothing() -> None:
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        deals=[deal("1", "lost", lead_id="a", closed_at="2026-01-20", amount=9.0)],
    )
    year = card(facts, YEAR)
    assert (year["new_customers"], year["revenue"], year["win_rate"]) == (0.0, 0.0, 0.0)
    assert year["lead_conversion_rate"] == 0.0


def test_what_lifetime_value_lacks_its_ratio_to_cost_lacks_too() -> None:
    """Deals without amounts: revenue is not known, so neither is 0 ÷ CAC."""
    deals = [{"deal_id": "1", "status": "won", "closed_at": "2026-01-20"}]
    year = card(facts_of(deals=deals, costs=[cost("2026-01-05", 100.0)]))
    assert year["cac"] == 100.0
    assert year["reasons"]["clv_to_cac"] == year["reasons"]["clv"] == "deals.amount is not mapped"


def test_milestones_and_cycles_that_were_agreed_otherwise_are_undefined_and_not_zero() -> None:
    """MQLs by column and cycles from the first touch, but only stages and no touches are mapped."""
    agreed = Definitions(milestones_from="columns", cycle_from="first_touch")
    year = card(
        facts_of(
            definitions=agreed,
            leads=[lead("a", "2026-01-05")],
            lead_stages=[stage("a", "mql", "2026-01-06")],
            deals=[won("1", "a", "2026-01-20", 10.0)],
        )
    )
    assert pd.isna(year["mqls"]) and pd.isna(year["sales_cycle_days"])
    assert year["reasons"]["mqls"] == "no MQL date is mapped (leads.mql_at)"
    assert year["reasons"]["sales_cycle_days"].startswith("no touches are mapped")
