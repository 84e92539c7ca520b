"""The verdict: goals due by working days, when a KPI is on track, at risk or off track, and words.

November 2026 has 21 working days, from Monday the 2nd; the 16th is the 11th of them.
"""

from datetime import date, timedelta
from math import nan

import pytest

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.definitions import Company
from kpis.goals.forecast import Forecast, NotForecast
from kpis.goals.standing import Standing, Status, behind_first, by_period, standing, tally
from kpis.goals.standing import worst_first as worst
from tests.small_data import days

NOVEMBER, OCTOBER = days("2026-11-01", "2026-11-30"), days("2026-10-01", "2026-10-31")
HALF, OVER = date(2026, 11, 16), date(2026, 11, 30)
COMPANY = Company()


def held(
    key: str,
    actual: float,
    target: float,
    as_of: date = HALF,
    ahead: tuple[float, float, float] | None = None,
    period: Period = NOVEMBER,
) -> Standing:
    """ahead: the forecast, and its range from low to high."""
    kpi, end = CATALOGUE[key], None
    if ahead:
        end = Forecast(kpi, period, as_of, actual, *ahead, weeks=13)
    return standing(kpi, actual, target, period, as_of, COMPANY, end)


def test_a_goal_is_due_by_working_days() -> None:
    """11 of 21 working days: 210 × 11/21 = 110. By calendar days it would be 112. With 100 reached
    the 10 days left must bring 11 each."""
    mqls = held("mqls", actual=100.0, target=210.0)
    assert mqls.due == pytest.approx(110.0)
    assert mqls.attainment == pytest.approx(100 / 110)
    assert mqls.status == "at_risk"
    assert (mqls.required_per_day, mqls.days_left) == (pytest.approx(11.0), 10)


def test_a_weekend_asks_for_nothing_more() -> None:
    friday, sunday = date(2026, 11, 13), date(2026, 11, 15)
    assert held("mqls", 90.0, 210.0, friday) == held("mqls", 90.0, 210.0, sunday)


@pytest.mark.parametrize(
    ("actual", "verdict"),
    [
        (110.0, "On track 100%"),
        (104.5, "On track 95%"),
        (104.4, "At risk 94.9%"),
        (88.0, "At risk 80%"),
        (87.9, "Off track 79.9%"),
        (0.0, "Off track 0%"),
    ],
)
def test_the_verdict_changes_at_95_and_80_per_cent_of_what_is_due(
    actual: float, verdict: str
) -> None:
    """Due are 110: 95 % are 104.5 and 80 % are 88. 94.9 % must not read like 95 %."""
    assert held("revenue", actual, 210.0).verdict == verdict


def test_credit_that_misses_the_line_by_rounding_is_on_it() -> None:
    """19 of 20: ten tenths of credit are 0.9999999999999999."""
    assert held("mqls", 18 + sum([0.1] * 10), 420 / 11).verdict == "On track 95%"


@pytest.mark.parametrize(
    ("actual", "status"),
    [(80.0, "on_track"), (100.0, "on_track"), (105.0, "on_track"), (106.0, "at_risk")]
    + [(125.0, "at_risk"), (126.0, "off_track")],
)
def test_where_down_is_better_the_scale_is_mirrored(actual: float, status: Status) -> None:
    """A target CAC of 100: 100 ÷ 105 = 95.2 %, 100 ÷ 106 = 94.3 %, 100 ÷ 126 = 79.4 %."""
    cac = held("cac", actual, 100.0)
    assert cac.status == status
    assert cac.attainment == pytest.approx(100 / actual)


@pytest.mark.parametrize(
    ("key", "actual", "target", "ahead", "status"),
    [
        ("mqls", 110.0, 210.0, (200.0, 190.0, 209.9), "at_risk"),
        ("mqls", 110.0, 210.0, (200.0, 190.0, 210.0), "on_track"),
        ("mqls", 150.0, 210.0, (180.0, 170.0, 190.0), "at_risk"),
        ("mqls", 80.0, 210.0, (180.0, 170.0, 190.0), "off_track"),
        ("mqls", 100.0, 210.0, (300.0, 250.0, 350.0), "at_risk"),
        ("cac", 100.0, 100.0, (120.0, 101.0, 140.0), "at_risk"),
        ("cac", 100.0, 100.0, (120.0, 100.0, 140.0), "on_track"),
        ("cac", 100.0, 100.0, (80.0, 70.0, 90.0), "on_track"),
    ],
)
def test_a_forecast_whose_whole_range_misses_the_goal_is_at_risk(
    key: str, actual: float, target: float, ahead: tuple[float, float, float], status: Status
) -> None:
    """110 are due. A range that ends on the goal reaches it; no forecast makes a verdict better,
    nor worse than at risk."""
    assert held(key, actual, target, ahead=ahead).status == status


def test_at_risk_by_its_forecast_it_says_what_was_reached_what_is_needed_and_where_it_heads() -> (
    None
):
    mqls = held("mqls", 110.0, 210.0, ahead=(200.0, 190.0, 208.0))
    assert mqls.sentence == (
        "MQLs: at risk 100% (110 of 110 due, goal 210, needs 10 a day, heading for 200 (190–208))."
    )
    assert standing(
        *(CATALOGUE["mqls"], 110.0, 210.0, NOVEMBER, HALF, COMPANY), NotForecast("too early")
    ).sentence == ("MQLs: on track 100% (110 of 110 due, goal 210).")


def test_a_ratios_target_is_due_whole() -> None:
    """Half of the month does not make half of a conversion rate."""
    rate = held("lead_conversion_rate", 0.04, 0.05)
    assert (rate.due, rate.attainment) == (0.05, pytest.approx(0.8))
    assert rate.required_per_day is None
    assert rate.sentence == "Conversion: at risk 80% (4.0%, goal 5.0%)."


def test_before_the_period_nothing_is_due() -> None:
    before = held("mqls", 0.0, 210.0, date(2026, 10, 31))
    assert (before.due, before.attainment, before.verdict) == (0.0, None, "Too early")
    assert (before.required_text, before.needs_text) == ("10 a day", "")


def test_before_the_first_working_day_even_a_target_of_zero_asks_for_nothing() -> None:
    sunday = held("mqls", 0.0, 0.0, date(2026, 11, 1))
    assert (sunday.attainment, sunday.status, sunday.is_reached_early) == (None, "too_early", False)


def test_one_working_day_before_the_end_what_is_needed_is_needed_on_the_last_day() -> None:
    """20 of 21 working days are over on Friday the 27th: 400 are due, 45 are missing of 420."""
    friday = held("revenue", 375_000.0, 420_000.0, date(2026, 11, 27))
    assert (friday.verdict, friday.needs_text) == ("At risk 94%", "needs €45k on the last day")
    assert held("revenue", 1.0, 3.0, date(2026, 11, 26)).needs_text == "needs €1 a day"


@pytest.mark.parametrize(
    ("key", "actual", "target", "verdict"),
    [
        ("mqls", 389.0, 335.0, "Reached 116%"),
        ("mqls", 335.0, 335.0, "Reached 100%"),
        ("mqls", 324.0, 335.0, "Missed by 11"),
        ("mqls", 54.8, 55.0, "Just missed"),
        ("revenue", 389_000.0, 400_000.0, "Missed by €11k"),
        ("cac", 40.0, 50.0, "Reached 125%"),
        ("cac", 40.0, 30.0, "Missed by €10"),
        ("lead_conversion_rate", 0.0, 0.1, "Missed by 10.0 points"),
        ("marketing_roi", -0.1, -0.2, "Reached"),
    ],
)
def test_a_period_that_is_over_was_reached_or_missed(
    key: str, actual: float, target: float, verdict: str
) -> None:
    """From the day after its last: a day is over when the next has begun. 97 % of the goal, on
    track on 30 November, have missed it by 11 on 1 December."""
    for day in (OVER + timedelta(days=1), date(2026, 12, 24)):
        over = held(key, actual, target, day)
        assert (over.verdict, over.needs_text, over.days_left) == (verdict, "", 0)
    after = held("mqls", 324.0, 335.0, OVER + timedelta(days=1))
    assert after.sentence == "MQLs: missed by 11 (324, goal 335)."
    assert held("mqls", 324.0, 335.0, OVER).verdict == "On track 97%"


def test_after_the_last_working_day_a_running_period_needs_nothing_a_day() -> None:
    """Saturday the 31st of October is its last day; on the 30th no working day is left."""
    friday = held("mqls", 90.0, 100.0, date(2026, 10, 30), period=OCTOBER)
    assert (friday.verdict, friday.required_per_day, friday.needs_text) == ("At risk 90%", None, "")


def test_a_count_that_has_its_goal_with_working_days_left_reached_it_early() -> None:
    early = held("mqls", 210.0, 210.0)
    assert early.is_reached_early and early.verdict == "On track 191%"
    assert early.required_per_day == 0.0 and early.required_text == ""
    assert early.reached_early_text == (
        "MQLs reached the goal of November 2026 early: 210 of 210, with 10 working days left."
    )
    assert not held("cac", 1.0, 100.0).is_reached_early, "a ratio can still change"
    assert not held("mqls", 210.0, 210.0, OVER).is_reached_early


def test_a_period_without_working_days_is_due_whole() -> None:
    weekend = days("2026-11-21", "2026-11-22")
    closed = standing(CATALOGUE["mqls"], 5.0, 10.0, weekend, date(2026, 11, 21), COMPANY)
    assert (closed.due, closed.attainment, closed.required_per_day) == (10.0, 0.5, None)


@pytest.mark.parametrize(
    ("key", "actual", "target", "attainment", "verdict"),
    [
        ("marketing_roi", 0.1, 0.0, None, "On track"),
        ("marketing_roi", 0.0, 0.0, None, "On track"),
        ("marketing_roi", -0.1, 0.0, None, "Off track"),
        ("marketing_roi", -0.1, -0.2, None, "On track"),
        ("marketing_roi", -0.3, -0.2, None, "Off track"),
        ("marketing_roi", -0.3, 0.5, None, "Off track"),
        ("marketing_roi", nan, 0.5, None, "Undefined"),
        ("cac", 0.0, 100.0, None, "On track"),
        ("cac", 0.0, 0.0, None, "On track"),
        ("cac", 50.0, 0.0, 0.0, "Off track 0%"),
        ("revenue", 0.0, 0.0, None, "On track"),
        ("revenue", -10.0, 210.0, None, "Off track"),
    ],
)
def test_a_goal_has_a_verdict_where_the_signs_leave_no_share(
    key: str, actual: float, target: float, attainment: float | None, verdict: str
) -> None:
    """−0.3 ÷ −0.2 is 150 % of the wrong thing; ÷ 0 is nothing."""
    found = held(key, actual, target)
    assert (found.attainment, found.verdict) == (attainment, verdict)


def test_holidays_are_no_working_days_of_a_target() -> None:
    """With the 17th off, 11 of 20 working days are over: 200 × 11/20 = 110."""
    company = Company(holidays=(date(2026, 11, 17),))
    mqls = standing(CATALOGUE["mqls"], 110.0, 200.0, NOVEMBER, HALF, company)
    assert mqls.due == pytest.approx(110.0)
    assert mqls.required_per_day == pytest.approx(10.0)


def test_the_furthest_behind_comes_first() -> None:
    """CAC is at 77 % of its goal and MQLs at 91 % of what is due; SQLs are on track."""
    found = [held("sqls", 110.0, 210.0), held("mqls", 100.0, 210.0), held("cac", 130.0, 100.0)]
    assert [one.kpi.key for one in worst(found)] == ["cac", "mqls"]
    assert [one.kpi.key for one in behind_first(found)] == ["cac", "mqls", "sqls"]


def test_each_period_has_its_own_verdicts_counted_in_one_sentence() -> None:
    running = [held("sqls", 110.0, 210.0), held("mqls", 100.0, 210.0)]
    over = [held("mqls", 5.0, 4.0, period=OCTOBER), held("cac", 5.0, 4.0, period=OCTOBER)]
    assert list(by_period([*running, *over])) == [NOVEMBER, OCTOBER]
    assert tally(running) == "1 of 2 goals on track"
    assert tally(over) == "1 of 2 goals reached"
    assert tally([*running, *over]) == "2 of 4 goals on track or reached"
    early = held("mqls", 0.0, 210.0, date(2026, 11, 1))
    assert tally([early]) == "too early to say"
    assert tally([early, held("cac", 100.0, 100.0)]) == "1 of 1 goals on track"
