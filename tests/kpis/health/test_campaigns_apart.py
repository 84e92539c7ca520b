"""Claims on costs and leads that have not one campaign in common."""

import pytest

from tests.kpis.health.checked_company import counted, examples, health_of
from tests.small_data import Row, campaign, cost, lead, touch

DAY = "2026-01-01"
COSTS = [cost(DAY, 1.0, "Q1 | Search"), cost(DAY, 2.0, "Q1 | Expo"), cost(DAY, 3.0)]


def leads(*campaigns: str | None) -> list[Row]:
    return [lead(f"L{i}", f"2026-01-0{i + 1}", one) for i, one in enumerate(campaigns)]


def test_where_no_campaign_has_both_costs_and_leads_both_sides_are_named() -> None:
    """Two costs of three name a campaign; each is sound, as which is which is not known."""
    health = health_of(costs=COSTS, leads=leads("winter", "booth", "winter", None))
    assert counted(health) == {"costs_campaigns_apart": (2, 2)}
    found = examples(health)["costs_campaigns_apart"]
    assert found == ("costs: Q1 | Expo, Q1 | Search; leads: booth, winter",)
    assert health.sound == {"costs": 3, "leads": 4}
    touches = [touch("L0", "winter", DAY), touch("L0", "booth", DAY)]
    by_touch = health_of(costs=COSTS, leads=leads("booth"), touches=touches)
    assert counted(by_touch) == {"costs_campaigns_apart": (2, 2)}


@pytest.mark.parametrize(
    "campaigns", [("winter", "booth", "Q1 | Expo"), ("winter", "winter", None), (None, None)]
)
def test_one_campaign_of_both_or_few_of_either_are_no_doubt(campaigns: tuple[str | None]) -> None:
    """Not all campaigns cost money, and a young company may have one alone that brought leads."""
    assert health_of(costs=COSTS, leads=leads(*campaigns)).findings == ()


def test_campaigns_written_otherwise_are_not_apart() -> None:
    health = health_of(costs=COSTS, leads=leads("q1 | search", "booth"))
    assert counted(health) == {"leads_campaign_written_several_ways": (1, 2)}


def test_with_a_table_of_campaigns_each_unknown_id_is_named_instead() -> None:
    named = [campaign(one) for one in ("Q1 | Search", "Q1 | Expo")]
    health = health_of(costs=COSTS, leads=leads("winter", "booth"), campaigns=named)
    assert counted(health) == {"leads_campaign_id_unknown": (2, 2)}
