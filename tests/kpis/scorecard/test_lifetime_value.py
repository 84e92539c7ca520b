"""Customer lifetime value both ways: from churn and payments, and from won revenue so far."""

from datetime import date

import pytest

from kpis.definitions import Definitions
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import measure_sums
from tests.small_data import (
    YEAR,
    Row,
    card,
    cards,
    cost,
    customer,
    days,
    facts_of,
    lead,
    payment,
    touch,
    won,
)

MONTH = 30.4375


def subscriptions(
    customers: list[Row], payments: list[Row], as_of: str = "2026-12-31", max_months: int = 60
) -> Facts:
    definitions = Definitions(clv_max_months=max_months)
    return facts_of(as_of=as_of, customers=customers, payments=payments, definitions=definitions)


def active_days(*customers: Row, as_of: str = "2026-12-31") -> float:
    """Active days in the 365 days up to the end of 2026, or ``as_of``."""
    facts = subscriptions(list(customers), [payment("k", "2026-06-01", 1.0)], as_of)
    sums = measure_sums(facts, [Window(YEAR, facts.as_of)])
    return float(sums.values["clv_active_days"].item())


@pytest.mark.parametrize(
    ("started_on", "ended_on", "expected"),
    [
        ("2020-01-01", None, 365),
        ("2026-01-01", None, 365),
        ("2026-01-02", None, 364),
        ("2026-12-31", None, 1),
        ("2027-01-01", None, 0),
        ("2020-01-01", "2026-01-01", 0),
        ("2020-01-01", "2026-01-02", 1),
        ("2020-01-01", "2025-06-01", 0),
        ("2026-07-01", "2026-10-01", 92),
        ("2026-07-01", "2026-07-01", 0),
        ("2026-07-02", "2026-07-01", 0),
        ("2020-01-01", "2026-12-31", 364),
        ("2020-01-01", "2027-01-01", 365),
        (None, None, 0),
        (None, "2026-07-01", 0),
    ],
)
def test_active_days_are_the_overlap_of_start_and_end_with_the_window(
    started_on: str | None, ended_on: str | None, expected: int
) -> None:
    """The day a relationship starts is active, the day it ends is not: July to September, ended on
    1 October, has 31 + 31 + 30 = 92 days."""
    assert active_days(customer("k", started_on, ended_on)) == expected


def test_the_window_ends_with_as_of_when_that_is_before_the_periods_end() -> None:
    """As of 30 June 2026 the 365 days begin on 1 July 2025; the period's own begin in January."""
    assert active_days(customer("k", "2025-07-01"), as_of="2026-06-30") == 365
    assert active_days(customer("k", "2025-07-02"), as_of="2026-06-30") == 364


def test_of_a_period_that_is_over_the_window_ends_with_the_period() -> None:
    """Asked in December about the first quarter: payments and churn after March do not count."""
    facts = subscriptions(
        [customer("k", "2020-01-01", "2026-05-01"), customer("l", "2020-01-01", "2026-02-01")],
        [payment("k", "2026-03-31", 100.0), payment("k", "2026-04-01", 900.0)],
    )
    first_quarter = card(facts, days("2026-01-01", "2026-03-31"))
    assert first_quarter["clv"] == pytest.approx(100.0)  # 100 ÷ months × months ÷ 1 churned


def test_of_a_period_that_has_not_begun_the_window_ends_with_as_of() -> None:
    """As of 30 June 2026 the next quarter's value is that of the 365 days up to 30 June: a payment
    of 1 July 2025 is in them."""
    facts = subscriptions(
        [customer("k", "2020-01-01")], [payment("k", "2025-07-01", 365.0)], "2026-06-30"
    )
    last_quarter = card(facts, days("2026-10-01", "2026-12-31"))
    assert last_quarter["clv"] == pytest.approx(MONTH * 60)


def test_payments_count_from_the_first_to_the_last_day_of_the_window() -> None:
    """1 a day for 365 active days: 30.4375 a month; payments the day before and after are out."""
    facts = subscriptions(
        [customer("k", "2020-01-01")],
        [
            payment("k", "2025-12-31", 1000.0),
            payment("k", "2026-01-01", 100.0),
            payment("k", "2026-12-31", 265.0),
            payment("k", "2027-01-01", 1000.0),
        ],
        as_of="2027-06-30",
    )
    assert card(facts)["clv"] == pytest.approx(MONTH * 60)


@pytest.mark.parametrize("ended_on", ["2026-01-01", "2026-12-31"])
def test_churn_counts_from_the_first_to_the_last_day_of_the_window(ended_on: str) -> None:
    """k all year, l ended on an edge: 1 churned. Lifetime value is what was paid ÷ churned."""
    facts = subscriptions(
        [customer("k", "2020-01-01"), customer("l", "2020-01-01", ended_on)],
        [payment("k", "2026-06-01", 500.0)],
    )
    assert card(facts)["clv"] == pytest.approx(500.0)


@pytest.mark.parametrize("ended_on", ["2025-12-31", "2027-01-01"])
def test_churn_outside_the_window_is_not_churn_of_it(ended_on: str) -> None:
    facts = subscriptions(
        [customer("k", "2026-01-01"), customer("l", "2020-01-01", ended_on)],
        [payment("k", "2026-06-01", 500.0)],
        as_of="2027-06-30",
    )
    assert card(facts)["notes"]["clv"] == "on revenue, capped at 60 months"


def test_without_churn_the_lifetime_is_the_cap_and_not_infinite() -> None:
    """365 days, 1 a day: 30.4375 a month × 60."""
    facts = subscriptions([customer("k", "2020-01-01")], [payment("k", "2026-06-01", 365.0)])
    year = card(facts)
    assert year["clv"] == pytest.approx(MONTH * 60)
    assert year["notes"]["clv"] == "on revenue, capped at 60 months"


@pytest.mark.parametrize(
    ("max_months", "months"), [(23, 23.0), (24, 730 / MONTH), (60, 730 / MONTH)]
)
def test_a_lifetime_longer_than_the_cap_is_capped(max_months: int, months: float) -> None:
    """Two customers all year, one more that churned on its first day: 730 days are 23.98 months for
    one churned. 2 a day of two customers is 30.4375 a month."""
    facts = subscriptions(
        [
            customer("k", "2020-01-01"),
            customer("l", "2020-01-01"),
            customer("m", "2020-01-01", "2026-01-01"),
        ],
        [payment("k", "2026-06-01", 730.0)],
        max_months=max_months,
    )
    year = card(facts)
    assert year["clv"] == pytest.approx(MONTH * months)
    assert ("capped" in year["notes"]["clv"]) == (max_months == 23)


def test_without_active_customers_lifetime_value_is_undefined() -> None:
    """Not 0 ÷ 0, not 0: even when somebody churned or paid."""
    gone = subscriptions(
        [customer("k", "2020-01-01", "2026-01-01")], [payment("k", "2026-06-01", 5.0)]
    )
    year = card(gone)
    assert year["clv"] != year["clv"]
    assert year["reasons"]["clv"] == "no customer was active in the 365 days"
    assert year["reasons"]["clv_to_cac"] and "clv" not in year["notes"]


def test_customers_who_pay_nothing_are_worth_nothing_and_pay_nothing_back() -> None:
    facts = facts_of(
        customers=[customer("k", "2026-01-01")],
        payments=[payment("k", "2020-06-01", 5.0)],
        deals=[won("1", None, "2026-02-01", customer_id="k")],
        costs=[cost("2026-01-05", 50.0)],
    )
    year = card(facts)
    assert year["clv"] == year["clv_to_cac"] == 0.0
    assert year["reasons"]["cac_payback_months"] == "customers paid nothing in the 365 days"


def test_a_relationship_without_start_began_when_the_customer_was_won() -> None:
    """Won on 1 July 2026: 184 days. The customer is named by its lead."""
    facts = facts_of(
        leads=[lead("a", "2026-06-01")],
        deals=[won("1", "a", "2026-07-01")],
        customers=[customer("a", None)],
        payments=[payment("a", "2026-07-01", 184.0)],
    )
    assert card(facts)["clv"] == pytest.approx(MONTH * 60)


def test_a_customers_lifetime_value_is_credited_like_its_lead() -> None:
    """k came through ads and fair half each, l through fair. Paid: k 730, l 365, all year active.
    ads: 365 ÷ 182.5 days; fair: (365 + 365) ÷ (182.5 + 365); nobody's: customer m."""
    facts = facts_of(
        leads=[lead("a", "2019-01-01"), lead("b", "2019-01-01", "fair")],
        touches=[touch("a", "ads", "2019-01-01"), touch("a", "fair", "2019-01-01")],
        deals=[
            won("1", "a", "2019-02-01", customer_id="k"),
            won("2", "b", "2019-02-01", customer_id="l"),
        ],
        customers=[customer(name, "2019-02-01") for name in "klm"],
        payments=[
            payment("k", "2026-06-01", 730.0),
            payment("l", "2026-06-01", 365.0),
            payment("m", "2026-06-01", 73.0),
        ],
        costs=[cost_of_the_year(name) for name in ("ads", "fair")],
    )
    groups = cards(facts, "campaign")
    assert groups["ads"]["clv"] == pytest.approx(2 * MONTH * 60)
    assert groups["fair"]["clv"] == pytest.approx(730 / 547.5 * MONTH * 60)
    assert groups["(none)"]["clv"] == pytest.approx(0.2 * MONTH * 60)


def cost_of_the_year(campaign_id: str) -> Row:
    return {"spent_on": "2026-06-01", "amount": 1.0, "campaign_id": campaign_id}


HISTORIC = {
    "deals": [
        won("1", None, "2024-02-01", 100.0, customer_id="k"),
        won("2", None, "2026-02-01", 300.0, customer_id="k"),
        won("3", None, "2026-03-01", 200.0, customer_id="l"),
        won("4", None, "2026-06-01", 900.0, customer_id="m"),
    ]
}


def test_without_payments_it_is_won_revenue_per_customer_up_to_the_periods_end() -> None:
    """Up to 31 March: 100 + 300 + 200 of two customers = 300 each. Within the period alone it would
    be 500 ÷ 1; with June's deal 1,500 ÷ 3."""
    first_quarter = card(facts_of(**HISTORIC), days("2026-01-01", "2026-03-31"))
    assert first_quarter["clv"] == pytest.approx(300.0)
    assert first_quarter["notes"]["clv"] == "on revenue, won per customer so far"


def test_historic_lifetime_value_is_on_margin() -> None:
    facts = facts_of(definitions=Definitions(gross_margin=0.4), **HISTORIC)
    assert card(facts)["clv"] == pytest.approx(1500 / 3 * 0.4)


def test_historic_lifetime_value_ends_with_as_of() -> None:
    facts = facts_of(as_of="2026-02-28", **HISTORIC)
    assert card(facts)["clv"] == pytest.approx(400.0)
    assert facts.as_of == date(2026, 2, 28)


def test_before_the_first_customer_historic_lifetime_value_is_undefined() -> None:
    reasons = card(facts_of(as_of="2023-12-31", **HISTORIC))["reasons"]
    assert reasons["clv"] == "no customers have been won yet"


def test_without_the_ends_of_customers_churn_is_unknown_and_lifetime_value_is_historic() -> None:
    """ended_on is not mapped: that nobody left is not known. 1,500 won of 3 customers = 500; taking
    unknown for none would give the 5 paid over 60 months, "capped"."""
    nameless = [{"customer_id": "k", "started_on": "2026-01-01"}]
    payments = [payment("k", "2026-06-01", 5.0)]
    year = card(facts_of(**HISTORIC, customers=nameless, payments=payments))
    assert year["clv"] == pytest.approx(500.0)
    assert year["notes"]["clv"] == "on revenue, won per customer so far"


@pytest.mark.parametrize(
    "only",
    [
        {"customers": [customer("k", "2026-01-01")]},
        {"payments": [payment("k", "2026-06-01", 5.0)]},
    ],
)
def test_customers_without_payments_or_payments_without_customers_are_not_enough(
    only: dict[str, list[Row]],
) -> None:
    year = card(facts_of(**HISTORIC, **only))
    assert year["clv"] == pytest.approx(500.0)
    assert year["reasons"]["cac_payback_months"]
