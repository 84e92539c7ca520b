"""Attribution: how much of each lead every campaign gets.

Each lead has credit weights over campaigns that sum to exactly 1, so every count and amount by
campaign adds up to its total under every model.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from kpis.definitions import AttributionModel
from kpis.model import NONE


def credit_weights(leads: ir.Table, touches: ir.Table, model: AttributionModel) -> ir.Table:
    """Return the credit of each lead: lead_id, campaign_id, weight in (0, 1], summing to 1 a lead.

    leads: lead_id and campaign_id (may be null).
    touches: lead_id, campaign_id, touched_at; only those that count, that is up to the day the
        lead became a customer. Touches of leads that do not exist are left out.

    A lead without touches gives all to its own campaign, or to ``(none)``. A campaign that
    touched a lead twice gets both weights.
    """
    counted = touches.semi_join(leads, "lead_id").select("lead_id", "campaign_id", "touched_at")
    weighted = (
        _weighted(counted, model)
        .group_by("lead_id", "campaign_id")
        .agg(weight=lambda t: t.weight.sum())
    )
    untouched = leads.anti_join(touches, "lead_id").select(
        "lead_id",
        campaign_id=_.campaign_id.fill_null(NONE),
        weight=ibis.literal(1.0),
    )
    return weighted.union(untouched)


def _weighted(touches: ir.Table, model: AttributionModel) -> ir.Table:
    """Each touch with its weight under ``model``; touches that get nothing are left out."""
    match model:
        case "linear":
            lead = ibis.window(group_by="lead_id")
            count = touches.count().over(lead).cast("float64")
            return touches.select("lead_id", "campaign_id", weight=1.0 / count)
        case "first_touch":
            return _only(touches, touches.touched_at.asc())
        case "last_touch":
            return _only(touches, touches.touched_at.desc())


def _only(touches: ir.Table, order: ir.Value) -> ir.Table:
    """The touch of each lead that comes first in ``order`` (ties: lowest campaign_id), weight 1."""
    window = ibis.window(group_by="lead_id", order_by=[order, touches.campaign_id.asc()])
    ranked = touches.mutate(rank=ibis.row_number().over(window))
    return ranked.filter(ranked["rank"] == 0).select(
        "lead_id", "campaign_id", weight=ibis.literal(1.0)
    )
