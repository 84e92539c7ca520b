"""Claims on slips of the pen in the campaigns of costs, and on names that differ on purpose."""

import pytest

from tests.kpis.health.checked_company import counted, examples, health_of
from tests.small_data import cost, lead, touch

DAY = "2026-01-01"
SUMMER = "Sommerkampagne 2026"


@pytest.mark.parametrize(
    "slip",
    [
        *("Sommerkampange 2026", "Sommerkmpagne 2026", "Sommerkampaagne 2026"),
        *("sommerkampahne-2026", "Sommerkampgane_2026", "Zommerkampagne 2026"),
    ],
)
def test_a_cost_whose_campaign_is_a_letter_beside_one_with_leads_is_doubted(slip: str) -> None:
    """Exchanged, left out, doubled, wrong. The lead and the touch make their campaigns known."""
    costs = [cost(DAY, 1.0, SUMMER), cost(DAY, 2.0, slip), cost(DAY, 4.0, slip), cost(DAY, 8.0)]
    health = health_of(leads=[lead("a", DAY, SUMMER)], costs=costs)
    assert counted(health) == {"costs_campaign_slip": (2, 3)}
    assert examples(health)["costs_campaign_slip"] == (f"{slip} → {SUMMER}",)
    assert health.sound["costs"] == 4, "a doubt"
    touches = [touch("a", SUMMER, DAY)]
    assert counted(health_of(touches=touches, costs=costs)) == {"costs_campaign_slip": (2, 3)}
    both = [lead("a", DAY, SUMMER), lead("b", DAY, slip)]
    assert health_of(leads=both, costs=costs).findings == (), "it has leads of its own"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("spring-2025", "spring-2026"),
        ("webinar-1", "webinar-2"),
        ("Webinar Juni 2026", "Webinar Juli 2026"),
        ("newsletter-us", "newsletter-uk"),
        ("landing page A", "landing page B"),
        ("LandingpageA", "LandingpageB"),
        ("Messephase II", "Messephase III"),
        ("Why not? A", "Why not? B"),
        ("page?id=1", "page?id=2"),
        ("fbclid=1", "fbclid=2"),
        ("spring", "spring?audience=2"),
        ("Newsletter_10", "Newsletter_1"),
        ("701Hs000001AbCdIAE", "701Hs000001AbCeIAE"),
        ("3f2504e0-4f89-11ec-9a0c-abcdefabcdef", "3f2504e0-4f89-11ec-9a0c-abcdeaabcdef"),
        ("Inbound leads", "Outbound leads"),
        ("Spring", "Sprong"),
    ],
)
def test_campaigns_that_differ_on_purpose_are_no_slips(one: str, other: str) -> None:
    """Years, numbers, months, countries, variants and ids of programs differ by one letter too."""
    costs = [cost(DAY, 1.0, one), cost(DAY, 2.0, other)]
    assert health_of(leads=[lead("a", DAY, one)], costs=costs).findings == ()


CUT = "2026-Q4_DACH_Machines"


def test_costs_of_longer_names_than_the_field_of_leads_holds_are_doubted() -> None:
    """The longest name that leads have, of 21 letters, begins two names of costs; not ``other``."""
    costs = [
        cost(DAY, 1.0, f"{CUT}_Brand"),
        cost(DAY, 2.0, f"{CUT}_Generic"),
        cost(DAY, 4.0, "other"),
    ]
    leads = [lead("a", DAY, CUT), lead("b", DAY, "other")]
    health = health_of(leads=leads, costs=costs)
    assert counted(health) == {"costs_campaign_cut": (2, 3)}
    found = examples(health)["costs_campaign_cut"]
    assert found == (f"{CUT}_Brand \u2192 {CUT}", f"{CUT}_Generic \u2192 {CUT}")


@pytest.mark.parametrize(
    ("of_leads", "of_costs"),
    [
        ([CUT, f"{CUT}s of all sizes"], [f"{CUT}_Brand"]),
        ([CUT], [CUT, f"{CUT}_Brand"]),
        ([CUT], [f"2026-Q4_AT_Machines_{'x' * 9}"]),
        (["spring sale"], ["spring sale of shoes"]),
    ],
    ids=["longer names", "costs of its own", "another beginning", "short names"],
)
def test_a_name_that_goes_on_is_no_doubt(of_leads: list[str], of_costs: list[str]) -> None:
    """Leads hold longer names, the short one has costs, or the field would hold nothing."""
    leads = [lead(f"L{i}", DAY, one) for i, one in enumerate(of_leads)]
    assert health_of(leads=leads, costs=[cost(DAY, 1.0, one) for one in of_costs]).findings == ()
