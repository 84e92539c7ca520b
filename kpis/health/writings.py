"""Writings of one id or campaign that a person reads as the same, and a program does not."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.checks import WRITE_ALIKE, Check

_SALESFORCE = r"^(00[0-9A-Za-z]|70[0-9A-Za-z]|80[0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}"
_DOMAIN = r"^(?:https?://)?(?:www\.)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/*$"
LOOK_ALIKE = (
    "".join(chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF41, 0xFF5B)))
    + "\u0430\u0432\u0441\u0435\u043d\u043a\u043c\u043e\u0440\u0442\u0445\u0443\u0456\u0455\u0458"
    + "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
)
"""Digits and letters of full width, Cyrillic and Greek letters whose capitals look Latin."""
_LATIN = "0123456789abcdefghijklmnopqrstuvwxyz" + "abcehkmoptxyisj" + "abezhikmnoptyx"
_CODES = {
    "nbsp|#160": " ",
    "lt|#60": "<",
    "gt|#62": ">",
    "quot|#34": '"',
    "apos|#0?39|#x27": "'",
    "amp|#38": "&",
}
"""What pages write for a sign; the last may have been part of another."""
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
    left behind: ``" 007"``, ``"7.0"`` and ``"7"`` are one. So are letters that look alike, signs
    and what pages write for them (see :func:`_as_it_looks`), a web domain and its address:
    ``acme.com`` and ``https://www.acme.com/``. The case of an id of Salesforce matters,
    and its 15 characters are the first of 18.
    """
    return _normal(name, _as_it_looks(name))


def normal_campaign(name: ir.StringValue) -> ir.StringValue:
    """As :func:`normal`, and blanks, underscores and hyphens between words are one and the same.

    So is what addresses of pages make of a blank, ``%20`` or ``+`` between letters or digits.
    ``C++`` stays apart from ``C``.
    """
    decoded = _try(_url_decode(name)).fill_null(name)
    looks = _as_it_looks(cast(ir.StringValue, decoded))
    for _ in range(2):  # the matches of one pass share no letter: "a+b+c" needs two
        looks = looks.re_replace(r"([\p{L}\p{N}])\+([\p{L}\p{N}])", r"\1 \2")
    looks = looks.re_replace(r"[\p{Cf}]", "").re_replace(r"^[\s\p{Z}_-]+|[\s\p{Z}_-]+$", "")
    return _normal(name, looks.re_replace(r"[\s\p{Z}_-]+", "-"))


def _normal(name: ir.StringValue, looks: ir.StringValue) -> ir.StringValue:
    """What :func:`normal` makes of a name; ``looks``, a long expression, is written once."""
    visible = looks.re_replace(r"[\s\p{Z}\p{Cf}]", "").lower()
    plain = visible.re_replace(r"^0*([0-9]+)(\.0+)?$", r"\1").re_replace(_DOMAIN, r"\1")
    is_salesforce = name.re_search(_SALESFORCE + "([A-Z0-5]{3})?$") & name.re_search("[A-Za-z]")
    return cast(ir.StringValue, is_salesforce.ifelse(name.substr(0, 15), plain))


def _as_it_looks(name: ir.StringValue) -> ir.StringValue:
    """A name with the sign for ``&amp;`` and its kin, and Latin letters for others that look so.

    Case is of no account afterwards, so a small letter is taken for what its capital looks like:
    Cyrillic ``в`` is a ``b``. Few names need it, and it takes long: the others are as they are.
    """
    looks = name.lower().translate(LOOK_ALIKE, _LATIN)
    for code, sign in _CODES.items():
        looks = looks.re_replace(f"&({code});", sign)
    return cast(ir.StringValue, name.re_search(r"[^ -~]|&[#0-9a-z]+;").ifelse(looks, name))


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
        for table, key in KEYS.items()
    )


_CUSTOMERS = "deals_customer_written_several_ways"
KEYS = {"leads": "lead_id", "deals": "deal_id", "customers": "customer_id"}


def _key(table: str) -> str:
    return f"{table}_campaign_written_several_ways"


def _lists_key(table: str) -> str:
    return f"{table}_campaign_lists_several"


def _twin_key(table: str) -> str:
    return f"{table}_written_twice"


def writing_flags(
    rows: ir.Table, name: str, keys: Collection[str], tables: Mapping[str, ir.Table]
) -> ir.Table:
    """Add to rows of a table that names campaigns the flags and examples of its checks.

    keys: of the checks asked. The usual writing of a campaign is the one that most rows of all
    tables have.
    """
    if _key(name) not in keys:
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


def id_flags(
    rows: ir.Table, name: str, keys: Collection[str], tables: Mapping[str, ir.Table]
) -> ir.Table:
    """Add to rows of a table with a key the flags and examples of :func:`id_checks`.

    keys: of the checks asked. A writing that the customers table has is right, else the one that
    most deals have is usual.
    """
    if name == "deals" and _CUSTOMERS in keys:
        known = tables["customers"].select(writing="customer_id").mutate(is_known=True)
        named = tables["deals"].select(writing="customer_id").mutate(is_known=False).union(known)
        usual = _otherwise(named.filter(named.writing.notnull()), normal)
        rows = _with_usual(rows, "customer_id", _CUSTOMERS, usual)
    if name in KEYS:
        twins = _twins(tables[name], KEYS[name])
        rows = _with_usual(rows, KEYS[name], _twin_key(name), twins)
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
    r"""The text with characters that nobody sees as escapes, such as ``\u200b``.

    So are letters of another alphabet within a Latin word, which they seem to belong to.
    """
    text = re.sub(r"\w+", lambda word: _with_strangers_escaped(word[0]), text)
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _with_strangers_escaped(word: str) -> str:
    if not re.search("[A-Za-z]", word):
        return word
    return "".join(_escaped(c) if c.lower() in LOOK_ALIKE else c for c in word)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
