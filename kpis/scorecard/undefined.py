"""A KPI without a value, and why: never 0, never infinite.

Each reason stands beside its rule: what is not mapped in ``kpis.coverage``, nothing to divide by in
``formulas``, costs of a selection in ``costs``, no fitted model in ``kpis.lifetime.likelihood``,
and what no model credits here.
"""

from dataclasses import dataclass

NO_CREDIT = "nothing in the period is credited to it"


@dataclass(frozen=True)
class Undefined:
    """A KPI without a value, and the reason."""

    reason: str


Value = float | Undefined
