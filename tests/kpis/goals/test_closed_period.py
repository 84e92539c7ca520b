"""Claims about periods that are over: reached or not, by how much, and what was forecast."""

from dataclasses import replace
from datetime import date
from math import isnan
from typing import Any

import pytest

from kpis.calendar import Period
from kpis.definitions import Company, Target
from kpis.errors import UsageError
from kpis.goals.closed_period import ClosedPeriod, Outcome, closed_period, is_closed
from kpis.goals.forecast import Forecast, NotForecast
from kpis.goals.forecast_record import forecast_record
from kpis.scorecard.selection import Facts
from tests.kpis.goals.test_forecast_record import HALLOWEEN, OVER, late_rush, steady
from tests.small_data import cost, days, facts_of, lead, won

OCTOBER = days("2026-10-01", HALLOWEEN)


def target(kpi: str, period: str, value: float, campaign: str | None = None) -> Target:
    return Target(kpi=kpi, period=period, value=value, campaign=campaign)


def reviewed(facts: Facts, *targets: Target, period: Period = OCTOBER, **more: Any) -> ClosedPeriod:
    return closed_period(facts, period, targets, **more)


def only(review: ClosedPeriod) -> Outcome:
    (outcome,) = review.outcomes
    return outcome


def test_without_a_target_there_is_nothing_to_reach_and_it_says_so() -> None:
    review = reviewed(facts_of(as_of=OVER))
    assert (review.outcomes, review.reached) == ((), 0)
    assert review.reason == "no target was agreed on for October 2026"
    of_one = target("leads", "month", 9, "ads")
    assert reviewed(late_rush(), of_one).reason == "no target was agreed on for October 2026"
    channel = reviewed(late_rush(), target("leads", "month", 9), where={"channel": ["search"]})
    assert channel.reason == "no target was agreed on for this selection"


@pytest.mark.parametrize(
    "period",
    [
        days("2026-11-01", "2026-11-30"),
        days("2026-10-05", "2026-10-11"),
        days("2026-10-02", HALLOWEEN),
    ],
)
def test_a_period_that_runs_or_is_no_month_cannot_be_reviewed(period: Period) -> None:
    with pytest.raises(UsageError, match="cannot be reviewed as of 2026-11-01: choose a month"):
        reviewed(late_rush(), target("leads", "month", 9), period=period)


def test_an_outcome_stands_beside_its_target_and_the_forecast_of_its_midpoint() -> None:
    """October 2026 brought 55 of 60 leads, 92 %. Its 11th of 22 working days, the 15th, had 44
    forecast, 37 to 51 (tests/kpis/goals/test_forecast_record.py): 55 is above that range."""
    review = reviewed(late_rush(), target("leads", "month", 60))
    outcome = only(review)
    assert (review.midpoint, review.reached, review.reason) == (date(2026, 10, 15), 0, None)
    assert (outcome.standing.actual, outcome.standing.target) == (55.0, 60.0)
    assert (outcome.standing.status, outcome.is_inside) == ("missed", False)
    assert outcome.standing.attainment == pytest.approx(55 / 60)
    assert isinstance(outcome.forecast, Forecast) and outcome.forecast.made_on == review.midpoint
    assert outcome.forecast.value == pytest.approx(44.0)
    assert outcome.sentence == (
        "Leads: missed by 5 (55, goal 60). Forecast on 15 Oct: 44 (37–51); the outcome is "
        "above that range."
    )


def test_the_forecast_is_the_one_of_the_record() -> None:
    facts = late_rush()
    for period in (OCTOBER, days("2026-08-01", "2026-08-31")):
        forecast = only(reviewed(facts, target("leads", "month", 60), period=period)).forecast
        record = forecast_record(facts, ["leads"], "month")["leads"].frame.set_index("start")
        row = record.loc[period.start]
        assert isinstance(forecast, Forecast)
        assert [forecast.value, forecast.low, forecast.high] == [
            row["forecast"],
            row["low"],
            row["high"],
        ]


def test_any_closed_period_can_be_reviewed_not_only_the_last_six() -> None:
    """February 2026 had 20 working days and two leads on each; its 10th is Friday the 13th."""
    review = reviewed(
        facts_of(as_of=OVER, leads=steady()),
        target("leads", "2026-02", 40),
        target("leads", "month", 99),
        period=days("2026-02-01", "2026-02-28"),
    )
    assert review.midpoint == date(2026, 2, 13)
    assert only(review).sentence.startswith("Leads: reached 100% (40, goal 40). ")
    assert only(review).is_inside
    quarter = days("2026-07-01", "2026-09-30")
    third = reviewed(late_rush(), target("leads", "2026-Q3", 100), period=quarter)
    assert only(third).sentence.startswith("Leads: reached 132% (132, goal 100).")
    assert third.reached == 1


def test_where_down_is_better_less_is_more() -> None:
    """2,200 ÷ 55 leads = 40 each."""
    facts = late_rush()
    costs = [cost("2026-10-01", 2200.0)]
    leads = [*steady(), *(lead(f"rush {n}", "2026-10-30") for n in range(11))]
    facts = facts_of(as_of=OVER, leads=leads, costs=costs)
    cheap = only(reviewed(facts, target("cost_per_lead", "month", 50.0)))
    assert cheap.standing.attainment == pytest.approx(1.25)
    assert cheap.sentence.startswith("Cost per lead: reached 125% (€40, goal €50).")
    dear = only(reviewed(facts, target("cost_per_lead", "month", 30.0)))
    assert dear.sentence.startswith("Cost per lead: missed by €10 (€40, goal €30).")


def test_a_goal_that_was_missed_by_less_than_is_shown_was_just_missed() -> None:
    """55 leads of 55.3 read "55 of 55", but are not 55 of 55; 55 of 54.7 are enough."""
    near = only(reviewed(late_rush(), target("leads", "month", 55.3)))
    assert near.sentence.startswith("Leads: just missed (55, goal 55). ")
    enough = only(reviewed(late_rush(), target("leads", "month", 54.7)))
    assert enough.sentence.startswith("Leads: reached 101% (55, goal 55). ")


def test_what_is_undefined_was_neither_reached_nor_missed() -> None:
    facts = facts_of(as_of=OVER, leads=steady(), deals=[won("1", None, "2026-09-01")], costs=[])
    outcome = only(reviewed(facts, target("win_rate", "month", 0.5)))
    assert isnan(outcome.standing.actual) and outcome.is_inside is None
    assert outcome.sentence.startswith("Win rate: undefined (—, goal 50.0%): no deals were closed.")


def test_conversion_of_a_cohort_has_no_forecast_and_may_still_mature() -> None:
    """Cycles take 100 days; October's last leads have had none."""
    leads = [lead("old", "2026-06-01"), *steady("2026-10-01")]
    facts = facts_of(as_of=OVER, leads=leads, deals=[won("1", "old", "2026-09-09")])
    facts = replace(facts, usual_cycle_days=100.0)
    outcome = only(reviewed(facts, target("lead_conversion_rate", "month", 0.1)))
    assert outcome.is_immature and isinstance(outcome.forecast, NotForecast)
    assert outcome.sentence == (
        "Conversion: missed by 10.0 points (0.0%, goal 10.0%). No forecast: leads of a period "
        "go on converting after its end."
    )


def test_a_month_with_a_single_working_day_has_no_midpoint() -> None:
    company = Company(
        working_days=("thu",), holidays=tuple(date(2026, 10, n) for n in (8, 15, 22, 29))
    )
    review = reviewed(
        facts_of(as_of=OVER, leads=steady(), company=company), target("leads", "month", 9)
    )
    assert review.midpoint is None
    assert only(review).sentence.endswith(
        "No forecast: the period has fewer than two working days."
    )


def test_a_period_is_closed_from_the_day_after_it_on() -> None:
    company = Company()
    assert is_closed(OCTOBER, date(2026, 11, 1), company)
    assert not is_closed(OCTOBER, date(2026, 10, 31), company)
