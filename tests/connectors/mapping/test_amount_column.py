import math
import time
from decimal import Decimal

import pandas as pd
import pytest

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.amounts.currencies import currency_of
from connectors.mapping.cells import distinct
from kpis.definitions import Company
from kpis.errors import MappingError

WHERE = "deals.amount (column 'Amount' of table deals, source 'crm')"


def read(cells, kind="money", decimal=None):
    """Each cell's amount, or the reason why there is none; None where the cell is blank."""
    column = distinct(pd.Series(cells, dtype=object))
    parsed = amounts(column.values, kind=kind, decimal=decimal, where=WHERE)
    values = parsed.values.to_pylist()
    return [None if code < 0 else parsed.reasons.get(code, values[code]) for code in column.codes]


def marks(cells):
    column = distinct(pd.Series(cells, dtype=object))
    return amounts(column.values, kind="money", decimal=None, where=WHERE).marks


def test_a_column_without_a_value_has_no_amounts():
    assert read([]) == []
    assert read([None, float("nan"), "  ", pd.NA, Decimal("NaN")]) == [None] * 5


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,200.50", 1200.5),
        ("1.200,50 €", 1200.5),
        ("1 200,50", 1200.5),
        ("1\u00a0200,50\u00a0€", 1200.5),
        ("1\u202f200,50 zł", 1200.5),
        ("1'200.50", 1200.5),
        ("CHF 1’200.50", 1200.5),
        ("(1,200.50)", -1200.5),
        ("$(1,200.50)", -1200.5),
        ("Rs. 75,000/-", 75000.0),
        (" $ -   ", 0.0),  # zero as accounts show it
        ("- €", 0.0),
        ("₹12,34,567.50/-", 1234567.5),
        ("(75,000 /-)", -75000.0),
        ("75,000/= ", 75000.0),
        ("980,000円", 980000.0),
        ("１２３円", 123.0),
        ("1,000원", 1000.0),
        ("S/ 100.50", 100.5),
        ("($1,200.50)", -1200.5),
        ("USD 1,200", 1200.0),
        ("1200.00 EUR", 1200.0),
        ("-5", -5.0),
        ("−5", -5.0),
        ("5-", -5.0),
        ("-$5.25", -5.25),
        ("$-5.25", -5.25),
        ("+5", 5.0),
        (".5", 0.5),
        ("0.912", 0.912),
        ("0,912", 0.912),
        ("1234.567", 1234.567),
        ("12,5", 12.5),
        ("1,200,000", 1_200_000.0),
        ("1.200.000", 1_200_000.0),
        ("₹12,34,567", 1_234_567.0),
        ("100.-", 100.0),
        ("100,-- kr", 100.0),
        ("1,200", 1200.0),
        ("1.2E+3", 1200.0),
        ("1,2E+03", 1200.0),
        ("−1.5e-3", -0.0015),
        ("GBP (53,180.08)", -53180.08),
        ("(100.00) (EUR)", -100.0),
        ("1,000.00 (EUR)", 1000.0),
        ("(EUR) 1,000.00", 1000.0),
        ("1,000.00 [EUR]", 1000.0),
        ("EUR: 100", 100.0),
        ("EUR1,000.00", 1000.0),
        ("1.000,00€", 1000.0),
        ("R$ 1.234,50", 1234.5),
        ("US$ 5 USD", 5.0),
        ("Rs.500", 500.0),
        ("€-5", -5.0),
        ("€ 5-", -5.0),
        ("5- €", -5.0),
        ("5 €-", -5.0),
        ("–5", -5.0),
        ("950,-", 950.0),
        ("950,–", 950.0),
        ("1.234,-", 1234.0),
        ("1'234.-", 1234.0),
        ("007", 7.0),
        ("=1000", 1000.0),
        ('="1,000.50"', 1000.5),
        ("'1000", 1000.0),
        ("\u200e-5\u200f", -5.0),
        ("\u202a1\u00ad200\u2069", 1200.0),
        ("￥１，２３４．５０", 1234.5),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_an_amount_reads_as_the_person_who_wrote_it_meant(text, amount):
    assert read([text]) == [amount]


@pytest.mark.parametrize(
    "text",
    ["12,34,5", "1,20,00", "1.200,50,3", "1,2,3", "12 34", "1 2", "1,200.500,5", "1'20"],
)
def test_wrongly_grouped_thousands_are_no_amount(text):
    (reason,) = read([text])
    assert reason.startswith("has its thousands grouped in a way that is not understood; write one")


UNKNOWN = "is not an amount that is understood"
TWICE = "is negative twice, by a minus and by parentheses: write one of them"


@pytest.mark.parametrize(
    "text",
    [
        *("n/a", "-", "inf", "nan", "#REF!", "=A1", "12 Std", "5 pcs", "100 (net)", "(EUR)"),
        *("--5", "5--", "5+", "5 -", "5-€", "500)", "[500]", "5.", "1,200.", "EUR.50"),
        *("5²", "½", "１２３個", "ISD(rupee) $100"),
    ],
)
def test_text_that_is_no_amount_is_refused_not_guessed(text):
    """``EUR.50`` may be half a euro, and ``[500]`` anything."""
    assert read([text])[0].split(": ")[0] == UNKNOWN


def test_what_was_not_understood_beside_a_number_is_named():
    hours, none = read(["12 Std", "n/a"])
    assert hours.startswith(f"{UNKNOWN}: 'Std' is no currency; write the number alone")
    assert none == UNKNOWN


@pytest.mark.parametrize("text", ["5–", "20.00–", "1.234,50 –"])
def test_a_long_dash_behind_a_number_may_be_a_minus_or_a_range(text):
    """``5–`` may also be a price without cents; behind the decimal mark, ``5.–``, it is one."""
    assert read([text])[0].startswith("ends in a dash, which may be a minus or begin a range")
    assert read(["5.–", "750:-", "1 250:-"]) == [5, 750, 1250]


@pytest.mark.parametrize(
    "text",
    [
        "100 / 120",
        "100-200",
        "100 (120)",
        "1 200 EUR 300",
        "1/2",
        "100\n120",
        "0x1F",
        "1_000",
        "=1+2",
    ],
)
def test_two_numbers_in_a_cell_are_no_amount(text):
    (reason,) = read([text])
    assert reason.startswith(f"{UNKNOWN}: it holds more than one number; write one number plainly")


@pytest.mark.parametrize(
    ("text", "mark", "by", "amount"),
    [
        ("1.200'50 €", "'", ",", 1200.5),
        ("9 500:50", ":", ",", 9500.5),
        ("1 200€50", "€", ",", 1200.5),
        ("12 EUR 50", " EUR ", ",", 12.5),
        ("1,200:50", ":", ".", 1200.5),
        ("△12,000", "△", "-", -12000.0),
        ("▲8,000.50", "▲", "-", -8000.5),
    ],
)
def test_another_mark_is_named_with_a_query_that_mends_it(text, mark, by, amount):
    (reason,) = read([text])
    assert f"REPLACE(…, '{mark.replace(chr(39), chr(39) * 2)}', '{by}') AS …)" in reason
    assert read([text.replace(mark, by)], decimal=".") == [amount]


@pytest.mark.parametrize("text", ["10-50", "10/50", "5 of 12", "12:30:15", "12,34,5"])
def test_other_numbers_are_given_no_mark(text):
    assert "REPLACE" not in read([text])[0]


def test_two_currencies_in_a_cell_are_no_amount_unless_they_may_be_one():
    """A dollar may be Canadian; the code says that it is."""
    assert read(["$5 EUR", "€5 (USD)"]) == [
        "names two currencies, $ and EUR",
        "names two currencies, € and USD",
    ]
    assert marks(["$5 CAD", "USD$5", "5 kr SEK"]) == {0: "CAD", 1: "USD$", 2: "SEK"}


@pytest.mark.parametrize("text", ["-($67.00)", "(-5)", "(5)-", "-(-5)"])
def test_an_amount_that_is_negative_twice_is_refused(text):
    """-($67.00) is -67 in one program and 67 in another."""
    assert read([text]) == [TWICE]


@pytest.mark.parametrize("text", ["500.00 CR", "500 DR", "500 (Cr.)", "1.000,00 S", "250,00 H"])
def test_credits_and_debits_are_refused_as_programs_differ_on_their_sign(text):
    """A credit is money that comes in at a bank, and money given back on an advertising bill.

    German ledgers write S (Soll) for debits and H (Haben) for credits.
    """
    assert "some exports add credits, others debits" in read([text])[0]


@pytest.mark.parametrize("text", ["1.2K", "1,2 Mio", "3M", "$1.2M", "5 k€", "2 lakh", "1,2 Mrd. €"])
def test_a_shortened_amount_is_refused_as_it_may_be_rounded(text):
    """1.2K is anything from 1,150 to 1,249."""
    assert read([text])[0].startswith("is shortened")


def test_digits_of_other_scripts_are_refused():
    assert read(["١٢٣"]) == ["is written in digits other than 0 to 9"]


def test_a_mark_before_a_dash_is_the_decimal_mark_of_the_column():
    """950,- shows the comma, so that 1.200 beside it is 1200; 950.- shows the point: 1.2."""
    assert read(["1.200", "950,-"]) == [1200.0, 950.0]
    assert read(["1.200", "950.-"]) == [1.2, 950.0]
    with pytest.raises(MappingError, match="disagree"):
        read(["1.200", "950,-", "950.-"])


def test_a_number_filled_up_with_zeros_reads_two_ways():
    """012,345 is 12,345 or 12.345; 0,345 is only a fraction."""
    assert read(["012,345", "3.50"]) == [12345.0, 3.5]
    assert read(["012,345", "0,345"]) == [12.345, 0.345]


def remarks(cells, kind="money"):
    parsed = amounts(pd.Index(cells, dtype=object), kind=kind, decimal=None, where=WHERE)
    return [(remark.positions, remark.is_doubt, remark.remedy) for remark in parsed.remarks]


def test_commas_read_as_thousands_because_that_is_usual_leave_a_remark():
    """In a column of 1,200 alone the comma may be the decimal mark of dinars; 3.50 shows it."""
    assert remarks(["7", "1,200"]) == [((1,), False, 'decimal = "," reads them as decimals.')]
    assert remarks(["1.085"], "number") == [((0,), False, 'decimal = "," reads them as thousands.')]
    assert remarks(["3.50", "1,200"]) == []


def test_scientific_notation_that_may_be_rounded_is_doubtful():
    """Excel writes 1.23E+05 for 123,456; in 1.23456E+5 no digit before the point is missing.

    A decimal of Ruby is exact as 0.125e4 = 1250: no spreadsheet begins with a zero.
    """
    assert read(["0.125e4"]) == [1250.0]
    assert remarks(["1.23E+05", "1.23456E+5", "5e-3", "0.125e4"]) == [
        ((0,), True, "Export the column as plain numbers.")
    ]


def test_a_percentage_is_no_amount():
    assert read(["12 %"]) == [
        "is a percentage, not an amount: write an amount into a cell of plain numbers"
    ]


def test_typed_numbers_stay_as_they_are_and_infinity_is_refused():
    cells = [5, 1.5, Decimal("1200.50"), float("inf"), 10**400, True]
    assert read(cells)[:3] == [5.0, 1.5, 1200.5]
    assert read(cells)[3:5] == ["is not a finite number"] * 2
    assert read(cells)[5] == "is not an amount"
    typed = distinct(pd.Series([1.5, float("nan"), -math.inf]))
    assert amounts(typed.values, kind="money", decimal=None, where=WHERE).reasons == {
        1: "is not a finite number"
    }


def test_an_amount_that_would_drown_all_others_is_refused():
    """Two amounts of 1e308 sum to infinity."""
    too_large = "is larger than any amount of money"
    assert read(["1e18", 1e308, "-2e18"]) == [1e18, too_large, too_large]


def test_one_clear_value_decides_how_the_unclear_ones_of_the_column_read():
    """1.200 is 1200 beside 3,50 and 1.2 beside 3.50: wrong by a factor of 1000 if guessed."""
    assert read(["1.200", "3,50"]) == [1200.0, 3.5]
    assert read(["1.200", "3.50"]) == [1.2, 3.5]
    assert read(["1,200", "3,50"]) == [1.2, 3.5]
    assert read(["1,200", "3.50"]) == [1200.0, 3.5]
    assert read(["1.200", "1.200.000"]) == [1200.0, 1_200_000.0]
    assert read(["1,200", "1 200,50"]) == [1.2, 1200.5]


def test_the_settings_decide_over_the_column():
    assert read(["1.200"], decimal=",") == [1200.0]
    assert read(["1.200", "3,50"], decimal=".") == [1.2, 3.5]


def test_a_setting_that_other_values_of_the_column_contradict_is_doubtful():
    """1,200 is 1.2 by the settings; 1,234.50 shows that 1,200 was meant. 2,5 agrees with them."""
    column = distinct(pd.Series(["1,200", "1,234.50", "2,000.00"], dtype=object))
    read_so = amounts(column.values, kind="money", decimal=",", where=WHERE)
    assert read_so.values.to_pylist() == [1.2, 1234.5, 2000.0]
    (remark,) = read_so.remarks
    assert remark.is_doubt and remark.positions == (0,) and "'1,234.50'" in remark.what
    agreed = distinct(pd.Series(["1,200", "2,5"], dtype=object))
    assert amounts(agreed.values, kind="money", decimal=",", where=WHERE).remarks == ()


def test_a_lone_point_before_three_digits_is_an_error_that_shows_two_examples():
    with pytest.raises(MappingError) as error:
        read(["1.200", "2.500", "7"])
    for part in (WHERE, "'1.200'", "'2.500'", 'decimal = ","'):
        assert part in str(error.value)


def test_a_rate_with_a_point_is_a_decimal_and_with_a_comma_an_error():
    """1.085 dollars for a euro is usual; 1,085 as 1085 would be wrong by a factor of 1000."""
    assert read(["1.085"], kind="number") == [1.085]
    assert read(["0,912"], kind="number") == [0.912]
    with pytest.raises(MappingError, match="'1,085' can be read two ways"):
        read(["1,085"], kind="number")


def test_values_that_disagree_are_an_error_only_if_another_value_depends_on_it():
    assert read(["1.200,50", "1,200.50"]) == [1200.5, 1200.5]
    with pytest.raises(MappingError, match=r"'3\.50' .* '4,50'"):
        read(["1,200", "3.50", "4,50"])


def test_the_mark_beside_an_amount_is_kept():
    assert marks(["$5", "6 EUR", "7", "US$8", "zł 9"]) == {0: "$", 1: "EUR", 3: "US$", 4: "zł"}


@pytest.mark.parametrize(
    ("mark", "company", "currency"),
    [
        ("€", "USD", "EUR"),
        ("$", "EUR", "USD"),
        ("$", "CAD", "CAD"),
        ("US$", "CAD", "USD"),
        ("C$", "USD", "CAD"),
        ("A$", "USD", "AUD"),
        ("¥", "EUR", "JPY"),
        ("kr.", "SEK", "SEK"),
        ("kr", "EUR", None),
        ("usd", "EUR", "USD"),
        ("$", "ARS", "ARS"),
        ("£", "EGP", "EGP"),
        ("£", "EUR", "GBP"),
        ("Rs.", "PKR", "PKR"),
        ("Kč", "EUR", "CZK"),
    ],
)
def test_a_sign_of_several_currencies_is_the_companys_own_if_that_is_one(mark, company, currency):
    assert currency_of(mark, Company(currency=company)) == currency


def test_a_million_plain_amounts_are_read_in_seconds():
    cells = [f"{i}.{i % 90 + 10}" for i in range(1_000_000)]
    started = time.process_time()
    assert read(cells)[-1] == 999_999.19
    assert time.process_time() - started < 20
