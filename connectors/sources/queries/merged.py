"""Equal rows that a query makes one by UNION or DISTINCT: two costs of a day may be equal."""

from collections.abc import Iterator, Sequence

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.tree import STAR, Tree, leaves_of, replaced, select_of

_DISTINCT = "DISTINCT_MODIFIER"


def without_merging(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with UNION ALL, and without a DISTINCT of rows that differ in other columns.

    Rows of a source that are equal in all its columns may well be made one by DISTINCT.
    """
    for node in _outer(tree["statements"][0]["node"], []):
        if node["type"] == "SET_OPERATION_NODE":
            yield Mend(
                replaced(tree, {id(node): {**node, "setop_all": True}}),
                "UNION makes equal rows one",
                "If each counts, write UNION ALL; if a row is in both by mistake, write UNION ALL "
                "and a GROUP BY of all columns around it.",
            )
        else:
            modifiers = [one for one in node["modifiers"] if one["type"] != _DISTINCT]
            tables = {id(one): _once(asked, one) for one in leaves_of(node["from_table"])}
            others = {**node, "modifiers": modifiers}
            others["from_table"] = replaced(node["from_table"], tables)
            yield Mend(
                replaced(tree, {id(node): others}),
                "DISTINCT makes rows one that differ only in columns which it leaves out",
                "If each counts, leave DISTINCT out; else write a GROUP BY of all columns.",
            )


def _outer(node: Tree, above: Sequence[Tree]) -> Iterator[Tree]:
    """Each UNION and DISTINCT that makes the rows of the answer; not those within a JOIN."""
    named = [*above, *(node.get("cte_map") or {}).get("map", [])]
    if node["type"] == "SET_OPERATION_NODE":
        if node["setop_type"] == "UNION" and not node["setop_all"]:
            yield node
        for child in node.get("children") or [node["left"], node["right"]]:
            yield from _outer(child, named)
    if node["type"] != "SELECT_NODE":
        return
    if any(
        one["type"] == _DISTINCT and not one["distinct_on_targets"] for one in node["modifiers"]
    ):
        yield node
    table = node["from_table"]
    if table["type"] == "SUBQUERY":
        yield from _outer(table["subquery"]["node"], named)
    for at, one in enumerate(named):
        if table["type"] == "BASE_TABLE" and one["key"] == table["table_name"]:
            yield from _outer(one["value"]["query_node"], named[:at])


def _once(asked: Asked, table: Tree) -> Tree:
    """A table of a FROM with its wholly equal rows once."""
    if table["type"] != "BASE_TABLE":
        return table
    modifiers = [{"type": _DISTINCT, "distinct_on_targets": []}]
    rows = select_of(asked.parser, [STAR], from_table={**table, "alias": ""}, modifiers=modifiers)
    return {
        "type": "SUBQUERY",
        "alias": table["alias"] or table["table_name"],
        "sample": None,
        "subquery": {"node": rows, "named_param_map": []},
        "column_name_alias": table["column_name_alias"],
    }
