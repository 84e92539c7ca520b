"""Claims about rows that count twice: in two parts, repeated in one, or as the sum of others."""

import pandas as pd
import pytest

from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import mapped


def costs(*rows, **how):
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"], dtype=object)
    return mapped("costs", frame, **how)


def touches(*rows):
    return mapped(
        "touches",
        pd.DataFrame(rows, columns=["lead_id", "campaign_id", "touched_at"], dtype=object),
    )


def doubts(table):
    return [note.text for note in table.notes if note.is_doubt]


A = ("2026-10-05", "spring", "300")
B = ("2026-10-12", "fair", "200")
C = ("2026-10-12", None, "75")


def test_rows_of_a_later_part_that_an_earlier_one_has_are_loaded_and_doubted():
    """300 + 200 + 75 stand twice, once in cents; 100 on a day of its own does not."""
    in_cents = [(day, campaign, f"{amount}00") for day, campaign, amount in (A, B, C)]
    parts = [
        costs(("2026-09-28", "spring", "9900"), *in_cents, scale={"amount": 0.01}),
        costs(A, B, C, ("2026-10-26", "fair", "100")),
    ]
    whole = joined("costs", parts)
    (note,) = [note for note in whole.notes if note.is_doubt]
    assert note.text == (
        "3 rows of part 2 (table contacts) are also in part 1, equal in every column: 575.00 in "
        "all ('2026-10-05, 300, spring', '2026-10-12, 200, fair' and '2026-10-12, 75'). If the "
        "parts overlap, remove these rows from one: they count twice."
    )
    assert whole.frame.num_rows == 8


def test_rows_that_repeat_within_a_part_or_differ_in_one_column_or_cost_nothing_are_not_doubted():
    parts = [
        costs(A, A, (*B[:2], "0")),
        costs((*A[:2], "301"), (*B[:2], "0"), constants={"currency": "EUR"}),
        costs(B, B),
    ]
    assert doubts(joined("costs", parts)) == []


def test_a_third_part_that_repeats_the_first_is_doubted():
    touches = {"lead_id": ["a"], "campaign_id": ["x"], "touched_at": ["2026-10-01 10:00"]}
    parts = [mapped("touches", {**touches, "lead_id": [one]}) for one in ("a", "b", "a")]
    (note,) = joined("touches", parts).notes
    assert note.text.startswith("1 row of part 3 (table contacts) is also in an earlier part")


@pytest.mark.parametrize("order", [(A, B, C, A, B, C), (A, A, B, B, C, C)])
def test_a_part_in_which_every_row_stands_twice_is_doubted(order):
    """300 + 200 + 75 = 575 are counted again, as pasted or sorted afterwards."""
    (text,) = doubts(costs(*order))
    assert text.startswith("3 rows are equal to earlier ones in every column: 575.00 in all ('row ")
    assert "they count twice: remove them" in text


def test_the_rows_and_sums_of_a_block_that_stands_again_are_named_by_currency():
    """Rows 6 to 8 are rows 3 to 5 again, 300 + 75 EUR and 200 USD; rows 2 and 9 stand once."""
    block = [(*A, "EUR"), (*B, "USD"), (*C, "EUR")]
    first, last = ("2026-10-01", "x", "7", "EUR"), ("2026-10-30", "x", "8", "EUR")
    frame = pd.DataFrame([first, *block, *block, last], dtype=object)
    frame.columns = ["spent_on", "campaign_id", "amount", "currency"]
    (text,) = doubts(mapped("costs", frame))
    assert "3 rows are equal to earlier ones in every column: 375.00 EUR and 200.00 USD" in text
    assert "'row 6 as 3: 2026-10-05, 300, spring, EUR'" in text


@pytest.mark.parametrize(
    "rows",
    [
        (A, A, A, B),
        (A, B, A, C, B),
        (A, B, C, C, B, A, ("2026-10-30", "x", "9")),
        tuple((*A[:2], f"{cents}.50") for cents in (1, 1, 1, 2, 2, 3, 4, 4, 5, 6)),
        (*((day, "spring", "0") for day in ("2026-10-01", "2026-10-02", "2026-10-03") * 2), A),
    ],
)
def test_single_rows_that_are_equal_are_no_doubt(rows):
    """Two clicks of one price on one day are usual, in no order; amounts of 0 count nothing."""
    assert doubts(costs(*rows)) == []


def test_a_touch_that_stands_twice_to_the_second_is_doubted_and_one_of_a_day_or_minute_is_not():
    """The same lead sees the same page twice a day; nobody sends a form twice in a second."""
    exact, minute = "2026-10-01 10:00:07", "2026-10-01 10:00:00"
    (text,) = doubts(touches(("L1", "x", exact), ("L1", "x", exact), ("L1", "y", exact)))
    assert text.startswith("1 row is equal to earlier ones in every column ('row 3 as 2: L1,")
    many = [(f"K{at}", "x", exact) for at in range(200)]
    assert doubts(touches(("L1", "x", exact), ("L1", "x", exact), *many)) == [], "1 of 202"
    assert doubts(touches(("L1", "x", minute), ("L1", "x", minute), ("L2", "x", exact))) == []
    assert doubts(touches(("L1", "x", "2026-10-01"), ("L1", "x", "2026-10-01"))) == []


def breakdown(day, campaign, *amounts):
    return [(day, campaign, str(amount)) for amount in amounts]


def test_the_row_of_all_ages_above_each_age_is_doubted():
    """400 = 150 + 250 and 600 = 100 + 500: 1,000 count twice, wherever the row stands."""
    spring = breakdown("2026-10-05", "spring", 400, 150, 250)
    fair = breakdown("2026-10-06", "fair", 100, 500, 600)
    (text,) = doubts(costs(*spring, *fair, *breakdown("2026-10-07", "fair", 5, 5)))
    assert text == (
        "2 rows hold the sum of others, equal in every column but the amount: 1,000.00 in all "
        "('row 2: 2026-10-05, 400, spring' and 'row 7: 2026-10-06, 600, fair'). If they sum up a "
        'breakdown, as "All" does, they count twice: leave them out of the export, or let a query '
        "do so (SELECT … WHERE)."
    )


def test_one_group_of_four_rows_is_enough():
    """60.60 = 10.10 + 20.20 + 30.30, in binary fractions off by less than half a cent."""
    (text,) = doubts(costs(*breakdown(*A[:2], 10.1, 20.2, 30.3, 60.6), B))
    assert text.startswith("1 row holds the sum of others") and ": 60.60 in all" in text


@pytest.mark.parametrize(
    "groups",
    [
        [(1, 1, 2)],
        [(100, 200, 300), (300, 100, 200)],
        [(1, 1, 2), (2, 3, 5), (1, 5, 9), (2, 6, 5), (3, 5, 9)],
        [(300, 250, 70, -20), (90, 70, 30, -10)],
        [(5, 5, 0), (7, 7, 0)],
        [(10.1, 20.2, 30.3, 60.61)],
    ],
    ids=["one", "the same again", "2 of 5", "refunds", "nothing", "a cent off"],
)
def test_amounts_that_add_up_by_coincidence_are_not_doubted(groups):
    rows = [breakdown(f"2026-10-0{at}", "x", *one) for at, one in enumerate(groups, start=1)]
    assert doubts(costs(*(row for group in rows for row in group))) == []
