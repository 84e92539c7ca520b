"""Predictive lifetime value, held against the numbers that were published for CDNOW.

CDNOW: 2,357 people who first bought from the web shop CDNOW in the first twelve weeks of 1997; the
models were published with what they bought up to 30 September 1997. Sources: the parameters of
BG/NBD from Fader, Hardie, Lee (2005); Gamma-Gamma and the expected values from Hardie's spreadsheet
to http://brucehardie.com/notes/025/; the other expectations from his spreadsheet of BG/NBD,
http://brucehardie.com/notes/004/. The last two are quoted as the tests of lifetimes quote them.
"""

from dataclasses import astuple
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta

from kpis import predictive
from kpis.predictive import (
    MIN_REPEAT_CUSTOMERS,
    BgNbd,
    GammaGamma,
    NotFitted,
    customer_summary,
    expected_purchases,
    expected_value,
    fit_bg_nbd,
    fit_gamma_gamma,
    p_alive,
    predictive_clv,
)
from tests.kpis.paying_customers import (
    array,
    predicted,
    regular,
    summary,
)

PUBLISHED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
PUBLISHED_VALUES = GammaGamma(p=6.25, q=3.74, v=15.44)


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


@pytest.fixture(scope="module")
def cdnow(real_data: Path) -> pd.DataFrame:
    """The purchases, from 1 January 1997 to 30 June 1998, as payments."""
    return pd.read_csv(
        real_data / "cdnow" / "CDNOW_sample.txt",
        sep=r"\s+",
        names=["master_id", "customer_id", "paid_on", "discs", "amount"],
        dtype={"customer_id": "string", "paid_on": "string"},
    )[["customer_id", "paid_on", "amount"]]


@pytest.fixture(scope="module")
def cdnow_summary(cdnow: pd.DataFrame) -> pd.DataFrame:
    return customer_summary(cdnow, date(1997, 9, 30))


# When nothing can be predicted


@pytest.mark.parametrize("customers", [MIN_REPEAT_CUSTOMERS - 1, MIN_REPEAT_CUSTOMERS])
def test_a_prediction_needs_a_hundred_customers_that_paid_again(customers: int) -> None:
    """Any number of customers that paid once do not help."""
    once = [(f"once {i}", "2026-06-01", 10.0) for i in range(500)]
    found = predictive_clv(summary(*regular(customers), *once), 1.0, 60)
    assert isinstance(found, NotFitted) == (customers < MIN_REPEAT_CUSTOMERS)


def test_values_need_as_many_customers_whose_repeats_brought_anything() -> None:
    free = [(f"free {i}", f"2026-{month}-01", 0.0) for i in range(500) for month in ("06", "07")]
    assert predictive_clv(summary(*regular(99), *free), 1.0, 60) == NotFitted(
        "only 99 customers have paid anything on a second day, and a prediction needs 100"
    )


def test_a_search_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictive, "_MOST_EVALUATIONS", 1)
    assert predictive_clv(summary(*regular(100)), 1.0, 60) == NotFitted(
        "the prediction did not converge on these payments"
    )


def test_means_too_unequal_to_have_a_mean_are_undefined_and_not_negative() -> None:
    """(200 ÷ n)² for n from 1 to 200 has a tail like q = ½: p v ÷ (q − 1) would be a negative mean
    of positive values."""
    values = pd.Series([(200 / n) ** 2 for n in range(1, 201)])
    found = fit_gamma_gamma(pd.Series([1.0] * 200), values)
    assert found == NotFitted("payments differ so much that no mean of them can be expected")


def test_when_nobody_paid_in_the_365_days_there_is_no_average_customer() -> None:
    """The first of the 365 days up to 31 December 2026 is 1 January 2026, whenever one began."""

    def two_payments_each(last: date) -> pd.DataFrame:
        return summary(*(row for n in range(500, 700) for row in regular(1, every=n, last=last)))

    long_ago = two_payments_each(last=date(2025, 12, 31))
    assert predictive_clv(long_ago, 1.0, 60) == NotFitted("no customer paid in the 365 days")
    just = predicted(two_payments_each(last=date(2026, 1, 1)))
    assert just.customers["in_window"].all()


# Customers who are all alike: likelihoods without a maximum


def test_customers_who_pay_every_month_and_never_left_will_go_on() -> None:
    """12 monthly payments of 10 in the past, none missing: some 12 × 10 in the next 12 months."""
    found = predicted(summary(*regular(150, times=13, every=30)), months=12)
    assert found.mean == pytest.approx(365.25 / 30 * 10, rel=0.02)
    assert found.customers["p_alive"].min() > 0.99


def test_customers_who_all_left_after_their_second_payment_bring_nothing() -> None:
    found = predicted(summary(*regular(100, times=2, every=10, last=date(2026, 1, 10))))
    assert 0.0 <= found.mean < 0.01


def test_customers_who_never_paid_again_beside_loyal_ones_stay_finite() -> None:
    once = [(f"once {i}", "2026-01-02", 10.0) for i in range(5000)]
    found = predicted(summary(*regular(100, times=12), *once))
    assert np.isfinite(found.customers.drop(columns="customer_id").to_numpy(float)).all()
    assert found.mean > 0


# The formulas


def test_p_alive_by_hand() -> None:
    """x = 2, t_x = 30.43, T = 38.86 with the published parameters:
    1 ÷ (1 + 0.793 ÷ (2.426 + 1) × ((4.414 + 38.86) ÷ (4.414 + 30.43))^2.243)
    = 1 ÷ (1 + 0.23146 × 1.24193^2.243) = 1 ÷ (1 + 0.37628) = 0.7266."""
    assert p_alive(PUBLISHED, array(2), array(30.43), array(38.86)) == pytest.approx(
        0.7266, abs=5e-5
    )


def test_nobody_leaves_before_a_repeat_payment() -> None:
    assert list(p_alive(PUBLISHED, array(0, 0), array(0, 0), array(0, 999))) == [1.0, 1.0]


def test_the_same_silence_says_more_of_one_who_paid_often() -> None:
    """20 weeks of silence after 20 weeks: with 10 repeats all but gone, with 1 not."""
    rare, frequent = p_alive(PUBLISHED, array(1, 10), array(20, 20), array(40, 40))
    assert frequent < 0.05 < 0.55 < rare


def test_expected_purchases_as_published() -> None:
    """Hardie's spreadsheet: x = 2, t_x = 30.43, T = 38.86 in the next 39 weeks."""
    expected = expected_purchases(PUBLISHED, 39, array(2), array(30.43), array(38.86))
    assert expected == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(
    ("weeks", "published"),
    [(0.1429, 0.0078), (1.0, 0.0532), (3.0, 0.1506), (32.0, 1.0437), (78.0, 1.8576)],
)
def test_repeat_purchases_of_a_new_customer_as_published(weeks: float, published: float) -> None:
    """Nothing known of it and nothing past: equation (10) becomes equation (9).

    Published for parameters of more than three decimals: r = 0.2426 as 0.243 is off by 0.2 %.
    """
    expected = expected_purchases(PUBLISHED, weeks, array(0), array(0), array(0))
    assert expected == pytest.approx(published, rel=2e-3, abs=5e-5)


def by_integration(model: BgNbd, horizon: float, frequency: int, age: float) -> float:
    """Expected purchases of one who is alive, without the hypergeometric function.

    Its probability p to leave is beta (a, b + x), its rate λ gamma (r + x, α + T). With both known
    it is (1 − e^(−λ p t)) ÷ p; the mean over λ is (1 − (1 + p t ÷ (α + T))^−(r + x)) ÷ p.
    """
    exponent, per = model.r + frequency, horizon / (model.alpha + age)
    ends = (model.a - 1, model.b + frequency - 1)
    whole, _ = quad(
        lambda p: -np.expm1(-exponent * np.log1p(p * per)) / p if p > 0 else exponent * per,
        0,
        1,
        weight="alg",
        wvar=ends,
        epsabs=0,
        epsrel=1e-8,
        limit=200,
    )
    return float(whole / beta(ends[0] + 1, ends[1] + 1))


@settings(deadline=None, max_examples=100)
@given(
    r=st.floats(0.05, 20),
    alpha=st.floats(0.5, 100),
    a=st.one_of(st.floats(0.05, 10), st.sampled_from([1.0, 1 - 1e-13, 1 + 1e-9, 1 - 1e-4])),
    b=st.floats(0.05, 20),
    frequency=st.integers(0, 50),
    age=st.floats(0, 500),
    horizon=st.floats(4, 300),
)
def test_expected_purchases_are_the_mean_over_what_a_customer_may_be(
    r: float, alpha: float, a: float, b: float, frequency: int, age: float, horizon: float
) -> None:
    """At a = 1, too, where the closed form is 0 ÷ 0."""
    model = BgNbd(r, alpha, a, b)
    history = (array(frequency), array(age if frequency else 0), array(age))
    expected = expected_purchases(model, horizon, *history) / p_alive(model, *history)
    assert expected == pytest.approx(by_integration(model, horizon, frequency, age), rel=1e-4)


def test_one_who_paid_every_day_for_two_years_has_a_number() -> None:
    """The hypergeometric function of the paper's form overflows here."""
    history = (array(700), array(100), array(100))
    expected = expected_purchases(PUBLISHED, 260, *history) / p_alive(PUBLISHED, *history)
    assert expected == pytest.approx(by_integration(PUBLISHED, 260, 700, 100), rel=1e-6)


def test_expected_value_by_hand() -> None:
    """Everybody's mean: 6.25 × 15.44 ÷ (3.74 − 1) = 35.219. With x = 2 and a mean of 22.35, its own
    weighs 12.5 ÷ (12.5 + 2.74) = 0.82021: 0.17979 × 35.219 + 0.82021 × 22.35 = 24.664."""
    expected = expected_value(PUBLISHED_VALUES, array(2, 0), array(22.35, np.nan))
    assert expected == pytest.approx([24.664, 35.219], abs=5e-4)


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


def test_the_mean_is_over_those_who_paid_in_the_365_days_told_by_all(
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


# What was published


def test_cdnow_purchases_give_the_published_summary(
    cdnow_summary: pd.DataFrame, real_data: Path
) -> None:
    """All 2,357 customers, 946 of whom bought again; the file has two decimals."""
    file = real_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    published = pd.read_csv(file)
    assert len(cdnow_summary) == 2357 and (cdnow_summary["frequency"] > 0).sum() == 946
    ours = cdnow_summary.fillna({"mean_value": 0.0})
    assert list(ours["customer_id"].astype(int)) == list(published["ID"])
    assert list(ours["frequency"]) == list(published["x"])
    for name, column in (("recency", "t_x"), ("age", "T"), ("mean_value", "zbar")):
        assert (ours[name] - published[column]).abs().max() < 0.00501, name


def test_cdnow_gives_the_published_parameters(cdnow_summary: pd.DataFrame) -> None:
    """To every decimal that was published."""
    model = fit_bg_nbd(cdnow_summary)
    assert isinstance(model, BgNbd)
    assert BgNbd(*(round(value, 3) for value in astuple(model))) == PUBLISHED
    values = fit_gamma_gamma(cdnow_summary["frequency"], cdnow_summary["mean_value"])
    assert isinstance(values, GammaGamma)
    assert GammaGamma(*(round(value, 2) for value in astuple(values))) == PUBLISHED_VALUES


def test_cdnow_gives_the_published_expected_values(cdnow_summary: pd.DataFrame) -> None:
    values = fit_gamma_gamma(cdnow_summary["frequency"], cdnow_summary["mean_value"])
    assert isinstance(values, GammaGamma)
    ten = cdnow_summary.head(10)
    expected = expected_value(values, ten["frequency"].to_numpy(), ten["mean_value"].to_numpy())
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert [round(float(value), 2) for value in expected] == published


def test_cdnow_goes_on_about_as_predicted(cdnow: pd.DataFrame, cdnow_summary: pd.DataFrame) -> None:
    """The 39 weeks after the fit: 1,882 days of purchase came where 1,653 were expected (88 %)."""
    weeks_39 = predicted(cdnow_summary, months=39 * 7 / 30.4375).customers
    later = customer_summary(cdnow, date(1998, 6, 30))
    came = (later["frequency"] - cdnow_summary["frequency"]).sum()
    assert came == 1882
    assert weeks_39["expected_purchases"].sum() == pytest.approx(1653, abs=1)
