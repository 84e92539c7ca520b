"""Rows entered twice: deals under two ids, costs under two campaigns."""

from collections.abc import Collection, Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.alike import normal
from kpis.health.checks import Check
from kpis.health.marked_values import MarkedValues, marked

MIN_AMOUNTS = 3
"""Two campaigns of one cost are no wonder where it is the same on all days, as a fee is."""
_NAMED = 5
_REMOVE = "remove the rows that are there twice."

DEALS_CHECK = Check(
    "deals_made_twice",
    "deals",
    "deals",
    "equal another deal in all that is mapped but the id: lead or customer, closing and amount",
    "If one sale was entered twice, customers won without a lead, the win rate and revenue count "
    "it twice, and ROI is off.",
    f"If they are one deal, {_REMOVE} If they are two sales of one day, nothing is wrong.",
    "doubt",
    ("deals.amount", "deals.closed_at", "deals.lead_id or deals.customer_id"),
)
COSTS_CHECK = Check(
    "costs_of_two_campaigns",
    "costs",
    "costs with a campaign",
    "are equal, day by day and to the cent, to those of another campaign",
    "If an export names one cost under each campaign that shares an ad or post, it counts twice: "
    "CAC is too high, and ROI too low.",
    f"If it was spent once, {_REMOVE} If it was divided evenly, nothing is wrong.",
    "doubt",
    ("costs.campaign_id",),
)
SAME_ROWS_CHECKS = (DEALS_CHECK, COSTS_CHECK)


def same_rows(keys: Collection[str], tables: Mapping[str, ir.Table]) -> list[MarkedValues]:
    """Return the deals or campaigns that the checks asked of a table, by ``keys``, mark."""
    found = {DEALS_CHECK: _deals, COSTS_CHECK: _campaigns}
    return [rows(tables[check.table]) for check, rows in found.items() if check.key in keys]


def _deals(deals: ir.Table) -> MarkedValues:
    """The ids of closed deals that are worth something, and equal but for the id.

    Ids that differ in writing alone are for :func:`kpis.health.writings.id_checks` to name.
    """
    is_of_one = deals.lead_id.notnull() | deals.customer_id.notnull()
    is_closed = (deals.status != "open") & deals.closed_at.notnull()
    own = deals.filter(is_of_one, deals.amount > 0, is_closed)
    others = [column for column in own.columns if column != "deal_id"]
    same = own.group_by(others).agg(ids=own.deal_id.collect().sort())
    same = same.filter(same.ids.length() > 1).select("ids")
    same = same.filter(same.ids.map(lambda one: normal(one)).unique().length() > 1)
    found = same.select(value=same.ids.unnest(), example=same.ids[:_NAMED].join(" = "))
    return marked("deal_id", DEALS_CHECK.key, found, found.example)


def _campaigns(costs: ir.Table) -> MarkedValues:
    """The campaigns of which all costs equal another one's, with what each of them cost."""
    named = costs.filter(costs.campaign_id.notnull(), costs.amount != 0)
    cost = ibis.struct({"day": named.spent_on, "amount": named.amount, "in": named.currency})
    by_campaign = named.group_by("campaign_id").agg(
        costs=cost.collect().sort(),
        days=named.spent_on.nunique(),
        amounts=named.amount.nunique(),
        sum=named.amount.sum(),
        currencies=named.currency.fill_null("").nunique(),
    )
    is_telling = (by_campaign.days >= MIN_AMOUNTS) & (by_campaign.amounts >= MIN_AMOUNTS)
    own = by_campaign.filter(is_telling)
    same = own.group_by("costs").agg(
        ids=own.campaign_id.collect().sort(), sum=own["sum"].min(), currencies=own.currencies.max()
    )
    same = same.filter(same.ids.length() > 1)
    each = cast(ir.StringValue, same["sum"].cast("decimal(38, 2)").cast("string"))
    names = same.ids[:_NAMED].join(" = ")
    example = ibis.ifelse(same.currencies == 1, names + ", each " + each, names)
    found = same.select(value=same.ids.unnest(), example=example)
    return marked("campaign_id", COSTS_CHECK.key, found, found.example)
