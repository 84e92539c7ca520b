"""Claims on deals and costs that stand twice under other names."""

from typing import Any

import pytest

from tests.kpis.health.checked_company import counted, examples, health_of
from tests.small_data import Row, cost, deal, lead, won

DAY = "2026-01-01"
LEADS = [lead("L1", DAY), lead("L2", "2026-01-02")]


def test_deals_that_are_equal_but_for_the_id_are_doubted_by_lead_or_customer() -> None:
    """1 and 4 are one; 2, 5 and 6 are three of a customer; 3 is alone. All are counted as sound."""
    day = "2026-02-01"
    deals = [won("1", "L1", day, 50.0), won("4", "L1", day, 50.0), won("3", "L2", day, 50.0)]
    deals += [won(one, None, day, 70.0, customer_id="C") for one in ("2", "5", "6")]
    health = health_of(leads=LEADS, deals=deals)
    assert counted(health) == {"deals_made_twice": (5, 6)}
    assert examples(health)["deals_made_twice"] == ("1 = 4", "2 = 5 = 6")
    assert health.sound["deals"] == 6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (won("1", "L1", "2026-02-01", 5.0), won("2", "L2", "2026-02-01", 5.0)),
        (won("1", "L1", "2026-02-01", 5.0), won("2", "L1", "2026-03-01", 5.0)),
        (won("1", "L1", "2026-02-01", 5.0), won("2", "L1", "2026-02-01", 6.0)),
        (
            won("1", "L1", "2026-02-01", 5.0, owner="a"),
            won("2", "L1", "2026-02-01", 5.0, owner="b"),
        ),
        (won("1", "L1", "2026-02-01", 0.0), won("2", "L1", "2026-02-01", 0.0)),
        (won("1", None, "2026-02-01", 5.0), won("2", None, "2026-02-01", 5.0)),
        (
            deal("1", "open", lead_id="L1", amount=5.0, closed_at=None),
            deal("2", "open", lead_id="L1", amount=5.0, closed_at=None),
        ),
        (
            deal("1", "open", lead_id="L1", amount=5.0, closed_at="2027-02-01"),
            deal("2", "open", lead_id="L1", amount=5.0, closed_at="2027-02-01"),
        ),
    ],
    ids=["lead", "a renewal", "amount", "owner", "given away", "of nobody", "open", "expected"],
)
def test_deals_that_may_well_be_two_are_no_doubt(one: Row, other: Row) -> None:
    assert health_of(leads=LEADS, deals=[one, other]).findings == ()


DAYS = ("2026-01-05", "2026-01-12", "2026-01-19")


def spent(campaign: str, *amounts: float, days: tuple[str, ...] = DAYS, **more: Any) -> list[Row]:
    return [cost(day, amount, campaign, **more) for day, amount in zip(days, amounts, strict=False)]


def test_campaigns_of_equal_costs_on_three_days_are_doubted_with_their_sum() -> None:
    """12.5 + 30 + 41.25 = 83.75 in spring and in fair; expo has a day more, the last has none."""
    equal = [*spent("spring", 12.5, 30.0, 41.25), *spent("fair", 12.5, 30.0, 41.25)]
    expo = [*spent("expo", 12.5, 30.0, 41.25), cost("2026-01-26", 1.0, "expo")]
    health = health_of(costs=[*equal, *expo, cost(DAY, 9.0)])
    assert counted(health) == {"costs_of_two_campaigns": (6, 10)}
    assert examples(health)["costs_of_two_campaigns"] == ("fair = spring, each 83.75",)
    assert health.sound["costs"] == 11


def test_costs_in_several_currencies_have_no_sum() -> None:
    """12.50 EUR, 30 USD and 41.25 EUR cannot be added."""
    rows = [
        row
        for campaign in ("spring", "fair")
        for row in (
            cost(DAYS[0], 12.5, campaign, currency="EUR"),
            cost(DAYS[1], 30.0, campaign, currency="USD"),
            cost(DAYS[2], 41.25, campaign, currency="EUR"),
        )
    ]
    assert examples(health_of(costs=rows))["costs_of_two_campaigns"] == ("fair = spring",)


@pytest.mark.parametrize(
    "other",
    [
        spent("fair", 12.5, 30.0, 41.26),
        spent("fair", 12.5, 30.0, 41.25, days=("2026-01-05", "2026-01-12", "2026-01-20")),
        spent("fair", 12.5, 30.0),
    ],
    ids=["a cent", "a day", "a row less"],
)
def test_campaigns_that_differ_in_a_cost_are_no_doubt(other: list[Row]) -> None:
    assert health_of(costs=[*spent("spring", 12.5, 30.0, 41.25), *other]).findings == ()


@pytest.mark.parametrize("amounts", [(500.0, 500.0, 500.0), (500.0, 600.0), (0.0, 0.0, 0.0)])
def test_fees_and_a_few_equal_costs_are_no_doubt(amounts: tuple[float, ...]) -> None:
    """An agency takes the same each month for each campaign; two days may agree by chance."""
    costs = [*spent("spring", *amounts), *spent("fair", *amounts)]
    assert health_of(costs=costs).findings == ()
