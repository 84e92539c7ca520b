"""Writings of one id or campaign that a person reads as the same, and a program does not."""

from collections.abc import Callable, Mapping, Set
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.alike import alike_ids, normal
from kpis.health.campaign_names import NAMING
from kpis.health.campaigns_apart import APART_CHECK, campaigns_apart
from kpis.health.checks import WRITE_ALIKE, Check
from kpis.health.marked_values import MarkedValues, marked
from kpis.health.slips import CUT_CHECK, SLIP_CHECK, cuts, slips


def writing_checks() -> tuple[Check, ...]:
    """For each table that names campaigns, two checks for use without a table of campaigns.

    Beside them those of costs: a slip of the pen, and names that no lead has.
    """
    found = [SLIP_CHECK, CUT_CHECK, APART_CHECK]
    for table in NAMING:
        rows_are = table if table == "touches" else f"{table} with a campaign"
        common = table, rows_are
        needs = (f"{table}.campaign_id",)
        otherwise = "wrote the campaign differently from most rows"
        as_two = "One campaign counts as two: its leads, costs and customers are split."
        listed = "listed several campaigns in one cell, which is no id of any"
        own = "Each list is a campaign of its own: those that it names lack these rows."
        first = f'first_of = ["campaign_id"] under [tables.{table}] takes the first of each cell.'
        first += " Or write a row for each campaign." if table == "costs" else ""
        found += [
            Check(_key(table), *common, otherwise, as_two, WRITE_ALIKE, "split", needs),
            Check(_lists_key(table), *common, listed, own, first, "split", needs),
        ]
    return tuple(found)


def id_checks() -> tuple[Check, ...]:
    """Checks of ids that one table alone writes in several ways: keys, and deals' customers."""
    customers = Check(
        _CUSTOMERS,
        "deals",
        "deals with a customer",
        "wrote the customer differently from most deals, or from the customers table",
        "One customer counts as several: customers are too many, CAC and lifetime value too low.",
        WRITE_ALIKE,
        "totals",
        ("deals.customer_id",),
    )
    return customers, *(
        Check(
            _twin_key(table),
            table,
            table,
            "repeated another row, but for the writing of their id",
            f"If they are one of the {table}, it counts twice.",
            f"Remove the rows that are there twice. {WRITE_ALIKE}",
            "doubt",
            (f"{table}.{key}",),
        )
        for table, key in KEYS.items()
    )


_TWIN_CAMPAIGNS = "campaigns_written_otherwise"
_CUSTOMERS = "deals_customer_written_several_ways"
KEYS = {"leads": "lead_id", "deals": "deal_id", "customers": "customer_id"}


def _key(table: str) -> str:
    return f"{table}_campaign_written_several_ways"


def _lists_key(table: str) -> str:
    return f"{table}_campaign_lists_several"


def _twin_key(table: str) -> str:
    return f"{table}_written_twice"


def campaign_writings(name: str, keys: Set[str], names: ir.Table) -> list[MarkedValues]:
    """Return the campaigns that the checks of a table which names them mark.

    keys: of the checks asked. names: see campaign_names. The usual writing of a campaign is the one
    that most rows of all tables have.
    """
    found: dict[str, Callable[[ir.Table], MarkedValues]] = {
        _key(name): lambda names: _unusual("campaign_id", _key(name), _otherwise(names)),
        _lists_key(name): lambda names: _lists(_lists_key(name), names),
        SLIP_CHECK.key: slips,
        CUT_CHECK.key: cuts,
        APART_CHECK.key: campaigns_apart,
        _TWIN_CAMPAIGNS: _twin_campaigns,
    }
    return [marks(names) for key, marks in found.items() if key in keys]


def _lists(key: str, names: ir.Table) -> MarkedValues:
    known = names.select(id="writing")
    lists = lists_of_several(known.select(stranger="id"), known).rename(value="listing")
    return marked("campaign_id", key, lists, lists.value)


def _twin_campaigns(names: ir.Table) -> MarkedValues:
    """The ids of the campaigns table that another one of it is written like."""
    known = names.filter(names.is_known)
    known = known.mutate(alike_ones=known.count().over(ibis.window(group_by="alike")))
    twins = known.filter(known.alike_ones > 1).select(value="writing")
    return marked("campaign_id", _TWIN_CAMPAIGNS, twins, twins.value)


def id_writings(
    name: str, keys: Set[str], tables: Mapping[str, ir.Table], lead_ids: ir.Table
) -> list[MarkedValues]:
    """Return the ids of a table that :func:`id_checks` mark.

    keys: of the checks asked. lead_ids: see alike_ids. A writing that the customers table has
    is right, else the one that most deals have is usual.
    """
    found = []
    if name == "deals" and _CUSTOMERS in keys:
        known = tables["customers"].select(writing="customer_id").mutate(is_known=True)
        named = tables["deals"].select(writing="customer_id").mutate(is_known=False).union(known)
        named = named.filter(named.writing.notnull()).group_by("writing")
        named = named.agg(rows=ibis._.count(), is_known=ibis._.is_known.any())
        named = named.mutate(alike=normal(cast(ir.StringValue, named.writing)))
        found.append(_unusual("customer_id", _CUSTOMERS, _otherwise(named)))
    if _twin_key(name) in keys:
        own, key = tables[name], KEYS[name]
        ids = lead_ids if name == "leads" else alike_ids(own, key)
        found.append(_unusual(key, _twin_key(name), _twins(own, key, ids)))
    return found


def _otherwise(named: ir.Table) -> ir.Table:
    """Each ``writing`` that is not the ``usual`` one of those ``alike``, and not ``is_known``.

    named: one row for each, with the number of ``rows`` that have it.
    """
    alike = ibis.window(
        group_by="alike", order_by=[named.is_known.desc(), named.rows.desc(), named.writing]
    )
    named = named.mutate(usual=named.writing.first().over(alike))
    return named.filter((named.writing != named.usual) & ~named.is_known).select("writing", "usual")


def _twins(own: ir.Table, key: str, ids: ir.Table) -> ir.Table:
    """Each ``writing`` of a key whose row equals that of the ``usual`` one in all else."""
    others = [column for column in own.columns if column != key]
    twice = ids.group_by("alike").agg(times=ibis._.count())
    twins = ids.semi_join(twice.filter(twice.times > 1), "alike")
    own = own.inner_join(twins, own[key] == twins.id)
    same = ibis.window(group_by=["alike", *others], order_by=key)
    own = own.select(writing=own[key], usual=own[key].first().over(same))
    return own.filter(own.writing != own.usual)


def _unusual(column: str, key: str, otherwise: ir.Table) -> MarkedValues:
    """Each ``writing`` that is not the ``usual`` one, marked by the check of that key."""
    values = otherwise.rename(value="writing")
    return marked(column, key, values, values.value + " → " + values.usual)


_STRONG = r"[;,|\t\r\n；，、]"
_SPACED = r"\s[/&+·•]\s|\s(?:and|und|et|y|e|en|og|och|oraz)\s"
_CLOSE = r"[/&+·•]"
"""A cell is split at the first kind that it has, so that ``2026/1;2026/2`` holds two ids. Without a
strong one each part has a digit: ``Search & Display`` may be a campaign of its own."""


def lists_of_several(strangers: ir.Table, known: ir.Table) -> ir.Table:
    """The ``listing`` of each ``stranger`` that is two known ``id`` or more, as in ``L1;L2``."""
    several = strangers.stranger.re_search(f"{_STRONG}|{_SPACED}|{_CLOSE}")
    listing = strangers.filter(several).select(listing="stranger")
    inner = listing.listing.re_replace(r"^\[(.*)\]$", r"\1").re_replace(r"^\{(.*)\}$", r"\1")
    is_weak = ~listing.listing.re_search(_STRONG)
    split = ibis.cases(
        (~is_weak, inner.re_replace(rf"\s*{_STRONG}\s*", "\n")),
        (inner.re_search(_SPACED), inner.re_replace(rf"\s*(?:{_SPACED})\s*", "\n")),
        else_=inner.re_replace(rf"\s*{_CLOSE}\s*", "\n"),
    )
    listing = listing.mutate(part=split.split("\n").unnest(), is_weak=is_weak)
    listing = listing.mutate(part=listing.part.re_replace(r"^[\"']|[\"']$", ""))
    listing = listing.filter(listing.part != "").left_join(known, listing.part == known.id)
    counts = listing.group_by("listing").agg(
        parts=listing.part.count(),
        known=listing.id.count(),
        words=(listing.is_weak & ~listing.part.re_search("[0-9]")).sum(),
    )
    is_list = (counts.parts > 1) & (counts.known == counts.parts) & (counts.words == 0)
    return counts.filter(is_list).select("listing")
