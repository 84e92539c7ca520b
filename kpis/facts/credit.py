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
_IN_ORDER = ibis.window(group_by="lead", order_by=["touched_at", "campaign_id"])
_OF_LEAD = ibis.window(group_by="lead")
_ONE = ibis.literal(1).cast("float64")


def credit_weights(
    leads: ir.Table,
    touches: ir.Table,
    models: Sequence[AttributionModel],
    half_life_days: float = 7.0,
) -> ir.Table:
    """Return the credit of each lead: lead, campaign_id, and under each model its weight.

    A weight is in (0, 1], or null where the model gives the campaign nothing; those of a lead sum
    to 1. leads: lead, campaign_id (may be null).
    touches: lead, campaign_id, touched_at, and created_at and sql_at (may be null) of their lead;
        only those that count, that is up to the moment the lead became a customer, of leads that
        exist.
    models: one or more; all come from one pass over the touches. half_life_days: of time decay.
    Ids are text, or numbers in its order, which an engine sorts and groups in half of the time.

    A lead without touches gives all to its own campaign, null where it has none. A campaign that
    touched a lead twice gets both weights. Touches are ordered by (touched_at, campaign_id);
    of touches at the same time, the lowest campaign_id is both "the first" and, for last_touch and
    the milestones of w_shaped, "the last". position_based takes the two ends of the order instead,
    so of a tie at its end the highest campaign_id is last. time_decay looks at times alone.
    """
    spans = _spans(touches)
    whole = {model: _ONE for model in models}
    rows = leads.select("lead", own="campaign_id").left_join(spans, "lead")
    single = rows.filter(rows.touches.isnull() | (rows.touches == 1))
    campaign_id = ibis.ifelse(single.touches.isnull(), single.own, single.lowest)
    alone = single.select("lead", campaign_id=campaign_id, **whole)
    several = touches.select("lead", "campaign_id", "touched_at").inner_join(
        spans.filter(spans.touches > 1).drop("lowest"), "lead"
    )
    return _shared(several, models, half_life_days).union(alone)


def _spans(touches: ir.Table) -> ir.Table:
    """One row per lead with touches: how many, the ``lowest`` campaign, and moments of them.

    first_at, last_at, and last_by_created, last_by_sql: the last one by that milestone, null where
    none is.
    """
    moment = touches.touched_at
    return touches.group_by("lead").agg(
        touches=_.count(),
        lowest=touches.campaign_id.min(),
        first_at=moment.min(),
        last_at=moment.max(),
        last_by_created=moment.max(where=moment <= touches.created_at),
        last_by_sql=moment.max(where=moment <= touches.sql_at),
    )


def _shared(
    touches: ir.Table, models: Sequence[AttributionModel], half_life_days: float
) -> ir.Table:
    """The credit of leads that were touched more than once; touches: with the spans of leads."""
    placed = _placed(touches, half_life_days)
    weighted = placed.select("lead", "campaign_id", **{m: _WEIGHTS[m](placed) for m in models})
    sums = {model: weighted[model].sum().nullif(0.0) for model in models}
    credited = weighted.group_by("lead", "campaign_id").agg(**sums)
    return credited.filter(ibis.or_(*(credited[model].notnull() for model in models)))


def _placed(touches: ir.Table, half_life_days: float) -> ir.Table:
    """Touches with all that the models ask of their order, found in one pass over it.

    place: from 0. is_first_then: of touches at the same time the first. decay: 1 for the last
    touch, less for those before it; decays: of all touches of the lead.
    """
    before = touches.last_at.delta(touches.touched_at, unit="microsecond") / DAY_MICROSECONDS
    decaying = touches.mutate(decay=ibis.literal(2.0).pow(-before / half_life_days))
    moment = decaying.touched_at
    return decaying.mutate(
        place=ibis.row_number().over(_IN_ORDER),
        is_first_then=(moment.lag().over(_IN_ORDER) != moment).fill_null(True),
        decays=decaying.decay.sum().over(_OF_LEAD),
    )


def _linear(touches: ir.Table) -> ir.Value:
    return _ONE / touches.touches


def _first_touch(touches: ir.Table) -> ir.Value:
    return _one_where(touches.place == 0)


def _last_touch(touches: ir.Table) -> ir.Value:
    return _is_last_by(touches, touches.last_at)


def _position_based(touches: ir.Table) -> ir.Value:
    """40 for the first, 40 for the last, 20 spread over the middle; two touches get half each."""
    at_an_end = (touches.place == 0) | (touches.place == touches.touches - 1)
    middle = 0.2 / (touches.touches - 2).nullif(0)
    return ibis.cases((touches.touches == 2, 0.5), (at_an_end, 0.4), else_=middle)


def _time_decay(touches: ir.Table) -> ir.Value:
    return touches.decay / touches.decays


def _w_shaped(touches: ir.Table) -> ir.Value:
    """30 for the first touch, 30 and 30 for the last ones by created_at and by sql_at.

    One touch may hold several milestones. The 10 that remain are spread evenly over touches that
    hold none. What has no holder is left out, and the rest counts for the whole.
    """
    first, created, sql = touches.first_at, touches.last_by_created, touches.last_by_sql
    held = 0.3 * (_first_touch(touches) + _is_last_by(touches, created) + _is_last_by(touches, sql))
    all_held = 0.3 * (1 + _one_where(created.notnull()) + _one_where(sql.notnull()))
    # Each moment has one holder, so two milestones have the same one where their moments are equal.
    is_apart = (created != first).fill_null(False)
    is_new = (sql != first).fill_null(False) & (sql != created).fill_null(True)
    others = touches.touches - 1 - _one_where(is_apart) - _one_where(is_new)
    share = ibis.ifelse(held == 0, 0.1 / others.nullif(0.0), held)
    return share / (all_held + ibis.ifelse(others > 0, 0.1, 0.0))


def _is_last_by(touches: ir.Table, moment: ir.Value) -> ir.Value:
    """1.0 for the touch of each lead that is the last one by its ``moment``, else 0.0."""
    is_then = (touches.touched_at == moment).fill_null(False)
    return _one_where(touches.is_first_then & is_then)


def _one_where(condition: ir.BooleanValue) -> ir.Value:
    return condition.cast("float64")


_WEIGHTS: dict[AttributionModel, Callable[[ir.Table], ir.Value]] = {
    "linear": _linear,
    "first_touch": _first_touch,
    "last_touch": _last_touch,
    "position_based": _position_based,
    "time_decay": _time_decay,
    "w_shaped": _w_shaped,
}
"""What each touch gets under a model, of a lead that was touched more than once."""
