"""Signs of how leads go: each fires just beyond the agreed line, and not exactly on it.

All as of Sunday 22 November 2026: 15 of November's 21 working days are over, and 37
of the quarter's 66.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from kpis.definitions import Definitions, Target
from kpis.goals.standings import running_standings
from kpis.signs.lead_signs import low_quality, slow_stages
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from kpis.signs.thresholds import DaysInStage, Thresholds
from tests.small_data import Row, facts_of, lead, won

SUNDAY = "2026-11-22"
QUIET: dict[str, Any] = {"need_target": (), "need_owner": ()}
LATE = {"mql_at": "2026-11-02", "first_contacted_at": "2026-11-05"}
IN_TIME = {"mql_at": "2026-11-02", "first_contacted_at": "2026-11-02"}


def some(count: int, created_at: str, campaign_id: str | None = None, **more: Any) -> list[Row]:
    """That many leads, each with the same days."""
    name = f"{campaign_id} {created_at} {sorted(more.items())}"
    return [lead(f"{name} {n}", created_at, campaign_id, **more) for n in range(count)]


def found(
    rule: str,
    leads: Sequence[Row],
    definitions: Definitions | None = None,
    targets: Sequence[Target] = (),
    where: dict[str, list[str]] | None = None,
    deals: Sequence[Row] = (),
    **lines: Any,
) -> Sign | None:
    """What the rule says of the leads, with these lines agreed on."""
    sold = {"deals": deals} if deals else {}
    facts = facts_of(as_of=SUNDAY, definitions=definitions, leads=leads, **sold)
    agreed = Thresholds(**{**QUIET, **lines})
    match rule:  # what stands by itself need not ask all the others
        case "few_mqls_become_sqls" | "bad_fit":
            reported = low_quality(facts, agreed, where or {})
        case "slow_stage":
            reported = slow_stages(facts, agreed, where or {})
        case _:
            held = running_standings(facts, targets, where)
            reported = signs(facts, where, targets=targets, held=held, agreed=agreed)
    reported = [sign for sign in reported if sign.rule == rule]
    assert len(reported) <= 1
    return reported[0] if reported else None


def goal(kpi: str, period: str, value: float, campaign: str | None = None) -> Target:
    return Target(kpi=kpi, period=period, value=value, campaign=campaign)


def reached(mqls: int, sqls: int) -> list[Row]:
    """November's: so many MQLs, so many of them SQLs."""
    both = {"mql_at": "2026-11-03", "sql_at": "2026-11-04"}
    day = "2026-11-02"
    return some(mqls - sqls, day, mql_at="2026-11-03") + some(sqls, day, **both)


MONTH = (goal("mqls", "month", 28.0), goal("sqls", "month", 28.0))
"""28 × 15 ÷ 21 = 20 are due."""


def test_both_teams_behind_their_lead_goals_is_one_sign() -> None:
    """17 ÷ 20 = 85 % and 14 ÷ 20 = 70 %; against the whole goal it would be 61 % and 50 %."""
    sign = found("both_teams_behind", reached(17, 14), targets=MONTH)
    assert sign is not None and sign.tone == "warning"
    assert sign.headline == (
        "Both teams are behind their lead goals of November 2026: MQLs at risk 85% and SQLs off "
        "track 70%."
    )
    assert sign.evidence == (
        "SQLs: off track 70% (14 of 20 due, goal 28, needs 2 a day).",
        "MQLs: at risk 85% (17 of 20 due, goal 28, needs 2 a day).",
    )
    assert sign.agreed == (
        "On track means 95% of what is due and a forecast whose range reaches the goal "
        "([[targets]])."
    )
    assert (sign.kpi, sign.page) == ("sqls", "this_week")
    assert sign.explains == {"kpi": "sqls", "period": "this month"}


def test_a_team_exactly_on_pace_is_not_behind() -> None:
    """19 ÷ 20 is 95 %: marketing is on pace, and that sales is not shows in its goal."""
    assert found("both_teams_behind", reached(19, 10), targets=MONTH) is None


def test_where_the_month_is_on_pace_the_quarter_is_reported() -> None:
    """99 × 37 ÷ 66 = 55.5 are due in the quarter: 22 ÷ 55.5 = 40 % and 20 ÷ 55.5 = 36 %."""
    quarter = (goal("mqls", "quarter", 99.0), goal("sqls", "quarter", 99.0))
    sign = found("both_teams_behind", reached(22, 20), targets=(*MONTH, *quarter))
    assert sign is not None and sign.headline == (
        "Both teams are behind their lead goals of Q4 2026: MQLs off track 40% and SQLs off track "
        "36%."
    )
    assert sign.explains == {"kpi": "sqls", "period": "this quarter"}


def test_one_campaign_has_goals_of_its_own_and_any_other_selection_none() -> None:
    """Campaign a has 1 MQL and SQL of 20 due, b 40."""
    days = {"mql_at": "2026-11-03", "sql_at": "2026-11-04"}
    leads = some(1, "2026-11-02", "a", **days) + some(40, "2026-11-02", "b", **days)
    own = tuple(goal(target.kpi, "month", 28.0, "a") for target in MONTH)

    def behind(where: dict[str, list[str]] | None) -> bool:
        return found("both_teams_behind", leads, targets=(*MONTH, *own), where=where) is not None

    assert behind({"campaign": ["a"]}) and behind({"campaign": ["a"], "channel": []})
    assert not behind(None) and not behind({"campaign": ["b"]})
    assert not behind({"campaign": ["a", "b"]})
    assert not behind({"campaign": ["a"], "channel": ["(none)"]})


def test_a_large_share_of_mqls_followed_up_late_is_a_sign() -> None:
    """3 of 10; the late one of Sunday 18 October is of the week before the four."""
    earlier = some(1, "2026-10-18", mql_at="2026-10-18", first_contacted_at="2026-10-30")
    leads = some(7, "2026-11-02", **IN_TIME) + some(3, "2026-11-02", **LATE) + earlier
    sign = found("late_follow_up", leads)
    assert sign is not None and sign.headline == (
        "30% of the MQLs of the last 4 weeks were not followed up in time: 3 of the 10 due."
    )
    assert sign.evidence == (
        "19–25 Oct 2026: 0 of 0 late.",
        "26 Oct – 1 Nov 2026: 0 of 0 late.",
        "2–8 Nov 2026: 3 of 10 late.",
        "9–15 Nov 2026: 0 of 0 late.",
    )
    assert sign.agreed == (
        "Agreed: at most 20% late, due within 1 working day ([signs] max_late_follow_ups)."
    )
    assert (sign.tone, sign.kpi, sign.page) == ("warning", "follow_up_rate", "funnel")


def test_follow_ups_exactly_on_the_line_are_no_sign_and_the_line_can_be_moved() -> None:
    """2 of 10 are 20 %; 1 − 7 ÷ 10 is a little more than 0.3 in floating point."""
    on_the_line = some(8, "2026-11-02", **IN_TIME) + some(2, "2026-11-02", **LATE)
    assert found("late_follow_up", on_the_line) is None
    assert found("late_follow_up", on_the_line, max_late_follow_ups=0.19) is not None
    three = some(7, "2026-11-02", **IN_TIME) + some(3, "2026-11-02", **LATE)
    assert found("late_follow_up", three, max_late_follow_ups=0.3) is None


def test_what_is_due_follows_the_definitions() -> None:
    """Contacted on Thursday, three working days after Monday: in time where three are agreed on."""
    leads = some(10, "2026-11-02", **LATE)
    assert found("late_follow_up", leads, Definitions(follow_up_working_days=3)) is None
    sign = found("late_follow_up", leads, Definitions(follow_up_working_days=0))
    assert sign is not None and "due the same day" in sign.agreed


def test_a_share_of_few_mqls_is_no_sign() -> None:
    """9 MQLs, all late: too few to shout. So are 20 while 11 of them still have time."""
    assert found("late_follow_up", some(9, "2026-11-02", **LATE)) is None
    friday = some(11, "2026-11-20", mql_at="2026-11-20")
    assert found("late_follow_up", some(9, "2026-11-02", **LATE) + friday) is None
    assert found("late_follow_up", some(9, "2026-11-02", **LATE), min_evidence=9) is not None


def test_without_contacts_nobody_is_late() -> None:
    assert found("late_follow_up", some(30, "2026-11-02", mql_at="2026-11-02")) is None


OLD = "2026-10-04"
"""The last Sunday that was over 30 + 14 days before; the 13 weeks began on 6 July."""


def test_few_mqls_that_become_sqls_are_a_sign_of_low_quality() -> None:
    """2 of 12 MQLs; the lead that was never an MQL is none, and one of 5 July is too early."""
    sold = {"mql_at": OLD, "sql_at": "2026-10-20"}
    leads = some(10, OLD, mql_at=OLD) + some(2, OLD, **sold) + some(1, OLD)
    leads += some(5, "2026-07-05", **sold)
    sign = found("few_mqls_become_sqls", leads)
    assert sign is not None and sign.headline == "Only 17% of MQLs become SQLs: 2 of 12."
    assert sign.evidence == ("Leads created 6 Jul – 4 Oct 2026, old enough to have become SQLs.",)
    assert sign.agreed == "Agreed: at least 25% ([signs] min_mql_to_sql)."
    assert (sign.tone, sign.kpi, sign.page) == ("warning", "sqls", "funnel")


def test_leads_that_went_straight_to_sql_say_nothing_of_mqls() -> None:
    """10 of 100 MQLs. Were the 50 that skipped MQL counted with them, 60 of 150 would be 40 %."""
    leads = some(90, OLD, mql_at=OLD) + some(10, OLD, mql_at=OLD, sql_at="2026-10-20")
    sign = found("few_mqls_become_sqls", leads + some(50, OLD, sql_at=OLD))
    assert sign is not None and sign.headline == "Only 10% of MQLs become SQLs: 10 of 100."


def test_quality_on_the_line_of_few_or_of_young_leads_is_no_sign() -> None:
    """3 of 12 are 25 %. None of 9 is of too few. None of 40 created on 5 October may come yet."""
    sold = {"mql_at": OLD, "sql_at": "2026-10-20"}
    on_the_line = some(9, OLD, mql_at=OLD) + some(3, OLD, **sold)
    assert found("few_mqls_become_sqls", on_the_line) is None
    assert found("few_mqls_become_sqls", on_the_line, min_mql_to_sql=0.3) is not None
    few = some(1, "2026-07-05", **sold) + some(9, OLD, mql_at=OLD)
    assert found("few_mqls_become_sqls", few) is None
    young = some(1, "2026-07-05", **sold) + some(40, "2026-10-05", mql_at="2026-10-05")
    assert found("few_mqls_become_sqls", young) is None
    sooner = DaysInStage(lead=30, mql=3)
    assert found("few_mqls_become_sqls", young, max_days_in_stage=sooner) is not None


@pytest.mark.parametrize("dates", [{"mql_at": OLD}, {"sql_at": OLD}, {}])
def test_where_mqls_or_sqls_are_not_mapped_their_quality_is_unknown(dates: dict[str, str]) -> None:
    assert found("few_mqls_become_sqls", some(20, OLD, **dates)) is None


def unfit(count: int, reason: str = "Bad fit") -> list[Row]:
    return some(count, OLD, disqualified_at="2026-11-01", disqualified_reason=reason)


def test_many_leads_disqualified_as_bad_fit_are_a_sign() -> None:
    """3 of 10 leads; of the 4 disqualified it would be 75 %."""
    sign = found("bad_fit", some(6, OLD) + unfit(3) + unfit(1, "No budget"))
    assert sign is not None and sign.headline == "30% of leads were a bad fit: 3 of 10."
    assert sign.evidence == (
        "4 of the leads created 6 Jul – 4 Oct 2026 were disqualified, 3 of them as “Bad fit” or "
        "“Not a fit”.",
    )
    assert sign.agreed == "Agreed: at most 20% of leads ([signs] max_bad_fit)."
    assert (sign.tone, sign.kpi, sign.page) == ("warning", "leads", "funnel")


def test_bad_fit_on_the_line_of_few_or_of_young_leads_is_no_sign() -> None:
    """2 of 10 are 20 %, though they are all that were disqualified. 3 of 9 are of too few."""
    on_the_line = some(8, OLD) + unfit(2)
    assert found("bad_fit", on_the_line) is None
    assert found("bad_fit", on_the_line, max_bad_fit=0.19) is not None
    assert found("bad_fit", some(6, OLD) + unfit(3)) is None
    out = {"disqualified_at": "2026-11-01", "disqualified_reason": "Bad fit"}
    assert found("bad_fit", some(40, "2026-10-05", **out)) is None


def mqls_waiting(too_long: int, not_yet: int) -> list[Row]:
    """MQLs since 7 November, 15 days, and since the 8th, 14 days; one is an SQL."""
    moved = some(1, "2026-11-01", mql_at="2026-11-01", sql_at="2026-11-20")
    long = some(too_long, "2026-11-01", mql_at="2026-11-07")
    return moved + long + some(not_yet, "2026-11-01", mql_at="2026-11-08")


def test_a_stage_in_which_leads_stay_longer_than_agreed_is_a_sign() -> None:
    """6 of 10 MQLs wait for 15 days, 4 for 14: the median is 15."""
    sign = found("slow_stage", mqls_waiting(6, 4))
    assert sign is not None and sign.headline == ("60% of waiting MQLs are past the days agreed.")
    assert sign.evidence == ("6 of 10 MQLs have waited longer than 14 days; the median is 15.",)
    assert sign.agreed == (
        "Agreed: at most 50% of those in a stage ([signs] max_days_in_stage, max_waiting_too_long)."
    )
    assert (sign.tone, sign.kpi, sign.page) == ("warning", None, "funnel")


def test_several_slow_stages_are_one_sign_headed_by_the_slowest() -> None:
    """All 10 SQLs since 1 August, 113 days; 6 of 10 MQLs. One more SQL became a customer."""
    old = {"mql_at": "2026-08-01", "sql_at": "2026-08-01"}
    leads = mqls_waiting(6, 4)[1:] + some(10, "2026-08-01", **old)
    leads.append(lead("sold", "2026-08-01", **old))
    sign = found("slow_stage", leads, deals=[won("1", "sold", "2026-09-01")])
    assert sign is not None and sign.headline == (
        "100% of waiting SQLs and 60% of waiting MQLs are past the days agreed."
    )
    assert [text[:13] for text in sign.evidence] == ["10 of 10 SQLs", "6 of 10 MQLs "]


def test_where_nobody_knows_who_became_a_customer_nobody_knows_which_sqls_wait() -> None:
    old = {"mql_at": "2026-08-01", "sql_at": "2026-08-01"}
    assert found("slow_stage", some(10, "2026-08-01", **old)) is None


def test_a_stage_on_the_line_or_with_few_leads_is_no_sign() -> None:
    assert found("slow_stage", mqls_waiting(5, 5)) is None
    assert found("slow_stage", mqls_waiting(9, 0)) is None
    assert found("slow_stage", mqls_waiting(5, 5), max_waiting_too_long=0.4) is not None
    patient = DaysInStage(mql=15)
    assert found("slow_stage", mqls_waiting(6, 4), max_days_in_stage=patient) is None
