"""Two ids of a table that are one number, ``00123`` and ``123``, where deals name the number."""

from collections.abc import Collection, Mapping
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.health.checks import Check
from kpis.health.marked_values import MarkedValues, marked

_NO_NUMBER_WRITES = r"^(0[0-9]+|[0-9]+[eE][0-9]+)$"
"""What a column of numbers never holds: a deal that names such an id was read as text."""
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$"
"""How sources write numbers; the engine also takes ``18_29`` for one."""


def _check(one: str, effect: str) -> Check:
    return Check(
        f"deals_{one}_same_number",
        "deals",
        f"deals with a {one}",
        f"named a {one} whose id is the same number as another {one}'s",
        f"If a source reads ids as numbers (00123 as 123, 1E3 as 1000), they may mean the other "
        f"{one}: {effect}",
        f"See that {one}_id of deals is text where it is kept; a column declared STRING in SQLite "
        "holds numbers. If the ids are right, nothing is wrong.",
        "doubt",
        (f"deals.{one}_id", f"{one}s.{one}_id"),
    )


NUMBER_CHECKS = (
    _check("lead", "its campaigns lack the credit, and conversion and sales cycle are off."),
    _check("customer", "customers may be too few, and lifetime value belongs to others."),
)


def twin_numbers(keys: Collection[str], tables: Mapping[str, ir.Table]) -> list[MarkedValues]:
    """Return the ids that deals name, of which there are two of one number, for the checks asked.

    keys: of these. None where one of the deals writes its id as no number is written.
    """
    return [_twins(check, tables) for check in NUMBER_CHECKS if check.key in keys]


def _twins(check: Check, tables: Mapping[str, ir.Table]) -> MarkedValues:
    (_, column), (to, key) = (need.split(".") for need in check.needs)
    ids = tables[to].select(id=key, number=_number(tables[to][key]))
    ids = ids.filter(ids.number.notnull()).group_by("number")
    ids = ids.agg(first=ibis._.id.min(), last=ibis._.id.max())
    ids = ids.filter(ids.first != ids.last)
    named = tables["deals"].select(value=column).distinct()
    is_text = named.value.re_search(_NO_NUMBER_WRITES).any().over(ibis.window())
    named = named.mutate(is_text=is_text, number=_number(named.value)).filter(~ibis._.is_text)
    twins = named.inner_join(ids, "number")
    return marked(column, check.key, twins, twins.first + " or " + twins.last)


def _number(id_: ir.Value) -> ir.Value:
    """The number that an id is, null where it is none."""
    text = cast(ir.StringValue, id_)
    return ibis.ifelse(text.re_search(_NUMBER), text, None).try_cast("decimal(38, 9)")
