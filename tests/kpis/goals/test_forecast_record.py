"""How good forecasts have been, at past midpoints against what came; and how they are said."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import isnan
from typing import Any

import numpy as np
import pytest

import kpis.goals.forecast
from kpis.calendar import Unit
from kpis.catalogue import CATALOGUE
from kpis.definitions import Company
from kpis.errors import UsageError
from kpis.goals.forecast import Forecast, forecast_sentence, forecasts
from kpis.goals.forecast_record import ForecastRecord, forecast_record, is_inside
from kpis.model import Where
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import WindowSums
from tests.small_data import Row, cost, days, deal, facts_of, lead

HALLOWEEN, OVER = "2026-10-31", "2026-11-01"  # October ends, and is over


def weekdays(first: str, last: str) -> Iterator[date]:
    period = days(first, last)
    for n in range(period.days):
        day = period.start + timedelta(days=n)
        if day.weekday() < 5:
            yield day


def steady(first: str = "2026-01-01", last: str = HALLOWEEN) -> list[Row]:
    """Two leads on each working day."""
    return [lead(f"{day} {n}", str(day)) for day in weekdays(first, last) for n in range(2)]


def late_rush() -> Facts:
    """Two leads a working day, and eleven more on 30 October 2026."""
    rush = [lead(f"rush {n}", "2026-10-30") for n in range(11)]
    return facts_of(as_of=OVER, leads=steady() + rush)


def record_of(
    facts: Facts, key: str = "leads", unit: Unit = "month", **question: Any
) -> ForecastRecord:
    return forecast_record(facts, [key], unit, **question)[key]


def test_without_any_data_there_is_no_record_and_it_says_why() -> None:
    records = forecast_record(facts_of(as_of=OVER), list(CATALOGUE), "month")
    assert list(records) == list(CATALOGUE)
    for record in records.values():
        assert (len(record.frame), record.inside) == (0, 0)
        assert isnan(record.typical_error)
    assert records["leads"].sentence == "No record of forecasts: no leads are mapped"
    with pytest.raises(UsageError, match="Did you mean 'leads'"):
        forecast_record(facts_of(as_of=OVER), ["lead"], "month")


def test_each_past_midpoints_forecast_is_held_against_what_came() -> None:
    """October 2026 has 22 working days, the 11th is Thursday the 15th: 22 so far + 11 × 2 = 44.
    55 came: 11 ÷ 55 = 20 % too low, and outside of ± 1.356 √(2 × (11 + 121 ÷ 65)) = ± 6.9. The
    five months before ended as forecast. September's 22 working days are half done on the 15th,
    August's 21 on the 14th (the 10th of them)."""
    record = record_of(late_rush())
    october = record.frame.iloc[-1]
    assert [str(october[name]) for name in ("start", "end", "made_on")] == [
        *("2026-10-01", "2026-10-31", "2026-10-15")
    ]
    assert october[["forecast", "outcome"]].tolist() == pytest.approx([44.0, 55.0])
    assert october["error"] == pytest.approx(-0.2)
    assert [str(day) for day in record.frame["made_on"]][3:5] == ["2026-08-14", "2026-09-15"]
    assert record.frame["inside"].tolist() == [True] * 5 + [False]
    assert record.frame["error"].tolist()[:5] == pytest.approx([0.0] * 5)
    assert (record.inside, record.typical_error) == (5, pytest.approx(0.0))
    assert record.sentence == (
        "5 of the last 6 mid-month forecasts were within their range; typically off by 0%"
    )


def noisy(seed: int = 3) -> list[Row]:
    draw = np.random.default_rng(seed).poisson(3.0, 400)
    every = zip(weekdays("2025-08-01", HALLOWEEN), draw, strict=False)
    return [lead(f"{day} {n}", str(day)) for day, count in every for n in range(count)]


@pytest.mark.parametrize(("unit", "count"), [("week", 6), ("month", 6), ("quarter", 3)])
def test_the_record_holds_the_forecasts_that_would_have_been_made(unit: str, count: int) -> None:
    facts = facts_of(as_of=OVER, leads=noisy())
    record = record_of(facts, unit=unit, count=count)
    assert len(record.frame) == count
    for row in record.frame.to_dict("records"):
        period = days(str(row["start"]), str(row["end"]))
        then = forecasts(replace(facts, as_of=row["made_on"]), ["leads"], period)["leads"]
        assert isinstance(then, Forecast)
        assert [row["forecast"], row["low"], row["high"]] == [then.value, then.low, then.high]
        assert row["inside"] == (then.low <= row["outcome"] <= then.high)


def test_what_came_after_a_midpoint_is_not_in_its_forecast() -> None:
    calm, rush = record_of(facts_of(as_of=OVER, leads=steady())), record_of(late_rush())
    ranges = ["made_on", "forecast", "low", "high"]
    assert calm.frame[ranges].equals(rush.frame[ranges])
    assert calm.inside == 6


def test_an_outcome_of_zero_has_no_error_in_per_cent() -> None:
    """Leads came up to the end of August: 7 of the 13 weeks before 15 October had 10. Their 70 ÷ 65
    a day made 11.8 of the 11 days left, ± 6.6 or so; none came."""
    record = record_of(facts_of(as_of=OVER, leads=steady(last="2026-08-30")), count=1)
    october = record.frame.iloc[0]
    assert (october["outcome"], october["forecast"]) == (0.0, pytest.approx(11 * 70 / 65))
    assert isnan(october["error"])
    assert isnan(record.typical_error)
    assert record.sentence.endswith("within its range")


def test_a_rates_error_is_in_points() -> None:
    """1 of 2 won each day up to 15 October, then 2 of 2: 11 + 22 of 44 = 75 % came, 50 % was
    forecast: 25 points. In per cent of 75 % it would be 33."""
    deals = [
        deal(f"{day} {n}", "won" if n or day > date(2026, 10, 15) else "lost", closed_at=str(day))
        for day in weekdays("2026-01-01", HALLOWEEN)
        for n in range(2)
    ]
    record = record_of(facts_of(as_of=OVER, deals=deals), "win_rate", count=1)
    assert record.frame["error"].tolist() == pytest.approx([-0.25])
    assert record.sentence == (
        "The last mid-month forecast was not within its range; typically off by 25.0 points"
    )


def test_periods_too_early_to_forecast_are_not_counted() -> None:
    """Leads since Monday 3 August: one whole week after it by mid-August is too few, five by the
    15th of September are enough. On 31 August there is no record yet."""
    record = record_of(facts_of(as_of=OVER, leads=steady("2026-08-03")))
    assert [str(day) for day in record.frame["start"]] == ["2026-09-01", "2026-10-01"]
    assert record.sentence.startswith("2 of the last 2 mid-month forecasts")
    early = record_of(facts_of(as_of="2026-08-31", leads=steady("2026-08-03", "2026-08-31")))
    assert early.sentence == (
        "No record of forecasts: too early to forecast: only 0 whole weeks on record"
    )


def test_a_week_of_one_working_day_has_no_midpoint() -> None:
    """Tuesday to Friday off, from 20 October: five of the last six weeks have two halves."""
    company = Company(holidays=tuple(date(2026, 10, 20 + n) for n in range(4)))
    facts = facts_of(as_of="2026-11-02", company=company, leads=steady())
    starts = [str(day) for day in record_of(facts, unit="week").frame["start"]]
    assert starts == ["2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12", "2026-10-26"]


def test_a_company_that_works_on_mondays_only_has_no_mid_week() -> None:
    facts = facts_of(as_of=OVER, company=Company(working_days=("mon",)), leads=steady())
    assert record_of(facts, unit="week").reason == "no week had two working days"
    assert len(record_of(facts, unit="month").frame) == 6


def test_cohorts_have_no_record() -> None:
    record = record_of(late_rush(), "lead_conversion_rate")
    assert record.reason
    assert record.frame.empty


def test_all_kpis_and_midpoints_are_asked_in_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forecast asks for what is there so far, the 13 weeks, and all before them: 15 periods. For
    costs by the month, also for November so far, August to October, and all before them."""
    asked: list[int] = []
    ask = kpis.goals.forecast.measure_sums

    def counted(
        facts: Facts, windows: Sequence[Window], by: str | None, where: Where | None
    ) -> WindowSums:
        asked.append(len(windows))
        return ask(facts, windows, by, where)

    monkeypatch.setattr(kpis.goals.forecast, "measure_sums", counted)
    facts = facts_of(as_of=OVER, leads=[], deals=[])
    forecasts(facts, list(CATALOGUE), days("2026-10-01", "2026-11-30"))
    assert asked == [20]
    forecast_record(facts, list(CATALOGUE), "month")
    assert len(asked) == 2


def test_four_in_five_outcomes_lie_within_their_range() -> None:
    """220 mid-week forecasts of Poisson counts, of a rate of 40 % and of the cost per lead where a
    campaign costs 100 a day, seed fixed: 80 % ± 2.7 % are expected inside, and some 85 % as the
    spread is never told below that of such counts."""
    draw = np.random.default_rng(2026)
    deals, leads, costs = [], [], []
    for day in weekdays("2022-01-03", "2026-11-01"):
        leads += [lead(f"{day} {n}", str(day)) for n in range(draw.poisson(4.0))]
        costs.append(cost(str(day), 100.0, "ads"))
        won = draw.random(draw.poisson(6.0)) < 0.4
        deals += [
            deal(f"{day} {n}", "won" if is_won else "lost", closed_at=str(day))
            for n, is_won in enumerate(won)
        ]
    facts = facts_of(as_of="2026-11-02", leads=leads, deals=deals, costs=costs)
    records = forecast_record(facts, ["leads", "win_rate", "cost_per_lead"], "week", count=220)
    for record in records.values():
        assert len(record.frame) == 220
        assert 0.70 <= record.inside / 220 <= 0.90, record.sentence


def test_an_outcome_is_outside_its_range_by_however_little() -> None:
    """0.05 % above 375 is 375.1875, 0.05 % below 329 is 328.8355; a billionth is rounding."""
    period = days("2026-11-01", "2026-11-30")
    made = Forecast(CATALOGUE["leads"], period, period.start, 0.0, 352.0, 329.0, 375.0, 13)
    outcomes = (329.0, 375.0, 375.0 + 3e-7, 329.0 - 3e-7, 375.1875, 328.8355)
    assert [is_inside(made, outcome) for outcome in outcomes] == [True] * 4 + [False] * 2


def test_a_forecast_is_reported_with_its_range_and_its_goal() -> None:
    period, made_on = days("2026-11-01", "2026-11-30"), date(2026, 11, 15)
    leads = CATALOGUE["leads"]
    november = Forecast(leads, period, made_on, 180.0, 352.0, 329.0, 375.0, 13)
    message = forecast_sentence(november, 335.0, "EUR")
    assert message == "Heading for 352 (329–375) by 30 November; goal 335"
    assert forecast_sentence(november, None, "EUR") == message.removesuffix("; goal 335")
    cycle = replace(november, kpi=CATALOGUE["sales_cycle_days"], value=51.8, low=49.6, high=54.1)
    assert forecast_sentence(cycle, 50.0, "EUR") == (
        "Heading for 51.8 days (49.6–54.1 days) by 30 November; goal 50.0 days"
    )
    money = replace(november, kpi=CATALOGUE["revenue"], value=4.2e5, low=3.8e5, high=4.6e5)
    assert "€420k (€380k–€460k)" in forecast_sentence(money, None, "EUR")


def test_a_period_that_is_over_is_on_course_for_nothing() -> None:
    """On Friday the 30th no working day is left, but a Saturday is."""
    period, leads = days("2026-10-01", "2026-10-31"), CATALOGUE["leads"]
    over = Forecast(leads, period, date(2026, 10, 31), 7.0, 7.0, 7.0, 7.0, 0)
    assert forecast_sentence(over, 8.0, "EUR") == "7 by 31 October; goal 8"
    friday = replace(over, made_on=date(2026, 10, 30))
    assert forecast_sentence(friday, 8.0, "EUR") == "Heading for 7 by 31 October; goal 8"
