"""Forecasts of ratios: divided out of their parts, and of shared costs that are booked by month."""

from datetime import date, timedelta

import pytest

from kpis.scorecard.selection import Facts
from tests.kpis.goals.test_forecast import (
    SUNDAY,
    customers_daily,
    facts_of,
    forecast_of,
    mondays,
    weekly_deals,
)
from tests.small_data import cost, days, lead, won


@pytest.mark.parametrize(
    ("weeks", "width"),
    [
        (((1, 2), (2, 4), (4, 6), (2, 4), (2, 6)), 0.1610),
        (((1, 2), (0, 4), (6, 6), (0, 4), (4, 6)), 0.3602),
    ],
)
def test_a_rate_is_divided_out_of_what_its_parts_will_be(
    weeks: tuple[tuple[int, int], ...], width: float
) -> None:
    """Won of closed: 2 of 4, 4 of 6, 2 of 4, 2 of 6: 0.5 and 1 a day. So far 4 of 10, and 11 days
    left: 9.5 of 21 = 45.2 %. So far it is 40 %, the mean of the weeks' rates 50 %.

    Residuals of won −0.5, 1.5, −0.5, −0.5, of closed −1, 1, −1, 1; won − R closed: −0.0476,
    1.0476, −0.0476, −0.9524. Their squares add up to 2.0091, σ² = 2.0091 ÷ 5 ÷ 3 = 0.1339 is below
    the floor with p = (10 + 1) ÷ (20 + 2): p (1 − p) × 1 a day = 0.25.
    √(0.25 × 17.05) ÷ 21 = 0.0983, × 1.638 = 0.1610.

    With 0, 6, 0, 4 won of as many, won − R closed are −2.0476, 3.0476, −2.0476, 1.0476: σ² =
    18.7710 ÷ 5 ÷ 3 = 1.2514. √(1.2514 × 17.05) ÷ 21 = 0.21996, × 1.638 = 0.3602."""
    rate = forecast_of(facts_of(as_of=SUNDAY, deals=weekly_deals(weeks)), "win_rate")
    assert (rate.so_far, rate.value) == (pytest.approx(0.4), pytest.approx(9.5 / 21))
    assert rate.low == pytest.approx(9.5 / 21 - width, abs=1e-4)
    assert rate.high == pytest.approx(9.5 / 21 + width, abs=1e-4)


def test_that_all_were_won_so_far_does_not_say_that_all_will_be() -> None:
    """10 of 10 in each of four weeks: p = 41 ÷ 42, p (1 − p) × 2 a day = 0.0465;
    √(0.0465 × 17.05) ÷ 42 = 0.0212, × 1.638 = 0.0347 below 100 %. From R (1 − R) it would be
    100 % to 100 %."""
    weeks = ((1, 1), *((10, 10),) * 4)
    rate = forecast_of(facts_of(as_of=SUNDAY, deals=weekly_deals(weeks)), "win_rate")
    assert (rate.value, rate.high) == (1.0, 1.0)
    assert rate.low == pytest.approx(1 - 0.0347, abs=1e-4)


@pytest.mark.parametrize(
    "booked_on",
    [
        ("2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"),
        ("2026-07-31", "2026-08-31", "2026-09-30", "2026-10-30"),
    ],
)
def test_shared_costs_booked_once_a_month_come_once_a_month(booked_on: tuple[str, ...]) -> None:
    """210 of shared costs a month and 21 customers in November: 10 each, whether 210 are booked by
    the 15th or nothing yet. By working day 630 ÷ 65 × 21 would come, 9.69 each; 11 such days on top
    of the 210 would make it 15.1. σ² ≥ 10² × 1 a day: √(100 × (11 + 121 ÷ 65)) ÷ 21 = 1.708,
    × 1.356 = 2.316. The lumps themselves are no scatter."""
    costs = [cost(day, 210.0) for day in booked_on]
    found = forecast_of(facts_of(as_of=SUNDAY, deals=customers_daily(), costs=costs), "cac")
    assert found.value == pytest.approx(10.0)
    assert [found.high - 10, 10 - found.low] == pytest.approx([2.316, 2.316], abs=1e-3)


def a_lead_a_day(*booked: tuple[str, float], as_of: str = SUNDAY) -> Facts:
    """One lead on each working day from June to 15 November, and these shared costs."""
    first = date(2026, 6, 1)
    weekdays = [first + timedelta(days=7 * week + n) for week in range(24) for n in range(5)]
    return facts_of(
        as_of=as_of,
        leads=[lead(str(day), str(day)) for day in weekdays],
        costs=[cost(day, amount) for day, amount in booked],
    )


FIRSTS = tuple((f"2026-{month:02}-01", 1000.0) for month in range(6, 12))


def test_a_cost_per_lead_is_no_surer_than_its_leads() -> None:
    """Each week has 5 leads. 1,000 ÷ 21 = 47.62 ± 1.356 × 47.62 √(11 + 121 ÷ 65) ÷ 21 = 11.03.
    By working day 3,000 ÷ 65 = 46.15, and no range."""
    found = forecast_of(a_lead_a_day(*FIRSTS), "cost_per_lead")
    assert found.value == pytest.approx(1000 / 21)
    assert found.high - found.value == pytest.approx(11.03, abs=0.005)


@pytest.mark.parametrize(
    ("first", "last", "per_lead"),
    [
        ("2026-10-01", "2026-12-31", 3000 / 66),
        ("2026-12-01", "2026-12-31", 1000 / 23),
        ("2026-11-01", "2026-12-31", 2000 / 44),
        ("2026-11-16", "2026-11-22", 3000 / 65),
        ("2027-02-01", "2027-02-07", 3000 / 65),
        ("2027-02-22", "2027-02-28", 3000 / 65),
    ],
)
def test_whole_months_bring_a_months_shared_costs_and_other_ranges_are_prorated_by_day(
    first: str, last: str, per_lead: float
) -> None:
    """October, November and December have 22, 21 and 23 working days, one lead each.

    A week is no month, though February 2027 begins with a Monday and ends with a Sunday: its 5
    leads bear 5 × 3,000 ÷ 65, 46.15 each. A month's 1,000 would make it 200."""
    found = forecast_of(a_lead_a_day(*FIRSTS), "cost_per_lead", days(first, last))
    assert found.value == pytest.approx(per_lead)


@pytest.mark.parametrize(
    ("booked", "november"),
    [
        ((*FIRSTS, ("2026-11-10", 500.0)), 1500.0),
        ((*FIRSTS[:-1], ("2026-11-02", 400.0)), 1000.0),
        ((("2026-06-15", 3000.0), ("2026-09-15", 3000.0)), 1000.0),
        ((("2026-09-15", 900.0), ("2026-10-15", 1100.0)), 1000.0),
        ((("2026-10-01", 1200.0), ("2026-11-01", 900.0)), 1200.0),
    ],
)
def test_the_running_month_brings_the_usual_and_at_least_what_is_booked(
    booked: tuple[tuple[str, float], ...], november: float
) -> None:
    """3,000 a quarter are 1,000 a month; months before the first on record are no months of 0."""
    found = forecast_of(a_lead_a_day(*booked), "cost_per_lead")
    assert found.value == pytest.approx(november / 21)


def test_a_month_that_is_over_brings_no_more_shared_costs() -> None:
    """On 1 November the quarter has October's 400, and two months of (1,000 + 1,000 + 400) ÷ 3 =
    800 to come: 2,000 for 66 leads. Topped up to the usual 800, October would make it 2,400."""
    booked = (*FIRSTS[:4], ("2026-10-01", 400.0))
    quarter = days("2026-10-01", "2026-12-31")
    found = forecast_of(a_lead_a_day(*booked, as_of="2026-11-01"), "cost_per_lead", quarter)
    assert found.value == pytest.approx(2000 / 66)


def test_a_sales_cycle_that_is_always_the_same_is_known_however_many_are_won() -> None:
    """Ten days from lead to customer, five customers a week: 10 days for any number of them. A
    floor of R² δ, as costs have, would make it 10 ± 2.3."""
    wins = [(monday, n) for monday in mondays(14) for n in range(5)]
    leads = [
        lead(f"{day} {n}", str(date.fromisoformat(day) - timedelta(days=10))) for day, n in wins
    ]
    deals = [won(f"{day} {n}", f"{day} {n}", day) for day, n in wins]
    cycle = forecast_of(facts_of(as_of=SUNDAY, leads=leads, deals=deals), "sales_cycle_days")
    assert [cycle.low, cycle.value, cycle.high] == pytest.approx([10.0] * 3)


def test_costs_of_campaigns_go_on_by_working_day() -> None:
    """100 a week in cost and 5 customers: 20 each, with 40 of shared cost in November 20 + 40/21.
    By campaign ads takes no shared cost without SQLs: 20."""
    costs = [cost(monday, 100.0, "ads") for monday in mondays(14)] + [cost("2026-11-02", 40.0)]
    leads = [lead(row["deal_id"], row["closed_at"], "ads") for row in customers_daily()]
    deals = [won(row["deal_id"], row["deal_id"], row["closed_at"]) for row in customers_daily()]
    facts = facts_of(as_of=SUNDAY, leads=leads, deals=deals, costs=costs)
    assert forecast_of(facts, "cac").value == pytest.approx(20 + 40 / 21)
    assert forecast_of(facts, "cac", where={"campaign": ["ads"]}).value == pytest.approx(20.0)


def test_a_cost_per_customer_is_reported_from_when_both_are_on_record() -> None:
    """Customers for 14 weeks, costs of 100 a week for six, of which five count after the first:
    20 each. With 8 weeks of no costs it would be less."""
    costs = [cost(monday, 100.0, "ads") for monday in mondays(6)]
    cac = forecast_of(facts_of(as_of=SUNDAY, deals=customers_daily(), costs=costs), "cac")
    assert (cac.value, cac.weeks) == (pytest.approx(20.0), 5)
