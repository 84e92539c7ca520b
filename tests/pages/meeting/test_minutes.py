"""Claims about minutes: what they tell of a meeting.

They are made here as a click on a download makes them, in a thread that draws no page.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.documents.html import html
from connectors.documents.markdown import markdown
from connectors.documents.pdf import pdf
from connectors.settings.file import DEMO_FILE as DEMO_SETTINGS
from connectors.snapshots.engine import open_facts
from kpis.calendar import period_of
from kpis.catalogue import SEVEN
from kpis.display import change, shown
from kpis.document import Bullets, Document, Paragraph, Table
from kpis.records import Decision, Meeting, Note, SignOff
from kpis.scorecard.scorecard import compared, scorecard
from pages.parts.frame.selection import Selection
from tests.pages.meeting.minutes_company import Company, headings, items_of, rows_of, under
from tests.pages.small_company import company_of, settings_of

FRIDAY = date(2026, 11, 20)
LAST_FRIDAY = FRIDAY - timedelta(days=7)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Selection]:
    """The demo as of the Friday: its data takes a while to make."""
    company = Company(tmp_path_factory.mktemp("demo"), DEMO_SETTINGS.read_text(encoding="utf-8"))
    return company, company.as_of(FRIDAY)


@pytest.fixture(scope="module")
def of_demo(demo: tuple[Company, Selection]) -> Document:
    """Of a meeting over the running month, in which nothing was agreed on."""
    company, chosen = demo
    return company.minutes(chosen, company.meeting(chosen, is_closed=True))


@pytest.fixture(scope="module")
def of_closed_month(demo: tuple[Company, Selection], of_demo: Document) -> Document:
    """Of a meeting that looked at October, asked for by somebody who looks at November.

    Made after the other one, which nothing of October stands in.
    """
    company, chosen = demo
    made = date(2026, 10, 16)
    decided = Decision(meeting_id=None, made_on=made, text="Events get more", kpi="mqls")
    company.write(decided)
    company.settle(company.action("Write to them", made, kpi="mqls"))
    october = period_of("month", made, chosen.manifest.company)
    held = company.meeting(replace(chosen, period=october), is_closed=True)
    return company.minutes(chosen, held)


@dataclass
class TwoMeetings:
    """A company with 5 MQLs at its first meeting, which is closed, and with 7 at its second."""

    company: Company
    now: Selection
    first: Meeting
    of_first: Document
    of_second: Document


@pytest.fixture(scope="module")
def two_meetings(tmp_path_factory: pytest.TempPathFactory) -> TwoMeetings:
    folder = tmp_path_factory.mktemp("two")
    company = Company(folder, company_of(folder, mqls=5))
    long_ago = LAST_FRIDAY - timedelta(days=7)
    company.settle(company.action("Settled before the first", long_ago))
    open_until_now = company.action("Settled in the second", long_ago)
    first = company.meeting(company.as_of(LAST_FRIDAY), is_closed=True)
    company.action("Still open", long_ago)
    company.action("Call the fair's leads", LAST_FRIDAY, first, kpi="mqls", campaign="c1")
    company.write(
        Decision(meeting_id=first.id, made_on=LAST_FRIDAY, text="Of last week"),
        Note(meeting_id=first.id, step="decide", text="Said last week"),
    )
    company_of(folder, mqls=7)
    now = company.as_of(FRIDAY)
    second = company.meeting(now)
    company.settle(open_until_now)
    company.write(
        Decision(meeting_id=second.id, made_on=FRIDAY, text="More budget", campaign="c1"),
        Decision(meeting_id=None, made_on=FRIDAY, text="Without a meeting", kpi="cac"),
        Note(meeting_id=second.id, step="decide", text="Tom is ill"),
        SignOff(meeting_id=second.id, team="sales", name="Ann Lee"),
    )
    company.action("Ask for a discount", FRIDAY, second, kpi="cac")
    of_first, of_second = company.minutes(now, first), company.minutes(now, second)
    return TwoMeetings(company, now, first, of_first, of_second)


def test_the_minutes_of_a_company_with_one_lead_are_made(tmp_path: Path) -> None:
    """It came in on the day of the meeting: no week is over, and nothing is known before."""
    lead = {"lead_id": "1", "created_at": "2026-11-20"}
    company = Company(tmp_path, settings_of(tmp_path, leads=[lead]))
    chosen = company.as_of(FRIDAY)
    document = company.minutes(chosen, company.meeting(chosen))
    assert document.title.endswith("weekly meeting, 20 Nov 2026")
    assert "Nothing was decided." in str(under(document, "Decisions"))
    assert all(make(document) for make in (html, markdown, pdf))


def test_the_table_tells_what_the_scorecard_says(
    demo: tuple[Company, Selection], of_demo: Document
) -> None:
    _, chosen = demo
    facts = open_facts(chosen.snapshot.folder)
    windows = compared(chosen.period, FRIDAY, facts.company)
    now, before = (row for _, row in scorecard(facts, windows).iterrows())
    table, note = under(of_demo, "The seven KPIs")
    found = {row[0]: row[1:] for row in rows_of(table)}
    assert list(found) == [kpi.label for kpi in SEVEN]
    for kpi in SEVEN:
        moved = change(kpi, now[kpi.key], before[kpi.key])
        assert found[kpi.label][:2] == [shown(kpi, now[kpi.key], "EUR"), moved.text]
    assert isinstance(table, Table)
    assert table.columns == (
        *("KPI", "1–20 Nov 2026", "Change", "Goal November 2026", "Goal Q4 2026", "Last week"),
    )
    assert note == Paragraph("Compared with 1–21 Oct 2026, like for like.", "quiet")


def test_the_summary_has_three_to_six_sentences(of_demo: Document) -> None:
    """By hand, from the demo: the month is on track, and the quarter behind on all of its goals."""
    (summary,) = under(of_demo, "Summary")
    month, quarter, moved, warning, good, agreed = items_of(summary)
    assert month == "November 2026: 3 of 3 goals on track."
    assert quarter.startswith(
        "Q4 2026: 0 of 3 goals on track; furthest behind is Revenue won, off track 78% ("
    )
    assert "needs €27k a day" in quarter
    assert moved.startswith("Marketing-qualified leads fell 30; ")
    assert warning.startswith("Warning: Both teams are behind")
    assert good.startswith("Good news: SQLs last week: 54, the best of ")
    assert agreed == "Agreed on: no decisions and no actions."


def test_a_closed_month_tells_what_was_reached_and_what_had_been_forecast(
    of_closed_month: Document,
) -> None:
    (found,) = under(of_closed_month, "What became of the goals of October 2026")
    assert len(items_of(found)) == 3
    for sentence in items_of(found):
        assert re.search(r": (reached \d+%|missed by [€\d])", sentence)
        assert re.search(r"Forecast on \d+ Oct: .* the outcome is (within|above|below)", sentence)
    (table, _) = under(of_closed_month, "The seven KPIs")
    assert isinstance(table, Table)
    assert table.columns == ("KPI", "1–31 Oct 2026", "Change", "Goal October 2026")
    verdicts = [row[3].partition(" ")[0] for row in rows_of(table)]
    assert verdicts == ["Reached", "Missed", *5 * ["no"]]
    reached, forecasts, moved, agreed = items_of(under(of_closed_month, "Summary")[0])
    assert reached == "October 2026: 1 of 3 goals reached; missed: Revenue won and SQLs."
    assert forecasts.endswith(
        " of 3 outcomes came within the range of their forecasts from the middle of October 2026."
    )
    assert moved.startswith("Revenue won ")
    assert agreed == "Agreed on: no decisions and no actions."


def test_a_closed_month_leaves_out_what_runs_now(of_closed_month: Document) -> None:
    assert not {"Warning signs", "What went well"} & set(headings(of_closed_month))
    (summary,) = under(of_closed_month, "Summary")
    assert not re.search("last week|November|on pace|on track", str(summary))


def test_a_closed_month_tells_what_was_decided_in_it_and_what_that_did(
    of_closed_month: Document,
) -> None:
    (decided,) = under(of_closed_month, "Decided in October 2026")
    (actions,) = under(of_closed_month, "Actions of October 2026")
    ((what, *_, since),) = rows_of(decided)
    assert what == "Events get more"
    assert re.match(r"MQLs: \d+ in 5–11 Oct, \d+ in 9–15 Nov ", since)
    assert rows_of(actions) == [["Write to them", "Mia", "23 Oct", "done", since]]
    assert "Actions agreed on before" not in headings(of_closed_month)


def test_what_was_agreed_on_is_that_of_the_meeting_and_of_its_day(
    two_meetings: TwoMeetings,
) -> None:
    document = two_meetings.of_second
    assert under(document, "Decisions") == [
        Bullets(("More budget · Spring fair", "Without a meeting · CAC"))
    ]
    (new,) = under(document, "Actions")
    assert rows_of(new) == [["Ask for a discount", "Mia", "27 Nov", "CAC", "open"]]
    assert under(document, "Notes") == [Bullets(("Tom is ill",))]
    assert under(document, "Sign-off") == [Bullets(("Sales agrees with these figures: Ann Lee",))]
    assert items_of(under(document, "Summary")[0])[-1] == "Agreed on: 2 decisions and 1 action."
    assert under(two_meetings.of_first, "Decisions") == [Bullets(("Of last week",))]


def test_old_actions_come_back_when_open_or_settled_since_the_meeting_before(
    two_meetings: TwoMeetings,
) -> None:
    """What was done before the first meeting was closed is in the minutes of the first alone."""
    (earlier,) = under(two_meetings.of_second, "Actions agreed on before")
    settled, late, row = rows_of(earlier)
    assert settled == ["Settled in the second", "Mia", "13 Nov", "done", "—"]
    assert late == ["Still open", "Mia", "13 Nov", "overdue", "—"]
    assert row[:4] == ["Call the fair's leads", "Mia", "20 Nov", "open"]
    assert re.fullmatch(r"MQLs: 7 in 2–8 Nov, 0 in 9–15 Nov \(−100%\)\.", row[4])
    (of_first,) = under(two_meetings.of_first, "Actions agreed on before")
    assert "Settled before the first" in {what for what, *_ in rows_of(of_first)}


def test_figures_of_the_meeting_before_are_listed_where_they_read_otherwise(
    two_meetings: TwoMeetings,
) -> None:
    """Of 5 MQLs of the 5th the meeting saw, 7 are known now: two came in late."""
    message = "Figures of the meeting of 13 Nov 2026 that have changed since"
    (found,) = under(two_meetings.of_second, message)
    (mqls,) = (text for text in items_of(found) if text.startswith("MQLs of 2–8 Nov"))
    assert "5 shown, 7 now (+2): +2 late data" in mqls


def test_a_closed_meeting_keeps_its_period_whatever_is_looked_at_now(
    two_meetings: TwoMeetings,
) -> None:
    """Where it was opened by something that keeps no period, it is the month of the meeting."""
    last, first = date(2026, 11, 9), two_meetings.first
    week = period_of("week", last, two_meetings.now.manifest.company)
    october = period_of("month", date(2026, 10, 1), two_meetings.now.manifest.company)
    chosen = replace(two_meetings.now, period=october)
    held = replace(first, period_start=week.start, period_end=week.end)
    assert two_meetings.company.shown_in(held, chosen).period == week
    held = replace(first, period_start=None, period_end=None)
    assert two_meetings.company.shown_in(held, chosen).period.start == date(2026, 11, 1)


def test_the_minutes_of_a_closed_meeting_keep_its_own_figures(two_meetings: TwoMeetings) -> None:
    """A week later with 7 MQLs, the minutes still tell the 5 that were on the screen."""
    assert "as of 13 Nov 2026" in two_meetings.of_first.subtitle
    assert rows_of(under(two_meetings.of_first, "The seven KPIs")[0])[0][1] == "5"
    gone = replace(two_meetings.first, snapshot="gone")
    document = two_meetings.company.minutes(two_meetings.now, gone)
    assert document.blocks[0] == Paragraph(
        "The data of this meeting is no longer kept. The figures are those of 20 Nov 2026.",
        "warning",
    )
    assert rows_of(under(document, "The seven KPIs")[0])[0][1] == "7"
