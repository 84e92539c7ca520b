"""Claims about won deals that a column cancels, or gives a reason of loss."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import FILE, doubts, mapped

ORDERS = {
    "deal_id": ["D1", "D2", "D3", "D4"],
    "status": ["won", "won", "won", "lost"],
    "closed_at": ["2026-10-20", "2026-10-21", "2026-10-22", "2026-10-23"],
    "amount": ["1000", "2000", "3000", "500"],
}


def deals(**more):
    return doubts(mapped("deals", pd.DataFrame({**ORDERS, **more}, dtype=object)))


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Cancelled at", "2026-10-24 11:02:00 +0200"),
        ("Storniert am", "24.10.2026"),
        ("voided_at", "2026-10-24"),
        ("Chargeback date", "2026-12-24"),
        ("is_cancelled", "true"),
        ("Refunded", "yes"),
    ],
)
def test_a_won_deal_that_a_column_cancels_is_doubted_with_the_query_without_it(header, cell):
    no = "false" if header == "is_cancelled" else None
    (text,) = deals(**{header: [no, no, cell, cell]})
    assert text.startswith(f"1 row is won and marked in '{header}', which is not mapped, but count")
    assert f"'row 4: {cell}'" in text and FILE in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Cancelled at", [None, None, None, "2026-10-24"]),
        ("Cancelled at", ["2026-10-24"] * 4),
        ("cancelled_at", [None, "2027-03-01", "2027-06-01", None]),
        ("Cancellation policy", ["30 days", None, None, None]),
        ("is_cancelled", ["false", "no", "0", "true"]),
    ],
    ids=["a lost deal", "all", "ends of contracts", "another header", "a flag that says no"],
)
def test_marks_of_others_and_ends_of_contracts_are_not_doubted(header, cells):
    """1 March is 131 days after 21 October: that customer was won, and left."""
    assert deals(**{header: cells}) == []


@pytest.mark.parametrize("header", ["Fulfillment State", "Order status", "Financial Status"])
def test_an_order_that_is_cancelled_is_doubted_though_no_other_has_a_status(header):
    (text,) = deals(**{header: [None, None, "cancelled", "cancelled"]})
    assert text.startswith(f"1 row is 'cancelled' in '{header}', which is not mapped, but counts")
    assert ": 3,000.00 in all" in text


def test_other_statuses_do_not_say_that_the_deal_is_cancelled():
    assert deals(**{"Subscription status": [None, None, "cancelled", None]}) == []
    assert deals(**{"Fulfillment status": [None, "fulfilled", "unfulfilled", None]}) == []


@pytest.mark.parametrize("header", ["Closed Lost Reason", "loss_reason", "Verlustgrund"])
def test_a_won_deal_with_a_reason_of_its_loss_is_doubted(header):
    (text,) = deals(**{header: [None, "n/a", "Budget cut", "Price"]})
    said = f"1 row has a reason in '{header}', but the status won: 3,000.00 in all"
    assert text.startswith(f"{said} ('row 4: Budget cut').")


@pytest.mark.parametrize(
    "cells",
    [[None, "won", "none", "Price"], ["Price", "Service", "Price", "Price"]],
    ids=["no reason", "why it was closed"],
)
def test_reasons_that_are_none_or_of_most_won_deals_are_not_doubted(cells):
    assert deals(**{"Lost reason": cells}) == []
