"""Ids that name rows of another table: what those do that are not there, or written otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.facts.customers import Sales
from kpis.health.alike import alike_ids, normal
from kpis.health.checks import WRITE_ALIKE, Check, Harm
from kpis.health.marked_values import MarkedValues
from kpis.health.writings import lists_of_several
from kpis.model import TABLES


@dataclass(frozen=True)
class Reference:
    """A column that names rows of another table, and what a name that is not there does."""

    table: str
    column: str
    to: str
    effect: str
    harm: Harm

    @property
    def unknown(self) -> str:
        """The key of the check for ids that the other table lacks in any writing."""
        return f"{self.table}_{self.column}_unknown"

    @property
    def written(self) -> str:
        """The key of the check for ids that the other table has in another writing."""
        return f"{self.table}_{self.column}_written_otherwise"

    @property
    def several(self) -> str:
        """The key of the check for cells that list several ids of the other table."""
        return f"{self.table}_{self.column}_lists_several"

    @property
    def keys(self) -> tuple[str, str, str]:
        """The keys of its checks."""
        return self.unknown, self.written, self.several


_OWN_GROUP = "campaign is a group of its own, without a name and in no channel."

REFERENCES = (
    Reference(
        "deals",
        "lead_id",
        "leads",
        "Their customers came from no lead: lead conversion is too low, and their revenue belongs "
        "to no campaign.",
        "totals",
    ),
    Reference(
        "touches",
        "lead_id",
        "leads",
        "They earn no campaign any credit.",
        "split",
    ),
    Reference(
        "activities",
        "lead_id",
        "leads",
        "They answer no MQL: fewer seem to be followed up in time.",
        "totals",
    ),
    Reference(
        "lead_stages",
        "lead_id",
        "leads",
        "They make no lead an MQL or SQL: both may be too low where they come from stages.",
        "totals",
    ),
    Reference(
        "deal_stages",
        "deal_id",
        "deals",
        "No KPI is computed from them, but the history of their deals has gaps.",
        "none",
    ),
    Reference(
        "payments",
        "customer_id",
        "customers",
        "They raise customer lifetime value by customers who are never counted as active, and "
        "belong to no campaign.",
        "totals",
    ),
    Reference("leads", "campaign_id", "campaigns", f"Their {_OWN_GROUP}", "split"),
    Reference("touches", "campaign_id", "campaigns", f"Their {_OWN_GROUP}", "split"),
    Reference(
        "costs",
        "campaign_id",
        "campaigns",
        f"Their {_OWN_GROUP} The campaign that was meant seems cheaper than it was.",
        "split",
    ),
)

_ONE = {"leads": "lead", "deals": "deal", "campaigns": "campaign", "customers": "customer"}
_ROWS_ARE = {
    "activities": "contacts by sales",
    "lead_stages": "stage entries of leads",
    "deal_stages": "stage entries of deals",
}


def called(table: str) -> str:
    """What the rows of a table are called in a sentence."""
    return _ROWS_ARE.get(table, table)


def one_of(table: str) -> str:
    """What a row of a table is called that others refer to."""
    return _ONE[table]


def known_ids(tables: Mapping[str, ir.Table], sold: Sales, to: str) -> ir.Table:
    """The ids that a reference to the table ``to`` may name, as ``id``.

    A customer is known by a row of customers or by a deal.
    """
    if to == "customers":
        known = tables["customers"].select(id="customer_id")
        return known.union(sold.deals.select(id="customer_id")).distinct()
    return tables[to].select(id=f"{_ONE[to]}_id")


def reference_checks() -> tuple[Check, ...]:
    """Three checks for each reference: unknown ids, ids in another writing, several in a cell."""
    found = []
    for r in REFERENCES:
        one = _ONE[r.to]
        is_required = next(c for c in TABLES[r.table].columns if c.name == r.column).required
        rows_are = _ROWS_ARE.get(r.table, r.table if is_required else f"{r.table} with a {one}")
        named = f"named a {one}" if is_required else "named one"
        known, needed = f"the {r.to} table lacks", f"{r.to}.{one}_id"
        if r.to == "customers":
            known = "no deal and no row of customers knows"
            needed = "customers.customer_id or deals.customer_id or deals.lead_id"
        common = r.table, rows_are
        needs = f"{r.table}.{r.column}", needed
        add = f"Add the {one} to its source, or correct the id. It may be a rejected row of {r.to}."
        otherwise = f"wrote the {one}'s id differently from the {r.to} table"
        listed = f"listed several {r.to} in one cell, which is no id of any"
        take = f'first_of = ["{r.column}"] under [tables.{r.table}] takes the first of each cell.'
        take += " Separate the ids by the same sign in all cells."
        found += [
            Check(r.unknown, *common, f"{named} that {known}", r.effect, add, r.harm, needs),
            Check(r.written, *common, otherwise, r.effect, WRITE_ALIKE, r.harm, needs),
            Check(r.several, *common, listed, r.effect, take, r.harm, needs),
        ]
    return tuple(found)


def unknown_ids(
    tables: Mapping[str, ir.Table],
    sold: Sales,
    names: ir.Table,
    lead_ids: ir.Table,
    reference: Reference,
) -> MarkedValues:
    """Return the ids that ``reference.to`` lacks, each marked by one of the three checks.

    tables: the canonical ones. names: see campaign_names. lead_ids: see alike_ids.
    """
    known = known_ids(tables, sold, reference.to)
    named = tables[reference.table].select(stranger=reference.column)
    strangers = named.filter(named.stranger.notnull()).distinct()
    strangers = strangers.anti_join(known, strangers.stranger == known.id)
    lists = lists_of_several(strangers, known)
    if reference.to == "campaigns":
        alike = names.filter(names.is_known).select(id="writing", alike="alike")
        strangers = strangers.inner_join(names, strangers.stranger == names.writing)
    else:
        alike = lead_ids if reference.to == "leads" else alike_ids(known, "id")
        strangers = strangers.mutate(alike=normal(cast(ir.StringValue, strangers.stranger)))
    alike = alike.semi_join(strangers, "alike").group_by("alike").agg(meant=ibis._.id.min())
    rows = strangers.select("stranger", "alike").left_join(alike, "alike")
    rows = rows.left_join(lists, rows.stranger == lists.listing)
    is_meant, is_list = rows.meant.notnull(), rows.listing.notnull()
    flags = {
        reference.unknown: ~is_meant & ~is_list,
        f"{reference.unknown}_example": rows.stranger,
        reference.written: is_meant,
        f"{reference.written}_example": rows.stranger + " → " + rows.meant,
        reference.several: is_list & ~is_meant,
        f"{reference.several}_example": rows.listing,
    }
    values = rows.select(value="stranger", **flags)
    return MarkedValues(reference.column, values, reference.keys)
