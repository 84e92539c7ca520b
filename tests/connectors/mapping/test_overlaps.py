"""Claims about rows that two parts of a table share."""

import pandas as pd

from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import mapped


def costs(*rows, **how):
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"], dtype=object)
    return mapped("costs", frame, **how)


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
    assert [note for note in joined("costs", parts).notes if note.is_doubt] == []


def test_a_third_part_that_repeats_the_first_is_doubted():
    touches = {"lead_id": ["a"], "campaign_id": ["x"], "touched_at": ["2026-10-01 10:00"]}
    parts = [mapped("touches", {**touches, "lead_id": [one]}) for one in ("a", "b", "a")]
    (note,) = joined("touches", parts).notes
    assert note.text.startswith("1 row of part 3 (table contacts) is also in an earlier part")
