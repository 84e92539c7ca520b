"""Claims about amounts in cents, of currencies whose smallest unit is another."""

import pytest

from kpis.definitions import Company
from tests.connectors.mapping.mapped_frames import doubts, mapped


def payments(amounts, codes, factor=0.01, company="EUR"):
    count = len(amounts)
    frame = {"customer_id": ["C1"] * count, "paid_on": ["2026-10-02"] * count, "amount": amounts}
    frame |= {"currency": codes} if codes else {}
    company = Company(currency=company, time_zone="Europe/Berlin")
    return doubts(mapped("payments", frame, scale={"amount": factor}, company=company))


@pytest.mark.parametrize(("factor", "one"), [(0.01, "1"), (-0.01, "-1")])
def test_amounts_divided_by_100_in_a_currency_without_cents_are_doubted(factor, one):
    """163,000 yen are no 1,630; 1,000 cents are 10 dollars or euros."""
    amounts = ["-100000", "-163000", "-500", "-700"] if factor < 0 else ["1", "163000", "5", "700"]
    (text,) = payments(amounts, ["usd", "jpy", None, "KRW"], factor)
    assert text == (
        "2 cells of amount were divided by 100, in a currency without cents: JPY or KRW "
        f"('{amounts[1]}' and '{amounts[3]}'). If the source writes them in whole units, give "
        f"these rows a [[tables.payments]] of their own with scale = {{ amount = {one} }}."
    )


@pytest.mark.parametrize("code", ["KWD", "bhd", "JOD", "OMR", "TND", "IQD", "LYD"])
def test_amounts_divided_by_100_in_a_currency_of_thousandths_are_doubted(code):
    """100000 are 1,000 euros and 100 Kuwaiti dinars, never 1,000 dinars."""
    (text,) = payments(["10000", "100000"], ["eur", code])
    assert text == (
        f"1 cell of amount was divided by 100, in a currency of thousandths: {code.upper()} "
        "('100000'). If the source writes in each currency's smallest unit, give these rows a "
        "[[tables.payments]] of their own with scale = { amount = 0.001 }."
    )


def test_amounts_divided_by_1000_for_some_are_doubted_for_the_others():
    """10000 are 10 dinars, 100 euros, 10,000 yen."""
    texts = payments(["10000", "10001", "10002"], ["KWD", "EUR", "JPY"], 0.001)
    assert [text.split(" (")[0] for text in texts] == [
        "1 cell of amount was divided by 1,000, in a currency without cents: JPY",
        "1 cell of amount was divided by 1,000, in a currency of hundredths: EUR",
    ]
    assert "scale = { amount = 1 }" in texts[0] and "scale = { amount = 0.01 }" in texts[1]


def test_the_companys_own_currency_counts_where_no_row_names_one():
    assert "of thousandths: KWD" in payments(["10000"], None, company="KWD")[0]
    frame = {"campaign_id": ["c"], "name": ["c"], "budget": ["5000"]}
    company = Company(currency="JPY", time_zone="Asia/Tokyo")
    (text,) = doubts(mapped("campaigns", frame, scale={"budget": 0.01}, company=company))
    assert "cell of budget was divided by 100, in a currency without cents: JPY" in text


def test_kronur_that_are_no_full_hundreds_are_no_hundredths():
    """Some providers send ISK and UGX in hundredths, which are full hundreds then."""
    assert "without cents: ISK" in payments(["4990", "12000"], ["ISK", "ISK"])[0]
    assert payments(["499000", "1200000"], ["ISK", "UGX"]) == []


@pytest.mark.parametrize(
    ("codes", "factor"),
    [
        (["USD", "EUR"], 0.01),
        (["KWD", "BHD"], 0.001),
        (["EUR", "USD"], 0.001),
        (["KWD", "JPY"], 1),
        (["JPY", "TND"], 1000),
        (["KWD", "EUR"], 1e-6),
    ],
)
def test_scales_that_fit_and_those_of_no_smallest_unit_are_no_doubt(codes, factor):
    assert [t for t in payments(["1000000", "2000000"], codes, factor) if "currency" in t] == []
