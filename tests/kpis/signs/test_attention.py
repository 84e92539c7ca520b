"""Which KPIs the meeting stops at: those behind a goal, then those with an unusual week."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.definitions import Company
from kpis.goals.standing import Standing, standing
from kpis.signs.attention import (
    LEADING_FIRST,
    PASSED,
    Attention,
    leading_first,
    most_urgent,
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


def held(period: Period, target: float, **reached: float) -> list[Standing]:
    return [
        standing(CATALOGUE[kpi], actual, target, period, MONDAY, Company())
        for kpi, actual in reached.items()
    ]


def month(**reached: float) -> list[Standing]:
    """Goals of November of 210 each, of which 110 are due by the 11th working day."""
    return held(MONTH, 210.0, **reached)


def sign(kpi: str, rule: Rule = "unusual_week", tone: Tone = "warning") -> Sign:
    return Sign(rule, tone, "", (), "", kpi, "this_week", {}, weight(rule))


def seen(standings: Sequence[Standing] = (), found: Sequence[Sign] = ()) -> dict[str, Attention]:
    return {one.kpi.key: one for one in leading_first(frames(), standings, found)}


def test_where_nothing_is_agreed_and_nothing_stands_out_the_meeting_passes_all_of_them() -> None:
    reported = seen()
    assert list(reported) == list(LEADING_FIRST)
    assert {one.urgency for one in reported.values()} == {PASSED}
    assert not any(one.is_exception or one.worst or one.held for one in reported.values())
    assert most_urgent(reported.values()).kpi.key == "leads"


def test_the_seven_are_among_them_in_their_own_order() -> None:
    assert [key for key in LEADING_FIRST if key in SEVEN_KEYS] == list(SEVEN_KEYS)


def test_behind_a_goal_comes_before_an_unusual_week_and_that_before_good_news() -> None:
    """55 of 110 due is off track, 100 at risk, 110 on track; CLV has neither goal nor sign."""
    found = [
        sign("mqls"),
        sign("sqls", tone="good"),
        sign("leads", rule="record", tone="good"),
        sign("clv", rule="action_overdue"),  # says nothing of its last week
    ]
    reported = seen(month(revenue=55.0, mqls=100.0, sqls=110.0), found)
    urgency = {key: reported[key].urgency for key in ("revenue", "mqls", "sqls", "leads", "clv")}
    assert urgency == {"revenue": 0, "mqls": 1, "sqls": 3, "leads": 3, "clv": PASSED}
    assert [key for key, one in reported.items() if one.is_exception] == [
        *("leads", "mqls", "sqls", "revenue")
    ]
    assert most_urgent(reported.values()).kpi.key == "revenue"
    assert reported["mqls"].unusual == found[0]  # told, too, though the goal decides


def test_an_unusual_week_for_worse_is_more_urgent_than_good_news() -> None:
    reported = seen(found=[sign("leads", tone="good"), sign("revenue")])
    assert (reported["leads"].urgency, reported["revenue"].urgency) == (3, 2)
    assert most_urgent(reported.values()).kpi.key == "revenue"


def test_of_two_goals_the_one_furthest_behind_decides() -> None:
    """MQLs: 100 of 110 due in November is at risk, 100 of the quarter's 350 or so off track."""
    quarter = held(QUARTER, 700.0, mqls=100.0)
    one = seen([*month(mqls=100.0), *quarter])["mqls"]
    assert [held.period for held in one.held] == [MONTH, QUARTER]
    assert one.worst == quarter[0] and one.urgency == 0


def test_a_goal_of_a_kpi_that_the_meeting_does_not_see_is_left_out() -> None:
    assert not any(one.held for one in seen(month(new_customers=1.0)).values())


def test_a_goal_that_was_missed_is_as_urgent_as_one_off_track() -> None:
    missed = standing(
        CATALOGUE["mqls"], 99.0, 100.0, days("2026-10-01", "2026-10-31"), MONDAY, Company()
    )
    assert seen([missed])["mqls"].urgency == 0
