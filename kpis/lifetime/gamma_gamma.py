"""Gamma-Gamma, how much customers pay, estimated from how much they did.

Payments vary around a mean of the customer's own, and these means over customers (p, q, v),
independently of how often it pays. Source: Fader, Hardie (2013), The Gamma-Gamma Model of Monetary
Value, http://brucehardie.com/notes/025/; equation numbers are those of the note.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kpis.lifetime.likelihood import NotFitted, Numbers, most_likely, too_few


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


def fit_gamma_gamma(frequency: pd.Series, mean_value: pd.Series) -> GammaGamma | NotFitted:
    """Return the Gamma-Gamma model under which the mean values are the most likely.

    Customers without a repeat payment, and those whose repeats were all free, are left out.
    """
    repeat = (frequency > 0) & (mean_value > 0)
    few = too_few(int(repeat.sum()), "paid anything")
    if few:
        return few
    pairs = np.column_stack([frequency[repeat], mean_value[repeat]]).astype(float)
    rows, count = np.unique(pairs, axis=0, return_counts=True)
    times, values = rows.T
    scale = float(np.average(values, weights=count))

    def log_likelihood(parameters: Numbers) -> float:
        model = GammaGamma(*parameters)
        each = _log_likelihood(model, times, values / scale)
        return float(np.average(each, weights=count))

    found = most_likely(log_likelihood, 3)
    if isinstance(found, NotFitted):
        return found
    p, q, v = found
    if q <= 1:
        return NotFitted("payments differ so much that no mean of them can be expected")
    return GammaGamma(p, q, v * scale)


def _log_likelihood(model: GammaGamma, frequency: Numbers, mean_value: Numbers) -> Numbers:
    """Equation (1a) of the note."""
    p, q, v = model.p, model.q, model.v
    shape = p * frequency
    each: Numbers = (
        scipy.special.gammaln(shape + q)
        - scipy.special.gammaln(shape)
        - scipy.special.gammaln(q)
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
