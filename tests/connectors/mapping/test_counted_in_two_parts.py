"""Claims about what two systems hold of one thing: spend and its invoice, a deal and its order."""

import pandas as pd
import pytest

from connectors.mapping.mapping import joined
from tests.connectors.mapping.mapped_frames import doubts, mapped

PLATFORM = [
    ("2026-09-21", "spring", "800"),
    ("2026-10-05", "spring", "1250"),
    ("2026-10-12", "fair", "750"),
    ("2026-10-19", "spring", "2000"),
]
FAIR = ("2026-10-12", "fair", "1000")
SEPTEMBER, OCTOBER = ("2026-09-30", None, "800"), ("2026-10-31", None, "4000")


def costs(*parts):
    names = ["spent_on", "campaign_id", "amount"]
    frames = [pd.DataFrame(rows, columns=names, dtype=object) for rows in parts]
    return doubts(joined("costs", [mapped("costs", frame) for frame in frames]))


def test_invoices_of_what_another_part_holds_by_day_are_doubted():
    """800 is September, and 1,250 + 750 + 2,000 = 4,000 October: 4,800 would count twice."""
    assert costs(PLATFORM, [SEPTEMBER, FAIR, OCTOBER]) == [
        "2 rows of part 2 (table contacts) hold the sum of a month of part 1 (table contacts): "
        "4,800.00 in all ('row 2: 2026-09-30, 800.00 = 1 row of 2026-09' and 'row 4: 2026-10-31, "
        "4,000.00 = 3 rows of 2026-10'). If they are invoices for it, all of it counts twice: "
        "leave them out of part 2: query = '''SELECT * FROM \"x\" WHERE …''' in place of 'from' "
        "under [tables.costs]."
    ]


@pytest.mark.parametrize(
    ("platform", "ledger"),
    [
        (PLATFORM, [("2026-10-02", None, "800"), FAIR, ("2026-11-01", None, "4000")]),
        (PLATFORM, [("2026-09-30", "Google", "800"), FAIR, ("2026-10-31", "Google", "4000")]),
        ([*PLATFORM[:3], ("2026-10-19", "spring", "2000.37")], [FAIR, (*OCTOBER[:2], "4000.37")]),
    ],
    ids=["dated in the month after", "below a campaign of the supplier", "one that is not round"],
)
def test_invoices_are_doubted_however_they_are_booked(platform, ledger):
    (text,) = costs(ledger, platform)
    assert f"of part 1 (table contacts) hold{'s' * text.startswith('1 ')} the sum of" in text


@pytest.mark.parametrize(
    "ledger",
    [
        [FAIR, OCTOBER],
        [FAIR, (*SEPTEMBER[:2], "800.01"), (*OCTOBER[:2], "3999.99")],
        [SEPTEMBER, FAIR, ("2026-10-31", "spring", "4000")],
        [FAIR, ("2026-10-31", None, "800"), ("2026-11-30", None, "4000")],
        [*((f"2026-{month:02}-28", None, "4000") for month in range(5, 11)), FAIR],
    ],
    ids=["one round sum", "a cent off", "of a campaign", "of other months", "a retainer"],
)
def test_shared_costs_that_are_no_sums_of_months_are_not_doubted(ledger):
    assert costs(PLATFORM, ledger) == []


def test_a_few_sums_among_many_months_are_a_coincidence():
    """Of ten months two equal the rent, which rose once: 1,000 and 1,100."""
    spent = [400, 1000, 500, 700, 1100, 900, 1300, 650, 300, 800]
    days = [f"2026-{month:02}" for month in range(1, 11)]
    platform = [(f"{d}-{at}", "spring", s / 2) for d, s in zip(days, spent, strict=True)
                for at in ("05", "20")]  # fmt: skip
    rent = [(f"{day}-25", None, 1000 if at < 4 else 1100) for at, day in enumerate(days)]
    assert costs(platform, [*rent, FAIR]) == []


CRM = [
    ("D1", "L1", "2026-10-20", "12000"),
    ("D2", "L2", "2026-10-22", "8500"),
    ("D3", "L3", "2026-10-23", "4000"),
]
SHOP = [
    ("SO-1", "L1", "2026-10-21", "12004.90"),
    ("SO-2", "L2", "2026-10-23 18:00", "8504.90"),
    ("SO-3", "L6", "2026-10-26", "3000"),
]


DEAL = ["deal_id", "lead_id", "closed_at", "amount"]


def deals(*parts, who="lead_id", **more):
    """The doubts on won deals of these parts; ``more``: further columns of the last one."""
    names = [who if name == "lead_id" else name for name in DEAL]
    frames = [pd.DataFrame(rows, columns=names, dtype=object) for rows in parts]
    frames[-1] = frames[-1].assign(**more)
    won = [mapped("deals", frame.assign(status="won")) for frame in frames]
    return doubts(joined("deals", won))


def test_orders_of_the_shop_that_are_deals_of_the_crm_are_doubted():
    """12,000 and 8,500 came again with postage of 4.90: 20,509.80 that nobody paid."""
    assert deals(CRM, SHOP) == [
        "2 rows of part 2 (table contacts) look like won deals of part 1 (table contacts): one "
        "lead or customer, within 3 days and 1% of the amount: 20,509.80 in all ('SO-1 12,004.90 "
        "as D1 12,000.00' and 'SO-2 8,504.90 as D2 8,500.00'). If they are one sale each, they "
        "count twice: leave them out of part 2: query = '''SELECT * FROM \"x\" WHERE deal_id NOT "
        "IN ('SO-1', 'SO-2')''' in place of 'from' under [tables.deals]."
    ]


def test_the_query_names_a_column_that_is_a_word_of_sql_in_quotes():
    crm = mapped("deals", pd.DataFrame(CRM, columns=DEAL, dtype=object).assign(status="won"))
    frame = pd.DataFrame(SHOP, columns=["Order", *DEAL[1:]], dtype=object).assign(status="won")
    (text,) = doubts(joined("deals", [crm, mapped("deals", frame, columns={"deal_id": "Order"})]))
    assert "WHERE \"Order\" NOT IN ('SO-1', 'SO-2')" in text


def test_one_pair_of_an_amount_that_no_other_deal_has_is_doubted():
    """The customer is what both systems know."""
    (text,) = deals(CRM, [("SO-9", "L2", "2026-10-19", "8500")], who="customer_id")
    assert text.startswith("1 row of part 2 (table contacts) looks like a won deal of part 1")


@pytest.mark.parametrize(
    "shop",
    [
        [("SO-1", "L1", "2026-10-21", "12004.90"), ("SO-3", "L6", "2026-10-26", "3000")],
        [("SO-1", "L1", "2026-10-21", "11500"), ("SO-2", "L2", "2026-10-23", "8000")],
        [("SO-1", "L1", "2026-10-24", "12000"), ("SO-2", "L2", "2026-10-26", "8500")],
        [("SO-1", "L4", "2026-10-20", "12000"), ("SO-2", None, "2026-10-22", "8500")],
        [("SO-1", "L3", "2026-10-24", "4000"), ("SO-2", "L9", "2026-10-24", "4000")],
        [("D1", "L1", "2026-10-21", "12000")],
    ],
    ids=["one alike", "other prices", "four days", "other leads", "a list price", "rejected"],
)
def test_customers_who_buy_again_are_not_doubted(shop):
    assert deals(CRM, shop) == []


def test_a_few_pairs_of_a_list_price_at_the_turn_of_the_year_are_not_doubted():
    """Two of fifty bought 49.90 on 31 December and again on 2 January: 4%."""
    old = [(f"A{at}", f"L{at}", "2025-12-31", "49.90") for at in range(50)]
    new = [(f"B{at}", f"L{at + 48}", "2026-01-02", "49.90") for at in range(50)]
    assert deals(old, new) == []
    assert len(deals(old[40:], new[:10])) == 1


def test_deals_that_are_equal_but_for_the_id_are_left_to_data_health():
    again = [("X1", *CRM[0][1:]), ("X2", *CRM[1][1:])]
    assert deals(CRM, again) == []
    assert len(deals(CRM, again, owner="shop")) == 1


@pytest.mark.parametrize(("crm", "shop", "doubts"), [("EUR", "USD", 0), (None, "EUR", 1)])
def test_amounts_of_other_currencies_are_no_pair_and_a_blank_one_may_be_any(crm, shop, doubts):
    parts = [pd.DataFrame(rows, columns=DEAL, dtype=object) for rows in (CRM, SHOP)]
    won = [
        mapped("deals", part.assign(status="won", currency=code))
        for part, code in zip(parts, (crm, shop), strict=True)
    ]
    assert len(joined("deals", won).notes) == doubts
