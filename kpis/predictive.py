"""Predictive lifetime value: what customers will still pay, told from when and what they paid.

Two models, fitted by maximum likelihood to all customers together:

- BG/NBD, how often and for how long: while alive, a customer pays at random at a rate of its own,
  and after each payment leaves for good with a probability of its own. Rates are gamma-distributed
  over customers (r, alpha), probabilities to leave beta-distributed (a, b). Source: Fader, Hardie,
  Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
  Marketing Science 24 (2), 275–284; equation numbers are those of the paper.
- Gamma-Gamma, how much: payments vary around a mean of the customer's own, and these means over
  customers (p, q, v), independently of how often it pays. Source: Fader, Hardie (2013), The
  Gamma-Gamma Model of Monetary Value, http://brucehardie.com/notes/025/.

Time is in weeks, as in the paper. Why own code: docs/decisions/012.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, gammaln, hyp2f1

from kpis.sums import CLV_WINDOW_DAYS

DAYS_PER_WEEK = 7
WEEKS_PER_MONTH = 365.25 / 12 / DAYS_PER_WEEK
MIN_REPEAT_CUSTOMERS = 100
"""Customers that paid again, below which nothing is predicted: see docs/decisions/012."""

_BOX = (0.01, 100.0)
"""Where parameters are sought, times in mean ages and amounts in means: beyond it customers are as
good as alike, or one of them is everything, and predictions hardly move any more."""
_MOST_EVALUATIONS = 10_000

Numbers = np.ndarray[Any, np.dtype[np.float64]]
"""One number per customer."""


@dataclass(frozen=True)
class NotFitted:
    """There is no model for these customers, and why."""

    reason: str


@dataclass(frozen=True)
class BgNbd:
    """Payment rates per week are gamma (r, alpha), probabilities to leave are beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class GammaGamma:
    """Payments are gamma (p, ν) with a ν per customer, and those are gamma (q, v)."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """The expected mean payment of a customer that nothing is known of."""
        return self.p * self.v / (self.q - 1)


@dataclass(frozen=True, eq=False)
class PredictiveClv:
    """What customers will still bring, from the day of their summary on.

    mean: expected margin of the average customer that paid in the last 365 days.
    customers: one row per customer, whether it paid in these days or not:

    - customer_id
    - p_alive: probability that it has not left for good
    - expected_purchases: days on which it will pay
    - expected_value: what it will pay on such a day
    - expected_margin: purchases × value × margin
    - in_window: whether it paid in the last 365 days
    """

    mean: float
    customers: pd.DataFrame


def customer_summary(payments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return how often, how recently and how much each customer has paid by the end of a day.

    payments: customer_id, paid_on (days), amount in company currency; without an amount, or after
        ``as_of``, a payment is left out.

    One row per customer that paid at all, in the order of ids:

    - customer_id
    - frequency: days on which it paid again, after the first; payments of a day are one
    - recency: weeks from the first to the last such day; 0 without one
    - age: weeks from the first to ``as_of``
    - mean_value: amount per day on which it paid again; NaN without one

    A day on which more was paid back than paid is no payment, but lowers the mean. What was paid
    back before the first payment is left out.
    """
    known = payments.assign(paid_on=pd.to_datetime(payments["paid_on"])).dropna(subset="amount")
    known = known[known["paid_on"] <= pd.Timestamp(as_of)]
    daily = known.groupby(["customer_id", "paid_on"], as_index=False)["amount"].sum()
    customer = daily["customer_id"]
    paid = daily["paid_on"].where(daily["amount"] >= 0).groupby(customer)
    first, last, frequency = paid.min(), paid.max(), paid.count() - 1
    is_later = daily["paid_on"] > paid.transform("min")
    again = daily["amount"].where(is_later, 0.0).groupby(customer).sum()
    summary = pd.DataFrame(
        {
            "frequency": frequency,
            "recency": (last - first).dt.days / DAYS_PER_WEEK,
            "age": (pd.Timestamp(as_of) - first).dt.days / DAYS_PER_WEEK,
            "mean_value": (again / frequency).where(frequency > 0),
        }
    )
    return summary.query("frequency >= 0").rename_axis("customer_id").reset_index()


def fit_bg_nbd(summary: pd.DataFrame) -> BgNbd | NotFitted:
    """Return the BG/NBD model under which the payments of ``summary`` are the most likely.

    summary: columns frequency, recency and age, in one unit of time, which is the model's.
    """
    few = _too_few(int((summary["frequency"] > 0).sum()), "have paid")
    if few:
        return few
    histories = summary[["frequency", "recency", "age"]].to_numpy(float)
    rows, count = np.unique(histories, axis=0, return_counts=True)
    frequency, recency, age = rows.T
    mean_age = float(np.average(age, weights=count))

    def log_likelihood(parameters: Numbers) -> float:
        model = BgNbd(*parameters)
        each = _bg_nbd_log_likelihood(model, frequency, recency / mean_age, age / mean_age)
        return float(np.average(each, weights=count))

    found = _most_likely(log_likelihood, 4)
    if isinstance(found, NotFitted):
        return found
    r, alpha, a, b = found
    return BgNbd(r, alpha * mean_age, a, b)


def _bg_nbd_log_likelihood(
    model: BgNbd, frequency: Numbers, recency: Numbers, age: Numbers
) -> Numbers:
    """Equation (6), as the sum of still alive and gone after the last payment."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    payments = gammaln(r + frequency) - gammaln(r) + r * np.log(alpha)
    stayed = gammaln(a + b) + gammaln(b + frequency) - gammaln(b) - gammaln(a + b + frequency)
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
    alive: Numbers = expit(-_log_odds_gone(model, frequency, recency, age))
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
    shrunk = rest ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, c, 1 - rest)
    while_alive = c / (a - 1) * (1 - shrunk)
    expected: Numbers = while_alive * p_alive(model, frequency, recency, age)
    return expected


def fit_gamma_gamma(frequency: pd.Series, mean_value: pd.Series) -> GammaGamma | NotFitted:
    """Return the Gamma-Gamma model under which the mean values are the most likely.

    Customers without a repeat payment, and those that were paid back as much as they paid again,
    are left out.
    """
    told = (frequency > 0) & (mean_value > 0)
    few = _too_few(int(told.sum()), "have paid anything")
    if few:
        return few
    pairs = np.column_stack([frequency[told], mean_value[told]]).astype(float)
    rows, count = np.unique(pairs, axis=0, return_counts=True)
    times, values = rows.T
    scale = float(np.average(values, weights=count))

    def log_likelihood(parameters: Numbers) -> float:
        model = GammaGamma(*parameters)
        each = _gamma_gamma_log_likelihood(model, times, values / scale)
        return float(np.average(each, weights=count))

    found = _most_likely(log_likelihood, 3)
    if isinstance(found, NotFitted):
        return found
    p, q, v = found
    if q <= 1:
        return NotFitted("payments differ so much that no mean of them can be expected")
    return GammaGamma(p, q, v * scale)


def _gamma_gamma_log_likelihood(
    model: GammaGamma, frequency: Numbers, mean_value: Numbers
) -> Numbers:
    """Equation (1a) of the note."""
    p, q, v = model.p, model.q, model.v
    shape = p * frequency
    each: Numbers = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(v)
        + (shape - 1) * np.log(mean_value)
        + shape * np.log(frequency)
        - (shape + q) * np.log(frequency * mean_value + v)
    )
    return each


def expected_value(model: GammaGamma, frequency: Numbers, mean_value: Numbers) -> Numbers:
    """Return what a customer will pay on a day that it pays, by equation (5) of the note.

    A mean of its own mean value and everybody's, its own weighing more the more often it has paid;
    everybody's where it has not paid again.
    """
    weight = model.p * frequency / (model.p * frequency + model.q - 1)
    own = np.where(frequency > 0, mean_value, 0.0)
    expected: Numbers = (1 - weight) * model.mean + weight * own
    return expected


def predictive_clv(
    summary: pd.DataFrame, margin: float, months: float
) -> PredictiveClv | NotFitted:
    """Return the margin that customers are expected to bring in the next ``months``.

    summary: as returned by customer_summary. margin: share of an amount. Only what is still to come
    counts, not what was paid already, and it is not discounted. Everybody tells the models; the
    mean is over those who paid in the 365 days up to the day of the summary.
    """
    purchases = fit_bg_nbd(summary)
    if isinstance(purchases, NotFitted):
        return purchases
    values = fit_gamma_gamma(summary["frequency"], summary["mean_value"])
    if isinstance(values, NotFitted):
        return values
    frequency, recency, age, mean_value = (
        summary[name].to_numpy(float) for name in ("frequency", "recency", "age", "mean_value")
    )
    customers = pd.DataFrame(
        {
            "customer_id": summary["customer_id"],
            "p_alive": p_alive(purchases, frequency, recency, age),
            "expected_purchases": expected_purchases(
                purchases, months * WEEKS_PER_MONTH, frequency, recency, age
            ),
            "expected_value": expected_value(values, frequency, mean_value),
        }
    )
    customers["expected_margin"] = (
        customers["expected_purchases"] * customers["expected_value"] * margin
    )
    days_silent = np.rint((age - recency) * DAYS_PER_WEEK)
    customers["in_window"] = days_silent < CLV_WINDOW_DAYS
    if not customers["in_window"].any():
        return NotFitted(f"no customer paid in the {CLV_WINDOW_DAYS} days")
    mean = float(customers.loc[customers["in_window"], "expected_margin"].mean())
    return PredictiveClv(mean, customers)


def _too_few(customers: int, did: str) -> NotFitted | None:
    if customers >= MIN_REPEAT_CUSTOMERS:
        return None
    return NotFitted(
        f"only {customers} customers {did} on a second day, "
        f"and a prediction needs {MIN_REPEAT_CUSTOMERS}"
    )


def _most_likely(
    log_likelihood: Callable[[Numbers], float], size: int
) -> tuple[float, ...] | NotFitted:
    """The parameters, all in the box, that maximise a mean log-likelihood.

    They are sought as logarithms and from 1, so that the same data give the same answer.
    """
    box = [(np.log(_BOX[0]), np.log(_BOX[1]))] * size
    found = minimize(
        lambda logs: -log_likelihood(np.exp(logs)),
        np.zeros(size),
        method="L-BFGS-B",
        bounds=box,
        options={"ftol": 1e-10, "gtol": 1e-6, "maxls": 50, "maxfun": _MOST_EVALUATIONS},
    )
    if not (found.success and np.isfinite(found.fun)):
        return NotFitted("the prediction did not converge on these payments")
    return tuple(float(parameter) for parameter in np.exp(found.x))
