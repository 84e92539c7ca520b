"""Predictive lifetime value, held against CDNOW and against customers who behave as the models say.

The claims about each model alone are in test_bg_nbd.py and test_gamma_gamma.py.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kpis.lifetime import likelihood
from kpis.lifetime.bg_nbd import BgNbd, expected_purchases, fit_bg_nbd
from kpis.lifetime.gamma_gamma import fit_gamma_gamma
from kpis.lifetime.likelihood import MIN_REPEAT_CUSTOMERS, NotFitted
from kpis.lifetime.predictive import customer_summary, predictive_clv
from tests.kpis.lifetime.paying_customers import LAST_DAY, Payment, predicted, regular, summary


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """Payments of 2,000 customers over four years, told as the models tell them, not by formulas.

    Everybody begins in 2020. A customer pays 10 times in 100 weeks on average while it stays, and
    leaves after a repeat payment with a probability of 1 in 6 on average.
    """
    random = np.random.default_rng(20261123)
    rows = []
    for number in range(2000):
        payments_per_day = random.gamma(1.5) / 15 / 7
        leaves = random.beta(1.0, 5.0)
        amounts_scale = 1 / random.gamma(4.0, 1 / 60)
        day = random.uniform(0, 365)
        gone = False
        while day < 4 * 365 and not gone:
            is_repeat = bool(rows) and rows[-1][0] == number
            rows.append((number, int(day), random.gamma(5.0) * amounts_scale))
            gone = is_repeat and random.random() < leaves
            day += random.exponential(1 / payments_per_day)
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    paid_on = pd.Timestamp("2020-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(paid_on=paid_on)


# When nothing can be predicted


@pytest.mark.parametrize("customers", [MIN_REPEAT_CUSTOMERS - 1, MIN_REPEAT_CUSTOMERS])
def test_a_prediction_needs_a_hundred_customers_that_paid_again(customers: int) -> None:
    """Any number of customers that paid once do not help."""
    once = [(f"once {i}", "2026-06-01", 10.0) for i in range(500)]
    found = predictive_clv(summary(*regular(customers, times=3), *once), 1.0, 60)
    assert isinstance(found, NotFitted) == (customers < MIN_REPEAT_CUSTOMERS)


def test_values_need_as_many_customers_whose_repeats_brought_anything() -> None:
    free = [(f"free {i}", f"2026-{m:02}-01", 0.0) for i in range(500) for m in (6, 7, 8)]
    assert predictive_clv(summary(*regular(99), *free), 1.0, 60) == NotFitted(
        "only 99 customers paid anything on a second day, and a prediction needs 100"
    )


def test_a_search_that_does_not_end_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likelihood, "_MOST_EVALUATIONS", 1)
    assert predictive_clv(summary(*regular(100, times=3)), 1.0, 60) == NotFitted(
        "the prediction did not converge on these payments"
    )


def test_when_nobody_paid_in_the_365_days_there_is_no_average_customer() -> None:
    """The first of the 365 days up to 31 December 2026 is 1 January 2026, whenever one began."""

    def three_payments_each(last: date) -> pd.DataFrame:
        every = range(200, 400)
        return summary(*(row for n in every for row in regular(1, times=3, every=n, last=last)))

    long_ago = three_payments_each(last=date(2025, 12, 31))
    assert predictive_clv(long_ago, 1.0, 60) == NotFitted("no customer paid in the 365 days")
    just = predicted(three_payments_each(last=date(2026, 1, 1)))
    assert just.customers["in_window"].all()


# Customers who are all alike: likelihoods without a maximum


def test_customers_who_pay_every_month_and_never_left_will_go_on() -> None:
    """12 monthly payments of 10 in the past, none missing: some 12 × 10 in the next 12 months."""
    found = predicted(summary(*regular(150, times=13, every=30)), months=12)
    assert found.mean == pytest.approx(365.25 / 30 * 10, rel=0.02)
    assert found.customers["p_alive"].min() > 0.99


def test_customers_who_all_left_after_their_third_payment_bring_nothing() -> None:
    """Silent for 355 days after two gaps of 10."""
    found = predicted(summary(*regular(100, times=3, every=10, last=date(2026, 1, 10))))
    assert 0.0 <= found.mean < 0.01


def test_customers_who_never_paid_again_beside_loyal_ones_stay_finite() -> None:
    once = [(f"once {i}", "2026-01-02", 10.0) for i in range(5000)]
    found = predicted(summary(*regular(100, times=12), *once))
    assert np.isfinite(found.customers.drop(columns="customer_id").to_numpy(float)).all()
    assert found.mean > 0


# Payments that do not show when customers leave


def subscribers(customers: int, every: int, years: float, churn: float) -> list[Payment]:
    """Payments of 1,000 by customers that began on any day, each leaving after one by chance."""
    random = np.random.default_rng(20261123)
    rows: list[Payment] = []
    for number in range(customers):
        ago = int(random.integers(0, int(365 * years)))
        while ago >= 0:
            rows.append((f"{every} {number}", str(LAST_DAY - timedelta(days=ago)), 1000.0))
            ago = -1 if random.random() < churn else ago - every
    return rows


NO_THIRD_DAY = "no customer paid on a third day, so payments do not show when customers leave"
NOT_OVERDUE = (
    "payments do not show when customers leave: hardly any customer has been silent for longer "
    "than the time between its payments"
)


@pytest.mark.parametrize("days_ago", [0, 30, 364])
def test_customers_who_all_just_renewed_have_no_prediction_and_not_one_of_zero(
    days_ago: int,
) -> None:
    """120 paid 1,000 twice, 365 days apart. The model said that everybody leaves after that."""
    last = LAST_DAY - timedelta(days=days_ago)
    renewed = summary(*regular(120, times=2, every=365, last=last, amount=1000.0))
    assert predictive_clv(renewed, 1.0, 60) == NotFitted(NO_THIRD_DAY)


@pytest.mark.parametrize(("years", "reason"), [(1.9, NO_THIRD_DAY), (2.2, NOT_OVERDUE)])
def test_yearly_subscribers_of_two_years_have_no_prediction(years: float, reason: str) -> None:
    """15 % leave a year: those who paid this year bring 1,000 × (0.85 + … + 0.85^5) = 3,150 in five
    years. The model said some 530 and 1,160; after four years it is right to a fifth."""
    young = summary(*subscribers(2000, every=365, years=years, churn=0.15))
    assert predictive_clv(young, 1.0, 60) == NotFitted(reason)
    grown = predicted(summary(*subscribers(400, every=365, years=4, churn=0.15)))
    assert grown.mean == pytest.approx(3150, rel=0.2)


def test_some_who_pay_monthly_do_not_tell_when_a_crowd_of_yearly_subscribers_leaves() -> None:
    """The model said some 2,000 for both, with b in the corner of its box."""
    yearly = subscribers(4000, every=365, years=1.9, churn=0.15)
    monthly = subscribers(200, every=30, years=1.9, churn=0.05)
    found = predictive_clv(summary(*yearly, *monthly), 1.0, 60)
    assert found == NotFitted(NOT_OVERDUE)


@pytest.mark.parametrize("churn", [0.0, 0.1, 0.3])
def test_monthly_subscribers_are_predicted_however_many_leave(churn: float) -> None:
    monthly = summary(*subscribers(400, every=30, years=3, churn=churn))
    assert predicted(monthly).mean > 1000


# The value


def test_models_fitted_to_a_story_tell_how_it_goes_on(simulated: pd.DataFrame) -> None:
    """Fitted to 2020 and 2021; then what the same customers paid in 2022 and 2023, to 10 %."""
    half = date(2021, 12, 31)
    two_years = customer_summary(simulated, half)
    found = predicted(two_years, months=24)
    later = simulated[simulated["paid_on"] > pd.Timestamp(half)]
    days = len(later.drop_duplicates(["customer_id", "paid_on"]))
    assert found.customers["expected_purchases"].sum() == pytest.approx(days, rel=0.1)
    assert found.customers["expected_margin"].sum() == pytest.approx(later["amount"].sum(), rel=0.1)


def test_the_mean_is_over_those_who_paid_in_the_365_days_reported_by_all(
    simulated: pd.DataFrame,
) -> None:
    """At the end of 2023 some have not paid for a year: they bring less, and would lower it."""
    found = predicted(customer_summary(simulated, date(2023, 12, 31)))
    recent = set(simulated.loc[simulated["paid_on"] >= "2023-01-01", "customer_id"])
    inside = found.customers["customer_id"].isin(recent)
    assert (found.customers["in_window"] == inside).all() and 0 < inside.sum() < len(inside)
    assert found.mean == pytest.approx(found.customers.loc[inside, "expected_margin"].mean())
    assert found.customers["expected_margin"].mean() < 0.8 * found.mean


def test_only_what_is_to_come_counts_on_margin_and_undiscounted(simulated: pd.DataFrame) -> None:
    """Of 12 months: those are 365.25 ÷ 7 weeks; 0 months bring nothing, whatever was paid."""
    two_years = customer_summary(simulated, date(2021, 12, 31))
    model = fit_bg_nbd(two_years)
    assert isinstance(model, BgNbd)
    year = predicted(two_years, margin=0.4, months=12).customers
    history = (two_years[name].to_numpy(float) for name in ("frequency", "recency", "age"))
    assert list(year["expected_purchases"]) == pytest.approx(
        list(expected_purchases(model, 365.25 / 7, *history))
    )
    amounts = year["expected_purchases"] * year["expected_value"]
    assert list(year["expected_margin"]) == pytest.approx(list(0.4 * amounts))
    assert predicted(two_years, months=0).mean == 0.0


def test_the_order_of_customers_changes_nothing(simulated: pd.DataFrame) -> None:
    two_years = customer_summary(simulated, date(2021, 12, 31))
    assert fit_bg_nbd(two_years[::-1]) == fit_bg_nbd(two_years)
    one, other = (
        fit_gamma_gamma(frame["frequency"], frame["mean_value"])
        for frame in (two_years, two_years[::-1])
    )
    assert one == other


def test_the_unit_of_time_and_the_currency_change_nothing_but_themselves(
    simulated: pd.DataFrame,
) -> None:
    weeks = customer_summary(simulated, date(2021, 12, 31))
    days = weeks.assign(recency=weeks["recency"] * 7, age=weeks["age"] * 7)
    by_week, by_day = fit_bg_nbd(weeks), fit_bg_nbd(days)
    assert isinstance(by_week, BgNbd) and isinstance(by_day, BgNbd)
    assert by_day.alpha == pytest.approx(7 * by_week.alpha, rel=1e-3)
    assert by_day.a == pytest.approx(by_week.a, rel=1e-3)
    yen = predicted(weeks.assign(mean_value=weeks["mean_value"] * 160))
    assert yen.mean == pytest.approx(160 * predicted(weeks).mean, rel=1e-3)


def test_cdnow_goes_on_about_as_predicted(cdnow: pd.DataFrame, cdnow_summary: pd.DataFrame) -> None:
    """The 39 weeks after the fit: 1,882 days of purchase came where 1,653 were expected (88 %)."""
    weeks_39 = predicted(cdnow_summary, months=39 * 7 / 30.4375).customers
    later = customer_summary(cdnow, date(1998, 6, 30))
    came = (later["frequency"] - cdnow_summary["frequency"]).sum()
    assert came == 1882
    assert weeks_39["expected_purchases"].sum() == pytest.approx(1653, abs=1)
