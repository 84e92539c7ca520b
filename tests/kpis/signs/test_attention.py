"""Which KPIs the meeting stops at: those behind a goal, then those with an unusual week."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest

from kpis.calendar import Unit
from kpis.catalogue import SEVEN_KEYS
from kpis.definitions import Company, Target
from kpis.goals.goals import RUNNING, Goal, goals
from kpis.signs.attention import (
    LEADING_FIRST,
    PASSED,
    Attention,
    leading_first,
    most_urgent,
    so_far,
)
from kpis.signs.sign import Rule, Sign, Tone, weight
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from tests.small_data import days, facts_of, lead

MONDAY = date(2026, 11, 16)  # 11 of November's 21 working days
MONTH, QUARTER = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-12-31")


@cache
def frames() -> dict[str, WeeklyFrame]:
    """Three leads: one in October, two in November."""
    leads = [lead(f"l{n}", day) for n, day in enumerate(("2026-10-05", "2026-11-02", "2026-11-16"))]
    return weekly_frame(facts_of(as_of=MONDAY.isoformat(), leads=leads), LEADING_FIRST)


def month(**reached: float) -> list[Goal]:
    """Goals of November of 210 each, of which 110 are due by the 11th working day."""
    targets = [Target(kpi=kpi, period="month", value=210.0) for kpi in reached]
    return goals(targets, reached, MONTH, MONDAY, Company())


def sign(kpi: str, rule: Rule = "unusual_week", tone: Tone = "warning") -> Sign:
    return Sign(rule, tone, "", (), "", kpi, "this_week", {}, weight(rule))


def seen(held: Sequence[Goal] = (), found: Sequence[Sign] = ()) -> dict[str, Attention]:
    return {one.kpi.key: one for one in leading_first(frames(), {"month": held}, found)}


def test_where_nothing_is_agreed_and_nothing_stands_out_the_meeting_passes_all_of_them() -> None:
    told = seen()
    assert list(told) == list(LEADING_FIRST)
    assert {one.urgency for one in told.values()} == {PASSED}
    assert not any(one.is_exception or one.worst or one.goals for one in told.values())
    assert most_urgent(told.values()).kpi.key == "leads"


def test_the_seven_are_among_them_in_their_own_order() -> None:
    assert [key for key in LEADING_FIRST if key in SEVEN_KEYS] == list(SEVEN_KEYS)


def test_behind_a_goal_comes_before_an_unusual_week_and_that_before_good_news() -> None:
    """55 of 110 due is off track, 100 at risk, 110 on pace; CLV has neither goal nor sign."""
    found = [
        sign("mqls"),
        sign("sqls", tone="good"),
        sign("leads", rule="record", tone="good"),
        sign("clv", rule="action_overdue"),  # says nothing of its last week
    ]
    told = seen(month(revenue=55.0, mqls=100.0, sqls=110.0), found)
    urgency = {key: told[key].urgency for key in ("revenue", "mqls", "sqls", "leads", "clv")}
    assert urgency == {"revenue": 0, "mqls": 1, "sqls": 3, "leads": 3, "clv": PASSED}
    assert [key for key, one in told.items() if one.is_exception] == [
        *("leads", "mqls", "sqls", "revenue")
    ]
    assert most_urgent(told.values()).kpi.key == "revenue"
    assert told["mqls"].unusual == found[0]  # told, too, though the goal decides


def test_an_unusual_week_for_worse_is_more_urgent_than_good_news() -> None:
    told = seen(found=[sign("leads", tone="good"), sign("revenue")])
    assert (told["leads"].urgency, told["revenue"].urgency) == (3, 2)
    assert most_urgent(told.values()).kpi.key == "revenue"


def test_of_two_goals_the_one_furthest_behind_decides() -> None:
    """MQLs: 100 of 110 due in November is at risk, 100 of the quarter's 350 or so off track."""
    targets = [Target(kpi="mqls", period="quarter", value=700.0)]
    quarter = goals(targets, {"mqls": 100.0}, QUARTER, MONDAY, Company())
    held: dict[Unit, list[Goal]] = {"month": month(mqls=100.0), "quarter": quarter}
    one = next(seen for seen in leading_first(frames(), held) if seen.kpi.key == "mqls")
    assert list(one.goals) == ["month", "quarter"]
    assert one.worst == quarter[0] and one.urgency == 0


def test_a_goal_of_a_kpi_that_the_meeting_does_not_see_is_left_out() -> None:
    assert not any(one.goals for one in seen(month(new_customers=1.0)).values())


@pytest.mark.parametrize(("unit", "leads"), [("month", 2.0), ("quarter", 3.0), ("year", 3.0)])
def test_values_so_far_are_those_of_the_weekly_box(unit: Unit, leads: float) -> None:
    found = so_far(frames(), (*RUNNING, "year"))
    assert found[unit]["leads"] == leads
    assert so_far({}, RUNNING) == {"month": {}, "quarter": {}}
