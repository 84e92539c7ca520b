"""Every name that the tables give a campaign, once, with what makes two of them one campaign."""

from collections.abc import Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.alike import normal_campaign, number_in_brackets, without_number

NAMING = ("leads", "touches", "costs")
"""Tables whose rows name campaigns."""


def campaign_names(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return one row for each ``writing`` of a campaign in the canonical tables.

    rows: how many rows of leads, touches and costs have it. has_lead, has_cost: whether a lead or
    touch, or a cost does; is_known: whether the campaigns table does. bare: the name without what
    makes two writings differ. alike: equal for writings of one campaign: a name with its number in
    brackets is the name alone, where no other number has that name.
    """
    named = [
        tables[table].select(
            writing="campaign_id",
            has_lead=ibis.literal(table in ("leads", "touches")),
            has_cost=ibis.literal(table == "costs"),
            is_known=ibis.literal(table == "campaigns"),
        )
        for table in (*NAMING, "campaigns")
    ]
    rows = ibis.union(*named).filter(ibis._.writing.notnull())
    names = rows.group_by("writing").agg(
        rows=rows.count(where=~rows.is_known),
        **{name: rows[name].any() for name in ("has_lead", "has_cost", "is_known")},
    )
    return _with_alike(names)


def _with_alike(names: ir.Table) -> ir.Table:
    writing = cast(ir.StringValue, names.writing)
    # Each of the three steps reads the long expression of the one before by its name.
    names = names.mutate(number=number_in_brackets(writing), named=without_number(writing)).view()
    names = names.mutate(bare=normal_campaign(cast(ir.StringValue, names.named))).view()
    same = ibis.window(group_by="bare")
    is_only = names.number.min().over(same) == names.number.max().over(same)
    is_plain_there = names.number.isnull().any().over(same)
    is_name = names.number.isnull() | (is_only & is_plain_there)
    alike = ibis.ifelse(is_name, names.bare, names.bare.concat(" ", names.number))
    return names.mutate(alike=alike).drop("number", "named")
