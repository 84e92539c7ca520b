"""Writings of one id or campaign that a person reads as the same, and a program does not."""

from collections.abc import Callable, Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.checks import WRITE_ALIKE, Check

_SALESFORCE = r"^(00[0-9A-Za-z]|70[0-9A-Za-z]|80[0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}"
_DOMAIN = r"^(?:https?://)?(?:www\.)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/*$"
_NAMING = ("leads", "touches", "costs")
"""Tables whose rows name campaigns."""


def _decoded(text: ir.Value) -> ir.Value:
    """The text that a percent-encoded one stands for: the engine's own function."""


def _if_it_can(text: ir.Value) -> ir.Value:
    """A value, null where the engine cannot compute it: its own function."""


_url_decode = ibis.udf.scalar.builtin(
    _decoded, name="url_decode", signature=(("string",), "string")
)
_try = ibis.udf.scalar.builtin(_if_it_can, name="try", signature=(("string",), "string"))


def normal(name: ir.StringValue) -> ir.StringValue:
    """An id without what makes two writings of it differ.

    Blanks, invisible characters, case, leading zeros and a ``.0`` that a spreadsheet or pandas
    left behind: ``" 007"``, ``"7.0"`` and ``"7"`` are one. So are a web domain and its address:
    ``acme.com`` and ``https://www.acme.com/``. The case of an id of Salesforce matters,
    and its 15 characters are the first of 18.
    """
    visible = name.re_replace(r"[\s\p{Z}\p{Cf}]", "").lower()
    plain = visible.re_replace(r"^0*([0-9]+)(\.0+)?$", r"\1").re_replace(_DOMAIN, r"\1")
    is_salesforce = name.re_search(_SALESFORCE + "([A-Z0-5]{3})?$") & name.re_search("[A-Za-z]")
    return cast(ir.StringValue, is_salesforce.ifelse(name.substr(0, 15), plain))


def normal_campaign(name: ir.StringValue) -> ir.StringValue:
    """As :func:`normal`, and blanks, underscores and hyphens between words are one and the same.

    So is what addresses of pages make of a blank, ``%20`` or ``+`` between letters or digits, and
    ``&amp;`` for ``&``. ``C++`` stays apart from ``C``.
    """
    name = _without_url_encoding(name)
    visible = name.re_replace(r"[\p{Cf}]", "").re_replace(r"^[\s\p{Z}_-]+|[\s\p{Z}_-]+$", "")
    return normal(cast(ir.StringValue, visible.re_replace(r"[\s\p{Z}_-]+", "-")))


def _without_url_encoding(name: ir.StringValue) -> ir.StringValue:
    """The name as it was before it stood in an address or a page."""
    decoded = _try(_url_decode(name)).fill_null(name).replace("&amp;", "&")
    for _ in range(2):  # the matches of one pass share no letter: "a+b+c" needs two
        decoded = decoded.re_replace(r"([\p{L}\p{N}])\+([\p{L}\p{N}])", r"\1 \2")
    return cast(ir.StringValue, decoded)


def writing_checks() -> tuple[Check, ...]:
    """For each table that names campaigns, two checks for use without a table of campaigns."""
    found = []
    for table in _NAMING:
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
        for table, key in _KEYS.items()
    )


_CUSTOMERS = "deals_customer_written_several_ways"
_KEYS = {"leads": "lead_id", "deals": "deal_id", "customers": "customer_id"}


def _key(table: str) -> str:
    return f"{table}_campaign_written_several_ways"


def _lists_key(table: str) -> str:
    return f"{table}_campaign_lists_several"


def _twin_key(table: str) -> str:
    return f"{table}_written_twice"


def writing_flags(rows: ir.Table, name: str, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Add to rows of a table that names campaigns the flags and examples of its checks.

    The usual writing of a campaign is the one that most rows of all tables have.
    """
    if name not in _NAMING:
        return rows
    named = ibis.union(*(tables[one].select(writing="campaign_id") for one in _NAMING))
    named = named.filter(named.writing.notnull()).mutate(is_known=False)
    flagged = _with_usual(rows, "campaign_id", _key(name), _otherwise(named, normal_campaign))
    known = named.select(id="writing").distinct()
    lists = lists_of_several(known.select(stranger="id"), known)
    flagged = flagged.left_join(lists, flagged.campaign_id == lists.listing)
    is_list = ibis.ifelse(flagged.campaign_id.notnull(), flagged.listing.notnull(), None)
    example = flagged.listing
    return flagged.mutate(
        **{_lists_key(name): is_list, f"{_lists_key(name)}_example": example}
    ).drop("listing")


def id_flags(rows: ir.Table, name: str, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Add to rows of a table with a key the flags and examples of :func:`id_checks`.

    A writing that the customers table has is right, else the one that most deals have is usual.
    """
    if name == "deals":
        known = tables["customers"].select(writing="customer_id").mutate(is_known=True)
        named = tables["deals"].select(writing="customer_id").mutate(is_known=False).union(known)
        usual = _otherwise(named.filter(named.writing.notnull()), normal)
        # As the source gives it: a deal without a customer has its lead's, or one of its own.
        own = tables["deals"].select(own_id="deal_id", named_customer="customer_id")
        rows = rows.left_join(own, rows.deal_id == own.own_id).drop("own_id")
        rows = _with_usual(rows, "named_customer", _CUSTOMERS, usual).drop("named_customer")
    if name in _KEYS:
        twins = _twins(tables[name], _KEYS[name])
        rows = _with_usual(rows, _KEYS[name], _twin_key(name), twins)
    return rows


def _otherwise(named: ir.Table, alone: Callable[[ir.StringValue], ir.StringValue]) -> ir.Table:
    """Each ``writing`` that is not the ``usual`` one of those alike, and not known to be right."""
    named = named.group_by("writing").agg(rows=ibis._.count(), is_known=ibis._.is_known.any())
    alike = ibis.window(
        group_by=alone(named.writing),
        order_by=[named.is_known.desc(), named.rows.desc(), named.writing],
    )
    named = named.mutate(usual=named.writing.first().over(alike))
    return named.filter((named.writing != named.usual) & ~named.is_known).select("writing", "usual")


def _twins(own: ir.Table, key: str) -> ir.Table:
    """Each ``writing`` of a key whose row equals that of the ``usual`` one in all else."""
    others = [column for column in own.columns if column != key]
    own = own.mutate(alike=normal(cast(ir.StringValue, own[key])))
    twice = own.group_by("alike").agg(times=ibis._.count())
    own = own.semi_join(twice.filter(twice.times > 1), "alike")
    same = ibis.window(group_by=["alike", *others], order_by=key)
    own = own.select(writing=own[key], usual=own[key].first().over(same))
    return own.filter(own.writing != own.usual)


def _with_usual(rows: ir.Table, column: str, key: str, usual: ir.Table) -> ir.Table:
    """Rows with a flag where ``column`` is no usual writing, null where it is blank."""
    rows = rows.left_join(usual, rows[column] == usual.writing)
    flag = ibis.ifelse(rows[column].notnull(), rows.writing.notnull(), None)
    example = rows.writing + " → " + rows.usual
    return rows.mutate(**{key: flag, f"{key}_example": example}).drop("writing", "usual")


def lists_of_several(strangers: ir.Table, known: ir.Table) -> ir.Table:
    """The ``listing`` of each ``stranger`` that is two known ``id`` or more, as in ``L1;L2``."""
    several = strangers.stranger.re_search(r"[;,|\r\n]")
    listing = strangers.filter(several).select(listing="stranger")
    inner = listing.listing.re_replace(r"^\[(.*)\]$", r"\1").re_replace(r"^\{(.*)\}$", r"\1")
    parts = inner.re_replace(r"\s*[;,|\r\n]\s*", ";").split(";")
    listing = listing.mutate(part=parts.unnest())
    listing = listing.mutate(part=listing.part.re_replace(r"^[\"']|[\"']$", ""))
    listing = listing.filter(listing.part != "").left_join(known, listing.part == known.id)
    counts = listing.group_by("listing").agg(parts=listing.part.count(), known=listing.id.count())
    return counts.filter((counts.parts > 1) & (counts.known == counts.parts)).select("listing")


def visible(text: str) -> str:
    r"""The text with characters that nobody sees as escapes, such as ``\u200b``."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
