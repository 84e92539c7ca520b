"""The Monday summary: what it says of goals, last week, reasons, signs and actions, and how much.

Monday 16 November 2026 is the 11th of November's 21 working days and the 33rd of the 66 of Q4.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from kpis.definitions import Company, Target
from kpis.document import Block, Bullets, Cell, Document, Heading, Paragraph, Table
from kpis.goals.standings import running_standings
from kpis.meeting.digest import digest
from kpis.records import Action
from kpis.scorecard.selection import Facts
from kpis.signs.sign import Sign
from tests.small_data import cost, facts_of, lead, won

MONDAY = date(2026, 11, 16)
WEEKS = 30
LAST = date(2026, 11, 9)
"""The Monday of the last whole week."""
TARGETS = [
    Target(kpi="mqls", period="month", value=42.0),
    Target(kpi="mqls", period="quarter", value=132.0),
    Target(kpi="revenue", period="month", value=1050.0),
    Target(kpi="mqls", period="month", value=1.0, campaign="ads"),
]
SIGN = Sign("slow_stage", "warning", "", (), "", None, "funnel", {}, 5.0)


@cache
def company(last_week: int = 10, of: str = "ads") -> Facts:
    """11 and 9 leads of seo in turn, MQLs at once, one of each week won on its Friday for 500; in
    the last week so many leads of the campaign ``of`` instead."""
    leads, deals, costs = [], [], []
    for week in range(WEEKS):
        monday = LAST - timedelta(weeks=WEEKS - 1 - week)
        many = last_week if monday == LAST else 9 + 2 * ((week + 1) % 2)
        for n in range(many):
            day = (monday + timedelta(days=n % 5)).isoformat()
            where = of if monday == LAST else "seo"
            leads.append(lead(f"{week}-{n}", day, where, mql_at=day, sql_at=day))
        deals.append(won(f"{week}", f"{week}-0", (monday + timedelta(days=4)).isoformat(), 500.0))
        costs.append(cost(monday.isoformat(), 100.0))
    return facts_of(
        as_of=MONDAY.isoformat(),
        leads=leads,
        deals=deals,
        costs=costs,
        company=Company(name="Smith & <Sons>"),
    )


def reported(
    facts: Facts | None = None, targets: Sequence[Target] = TARGETS, **more: Any
) -> Document:
    facts = facts or company()
    return digest(facts, held=running_standings(facts, targets), **more)


def action(what: str, owner: str, due: date) -> Action:
    return Action(meeting_id=None, made_on=LAST, what=what, owner=owner, due=due)


def below(document: Document, heading: str) -> list[Block]:
    """The blocks between a heading that begins so and the next of its level."""
    blocks = list(document.blocks)
    ((start, level),) = (
        (n, b.level)
        for n, b in enumerate(blocks)
        if isinstance(b, Heading) and b.text.startswith(heading)
    )
    found = []
    for block in blocks[start + 1 :]:
        if isinstance(block, Heading) and block.level <= level:
            break
        found.append(block)
    return found


def rows(block: Block) -> dict[str, tuple[Cell, ...]]:
    assert isinstance(block, Table)
    return {row[0].text: row[1:] for row in block.rows}


def items(block: Block) -> tuple[str, ...]:
    assert isinstance(block, Bullets)
    return block.items


def test_without_goals_signs_and_actions_it_says_so() -> None:
    document = digest(facts_of(as_of="2026-11-16"))
    assert document.title == "Week 9–15 Nov 2026"
    assert document.subtitle == "Our company, as of 16 Nov 2026"
    message = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert message == [
        "No goals were agreed for this month and quarter.",
        "Nothing is unusual, and no goal is behind.",
        "Nothing unusual: every agreed limit is met.",
        "None.",
    ]


def test_a_goal_that_is_behind_is_named_where_no_change_explains_it() -> None:
    """Half of two leads are customers, where nine in ten should be; October had no leads."""
    leads = [lead("a", "2026-11-02"), lead("b", "2026-11-03")]
    facts = facts_of(as_of="2026-11-16", leads=leads, deals=[won("d", "a", "2026-11-04")])
    goal = [Target(kpi="lead_conversion_rate", period="month", value=0.9)]
    document = reported(facts, targets=goal)
    assert document.title.endswith("0 of 1 goals on track")
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)][0] == (
        "Conversion: undefined in the period before, so there is no change to explain."
    )


def test_an_empty_company_has_no_value_and_the_reason() -> None:
    (table,) = below(digest(facts_of(as_of="2026-11-16")), "Last week")
    value, moved, usual = rows(table)["MQLs"]
    assert (value.text, moved.text) == ("—", "—") and "mapped" in usual.text


def test_goals_say_status_where_they_head_and_what_each_working_day_must_bring() -> None:
    """November: 11 MQLs in the week of the 2nd and 10 in the last; 42 × 11 ÷ 21 = 22 are due, so
    21 ÷ 22 = 95 %. The other 21 are to come in 10 working days: 2.1, shown as 2. Revenue: 1,000 of
    1,050 × 11 ÷ 21 = 550 due, and 50 ÷ 10 = 5 a day.

    Q4 began on Thursday, 1 October. Thursday and Friday of the week of 28 September bring 2 and 1
    of its 9. Then come 11, 9, 11, 9, and the 21: 3 + 40 + 21 = 64,
    where 132 × 33 ÷ 66 = 66 are due: 97 %.
    """
    document = reported()
    november, quarter = (below(document, name)[0] for name in ("November 2026", "Q4 2026"))
    so_far, due, status, heading, goal, needed = rows(november)["MQLs"]
    assert (so_far.text, due.text, goal.text, needed.text) == ("21", "22", "42", "2 a day")
    assert status == Cell("On track 95%", "good")
    assert 35 <= int(heading.text) <= 45
    revenue = [cell.text for cell in rows(november)["Revenue won"]]
    assert (revenue[:2], revenue[4:]) == (["€1,000", "€550"], ["€1,050", "€5 a day"])
    assert [cell.text for cell in rows(quarter)["MQLs"][:2]] == ["64", "66"]
    assert list(rows(november)) == ["MQLs", "Revenue won"] and list(rows(quarter)) == ["MQLs"]
    heads = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert heads[1:3] == ["November 2026, working day 11 of 21", "Q4 2026, working day 33 of 66"]


def test_the_title_says_how_many_goals_are_on_track() -> None:
    """64 of 66 and 21 of 22 are on track; of 420, 220 are due."""
    assert reported().title == "Week 9–15 Nov 2026: 3 of 3 goals on track"
    behind = [Target(kpi="mqls", period="month", value=420.0), *TARGETS[1:]]
    assert reported(targets=behind).title == "Week 9–15 Nov 2026: 2 of 3 goals on track"
    assert reported(targets=TARGETS[:1]).title.endswith(": 1 of 1 goals on track")
    assert reported(targets=[]).title == "Week 9–15 Nov 2026"


def test_before_the_first_working_day_a_goal_has_no_status() -> None:
    """1 November 2026 is a Sunday; the month's 42 are to come in 21 working days."""
    early = facts_of(as_of="2026-11-01", leads=[lead("a", "2026-10-01", mql_at="2026-10-01")])
    (table,) = below(reported(early, targets=TARGETS[:1]), "November")
    so_far, due, status, _, goal, needed = rows(table)["MQLs"]
    assert (so_far.text, due.text, status) == ("0", "0", Cell("Too early", "quiet"))
    assert (goal.text, needed.text) == ("42", "2 a day")


def test_a_ratio_is_due_whole_and_needs_nothing_a_day() -> None:
    """CAC is 100 ÷ 1 = 100 in each week, November's 200 ÷ 2; 80 ÷ 100 = 80 % of its goal."""
    goal = [Target(kpi="cac", period="month", value=80.0)]
    (table,) = below(reported(targets=goal), "November")
    texts = [cell.text for cell in rows(table)["CAC"]]
    assert texts[:3] == ["€100", "", "At risk 80%"] and texts[4:] == ["€80", ""]


def test_the_seven_stand_from_leading_to_lagging_with_their_change_and_whether_it_is_usual() -> (
    None
):
    """10 MQLs after 11: −9 %, within 10 ± 5.3. CAC is 100 ÷ 1 customer in every week."""
    (table,) = below(reported(), "Last week")
    found = rows(table)
    short = ["MQLs", "SQLs", "Conversion", "Sales cycle", "CAC", "CLV", "ROI"]
    assert list(found) == short
    value, moved, usual = found["MQLs"]
    assert (value.text, moved, usual.text) == ("10", Cell("−9%"), "yes")
    assert [cell.text for cell in found["CAC"]] == ["€100", "no change", "yes"]
    assert found["CLV"][2].text == "looks back over a year"


def test_what_is_unusual_is_reported_with_its_range_and_coloured_and_noise_is_not() -> None:
    """3 MQLs are below 10 − 2.66 × 2 = 4.7, and fewer is worse; −9 % above had no colour."""
    (table,) = below(reported(company(3)), "Last week")
    _, moved, usual = rows(table)["MQLs"]
    assert moved == Cell("−73%", "bad")
    assert usual == Cell("below its usual range (5–15)")


def test_conversions_of_young_leads_are_maturing_and_not_unusual() -> None:
    (table,) = below(reported(replace(company(), usual_cycle_days=60.0)), "Last week")
    assert rows(table)["Conversion"][2].text == "its leads are still maturing"


def test_what_changed_is_reported_of_what_is_unusual_first_then_of_goals_behind() -> None:
    """3 MQLs of ads after 11 of seo: −11 + 3 = −8. A goal behind is told of its own period, and
    MQLs, told already, are not told twice."""
    behind = [Target(kpi="revenue", period="month", value=99_000.0), *TARGETS]
    document = reported(company(3), targets=behind, labels={"seo": "**SEO** <b>"})
    (block,) = below(document, "What changed")
    message = items(block)
    assert message[0] == (
        "Marketing-qualified leads fell 8; −11 from **SEO** <b> alone. "
        "(9–15 Nov 2026 against 2–8 Nov 2026)"
    )
    assert len(message) == 3 and len({text.split(" fell ")[0] for text in message}) == 3


def test_a_goal_behind_is_explained_over_its_own_period() -> None:
    """1,000 in November so far as in October up to its 11th working day: 2, 9 and (15th) not 16."""
    behind = [Target(kpi="revenue", period="month", value=99_000.0)]
    (block,) = below(reported(targets=behind), "What changed")
    (message,) = items(block)
    assert message.endswith("(1–16 Nov 2026 against 1–15 Oct 2026)")


def test_the_worst_three_signs_are_listed_and_how_many_more_there_are() -> None:
    signs = [replace(SIGN, headline=f"Sign {n}.") for n in range(5)]
    good = replace(SIGN, tone="good", headline="A record.")
    (block,) = below(reported(found=[*signs, good]), "Warning signs")
    assert items(block) == ("Sign 0.", "Sign 1.", "Sign 2.", "and 2 more")
    (block,) = below(reported(found=signs[:3]), "Warning signs")
    assert items(block) == ("Sign 0.", "Sign 1.", "Sign 2.")
    (block,) = below(reported(found=[good]), "Warning signs")
    assert block == Paragraph("Nothing unusual: every agreed limit is met.", "good")


@pytest.mark.parametrize(
    ("due", "message"),
    [
        (date(2026, 11, 24), None),
        (date(2026, 11, 23), "Anna: Call <back> (due 23 Nov 2026)"),
        (date(2026, 11, 16), "Anna: Call <back> (due 16 Nov 2026)"),
        (date(2026, 11, 15), "Anna: Call <back> (due 15 Nov 2026, 1 day overdue)"),
        (date(2026, 11, 9), "Anna: Call <back> (due 9 Nov 2026, 7 days overdue)"),
    ],
)
def test_actions_of_the_next_seven_days_and_overdue_ones_are_listed(
    due: date, message: str | None
) -> None:
    """Seven days from the 16th end on the 23rd; what is due today is not overdue."""
    (block,) = below(reported(actions=[action("Call <back>", "Anna", due)]), "Actions due by 23")
    assert block == (Paragraph("None.", "quiet") if message is None else Bullets((message,)))


def test_the_most_overdue_action_comes_first_and_many_are_cut() -> None:
    actions = [action(f"{n}", "Ben", MONDAY - timedelta(days=n)) for n in range(10)]
    (block,) = below(reported(actions=actions), "Actions")
    assert items(block)[0].startswith("Ben: 9 (due 7 Nov") and items(block)[-1] == "and 2 more"
    assert len(items(block)) == 9


def test_it_is_short_and_links_to_the_dashboard() -> None:
    """One screen: no more than 25 lines of tables and lists for three goals of two periods."""
    signs = [replace(SIGN, headline=f"Sign {n}.") for n in range(9)]
    document = reported(company(3), found=signs, link="https://a.example/x")
    assert document.link == "https://a.example/x"
    assert document.subtitle == "Smith & <Sons>, as of 16 Nov 2026"
    tables = [len(block.rows) for block in document.blocks if isinstance(block, Table)]
    bullets = [len(block.items) for block in document.blocks if isinstance(block, Bullets)]
    assert sum(tables) + sum(bullets) <= 25


def test_rejected_rows_are_named_at_the_end_and_nothing_where_there_are_none() -> None:
    facts = facts_of(as_of="2026-11-16")
    last = digest(facts, rejected="deals: 87 of 1,000 rows rejected; see Data health").blocks[-1]
    assert isinstance(last, Paragraph)
    assert last.text == "Source rows: deals: 87 of 1,000 rows rejected; see Data health."
    without = [b.text for b in digest(facts).blocks if isinstance(b, Paragraph)]
    assert not any("Source rows" in text for text in without)
