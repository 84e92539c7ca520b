"""Money in several currencies: the rate of its day, or counted and not priced."""

import pytest

from kpis.definitions import Company, Definitions
from kpis.scorecard.selection import Facts
from tests.small_data import (
    Row,
    by_day,
    card,
    cards,
    cost,
    customer,
    facts_of,
    lead,
    payment,
    rate,
    total,
    touch,
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
    assert total(facts, "unpriced_revenue") == 0.0


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
    assert total(facts, "unpriced_revenue") == 2.0
    assert year["notes"]["revenue"] == "2 amounts left out: no exchange rate"


def test_a_deal_without_amount_is_neither_priced_nor_unpriced() -> None:
    row = {"deal_id": "1", "status": "won", "closed_at": "2026-01-10", "currency": "XAU"}
    facts = facts_of(deals=[row])
    assert total(facts, "new_customers") == 1.0
    assert total(facts, "revenue") == total(facts, "unpriced_revenue") == 0.0


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
    assert total(facts, "unpriced_marketing_cost") == 1.0
    assert total(facts, "unpriced_sales_cost") == 0.0
    assert total(facts, "unpriced_payments") == 1.0


GOLD = {"currency": "XAU"}
ONE_LEFT_OUT = "1 amount left out: no exchange rate"


def mixed(**gold: list[Row]) -> Facts:
    """Everything is priced but the rows of ``gold``: a deal, costs of both teams, a payment."""
    tables = {
        "leads": [lead("a", "2026-01-01")],
        "deals": [won("1", "a", "2026-01-10", 100.0)],
        "costs": [cost("2026-01-10", 50.0), cost("2026-01-10", 50.0, team="sales")],
        "customers": [customer("a", "2026-01-01", "2026-10-01")],
        "payments": [payment("a", "2026-03-10", 10.0)],
    }
    return facts_of(**{name: [*rows, *gold.get(name, [])] for name, rows in tables.items()})


@pytest.mark.parametrize(
    ("table", "row", "found"),
    [
        ("deals", won("2", "a", "2026-01-11", 1.0, **GOLD), {"revenue", "marketing_roi"}),
        (
            "costs",
            cost("2026-01-11", 1.0, **GOLD),
            {"marketing_roi", "cac", "cost_per_lead", "clv_to_cac", "cac_payback_months"},
        ),
        (
            "costs",
            cost("2026-01-11", 1.0, team="sales", **GOLD),
            {"cac", "clv_to_cac", "cac_payback_months"},
        ),
        (
            "payments",
            payment("a", "2026-03-11", 1.0, **GOLD),
            {"clv", "clv_to_cac", "cac_payback_months"},
        ),
    ],
)
def test_only_kpis_that_would_use_an_amount_say_that_it_is_left_out(
    table: str, row: Row, found: set[str]
) -> None:
    notes = card(mixed(**{table: [row]}))["notes"]
    assert {key for key, note in notes.items() if "left out" in note} == found
    assert all(notes[key].endswith(ONE_LEFT_OUT) for key in found)


def test_the_note_stands_beside_what_else_there_is_to_know() -> None:
    notes = card(mixed(deals=[won("2", "a", "2026-01-11", 1.0, **GOLD)]))["notes"]
    assert notes["marketing_roi"] == f"on revenue, {ONE_LEFT_OUT}"


def test_historic_lifetime_value_says_which_revenue_it_leaves_out_even_of_earlier_years() -> None:
    """Of 2025, so not in the year's revenue, but in what was won so far."""
    facts = facts_of(
        deals=[won("1", None, "2025-01-10", 5.0, **GOLD), won("2", None, "2026-01-10", 5.0)]
    )
    notes = card(facts)["notes"]
    assert notes["clv"] == f"on revenue, won per customer so far, {ONE_LEFT_OUT}"
    assert "revenue" not in notes


def test_a_part_of_an_amount_is_never_no_amount() -> None:
    """Three campaigns share one lead: a third of the deal each, which rounds to 0."""
    names = ("ads", "fair", "mail")
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        touches=[touch("a", name, "2026-01-02") for name in names],
        deals=[won("1", "a", "2026-01-10", 100.0, **GOLD)],
    )
    for row in cards(facts, "campaign").values():
        assert row["notes"]["revenue"] == ONE_LEFT_OUT
    assert card(facts)["notes"]["revenue"] == ONE_LEFT_OUT
