"""The demo as of 20 November 2026: every channel shows the same verdict of the same goal.

228 of the 239 MQLs that are due of November's 335 are 95 %; 609 of the quarter's 701 are 87 %.
"""

from datetime import date

import pytest

from connectors.notebook.notebook import open_notebook
from connectors.outbox.messages import Messages
from connectors.settings.file import DEMO_FILE, load_settings
from connectors.snapshots.engine import open_facts
from kpis.document import Document, Table
from pages.parts.frame.selection import Selection
from pages.parts.meeting.goals.goals import goals_text, standings_text
from pages.parts.meeting.meeting_answers import attention, wins_of
from pages.parts.week.cards import verdict_badge
from pages.parts.week.goals import strip_row
from pages.parts.week.week_answers import signs_of, standings_of
from tests.pages.meeting.minutes_company import Company

FRIDAY = date(2026, 11, 20)
MONTH = ("On track 95%", "228 of 239 due")
QUARTER = ("At risk 87%", "609 of 701 due")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Selection]:
    company = Company(tmp_path_factory.mktemp("demo"), DEMO_FILE.read_text(encoding="utf-8"))
    return company, company.as_of(FRIDAY)


@pytest.fixture
def chosen(demo: tuple[Company, Selection], monkeypatch: pytest.MonkeyPatch) -> Selection:
    company, chosen = demo
    monkeypatch.setenv("ALLIANCE_SETTINGS", str(company.file))
    return chosen


def row_of_mqls(document: Document, columns: set[str]) -> list[str]:
    """The texts of the tables with these columns in the row of the MQLs."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [
        cell.text
        for table in tables
        if columns <= set(table.columns)
        for row in table.rows
        if row[0].text in ("MQLs", "Marketing-qualified leads")
        for cell in row
    ]


def test_strip_and_cards(chosen: Selection) -> None:
    month, quarter = (one for one in standings_of(chosen) if one.kpi.key == "mqls")
    (card, *_) = standings_of(chosen, chosen.period)
    assert verdict_badge(card) == f":green-badge[{MONTH[0]}]"
    for one, (verdict, due) in ((month, MONTH), (quarter, QUARTER)):
        assert strip_row(one)[0].endswith(f"-badge[{verdict}]") and due in strip_row(one)[1]


def test_the_goals_step(chosen: Selection) -> None:
    seen = attention(chosen)
    mqls = next(one for one in seen if one.kpi.key == "mqls")
    for verdict, due in (MONTH, QUARTER):
        assert f"-badge[{verdict}] :gray[{due}" in goals_text(mqls)
    text = standings_text(seen)
    assert ":small[November 2026] :green-badge[On track] MQLs, SQLs and Revenue won" in text
    assert ":orange-badge[At risk] MQLs and SQLs" in text


def test_wins_and_signs(chosen: Selection) -> None:
    (win,) = (win for win in wins_of(chosen) if win.kind == "goal" and win.kpi == "mqls")
    assert win.headline == "MQLs, November 2026: on track 95%."
    assert win.detail.startswith(MONTH[1])
    (sign,) = (sign for sign in signs_of(chosen) if sign.rule == "both_teams_behind")
    assert "goals of Q4 2026: MQLs at risk 87% and SQLs at risk 89%." in sign.headline
    assert sign.evidence[0].startswith(f"MQLs: at risk 87% ({QUARTER[1]}, goal 1,250, ")


def test_minutes_and_digest(demo: tuple[Company, Selection], chosen: Selection) -> None:
    company, _ = demo
    minutes = company.minutes(chosen, company.meeting(chosen, is_closed=True))
    found = row_of_mqls(minutes, {"Change"})
    assert {": ".join(MONTH), ": ".join(QUARTER)} <= set(found)
    settings = load_settings(company.file)
    facts = open_facts(chosen.snapshot.folder)
    summary = Messages(settings, chosen.snapshot, facts, open_notebook(settings)).summary()
    assert [text for text in row_of_mqls(summary, {"Due"}) if "%" in text] == [
        MONTH[0],
        QUARTER[0],
    ]
    assert summary.title == "Week 9–15 Nov 2026: 3 of 6 goals on track"
