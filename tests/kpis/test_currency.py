"""Money in several currencies: the rate of its day, or counted and not priced."""

import pytest

from kpis.definitions import Company, Definitions
from tests.small_data import (
    Row,
    by_day,
    card,
    cost,
    customer,
    facts_of,
    payment,
    rate,
    total,
    won,
)

DATED = [rate("USD", 0.5), rate("USD", 0.8, "2026-02-01"), rate("USD", 0.9, "2026-03-01")]


def deals(*amounts: tuple[str, float, str | None]) -> list[Row]:
    return [
        won(f"{n}", None, day, amount, currency=currency)
        for n, (day, amount, currency) in enumerate(amounts)
    ]


def test_without_currency_an_amount_is_in_company_currency() -> None:
    facts = facts_of(deals=deals(("2026-01-10", 100.0, None)))
    assert total(facts, "revenue") == 100.0
    assert total(facts, "unpriced") == 0.0


def test_an_amount_converts_at_the_rate_valid_on_its_day() -> None:
    """A rate without valid_from holds since ever, the next from its day on: 31 January still 0.5,
    1 February 0.8. The newest rate for all would give 90 each."""
    facts = facts_of(
        rates=DATED[::-1],
        deals=deals(
            ("2019-06-01", 100.0, "USD"),
            ("2026-01-31", 100.0, "USD"),
            ("2026-02-01", 100.0, "USD"),
            ("2026-02-28", 100.0, "USD"),
            ("2026-11-01", 100.0, "USD"),
        ),
    )
    assert by_day(facts, "revenue") == pytest.approx(
        {
            "2019-06-01": 50.0,
            "2026-01-31": 50.0,
            "2026-02-01": 80.0,
            "2026-02-28": 80.0,
            "2026-11-01": 90.0,
        }
    )


def test_rates_multiply_no_amount() -> None:
    """Three rates of USD, one deal: a join on the currency alone would sum 50 + 80 + 90."""
    facts = facts_of(rates=DATED, deals=deals(("2026-02-10", 100.0, "USD")))
    assert total(facts, "revenue") == pytest.approx(80.0)
    assert total(facts, "new_customers") == 1.0


def test_an_amount_without_rate_is_counted_and_not_priced() -> None:
    """Never 1 : 1, and not zero either: the deal is won, its amount is left out and said so."""
    facts = facts_of(
        rates=[rate("USD", 0.8, "2026-02-01")],
        deals=deals(
            ("2026-01-31", 100.0, "USD"), ("2026-02-01", 100.0, "USD"), ("2026-02-01", 9.0, "XAU")
        ),
    )
    year = card(facts)
    assert year["revenue"] == pytest.approx(80.0)
    assert year["new_customers"] == 3.0
    assert total(facts, "unpriced") == 2.0
    assert year["notes"]["revenue"] == "2 amounts left out: no exchange rate"


def test_a_deal_without_amount_is_neither_priced_nor_unpriced() -> None:
    row = {"deal_id": "1", "status": "won", "closed_at": "2026-01-10", "currency": "XAU"}
    facts = facts_of(deals=[row])
    assert total(facts, "new_customers") == 1.0
    assert total(facts, "revenue") == total(facts, "unpriced") == 0.0


def test_company_currency_needs_no_rate_and_takes_none() -> None:
    """A stray rate for the company's own currency changes nothing; the code may be written low."""
    facts = facts_of(
        company=Company(currency="USD"),
        rates=[rate("USD", 3.0), rate("eur", 1.25)],
        deals=deals(("2026-01-10", 100.0, "USD"), ("2026-01-11", 100.0, "EUR")),
    )
    assert by_day(facts, "revenue") == pytest.approx({"2026-01-10": 100.0, "2026-01-11": 125.0})


def test_a_paid_deal_converts_on_the_day_of_payment_where_that_was_agreed() -> None:
    sold = [won("1", None, "2026-01-10", 100.0, currency="USD", paid_at="2026-02-10")]
    booked = facts_of(rates=DATED, deals=sold)
    paid = facts_of(rates=DATED, deals=sold, definitions=Definitions(customer_when="paid"))
    assert total(booked, "revenue") == pytest.approx(50.0)
    assert total(paid, "revenue") == pytest.approx(80.0)


def test_the_rate_of_the_day_is_that_of_the_companys_day() -> None:
    """23:30 UTC on 31 January is 1 February in Berlin: 0.8, not 0.5."""
    sold = deals(("2026-01-31 23:30", 100.0, "USD"))
    berlin = facts_of(company=Company(time_zone="Europe/Berlin"), rates=DATED, deals=sold)
    assert total(berlin, "revenue") == pytest.approx(80.0)
    assert total(facts_of(rates=DATED, deals=sold), "revenue") == pytest.approx(50.0)


def test_costs_and_payments_convert_like_deals() -> None:
    facts = facts_of(
        rates=DATED,
        costs=[
            cost("2026-01-10", 100.0, "ads", currency="USD"),
            cost("2026-02-10", 100.0, team="sales", currency="USD"),
            cost("2026-02-10", 1.0, currency="XAU"),
        ],
        customers=[customer("k", "2026-01-01")],
        payments=[
            payment("k", "2026-03-10", 100.0, currency="USD"),
            payment("k", "2026-03-10", 1.0, currency="XAU"),
        ],
    )
    assert total(facts, "marketing_cost") == pytest.approx(50.0)
    assert total(facts, "shared_sales_cost") == pytest.approx(80.0)
    assert total(facts, "payments") == pytest.approx(90.0)
    assert total(facts, "unpriced") == 2.0
