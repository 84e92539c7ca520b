"""Claims about minutes: what they tell of a meeting, and that users' text is text in every format.

They are made here as a click on a download makes them, in a thread that draws no page.
"""

import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from connectors.demo import SETTINGS_FILE as DEMO_SETTINGS
from connectors.document_html import html
from connectors.document_markdown import markdown
from connectors.document_pdf import pdf
from connectors.engine import open_facts
from connectors.notebook import open_notebook
from connectors.notebook_records import Action, Decision, Meeting, Note, Record, SignOff
from connectors.refresh import fresh_snapshot
from connectors.settings_file import load_settings
from kpis.calendar import period_of
from kpis.catalogue import SEVEN
from kpis.display import change, shown
from kpis.document import Block, Bullets, Document, Heading, Paragraph, Table
from kpis.scorecard import compared, scorecard
from pages.parts.meeting_answers import figures_shown
from pages.parts.minutes import minutes_of
from pages.parts.selection import Selection
from tests.pages.served import Screen
from tests.pages.small_company import Rows, company_of, leads, settings_of

FRIDAY = date(2026, 11, 20)
LAST_FRIDAY, NEXT_FRIDAY = FRIDAY - timedelta(days=7), FRIDAY + timedelta(days=7)
NAMES = ("<script>alert(1)</script>", "=1+1", "**bold**", "שלום עולם", "مرحبا", "🚀👩‍💻", "a|b_c")


class Company:
    """Settings in a folder, read by the pages, with a notebook."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.file = folder / "settings.toml"
        self.text = settings

    def as_of(self, day: date) -> Selection:
        """Everything as it is seen on a day: the month so far, and all campaigns."""
        self.file.write_text(f"as_of = {day}\n{self.text}", encoding="utf-8")
        snapshot = fresh_snapshot(load_settings(self.file), datetime.now(UTC))
        company, agreed = snapshot.manifest.company, snapshot.manifest.definitions
        return Selection(snapshot, period_of("month", day, company), (), agreed.attribution)

    def write(self, record: Record) -> Record:
        return open_notebook(load_settings(self.file)).add(record, "Ann")

    def meeting(self, chosen: Selection, *, is_closed: bool = False) -> Meeting:
        """A meeting over the selection: the one that is open, else a new one."""
        notebook, now = open_notebook(load_settings(self.file)), datetime.now(UTC)
        held = notebook.open_meeting(
            Meeting(
                held_on=chosen.as_of,
                opened_at=now,
                snapshot=chosen.snapshot.name,
                definitions=chosen.manifest.definitions_hash,
                attribution=chosen.model,
                shown=figures_shown(chosen),
            ),
            "Ann",
        )
        return notebook.edit(held, "Ann", closed_at=now) if is_closed else held

    def action(self, what: str, made_on: date, meeting: Meeting | None = None, **more) -> Action:
        due = made_on + timedelta(days=7)
        held = meeting.id if meeting else None
        action = Action(meeting_id=held, made_on=made_on, what=what, owner="Mia", due=due, **more)
        return self.write(action)


@pytest.fixture
def new_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Company]:
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(tmp_path / "settings.toml"))
    return lambda settings: Company(tmp_path, settings)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for several tests: its data is the same on each day, and takes a while to make."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo_company(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(demo_folder / "settings.toml"))
    return Company(demo_folder, DEMO_SETTINGS.read_text(encoding="utf-8"))


def under(document: Document, heading: str) -> list[Block]:
    """The blocks beneath a heading, up to the next."""
    titles = [n for n, block in enumerate(document.blocks) if isinstance(block, Heading)]
    (start,) = (n for n in titles if document.blocks[n].text == heading)
    end = next((n for n in titles if n > start), len(document.blocks))
    return list(document.blocks[start + 1 : end])


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def rows_of(block: Block) -> list[list[str]]:
    assert isinstance(block, Table)
    return [[cell.text for cell in row] for row in block.rows]


def items_of(block: Block) -> tuple[str, ...]:
    assert isinstance(block, Bullets)
    return block.items


def test_the_minutes_of_a_company_with_one_lead_are_made(new_company, tmp_path: Path) -> None:
    """It came in on the day of the meeting: no week is over, and nothing is known before."""
    lead = {"lead_id": "1", "created_at": "2026-11-20"}
    company = new_company(settings_of(tmp_path, leads=[lead]))
    chosen = company.as_of(FRIDAY)
    document = minutes_of(chosen, company.meeting(chosen))
    assert document.title.endswith("weekly meeting, 20 Nov 2026")
    assert "Nothing was decided." in str(under(document, "Decisions"))
    for make in (html, markdown, pdf):
        assert make(document)


def test_the_table_tells_what_the_scorecard_says(demo_company: Company) -> None:
    chosen = demo_company.as_of(FRIDAY)
    document = minutes_of(chosen, demo_company.meeting(chosen))
    facts = open_facts(chosen.snapshot.folder)
    windows = compared(chosen.period, FRIDAY, facts.company)
    now, before = (row for _, row in scorecard(facts, windows).iterrows())
    table, note = under(document, "The seven KPIs")
    told = {row[0]: row[1:] for row in rows_of(table)}
    assert list(told) == [kpi.label for kpi in SEVEN]
    for kpi in SEVEN:
        moved = change(kpi, now[kpi.key], before[kpi.key])
        assert told[kpi.label][:2] == [shown(kpi, now[kpi.key], "EUR"), moved.text]
    assert isinstance(table, Table)
    assert table.columns == (
        *("KPI", "1–20 Nov 2026", "Change", "Goal November 2026", "Goal Q4 2026", "Last week"),
    )
    assert note == Paragraph("Compared with 1–21 Oct 2026, like for like.", "quiet")


def test_the_summary_has_three_to_six_sentences(demo_company: Company) -> None:
    """By hand, from the demo: the month is on pace, and the quarter behind on all of its goals."""
    chosen = demo_company.as_of(FRIDAY)
    (summary,) = under(minutes_of(chosen, demo_company.meeting(chosen)), "Summary")
    month, quarter, moved, warning, good, agreed = items_of(summary)
    assert month == "November 2026: 3 of 3 goals on pace."
    assert quarter.startswith("Q4 2026: 0 of 3 goals on pace; furthest behind is Revenue won, ")
    assert "a working day" in quarter
    assert moved.startswith("Marketing-qualified leads fell 30; ")
    assert warning.startswith("Warning: Both teams are behind")
    assert good.startswith("Good news: SQLs last week: 54, the best of ")
    assert agreed == "Agreed on: no decisions and no actions."


def test_what_was_agreed_on_is_that_of_the_meeting_and_of_its_day(new_company, tmp_path) -> None:
    company = new_company(company_of(tmp_path, mqls=5))
    before = company.meeting(last := company.as_of(LAST_FRIDAY), is_closed=True)
    company.action("Done long ago", LAST_FRIDAY - timedelta(days=30), status="done")
    company.action("Still open", LAST_FRIDAY - timedelta(days=7))
    company.action("Call the fair's leads", LAST_FRIDAY, before, kpi="mqls", campaign="c1")
    company.write(Decision(meeting_id=before.id, made_on=LAST_FRIDAY, text="Of last week"))
    company.write(Note(meeting_id=before.id, step="decide", text="Said last week"))
    chosen = company.as_of(FRIDAY)
    held = company.meeting(chosen)
    company.write(Decision(meeting_id=held.id, made_on=FRIDAY, text="More budget", campaign="c1"))
    company.write(Decision(meeting_id=None, made_on=FRIDAY, text="Without a meeting", kpi="cac"))
    company.action("Ask for a discount", FRIDAY, held, kpi="cac")
    company.write(Note(meeting_id=held.id, step="decide", text="Tom is ill"))
    company.write(SignOff(meeting_id=held.id, team="sales", name="Ann Lee"))
    document = minutes_of(chosen, held)
    assert under(document, "Decisions") == [
        Bullets(("More budget · Spring fair", "Without a meeting · CAC"))
    ]
    (new,) = under(document, "Actions")
    assert rows_of(new) == [["Ask for a discount", "Mia", "27 Nov", "CAC", "open"]]
    (earlier,) = under(document, "Actions agreed on before")
    late, row = rows_of(earlier)
    assert late == ["Still open", "Mia", "13 Nov", "overdue", "—"]
    assert row[:4] == ["Call the fair's leads", "Mia", "20 Nov", "open"]
    assert re.fullmatch(r"MQLs: 5 in 2–8 Nov, 0 in 9–15 Nov \(−100%\)\.", row[4])
    assert under(document, "Notes") == [Bullets(("Tom is ill",))]
    assert under(document, "Sign-off") == [Bullets(("Sales goes by these figures: Ann Lee",))]
    assert items_of(under(document, "Summary")[0])[-1] == "Agreed on: 2 decisions and 1 action."
    of_last_week = minutes_of(last, before)
    assert under(of_last_week, "Decisions") == [Bullets(("Of last week",))]


def test_figures_of_the_meeting_before_are_told_where_they_read_otherwise(
    new_company, tmp_path: Path
) -> None:
    """Of 5 MQLs of the 5th the meeting saw, 7 are known now: two came in late."""
    company = new_company(company_of(tmp_path, mqls=5))
    company.meeting(company.as_of(LAST_FRIDAY), is_closed=True)
    company_of(tmp_path, mqls=7)
    chosen = company.as_of(FRIDAY)
    document = minutes_of(chosen, company.meeting(chosen))
    (told,) = under(document, "What the meeting of 13 Nov 2026 saw, and what it reads now")
    (mqls,) = (text for text in items_of(told) if text.startswith("MQLs of 2–8 Nov"))
    assert "5 shown, 7 now (+2): +2 late data" in mqls


def test_the_minutes_of_a_closed_meeting_keep_its_own_figures(new_company, tmp_path: Path) -> None:
    """A week later with 9 MQLs, the minutes still tell the 5 that were on the screen."""
    company = new_company(company_of(tmp_path, mqls=5))
    held = company.meeting(company.as_of(FRIDAY), is_closed=True)
    company_of(tmp_path, mqls=9)
    later = company.as_of(NEXT_FRIDAY)
    document = minutes_of(later, held)
    assert "as of 20 Nov 2026" in document.subtitle
    assert rows_of(under(document, "The seven KPIs")[0])[0][1] == "5"
    kept = [folder for folder in later.snapshot.folder.parent.iterdir() if folder.is_dir()]
    shutil.rmtree(next(folder for folder in kept if folder.name == held.snapshot))
    document = minutes_of(later, held)
    assert document.blocks[0] == Paragraph(
        "The data that this meeting looked at is no longer kept. The figures are those of "
        "27 Nov 2026.",
        "warning",
    )
    assert rows_of(under(document, "The seven KPIs")[0])[0][1] == "9"


def test_a_closed_month_tells_what_became_of_its_goals(demo_company: Company) -> None:
    chosen = demo_company.as_of(FRIDAY)
    october = period_of("month", date(2026, 10, 1), chosen.manifest.company)
    closed = Selection(chosen.snapshot, october, (), chosen.model)
    document = minutes_of(closed, demo_company.meeting(chosen))
    (told,) = under(document, "What became of the goals of October 2026")
    assert len(items_of(told)) == 3
    assert "Warning signs" not in headings(document)


def named_campaigns(folder: Path) -> str:
    """A company whose campaigns are called what no format may take for markup."""
    every: list[Rows] = [
        [*leads(3 + n, f"c{n}", "2026-10-08"), *leads(1 + 2 * n, f"d{n}", "2026-11-05")]
        for n in range(len(NAMES))
    ]
    rows = [
        {**lead, "campaign_id": str(lead["campaign_id"]).replace("d", "c")}
        for group in every
        for lead in group
    ]
    named = [
        {"campaign_id": f"c{n}", "name": name, "channel": name} for n, name in enumerate(NAMES)
    ]
    return settings_of(folder, leads=rows, campaigns=named)


def document_with_names(company: Company) -> Document:
    chosen = company.as_of(FRIDAY)
    held = company.meeting(chosen)
    for n, name in enumerate(NAMES):
        company.action(name, FRIDAY, held, campaign=f"c{n}")
        company.write(Note(meeting_id=held.id, step="decide", text=name))
    return minutes_of(chosen, held)


@pytest.mark.browser
def test_names_are_text_in_every_format(new_company, tmp_path: Path, screen: Screen) -> None:
    document = document_with_names(new_company(named_campaigns(tmp_path)))
    written = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(document))).pages)
    for name in NAMES:
        if name.isascii():
            assert written.count(name) >= 3
        else:  # drawn from right to left, or of several letters in one
            assert set(re.sub(r"[\s\u200d]", "", name)) <= set(written)
    assert r"\*\*bold\*\*" in (text := markdown(document))
    assert "<script" not in text.replace(r"\<script", "")
    page = tmp_path / "minutes.html"
    page.write_text(html(document), encoding="utf-8")
    requests: list[str] = []
    screen.page.on("request", lambda request: requests.append(request.url))
    screen.page.goto(page.as_uri())
    for name in NAMES:
        assert screen.page.get_by_role("cell", name=name, exact=True).count() == 2
        assert screen.page.get_by_role("listitem").filter(has_text=name).count() >= 1
    assert requests == [page.as_uri()]
    assert screen.page.locator("script, img, iframe, link").count() == 0
    assert screen.page.locator("figure svg").count() == len(SEVEN)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert screen.page.evaluate("document.fonts.check('16px \"Source Sans Pro\"')")
    assert not screen.troubles
