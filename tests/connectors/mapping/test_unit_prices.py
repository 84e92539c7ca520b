"""Claims about amounts that are the price of one, beside a column that says how many."""

import pytest

from tests.connectors.mapping.mapped_frames import answered, doubts, mapped


def purchases(amount, quantity, times, prices=("250", "250"), more=None):
    """Two purchases: ``amount`` is the header of the mapped prices, ``quantity`` of how many."""
    days = {"spent_on": ["2026-10-05", "2026-10-12"]}
    return {**days, amount: [*prices], quantity: [*times], **(more or {})}


def doubted(amount, frame, **how):
    return doubts(mapped("costs", frame, columns={"amount": amount}, **how))


@pytest.mark.parametrize(
    ("amount", "quantity", "is_of_thousands"),
    [
        *((price, "Quantity", False) for price in ("Price", "Unit price (EUR)", "Sales Price")),
        *(("Preis", "Anzahl", False), ("Einzelpreis", "Menge", False), ("Price", "Qty", False)),
        *(("Cost per unit", "Units sold", False), ("Prix unitaire HT", "Quantité", False)),
        *(("CPC", "Clicks", False), ("Avg. CPC", "Link clicks", False), ("CPA", "Results", False)),
        *(("Kosten pro Klick", "Klicks", False), ("Cost per lead", "Leads", False)),
        *(("CPM (EUR)", "Impressions", True), ("TKP", "Impressionen", True)),
        *(("Stundensatz", "Stunden", False), ("Day rate", "Days", False)),
        ("Price per seat", "Seats", False),
    ],
)
def test_a_price_of_one_beside_how_many_is_doubted_with_the_query_that_multiplies(
    amount, quantity, is_of_thousands
):
    """5 x 250 + 7 x 250 = 3,000 were spent, not 500."""
    frame = purchases(amount, quantity, ["5", "7"])
    (text,) = doubted(amount, frame)
    assert text.startswith(f"2 rows have a price of one in '{amount}', and count once, whatever ")
    assert f"'{quantity}' says, which is not mapped: 500.00" in text
    assert "in all ('row 2: 5 at 250.00' and 'row 3: 7 at 250.00'). If the amount is of" in text
    found = answered(text, frame)
    assert [*found.columns] == ["spent_on", amount]
    assert found[amount].sum() == (3 if is_of_thousands else 3000)


def test_the_query_multiplies_amounts_of_commas_and_takes_a_blank_for_one():
    """5 x 2.50 and one of 1.50 are 14."""
    frame = purchases("Preis", "Menge", ["5", None], ["2,50", "1,50"])
    (text,) = doubted("Preis", frame, decimal=",")
    assert answered(text, frame)["Preis"].sum() == 14


@pytest.mark.parametrize(
    ("amount", "quantity", "times", "more"),
    [
        ("Total", "Quantity", ["5", "7"], {}),
        ("Total price", "Quantity", ["5", "7"], {}),
        ("Cost", "Clicks", ["5", "7"], {}),
        ("Price", "Quantity", ["1", "1"], {}),
        ("Price", "Quantity", ["box", "m2"], {}),
        ("Price", "Quantity", ["5", "7"], {"Unit price": ["50", "35.71"]}),
        ("Price", "Clicks", ["5", "7"], {}),
        ("Preis", "Anzahl Besucher", ["500", "700"], {}),
        ("Kosten pro Kampagne", "Klicks", ["5", "7"], {}),
        ("Cost per month", "Leads", ["5", "7"], {}),
    ],
)
def test_totals_and_counts_of_other_things_are_no_price_of_one(amount, quantity, times, more):
    """50 x 5 = 250: there the price is of all five."""
    assert doubted(amount, purchases(amount, quantity, times, more=more)) == []
