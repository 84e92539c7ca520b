"""The weekly page: seven cards, the goals, the trend and the campaigns, empty, full and partial."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from connectors.snapshots.engine import open_facts
from kpis.calendar import Period, period_of
from kpis.catalogue import SEVEN
from kpis.goals.standings import running_standings, standings
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from tests.pages.served import Screen, Served
from tests.pages.small_company import leads, settings_of
from tests.small_data import days

pytestmark = pytest.mark.browser

NOVEMBER = days("2026-11-01", "2026-11-30")
LAST_YEAR = days("2025-01-01", "2025-12-31")
WHOLE_WEEKS, MATURE_WEEKS = 13, 7
"""Leads of the last six weeks are younger than the median of 44 days."""
TREND_WEEKS = 27
"""Twenty-six whole weeks, and the one that was running on Friday, 2026-11-20."""


def points(chart: Locator) -> Locator:
    return chart.locator("g.mark-symbol path")


def colour(element: Locator) -> str:
    return str(element.evaluate("e => getComputedStyle(e).color"))


def test_the_seven_cards_show_what_the_scorecard_says(demo: Served, screen: Screen) -> None:
    screen.open(demo.address())
    screen.expect_cards(demo.cards(NOVEMBER))
    for kpi in SEVEN:
        expect(screen.card(kpi.key).get_by_test_id("stMetricLabel")).to_have_text(kpi.short)
        weeks = MATURE_WEEKS if kpi.key == "lead_conversion_rate" else WHOLE_WEEKS
        expect(points(screen.card(kpi.key))).to_have_count(weeks)


def test_a_change_is_coloured_by_what_is_better_not_by_its_sign(
    demo: Served, screen: Screen
) -> None:
    """MQLs fell and CAC fell: the first is bad, the second is good. SQLs rose, which is good."""
    changes = {kpi: text for kpi, (_, text) in demo.cards(NOVEMBER).items()}
    assert [changes[kpi][0] for kpi in ("mqls", "cac", "sqls")] == ["−", "−", "+"]
    screen.open(demo.address())
    screen.expect_cards(demo.cards(NOVEMBER))
    fewer_mqls, less_cost, more_sqls = (
        colour(screen.change(kpi)) for kpi in ("mqls", "cac", "sqls")
    )
    assert less_cost == more_sqls != fewer_mqls


def test_cards_with_a_target_say_where_they_stand(demo: Served, screen: Screen) -> None:
    """November: 335 MQLs and 155 SQLs were agreed; the other cards have no target."""
    screen.open(demo.address())
    expect(screen.card("mqls")).to_contain_text("On track 95% goal 335")
    expect(screen.card("sqls")).to_contain_text("On track 109% goal 155")
    for kpi in SEVEN[2:]:
        expect(screen.card(kpi.key)).not_to_contain_text("goal")


def test_the_goals_of_month_and_quarter_are_those_of_everybody_under_any_filter(
    demo: Served, screen: Screen
) -> None:
    facts = open_facts(demo.snapshot.folder)
    screen.open(demo.address(channel="Events"))
    strip = screen.page.locator(".st-key-goals")
    for unit, title in (("month", "November 2026"), ("quarter", "Q4 2026")):
        period = period_of(unit, facts.as_of, facts.company)
        found = standings(facts, demo.settings.targets, [period])
        assert len(found) == 3
        expect(strip).to_contain_text(title)
        for goal in found:
            expect(strip).to_contain_text(f"{goal.kpi.short} {goal.verdict}")
            expect(strip).to_contain_text(goal.due_text)
            expect(strip).to_contain_text(goal.heading_text.replace("heading for", "→"))
            expect(strip).to_contain_text(goal.needs_text)


def test_what_stands_out_is_reported_worst_first_with_evidence_on_a_click(
    demo: Served, screen: Screen
) -> None:
    """A link leads to the page that explains a sign, with the filters as they are."""
    found = signs_of(demo, {"channel": ["Events"]})
    screen.open(demo.address(channel="Events"))
    strip = screen.page.locator(".st-key-signs")
    for sign in found[:3]:
        expect(strip).to_contain_text(sign.headline)
    strip.get_by_role("button", name=f"All {len(found)}").click()
    every = screen.page.get_by_test_id("stPopoverBody")
    for sign in found:
        expect(every).to_contain_text(sign.headline)
        expect(every).to_contain_text(sign.evidence[0])
        expect(every).to_contain_text(sign.agreed)
    every.get_by_role("link", name="See Funnel").first.click()
    expect(screen.page).to_have_url(re.compile("/funnel"))
    screen.settle()
    expect(screen.page.get_by_test_id("stMultiSelect").nth(1)).to_contain_text("Events")


def signs_of(served: Served, where: dict[str, list[str]]) -> list[Sign]:
    agreed, manifest = served.settings, served.snapshot.manifest
    read = {name: table.read for name, table in manifest.tables.items()}
    return signs(
        open_facts(served.snapshot.folder),
        where,
        targets=agreed.targets,
        held=running_standings(open_facts(served.snapshot.folder), agreed.targets, where),
        owners=agreed.owners,
        agreed=agreed.signs,
        soundness=manifest.health.sound_shares(read),
    )


def test_another_kpi_changes_the_trend_the_table_and_the_address(
    demo: Served, screen: Screen
) -> None:
    screen.open(demo.address())
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Marketing-qualified leads, week by week")
    expect(main).to_contain_text("Campaigns by Marketing-qualified leads")
    chart = screen.page.get_by_test_id("stVegaLiteChart")
    expect(points(chart)).to_have_count(TREND_WEEKS)

    screen.page.get_by_role("radio", name="CAC", exact=True).click()
    expect(main).to_contain_text("Customer acquisition cost, week by week")
    expect(main).to_contain_text("Campaigns by Customer acquisition cost")
    expect(main).not_to_contain_text("Marketing-qualified leads")
    expect(screen.page).to_have_url(re.compile(r"\?kpi=CAC$"))
    expect(points(chart).first).to_have_attribute("aria-label", re.compile("CAC: (€|—)"))


@pytest.mark.parametrize(
    ("period", "undefined"),
    [(LAST_YEAR, False), (days("2024-01-01", "2024-01-07"), True)],
    ids=["half of it before the first lead", "all of it before the first lead"],
)
def test_a_period_with_little_or_no_data(
    demo: Served, screen: Screen, period: Period, undefined: bool
) -> None:
    """Counts are 0 because nothing was counted; ratios are — because there is none."""
    cards = demo.cards(period)
    assert (cards["cac"] == ("—", "no comparison")) == undefined
    assert (cards["mqls"][0] == "0") == undefined
    screen.open(demo.address(period="Other days", days=[str(period.start), str(period.end)]))
    screen.expect_cards(cards)
    if undefined:
        expect(screen.card("cac")).to_contain_text("No customers were won")
        expect(screen.card("lead_conversion_rate")).to_contain_text("No leads were created")


def test_with_only_leads_mapped_what_is_known_is_shown_and_the_rest_says_why(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """Three leads of a campaign that no table names: MQLs are 3, SQLs and customers unknown."""
    served = company(settings_of(tmp_path, leads=leads(3)))
    served.refresh()
    screen.open(served.address())
    expect(screen.value("mqls")).to_have_text("3")
    for kpi, reason in {
        "sqls": "No SQL date is mapped",
        "lead_conversion_rate": "No deals are mapped",
        "sales_cycle_days": "No deals are mapped",
        "cac": "No costs are mapped",
        "clv": "No deals are mapped",
        "marketing_roi": "are mapped",
    }.items():
        expect(screen.value(kpi)).to_have_text("—")
        expect(screen.card(kpi)).to_contain_text(reason)
    expect(screen.page.get_by_test_id("glide-cell-0-0")).to_have_text("c1")
