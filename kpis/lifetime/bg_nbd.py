"""BG/NBD, how often and for how long customers pay, estimated from when they did.

While alive, a customer pays at random at a rate of its own, and after each payment leaves for good
with a probability of its own. Rates are gamma-distributed over customers (r, alpha), probabilities
to leave beta-distributed (a, b). Source: Fader, Hardie, Lee (2005), "Counting Your Customers" the
Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24 (2), 275–284; equation
numbers are those of the paper.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kpis.lifetime.likelihood import NotFitted, Numbers, most_likely, too_few

_LEFT_UNSEEN = 0.1
"""Share of customers not yet overdue that a model may take to have left."""


@dataclass(frozen=True)
class BgNbd:
    """Payment rates per week are gamma (r, alpha), probabilities to leave are beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float


def fit_bg_nbd(summary: pd.DataFrame) -> BgNbd | NotFitted:
    """Return the BG/NBD model under which the payments of ``summary`` are the most likely.

    summary: columns frequency, recency and age, in one unit of time, which is the model's.

    Not fitted to payments that do not show when customers leave: see docs/decisions/012.
    """
    few = too_few(int((summary["frequency"] > 0).sum()), "paid")
    if few:
        return few
    if summary["frequency"].max() < 2:  # only a ÷ (a + b) shows in repeat payments that are first
        return NotFitted(
            "no customer paid on a third day, so payments do not show when customers leave"
        )
    histories = summary[["frequency", "recency", "age"]].to_numpy(float)
    rows, count = np.unique(histories, axis=0, return_counts=True)
    frequency, recency, age = rows.T
    mean_age = float(np.average(age, weights=count))

    def log_likelihood(parameters: Numbers) -> float:
        model = BgNbd(*parameters)
        each = _log_likelihood(model, frequency, recency / mean_age, age / mean_age)
        return float(np.average(each, weights=count))

    found = most_likely(log_likelihood, 4)
    if isinstance(found, NotFitted):
        return found
    r, alpha, a, b = found
    model = BgNbd(r, alpha * mean_age, a, b)
    if _leaving_is_not_seen(model, frequency, recency, age, count.astype(float)):
        return NotFitted(
            "payments do not show when customers leave: hardly any customer has been silent "
            "for longer than the time between its payments"
        )
    return model


def _leaving_is_not_seen(
    model: BgNbd, frequency: Numbers, recency: Numbers, age: Numbers, count: Numbers
) -> bool:
    """Whether most customers that the model takes to have left are not even overdue.

    Overdue are those silent for longer than the mean time between their own payments. Silence is
    all that shows who left. Where few are overdue and many are taken to have left, it is because
    payments come more regularly than the model can see.
    """
    again = frequency > 0
    overdue = again & ((age - recency) * frequency > recency)
    left = (1 - p_alive(model, frequency, recency, age)) * count
    unseen = float(left[again & ~overdue].sum())
    is_most = unseen > float(left[overdue].sum())
    return is_most and unseen > _LEFT_UNSEEN * float(count[again & ~overdue].sum())


def _log_likelihood(model: BgNbd, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
    """Equation (6), as the sum of still alive and gone after the last payment."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    payments = scipy.special.gammaln(r + frequency) - scipy.special.gammaln(r) + r * np.log(alpha)
    stayed = (
        scipy.special.gammaln(a + b)
        + scipy.special.gammaln(b + frequency)
        - scipy.special.gammaln(b)
        - scipy.special.gammaln(a + b + frequency)
    )
    alive = -(r + frequency) * np.log(alpha + age)
    gone = alive + _log_odds_gone(model, frequency, recency, age)
    each: Numbers = payments + stayed + np.logaddexp(alive, gone)
    return each


def _log_odds_gone(model: BgNbd, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
    """Log of the odds of having left; -inf before a repeat payment: until then nobody leaves."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    silence = (r + frequency) * (np.log(alpha + age) - np.log(alpha + recency))
    odds = np.log(a) - np.log(b + np.maximum(frequency, 1) - 1) + silence
    return np.where(frequency > 0, odds, -np.inf)


def p_alive(model: BgNbd, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
    """Return the probability that a customer has not left for good; 1 before a repeat payment.

    Source: Fader, Hardie, Lee (2008), Computing P(alive) Using the BG/NBD Model,
    http://brucehardie.com/notes/021/.
    """
    alive: Numbers = scipy.special.expit(-_log_odds_gone(model, frequency, recency, age))
    return alive


def expected_purchases(
    model: BgNbd, horizon: float, frequency: Numbers, recency: Numbers, age: Numbers
) -> Numbers:
    """Return on how many days a customer will pay in the next ``horizon``, by equation (10).

    The hypergeometric function is taken after Euler's transformation, in which the powers of the
    paper's form cancel: those overflow where a customer has paid some hundred times.
    """
    r, alpha, b = model.r, model.alpha, model.b
    a = model.a if abs(model.a - 1) > 1e-5 else 1 + 1e-5  # at 1 the equation is 0 ÷ 0
    rest = 1 - horizon / (alpha + age + horizon)
    c = a + b + frequency - 1
    shrunk = rest ** (a - 1) * scipy.special.hyp2f1(a + b - 1 - r, a - 1, c, 1 - rest)
    while_alive = c / (a - 1) * (1 - shrunk)
    expected: Numbers = while_alive * p_alive(model, frequency, recency, age)
    return expected
