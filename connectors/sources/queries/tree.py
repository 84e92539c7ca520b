"""A query as DuckDB's parser reads it: a tree of parts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

ENGINE: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "memory_limit": "2GB",
    "threads": 2,
    "lock_configuration": True,
}

Tree = Any
"""A query, or a part of one, as the parser gives it."""

STAR: Tree = {"class": "STAR", "type": "STAR", "alias": "", "relation_name": ""}
"""All columns of a FROM."""


def tree_of(sql: str) -> Tree:
    """Return what DuckDB's parser makes of a query, with an ``error`` where it cannot read it."""
    with duckdb.connect(":memory:", config=ENGINE) as engine:
        answer = engine.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    return json.loads(answer[0]) if answer else {}


def nodes_of(tree: Tree) -> Iterator[dict[str, Tree]]:
    """Return a query's parts, each before those within it."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    for child in tree if isinstance(tree, list) else []:
        yield from nodes_of(child)


def sql_of(parser: duckdb.DuckDBPyConnection, tree: Tree) -> str:
    """Return the text of a query, or of an expression, as DuckDB writes it."""
    if "class" in tree:
        return sql_of(parser, select_of(parser, [tree])).removeprefix("SELECT ")
    statements = tree.get("statements") or [{"node": tree, "named_param_map": []}]
    text = json.dumps({"error": False, "statements": statements})
    return str(parser.execute("SELECT json_deserialize_sql(?)", [text]).fetchall()[0][0])


def select_of(parser: duckdb.DuckDBPyConnection, items: list[Tree], **parts: Tree) -> Tree:
    """Return a SELECT of some expressions, with the ``parts`` of another, such as its FROM."""
    found = parser.execute("SELECT json_serialize_sql('SELECT 1')").fetchall()
    empty = json.loads(found[0][0])["statements"][0]["node"]
    return {**empty, "select_list": items, **parts}


def replaced(tree: Tree, by: Mapping[int, Tree]) -> Tree:
    """Return a tree in which parts, by their ``id``, are others."""
    if id(tree) in by:
        return by[id(tree)]
    if isinstance(tree, dict):
        return {key: replaced(child, by) for key, child in tree.items()}
    return [replaced(child, by) for child in tree] if isinstance(tree, list) else tree


def selects_of(tree: Tree, above: Sequence[Tree] = ()) -> Iterator[tuple[Tree, list[Tree]]]:
    """Return each SELECT that makes rows of the answer, with the WITH tables that it may name.

    Those in expressions are left out, as they may name columns of the row around them.
    """
    node = tree["statements"][0]["node"] if "statements" in tree else tree
    known = list(above)
    for named in (node.get("cte_map") or {}).get("map", []):
        yield from selects_of(named["value"]["query_node"], known)
        known.append(named)
    if node["type"] == "SET_OPERATION_NODE":
        for child in node.get("children") or [node["left"], node["right"]]:
            yield from selects_of(child, known)
    if node["type"] == "SELECT_NODE":
        for table in leaves_of(node["from_table"]):
            if table["type"] == "SUBQUERY":
                yield from selects_of(table["subquery"]["node"], known)
        yield node, known


def leaves_of(table: Tree) -> list[Tree]:
    """Return the tables of a FROM, from left to right."""
    if table["type"] == "JOIN":
        return leaves_of(table["left"]) + leaves_of(table["right"])
    return [table]


def own_nodes(tree: Tree) -> Iterator[dict[str, Tree]]:
    """Return the parts of a SELECT, but for those of other SELECTs within it."""
    if isinstance(tree, dict):
        yield tree
        tree = [child for key, child in tree.items() if key not in ("subquery", "cte_map")]
    for child in tree if isinstance(tree, list) else []:
        yield from own_nodes(child)


def conjuncts(condition: Tree) -> list[Tree]:
    """Return the parts of a condition that must all be true."""
    if condition and condition.get("type") == "CONJUNCTION_AND":
        return [part for child in condition["children"] for part in conjuncts(child)]
    return [condition] if condition else []
