"""From a finding to an action: one click makes one, and figures that change make no second one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from connectors.notebook.notebook import open_notebook
from kpis.records import Action
from tests.pages.conftest import AS_OF
from tests.pages.meeting.spring_fair import A_WEEK_AGO, WEEKS, SpringFair
from tests.pages.served import Screen, Served
from tests.pages.small_company import settings_of

pytestmark = pytest.mark.browser

SIGNS = """
[signs]
need_owner = ["mqls"]
need_target = []
max_days_in_stage = { mql = 14 }
max_waiting_too_long = 0.3
min_mql_to_sql = 0.01
"""
"""Two signs: MQLs without an owner, and those who wait as MQLs for more than a fortnight."""
MAKE = "Make it an action"


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    """A company of four days, of each of which one MQL became an SQL and all others wait."""
    rows = [
        {"lead_id": f"{day}-{n}", "created_at": day, "mql_at": day, "sql_at": "" if n else day}
        for day, count in WEEKS.items()
        for n in range(count)
    ]
    served = company(settings_of(tmp_path, leads=rows) + SIGNS)
    served.refresh()
    return SpringFair(served, open_notebook(served.settings))


def refresh_as_of(served: Served, day: str) -> None:
    settings = served.settings_file.read_text(encoding="utf-8")
    served.show(served.settings.folder, settings.replace(AS_OF, f"as_of = {day}\n")).refresh()


def card(screen: Screen, text: str) -> Locator:
    cards = screen.page.locator(".st-key-sign-cards [data-testid=stVerticalBlock]")
    return cards.filter(has_text=text)


def test_a_double_click_makes_one_action_and_leaves_the_next_finding_alone(
    fair: SpringFair, screen: Screen
) -> None:
    """Among the decisions the first sign leaves the list, and the second one takes its place."""
    fair.step(screen, "Decisions")
    agreed = screen.page.locator(".st-key-decide-agreed")
    offered = agreed.get_by_role("button", name=MAKE)
    expect(offered).to_have_count(2)
    offered.first.dblclick()
    expect(agreed).to_contain_text("To do 1")
    screen.settle()
    expect(offered).to_have_count(1)
    (action,) = fair.notebook.all(Action)
    assert action.finding == "slow_stage:*:*"


def test_an_action_is_that_of_its_finding_whatever_the_figures_say_by_now(
    fair: SpringFair, screen: Screen
) -> None:
    """On the 20th 39 of 64 waited for more than 14 days, on the 25th all of them do."""
    fair.step(screen, "Signs")
    card(screen, "61% of waiting MQLs").get_by_role("button", name=MAKE).click()
    expect(card(screen, "61% of waiting MQLs")).to_contain_text("Action: Both teams, due 27 Nov")
    refresh_as_of(fair.served, "2026-11-25")
    fair.step(screen, "Signs")
    waiting = card(screen, "100% of waiting MQLs")
    expect(waiting).to_contain_text("Action: Both teams, due 27 Nov")
    expect(waiting.get_by_role("button", name=MAKE)).to_have_count(0)
    screen.open(fair.served.address())
    screen.page.get_by_role("button", name="All 2 signs").click()
    expect(screen.page.get_by_text("Action: Both teams, due 27 Nov")).to_be_visible()
    fair.step(screen, "Decisions")
    expect(
        screen.page.locator(".st-key-decide-agreed").get_by_role("button", name=MAKE)
    ).to_have_count(1)


def test_no_action_is_offered_about_an_action_past_its_date(
    fair: SpringFair, screen: Screen
) -> None:
    fair.action("Call them", due=A_WEEK_AGO)
    fair.step(screen, "Signs")
    expect(card(screen, "An open action is past its date")).to_be_visible()
    expect(card(screen, "An open action is past").get_by_role("button")).to_have_count(0)
    expect(screen.page.get_by_role("button", name=MAKE)).to_have_count(2)
    fair.step(screen, "Decisions")
    expect(screen.page.get_by_role("button", name=MAKE)).to_have_count(2)
    screen.open(fair.served.address())
    screen.page.get_by_role("button", name="All 3 signs").click()
    expect(screen.page.get_by_role("button", name=MAKE)).to_have_count(2)
