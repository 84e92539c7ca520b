"""A record in its dialog: changed in place, with its history, and nobody is overwritten."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpis.records import Action
from tests.pages.meeting.spring_fair import FRIDAY, SpringFair, agreed, dialog, edit, spring_fair
from tests.pages.served import Screen, Served

pytestmark = pytest.mark.browser


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    return spring_fair(company, tmp_path)


def test_a_record_is_changed_in_place_and_its_history_says_by_whom(
    fair: SpringFair, screen: Screen
) -> None:
    first = fair.action("Call them", FRIDAY)
    fair.notebook.edit(first, "Bob", due=date(2026, 12, 4))
    fair.step(screen, "Decisions")
    opened = edit(screen, "action", first.id)
    expect(opened).to_contain_text("Bob Due: 20 Nov → 4 Dec")
    expect(opened).to_contain_text("Ann added it")
    opened.get_by_label("What to do").fill("Call all of them")
    screen.page.keyboard.press("Enter")
    expect(dialog(screen)).to_have_count(0)
    expect(agreed(screen)).to_contain_text("Call all of them")
    (now,) = fair.notebook.all(Action)
    assert (now.what, now.due, now.version) == ("Call all of them", date(2026, 12, 4), 3)


@pytest.mark.parametrize(
    ("choice", "what", "owner"),
    [("Keep theirs", "Call them", "Tom"), ("Overwrite with mine", "Mail them", "Ann")],
)
def test_an_edit_that_meets_a_newer_version_shows_both_and_asks(
    fair: SpringFair, screen: Screen, choice: str, what: str, owner: str
) -> None:
    """Tom gives the action to himself while Ann's form is open, in which she changes the text."""
    seen = fair.action("Call them", FRIDAY)
    fair.step(screen, "Decisions")
    opened = edit(screen, "action", seen.id)
    theirs = fair.notebook.edit(seen, "Tom", owner="Tom")
    opened.get_by_label("What to do").fill("Mail them")
    opened.get_by_role("button", name="Save").click()
    expect(opened).to_contain_text("Tom changed this in the meantime")
    expect(opened).to_contain_text("What Call them")
    expect(opened).to_contain_text("What Mail them")
    assert fair.notebook.all(Action) == [theirs]
    opened.get_by_role("button", name=choice).click()
    expect(dialog(screen)).to_have_count(0)
    expect(agreed(screen)).to_contain_text(f"{what}\n{owner}", use_inner_text=True)
    (now,) = fair.notebook.all(Action)
    assert (now.what, now.owner) == (what, owner)


def test_what_somebody_removed_meanwhile_can_be_written_again(
    fair: SpringFair, screen: Screen
) -> None:
    seen = fair.action("Call them", FRIDAY)
    fair.step(screen, "Decisions")
    opened = edit(screen, "action", seen.id)
    fair.notebook.remove(seen, "Tom")
    opened.get_by_label("What to do").fill("Mail them")
    opened.get_by_role("button", name="Save").click()
    expect(opened).to_contain_text("Tom removed this in the meantime")
    opened.get_by_role("button", name="Overwrite with mine").click()
    expect(agreed(screen)).to_contain_text("Mail them")
    (again,) = fair.notebook.all(Action)
    assert (again.what, again.owner) == ("Mail them", "Ann")


def test_a_removed_record_stays_in_the_history(fair: SpringFair, screen: Screen) -> None:
    seen = fair.action("Call them", FRIDAY)
    fair.step(screen, "Decisions")
    edit(screen, "action", seen.id).get_by_role("button", name="Remove").click()
    expect(agreed(screen)).to_contain_text("Nothing decided yet")
    assert fair.notebook.all(Action) == []
    last = fair.notebook.changes(Action, seen.id)[-1]
    assert last.after is None
    assert last.before is not None
    assert last.before["what"] == "Call them"


def test_a_removal_of_what_somebody_else_removed_is_done(fair: SpringFair, screen: Screen) -> None:
    """Whether it was gone before the button was pressed, or while both versions were shown."""
    for is_changed_first in (False, True):
        seen = fair.action("Call them", FRIDAY)
        fair.step(screen, "Decisions")
        opened = edit(screen, "action", seen.id)
        if is_changed_first:
            now = fair.notebook.edit(seen, "Tom", owner="Tom")
            opened.get_by_role("button", name="Remove").click()
            expect(opened).to_contain_text("Tom changed this in the meantime")
            fair.notebook.remove(now, "Tom")
            opened.get_by_role("button", name="Overwrite with mine").click()
        else:
            fair.notebook.remove(seen, "Tom")
            opened.get_by_role("button", name="Remove").click()
        expect(dialog(screen)).to_have_count(0)
        expect(agreed(screen)).to_contain_text("Nothing decided yet")
