"""The funnel on screen: the numbers of kpis.funnel; links keep the view."""

import re

import pytest
from playwright.sync_api import Locator, expect

from connectors.snapshots.engine import open_facts
from kpis.funnel.cohorts import cohorts
from kpis.funnel.funnel import funnel
from kpis.funnel.waiting import waiting
from kpis.scorecard.scorecard import compared
from tests.pages.served import Screen, Served
from tests.small_data import days

pytestmark = pytest.mark.browser

NOVEMBER = days("2026-11-01", "2026-11-30")


def metric(screen: Screen, label: str) -> Locator:
    metrics = screen.page.get_by_test_id("stMetric")
    return metrics.filter(has_text=re.compile(f"^{label}"))


@pytest.mark.parametrize("channels", [[], ["Content"]])
def test_each_step_shows_its_conversion_and_the_leads_behind_it(
    demo: Served, screen: Screen, channels: list[str]
) -> None:
    facts = open_facts(demo.snapshot.folder)
    window = compared(NOVEMBER, facts.as_of, facts.company)[0]
    frame = funnel(facts, [window], None, {"channel": channels}).set_index("stage")
    screen.open(demo.address("funnel", channel=channels))
    steps = {"mql": "Lead → MQL", "sql": "MQL → SQL", "customer": "SQL → Customer"}
    leads = f"{frame.loc['lead', 'passed']:,.0f}"
    expect(metric(screen, "Leads created").get_by_test_id("stMetricValue")).to_have_text(leads)
    for stage, label in steps.items():
        value = metric(screen, label).get_by_test_id("stMetricValue")
        expect(value).to_have_text(f"{frame.loc[stage, 'conversion']:.1%}")
        main = screen.page.get_by_test_id("stMain")
        expect(main).to_contain_text(f"{frame.loc[stage, 'passed']:,.0f} leads, ")


def test_waiting_leads_are_held_against_the_agreed_days(demo: Served, screen: Screen) -> None:
    limits = demo.settings.signs.max_days_in_stage.by_stage
    waits = waiting(open_facts(demo.snapshot.folder), limits)
    screen.open(demo.address("funnel"))
    main = screen.page.get_by_test_id("stMain")
    for row in waits.itertuples():
        message = f"{row.too_long:,.0f} longer than {limits[row.stage]} days"
        expect(main).to_contain_text(message)


def test_cohorts_show_one_row_per_week_and_a_link_keeps_the_choice(
    demo: Served, screen: Screen
) -> None:
    ages = cohorts(open_facts(demo.snapshot.folder), "week", 12, None, "sql")
    rates = [f"{rate:.1%}" for rate in ages["rate"].dropna()]
    screen.open(demo.address("funnel", cohort="Week", became="SQL", by="Channel"))
    texts = screen.page.get_by_test_id("stVegaLiteChart").locator("g.mark-text.role-mark text")
    expect(texts).to_have_text(rates)
    expect(screen.column("Channel").first).not_to_be_empty()


def test_a_funnel_without_leads_says_so(demo: Served, screen: Screen) -> None:
    screen.open(demo.address("funnel", period="Other days", days=["2020-01-01", "2020-01-31"]))
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("No leads were created in this period")
    expect(metric(screen, "Lead → MQL").get_by_test_id("stMetricValue")).to_have_text("—")
    expect(main).to_contain_text("No leads were created")
