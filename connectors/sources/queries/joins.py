"""Joins that leave rows out in silence: without a partner, or with one in other letters.

A JOIN drops the rows that have no partner. ``Ann@x.example`` is no partner of ``ann@x.example``,
and a LEFT JOIN leaves such a row without one.
"""

from collections.abc import Iterator
from typing import Any

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.tree import (
    Tree,
    conjuncts,
    leaves_of,
    nodes_of,
    own_nodes,
    replaced,
    selects_of,
)


def without_partner(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield for each joined table the query with all its rows, as LEFT or RIGHT JOIN gives them.

    Not where nothing is selected of the other tables, which then are a filter, nor where more
    than equal columns make a partner.
    """
    for select, _ in selects_of(tree):
        explicit = _explicit(select)
        for leaf in leaves_of(explicit["from_table"]):
            kept, partners = _keeping(explicit["from_table"], leaf)
            names = {_name(partner) for partner in partners}
            if not partners or not _selects_of(explicit, names):
                continue
            tables = " and ".join(f'"{one.get("table_name") or _name(one)}"' for one in partners)
            mended = {**explicit, "from_table": kept}
            yield Mend(
                replaced(tree, {id(select): mended}),
                f"the JOIN leaves out rows without a partner in {tables}",
                f"If they count, join {tables} by LEFT JOIN behind {_name(leaf)}; else leave "
                "them out by a condition of WHERE, such as IN (SELECT …).",
            )


def _explicit(select: Tree) -> Tree:
    """A SELECT in which ``FROM a, b WHERE a.x = b.x`` is a JOIN."""
    where = conjuncts(select.get("where_clause"))
    table = _with_conditions(select["from_table"], where)
    if table is select["from_table"]:
        return select
    return {**select, "from_table": table, "where_clause": all_of(where)}


def _with_conditions(table: Tree, where: list[Tree]) -> Tree:
    """A FROM whose bare commas have conditions, which are taken out of ``where``."""
    if table["type"] != "JOIN":
        return table
    left = _with_conditions(table["left"], where)
    if table["ref_type"] == "CROSS" and table["join_type"] == "INNER":
        theirs = {_name(leaf) for leaf in leaves_of(table["right"])}
        known = theirs | {_name(leaf) for leaf in leaves_of(left)}
        met = [one for one in where if _is_equal(one, theirs, known)]
        if met:
            where[:] = [one for one in where if one not in met]
            regular = {"ref_type": "REGULAR", "is_implicit": False, "condition": all_of(met)}
            return {**table, **regular, "left": left}
    return table if left is table["left"] else {**table, "left": left}


def all_of(conditions: list[Tree]) -> Tree:
    """Return the condition that all of some are true, None without any."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return {"class": "CONJUNCTION", "type": "CONJUNCTION_AND", "children": conditions}


def _is_equal(condition: Tree, theirs: set[str], known: set[str]) -> bool:
    """Whether a column of ``theirs`` equals one of the other tables."""
    if condition.get("type") != "COMPARE_EQUAL":
        return False
    left, right = (
        {
            part["column_names"][-2].casefold()
            for part in nodes_of(condition[side])
            if _is_qualified(part)
        }
        for side in ("left", "right")
    )
    if not left or not right or not left | right <= known:
        return False
    return (left <= theirs and not right & theirs) or (right <= theirs and not left & theirs)


def _is_qualified(node: Tree) -> bool:
    return node.get("class") == "COLUMN_REF" and len(node["column_names"]) > 1


def _name(table: Tree) -> str:
    return str(table.get("alias") or table.get("table_name") or "").casefold()


def _keeping(table: Tree, leaf: Tree) -> tuple[Tree, list[Tree]]:
    """A FROM that keeps all rows of one of its tables, and the tables that may lack a partner."""
    if table is leaf or table["type"] != "JOIN":
        return table, []
    side = "left" if any(one is leaf for one in leaves_of(table["left"])) else "right"
    other = "right" if side == "left" else "left"
    kept, partners = _keeping(table[side], leaf)
    mended = {**table, side: kept}
    if table["join_type"] == "INNER" and table["ref_type"] == "REGULAR" and _by_columns(table):
        return {**mended, "join_type": side.upper()}, [*partners, *leaves_of(table[other])]
    return mended, partners


def _by_columns(join: Tree) -> bool:
    """Whether equal columns alone make a partner; other conditions filter."""
    return bool(join.get("using_columns")) or all(
        one.get("type") == "COMPARE_EQUAL"
        and all(_has_column(one[side]) for side in ("left", "right"))
        for one in conjuncts(join.get("condition"))
    )


def _has_column(tree: Tree) -> bool:
    return any(node.get("class") == "COLUMN_REF" for node in nodes_of(tree))


def _selects_of(select: Tree, names: set[str]) -> bool:
    """Whether a SELECT may return columns of one of these tables."""
    parts = [part for item in select["select_list"] for part in nodes_of(item)]
    return any(
        part.get("class") == "STAR"
        or (_is_qualified(part) and part["column_names"][-2].casefold() in names)
        or (part.get("class") == "COLUMN_REF" and not _is_qualified(part))
        for part in parts
    )


def without_other_letters(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with columns of two tables compared without case and outer blanks."""
    for select, _ in selects_of(tree):
        if select["from_table"]["type"] != "JOIN":
            continue
        for where in ("from_table", "where_clause"):
            for node in own_nodes(select.get(where)):
                if node.get("type") != "COMPARE_EQUAL":
                    continue
                sides = {side: node[side] for side in ("left", "right")}
                if not all(_has_column(side) for side in sides.values()):
                    continue
                mended = {**node, **{side: folded(part) for side, part in sides.items()}}
                yield Mend(
                    replaced(tree, {id(node): mended}),
                    f"{asked.shown(node)} does not hold where case or blanks differ",
                    f"Write {asked.shown(mended)}.",
                )


def folded(part: Tree) -> Tree:
    """Return a text in small letters, without the blanks around it."""
    for name in ("trim", "lower"):
        part = _function(name, part)
    return part


def _function(name: str, argument: Tree) -> dict[str, Any]:
    return {
        "class": "FUNCTION",
        "type": "FUNCTION",
        "function_name": name,
        "arguments": [{"name": "", "expression": argument}],
        "order_bys": {"type": "ORDER_MODIFIER", "orders": []},
    }
