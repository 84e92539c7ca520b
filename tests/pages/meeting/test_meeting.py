"""A whole meeting in a real browser, and the one a week later that begins with what was decided."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from connectors.notebook.notebook import open_notebook
from kpis.records import Action, Decision, Meeting
from tests.pages.conftest import NewScreen, shown_demo
from tests.pages.served import Screen, Served
from tests.pages.test_looks import CUT_OFF, SIZES, WIDER_THAN_THE_WINDOW, picture

pytestmark = pytest.mark.browser

STEPS = {
    "Wins": "What went well",
    "Goals": "The KPIs against their goals",
    "Changes": "What changed, and why",
    "Signs": "Warning signs",
    "In depth": "In depth",
    "Decisions": "Decisions and actions",
    "Last week": "Since last week",
}
NEXT_FRIDAY = "as_of = 2026-11-27\n"

TALLER_THAN_THE_SLIDE = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return main.scrollHeight > main.clientHeight + 1;
}"""


A_WHILE_AGO = """() => {
  const kept = JSON.parse(sessionStorage.getItem('meeting-clock'));
  sessionStorage.setItem('meeting-clock', JSON.stringify({...kept, since: kept.since - 540000}));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meeting")


@pytest.fixture
def meeting(dashboard: Served, folder: Path) -> Served:
    """A demo with a notebook of its own, as of a Friday."""
    return shown_demo(dashboard, folder)


def expect_step(screen: Screen, step: str) -> None:
    expect(screen.title()).to_have_text(STEPS[step])
    screen.settle()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_fills_a_slide_and_no_more(
    meeting: Served, new_screen: NewScreen, step: str, scheme: str
) -> None:
    screen = new_screen(SIZES["1920x1080"], scheme)
    screen.open(meeting.address("meeting", present="1", step=step))
    expect_step(screen, step)
    for hidden in ("stHeader", "stToolbar", "stSidebar"):
        expect(screen.page.get_by_test_id(hidden)).to_be_hidden()
    expect(screen.combobox("Period")).to_be_hidden()
    screen.page.wait_for_timeout(300)  # charts are drawn after the page
    picture(screen.page, f"meeting-{step.lower().replace(' ', '-')}-1920x1080-{scheme}")
    assert not screen.page.evaluate(TALLER_THAN_THE_SLIDE)
    assert not screen.page.evaluate(WIDER_THAN_THE_WINDOW)
    assert screen.page.evaluate(CUT_OFF) == []


def test_arrow_keys_go_through_the_steps_and_the_address_follows(
    meeting: Served, screen: Screen
) -> None:
    screen.open(meeting.address("meeting", present="1", period="This quarter"))
    keys = list(STEPS)
    for step in keys[1:]:
        screen.page.keyboard.press("ArrowRight")
        expect_step(screen, step)
        expect(screen.page).to_have_url(re.compile(rf"[?&]step={step.replace(' ', '.')}\b"))
    screen.page.keyboard.press("ArrowRight")
    expect_step(screen, keys[-1])
    screen.page.keyboard.press("ArrowLeft")
    expect_step(screen, keys[-2])
    expect(screen.page).to_have_url(re.compile("period=This"))
    expect(screen.page).to_have_url(re.compile("present=1"))


def test_arrow_keys_go_on_after_a_choice_was_clicked(meeting: Served, screen: Screen) -> None:
    """A choice that has the focus would take the arrows for itself."""
    screen.open(meeting.address("meeting", present="1", step="Goals"))
    screen.page.get_by_role("radio", name="SQLs", exact=True).click()
    screen.settle()
    screen.page.keyboard.press("ArrowRight")
    expect_step(screen, "Changes")
    screen.page.get_by_role("radio", name="Signs", exact=True).click()
    expect_step(screen, "Signs")
    screen.page.keyboard.press("ArrowRight")
    expect_step(screen, "In depth")


def test_arrow_keys_stay_in_a_field_that_somebody_types_in(meeting: Served, screen: Screen) -> None:
    screen.open(meeting.address("meeting", present="1", step="Decisions"))
    field = screen.page.get_by_label("What to do")
    field.fill("Call back")
    field.press("ArrowLeft")
    field.press("ArrowRight")
    expect_step(screen, "Decisions")
    expect(field).to_have_value("Call back")


def test_present_on_the_weekly_page_leads_to_the_slides_and_end_leads_out(
    meeting: Served, screen: Screen
) -> None:
    screen.open(meeting.address(region="DACH"))
    screen.page.get_by_role("button", name="Present", exact=True).click()
    expect_step(screen, "Wins")
    expect(screen.page).to_have_url(re.compile("/meeting?.*present=1"))
    expect(screen.page.get_by_text("Region: DACH")).to_be_visible()
    screen.page.get_by_role("button", name="End", exact=True).click()
    expect(screen.combobox("Period")).to_be_visible()
    expect(screen.page).not_to_have_url(re.compile("present"))


def test_the_address_of_a_slide_on_another_page_keeps_its_filters(
    meeting: Served, screen: Screen
) -> None:
    screen.open(meeting.address(present="1", region="DACH", period="Last week"))
    expect_step(screen, "Wins")
    for part in ("/meeting", "present=1", "region=DACH", "period=Last"):
        expect(screen.page).to_have_url(re.compile(part))
    expect(screen.page.get_by_text("Region: DACH")).to_be_visible()


def test_the_clock_counts_without_a_run_of_the_page_and_anew_for_each_step(
    meeting: Served, screen: Screen
) -> None:
    screen.open(meeting.address("meeting", step="Goals"))
    clock = screen.page.get_by_role("timer")
    expect(clock).to_have_text(re.compile(r"\d:\d\d of 2 min"))
    first = clock.inner_text()
    expect(clock).not_to_have_text(first)
    screen.page.evaluate(A_WHILE_AGO)
    screen.open(meeting.address("meeting", step="Goals"))
    expect(clock).to_have_text(re.compile(r"9:\d\d of 2 min"))
    screen.page.keyboard.press("ArrowRight")
    expect_step(screen, "Changes")
    expect(clock).to_have_text(re.compile(r"0:\d\d of 2 min"))


def open_popover(screen: Screen, name: str) -> None:
    screen.page.get_by_test_id("stMain").get_by_role("button", name=re.compile(name)).click()


def write_decision(screen: Screen, text: str) -> None:
    screen.page.get_by_role("radio", name="Decision", exact=True).click()
    screen.page.get_by_label("What was decided").fill(text)
    screen.page.get_by_role("button", name="Add the decision").click()
    expect(screen.page.locator(".st-key-decide-agreed")).to_contain_text(text)


def downloaded(screen: Screen, name: str) -> bytes:
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_a_whole_meeting_and_the_one_a_week_later(
    meeting: Served, folder: Path, new_screen: NewScreen
) -> None:
    """Open, present, step through, a sign made an action, decide, sign, close, the minutes.

    A week later the action is there, with what its KPI did since.
    """
    screen = new_screen()
    screen.open(meeting.address())
    screen.page.get_by_role("button", name="Present", exact=True).click()
    expect_step(screen, "Wins")
    screen.page.get_by_role("button", name="Start the meeting").click()
    expect(screen.page.get_by_role("button", name=re.compile("Meeting since"))).to_be_visible()

    for step in ("Goals", "Changes", "Signs"):
        screen.page.keyboard.press("ArrowRight")
        expect_step(screen, step)
    card = screen.page.locator(".st-key-sign-cards [data-testid=stVerticalBlock]").filter(
        has_text="MQLs of the last 4 weeks"
    )
    card.get_by_role("button", name="Make it an action").click()
    expect(card).to_contain_text("due 27 Nov")

    for step in ("In depth", "Decisions"):
        screen.page.keyboard.press("ArrowRight")
        expect_step(screen, step)
    decision = "Sales answers every MQL <script>alert(1)</script> within a day"
    write_decision(screen, decision)
    expect(screen.page.locator(".st-key-decide-agreed")).to_contain_text("not followed up in time")

    open_popover(screen, "Meeting since")
    screen.page.get_by_label("Marketing agrees with these figures").fill("Mia Schneider")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_text("Marketing: Mia Schneider")).to_be_visible()
    screen.settle()
    screen.page.get_by_role("button", name="Close the meeting").click()
    expect(screen.page.get_by_role("button", name="Start the meeting")).to_be_visible()

    screen.page.get_by_role("button", name="End", exact=True).click()
    open_popover(screen, "^Minutes|Minutes")
    page = downloaded(screen, "HTML").decode()
    assert "within a day" in page and "<script>" not in page and "<svg" in page
    assert downloaded(screen, "PDF").startswith(b"%PDF-")
    text = downloaded(screen, "Markdown").decode()
    assert "within a day" in text and "<script>" not in text and "Mia Schneider" in text

    book = open_notebook(meeting.settings)
    (held,), (agreed,), (made,) = book.all(Meeting), book.all(Decision), book.all(Action)
    assert held.closed_at and held.snapshot == meeting.snapshot.name and held.shown
    assert (agreed.text, agreed.meeting_id) == (decision, held.id)
    assert (made.kpi, made.status, made.meeting_id) == ("follow_up_rate", "open", held.id)

    shown_demo(meeting, folder, NEXT_FRIDAY)
    later = new_screen()
    later.open(meeting.address("meeting", present="1", step="Last week"))
    expect_step(later, "Last week")
    actions = later.page.locator(".st-key-since-actions")
    expect(actions).to_contain_text("not followed up in time")
    expect(actions).to_contain_text(re.compile(r"Follow.up.*pts"))
    expect(later.page.locator(".st-key-since-figures")).to_contain_text("20 Nov")
    picture(later.page, "meeting-last-week-1920x1080-a-week-later")
    assert not later.page.evaluate(TALLER_THAN_THE_SLIDE)


def test_a_closed_month_is_reported_as_reached_or_not(
    meeting: Served, new_screen: NewScreen
) -> None:
    screen = new_screen()
    for step in ("Wins", "Goals", "Decided"):
        screen.open(meeting.address("meeting", present="1", step=step, period="Last month"))
        picture(screen.page, f"meeting-closed-{step.lower().replace(' ', '-')}")
        assert not screen.page.evaluate(TALLER_THAN_THE_SLIDE)
        expect(screen.page.get_by_text("Signs", exact=True)).to_have_count(0)
    screen.open(meeting.address("meeting", step="Goals", period="Last month"))
    expect(screen.title()).to_have_text("Goals, forecasts and outcomes")
    table = screen.page.get_by_test_id("stTable")
    expect(table).to_contain_text(re.compile("Reached|Missed"))
    expect(table).to_contain_text("Forecast of 15 Oct 2026, midway")
