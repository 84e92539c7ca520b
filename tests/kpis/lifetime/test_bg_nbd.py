"""BG/NBD, held against what was published for CDNOW and against plain integration.

Sources: the parameters from Fader, Hardie, Lee (2005); the expectations from Hardie's spreadsheet,
http://brucehardie.com/notes/004/, as the tests of lifetimes quote it.
"""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta

from kpis.lifetime.bg_nbd import BgNbd, _log_likelihood, expected_purchases, fit_bg_nbd, p_alive
from tests.kpis.lifetime.paying_customers import array

PUBLISHED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)


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


@settings(max_examples=100)
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


def test_leaving_counts_as_seen_where_silence_shows_it() -> None:
    """Alike in all but the silence of 100 who paid three times in 20 weeks: 100 weeks, or none.

    Beside them, 100 paid in 30 of 30 weeks and go on.
    """

    def with_silence(weeks: float) -> pd.DataFrame:
        left, loyal = {"frequency": 2, "recency": 20.0}, {"frequency": 30, "recency": 30.0}
        rows = [{**left, "age": 20.0 + weeks}, {**loyal, "age": 30.0}] * 100
        return pd.DataFrame(rows)

    silent, just = fit_bg_nbd(with_silence(100)), fit_bg_nbd(with_silence(0))
    assert isinstance(silent, BgNbd) and isinstance(just, BgNbd)
    history = (array(2), array(20), array(120))
    assert p_alive(silent, *history) < 0.5
    assert p_alive(just, array(2), array(20), array(20)) > 0.9


@given(
    share=st.floats(0.01, 0.99),
    concentration=st.sampled_from([0.1, 1.0, 50.0]),
    silence=st.floats(0, 100),
)
def test_without_a_third_day_only_the_mean_probability_to_leave_shows(
    share: float, concentration: float, silence: float
) -> None:
    """Equation (6) at x = 0 and 1 holds a and b only as a ÷ (a + b): why nothing is fitted then."""
    history = (array(0, 1), array(0, 20), array(40, 20 + silence))
    one, other = (
        _log_likelihood(BgNbd(1.0, 10.0, share * size, (1 - share) * size), *history)
        for size in (1.0, concentration)
    )
    assert one == pytest.approx(other, rel=1e-9)


def test_cdnow_gives_the_published_parameters(cdnow_summary: pd.DataFrame) -> None:
    """To every decimal that was published."""
    model = fit_bg_nbd(cdnow_summary)
    assert isinstance(model, BgNbd)
    assert BgNbd(*(round(value, 3) for value in astuple(model))) == PUBLISHED
