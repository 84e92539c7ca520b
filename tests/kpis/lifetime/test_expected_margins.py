"""Predictive lifetime value on the card: who is credited with it, for which days, and why not."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from kpis.change.drivers import drivers
from kpis.coverage import effects
from kpis.definitions import Company, Definitions
from kpis.lifetime.expected_margins import Prediction, predicted_by, predicted_margins
from kpis.lifetime.likelihood import NotFitted
from kpis.lifetime.predictive import customer_summary, predictive_clv
from kpis.scorecard.scorecard import compared
from kpis.scorecard.selection import Facts
from tests.kpis.lifetime.paying_customers import LAST_DAY, regular
from tests.kpis.lifetime.paying_customers import predicted as prediction_for
from tests.small_data import (
    Row,
    by_campaign,
    canonical,
    card,
    cards,
    cost,
    customer,
    days,
    facts_of,
    lead,
    payment,
    rate,
    total,
    touch,
    won,
)

PREDICTIVE = Definitions(clv_basis="predictive")
PAST = (
    "it is predicted as of the day of the report only; for an earlier period, ask as of its last "
    "day"
)
DECEMBER, NOVEMBER = days("2026-12-01", "2026-12-31"), days("2026-11-01", "2026-11-30")


def paid(
    customers: int, currency: str | None = None, last: date = LAST_DAY, times: int = 4
) -> list[Row]:
    """Monthly payments of 10, 20, … by each customer, the last of them on ``last``."""
    return [
        payment(customer_id, day, 10.0 + 10 * (n % 7), currency=currency)
        for n, (customer_id, day, _) in enumerate(regular(customers, times, last=last))
    ]


def margins(
    payments: list[Row],
    rates: list[Row] | None = None,
    as_of: date = LAST_DAY,
    definitions: Definitions = PREDICTIVE,
) -> dict[str, float]:
    """The expected margin of each paying customer."""
    tables = canonical({"payments": payments, "rates": rates or []})
    asked = {name: ibis.memtable(table) for name, table in tables.items()}
    found = predicted_margins(asked, definitions, Company(), as_of)
    assert isinstance(found, pd.DataFrame), found
    assert list(found) == ["customer_id", "expected_margin"]
    return dict(zip(found["customer_id"], found["expected_margin"], strict=True))


# When nothing is predicted


def test_nothing_is_computed_where_definitions_do_not_ask_for_it() -> None:
    """Without any table at hand, it would fail where it touched one."""
    assert predicted_by({}, Definitions(), Company(), LAST_DAY) == Prediction(None, "")
    assert total(facts_of(payments=paid(150)), "predicted_customers") == 0


def test_too_few_customers_are_the_reason_on_the_card_and_of_what_is_reported_from_it() -> None:
    facts = facts_of(
        payments=paid(99),
        deals=[won("1", None, "2026-06-01", 10.0)],
        costs=[cost("2026-06-01", 10.0)],
        definitions=PREDICTIVE,
    )
    year = card(facts)
    assert np.isnan(year["clv"])
    assert year["reasons"]["clv"] == year["reasons"]["clv_to_cac"] == facts.not_predicted
    assert facts.not_predicted == (
        "only 99 customers paid on a second day, and a prediction needs 100"
    )
    assert "clv" not in year["notes"]


def test_one_customer_is_not_called_customers() -> None:
    tables = {name: ibis.memtable(rows) for name, rows in canonical({"payments": paid(1)}).items()}
    found = predicted_margins(tables, PREDICTIVE, Company(), LAST_DAY)
    assert found == NotFitted("only 1 customer paid on a second day, and a prediction needs 100")


def test_without_payments_that_is_the_reason_and_won_revenue_does_not_stand_in() -> None:
    """Observed, it would be 100 won ÷ 1 customer."""
    facts = facts_of(deals=[won("1", None, "2026-06-01", 100.0)], definitions=PREDICTIVE)
    assert facts.not_predicted.startswith("only 0 customers")
    assert card(facts)["reasons"]["clv"] == "no payments are mapped"
    assert card(facts)["reasons"]["clv_to_cac"] == "no payments are mapped"
    lost = "no payments are mapped; undefined: Customer lifetime value"
    assert lost in effects(facts.mapped, PREDICTIVE)


def test_customers_and_their_ends_are_not_needed() -> None:
    """Observed, churn would be unknown, and nothing had been won either."""
    facts = facts_of(payments=paid(100), definitions=PREDICTIVE)
    assert set(facts.mapped) == {"payments"} and facts.not_predicted == ""
    assert card(facts)["clv"] > 0
    assert not [text for text in effects(facts.mapped, PREDICTIVE) if "lifetime" in text]
    assert [text for text in effects(facts.mapped, Definitions()) if "lifetime" in text]


# Who is credited with it: three customers, predicted by hand


def three_customers(**more: object) -> Facts:
    """k, touched by c1 and c2, will bring 300; l, by c2, 100; m, without a lead, 50.

    Each paid 10 in November and was won in June; o paid 10 in June 2025 and is not predicted.
    """
    return facts_of(
        leads=[lead(name, "2026-05-01", "c2") for name in "kl"] + [lead("o", "2025-01-01", "c3")],
        touches=[
            touch("k", "c1", "2026-05-02"),
            touch("k", "c2", "2026-05-03"),
            touch("l", "c2", "2026-05-03"),
        ],
        deals=[
            *(won(name, name, "2026-06-01", 10.0, customer_id=name) for name in "kl"),
            won("m", None, "2026-06-01", 10.0, customer_id="m"),
            won("o", "o", "2025-06-01", 10.0, customer_id="o"),
        ],
        payments=[
            *(payment(name, "2026-11-10", 10.0) for name in "klm"),
            payment("o", "2025-06-01", 10.0),
        ],
        costs=[cost("2026-06-01", 60.0, "c1")],
        predicted={"k": 300.0, "l": 100.0, "m": 50.0},
        **{"definitions": PREDICTIVE, **more},  # type: ignore[arg-type]  # rows or a switch
    )


def test_it_is_credited_like_payments_through_the_lead_of_the_first_won_deal() -> None:
    """Linear: c1 150 of 0.5 customers, c2 150 + 100 of 1.5, (none) 50 of 1: 300, 166.67 and 50.

    All: 450 ÷ 3 = 150, where the mean of the three would be 172.22. c1 and c2: 400 ÷ 2 = 200.
    """
    facts = three_customers()
    assert by_campaign(facts, "predicted_margin") == {"c1": 150.0, "c2": 250.0, "(none)": 50.0}
    assert by_campaign(facts, "predicted_customers") == {"c1": 0.5, "c2": 1.5, "(none)": 1.0}
    groups = cards(facts, "campaign")
    assert groups["c1"]["clv"] == pytest.approx(300.0)
    assert groups["c2"]["clv"] == pytest.approx(250 / 1.5)
    assert groups["(none)"]["clv"] == pytest.approx(50.0)
    assert card(facts)["clv"] == pytest.approx(150.0)
    assert card(facts, where={"campaign": ["c1", "c2"]})["clv"] == pytest.approx(200.0)


def test_another_attribution_credits_it_otherwise_and_adds_up_to_the_same() -> None:
    """First touch: k is c1's alone, 300 ÷ 1; l is c2's, 100 ÷ 1."""
    facts = three_customers(model="first_touch")
    groups = cards(facts, "campaign")
    assert (groups["c1"]["clv"], groups["c2"]["clv"]) == (300.0, 100.0)
    assert card(facts)["clv"] == pytest.approx(150.0)


def test_a_selection_in_which_nobody_paid_says_so() -> None:
    """c3's only customer paid 10 in 2025."""
    reasons = card(three_customers(), where={"campaign": ["c3"]})["reasons"]
    assert reasons["clv"] == reasons["clv_to_cac"] == "no customer paid in the 365 days"


def test_clv_to_cac_follows_and_cac_payback_stays_on_what_was_paid() -> None:
    """CAC of the year: 60 ÷ 3 = 20; 150 ÷ 20 = 7.5. Paid: 30 in 3 × 365 days are 0.833 a month
    and customer: 20 ÷ 0.833 = 24 months."""
    always = [customer(name, "2025-01-01") for name in "klm"]
    year = card(three_customers(customers=always))
    assert year["clv_to_cac"] == pytest.approx(7.5)
    assert year["cac_payback_months"] == pytest.approx(20 / (30 / (3 * 365 / 30.4375)))
    assert year["clv"] == pytest.approx(150.0)
    assert "cac_payback_months" in card(three_customers())["reasons"]


@pytest.mark.parametrize(
    ("switches", "note"),
    [
        ({}, "on revenue, predicted for the next 60 months"),
        ({"clv_max_months": 1}, "on revenue, predicted for the next 1 month"),
        ({"gross_margin": 0.4}, "on gross margin, predicted for the next 60 months"),
    ],
)
def test_the_note_says_what_it_counts_and_for_how_long(
    switches: dict[str, float], note: str
) -> None:
    """It is not called capped, though observed, nobody left."""
    definitions = Definitions.model_validate({"clv_basis": "predictive", **switches})
    always = [customer(name, "2025-01-01") for name in "klm"]
    facts = three_customers(definitions=definitions, customers=always)
    assert card(facts)["notes"]["clv"] == note


# For which days


@pytest.mark.parametrize("last_day", ["2026-12-31", "2027-03-31"])
def test_a_period_with_the_day_of_the_report_has_it_whenever_it_began(last_day: str) -> None:
    facts = three_customers()
    for first_day in ("2026-01-01", "2026-12-31"):
        assert card(facts, days(first_day, last_day))["clv"] == pytest.approx(150.0)


def test_a_period_that_ended_before_the_day_of_the_report_has_none() -> None:
    """Payments of 10 by o, up to June 2025, and nobody's up to December 2024."""
    facts = three_customers()
    assert card(facts, days("2026-12-01", "2026-12-30"))["reasons"]["clv"] == PAST
    assert card(facts, days("2025-06-01", "2025-06-30"))["reasons"]["clv"] == PAST
    before = card(facts, days("2024-12-01", "2024-12-31"))["reasons"]["clv"]
    assert before == "no customer paid in the 365 days"


def test_what_changed_since_the_period_before_cannot_be_reported() -> None:
    found = drivers(three_customers(), "clv", *compared(DECEMBER, LAST_DAY, Company()))
    assert found.reason == f"in the period before, {PAST}"
    assert found.now == pytest.approx(150.0) and np.isnan(found.before)


def test_as_of_an_earlier_day_it_is_that_days_prediction() -> None:
    """By the end of November everybody had paid three times, not five."""
    payments = paid(120, times=5)
    then = facts_of(payments=payments, as_of="2026-11-30", definitions=PREDICTIVE)
    past = [row for row in payments if row["paid_on"] <= "2026-11-30"]
    assert len(past) == 360
    alone = facts_of(payments=past, as_of="2026-11-30", definitions=PREDICTIVE)
    now = facts_of(payments=payments, definitions=PREDICTIVE)
    assert card(then, NOVEMBER)["clv"] == card(alone, NOVEMBER)["clv"]
    assert card(then, NOVEMBER)["clv"] != pytest.approx(card(now)["clv"], rel=1e-3)
    assert card(now, NOVEMBER)["reasons"]["clv"] == PAST


# What it is told from


def test_it_is_reported_from_payments_in_company_currency() -> None:
    """A dollar is 0.5 here until 2020, then 2: twice the euros."""
    rates = [rate("USD", 0.5), rate("USD", 2.0, "2020-01-01")]
    euros, dollars = margins(paid(120)), margins(paid(120, "USD"), rates)
    assert dollars == pytest.approx({name: 2 * value for name, value in euros.items()}, rel=1e-3)


def test_payments_without_a_rate_tell_nothing() -> None:
    unpriced = [payment(f"u{n}", "2026-12-01", 10.0, currency="USD") for n in range(50)]
    assert margins([*paid(120), *unpriced]) == margins(paid(120))


def test_who_has_not_paid_for_a_year_tells_the_models_and_has_no_prediction() -> None:
    """200 who paid four times and left before 2026: of the others, less is expected."""
    left = [{**row, "customer_id": f"left {row['customer_id']}"} for row in paid(200)]
    left = [{**row, "paid_on": row["paid_on"].replace("2026", "2024")} for row in left]
    with_left, alone = margins([*paid(120), *left]), margins(paid(120))
    assert set(with_left) == set(alone) and len(alone) == 120
    assert sum(with_left.values()) < 0.95 * sum(alone.values())


def test_margin_and_months_are_the_agreed_ones() -> None:
    agreed = Definitions(clv_basis="predictive", gross_margin=0.4, clv_max_months=12)
    frame = pd.DataFrame([{"currency": None, **row} for row in paid(120)])
    summary = customer_summary(frame, LAST_DAY)
    expected = prediction_for(summary, margin=0.4, months=12)
    assert sum(margins(paid(120), definitions=agreed).values()) == pytest.approx(
        expected.customers["expected_margin"].sum()
    )


def test_the_order_of_payments_changes_no_digit() -> None:
    """Five payments a day, whose sum has another last digit when it is taken in another order."""
    five = [
        {**row, "amount": row["amount"] * part}
        for row in paid(120)
        for part in (0.1, 0.7, 12.34, 99.99, 1 / 3)
    ]
    assert margins(five) == margins(five[::-1])


# CDNOW


@pytest.mark.parametrize("as_of", ["1997-09-30", "1998-06-30"])
def test_cdnow_customers_on_the_card_are_those_of_the_models(
    cdnow: pd.DataFrame, as_of: str
) -> None:
    """The card is the mean of those who paid in the 365 days; campaigns add up to all of it.

    Every customer was won by a lead that campaign ``even`` or ``odd`` touched, every third one by
    both. On 30 June 1998 fewer than the 2,357 had paid within a year.
    """
    ids = sorted(set(cdnow["customer_id"]))
    purchases = cdnow.assign(paid_on=pd.to_datetime(cdnow["paid_on"]).dt.strftime("%Y-%m-%d"))
    day = date.fromisoformat(as_of)
    facts = facts_of(
        as_of=as_of,
        leads=[lead(name, "1996-12-01") for name in ids],
        touches=[
            touch(name, campaign_id, "1996-12-02")
            for n, name in enumerate(ids)
            for campaign_id in ("even", "odd")
            if n % 3 == 0 or campaign_id == ("odd" if n % 2 else "even")
        ],
        deals=[won(name, name, "1997-01-01", 1.0, customer_id=name) for name in ids],
        payments=[payment(*row) for row in purchases.itertuples(index=False)],
        definitions=PREDICTIVE,
    )
    models = predictive_clv(customer_summary(cdnow, day), 1.0, 60)
    assert not isinstance(models, NotFitted)
    paying = models.customers[models.customers["in_window"]]
    period = days("1997-01-01", as_of)
    assert card(facts, period)["clv"] == pytest.approx(models.mean, rel=1e-9)
    assert total(facts, "predicted_customers") == pytest.approx(len(paying), rel=1e-9)
    assert (len(paying) == 2357) == (as_of == "1997-09-30")
    whole = paying["expected_margin"].sum()
    parts = by_campaign(facts, "predicted_margin")
    assert set(parts) == {"even", "odd"} and min(parts.values()) > 0.3 * whole
    assert sum(parts.values()) == pytest.approx(whole, rel=1e-9)
    groups, sizes = cards(facts, "campaign", period), by_campaign(facts, "predicted_customers")
    for name, part in parts.items():
        alone = card(facts, period, {"campaign": [name]})["clv"]
        assert alone == groups[name]["clv"] == pytest.approx(part / sizes[name])
