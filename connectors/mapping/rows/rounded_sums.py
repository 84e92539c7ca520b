"""Sums of rounded amounts: a total of what was not rounded yet is some cents away from theirs."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

HALF_A_CENT = 0.005
_SHARE = 1e-3
"""Rounding changes no sum by more; two amounts as near by chance are rare."""
_PLACES = 3
_CENT = 0.01


def is_sum(total: float, others: Numbers) -> bool:
    """Whether ``total`` is exactly the sum of ``others``; NaN counts as 0."""
    return bool(abs(np.nansum(others) - total) < HALF_A_CENT)


def is_nearly_sum(total: float, others: Numbers) -> bool:
    """Whether ``total`` is the sum of ``others`` but for one smallest unit of each, as written."""
    others = others[~np.isnan(others) & (others != 0)]
    allowed = _unit(others) * len(others) + _unit(np.array([total])) / 2
    gap = abs(float(others.sum()) - total)
    return gap < max(HALF_A_CENT, min(allowed, _SHARE * abs(total)) + 1e-9)


def rounding_of(sizes: Numbers, totals: Numbers) -> Numbers:
    """Return how far sums of so many amounts in cents may be from ``totals``."""
    allowed: Numbers = np.maximum(HALF_A_CENT, np.minimum(_CENT * sizes, _SHARE * np.abs(totals)))
    return allowed


def _unit(amounts: Numbers) -> float:
    """The last decimal place that amounts have: 0.01 of cents; 0 where they were never rounded."""
    for places in range(_PLACES + 1):
        scaled = amounts * 10.0**places
        if (np.abs(scaled - np.round(scaled)) < 1e-6).all():
            return 10.0**-places
    return 0.0
