"""Claims about ledgers with a column for each side: what the unmapped one holds is said."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import answered, doubts, mapped

DAYS = ["2026-10-01", "2026-10-02", "2026-10-05"]


def ledger(own, other, amounts, others, table="costs", **more):
    keys = {"costs": {"spent_on": "Day"}, "payments": {"paid_on": "Day", "customer_id": "Who"}}
    frame = {"Day": DAYS, "Who": ["a", "b", "c"], own: amounts, other: others, **more}
    return frame, mapped(table, frame, columns={**keys[table], "amount": own})


@pytest.mark.parametrize(
    ("own", "other", "table"),
    [
        ("Debit", "Credit", "costs"),
        ("Debit (EUR)", "Credit (EUR)", "costs"),
        ("Soll", "Haben", "costs"),
        ("Importe cargo", "Importe abono", "costs"),
        ("Money out", "Money in", "costs"),
        ("Lastschrift", "Gutschrift", "costs"),
        ("Credit Amount", "Debit Amount", "payments"),
        ("Charge", "Refund", "payments"),
    ],
)
@pytest.mark.parametrize("none", ["", "0.00"])
def test_what_stands_on_the_other_side_is_doubted_with_the_query_that_subtracts_it(
    own, other, table, none
):
    """400 + 600 - 50 = 950: without the other side they are 1,000."""
    frame, result = ledger(own, other, ["400", "600", none], [none, none, "50"], table)
    (text,) = doubts(result)
    assert text.startswith(
        f"1 row has no amount in '{own}', but 50.00 in '{other}', which is not mapped ('row 4: "
    )
    frame = pd.DataFrame(frame)
    assert answered(text, frame)[own].sum() == 950 and other not in answered(text, frame).columns


@pytest.mark.parametrize(
    ("own", "other", "others"),
    [
        ("Debit", "Credit", ["", "", ""]),
        ("Debit", "Balance", ["", "", "50"]),
        ("Spend", "Credit", ["", "", "50"]),
        ("Debit", "Credit", ["7", "", ""]),
        ("Debit", "Credit", ["", "", "Anna"]),
        ("Debit", "Credit", ["9", "", "50"]),
        ("Ausgaben", "Einnahmen", ["", "", "50"]),
        ("Uscite", "Entrate", ["", "", "50"]),
    ],
)
def test_nothing_is_doubted_where_no_row_has_the_other_side_alone(own, other, others):
    _, result = ledger(own, other, ["400", "600", "0"], others)
    assert doubts(result) == []
