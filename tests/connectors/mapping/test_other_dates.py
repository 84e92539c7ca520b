"""Claims about dates that are mapped while the one that is meant stands beside them."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import doubts, mapped

REQUIRED = {
    "deals": {"deal_id": ["D1", "D2", "D3"], "status": ["won", "lost", "open"]},
    "leads": {"lead_id": ["L1", "L2", "L3"]},
    "payments": {"customer_id": ["C1", "C2", "C3"], "amount": ["100", "200", "300"]},
    "costs": {"amount": ["100", "200", "300"]},
}
READ = ["2026-10-20", "2026-11-15", "2026-12-01"]
MEANT = ["2026-10-20", "2026-10-21", None]


def doubted(table, column, header, other, meant=MEANT, read=READ):
    frame = pd.DataFrame({**REQUIRED[table], header: read, other: meant}, dtype=object)
    return doubts(mapped(table, frame, columns={column: header}))


@pytest.mark.parametrize(
    ("table", "column", "header", "other"),
    [
        ("deals", "closed_at", "Est. Close Date", "Actual Close Date"),
        ("deals", "closed_at", "Expected close date", "Won time"),
        ("deals", "closed_at", "Voraussichtliches Abschlussdatum", "Abschlussdatum"),
        ("deals", "closed_at", "Create Date", "Close Date"),
        ("deals", "closed_at", "Deal created", "Deal closed on"),
        ("deals", "created_at", "Last Modified Date", "Created Date"),
        ("leads", "created_at", "updated_at", "CreatedAt"),
        ("payments", "paid_on", "Due date", "Paid at"),
        ("costs", "spent_on", "Fällig am", "Buchungsdatum"),
    ],
)
def test_a_date_that_is_another_event_or_an_estimate_is_doubted(table, column, header, other):
    """The second row: 15 November is read, 21 October is in the other column."""
    (text,) = doubted(table, column, header, other)
    assert text == (
        f"1 row has another day in '{other}', which is not mapped, than in '{header}', which is "
        f"read as {column} ('row 3: 2026-10-21, read as 2026-11-15'). If they count from that day "
        f'on, set columns.{column} = "{other}" under [tables.{table}].'
    )


@pytest.mark.parametrize(
    ("column", "header", "other", "meant"),
    [
        ("closed_at", "Close Date", "Est. Close Date", MEANT),
        ("closed_at", "Close Date", "Create Date", MEANT),
        ("closed_at", "Create Date", "Paid at", MEANT),
        ("closed_at", "Est. Close Date", "Actual Close Date", READ),
        ("closed_at", "Est. Close Date", "Actual Close Date", [None, None, "2026-10-21"]),
        ("closed_at", "Est. Close Date", "Actual Close Date", ["yes", "no", None]),
        ("created_at", "Created Date", "Last Modified Date", MEANT),
    ],
    ids=["the estimate beside", "created", "no close", "equal", "open only", "no days", "changed"],
)
def test_the_right_date_and_one_that_closed_deals_lack_are_not_doubted(
    column, header, other, meant
):
    assert doubted("deals", column, header, other, meant) == []


def test_a_date_of_which_no_other_stands_beside_is_not_doubted():
    frame = {"lead_id": ["L1", "L2"], "updated_at": ["2026-10-09"] * 2, "Birthday": MEANT[:2]}
    assert doubts(mapped("leads", frame, columns={"created_at": "updated_at"})) == []
