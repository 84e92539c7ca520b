"""Attribution: how much of each lead every campaign gets.

Each lead has credit weights over campaigns that sum to exactly 1, so every count and amount by
campaign adds up to its total under every model.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from kpis.definitions import AttributionModel
from kpis.model import NONE

DAY_MICROSECONDS = 86_400_000_000
_LEAD = ibis.window(group_by="lead_id")
_IN_ORDER = ibis.window(group_by="lead_id", order_by=["touched_at", "campaign_id"])
_LATEST = ibis.window(group_by="lead_id", order_by=[ibis.desc("touched_at"), "campaign_id"])


def credit_weights(
    leads: ir.Table, touches: ir.Table, model: AttributionModel, half_life_days: float = 7.0
) -> ir.Table:
    """Return the credit of each lead: lead_id, campaign_id, weight in (0, 1], summing to 1 a lead.

    leads: lead_id, campaign_id (may be null), created_at, sql_at (may be null).
    touches: lead_id, campaign_id, touched_at; only those that count, that is up to the moment the
        lead became a customer. Touches of leads that do not exist are left out.
    half_life_days: of time decay.

    A lead without touches gives all to its own campaign, or to ``(none)``. A campaign that
    touched a lead twice gets both weights. Touches stand in the order (touched_at, campaign_id);
    of touches at the same time, the lowest campaign_id is both "the first" and, for last_touch and
    the milestones of w_shaped, "the last". position_based takes the two ends of the order instead,
    so of a tie at its end the highest campaign_id is last. time_decay looks at times alone.
    """
    milestones = leads.select("lead_id", "created_at", "sql_at")
    counted = touches.inner_join(milestones, "lead_id").select(
        "lead_id", "campaign_id", "touched_at", "created_at", "sql_at"
    )
    share = _shares(counted, model, half_life_days)
    whole = share.mutate(weight=_.share / _.share.sum().over(_LEAD)).filter(_.weight > 0)
    credited = whole.group_by("lead_id", "campaign_id").agg(weight=_.weight.sum())
    untouched = leads.anti_join(touches, "lead_id").select(
        "lead_id", campaign_id=_.campaign_id.fill_null(NONE), weight=ibis.literal(1.0)
    )
    return credited.union(untouched)


def _shares(touches: ir.Table, model: AttributionModel, half_life_days: float) -> ir.Table:
    """Each touch with its share under ``model``; the shares of a lead need not sum to one yet."""
    match model:
        case "linear":
            return touches.mutate(share=ibis.literal(1.0))
        case "first_touch":
            return touches.mutate(share=_one_where(ibis.row_number().over(_IN_ORDER) == 0))
        case "last_touch":
            return touches.mutate(share=_one_where(ibis.row_number().over(_LATEST) == 0))
        case "position_based":
            return _position_based(touches)
        case "time_decay":
            last = touches.touched_at.max().over(_LEAD)
            before = last.delta(touches.touched_at, unit="microsecond") / DAY_MICROSECONDS
            return touches.mutate(share=ibis.literal(2.0).pow(-before / half_life_days))
        case "w_shaped":
            return _w_shaped(touches)


def _position_based(touches: ir.Table) -> ir.Table:
    """40 for the first, 40 for the last, 20 spread over the middle; two touches get half each."""
    placed = touches.mutate(place=ibis.row_number().over(_IN_ORDER), size=_.count().over(_LEAD))
    at_an_end = (placed.place == 0) | (placed.place == placed["size"] - 1)
    middle = 0.2 / (placed["size"] - 2).nullif(0)
    return placed.mutate(share=ibis.ifelse(at_an_end, 0.4, middle))


def _w_shaped(touches: ir.Table) -> ir.Table:
    """30 for the first touch, 30 and 30 for the last ones by created_at and by sql_at, 10 spread.

    One touch may hold several milestones; the 10 go to touches that hold none. What has no holder
    is left out, and the rest counts for the whole.
    """
    held = touches.mutate(
        share=0.3 * _one_where(ibis.row_number().over(_IN_ORDER) == 0)
        + 0.3 * _is_last_by(touches, touches.created_at)
        + 0.3 * _is_last_by(touches, touches.sql_at)
    )
    others = (held.share == 0).sum().over(_LEAD)
    return held.mutate(share=ibis.ifelse(held.share == 0, 0.1 / others.nullif(0), held.share))


def _is_last_by(touches: ir.Table, milestone: ir.Value) -> ir.Value:
    """1.0 for the last touch of each lead on or before its ``milestone``, else 0.0."""
    in_time = (touches.touched_at <= milestone).fill_null(False)
    latest = ibis.window(
        group_by="lead_id",
        order_by=[in_time.desc(), touches.touched_at.desc(), touches.campaign_id],
    )
    return _one_where(in_time & (ibis.row_number().over(latest) == 0))


def _one_where(condition: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, 1.0, 0.0)
