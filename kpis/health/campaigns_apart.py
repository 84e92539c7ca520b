"""Costs and leads of which no campaign is the same: they call their campaigns otherwise."""

import ibis
import ibis.expr.types as ir

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


def campaigns_apart(names: ir.Table) -> MarkedValues:
    """Return the campaigns of costs where not one has leads; none where fewer than two are named.

    names: see campaign_names. The example names some of both sides.
    """
    by_name = names.group_by("alike").agg(
        cost=names.writing.min(where=names.has_cost), lead=names.writing.min(where=names.has_lead)
    )
    sums = by_name.agg(
        costs=by_name.cost.count(),
        leads=by_name.lead.count(),
        shared=by_name.count(where=by_name.cost.notnull() & by_name.lead.notnull()),
        cost_names=by_name.cost.collect().sort()[:_NAMED].join(", "),
        lead_names=by_name.lead.collect().sort()[:_NAMED].join(", "),
    )
    is_apart = (sums.shared == 0) & (sums.costs >= MIN_CAMPAIGNS) & (sums.leads >= MIN_CAMPAIGNS)
    own = names.filter(names.has_cost).select(value="writing")
    found = own.cross_join(sums.filter(is_apart))
    example = ibis.literal("costs: ") + found.cost_names + "; leads: " + found.lead_names
    return marked("campaign_id", APART_CHECK.key, found, example)
