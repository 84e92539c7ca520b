"""Maximum likelihood: the parameters under which what customers did is the most likely."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from kpis.display import counted

MIN_REPEAT_CUSTOMERS = 100
"""Customers that paid again, below which nothing is predicted: see docs/decisions/012."""

_BOX = (0.01, 100.0)
"""Where parameters are sought, times in mean ages and amounts in means: beyond it customers are as
good as alike, or one of them is everything, and predictions hardly move any more; where they would,
BG/NBD is not fitted."""
_MOST_EVALUATIONS = 10_000

Numbers = np.ndarray[Any, np.dtype[np.float64]]
"""One number per customer."""


@dataclass(frozen=True)
class NotFitted:
    """There is no model for these customers, and why."""

    reason: str


def too_few(customers: int, did: str) -> NotFitted | None:
    """Why there is no model of so few ``customers``, who ``did`` what it is fitted to."""
    if customers >= MIN_REPEAT_CUSTOMERS:
        return None
    return NotFitted(
        f"only {counted(customers, 'customer')} {did} on a second day, "
        f"and a prediction needs {MIN_REPEAT_CUSTOMERS}"
    )


def most_likely(
    log_likelihood: Callable[[Numbers], float], size: int
) -> tuple[float, ...] | NotFitted:
    """The ``size`` parameters, all in the box, that maximise a mean log-likelihood.

    They are sought as logarithms and from 1, so that the same data give the same answer.
    """
    box = [(np.log(_BOX[0]), np.log(_BOX[1]))] * size
    found = scipy.optimize.minimize(
        lambda logs: -log_likelihood(np.exp(logs)),
        np.zeros(size),
        method="L-BFGS-B",
        bounds=box,
        options={"ftol": 1e-10, "gtol": 1e-6, "maxls": 50, "maxfun": _MOST_EVALUATIONS},
    )
    if not (found.success and np.isfinite(found.fun)):
        return NotFitted("the prediction did not converge on these payments")
    return tuple(float(parameter) for parameter in np.exp(found.x))
