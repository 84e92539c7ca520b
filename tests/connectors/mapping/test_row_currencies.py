"""Claims about the currency of an amount: its row's own, the mark beside it, or the header's."""

from datetime import date

import pytest

from connectors.mapping.amounts.currencies import header_currency
from connectors.mapping.amounts.old_rates import old_rates_notes
from kpis.definitions import Company
from tests.connectors.mapping.mapped_frames import BERLIN, mapped


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


@pytest.mark.parametrize("code", ["GBp", "GBX", "ZAc", "ILA", "USX"])
def test_a_code_of_hundredths_is_rejected_in_a_column_and_beside_an_amount(code):
    """850,000 pence are 8,500 pounds, and no 850,000; "gbp" in small letters is a pound."""
    frame = deals(["850000", "1", "2"], currency=[code, "gbp", "Quid"])
    names = {"currency": {"GBP": ["Quid"]}}
    result = mapped("deals", frame, company=Company(currency="GBP"), values=names)
    assert currencies(result) == ["GBP"] * 2
    (problem,) = problems(result)
    assert problem[:3] == (2, "currency", code)
    assert problem.reason.startswith("means hundredths of ")
    assert f'"{code}" }} and scale = {{ amount = 0.01 }}' in problem.reason
    beside = problems(mapped("deals", deals([f"850000 {code}", "1 gbp"])))
    assert [one.reason for one in beside] == [problem.reason]


def test_hundredths_that_the_settings_rename_and_scale_are_read():
    """850,000 pence are 8,500 pounds, whether the column or the header says so."""
    how = {"company": Company(currency="EUR"), "scale": {"amount": 0.01}}
    frame = deals(["850000"], currency=["GBp"])
    named = mapped("deals", frame, values={"currency": {"GBP": "GBp"}}, **how)
    header = mapped(
        "deals",
        deals([None]) | {"Amount (GBp)": ["850000"]},
        columns={"amount": "Amount (GBp)"},
        **how,
    )
    for result in (named, header):
        assert (result.frame["amount"][0].as_py(), currencies(result)) == (8500, ["GBP"])


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
        *[(header, "USD") for header in ("costInUsd", "costInUSD", "spendUsd", "amount_in_usd")],
        ("Betrag in EUR", "EUR"),
        ("amount_in_eur", "EUR"),
        ("Umsatz € netto", "EUR"),
        ("Receita (R$)", "BRL"),
        ("Amount spent (TRY)", "TRY"),
        ("Importe en dólares", "USD"),
        ("importe_en_dolares", "USD"),
        ("Betrag in US-Dollar", "USD"),
        ("Montant (en dollars) HT", "USD"),
        ("Umsatz in Tsd. Euro", "EUR"),
        ("Montant en euros", "EUR"),
        ("Amount in pounds", "GBP"),
        ("kwota w złotych", "PLN"),
        ("valor em reais", "BRL"),
        ("Amount (Canadian dollars)", "CAD"),
        ("Beløp i norske kroner", "NOK"),
        ("kwota w koronach czeskich", "CZK"),
        ("Importe en pesos mexicanos", "MXN"),
        ("Betrag in Schweizer Franken", "CHF"),
        ("Importe en dólares EE. UU.", "USD"),
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
        *("Net ARR", "Amount (net)", "Spend (fr)", "Amount #", "Value*", "Dollar amount"),
        *(
            "Umsatz in Europa",
            "Spend in Swiss market",
            "Value in real terms",
            "Revenue in Kronberg",
        ),
        *("costUsed", "tryAmount", "costs", "amountAll", "spendTop", "cupTotal", "eurekaCost"),
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
        ("usdAmount", "USD"),
        ("cost_usd_micros", "USD"),
        ("Amount in USD (EUR)", "USD or EUR"),
        ("Belopp (kr)", "kr"),
        ("Beløp i kroner", "kroner"),
        ("Importe en pesos", "pesos"),
        ("Umsatz in Franken", "franken"),
        ("Amount in Aussie dollars", "dollars"),
    ],
)
def test_a_header_that_may_mean_a_currency_is_not_sure(header, currency):
    assert header_currency(header, Company(currency="EUR")) == (currency, False)


@pytest.mark.parametrize(
    ("header", "own"),
    [("Beløp i kroner", "NOK"), ("Amount in dollars", "CAD"), ("Importe en pesos", "COP")],
)
def test_a_word_of_several_currencies_means_the_companys_own(header, own):
    assert header_currency(header, Company(currency=own)) == (own, True)


def test_dollars_are_no_pesos_though_both_have_one_sign():
    assert header_currency("Importe en dólares", Company(currency="MXN")) == ("USD", True)


def test_what_a_unit_of_each_currency_is_worth_is_there_to_see():
    """A central bank's 163 yen per euro, taken as euros per yen; dollars changed in March."""
    rates = {"currency": ["USD", "JPY", "USD"], "rate": [0.9, 163, 0.86]}
    (note,) = mapped("rates", {**rates, "valid_from": [None, None, "2026-03-01"]}).notes
    assert note.text == "3 rows are read as 1 JPY = 163 EUR and 1 USD = 0.86 to 0.9 EUR."
    assert not note.is_doubt


@pytest.mark.parametrize("rates", [{"EUR": 1.11, "USD": 1}, {"EUR": 1, "USD": 0.9}])
def test_a_rate_other_than_1_of_the_companys_own_currency_makes_all_rates_doubtful(rates):
    """Units of dollars in a company that counts in euros; a euro that is one euro is right."""
    (note,) = mapped("rates", {"currency": list(rates), "rate": list(rates.values())}).notes
    assert note.is_doubt == (rates["EUR"] != 1)
    assert ("divide each by that of EUR" in note.text) == note.is_doubt


LIRA = {"currency": ["TRY"], "rate": [0.22], "valid_from": ["2018-01-01"]}


def of_rates(rates, closed="2026-10-20", currency="TRY"):
    """The texts of doubts on amounts that these rates price, as of 15 November 2026."""
    deals = {"deal_id": ["1"], "status": ["won"], "closed_at": [closed], "amount": [1000]}
    tables = {"deals": {**deals, "currency": [currency]}, "rates": rates}
    frames = {table: mapped(table, frame).frame for table, frame in tables.items()}
    return [note.text for note in old_rates_notes(frames, BERLIN, date(2026, 11, 15))]


def test_a_rate_of_400_days_before_the_amount_is_a_doubt():
    """2018-01-01 and 400 days is 2019-02-05, on which the rate is not yet old."""
    (text,) = of_rates(LIRA)
    assert text == (
        "1 cell of amount is converted at the last rate of TRY, 0.22 from 2018-01-01, which is "
        "more than 400 days older. Add newer rates of TRY to the rates table."
    )
    assert of_rates(LIRA, "2019-02-05") == [] and len(of_rates(LIRA, "2019-02-06")) == 1


@pytest.mark.parametrize(
    ("rates", "deal"),
    [
        (
            {
                "currency": ["TRY"] * 2,
                "rate": [0.2, 0.02],
                "valid_from": ["2018-01-01", "2026-01-01"],
            },
            {},
        ),
        ({**LIRA, "valid_from": [None]}, {}),
        ({**LIRA, "currency": ["EUR"], "rate": [1]}, {"currency": "EUR"}),
        (LIRA, {"currency": "EUR"}),
        (LIRA, {"closed": "2027-01-20"}),
    ],
)
def test_no_old_rate_prices_an_amount(rates, deal):
    """A newer one, one without a day, our own, a currency of no amount, and a plan."""
    assert of_rates(rates, **deal) == []


# --- what the currency of a row contradicts


@pytest.mark.parametrize(
    "header",
    [
        *("Amount in company currency", "amount_in_home_currency", "Amount (converted)"),
        *("Betrag in Hauswährung", "Converted amount", "amountBaseCurrency", "Reporting currency"),
    ],
)
def test_converted_amounts_with_the_currency_they_had_before_are_doubted(header):
    """900 euros were 1,000 dollars; at 0.9 they would be 810. The row in euros is right."""
    frame = deals(["900", "2000"]) | {"Deal currency": ["USD", "EUR"]}
    frame[header] = frame.pop("amount")
    columns = {"amount": header, "currency": "Deal currency"}
    (note,) = mapped("deals", frame, columns=columns).notes
    assert note.is_doubt and note.text == (
        f"1 cell of amount is converted already by the header '{header}', but in USD by 'Deal "
        "currency' ('900'). Leave currency = 'Deal currency' out, or map the amount that is in it."
    )


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("Amount", "Currency"),
        ("Amount (converted)", "Amount (converted) Currency"),
        ("Cost in account currency", "Currency code"),
        ("Value of converted leads", "Currency"),
    ],
)
def test_amounts_whose_currency_is_that_of_its_column_are_not_doubted(amount, currency):
    frame = deals([]) | {"deal_id": ["a"], "status": ["won"], amount: ["900"], currency: ["USD"]}
    del frame["amount"]
    assert mapped("deals", frame, columns={"amount": amount, "currency": currency}).notes == ()


def test_converted_amounts_whose_currency_the_settings_name_are_not_doubted():
    """The company of HubSpot counts in dollars."""
    header = "Amount in company currency"
    result = costs(header, ["900"], constants={"currency": "USD"})
    assert result.notes == ()
