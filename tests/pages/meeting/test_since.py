"""The step "Since last week": actions come back with what their KPIs did, figures with reasons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from kpis.calendar import period_of
from kpis.records import Action, Decision, ShownFigure
from pages.parts.frame.selection import Selection
from pages.parts.meeting.meeting_answers import effects_of
from pages.parts.meeting.since import NO_BREAK, effect_text
from tests.pages.conftest import NewScreen
from tests.pages.meeting.spring_fair import A_WEEK_AGO, SpringFair, edit, spring_fair
from tests.pages.meeting.test_decisions import FITS
from tests.pages.served import Screen, Served
from tests.pages.test_this_week import colour
from tests.pages.test_users_text import NAMES

pytestmark = pytest.mark.browser

FIRST_WEEK = (date(2026, 11, 2), date(2026, 11, 8))


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    return spring_fair(company, tmp_path)


def actions(screen: Screen) -> Locator:
    return screen.page.locator(".st-key-since-actions")


def figures(screen: Screen) -> Locator:
    return screen.page.locator(".st-key-since-figures")


def set_status(screen: Screen, action: Action, status: str) -> None:
    row = screen.page.locator(f".st-key-since-status-{action.id}")
    row.get_by_role("radio", name=status).click()
    screen.settle()


def expect_status(screen: Screen, action: Action, status: str) -> None:
    row = screen.page.locator(f".st-key-since-status-{action.id}")
    expect(row.get_by_role("radio", name=status)).to_be_checked()


def wait_until_written(fair: SpringFair, screen: Screen, status: str) -> None:
    """The browser shows what was clicked before the server has written it."""
    for _ in range(100):
        if [action.status for action in fair.notebook.all(Action)] == [status]:
            return
        screen.page.wait_for_timeout(100)
    raise AssertionError(f"{fair.notebook.all(Action)} are not {status}")


def test_before_the_first_meeting_the_step_says_what_will_stand_here(
    fair: SpringFair, screen: Screen
) -> None:
    fair.step(screen, "Last week")
    expect(screen.page.get_by_text("Nothing to look back on yet")).to_be_visible()


def test_an_action_comes_back_with_what_its_kpi_did(fair: SpringFair, screen: Screen) -> None:
    """On Friday the 13th the last whole week had 20 MQLs, on the 20th it has 26: +30 %."""
    fair.held(A_WEEK_AGO)
    fair.action("Call them", kpi="mqls", campaign="c1", due=date(2026, 11, 27))
    fair.action("Ask legal", due=date(2026, 11, 18))
    fair.step(screen, "Last week")
    expect(actions(screen)).to_contain_text("Agreed until 13 Nov 2 open")
    expect(actions(screen)).to_contain_text("Ann · due 27 Nov · Spring fair · MQLs 20 → 26 +30%")
    good, late = (actions(screen).get_by_text(text) for text in ("+30%", "late"))
    expect(late).to_have_count(1)
    green, red = (colour(text).removeprefix("rgb(").split(", ") for text in (good, late))
    assert int(green[1]) > int(green[0])
    assert int(red[0]) > int(red[1])


def test_a_kpi_that_has_not_moved_is_reported_by_both_values(fair: SpringFair) -> None:
    """Of the week up to 25 October no lead is known; there is no per cent of nothing."""
    snapshot = fair.served.snapshot
    month = period_of("month", snapshot.manifest.as_of, snapshot.manifest.company)
    chosen = Selection(snapshot, month, (), "linear")
    made = fair.action("Call them", date(2026, 10, 30), kpi="mqls")
    (effect,) = effects_of(chosen, [made])
    assert effect is not None
    assert effect_text("mqls", effect, chosen).replace(NO_BREAK, " ") == "MQLs 0 → 26"
    still = replace(effect, value_now=0.0)
    assert effect_text("mqls", still, chosen).replace(NO_BREAK, " ") == "MQLs 0 → 0"


def test_a_status_is_set_in_one_click_and_can_be_taken_back(
    fair: SpringFair, screen: Screen
) -> None:
    """Of an action older than the last meeting, which would else be out of sight once done."""
    fair.held(A_WEEK_AGO)
    old = fair.action("Call them", date(2026, 10, 30))
    fair.step(screen, "Last week")
    for status in ("done", "open", "dropped"):
        set_status(screen, old, status.capitalize())
        expect_status(screen, old, status.capitalize())
        wait_until_written(fair, screen, status)
    last = fair.notebook.changes(Action, old.id)[-1]
    assert last.who == "Shared screen"


def test_done_actions_of_the_last_meeting_are_shown_older_ones_and_todays_are_not(
    fair: SpringFair, screen: Screen
) -> None:
    fair.held(date(2026, 11, 6))
    fair.held(A_WEEK_AGO)
    fair.action("Done of long ago", date(2026, 11, 6), status="done")
    fair.action("Open of long ago", date(2026, 11, 6))
    fair.action("Done of last week", status="done")
    fair.action("Of today", date(2026, 11, 20))
    settled = fair.action("Settled by another since", date(2026, 11, 6))
    fair.notebook.edit(settled, "Tom", status="dropped")
    fair.step(screen, "Last week")
    expect(actions(screen)).to_contain_text("1 open, 1 done, 1 dropped")
    expect(actions(screen)).to_contain_text("Open of long ago")
    expect(actions(screen)).to_contain_text("Settled by another since")
    expect(actions(screen)).to_contain_text("Done of last week")
    expect(actions(screen)).not_to_contain_text("Done of long ago")
    expect(actions(screen)).not_to_contain_text("Of today")


def test_a_status_that_somebody_else_set_meanwhile_is_not_overwritten(
    fair: SpringFair, screen: Screen
) -> None:
    fair.held(A_WEEK_AGO)
    seen = fair.action("Call them")
    fair.step(screen, "Last week")
    fair.notebook.edit(seen, "Tom", status="dropped")
    set_status(screen, seen, "Done")
    expect(screen.page.get_by_text("Tom changed this action")).to_be_visible()
    expect_status(screen, seen, "Dropped")
    assert [a.status for a in fair.notebook.all(Action)] == ["dropped"]


def test_figures_that_read_otherwise_now_are_listed_with_the_reason(
    fair: SpringFair, screen: Screen
) -> None:
    """Of that week 20 leads and 18 MQLs were shown; now it holds 20 of both."""
    shown = (ShownFigure("leads", *FIRST_WEEK, 20.0), ShownFigure("mqls", *FIRST_WEEK, 18.0))
    fair.held(A_WEEK_AGO, shown)
    fair.step(screen, "Last week")
    expect(figures(screen)).to_contain_text("What was shown on 13 Nov")
    expect(figures(screen)).to_contain_text("1 of 2 figures has changed since")
    expect(figures(screen)).to_contain_text("18 shown, 20 now")
    expect(figures(screen)).not_to_contain_text("Leads")


def test_a_closed_month_shows_what_was_decided_in_it_and_what_it_did(
    fair: SpringFair, screen: Screen
) -> None:
    """Made on Friday the 16th of October, after a week of 10 MQLs; the last one has 26: +160 %."""
    fair.held(A_WEEK_AGO)
    made = date(2026, 10, 16)
    fair.action("Call them", made, kpi="mqls", status="done")
    fair.action("Of November")
    decision = Decision(meeting_id=None, made_on=made, text="Events get more", kpi="mqls")
    fair.notebook.add(decision, "Ann")
    fair.step(screen, "Decided", period="Last month")
    expect(actions(screen)).to_contain_text("Actions of October 2026 1 done")
    expect(actions(screen)).to_contain_text("MQLs 10 → 26 +160%")
    expect(actions(screen)).not_to_contain_text("Of November")
    decided = screen.page.locator(".st-key-since-decisions")
    expect(decided).to_contain_text("Events get more")
    expect(decided).to_contain_text("16 Oct · MQLs 10 → 26 +160%")


def test_a_closed_month_without_decisions_says_so(fair: SpringFair, screen: Screen) -> None:
    fair.step(screen, "Decided", period="Last month")
    expect(screen.page.get_by_text("Nothing recorded in October 2026")).to_be_visible()


def test_an_action_is_given_another_date_where_it_comes_back(
    fair: SpringFair, screen: Screen
) -> None:
    fair.held(A_WEEK_AGO)
    seen = fair.action("Call them")
    fair.step(screen, "Last week")
    opened = edit(screen, "action", seen.id)
    opened.get_by_label("What to do").fill("Call them twice")
    screen.page.keyboard.press("Enter")
    expect(actions(screen)).to_contain_text("Call them twice")


@pytest.mark.parametrize(
    ("step", "period"), [("Last week", "This month"), ("Decided", "Last month")]
)
def test_the_step_fits_on_a_slide(
    fair: SpringFair, new_screen: NewScreen, step: str, period: str
) -> None:
    fair.held(A_WEEK_AGO)
    for number in range(12):
        made = date(2026, 10, 16)
        what = f"Number {number}: {NAMES['long'][: 15 * number]}"
        fair.action(what, made, kpi="mqls", campaign="c1")
        decision = Decision(meeting_id=None, made_on=made, text=what, kpi="mqls", campaign="c1")
        fair.notebook.add(decision, "Ann")
    screen = fair.step(new_screen(), step, present="1", period=period)
    expect(actions(screen)).to_contain_text("more")
    assert screen.page.evaluate(FITS)
