"""Claims about won deals of existing customers whom no earlier deal has won."""

import pandas as pd
import pytest

from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import doubts, mapped


def part(*rows, header="Deal Type"):
    columns = ["deal_id", "status", "customer_id", "closed_at", "amount", header]
    return mapped("deals", pd.DataFrame(rows, columns=columns, dtype=object))


NEW = ("D1", "won", "C1", "2026-10-20", "1000", "newbusiness")


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Deal Type", "existingbusiness"),
        ("Type", "Existing Customer - Renewal"),
        ("Pipeline", "Renewals"),
        ("dealtype", "Existing Business"),
        ("Geschäftsart", "Vertragsverlängerung"),
        ("Opportunity Type", "Up-Sell"),
    ],
)
def test_a_renewal_of_a_customer_whom_no_deal_has_won_is_doubted(header, cell):
    """C1 and C9 are two new customers, of which C9 is none."""
    renewal = ("D2", "won", "C9", "2026-10-21", "1500", cell)
    (text,) = doubts(joined("deals", [part(NEW, renewal, header=header)]))
    assert text == (
        f"1 row is called '{cell}' in '{header}', which is not mapped, but no earlier deal of the "
        "customer is won: 1,500.00 in all ('D2'). Each counts as a new customer, so customers are "
        "too many, and CAC is too low: add the deals that won them, or leave these out with a "
        "query."
    )


@pytest.mark.parametrize(
    "renewal",
    [
        ("D2", "won", "C1", "2026-10-21", "1500", "renewal"),
        ("D2", "lost", "C9", "2026-10-21", "1500", "renewal"),
        ("D2", "won", "C9", "2026-10-21", "1500", "No renewal"),
        ("D2", "won", "C9", "2026-10-21", "1500", "New customer"),
    ],
    ids=["the second deal", "lost", "no renewal", "new"],
)
def test_renewals_of_customers_that_are_won_here_are_not_doubted(renewal):
    assert doubts(joined("deals", [part(NEW, renewal)])) == []


def test_a_pipeline_of_renewals_is_read_beside_the_one_that_won_the_customers():
    """C1 is won in the first part; C9 in none."""
    renewals = part(
        ("R1", "won", "C1", "2026-10-25", "700", "Renewals"),
        ("R2", "won", "C9", "2026-10-26", "900", "Renewals"),
        header="Pipeline",
    )
    first = part(NEW, header="Pipeline")
    (text,) = doubts(joined("deals", [first, renewals]))
    assert text.startswith("1 row is called 'Renewals'") and "900.00 in all ('R2')" in text
    assert doubts(joined("deals", [first, renewals], beside=["deals", "customers"])) == []
