"""Goals and annotations of the sources' tables on the pages: used like others, changed nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpis.records import Action, AgreedTarget, Annotation
from tests.pages.meeting.spring_fair import FRIDAY, SpringFair, choose, spring_fair
from tests.pages.served import Screen, Served
from tests.pages.small_company import write_csv

pytestmark = pytest.mark.browser

TABLES = """
[tables.targets]
source = "files"
from = "targets"
[tables.annotations]
source = "files"
from = "annotations"
[[targets]]
kpi = "mqls"
period = "month"
value = 40
[owners]
mqls = "Sam"
"""
BY_CAMPAIGN = {"kpi": "mqls", "period": "month", "value": "23", "campaign_id": "c1"}
GOALS = [{"kpi": "MQLs", "period": "month", "value": "92", "owner": "Mona"}, BY_CAMPAIGN]
EVENTS = [
    {"day": "2026-11-03", "text": "New stand", "campaign_id": "c1"},
    {"day": "2026-11-10", "text": "Webinar", "campaign_id": ""},
]


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    """46 MQLs in November, a goal of 92 and two annotations in CSV files; the settings say 40."""
    write_csv(tmp_path, targets=GOALS, annotations=EVENTS)
    return spring_fair(company, tmp_path, TABLES)


def popover(screen: Screen, name: str) -> None:
    screen.page.locator(".st-key-decide-write").get_by_role("button", name=name).click()


def test_a_card_shows_the_goal_of_the_table_unless_a_meeting_agreed_on_another(
    fair: SpringFair, screen: Screen
) -> None:
    """46 MQLs in 15 of 21 working days: of 92 65.7 were due, so 70%; of a meeting's 70 50 were,
    so 92%; of the campaign's 23, 16.4: 280%. The settings' 40 hold nowhere."""
    screen.open(fair.served.address())
    expect(screen.card("mqls")).to_contain_text("70% goal 92")
    screen.open(fair.served.address(campaign="Spring fair"))
    expect(screen.card("mqls")).to_contain_text("280% goal 23")
    fair.notebook.add(AgreedTarget(kpi="mqls", period="month", value=70.0), "Ann")
    screen.open(fair.served.address())
    expect(screen.card("mqls")).to_contain_text("92% goal 70")


def test_the_charts_show_annotations_of_the_table_beside_those_of_the_notebook(
    fair: SpringFair, screen: Screen
) -> None:
    """On 3, 10 and 11 November: numbered by their days, the last two at the trend's last week."""
    fair.notebook.add(Annotation(day=FRIDAY.replace(day=11), text="Budget cut"), "Ann")
    screen.open(fair.served.address())
    for number in ("1", "2–3"):
        expect(screen.page.locator("g.mark-text").get_by_text(number, exact=True)).to_be_visible()
    fair.step(screen, "Goals")
    for text in ("3 Nov: Spring fair: New stand", "10 Nov: Webinar", "11 Nov: Budget cut"):
        expect(screen.page.get_by_text(text)).to_be_visible()


def test_what_a_table_keeps_is_listed_as_such_without_a_pencil(
    fair: SpringFair, screen: Screen
) -> None:
    """A goal that a meeting agreed on stands alone: the table's holds no more."""
    fair.notebook.add(AgreedTarget(kpi="mqls", period="month", value=70.0), "Ann")
    fair.step(screen, "Decisions")
    choose(screen, "Target")
    popover(screen, "2 targets")
    expect(screen.page.get_by_text("MQLs: 70 every month")).to_be_visible()
    expect(screen.page.get_by_text("Spring fair · from the table targets")).to_be_visible()
    expect(screen.page.get_by_text("MQLs: 92 every month")).to_have_count(0)
    expect(screen.page.locator("[class*=st-key-decide-open-target]")).to_have_count(1)
    screen.page.keyboard.press("Escape")
    choose(screen, "Annotation")
    popover(screen, "2 annotations")
    expect(screen.page.get_by_text("10 Nov · from the table annotations")).to_be_visible()
    expect(screen.page.locator("[class*=st-key-decide-open-annotation]")).to_have_count(0)


def test_an_action_made_of_a_finding_is_of_the_owner_in_the_table(
    fair: SpringFair, screen: Screen
) -> None:
    """Mona owns the month's goal of MQLs, for which the settings name Sam."""
    fair.step(screen, "Changes", kpi="mqls")
    screen.page.get_by_role("button", name="Make it an action").first.click()
    expect(screen.page.get_by_text("Action: Mona, due 27")).to_be_visible()
    (action,) = fair.notebook.all(Action)
    assert (action.kpi, action.owner) == ("mqls", "Mona")
