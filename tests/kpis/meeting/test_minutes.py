"""Claims about minutes as they are written, of a meeting made by hand; pages test whole ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.change.restatement import Restated, Restatement
from kpis.definitions import Company
from kpis.display import Change
from kpis.document import Block, Bullets, Document, Heading, Paragraph
from kpis.goals.standing import standing
from kpis.meeting.minutes import minutes
from kpis.meeting.minutes_figures import Moved, Seen
from kpis.meeting.minutes_records import MeetingRecords
from kpis.meeting.wins import Win
from kpis.records import Action, Decision
from kpis.signs.attention import LEADING_FIRST, leading_first
from kpis.weeks.frame import weekly_frame
from tests.small_data import days, facts_of

MONDAY = date(2026, 11, 16)  # 11 of November's 21 working days
MONTH = days("2026-11-01", "2026-11-30")
NOTHING = MeetingRecords(MONDAY, (), (), (), None, (), (), {"c1": "Spring fair"})


def seen(moved: Mapping[str, Moved] | None = None, **reached: float) -> Seen:
    """A meeting in which nothing was counted; ``reached`` of 110 that are due of goals of 210."""
    goals = [
        standing(CATALOGUE[kpi], actual, 210.0, MONTH, MONDAY, Company())
        for kpi, actual in reached.items()
    ]
    frames = weekly_frame(facts_of(as_of=MONDAY.isoformat(), leads=[]), LEADING_FIRST)
    kpis = leading_first(frames, goals)
    flat = dict.fromkeys(LEADING_FIRST, Moved(0.0, None, None))
    return Seen(
        company=Company(),
        days=Period(MONTH.start, MONDAY),
        compared="compared with 1–16 Oct",
        is_comparable=True,
        kpis=kpis,
        moved=flat | dict(moved or {}),
        why={key: f"Why {key}." for key in LEADING_FIRST},
        warnings=(),
        wins=(),
        review=None,
        charts=(),
        restated=None,
    )


def written(of: Seen, kept: MeetingRecords = NOTHING, rejected: str = "") -> Document:
    return minutes(of, kept, MONDAY, "All campaigns", rejected=rejected)


def under(document: Document, heading: str) -> list[Block]:
    """The blocks beneath a heading, up to the next."""
    found, is_under = list[Block](), False
    for block in document.blocks:
        if isinstance(block, Heading):
            is_under = block.text == heading
        elif is_under:
            found.append(block)
    return found


def summary(of: Seen, kept: MeetingRecords = NOTHING) -> tuple[str, ...]:
    (found,) = under(written(of, kept), "Summary")
    assert isinstance(found, Bullets)
    return found.items


def test_where_nothing_was_agreed_and_nothing_stands_out_the_summary_says_so() -> None:
    assert summary(seen()) == (
        "No goal was agreed on for this selection.",
        "No KPI is behind its goal or had an unusual week.",
        "Agreed on: no decisions and no actions.",
    )


def test_the_summary_explains_the_kpi_that_is_furthest_behind_of_those_that_fell() -> None:
    """Of 110 due MQLs reach 66 (60 %) and SQLs 88 (80 %); only SQLs fell, so they come first.

    Where none fell, it is the furthest behind.
    """
    fell = Moved(88.0, None, Change("−20%", better=False))
    behind = seen({"sqls": fell}, mqls=66.0, sqls=88.0)
    goals, why, _ = summary(behind)
    assert goals == (
        "November 2026: 0 of 2 goals on track; furthest behind is MQLs, off track 60% "
        "(66 of 110 due, goal 210, needs 14 a day)."
    )
    assert why == "Why sqls."
    assert summary(seen(mqls=66.0, sqls=88.0))[1] == "Why mqls."


def test_the_summary_takes_the_first_win_and_a_win_is_one_line() -> None:
    won = (Win("week", "Deals won: 9", "best of 12 weeks"), Win("goal", "MQLs reached their goal."))
    assert summary(replace(seen(), wins=won))[2] == "Good news: Deals won: 9 · best of 12 weeks"
    assert under(written(replace(seen(), wins=won)), "What went well") == [
        Bullets(("Deals won: 9 · best of 12 weeks", "MQLs reached their goal."))
    ]


def test_decisions_and_actions_are_counted_and_an_action_is_overdue_from_the_day_after() -> None:
    """Due on Monday itself it is open; due on Sunday overdue. A day of last year has its year."""
    action = Action(meeting_id=1, made_on=MONDAY, what="Call", owner="Mia", due=MONDAY, kpi="cac")
    late = replace(action, due=date(2026, 11, 15), kpi=None, campaign="c1")
    old = replace(action, due=date(2025, 12, 30), kpi=None, status="done")
    decided = Decision(meeting_id=1, made_on=MONDAY, text="More budget", campaign="c1")
    kept = replace(NOTHING, decisions=[decided], actions=[action, late, old])
    document = written(seen(), kept)
    assert summary(seen(), kept)[-1] == "Agreed on: 1 decision and 3 actions."
    assert under(document, "Decisions") == [Bullets(("More budget · Spring fair",))]
    (table,) = under(document, "Actions")
    assert [[cell.text for cell in row[2:]] for row in table.rows] == [
        ["16 Nov", "CAC", "open"],
        ["15 Nov", "Spring fair", "overdue"],
        ["30 Dec 2025", "—", "done"],
    ]


def test_figures_that_have_changed_are_counted_among_all_that_can_be_compared() -> None:
    changed = Restatement(CATALOGUE["mqls"], MONTH, 5.0, 7.0, (), "MQLs: 5 shown, 7 now.")
    heading = "Figures of the meeting of 9 Nov 2026 that have changed since"
    for found, items in (
        (Restated((), 30), ("None of 30 figures has changed since.",)),
        (Restated((changed,), 2), ("1 of 3 figures has changed since.", changed.sentence)),
        (
            Restated((changed, changed), 1, ("CLV is not comparable.",)),
            (
                "2 of 3 figures have changed since.",
                *2 * [changed.sentence],
                "CLV is not comparable.",
            ),
        ),
        (Restated(), ("No figures were recorded at that meeting.",)),
    ):
        document = written(replace(seen(), restated=(date(2026, 11, 9), found)))
        assert under(document, heading) == [Bullets(items)]


def test_rejected_rows_are_the_last_sentence_and_none_where_no_row_was_rejected() -> None:
    text = "deals: 87 of 1,000 rows rejected; see Data health"
    last = written(seen(), rejected=text).blocks[-1]
    assert last == Paragraph(f"Source rows: {text}.", "quiet")
    assert "Source rows" not in str(written(seen()).blocks)
