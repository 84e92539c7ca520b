"""Which costs a selection takes: its own campaigns', and its share of those of no campaign."""

from collections.abc import Iterable, Sequence

import pandas as pd

from kpis.coverage import Mapped
from kpis.model import Where
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import measure_sums

_RESIDUE = 1e-9
ATTRIBUTED = ("campaign", "channel")
"""The dimensions that credit spreads over; selecting on them leaves shared costs outside."""


def with_costs(
    sums: pd.DataFrame, facts: Facts, windows: Sequence[Window], by: str | None, where: Where
) -> pd.DataFrame:
    """Add the two costs that formulas divide by, in company currency.

    ``acquisition_cost``: marketing and sales cost. Under a filter or grouping on campaign or
    channel, the selection's own campaign costs plus a share of the shared costs equal to its
    share of all SQL credit in the period; without any SQLs, no shared cost.
    ``roi_cost``: marketing cost; under such a filter or grouping, the selection's own only.

    sums: as returned by measure_sums for the same windows, ``by`` and ``where``.
    """
    own = _amount(sums["marketing_cost"] + sums["sales_cost"])
    shared = sums["shared_marketing_cost"] + sums["shared_sales_cost"]
    if not {by, *where}.intersection(ATTRIBUTED):
        all_marketing = sums["marketing_cost"] + sums["shared_marketing_cost"]
        return sums.assign(acquisition_cost=_amount(own + shared), roi_cost=_amount(all_marketing))

    outside = {name: values for name, values in where.items() if name not in ATTRIBUTED}
    group_by = None if by in ATTRIBUTED else by
    everyone = measure_sums(facts, windows, group_by, outside)
    everyone = pd.DataFrame(
        {
            "window": everyone["window"],
            "whole": everyone["group"],
            "all_sqls": everyone["sqls"],
            "all_shared": _amount(
                everyone["shared_marketing_cost"] + everyone["shared_sales_cost"]
            ),
        }
    )
    whole = "" if group_by is None else sums["group"]
    joined = sums.assign(whole=whole).merge(everyone, on=["window", "whole"], how="left")
    share = (joined["sqls"] / joined["all_sqls"]).where(joined["all_sqls"] > 0, 0.0)
    return joined.assign(
        acquisition_cost=own + share * joined["all_shared"],
        roi_cost=_amount(sums["marketing_cost"]),
    )


def _amount(costs: pd.Series) -> pd.Series:
    """Costs of whole rows, not shares of them: what rounding leaves of those that cancel is 0."""
    return costs.where(costs.abs() > _RESIDUE, 0.0)


def cost_dimensions(mapped: Mapped, dimensions: Iterable[str]) -> frozenset[str]:
    """The dimensions that costs carry, themselves or through their campaign."""
    carried = mapped.get("costs", frozenset()) | mapped.get("campaigns", frozenset())
    return frozenset(dimensions) & carried


def costs_undefined(facts: Facts, by: str | None, where: Where) -> str | None:
    """Why the costs of a selection are undefined, or None where they are not."""
    carried = cost_dimensions(facts.mapped, facts.dimensions)
    asked = {*where, *([by] if by else [])} - {*ATTRIBUTED, *carried}
    return f"costs do not carry {min(asked)}" if asked else None
