"""What meetings agreed on, on the other pages: targets that win, actions past their date."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpis.records import Action, AgreedTarget, Annotation, Meeting
from tests.pages.meeting.spring_fair import FRIDAY, SpringFair, spring_fair
from tests.pages.served import Screen, Served

pytestmark = pytest.mark.browser

AGREED = """
[[targets]]
kpi = "mqls"
period = "month"
value = 50

[signs]
need_owner = ["mqls"]
need_target = ["mqls"]
"""


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    return spring_fair(company, tmp_path, AGREED)


def test_a_target_agreed_in_a_meeting_wins_over_the_settings_at_the_next_click(
    fair: SpringFair, screen: Screen
) -> None:
    screen.open(fair.served.address())
    expect(screen.card("mqls")).to_contain_text("goal 50")
    target = AgreedTarget(kpi="mqls", period="month", value=80.0)
    fair.notebook.add(target, "Ann")
    screen.open(fair.served.address())
    expect(screen.card("mqls")).to_contain_text("goal 80")
    expect(screen.page.locator(".st-key-goals")).to_contain_text("MQLs")


def test_an_open_action_past_its_date_is_a_warning_sign_until_it_is_done(
    fair: SpringFair, screen: Screen
) -> None:
    action = fair.action("Call them", due=date(2026, 11, 18))
    screen.open(fair.served.address())
    signs = screen.page.locator(".st-key-signs")
    expect(signs).to_contain_text("“Call them” (Ann, due 18 Nov 2026)")
    fair.notebook.edit(action, "Ann", status="done")
    screen.open(fair.served.address())
    expect(signs).not_to_contain_text("Call them")


def test_a_sign_becomes_an_action_in_one_click_and_only_once(
    fair: SpringFair, screen: Screen
) -> None:
    fair.step(screen, "Signs")
    screen.page.get_by_role("button", name="Make it an action").first.click()
    expect(screen.page.get_by_text("Action: Both teams, due 27 Nov").first).to_be_visible()
    (action,) = fair.notebook.all(Action)
    assert (action.owner, action.due, action.made_on) == (
        "Both teams",
        date(2026, 11, 27),
        date(2026, 11, 20),
    )
    fair.step(screen, "Signs")
    expect(screen.page.get_by_text("Action: Both teams, due 27 Nov").first).to_be_visible()


def test_what_nobody_acts_on_yet_is_offered_among_the_decisions(
    fair: SpringFair, screen: Screen
) -> None:
    fair.step(screen, "Decisions")
    agreed = screen.page.locator(".st-key-decide-agreed")
    expect(agreed).to_contain_text("Worth an action")
    agreed.get_by_role("button", name="Make it an action").click()
    expect(agreed).to_contain_text("To do 1")
    expect(agreed).to_contain_text("Both teams · due 27 Nov · MQLs")
    expect(agreed).not_to_contain_text("Worth an action")


def test_without_its_notebook_every_page_shows_the_figures_and_says_what_is_missing(
    fair: SpringFair, screen: Screen, tmp_path: Path
) -> None:
    """Else a full disk of the notebook would take the numbers away."""
    fair.notebook.add(AgreedTarget(kpi="mqls", period="month", value=80.0), "Ann")
    (tmp_path / "notebook.sqlite").write_bytes(b"no database" * 1000)
    screen.open(fair.served.address())
    expect(screen.value("mqls")).to_have_text("46")
    expect(screen.card("mqls")).to_contain_text("goal 50")
    expect(screen.page.get_by_text("agreed in meetings are missing")).to_be_visible()
    for step in ("Decisions", "Last week"):
        fair.step(screen, step)
        expect(screen.page.get_by_text("The file is no SQLite database")).to_be_visible()


def test_closing_a_meeting_that_somebody_closed_meanwhile_says_so_and_keeps_the_page(
    fair: SpringFair, screen: Screen
) -> None:
    meeting = fair.meeting(FRIDAY)
    fair.step(screen, "Goals")
    screen.page.get_by_role("button", name="Meeting since").click()
    closed = fair.notebook.edit(meeting, "Tom", closed_at=meeting.opened_at)
    screen.page.get_by_role("button", name="Close the meeting").click()
    expect(screen.page.get_by_text("Tom changed this meeting")).to_be_visible()
    expect(screen.title()).to_have_text("The KPIs against their goals")
    expect(screen.page.get_by_role("button", name="Start the meeting")).to_be_visible()
    assert fair.notebook.all(Meeting) == [closed]


def test_a_meeting_keeps_the_days_that_were_looked_at(fair: SpringFair, screen: Screen) -> None:
    screen.open(fair.served.address("meeting", period="Last month"))
    screen.page.get_by_role("button", name="Start the meeting").click()
    screen.page.get_by_role("button", name="Meeting since").click()
    (meeting,) = fair.notebook.all(Meeting)
    assert (meeting.period_start, meeting.period_end) == (date(2026, 10, 1), date(2026, 10, 31))
    screen.settle()
    screen.pick("Period", "This month")
    expect(screen.page.get_by_text("1–20 Nov 2026 · All campaigns")).to_be_visible()
    screen.settle()
    screen.page.get_by_role("button", name="Meeting since").click()
    screen.page.get_by_role("button", name="Close the meeting").click()
    expect(screen.page.get_by_role("button", name="Start the meeting")).to_be_visible()
    (meeting,) = fair.notebook.all(Meeting)
    assert (meeting.period_start, meeting.period_end) == (date(2026, 11, 1), date(2026, 11, 30))


def test_an_annotation_of_a_campaign_is_reported_by_its_name_where_all_are_shown(
    fair: SpringFair, screen: Screen
) -> None:
    fair.notebook.add(Annotation(day=date(2026, 11, 3), text="New stand", campaign="c1"), "Ann")
    for filters, message in (
        ({}, "Spring fair: New stand"),
        ({"campaign": "Spring fair"}, "3 Nov: New stand"),
    ):
        fair.step(screen, "Goals", **filters)
        expect(screen.page.get_by_text(message)).to_be_visible()
