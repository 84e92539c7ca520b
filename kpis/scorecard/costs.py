"""Which costs a selection takes: its own campaigns', and its share of those of no campaign."""

from collections.abc import Iterable, Sequence

import numpy as np

from kpis.coverage import Mapped
from kpis.model import Where
from kpis.scorecard.daily import Values
from kpis.scorecard.selection import Facts, Window, filter_key
from kpis.scorecard.sums import WindowSums, measure_sums

_RESIDUE = 1e-9
ATTRIBUTED = ("campaign", "channel")
"""The dimensions that credit spreads over; selecting on them leaves shared costs outside."""


def with_costs(
    sums: WindowSums, facts: Facts, windows: Sequence[Window], by: str | None, where: Where
) -> WindowSums:
    """Add the two costs that formulas divide by, in company currency.

    ``acquisition_cost``: marketing and sales cost. Under a filter or grouping on campaign or
    channel, the selection's own campaign costs plus a share of the shared costs equal to its
    share of all SQL credit in the period; without any SQLs, no shared cost.
    ``roi_cost``: marketing cost; under such a filter or grouping, the selection's own only.

    sums: as returned by measure_sums for the same windows, ``by`` and ``where``.
    """
    marketing = sums.values["marketing_cost"]
    own = _amount(marketing + sums.values["sales_cost"])
    if not {by, *where}.intersection(ATTRIBUTED):
        all_marketing = marketing + sums.values["shared_marketing_cost"]
        acquisition = _amount(own + _shared(sums))
        return sums.adding(acquisition_cost=acquisition, roi_cost=_amount(all_marketing))

    outside = {name: values for name, values in where.items() if name not in ATTRIBUTED}
    whole = None if by in ATTRIBUTED else by
    key = ("everyone", tuple(windows), whole, filter_key(outside))  # the same for each campaign
    everyone = facts.kept(key, lambda: measure_sums(facts, windows, whole, outside))
    everyone = everyone.of(sums.groups) if whole else everyone
    sqls, of_all = sums.values["sqls"], everyone.values["sqls"]
    share = np.divide(sqls, of_all, out=np.zeros_like(sqls), where=of_all > 0)
    acquisition = own + share * _amount(_shared(everyone))
    return sums.adding(acquisition_cost=acquisition, roi_cost=_amount(marketing))


def _shared(sums: WindowSums) -> Values:
    return sums.values["shared_marketing_cost"] + sums.values["shared_sales_cost"]


def _amount(costs: Values) -> Values:
    """Costs of whole rows, not shares of them: what rounding leaves of those that cancel is 0."""
    return np.where(abs(costs) > _RESIDUE, costs, 0.0)


def cost_dimensions(mapped: Mapped, dimensions: Iterable[str]) -> frozenset[str]:
    """The dimensions that costs carry, themselves or through their campaign."""
    carried = mapped.get("costs", frozenset()) | mapped.get("campaigns", frozenset())
    return frozenset(dimensions) & carried


def costs_undefined(facts: Facts, by: str | None, where: Where) -> str | None:
    """Why the costs of a selection are undefined, or None where they are not."""
    carried = cost_dimensions(facts.mapped, facts.dimensions)
    asked = {*where, *([by] if by else [])} - {*ATTRIBUTED, *carried}
    return f"costs do not carry {min(asked)}" if asked else None
