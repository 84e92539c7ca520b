"""Claims about the currency of an amount: its row's own, the mark beside it, or the header's."""

import pytest

from connectors.mapping.amounts.currencies import header_currency
from kpis.definitions import Company
from tests.connectors.mapping.mapped_frames import mapped


def deals(amounts, **more):
    count = len(amounts)
    ids = {"deal_id": [f"d{i}" for i in range(count)], "status": ["won"] * count}
    return {**ids, "amount": amounts, **more}


def problems(result):
    return list(result.rejects[["row", "column", "value", "reason"]].itertuples(index=False))


def currencies(result):
    return result.frame["currency"].to_pylist()


def notes(result):
    return [(note.rows, note.is_doubt, note.what) for note in result.notes]


def costs(header, amounts, company="EUR", **how):
    """Costs whose amounts have this header."""
    frame = {"spent_on": ["2026-10-01"] * len(amounts), header: amounts, **how.pop("more", {})}
    columns = {"amount": header}
    return mapped("costs", frame, company=Company(currency=company), columns=columns, **how)


# --- the mark beside the amount, and the row's own currency


def test_the_mark_beside_an_amount_names_its_currency_where_the_row_names_none():
    """A dollar is the company's own, Canadian."""
    canada = Company(currency="CAD")
    frame = deals(
        ["$1", "US$2", "£3", "4 usd", "5", "6 (EUR)"],
        currency=[None, " ", "gbp", None, None, "X"],
    )
    result = mapped("deals", frame, company=canada)
    assert currencies(result) == ["CAD", "USD", "GBP", "USD", None]
    assert [(p.row, p.column, p.value) for p in problems(result)] == [(7, "currency", "X")]
    del frame["currency"]
    result = mapped("deals", frame, company=canada)
    assert currencies(result) == ["CAD", "USD", "GBP", "USD", None, "EUR"]
    assert "currency" in result.mapped


def test_a_mark_that_contradicts_the_rows_own_currency_rejects_the_row_and_names_both():
    """A dollar may be Canadian or Argentine; a pound is no euro."""
    frame = deals(["£3", "$4", "$5", "6 USD"], currency=["EUR", "CAD", "ARS", "EUR"])
    result = mapped("deals", frame)
    assert currencies(result) == ["CAD", "ARS"]
    names = "but the currency of its row is EUR; correct one, or map no currency"
    assert problems(result) == [
        (2, "currency", "£3", f"names '£', {names}"),
        (5, "currency", "6 USD", f"names 'USD', {names}"),
    ]
    constant = mapped("deals", deals(["£3", "4"]), constants={"currency": "EUR"})
    assert currencies(constant) == ["EUR"] and len(constant.rejects) == 1


def test_crowns_of_an_unknown_country_are_rejected_unless_the_column_says_which():
    """Loaded without a currency, 100 crowns would count as 100 euros."""
    frame = deals(["100 kr", "100 kr"], currency=["SEK", None])
    result = mapped("deals", frame)
    assert currencies(result) == ["SEK"]
    assert [(p.row, p.column, p.value) for p in problems(result)] == [(3, "currency", "100 kr")]
    del frame["currency"]
    swedish = mapped("deals", frame, company=Company(currency="SEK"))
    assert currencies(swedish) == ["SEK"] * 2


def test_a_sign_of_several_currencies_and_amounts_without_one_beside_it_leave_notes():
    result = mapped("deals", deals(["$4", "$5", "6"]))
    assert notes(result) == [
        (2, False, "were taken in USD, the most usual currency of '$'"),
        (1, True, "name no currency beside others that do, and were taken in EUR"),
    ]
    assert notes(mapped("deals", deals(["€4", "6"]))) == []


# --- the header


def test_amounts_are_in_the_currency_of_their_header_and_a_note_says_so():
    result = costs("Amount spent (USD)", ["400", "600"])
    assert currencies(result) == ["USD"] * 2 and "currency" in result.mapped
    (note,) = result.notes
    assert note.text == (
        "2 cells of amount were taken in USD, which the header 'Amount spent (USD)' names ('400' "
        "and '600'). constants = { currency = \"EUR\" } under [tables.costs] decides otherwise."
    )
    blank = mapped("deals", deals([None]) | {"Sum (USD)": [None]}, columns={"amount": "Sum (USD)"})
    assert currencies(blank) == [None] and blank.notes == ()
    own = costs("Amount spent (USD)", ["400"], company="USD")
    assert currencies(own) == ["USD"] and own.notes == ()


def test_a_constant_currency_decides_over_the_header():
    result = costs("Amount spent (USD)", ["400"], constants={"currency": "EUR"})
    assert currencies(result) == ["EUR"] and result.notes == ()


def test_cells_and_rows_that_name_another_currency_than_the_header_win_and_are_doubtful():
    beside = costs("Cost [USD]", ["400", "500 €", "$6"])
    assert currencies(beside) == ["USD", "EUR", "USD"]
    said = "are in EUR by their rows, but the header 'Cost [USD]' says USD"
    assert (1, True, said) in notes(beside)
    column = costs("Cost [USD]", ["400", "500"], more={"currency": ["EUR", None]})
    assert currencies(column) == ["EUR", "USD"]
    assert (1, True, said) in notes(column)


def test_a_header_whose_code_is_a_word_changes_nothing_and_is_doubtful():
    result = costs("amount_all", ["400"])
    assert currencies(result) == [None] and "currency" not in result.mapped
    assert notes(result) == [
        (1, True, "were taken in EUR, but the header 'amount_all' may mean ALL")
    ]
    assert 'constants = { currency = "EUR" } under [tables.costs]' in result.notes[0].remedy


def test_a_budget_has_no_currency_so_that_another_one_is_only_noted():
    frame = {"campaign_id": ["a", "b", "c"], "Budget (USD)": ["5", "€6", "£7"]}
    result = mapped("campaigns", frame, columns={"budget": "Budget (USD)"})
    assert result.frame["budget"].to_pylist() == [5.0, 6.0, 7.0]
    taken = "but were taken in EUR: campaigns has no currency"
    assert notes(result) == [
        (1, True, f"name £, {taken}"),
        (1, True, f"are in USD by the header 'Budget (USD)', {taken}"),
    ]


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        *[(f"Amount {written}", "USD") for written in ("(USD)", "[usd]", "in USD", "USD", "($)")],
        *[(header, "USD") for header in ("amount_usd", "AMOUNT_USD", "Spend, USD", "Value in $")],
        *[
            (header, "USD")
            for header in ("USD amount", "AMOUNT USD", "Cost (US$)", "Cost (in usd)")
        ],
        ("Betrag in EUR", "EUR"),
        ("amount_in_eur", "EUR"),
        ("Umsatz € netto", "EUR"),
        ("Receita (R$)", "BRL"),
        ("Amount spent (TRY)", "TRY"),
        ("Total MAD", None),
    ],
)
def test_a_header_names_a_currency(header, currency):
    expected = (currency, True) if currency else ("MAD", False)
    assert header_currency(header, Company(currency="EUR")) == expected


@pytest.mark.parametrize(
    "header",
    [
        *("amount", "Amount all", "Try amount", "Total try", "TOTAL TRY", "ALL COSTS", "Cup total"),
        *("cost_per_lead", "top_spend", "Revenue (all regions)", "Revenue in all regions"),
        *("Net ARR", "Amount (net)", "Spend (fr)", "Amount #", "Value*", "Amount in pounds"),
    ],
)
def test_words_in_a_header_are_no_currencies(header):
    """ALL, TRY, TOP and CUP are codes: of Albania, Turkey, Tonga and Cuba."""
    assert header_currency(header, Company(currency="EUR")) is None


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Revenue (ALL)", "ALL"),
        ("amount_try", "TRY"),
        ("SSP revenue", "SSP"),
        ("usd_amount", "USD"),
        ("cost_usd_micros", "USD"),
        ("Amount in USD (EUR)", "USD or EUR"),
        ("Belopp (kr)", "kr"),
    ],
)
def test_a_header_that_may_mean_a_currency_is_not_sure(header, currency):
    assert header_currency(header, Company(currency="EUR")) == (currency, False)


def test_what_a_unit_of_each_currency_is_worth_is_there_to_see():
    """A central bank's 163 yen per euro, taken as euros per yen; dollars changed in March."""
    rates = {"currency": ["USD", "JPY", "USD"], "rate": [0.9, 163, 0.86]}
    (note,) = mapped("rates", {**rates, "valid_from": [None, None, "2026-03-01"]}).notes
    assert note.text == "3 rows are read as 1 JPY = 163 EUR and 1 USD = 0.86 to 0.9 EUR."
    assert not note.is_doubt
