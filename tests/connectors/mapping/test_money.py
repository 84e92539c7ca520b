import math
import time
from decimal import Decimal

import pandas as pd
import pytest

from connectors.mapping.cells import distinct
from connectors.mapping.currencies import currency_of
from connectors.mapping.money import amounts
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
    assert read([text]) == ["has its thousands grouped in a way that is not understood"]


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "-",
        "inf",
        "nan",
        "12 Mio",
        "12 Std",
        "5 pcs",
        "(-5)",
        "--5",
        "$5 EUR",
        "1-2",
        "#REF!",
    ],
)
def test_text_that_is_no_amount_is_refused_not_guessed(text):
    assert read([text]) == ["is not an amount that is understood"]


def test_a_percentage_is_no_amount():
    assert read(["12 %"]) == ["is a percentage, not an amount"]


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
    ],
)
def test_a_sign_of_several_currencies_is_the_companys_own_if_that_is_one(mark, company, currency):
    assert currency_of(mark, Company(currency=company)) == currency


def test_a_million_plain_amounts_are_read_in_seconds():
    cells = [f"{i}.{i % 90 + 10}" for i in range(1_000_000)]
    started = time.perf_counter()
    assert read(cells)[-1] == 999_999.19
    assert time.perf_counter() - started < 8
