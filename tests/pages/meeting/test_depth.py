"""The step "In depth": what is shown first and why, and that its numbers are those of kpis."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from connectors.demo.demo import STORIES
from connectors.snapshots.engine import open_facts
from kpis.catalogue import kpi_named
from kpis.display import shown
from kpis.funnel.funnel import funnel
from kpis.funnel.waiting import waiting
from kpis.scorecard.scorecard import compared, scorecard
from tests.pages.conftest import NewScreen
from tests.pages.served import Screen, Served
from tests.pages.small_company import leads, settings_of
from tests.pages.test_looks import picture
from tests.small_data import days

pytestmark = pytest.mark.browser

NOVEMBER = days("2026-11-01", "2026-11-30")
IN_DEPTH = {"step": "In depth"}
STALLED, LOSING = "Search: Free trial", "Facebook: Lookalike audience"
STEP = "Step: MQL → SQL"

CUT_OFF_OR_WRAPPED = """() => [...document.querySelectorAll('.st-key-depth-page *')]
  .filter(e => !e.closest('svg, button, input, [data-baseweb=select]') && e.clientWidth > 0)
  .filter(e => {
    const style = getComputedStyle(e);
    const isCut = style.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1;
    const isNumber = e.matches('[data-testid=stMetricValue]');
    return isCut || (isNumber && e.clientHeight > 2 * parseFloat(style.fontSize));
  })
  .map(e => e.innerText)"""
"""Texts wider than their room, and numbers on more than one line."""

BOTTOMS = """() => ['.st-key-depth-page', '.st-key-meeting-stepper']
  .map(name => document.querySelector(name).getBoundingClientRect())
  .map((box, at) => at ? box.top : box.bottom)"""
"""Where the step ends, and where the bar of steps begins."""

CHARTS_BESIDE_THEIR_PANEL = """() => [...document.querySelectorAll('[class*=st-key-in-depth-]')]
  .filter(panel => [...panel.querySelectorAll('svg')]
    .some(svg => svg.getBoundingClientRect().right > panel.getBoundingClientRect().right))
  .map(panel => panel.className)"""


def name(screen: Screen) -> Locator:
    return screen.page.get_by_role("heading", level=3)


def value(screen: Screen, label: str) -> Locator:
    metrics = screen.page.locator(".st-key-depth-page").get_by_test_id("stMetric")
    found = metrics.filter(has_text=re.compile(f"^{re.escape(label)}"))
    return found.get_by_test_id("stMetricValue")


def test_the_campaign_that_fell_furthest_is_shown_first_with_the_reason(
    demo: Served, screen: Screen
) -> None:
    """Nobody chooses: of all campaigns and steps it is the one whose form broke."""
    facts = open_facts(demo.snapshot.folder)
    frame = funnel(facts, compared(NOVEMBER, facts.as_of, facts.company), "campaign")
    own = frame[frame["group"] == STORIES.stalled_campaign].set_index(["window", "stage"])
    now, before = own.loc[(0, "lead"), "passed"], own.loc[(1, "mql"), "conversion"]
    screen.open(demo.address("meeting", **IN_DEPTH))
    expect(name(screen)).to_have_text(STALLED)
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("None of its leads became an MQL")
    expect(main).to_contain_text(
        f"Shown first, as nothing fell further: at the {before:.1%} of 1–21 Oct 2026, "
        f"{now * before:,.0f} more of its {now:,.0f} leads of 1–20 Nov 2026 would have become MQLs."
    )


def test_a_campaign_somebody_chose_shows_its_own_numbers_and_no_reason(
    demo: Served, screen: Screen
) -> None:
    where = {"campaign": [STORIES.losing_campaign]}
    facts = open_facts(demo.snapshot.folder)
    row = scorecard(facts, [NOVEMBER], None, where).iloc[0]
    screen.open(demo.address("meeting", **IN_DEPTH, depth=LOSING))
    expect(name(screen)).to_have_text(LOSING)
    labels = {
        "leads": "Leads",
        "mqls": "MQLs",
        "sqls": "SQLs",
        "new_customers": "Customers",
        "cac": "CAC",
        "marketing_roi": "ROI",
    }
    for key, label in labels.items():
        message = shown(kpi_named(key), row[key], facts.company.currency)
        expect(value(screen, label)).to_have_text(message)
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Loses money under every model")
    expect(main).not_to_contain_text("Shown first")


def test_a_step_shows_its_conversion_and_who_waits_before_it(demo: Served, screen: Screen) -> None:
    facts = open_facts(demo.snapshot.folder)
    limits = demo.settings.signs.max_days_in_stage.by_stage
    row = funnel(facts, [NOVEMBER]).set_index("stage").loc["sql"]
    waits = waiting(facts, limits).set_index("stage").loc["mql"]
    screen.open(demo.address("meeting", **IN_DEPTH, depth=STEP))
    expect(name(screen)).to_have_text("MQL → SQL")
    expect(value(screen, "Conversion")).to_have_text(f"{row['conversion']:.1%}")
    expect(value(screen, "Became SQL")).to_have_text(f"{row['passed']:,.0f}")
    expect(value(screen, "Waiting now")).to_have_text(f"{waits['leads']:,.0f}")
    expect(value(screen, f"Over {limits['mql']} days")).to_have_text(f"{waits['too_long']:,.0f}")
    expect(screen.page.locator(".st-key-depth-page svg[class*=marks]")).to_have_count(2)


def test_the_choice_stands_in_the_link_and_an_unknown_one_is_ignored(
    demo: Served, screen: Screen
) -> None:
    screen.open(demo.address("meeting", **IN_DEPTH, depth="Nobody's campaign"))
    expect(name(screen)).to_have_text(STALLED)
    screen.pick("Look into", LOSING)
    expect(name(screen)).to_have_text(LOSING)
    expect(screen.page).to_have_url(re.compile("depth=Facebook"))


def test_the_one_campaign_of_the_filter_is_what_is_looked_into(
    demo: Served, screen: Screen
) -> None:
    screen.open(demo.address("meeting", **IN_DEPTH, campaign=LOSING))
    expect(name(screen)).to_have_text(LOSING)
    assert set(screen.offered("Look into", LOSING)) == {LOSING, f"First: {LOSING}"}


@pytest.mark.parametrize("depth", [STALLED, LOSING, STEP, None])
@pytest.mark.parametrize(("size", "scheme"), [((1920, 1080), "light"), ((1366, 768), "dark")])
def test_it_fits_on_a_slide(
    demo: Served, new_screen: NewScreen, depth: str | None, size: tuple[int, int], scheme: str
) -> None:
    """On the smallest and the usual screen nothing is cut off, wrapped or beneath the steps."""
    screen = new_screen(size, scheme)
    chosen = {"depth": depth} if depth else {}
    screen.open(demo.address("meeting", **IN_DEPTH, present="1", **chosen))
    charts = screen.page.locator(".st-key-depth-page svg[class*=marks]")
    expect(charts).to_have_count(2 if depth == STEP else 4)
    picture(screen.page, f"depth-{(depth or 'first').split(':')[0]}-{size[0]}-{scheme}")
    assert screen.page.evaluate(CUT_OFF_OR_WRAPPED) == []
    assert screen.page.evaluate(CHARTS_BESIDE_THEIR_PANEL) == []
    ends, begins = screen.page.evaluate(BOTTOMS)
    assert 0.8 * begins < ends <= begins, "neither beneath the bar of steps nor half empty"


def test_without_anything_to_compare_the_first_step_says_so(
    company: Callable[[str], Served], tmp_path: Path, screen: Screen
) -> None:
    served = company(settings_of(tmp_path, leads=leads(12)))
    screen.open(served.address("meeting", **IN_DEPTH))
    expect(name(screen)).to_have_text("Lead → MQL")
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("no comparison, since records begin on 5 Nov 2026")
    expect(main).not_to_contain_text("Shown first")


def test_a_campaign_without_history_says_what_is_missing_and_its_name_is_text(
    company: Callable[[str], Served], tmp_path: Path, screen: Screen
) -> None:
    """Twelve leads, no MQL, no customer, and costs: CAC is undefined, ROI −100 %."""
    title = "**Bold** <b>:red[=1+1]</b>"
    served = company(
        settings_of(
            tmp_path,
            leads=leads(12),
            deals=[{"deal_id": "d1", "status": "won", "closed_at": "2026-11-12", "amount": 9}],
            campaigns=[{"campaign_id": "c1", "name": title, "channel": "Events"}],
            costs=[{"spent_on": "2026-11-03", "amount": 400, "campaign_id": "c1"}],
        )
    )
    screen.open(served.address("meeting", **IN_DEPTH, depth=title))
    expect(name(screen)).to_have_text(title)
    expect(value(screen, "CAC")).to_have_text("—")
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text("No customers were won")
    expect(main).to_contain_text("It costs more than it brings: ROI −100%.")
    screen.page.get_by_role("button", name="Make it an action").click()
    expect(screen.page.locator(".st-key-depth-page")).to_contain_text("Action: Both teams")
