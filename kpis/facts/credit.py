"""Attribution: how much of each lead every campaign gets.

Each lead has credit weights over campaigns that sum to exactly 1, so every count and amount by
campaign adds up to its total under every model.
"""

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

from kpis.definitions import AttributionModel

DAY_MICROSECONDS = 86_400_000_000
_LEAD = ibis.window(group_by="lead_id")
_IN_ORDER = ibis.window(group_by="lead_id", order_by=["touched_at", "campaign_id"])


def credit_weights(
    leads: ir.Table,
    touches: ir.Table,
    models: Sequence[AttributionModel],
    half_life_days: float = 7.0,
) -> ir.Table:
    """Return the credit of each lead: lead_id, campaign_id, and under each model its weight.

    A weight is in (0, 1], or null where the model gives the campaign nothing; those of a lead sum
    to 1. leads: lead_id, campaign_id (may be null), created_at, sql_at (may be null).
    touches: lead_id, campaign_id, touched_at; only those that count, that is up to the moment the
        lead became a customer. Touches of leads that do not exist are left out.
    models: one or more; all come from one pass over the touches. half_life_days: of time decay.
    Ids are text, or numbers in its order, which an engine sorts and groups in half of the time.

    A lead without touches gives all to its own campaign, null where it has none. A campaign that
    touched a lead twice gets both weights. Touches are ordered by (touched_at, campaign_id);
    of touches at the same time, the lowest campaign_id is both "the first" and, for last_touch and
    the milestones of w_shaped, "the last". position_based takes the two ends of the order instead,
    so of a tie at its end the highest campaign_id is last. time_decay looks at times alone.
    """
    sizes = touches.group_by("lead_id").agg(touches=_.count())
    touched = leads.select("lead_id", "created_at", "sql_at").inner_join(sizes, "lead_id")
    counted = touches.inner_join(touched, "lead_id")
    whole = {model: ibis.literal(1.0) for model in models}
    alone = counted.filter(_.touches == 1).select("lead_id", "campaign_id", **whole)
    untouched = leads.anti_join(sizes, "lead_id").select("lead_id", "campaign_id", **whole)
    several = _shared(counted.filter(_.touches > 1), models, half_life_days)
    return several.union(alone, untouched)


def _shared(
    touches: ir.Table, models: Sequence[AttributionModel], half_life_days: float
) -> ir.Table:
    """The credit of leads that were touched more than once."""
    placed = _placed(touches)
    shares = {model: _SHARES[model](placed, half_life_days) for model in models}
    shared = placed.select("lead_id", "campaign_id", **shares)
    weights = {model: shared[model] / shared[model].sum().over(_LEAD) for model in models}
    if "w_shaped" in models:
        weights["w_shaped"] = _with_rest_spread(shared.w_shaped)
    weighted = shared.select("lead_id", "campaign_id", **weights)
    sums = {model: weighted[model].sum().nullif(0.0) for model in models}
    credited = weighted.group_by("lead_id", "campaign_id").agg(**sums)
    return credited.filter(ibis.or_(*(credited[model].notnull() for model in models)))


def _placed(touches: ir.Table) -> ir.Table:
    """Touches with all that the models ask of their order, found in one pass over it.

    place: from 0. is_first_then: of touches at the same time the first. last_at, last_by_…: the
    moment of the lead's last touch, and of its last one by ``created_at`` and by ``sql_at``.
    """
    moment = touches.touched_at

    def last_by(milestone: ir.Value) -> ir.Value:
        return ibis.ifelse(moment <= milestone, moment, ibis.null(moment.type())).max().over(_LEAD)

    return touches.mutate(
        place=ibis.row_number().over(_IN_ORDER),
        is_first_then=(moment.lag().over(_IN_ORDER) != moment).fill_null(True),
        last_at=moment.max().over(_LEAD),
        last_by_created=last_by(touches.created_at),
        last_by_sql=last_by(touches.sql_at),
    )


def _linear(touches: ir.Table, half_life_days: float) -> ir.Value:
    return ibis.literal(1.0)


def _first_touch(touches: ir.Table, half_life_days: float) -> ir.Value:
    return _one_where(touches.place == 0)


def _last_touch(touches: ir.Table, half_life_days: float) -> ir.Value:
    return _is_last_by(touches, touches.last_at)


def _position_based(touches: ir.Table, half_life_days: float) -> ir.Value:
    """40 for the first, 40 for the last, 20 spread over the middle; two touches get half each."""
    at_an_end = (touches.place == 0) | (touches.place == touches.touches - 1)
    return ibis.ifelse(at_an_end, 0.4, 0.2 / (touches.touches - 2).nullif(0))


def _time_decay(touches: ir.Table, half_life_days: float) -> ir.Value:
    before = touches.last_at.delta(touches.touched_at, unit="microsecond") / DAY_MICROSECONDS
    return ibis.literal(2.0).pow(-before / half_life_days)


def _w_shaped(touches: ir.Table, half_life_days: float) -> ir.Value:
    """30 for the first touch, 30 and 30 for the last ones by created_at and by sql_at.

    One touch may hold several milestones. What has no holder is left out, and the rest counts for
    the whole; the 10 that remain are spread by :func:`_with_rest_spread`.
    """
    return (
        0.3 * _first_touch(touches, half_life_days)
        + 0.3 * _is_last_by(touches, touches.last_by_created)
        + 0.3 * _is_last_by(touches, touches.last_by_sql)
    )


def _with_rest_spread(held: ir.Value) -> ir.Value:
    """The weight of what touches hold, 10 spread evenly over those that hold no milestone."""
    others = (held == 0).sum().over(_LEAD)
    share = ibis.ifelse(held == 0, 0.1 / others.nullif(0), held)
    return share / (held.sum().over(_LEAD) + ibis.ifelse(others > 0, 0.1, 0.0))


def _is_last_by(touches: ir.Table, moment: ir.Value) -> ir.Value:
    """1.0 for the touch of each lead that is the last one by its ``moment``, else 0.0."""
    is_then = (touches.touched_at == moment).fill_null(False)
    return _one_where(touches.is_first_then & is_then)


def _one_where(condition: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, 1.0, 0.0)


_SHARES: dict[AttributionModel, Callable[[ir.Table, float], ir.Value]] = {
    "linear": _linear,
    "first_touch": _first_touch,
    "last_touch": _last_touch,
    "position_based": _position_based,
    "time_decay": _time_decay,
    "w_shaped": _w_shaped,
}
"""What each touch gets under a model; the shares of a lead need not sum to one yet."""
