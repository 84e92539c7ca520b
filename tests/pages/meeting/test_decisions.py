"""The step "Decisions and actions": written with Enter, edited in place, and nobody overwritten."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpis.records import Action, AgreedTarget, Annotation, Decision, Note
from tests.pages.conftest import NewScreen
from tests.pages.meeting.spring_fair import (
    FRIDAY,
    SpringFair,
    agreed,
    choose,
    edit,
    spring_fair,
)
from tests.pages.served import Screen, Served
from tests.pages.test_users_text import NAMES

pytestmark = pytest.mark.browser

FITS = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const footer = document.querySelector('.st-key-meeting-stepper').getBoundingClientRect().top;
  const panels = [...document.querySelectorAll(
    '.st-key-decide-write, .st-key-decide-agreed, .st-key-since-actions, .st-key-since-figures, '
    + '.st-key-since-decisions')];
  const boxes = panels.flatMap(panel => [panel, panel.parentElement]);
  return panels.length === 2
    && [main, ...boxes].every(box => box.scrollHeight <= box.clientHeight + 1)
    && panels.every(panel => panel.getBoundingClientRect().bottom < footer);
}"""
"""Whether nothing on the slide has to be scrolled, and nothing lies behind its footer."""


@pytest.fixture
def fair(company: Callable[[str], Served], tmp_path: Path) -> SpringFair:
    return spring_fair(company, tmp_path, '[owners]\nmqls = "Maria Stein"')


def write(screen: Screen, label: str, text: str) -> None:
    """Fill a field of the new record's form."""
    screen.page.locator(".st-key-decide-write").get_by_label(label, exact=True).fill(text)


def test_a_decision_is_written_with_enter_by_whoever_writes(
    fair: SpringFair, screen: Screen
) -> None:
    fair.step(screen, "Decisions")
    expect(agreed(screen)).to_contain_text("Nothing decided yet")
    write(screen, "Writing as", "Jonas")
    screen.page.keyboard.press("Enter")
    screen.settle()
    choose(screen, "Decision")
    write(screen, "What was decided", "The budget stays")
    screen.page.keyboard.press("Enter")
    expect(agreed(screen)).to_contain_text("The budget stays")
    (decision,) = fair.notebook.all(Decision)
    assert (decision.text, decision.made_on, decision.meeting_id) == (
        "The budget stays",
        FRIDAY,
        None,
    )
    assert fair.notebook.changes(Decision, decision.id)[0].who == "Jonas"
    screen.settle()
    expect(screen.page.get_by_label("What was decided")).to_have_value("")


def test_an_action_is_due_in_a_week_and_its_owner_may_have_any_name(
    fair: SpringFair, screen: Screen
) -> None:
    """Offered are the owners of the settings and of earlier actions; typed is neither."""
    fair.action("Earlier", owner="Priya Nair")
    fair.step(screen, "Decisions", campaign="Spring fair")
    write(screen, "What to do", "Call every MQL")
    owner = screen.combobox("Owner")
    owner.click()
    expect(screen.page.get_by_role("option")).to_have_text(["Maria Stein", "Priya Nair"])
    owner.fill("Søren K")
    screen.page.get_by_role("option", name="Søren K").click()
    screen.page.locator(".st-key-decide-write").get_by_role("button", name="Add the action").click()
    expect(agreed(screen)).to_contain_text("Søren K · due 27 Nov · Spring fair")
    action = fair.notebook.all(Action)[-1]
    assert (action.owner, action.due, action.campaign) == ("Søren K", date(2026, 11, 27), "c1")
    assert action.status == "open"


def test_what_belongs_to_the_meeting_that_goes_on_is_kept_with_it(
    fair: SpringFair, screen: Screen
) -> None:
    """Notes are said in a meeting, so none can be written without one."""
    fair.step(screen, "Decisions")
    kinds = screen.page.locator(".st-key-decide-write").get_by_role("radio")
    expect(kinds).to_have_text(["Decision", "Action", "Annotation", "Target"])
    meeting = fair.meeting(FRIDAY)
    fair.step(screen, "Decisions")
    choose(screen, "Note")
    write(screen, "What was said", "Two people have the flu")
    screen.page.keyboard.press("Enter")
    expect(agreed(screen)).to_contain_text("Two people have the flu")
    (note,) = fair.notebook.all(Note)
    assert (note.meeting_id, note.step) == (meeting.id, "decide")


def test_what_people_write_is_shown_as_text(fair: SpringFair, screen: Screen) -> None:
    """As its history and both versions of a conflict are."""
    texts = [name.strip() for name in NAMES.values()]
    records = [fair.action(text, FRIDAY, owner=text) for text in texts]
    fair.step(screen, "Decisions")
    for text in texts:
        expect(agreed(screen).get_by_text(text).first).to_be_visible()
    script = records[0]
    opened = edit(screen, "action", script.id)
    fair.notebook.edit(script, NAMES["bold"], what=NAMES["image"])
    opened.get_by_label("What to do").fill(NAMES["icon"])
    opened.get_by_role("button", name="Save").click()
    for text in (NAMES["bold"], NAMES["image"], NAMES["icon"]):
        expect(opened).to_contain_text(text)


def test_a_target_is_written_in_the_unit_of_its_kpi(fair: SpringFair, screen: Screen) -> None:
    """12.5 per cent are 0.125."""
    fair.step(screen, "Decisions")
    write_target(screen, "12.5")
    expect(screen.page.get_by_label("Value (%)")).to_have_count(0)
    screen.page.get_by_role("button", name="One target").click()
    expect(screen.page.get_by_text("Conversion: 12.5% every month")).to_be_visible()
    (target,) = fair.notebook.all(AgreedTarget)
    assert (target.kpi, target.period) == ("lead_conversion_rate", "month")
    assert target.value == pytest.approx(0.125)


def test_a_target_that_was_agreed_on_meanwhile_is_not_overwritten(
    fair: SpringFair, screen: Screen
) -> None:
    fair.step(screen, "Decisions")
    theirs = AgreedTarget(kpi="lead_conversion_rate", period="month", value=0.12)
    theirs = fair.notebook.add(theirs, "Tom")
    write_target(screen, "12.5")
    message = "Agreed already: 12.0% by Tom. Change it with the pencil."
    expect(screen.page.get_by_text(message)).to_be_visible()
    expect(screen.page.get_by_label("Value (%)")).to_have_value("12.5")
    assert fair.notebook.all(AgreedTarget) == [theirs]


def write_target(screen: Screen, per_cent: str) -> None:
    choose(screen, "Target")
    # The form of an action has one of that name, too, and is still there on a busy machine.
    expect(screen.page.get_by_role("combobox", name="KPI", exact=True)).to_have_count(1)
    screen.pick("KPI", "Lead conversion rate")
    screen.settle()
    write(screen, "Value (%)", per_cent)
    screen.page.get_by_role("button", name="Add the target").click()


def test_an_annotation_is_of_a_day(fair: SpringFair, screen: Screen) -> None:
    fair.step(screen, "Decisions")
    choose(screen, "Annotation")
    write(screen, "What happened", "New price page")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("button", name="One annotation")).to_be_visible()
    (annotation,) = fair.notebook.all(Annotation)
    assert (annotation.day, annotation.text) == (FRIDAY, "New price page")


def test_what_is_typed_outlives_another_tab_and_another_step_until_it_is_added(
    fair: SpringFair, screen: Screen
) -> None:
    """Adding a decision in between empties the form of decisions, and that of actions is kept."""
    fair.step(screen, "Decisions")
    write(screen, "What to do", "Call every MQL")
    screen.combobox("Owner").click()
    screen.page.get_by_role("option", name="Maria Stein").click()
    choose(screen, "Decision")
    write(screen, "What was decided", "The budget stays")
    screen.page.keyboard.press("Enter")
    expect(agreed(screen)).to_contain_text("The budget stays")
    screen.settle()
    expect(screen.page.get_by_label("What was decided")).to_have_value("")
    write(screen, "What was decided", "Half a sent")
    for way, title in (("Back", "In depth"), ("Next", "Decisions and actions")):
        screen.page.locator(".st-key-meeting-stepper").get_by_role("button", name=way).click()
        expect(screen.title()).to_have_text(title)
        screen.settle()
    expect(screen.page.get_by_label("What was decided")).to_have_value("Half a sent")
    choose(screen, "Action")
    expect(screen.page.get_by_label("What to do")).to_have_value("Call every MQL")
    expect(screen.combobox("Owner")).to_have_value("Maria Stein")
    screen.page.get_by_label("What to do").press("Enter")
    expect(agreed(screen)).to_contain_text("Maria Stein · due 27 Nov")
    screen.settle()
    expect(screen.page.get_by_label("What to do")).to_have_value("")
    assert [action.what for action in fair.notebook.all(Action)] == ["Call every MQL"]


def test_what_was_typed_outlives_a_notebook_that_cannot_be_written(
    fair: SpringFair, screen: Screen, tmp_path: Path
) -> None:
    fair.step(screen, "Decisions")
    choose(screen, "Decision")
    file = tmp_path / "notebook.sqlite"
    kept = file.read_bytes()
    file.write_bytes(b"no database" * 1000)
    write(screen, "What was decided", "The budget stays")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_text("cannot be").first).to_be_visible()
    expect(screen.page.get_by_label("What was decided")).to_have_value("The budget stays")
    file.write_bytes(kept)
    add = screen.page.get_by_role("button", name="Add the decision")
    expect(add).to_be_enabled()
    screen.page.wait_for_timeout(16_000)  # a notebook that is down is left alone for 15 seconds
    add.click()
    expect(agreed(screen)).to_contain_text("The budget stays")


@pytest.mark.parametrize("count", [0, 3, 14])
def test_the_step_fits_on_a_slide(fair: SpringFair, new_screen: NewScreen, count: int) -> None:
    """Of many records the newest are shown, the others counted."""
    fair.meeting(FRIDAY)
    for number in range(count):
        fair.action(f"Number {number}: {NAMES['long'][: 20 * number]}", FRIDAY, campaign="c1")
        text = f"Decision {number}"
        decision = Decision(meeting_id=None, made_on=FRIDAY, text=text, kpi="mqls")
        fair.notebook.add(decision, "Ann")
    screen = fair.step(new_screen(), "Decisions", present="1")
    assert screen.page.evaluate(FITS)
    if count:
        expect(agreed(screen)).to_contain_text(f"Decision {count - 1}")
    if count > 10:
        expect(agreed(screen)).to_contain_text("14 · showing the last")
