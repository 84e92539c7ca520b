"""Forecasts of a period's end: by hand, bounded, and refused where the end is not to be told."""

from dataclasses import replace
from datetime import date, timedelta
from math import isnan
from typing import Any

import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.definitions import Company, Definitions
from kpis.errors import UsageError
from kpis.goals.forecast import FEWEST_WEEKS, T_QUANTILES, Forecast, NotForecast, forecasts
from kpis.goals.forecast_periods import WEEKS
from kpis.scorecard.selection import Facts
from tests import small_data
from tests.small_data import Row, cost, days, deal, lead, touch, won

SUNDAY = "2026-11-15"  # the first day of a week: that of Monday the 9th is over
NOVEMBER = days("2026-11-01", "2026-11-30")  # 10 working days up to that Sunday, 11 after it
HAND = (1, 8, 16, 8, 16)  # from the week of 12 October, whose first lead begins the record
EVEN = (1, 10, 14, 10, 14)


def test_t_is_that_of_student_for_every_number_of_weeks() -> None:
    """Four in five within: the 0.9 quantile, with one degree of freedom less than weeks."""
    weeks = range(FEWEST_WEEKS, WEEKS + 1)
    assert {n: scipy.special.stdtrit(n - 1, 0.9) for n in weeks} == T_QUANTILES


def facts_of(*, company: Company | None = None, **tables: Any) -> Facts:
    """Facts of a company whose weeks begin on Sunday and hold its five working days."""
    weeks = (company or Company()).model_copy(update={"week_starts": "sunday"})
    return small_data.facts_of(company=weeks, **tables)


def mondays(count: int, last: str = "2026-11-09") -> list[str]:
    """The last ``count`` Mondays up to ``last``, oldest first."""
    day = date.fromisoformat(last)
    return [str(day - timedelta(weeks=n)) for n in reversed(range(count))]


def weekly_leads(counts: tuple[int, ...], campaign_id: str | None = None) -> list[Row]:
    """That many leads in each week, the last of them the week of 9 November 2026."""
    return [
        lead(f"{campaign_id} {monday} {n}", monday, campaign_id)
        for monday, count in zip(mondays(len(counts)), counts, strict=True)
        for n in range(count)
    ]


def weekly_deals(weeks: tuple[tuple[int, int], ...]) -> list[Row]:
    """Per week (won, closed): so many deals won, the others lost."""
    return [
        deal(f"{monday} {n}", "won" if n < wins else "lost", closed_at=monday, amount=1.0)
        for monday, (wins, closed) in zip(mondays(len(weeks)), weeks, strict=True)
        for n in range(closed)
    ]


def customers_daily() -> list[Row]:
    """One customer won on each working day of the 14 weeks up to 15 November."""
    first = date(2026, 8, 10)
    weekdays = [first + timedelta(days=7 * week + n) for week in range(14) for n in range(5)]
    return [won(str(day), None, str(day), 100.0) for day in weekdays]


def forecast_of(
    facts: Facts, key: str = "leads", period: Period = NOVEMBER, **question: Any
) -> Forecast:
    return reported(forecasts(facts, [key], period, **question), key)


def reported(found: dict[str, Forecast | NotForecast], key: str) -> Forecast:
    forecast = found[key]
    assert isinstance(forecast, Forecast), forecast
    return forecast


def refusal_of(facts: Facts, key: str, period: Period = NOVEMBER, **question: Any) -> str:
    found = forecasts(facts, [key], period, **question)[key]
    assert isinstance(found, NotForecast), found
    return found.reason


def test_a_company_without_any_data_is_reported_why_there_is_no_forecast() -> None:
    found = forecasts(facts_of(as_of=SUNDAY), list(CATALOGUE), NOVEMBER)
    assert list(found) == list(CATALOGUE)
    assert all(isinstance(one, NotForecast) and one.reason for one in found.values())
    assert refusal_of(facts_of(as_of=SUNDAY), "leads") == "no leads are mapped"


def test_no_kpi_asked_is_no_forecast_and_an_unknown_one_names_the_nearest() -> None:
    facts = facts_of(as_of=SUNDAY, leads=[])
    assert forecasts(facts, [], NOVEMBER) == {}
    with pytest.raises(UsageError, match="Did you mean 'leads'"):
        forecasts(facts, ["lead"], NOVEMBER)
    with pytest.raises(UsageError, match="There is no dimension 'campain'"):
        forecasts(facts, ["leads"], NOVEMBER, {"campain": ["ads"]})


def test_a_table_that_is_mapped_and_empty_is_too_early_to_forecast_from() -> None:
    facts = facts_of(as_of=SUNDAY, leads=[])
    assert refusal_of(facts, "leads") == "too early to forecast: only 0 whole weeks on record"


def test_what_is_there_and_what_recent_weeks_bring_per_working_day() -> None:
    """Weeks of 8, 16, 8, 16 with 5 working days each: 48 ÷ 20 = 2.4 a day. 24 so far and 11 days
    left: 24 + 26.4 = 50.4. By calendar days it would be 24 + 15 × 48/28 = 49.7, at November's own
    run rate of calendar days 24 ÷ 15 × 30 = 48.

    Residuals ∓4: σ² = (4 × 16 ÷ 5) ÷ 3 = 4.2667 a day. √(4.2667 × (11 + 121 ÷ 20)) = 8.5292, and
    t(0.9, 3) = 1.638 (any table of Student's t): ± 13.971."""
    november = forecast_of(facts_of(as_of=SUNDAY, leads=weekly_leads(HAND)))
    assert november.value == pytest.approx(50.4)
    assert november.low == pytest.approx(50.4 - 13.971, abs=0.005)
    assert november.high == pytest.approx(50.4 + 13.971, abs=0.005)
    assert (november.so_far, november.weeks) == (24.0, 4)
    assert (november.kpi.key, november.period) == ("leads", NOVEMBER)
    assert november.made_on == date(2026, 11, 15)


def test_one_week_ahead_of_equal_weeks_the_interval_is_the_mean_methods() -> None:
    """s = √(64 ÷ 3) = 4.619; Hyndman and Athanasopoulos, 5.5: s √(1 + 1/4) = 5.164, × 1.638."""
    week = days("2026-11-16", "2026-11-22")
    ahead = forecast_of(facts_of(as_of=SUNDAY, leads=weekly_leads(HAND)), period=week)
    assert ahead.value == pytest.approx(12.0)
    assert ahead.high - ahead.value == pytest.approx(1.638 * 5.164, abs=0.002)


def test_thirteen_weeks_are_enough_and_older_ones_are_forgotten() -> None:
    """Six weeks of 7, one of 12, six of 17: 2.4 a day; the 99 before them are not told. November
    so far has 34. σ² = (12 × 25 ÷ 5) ÷ 12 = 5; √(5 × (11 + 121 ÷ 65)) = 8.0193; t(0.9, 12) =
    1.356: ± 10.874."""
    counts = (99, 99, *(7,) * 6, 12, *(17,) * 6)
    november = forecast_of(facts_of(as_of=SUNDAY, leads=weekly_leads(counts)))
    assert (november.value, november.weeks) == (pytest.approx(34 + 26.4), 13)
    assert november.high - november.value == pytest.approx(10.874, abs=0.005)


@pytest.mark.parametrize(
    ("weeks", "key", "width"),
    [(EVEN, "new_customers", 10.478), (HAND, "new_customers", 13.971), (EVEN, "revenue", 6.985)],
)
def test_counts_vary_at_least_as_a_poisson_count_does(
    weeks: tuple[int, ...], key: str, width: float
) -> None:
    """10, 14, 10, 14: 2.4 a day, residuals ∓2. σ² = (4 × 4 ÷ 5) ÷ 3 = 1.0667 is below the rate, so
    2.4: √(2.4 × 17.05) = 6.397, × 1.638 = 10.478. Weeks of 8 and 16 vary more, and keep 4.2667.
    Revenue of 1 a deal is no count and keeps 1.0667: √(1.0667 × 17.05) = 4.265, × 1.638 = 6.985."""
    deals = weekly_deals(tuple((n, n) for n in weeks))
    end = forecast_of(facts_of(as_of=SUNDAY, deals=deals), key)
    assert end.value == pytest.approx(50.4)
    assert [end.high - 50.4, 50.4 - end.low] == pytest.approx([width, width], abs=0.005)


def test_a_holiday_ahead_brings_nothing() -> None:
    """With Friday the 20th off 10 days are left: 24 + 24 = 48."""
    company = Company(holidays=(date(2026, 11, 20),))
    leads = weekly_leads(HAND)
    assert forecast_of(facts_of(as_of=SUNDAY, company=company, leads=leads)).value == 48.0


def test_a_week_with_a_holiday_is_no_slow_week() -> None:
    """10, 10, 10 and, in 4 working days, 8: always 2 a day, and no doubt about it. The mean week
    would be 9.5, 1.9 a day, and vary. An amount, as counts are never held to be so sure."""
    company = Company(holidays=(date(2026, 10, 27),))
    deals = weekly_deals(((1, 1), (10, 10), (8, 8), (10, 10), (10, 10)))
    november = forecast_of(facts_of(as_of=SUNDAY, company=company, deals=deals), "revenue")
    assert november.value == pytest.approx(20 + 11 * 2)
    assert november.high - november.low == pytest.approx(0.0, abs=1e-9)


def test_a_shorter_week_weighs_by_its_days_in_the_range() -> None:
    """10, 4, 10, 14 in 5, 4, 5, 5 days: 38 ÷ 19 = 2 a day, residuals 0, −4, 0, 4. σ² = (16 ÷ 4 +
    16 ÷ 5) ÷ 3 = 2.4; √(2.4 × (11 + 121 ÷ 19)) = 6.456, × 1.638 = 10.575. From the weeks' own
    variance and the mean week of 4.75 days it would be 10.23."""
    company = Company(holidays=(date(2026, 10, 27),))
    facts = facts_of(as_of=SUNDAY, company=company, leads=weekly_leads((1, 10, 4, 10, 14)))
    november = forecast_of(facts)
    assert november.value == pytest.approx(24 + 11 * 2)
    assert november.high - november.value == pytest.approx(10.575, abs=0.005)


def test_a_week_without_working_days_is_none_to_learn_from() -> None:
    shut = tuple(date(2026, 10, 26 + n) for n in range(5))
    facts = facts_of(
        as_of=SUNDAY, company=Company(holidays=shut), leads=weekly_leads((1, 10, 10, 0, 10, 10))
    )
    november = forecast_of(facts)
    assert (november.value, november.weeks) == (pytest.approx(20 + 11 * 2), 4)


@pytest.mark.parametrize(
    ("counts", "message"),
    [((1, 10), "1 whole week"), ((1, 10, 14, 10), "3 whole weeks"), ((5,), "0 whole weeks")],
)
def test_fewer_than_four_weeks_are_too_early(counts: tuple[int, ...], message: str) -> None:
    """The week of the first lead was chosen for having one, and may be cut: it is not told."""
    facts = facts_of(as_of=SUNDAY, leads=weekly_leads(counts))
    assert refusal_of(facts, "leads") == f"too early to forecast: only {message} on record"


def test_a_new_campaign_is_not_held_to_have_idled_before() -> None:
    """The company has 14 weeks of 5, ads the weeks of the hand-worked example. With zeros before
    them, ads would bring 49 ÷ 65 a day: 24 + 8.3 = 32.3."""
    leads = weekly_leads((5,) * 14, "mail") + weekly_leads(HAND, "ads")
    ads = forecast_of(facts_of(as_of=SUNDAY, leads=leads), where={"campaign": ["ads"]})
    assert (ads.value, ads.weeks) == (pytest.approx(50.4), 4)


def test_a_campaign_that_ended_brings_nothing_more() -> None:
    leads = weekly_leads((9, *(0,) * 13), "fair")
    fair = forecast_of(facts_of(as_of=SUNDAY, leads=leads), where={"campaign": ["fair"]})
    assert (fair.value, fair.low, fair.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("as_of", ["2026-10-30", "2026-10-31", "2026-11-15"])
def test_without_working_days_left_the_forecast_is_what_is_there(as_of: str) -> None:
    """Friday 30 October is its last working day. Fewer than four weeks do not matter then."""
    leads = [lead(str(n), "2026-10-29") for n in range(7)]
    period = days("2026-10-01", "2026-10-31")
    october = forecast_of(facts_of(as_of=as_of, leads=leads), period=period)
    assert (october.so_far, october.value, october.low, october.high) == (7.0, 7.0, 7.0, 7.0)
    assert october.weeks == 0


def test_before_a_period_begins_all_of_it_is_to_come() -> None:
    """December 2026 has 23 working days: 23 × 2.4 = 55.2. A rate has no value so far."""
    december = days("2026-12-01", "2026-12-31")
    facts = facts_of(as_of=SUNDAY, leads=weekly_leads(HAND), deals=weekly_deals(((1, 2),) * 5))
    leads = forecast_of(facts, period=december)
    assert (leads.so_far, leads.value) == (0.0, pytest.approx(55.2))
    win_rate = forecast_of(facts, "win_rate", december)
    assert isnan(win_rate.so_far)
    assert win_rate.value == pytest.approx(0.5)


def test_a_count_ends_no_lower_than_it_is() -> None:
    """Weeks of 40 and 0 vary by more than the last working day may bring."""
    facts = facts_of(as_of="2026-11-27", leads=weekly_leads((1, 40, 0, 40, 0, 40, 0)))
    november = forecast_of(facts)
    assert (november.so_far, november.low) == (40.0, 40.0)
    assert november.high > november.value > 40.0


def test_a_share_stays_between_nothing_and_all() -> None:
    weeks = ((1, 1), (6, 6), (1, 4), (6, 6), (6, 6))
    lost = tuple((closed - wins, closed) for wins, closed in weeks)
    low, high = (
        forecast_of(facts_of(as_of=SUNDAY, deals=weekly_deals(rate)), "win_rate")
        for rate in (lost, weeks)
    )
    assert high.low < high.value < high.high == 1.0
    assert 0.0 == low.low < low.value < low.high


def test_revenue_is_not_below_zero_but_a_return_may_be() -> None:
    """Weeks of 0 and 100 against weekly costs of 200: all of it may be lost, and not more than the
    costs; the interval of a return is not cut, as refunds may take it further."""
    deals = [
        won(monday, None, monday, amount)
        for monday, amount in zip(mondays(5), (1, 0, 300, 0, 0), strict=True)
    ]
    costs = [cost(monday, 200.0, "ads") for monday in mondays(5)]
    facts = facts_of(as_of=SUNDAY, deals=deals, costs=costs)
    revenue, roi = forecast_of(facts, "revenue"), forecast_of(facts, "marketing_roi")
    assert revenue.low == 0.0 < revenue.value
    assert roi.low < roi.value < 0.0
    assert roi.value - roi.low == pytest.approx(roi.high - roi.value)


def test_cohorts_are_not_forecast_and_conversion_in_the_period_is() -> None:
    """In the period it is no share of its own leads: 10 won a week and 5 new leads are 200 %.
    In 13 weeks 50 and 25 came: σ² ≥ (50 + 2² × 25) ÷ 65 = 2.3077, 10 + 11 × 25 ÷ 65 = 14.23 new
    leads; √(2.3077 × (11 + 121 ÷ 65)) ÷ 14.23 = 0.3829, × 1.356 = 0.5192."""
    leads = weekly_leads((5,) * 5)
    leads += [lead(f"old {n}", "2026-01-05") for n in range(60)]
    deals = [
        won(f"{monday} {n}", f"old {12 * week + n}", monday)
        for week, monday in enumerate(mondays(5))
        for n in range((10, 8, 12, 8, 12)[week])
    ]
    facts = facts_of(as_of=SUNDAY, leads=leads, deals=deals)
    assert refusal_of(facts, "lead_conversion_rate") == (
        "leads of a period go on converting after its end"
    )
    by_period = replace(facts, definitions=Definitions(conversion="period"))
    conversion = forecast_of(by_period, "lead_conversion_rate")
    assert conversion.so_far == 2.0
    assert conversion.value == pytest.approx(2.0)
    assert conversion.high - 2.0 == pytest.approx(2.0 - conversion.low)
    assert conversion.high - 2.0 == pytest.approx(0.5192, abs=1e-3)


@pytest.mark.parametrize("key", ["clv", "clv_to_cac", "cac_payback_months"])
def test_what_looks_back_over_a_year_is_not_forecast(key: str) -> None:
    facts = facts_of(as_of=SUNDAY, leads=[], deals=customers_daily(), costs=[])
    assert "looks back over a year" in refusal_of(facts, key)


def test_what_is_undefined_has_no_forecast_and_says_why() -> None:
    """Costs carry no segment; no deal was closed in October, and nothing more will be."""
    facts = facts_of(
        as_of=SUNDAY,
        dimensions=("segment",),
        deals=customers_daily(),
        costs=[cost("2026-08-01", 1.0)],
    )
    where = {"segment": ["Retail"]}
    assert refusal_of(facts, "cac", where=where) == "costs do not carry segment"
    october = days("2026-10-01", "2026-10-31")
    early = facts_of(as_of=SUNDAY, deals=weekly_deals(((1, 2),)))
    assert refusal_of(early, "win_rate", october) == "no deals were closed"


def test_a_rate_whose_cases_have_stopped_is_undefined() -> None:
    ended = facts_of(as_of=SUNDAY, deals=weekly_deals(((1, 2), *((0, 0),) * 13)))
    assert refusal_of(ended, "win_rate") == "no deals were closed"


CAMPAIGNS = ("ads", "mail", "fair")
LEADS = st.lists(
    st.tuples(st.integers(0, 104), st.sampled_from(CAMPAIGNS), st.sampled_from(CAMPAIGNS)),
    max_size=30,
)


@given(LEADS)
@settings(max_examples=10)
def test_campaigns_forecast_add_up_to_the_total(drawn: list[tuple[int, str, str]]) -> None:
    """Their values do, as all are told from the same weeks; their ranges do not: ups and downs
    offset each other in the total."""
    first = date(2026, 8, 3)  # 13 weeks on record for each campaign, from 17 August
    rows = [(0, name, name) for name in CAMPAIGNS] + drawn
    dates = [str(first + timedelta(days=offset)) for offset, *_ in rows]
    facts = facts_of(
        as_of=SUNDAY,
        leads=[lead(str(n), day, mql_at=day) for n, day in enumerate(dates)],
        touches=[
            touch(str(n), name, day)
            for n, ((_, *names), day) in enumerate(zip(rows, dates, strict=True))
            for name in names
        ],
        deals=[won(str(n), str(n), day, 100.0) for n, day in enumerate(dates)],
    )
    keys = ["leads", "mqls", "new_customers", "revenue"]
    total = forecasts(facts, keys, NOVEMBER)
    parts = [forecasts(facts, keys, NOVEMBER, {"campaign": [name]}) for name in CAMPAIGNS]
    for key in keys:
        whole, of_campaigns = reported(total, key), [reported(part, key) for part in parts]
        assert sum(part.value for part in of_campaigns) == pytest.approx(whole.value)
        assert sum(part.so_far for part in of_campaigns) == pytest.approx(whole.so_far)
