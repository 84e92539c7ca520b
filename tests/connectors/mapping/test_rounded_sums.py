"""Claims about totals of amounts before they were rounded: some cents off, they are doubted."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import doubts, mapped

ROWS = [
    ("2026-10-01", "spring", "410.37"),
    ("2026-10-02", "fair", "620.21"),
    ("2026-10-03", "spring", "150.46"),
    ("2026-10-04", "fair", "330.18"),
]
"""1,511.22 in all."""


def of(table, *rows):
    names = {
        "costs": ["spent_on", "campaign_id", "amount"],
        "payments": ["paid_on", "customer_id", "amount"],
    }
    return mapped(table, pd.DataFrame(rows, columns=names[table], dtype=object))


def sums(table, *rows):
    result = of(table, *rows)
    assert result.frame.num_rows == len(rows), "a doubt rejects nothing"
    return [text for text in doubts(result) if "sum" in text]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("amount", ["1511.24", "1511.20", "1511", "1511.2", "1511.2412"])
@pytest.mark.parametrize("label", [None, "All campaigns together"])
def test_a_row_at_an_end_that_is_nearly_the_sum_of_all_others_is_doubted(first, amount, label):
    """Four rows of cents may be four cents off; a total in whole euros is half a euro off, too."""
    total = ("2026-10-01", label, amount)
    (text,) = sums("costs", *([total, *ROWS] if first else [*ROWS, total]))
    assert "holds nearly the sum of all others, 1,511.22, and was loaded" in text
    assert f"row {2 if first else 6}: " in text and "it would count amounts twice" in text


def test_exactly_the_sum_is_rejected_without_a_campaign_as_before():
    result = of("costs", *ROWS, ("2026-10-01", None, "1511.22"))
    assert result.frame.num_rows == 4 and "is the sum of other rows" in result.rejects["reason"][0]


def test_payments_and_whole_amounts_are_looked_at_alike():
    """400 + 600 + 251 = 1,251; reports of whole euros round each row."""
    rows = [("2026-10-01", f"C{at}", amount) for at, amount in enumerate(["400", "600", "251"])]
    (text,) = sums("payments", *rows, ("2026-10-01", "all", "1252"))
    assert "nearly the sum of all others, 1,251.00" in text


def test_nearly_the_sums_of_blocks_are_doubted_together():
    """410.37 + 620.21 = 1,030.58 and 150.46 + 330.18 = 480.64."""
    blocks = (*ROWS[:2], ("2026-10-01", None, "1030.6"), *ROWS[2:], ("2026-10-01", None, "480.63"))
    (text,) = sums("costs", *blocks)
    assert text.startswith("2 rows without campaign_id hold nearly the sums of rows above")
    assert "row 4: 1030.6" in text and "row 7: 480.63" in text


def test_the_row_of_all_ages_may_be_a_cent_off():
    """10.12 + 20.21 + 30.33 = 60.66, of which the platform knows 60.67."""
    rows = [("2026-10-01", "spring", amount) for amount in ("10.12", "20.21", "30.33", "60.67")]
    (text,) = sums("costs", *rows)
    assert text.startswith("1 row holds nearly the sum of others, equal in every column but")


@pytest.mark.parametrize(
    "total",
    [
        ("2026-10-01", None, "1511.50"),
        ("2026-10-01", None, "1513"),
        ("2026-10-01", "tv", "1512"),
        ("2026-10-01", "tv", "1505.00"),
        ("2026-10-01", "spring", "1511.24"),
        ("2026-10-01", None, "755.61"),
        ("2026-10-01", None, "-1511.24"),
    ],
)
def test_a_cost_that_is_further_away_or_of_a_known_campaign_is_no_sum(total):
    """28 cents are more than four rows round away, 1,512 more than half a euro, and so on."""
    assert sums("costs", *ROWS, total) == []


def test_a_cost_in_the_middle_and_one_beside_other_shared_costs_are_no_sums():
    nearly = ("2026-10-01", None, "1511.24")
    assert sums("costs", *ROWS[:2], nearly, *ROWS[2:]) == []
    assert sums("costs", ("2026-10-02", None, "80"), *ROWS, nearly) == []
