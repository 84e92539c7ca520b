"""Standings: the facts are asked for what was reached and for the forecast of each goal."""

from datetime import date, timedelta

import pytest

from kpis.definitions import Target
from kpis.errors import UsageError
from kpis.goals.forecast import Forecast, NotForecast, forecasts
from kpis.goals.standings import running_standings, standings
from kpis.scorecard.selection import Facts
from tests.small_data import campaign, cost, days, facts_of, lead

FRIDAY = "2026-11-20"  # 15 of November's 21 working days, and 37 of the quarter's 66
NOVEMBER, OCTOBER = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-31")
QUARTER = days("2026-10-01", "2026-12-31")


def target(kpi: str, period: str, value: float, of: str | None = None) -> Target:
    return Target(kpi=kpi, period=period, value=value, campaign=of)


def steady() -> Facts:
    """A lead of ads on each day from August on, and 100 of cost on the 3rd of November."""
    first = date(2026, 8, 3).toordinal()
    leads = [
        lead(f"l{n}", date.fromordinal(first + n).isoformat(), "ads")
        for n in range(date.fromisoformat(FRIDAY).toordinal() - first + 1)
    ]
    costs = [cost("2026-11-03", 100.0)]
    return facts_of(as_of=FRIDAY, leads=leads, costs=costs, campaigns=[campaign("ads")])


def test_each_running_period_holds_its_own_values_against_its_own_goals() -> None:
    """20 leads in November and 51 since October; of 28 due are 20, of 99 due are 55.5. A cost per
    lead of 100 ÷ 20 = 5. What has no value, as CAC without customers, has no verdict."""
    agreed = [
        target("leads", "month", 28.0),
        target("leads", "quarter", 99.0),
        target("cost_per_lead", "month", 5.0),
        target("cac", "month", 5.0),
        target("leads", "month", 1.0, "ads"),
    ]
    found = running_standings(steady(), agreed)
    assert [(one.period, one.kpi.key, one.actual, one.verdict) for one in found] == [
        (NOVEMBER, "leads", 20.0, "On track 100%"),
        (NOVEMBER, "cost_per_lead", 5.0, "On track 100%"),
        (QUARTER, "leads", 51.0, "At risk 92%"),
    ]
    assert running_standings(steady(), []) == []


def test_the_forecast_is_the_one_of_the_kpi_alone() -> None:
    """Both periods are asked in one question."""
    agreed = [target(kpi, unit, 90.0) for kpi in ("leads", "clv") for unit in ("month", "quarter")]
    facts = steady()
    for one in running_standings(facts, agreed):
        assert one.forecast == forecasts(facts, [one.kpi.key], one.period)[one.kpi.key]
        assert isinstance(one.forecast, Forecast if one.kpi.key == "leads" else NotForecast)


def test_on_track_by_working_days_but_heading_below_the_goal_is_at_risk() -> None:
    """A lead on each Monday, and 17 more on the last: 20 in November, all of the 20 due of 28. The
    13 weeks before bring 0.2 a working day: 20 + 6 × 0.2 = 21.2 ± 1.356 √(0.2 × (6 + 6² ÷ 65))
    = ± 1.6. So 28 are out of reach, and 22 are not."""
    mondays = [date(2026, 8, 3) + timedelta(weeks=n) for n in range(16)]
    leads = [lead(f"m{day}", day.isoformat()) for day in mondays]
    leads += [lead(f"l{n}", "2026-11-16") for n in range(17)]
    facts = facts_of(as_of=FRIDAY, leads=leads)
    (missed,) = running_standings(facts, [target("leads", "month", 28.0)])
    assert (missed.actual, missed.due) == (20.0, 20.0)
    assert missed.sentence == (
        "Leads: at risk 100% (20 of 20 due, goal 28, needs 1 a day, heading for 21 (20–23))."
    )
    (within,) = running_standings(facts, [target("leads", "month", 22.0)])
    assert within.verdict == "On track 127%"


def test_a_campaign_is_held_against_its_own_goals_and_any_other_selection_against_none() -> None:
    agreed = [target("leads", "month", 28.0), target("leads", "month", 14.0, "ads")]
    (own,) = running_standings(steady(), agreed, {"campaign": ["ads"], "channel": []})
    assert (own.actual, own.target) == (20.0, 14.0)
    for where in ({"campaign": ["seo"]}, {"campaign": ["ads", "seo"]}, {"channel": ["search"]}):
        assert running_standings(steady(), agreed, where) == []


def test_a_period_that_is_over_has_no_forecast() -> None:
    agreed = [target("leads", "month", 30.0)]
    (one,) = standings(steady(), agreed, [OCTOBER])
    assert (one.verdict, one.forecast) == ("Reached 103%", None)
    assert standings(steady(), agreed, [days("2026-10-05", "2026-10-11")]) == []


def test_a_goal_of_an_unknown_kpi_is_refused() -> None:
    with pytest.raises(UsageError, match="no KPI 'lead'"):
        running_standings(steady(), [target("lead", "month", 1.0)])
