"""Costs and leads of which no campaign is the same: they call their campaigns otherwise."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from kpis.health.alike import alike_campaigns
from kpis.health.checks import Check
from kpis.health.marked_values import MarkedValues, marked

MIN_CAMPAIGNS = 2
"""A single campaign of either side may well have no part in the other."""
_NAMED = 3

APART_CHECK = Check(
    "costs_campaigns_apart",
    "costs",
    "costs with a campaign",
    "named campaigns of which not one has a lead or touch, and those with leads have no costs",
    "If they are the same campaigns under other names, CAC and ROI of each are undefined or wrong; "
    "totals are right.",
    "Campaigns may have been renamed, or costs and leads come from systems that name them "
    "otherwise: write one name, or the campaign's id, in both.",
    "doubt",
    ("costs.campaign_id", "leads.campaign_id or touches.campaign_id"),
)
"""For use without a table of campaigns, which would lack those of one side."""


def campaigns_apart(tables: Mapping[str, ir.Table]) -> MarkedValues:
    """Return the campaigns of costs where not one has leads; none where fewer than two are named.

    The example names some of both sides.
    """
    sides = {"costs": True, "leads": False, "touches": False}
    named = ibis.union(
        *(
            tables[one].select(writing="campaign_id").mutate(has_cost=ibis.literal(has_cost))
            for one, has_cost in sides.items()
        ),
        distinct=True,
    )
    named = alike_campaigns(named.filter(named.writing.notnull()))
    by_name = named.group_by("alike").agg(
        cost=named.writing.min(where=named.has_cost), lead=named.writing.min(where=~named.has_cost)
    )
    sums = by_name.agg(
        costs=by_name.cost.count(),
        leads=by_name.lead.count(),
        shared=by_name.count(where=by_name.cost.notnull() & by_name.lead.notnull()),
        cost_names=by_name.cost.collect().sort()[:_NAMED].join(", "),
        lead_names=by_name.lead.collect().sort()[:_NAMED].join(", "),
    )
    is_apart = (sums.shared == 0) & (sums.costs >= MIN_CAMPAIGNS) & (sums.leads >= MIN_CAMPAIGNS)
    own = named.filter(named.has_cost).select(value="writing")
    found = own.cross_join(sums.filter(is_apart))
    example = ibis.literal("costs: ") + found.cost_names + "; leads: " + found.lead_names
    return marked("campaign_id", APART_CHECK.key, found, example)
