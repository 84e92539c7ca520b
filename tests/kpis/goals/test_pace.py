"""Pace: targets prorated by working days, and when a KPI is on track, at risk or off track."""

from datetime import date

import pytest

from kpis.catalogue import CATALOGUE
from kpis.definitions import Company
from kpis.goals.pace import Pace, Status, pace
from tests.small_data import days

NOVEMBER = days("2026-11-01", "2026-11-30")  # 21 working days, from Monday the 2nd
HALF = date(2026, 11, 16)  # the 11th working day
COMPANY = Company()


def paced(key: str, actual: float, target: float, as_of: date = HALF) -> Pace:
    return pace(CATALOGUE[key], actual, target, NOVEMBER, as_of, COMPANY)


def test_a_target_is_prorated_by_working_days() -> None:
    """11 of 21 working days: 210 × 11/21 = 110. By calendar days it would be 112. With 100 reached
    the 10 days left must bring 11 each."""
    mqls = paced("mqls", actual=100.0, target=210.0)
    assert mqls.expected == pytest.approx(110.0)
    assert mqls.attainment == pytest.approx(100 / 110)
    assert mqls.status == "at_risk"
    assert mqls.required_per_day == pytest.approx(11.0)


def test_a_weekend_asks_for_nothing_more() -> None:
    friday, sunday = date(2026, 11, 13), date(2026, 11, 15)
    assert paced("mqls", 90.0, 210.0, friday) == paced("mqls", 90.0, 210.0, sunday)


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        (110.0, "on_track"),
        (104.5, "on_track"),
        (104.4, "at_risk"),
        (88.0, "at_risk"),
        (87.9, "off_track"),
        (0.0, "off_track"),
    ],
)
def test_status_changes_at_95_and_80_per_cent_of_what_is_expected(
    actual: float, status: Status
) -> None:
    """Expected 110: 95 % are 104.5 and 80 % are 88."""
    assert paced("revenue", actual, 210.0).status == status


@pytest.mark.parametrize(
    ("actual", "status"),
    [(80.0, "on_track"), (100.0, "on_track"), (105.0, "on_track"), (106.0, "at_risk")]
    + [(125.0, "at_risk"), (126.0, "off_track")],
)
def test_where_down_is_better_the_scale_is_mirrored(actual: float, status: Status) -> None:
    """A target CAC of 100: 100 ÷ 105 = 95.2 %, 100 ÷ 106 = 94.3 %, 100 ÷ 126 = 79.4 %."""
    cac = paced("cac", actual, 100.0)
    assert cac.status == status
    assert cac.attainment == pytest.approx(100 / actual)


def test_a_ratios_target_is_not_prorated() -> None:
    """Half of the month does not make half of a conversion rate."""
    rate = paced("lead_conversion_rate", 0.05, 0.05)
    assert rate == Pace(0.05, 0.05, pytest.approx(1.0), "on_track", None)


def test_before_the_period_nothing_is_expected() -> None:
    before = paced("mqls", 0.0, 210.0, date(2026, 10, 31))
    assert (before.expected, before.attainment, before.status) == (0.0, None, None)
    assert before.required_per_day == pytest.approx(10.0)


def test_after_the_period_all_is_expected_and_no_day_is_left() -> None:
    after = paced("mqls", 189.0, 210.0, date(2026, 12, 24))
    assert (after.expected, after.status, after.required_per_day) == (210.0, "at_risk", None)


def test_a_target_that_is_reached_requires_nothing_more() -> None:
    assert paced("mqls", 300.0, 210.0).required_per_day == 0.0


def test_a_period_without_working_days_expects_its_whole_target() -> None:
    weekend = days("2026-11-21", "2026-11-22")
    closed = pace(CATALOGUE["mqls"], 5.0, 10.0, weekend, date(2026, 11, 21), COMPANY)
    assert (closed.expected, closed.attainment, closed.required_per_day) == (10.0, 0.5, None)


@pytest.mark.parametrize(
    ("key", "actual", "target", "attainment", "status"),
    [
        ("marketing_roi", 0.1, 0.0, None, "on_track"),
        ("marketing_roi", 0.0, 0.0, None, "on_track"),
        ("marketing_roi", -0.1, 0.0, None, "off_track"),
        ("marketing_roi", -0.1, -0.2, None, "on_track"),
        ("marketing_roi", -0.3, -0.2, None, "off_track"),
        ("marketing_roi", -0.3, 0.5, None, "off_track"),
        ("cac", 0.0, 100.0, None, "on_track"),
        ("cac", 0.0, 0.0, None, "on_track"),
        ("cac", 50.0, 0.0, 0.0, "off_track"),
        ("revenue", 0.0, 0.0, None, "on_track"),
        ("revenue", -10.0, 210.0, None, "off_track"),
    ],
)
def test_a_goal_has_a_status_where_the_signs_leave_no_share(
    key: str, actual: float, target: float, attainment: float | None, status: Status
) -> None:
    """−0.3 ÷ −0.2 is 150 % of the wrong thing; ÷ 0 is nothing. None is too early to tell."""
    found = paced(key, actual, target)
    assert (found.attainment, found.status) == (attainment, status)


def test_before_the_first_working_day_even_a_target_of_zero_asks_for_nothing() -> None:
    sunday = paced("mqls", 0.0, 0.0, date(2026, 11, 1))
    assert (sunday.attainment, sunday.status) == (None, None)


def test_holidays_are_no_working_days_of_a_target() -> None:
    """With the 17th off, 11 of 20 working days are over: 200 × 11/20 = 110."""
    company = Company(holidays=(date(2026, 11, 17),))
    mqls = pace(CATALOGUE["mqls"], 110.0, 200.0, NOVEMBER, HALF, company)
    assert mqls.expected == pytest.approx(110.0)
    assert mqls.required_per_day == pytest.approx(10.0)
