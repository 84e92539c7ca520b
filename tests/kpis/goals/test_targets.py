"""Targets: which one holds for a selection and a period, and which of several."""

import pytest
from pydantic import ValidationError

from kpis.calendar import Period
from kpis.definitions import Company, Target
from kpis.errors import UsageError
from kpis.goals.targets import agreed, target_for, targets_in, targets_of
from tests.small_data import days

NOVEMBER, OCTOBER = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-31")
QUARTER = days("2026-10-01", "2026-12-31")
COMPANY = Company()

TARGETS = [
    Target(kpi="mqls", period="month", value=210.0),
    Target(kpi="mqls", period="2026-10", value=300.0),
    Target(kpi="mqls", period="quarter", value=700.0),
    Target(kpi="mqls", period="month", value=21.0, campaign="ads"),
    Target(kpi="cac", period="month", value=100.0),
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
    targets = [Target(kpi="mqls", period="2027-Q3", value=1.0)]
    assert target_for(targets, "mqls", QUARTER, april) == 1.0
    assert target_for(targets, "mqls", QUARTER, COMPANY) is None
    by_start = Company(fiscal_year_starts=4, fiscal_year_named="start")
    assert target_for(targets, "mqls", QUARTER, by_start) is None


def test_the_first_quarter_of_fiscal_2026_from_october_is_the_end_of_2025() -> None:
    october = Company(fiscal_year_starts=10)
    targets = [Target(kpi="mqls", period="2026-Q1", value=10.0)]
    assert target_for(targets, "mqls", days("2025-10-01", "2025-12-31"), october) == 10.0
    assert target_for(targets, "mqls", days("2026-10-01", "2026-12-31"), october) is None


@pytest.mark.parametrize("period", ["0026-11", "1899", "2201-Q1"])
def test_a_target_of_a_period_that_never_comes_is_refused(period: str) -> None:
    with pytest.raises(ValidationError, match=f"'{period}', a period that never comes"):
        Target(kpi="mqls", period=period, value=1.0)


def test_the_targets_of_a_period_come_by_kpi_in_their_order() -> None:
    found = {kpi.key: value for kpi, value in targets_in(of(None), NOVEMBER, COMPANY).items()}
    assert list(found.items()) == [("mqls", 210.0), ("cac", 100.0)]
    assert targets_in(of("seo"), NOVEMBER, COMPANY) == {}


def test_a_target_of_an_unknown_kpi_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no KPI 'mql'"):
        targets_in([Target(kpi="mql", period="month", value=1.0)], NOVEMBER, COMPANY)


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
