"""Who is a customer, since when and through which lead, and how long it took."""

import pandas as pd
import pytest

from kpis.definitions import Company, Definitions
from tests.small_data import (
    by_campaign,
    by_day,
    card,
    cards,
    deal,
    facts_of,
    lead,
    payment,
    total,
    won,
)

PAID = Definitions(customer_when="paid")
BERLIN = Company(time_zone="Europe/Berlin")


def test_a_customer_is_won_once_by_its_first_won_deal() -> None:
    """Two deals of k: a customer on 10 March, and revenue on both days."""
    facts = facts_of(
        deals=[
            won("1", None, "2026-05-10", 50.0, customer_id="k"),
            won("2", None, "2026-03-10", 100.0, customer_id="k"),
        ]
    )
    assert by_day(facts, "new_customers") == {"2026-03-10": 1.0}
    assert by_day(facts, "revenue") == {"2026-03-10": 100.0, "2026-05-10": 50.0}


def test_of_deals_won_at_the_same_moment_the_lowest_deal_id_wins_the_customer() -> None:
    """Lead b's deal 1 and lead a's deal 2: the customer came through b, whatever the row order."""
    deals = [
        won("2", "a", "2026-03-10", customer_id="k"),
        won("1", "b", "2026-03-10", customer_id="k"),
    ]
    leads = [lead("a", "2026-01-01", "ads"), lead("b", "2026-02-01", "fair")]
    for order in (deals, deals[::-1]):
        facts = facts_of(leads=leads, deals=order)
        assert by_campaign(facts, "new_customers") == {"fair": 1.0}
        assert by_campaign(facts, "converted_leads") == {"fair": 1.0}


def test_a_customer_without_id_is_named_by_its_lead() -> None:
    """Two deals of lead a without customer_id are one customer, and so is its deal of customer a:
    as that one came through lead a, the two ids are the same."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        deals=[
            won("1", "a", "2026-03-10"),
            won("2", "a", "2026-04-10"),
            won("3", "a", "2026-05-10", customer_id="a"),
        ],
    )
    assert total(facts, "new_customers") == 1.0


def test_a_deal_without_lead_and_customer_is_a_customer_of_its_own() -> None:
    facts = facts_of(deals=[won("1", None, "2026-03-10"), won("2", None, "2026-03-11")])
    assert total(facts, "new_customers") == 2.0
    assert total(facts, "converted_leads") == 0.0


def test_a_lead_that_brought_two_customers_is_one_converted_lead_and_two_customers() -> None:
    """Lead a brought k and m, lead b nobody. Cohort conversion counts leads, 1 ÷ 2; conversion in
    the period counts customers with a lead, 2 ÷ 2. The customer without lead is in neither."""
    deals = [
        won("1", "a", "2026-03-10", customer_id="k"),
        won("2", "a", "2026-04-10", customer_id="m"),
        won("3", None, "2026-04-10"),
    ]
    for conversion, converted in (("cohort", 1.0), ("period", 2.0)):
        facts = facts_of(
            definitions=Definitions.model_validate({"conversion": conversion}),
            leads=[lead("a", "2026-01-01"), lead("b", "2026-01-01")],
            deals=deals,
        )
        year = card(facts)
        assert year["new_customers"] == 3.0
        assert year["converted_leads"] == converted
        assert year["lead_conversion_rate"] == converted / 2


def test_booked_wins_on_the_day_of_closing_and_paid_on_the_day_of_payment() -> None:
    deals = [
        won("1", None, "2026-03-10", 100.0, customer_id="k", paid_at="2026-04-20"),
        won("2", None, "2026-03-20", 50.0, customer_id="k", paid_at="2026-04-05"),
        won("3", None, "2026-03-25", 25.0, customer_id="m"),
    ]
    booked, paid = facts_of(deals=deals), facts_of(deals=deals, definitions=PAID)
    assert by_day(booked, "new_customers") == {"2026-03-10": 1.0, "2026-03-25": 1.0}
    assert by_day(paid, "new_customers") == {"2026-04-05": 1.0}
    assert by_day(paid, "revenue") == {"2026-04-05": 50.0, "2026-04-20": 100.0}


def test_deals_won_count_when_they_are_closed_and_customers_when_they_paid() -> None:
    """Closed in January, beside one that was lost, and paid in February: 1 of 2 in January, the
    customer in February. By the day of payment January would have 0 %, February 100 %."""
    facts = facts_of(
        definitions=PAID,
        deals=[
            won("1", None, "2026-01-20", paid_at="2026-02-10"),
            deal("2", "lost", closed_at="2026-01-15"),
        ],
    )
    assert by_day(facts, "deals_won") == {"2026-01-20": 1.0}
    assert by_day(facts, "deals_lost") == {"2026-01-15": 1.0}
    assert by_day(facts, "new_customers") == {"2026-02-10": 1.0}


def test_of_deals_won_on_one_day_the_earlier_one_wins_the_customer() -> None:
    """b was won at nine, a at five: the customer came through b's lead, whatever the ids say."""
    facts = facts_of(
        leads=[lead("y", "2026-01-01", "late"), lead("x", "2026-01-01", "early")],
        deals=[
            won("a", "y", "2026-03-01 17:00", customer_id="k"),
            won("b", "x", "2026-03-01 09:00", customer_id="k"),
        ],
    )
    assert by_campaign(facts, "new_customers") == {"early": 1.0}


def test_only_won_deals_win_customers_whatever_their_dates() -> None:
    dates = {"closed_at": "2026-03-10", "paid_at": "2026-03-20", "amount": 10.0}
    deals = [deal("1", "open", **dates), deal("2", "lost", **dates)]
    for definitions in (Definitions(), PAID):
        facts = facts_of(deals=deals, definitions=definitions)
        assert total(facts, "new_customers") == total(facts, "revenue") == 0.0
        assert total(facts, "deals_lost") == 1.0


def test_a_won_deal_without_its_date_is_not_won_yet() -> None:
    facts = facts_of(deals=[deal("1", "won", amount=10.0, created_at="2026-03-01")])
    assert total(facts, "new_customers") == total(facts, "revenue") == 0.0


def test_the_cycle_begins_with_the_lead_or_else_with_the_deal() -> None:
    """Lead a: from 1 January, 31 days. No or unknown lead: from the deal, 5 days each.
    Neither lead nor creation: no cycle, but a customer."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        deals=[
            won("1", "a", "2026-02-01", created_at="2026-01-27"),
            won("2", None, "2026-02-01", created_at="2026-01-27"),
            won("3", "unknown", "2026-02-01", created_at="2026-01-27"),
            won("4", None, "2026-02-01"),
        ],
    )
    assert total(facts, "cycle_days") == pytest.approx(31 + 5 + 5)
    assert total(facts, "cycles") == 3.0
    assert total(facts, "new_customers") == 4.0


def test_negative_cycles_are_left_out_and_a_cycle_of_no_day_counts() -> None:
    """Won before the lead was entered: no cycle. Won on its day, at an earlier hour: 0 days."""
    facts = facts_of(
        leads=[lead("a", "2026-02-05"), lead("b", "2026-02-01 15:00")],
        deals=[won("1", "a", "2026-02-01"), won("2", "b", "2026-02-01 09:00")],
    )
    assert total(facts, "cycles") == 1.0
    assert total(facts, "cycle_days") == 0.0
    assert total(facts, "new_customers") == 2.0


def test_the_cycle_may_be_of_every_won_deal_each_from_its_own_beginning() -> None:
    """Customer k: lead a of 1 January, won on 1 February (31 days); then a deal through lead b of
    1 March, won on the 11th (10 days), and one without lead, created on 1 April, won on the 6th
    (5 days). All are credited to ads, k's campaign. Over customers, 31 days alone."""
    tables = {
        "leads": [lead("a", "2026-01-01", "ads"), lead("b", "2026-03-01", "fair")],
        "deals": [
            won("1", "a", "2026-02-01", customer_id="k"),
            won("2", "b", "2026-03-11", customer_id="k"),
            won("3", None, "2026-04-06", customer_id="k", created_at="2026-04-01"),
            deal("4", "lost", lead_id="b", closed_at="2026-03-20"),
        ],
    }
    assert total(facts_of(**tables), "cycle_days") == 31.0
    over_deals = facts_of(definitions=Definitions(cycle_over="deals"), **tables)
    assert by_campaign(over_deals, "cycle_days") == {"ads": 46.0}
    assert by_campaign(over_deals, "cycles") == {"ads": 3.0}
    assert card(over_deals)["sales_cycle_days"] == pytest.approx(46 / 3)
    assert card(over_deals)["median_cycle_days"] == 10.0


def test_the_card_says_how_many_sales_the_cycle_leaves_out() -> None:
    """One of 10 days; one won before its lead was entered; one whose lead and creation are unknown.
    Over deals, a second deal of customer k, won before its own lead, is a third."""
    tables = {
        "leads": [lead("a", "2026-02-01"), lead("b", "2026-02-05"), lead("c", "2026-05-01")],
        "deals": [
            won("1", "a", "2026-02-11", customer_id="k"),
            won("2", "b", "2026-02-01"),
            won("3", None, "2026-02-01"),
            won("4", "c", "2026-03-01", customer_id="k"),
        ],
    }
    note = card(facts_of(**tables))["notes"]["sales_cycle_days"]
    assert note == (
        "median 10 days, 2 customers left out: won before the cycle began, or its beginning is "
        "unknown"
    )
    over_deals = card(facts_of(definitions=Definitions(cycle_over="deals"), **tables))
    assert "3 deals left out" in over_deals["notes"]["sales_cycle_days"]
    fine = card(facts_of(leads=[lead("a", "2026-02-01")], deals=[won("1", "a", "2026-02-11")]))
    assert fine["notes"]["sales_cycle_days"] == "median 10 days"


def test_cycles_count_calendar_days_of_the_company() -> None:
    """Created at 23:30 UTC on 31 January, which is February in Berlin; won on 2 February: 1 day
    there, 2 in UTC, and in hours less than one and a half."""
    tables = {
        "leads": [lead("a", "2026-01-31 23:30")],
        "deals": [won("1", "a", "2026-02-02 08:00")],
    }
    assert total(facts_of(**tables), "cycle_days") == 2.0
    assert total(facts_of(company=BERLIN, **tables), "cycle_days") == 1.0


@pytest.mark.parametrize("other_lead", [None, "2"])
def test_a_lead_and_a_customer_with_the_same_id_are_not_one_customer(
    other_lead: str | None,
) -> None:
    """Both counters begin at 1: customer 1, won without lead 1, is not the one whom lead 1 brought.
    As one customer there would be 1, won in March through ads, with the revenue of both."""
    facts = facts_of(
        leads=[lead("1", "2026-01-01", "ads"), lead("2", "2026-01-01", "fair")],
        deals=[
            won("A", other_lead, "2026-04-10", 100.0, customer_id="1"),
            won("B", "1", "2026-03-10", 50.0),
            won("C", "1", "2026-05-10", 25.0),
        ],
    )
    assert total(facts, "new_customers") == 2.0
    other = "fair" if other_lead else "(none)"
    assert by_campaign(facts, "revenue") == {"ads": 75.0, other: 100.0}


def test_a_customer_id_counts_as_taken_once_a_deal_is_won_under_it() -> None:
    """Until customer 1 is won on 10 April, payments of 1 can only be those of lead 1's customer."""
    deals = [
        won("A", None, "2026-04-10", customer_id="1"),
        won("B", "1", "2026-03-10"),
    ]
    leads = [lead("1", "2026-01-01", "ads")]
    paid = [payment("1", "2026-03-20", 10.0)]
    march = facts_of(as_of="2026-03-31", leads=leads, deals=deals, payments=paid)
    april = facts_of(as_of="2026-04-30", leads=leads, deals=deals, payments=paid)
    assert by_campaign(march, "payments") == {"ads": 10.0}
    assert by_campaign(april, "payments") == {"(none)": 10.0}


def test_both_sides_of_a_conversion_by_period_fall_into_the_group_of_the_lead() -> None:
    """The lead names no owner, its deal names Ann: 1 ÷ 1 without owner, and no rate of Ann's, whose
    group would else have a customer and no lead."""
    facts = facts_of(
        definitions=Definitions(conversion="period"),
        leads=[lead("a", "2026-01-01")],
        deals=[won("1", "a", "2026-01-20", owner="Ann")],
    )
    owners = cards(facts, "owner")
    assert owners["(none)"]["lead_conversion_rate"] == 1.0
    assert pd.isna(owners["Ann"]["lead_conversion_rate"])
    assert owners["Ann"]["new_customers"] == 1.0
