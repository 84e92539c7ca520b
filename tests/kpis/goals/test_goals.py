"""Goals: which target holds for a period, and how its KPI stands against it."""

from datetime import date
from math import nan

import pytest

from kpis.calendar import Period
from kpis.definitions import Company, Target
from kpis.errors import UsageError
from kpis.goals.goals import RUNNING, goals, running_goals, worst_first
from kpis.goals.targets import agreed, target_for, targets_of
from tests.small_data import days

NOVEMBER, OCTOBER = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-31")
QUARTER = days("2026-10-01", "2026-12-31")
COMPANY = Company()
MONDAY = date(2026, 11, 16)  # 11 of November's 21 working days

TARGETS = [
    Target(kpi="mqls", period="month", value=210.0),
    Target(kpi="mqls", period="2026-10", value=300.0),
    Target(kpi="mqls", period="quarter", value=700.0),
    Target(kpi="mqls", period="month", value=21.0, campaign="ads"),
    Target(kpi="cac", period="month", value=100.0),
    Target(kpi="clv", period="month", value=5000.0),
]


def of(campaign: str | None) -> list[Target]:
    return targets_of(TARGETS, {} if campaign is None else {"campaign": [campaign], "channel": []})


def test_nobody_agreed_on_targets_of_other_selections() -> None:
    """Two campaigns, or a campaign within a segment, are no campaign with a target."""
    assert targets_of(TARGETS, {"campaign": ["ads", "seo"]}) == []
    assert targets_of(TARGETS, {"campaign": ["ads"], "segment": ["S"]}) == []
    assert targets_of(TARGETS, {"channel": ["search"]}) == []


@pytest.mark.parametrize(
    ("period", "campaign", "value"),
    [
        (NOVEMBER, None, 210.0),
        (OCTOBER, None, 300.0),
        (QUARTER, None, 700.0),
        (NOVEMBER, "ads", 21.0),
        (OCTOBER, "ads", 21.0),
        (NOVEMBER, "seo", None),
        (days("2026-01-01", "2026-12-31"), None, None),
        (days("2026-11-02", "2026-11-30"), None, None),
        (days("2026-11-16", "2026-11-22"), None, None),
    ],
)
def test_a_named_period_wins_over_every_such_period_and_others_have_no_target(
    period: Period, campaign: str | None, value: float | None
) -> None:
    """A target of all is none of a single campaign, and no part of a month has the month's."""
    assert target_for(of(campaign), "mqls", period, COMPANY) == value


def test_a_named_target_of_nothing_is_a_target() -> None:
    """No costs in November, 500 in any other month: 0 is agreed, not missing."""
    both = [Target(kpi="cac", period="month", value=500.0)]
    both.append(Target(kpi="cac", period="2026-11", value=0.0))
    assert target_for(both, "cac", NOVEMBER, COMPANY) == 0.0
    assert target_for(both, "cac", OCTOBER, COMPANY) == 500.0


def test_a_fiscal_quarter_is_named_fiscally() -> None:
    april = Company(fiscal_year_starts=4)
    targets = [Target(kpi="mqls", period="2026-Q3", value=1.0)]
    assert target_for(targets, "mqls", QUARTER, april) == 1.0
    assert target_for(targets, "mqls", QUARTER, COMPANY) is None


def test_goals_hold_what_was_reached_against_the_pace_of_the_period() -> None:
    """MQLs: 100 of the 110 expected by the 11th working day; CAC 130 where 100 was agreed; a value
    that is undefined is no goal, a KPI without target neither."""
    actuals = {"mqls": 100.0, "cac": 130.0, "clv": nan, "sqls": 5.0}
    found = goals(of(None), actuals, NOVEMBER, MONDAY, COMPANY)
    assert [(goal.kpi.key, goal.actual) for goal in found] == [("mqls", 100.0), ("cac", 130.0)]
    assert found[0].pace.expected == pytest.approx(110.0)
    assert [goal.pace.status for goal in found] == ["at_risk", "off_track"]


def test_a_campaign_is_held_against_its_own_targets() -> None:
    (goal,) = goals(of("ads"), {"mqls": 11.0, "cac": 1.0}, NOVEMBER, MONDAY, COMPANY)
    assert (goal.pace.target, goal.pace.status) == (21.0, "on_track")


def test_the_furthest_behind_comes_first_and_what_is_on_track_not_at_all() -> None:
    actuals = {"mqls": 100.0, "cac": 130.0, "clv": 5000.0}
    found = worst_first(goals(of(None), actuals, NOVEMBER, MONDAY, COMPANY))
    assert [goal.kpi.key for goal in found] == ["cac", "mqls"]


def test_a_target_of_an_unknown_kpi_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no KPI 'mql'"):
        goals(
            [Target(kpi="mql", period="month", value=1.0)], {"mql": 1.0}, NOVEMBER, MONDAY, COMPANY
        )


def test_a_target_agreed_in_a_meeting_takes_the_place_of_the_settings() -> None:
    """Of the same KPI, period and campaign; the last of several in the notebook holds."""
    noted = [
        Target(kpi="mqls", period="month", value=220.0),
        Target(kpi="mqls", period="month", value=25.0, campaign="seo"),
        Target(kpi="mqls", period="month", value=230.0),
    ]
    both = agreed(TARGETS, noted)
    assert [(t.period, t.value, t.campaign) for t in both if t.kpi == "mqls"] == [
        ("month", 230.0, None),
        ("2026-10", 300.0, None),
        ("quarter", 700.0, None),
        ("month", 21.0, "ads"),
        ("month", 25.0, "seo"),
    ]
    assert agreed(TARGETS, []) == tuple(TARGETS) and agreed([], noted[1:2]) == (noted[1],)
    assert TARGETS[0].value == 210.0


def test_running_goals_hold_each_period_against_its_own_values() -> None:
    """11 of November's 21 working days: 110 of 210 due. The quarter has another target."""
    so_far = {"month": {"mqls": 100.0, "cac": nan}, "quarter": {"mqls": 400.0, "sqls": 1.0}}
    held = running_goals(of(None), {unit: so_far[unit] for unit in RUNNING}, MONDAY, COMPANY)
    assert list(held) == [NOVEMBER, QUARTER]
    assert [(g.kpi.key, g.actual, g.pace.target) for g in held[NOVEMBER]] == [
        ("mqls", 100.0, 210.0)
    ]
    assert [(g.kpi.key, g.actual, g.pace.target) for g in held[QUARTER]] == [("mqls", 400.0, 700.0)]
    assert running_goals([], {}, MONDAY, COMPANY) == {}
    assert running_goals([], {"month": {"mqls": 1.0}}, MONDAY, COMPANY) == {NOVEMBER: []}
