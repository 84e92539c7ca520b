"""Writings of one id or campaign that a person reads as the same, and a program does not."""

from collections.abc import Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.checks import WRITE_ALIKE, Check

_SALESFORCE = r"^(00[0-9A-Za-z]|70[0-9A-Za-z]|80[0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}"
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
    left behind: ``" 007"``, ``"7.0"`` and ``"7"`` are one. The case of an id of Salesforce matters,
    and its 15 characters are the first of 18.
    """
    visible = name.re_replace(r"[\s\p{Z}\p{Cf}]", "").lower()
    plain = visible.re_replace(r"^0*([0-9]+)(\.0+)?$", r"\1")
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
    """For each table that names campaigns, a check for use without a table of campaigns."""
    return tuple(
        Check(
            _key(table),
            table,
            table if table == "touches" else f"{table} with a campaign",
            "wrote the campaign differently from most rows",
            "One campaign counts as two: its leads, costs and customers are split.",
            WRITE_ALIKE,
            "split",
            (f"{table}.campaign_id",),
        )
        for table in _NAMING
    )


def _key(table: str) -> str:
    return f"{table}_campaign_written_several_ways"


def writing_flags(rows: ir.Table, name: str, tables: Mapping[str, ir.Table]) -> ir.Table:
    """Add to rows of a table that names campaigns the flag and example of its check.

    The usual writing of a campaign is the one that most rows of all tables have.
    """
    if name not in _NAMING:
        return rows
    named = ibis.union(*(tables[one].select(writing="campaign_id") for one in _NAMING))
    named = named.filter(named.writing.notnull()).group_by("writing").agg(rows=ibis._.count())
    alike = ibis.window(
        group_by=normal_campaign(named.writing), order_by=[named.rows.desc(), named.writing]
    )
    named = named.select("writing", usual=named.writing.first().over(alike))
    named = named.filter(named.writing != named.usual)
    rows = rows.left_join(named, rows.campaign_id == named.writing)
    flag = ibis.ifelse(rows.campaign_id.notnull(), rows.writing.notnull(), None)
    example = rows.writing + " → " + rows.usual
    return rows.mutate(**{_key(name): flag, f"{_key(name)}_example": example}).drop(
        "writing", "usual"
    )


def visible(text: str) -> str:
    r"""The text with characters that nobody sees as escapes, such as ``\u200b``."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
