"""Joins of a query that repeat rows: each amount then counts once for every partner found."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from connectors.sources.header import folded
from connectors.sources.queries.tree import nodes_of
from connectors.sources.raw import RawNote, RawTable

Node = dict[str, Any]

_ROW = "(row of the source)"
_ONE_OF_MANY = {
    *("min", "max", "avg", "mean", "median", "mode", "count", "count_star", "first", "last"),
    *("any_value", "arbitrary", "arg_min", "arg_max", "min_by", "max_by"),
}
"""Aggregates that count no amount twice, or divide it."""
_NOT_GROUPED = "STANDARD_HANDLING"
"""How DuckDB calls what has no GROUP BY ALL."""
_SHOWN = 3


@dataclass(frozen=True)
class _Join:
    """A SELECT with a join: the table whose rows hold the amounts, by its name and alias."""

    select: Node
    table: str
    alias: str
    others: Mapping[str, str]


def repeated_rows(
    engine: duckdb.DuckDBPyConnection,
    tree: Node,
    amount: str,
    tables: Mapping[str, RawTable],
    texts: Mapping[str, pa.Table],
) -> Iterator[RawNote]:
    """Return a doubt on rows of a table that a join of the query returns several times.

    tree: the query as DuckDB parses it. amount: the column of its answer that holds amounts, "" for
    none. tables: those it reads; texts: the same as the engine knows them. The amount must come
    from one table of the join, unshared: not as a minimum, and not with a column of another table.
    The rows are counted by the query itself, without its columns. It is silent where it cannot be,
    as with DISTINCT, LIMIT or a join within another SELECT.
    """
    for join in _joins(tree, amount, {name: table.frame.columns for name, table in tables.items()}):
        numbers = pa.array(np.arange(texts[join.table].num_rows))
        engine.register(join.table, texts[join.table].append_column(_ROW, numbers))
        try:
            found = engine.execute(_counting(engine, join)).fetchall()
        except duckdb.Error:  # the query ran: it is only this count of its rows that does not
            found = []
        engine.register(join.table, texts[join.table])
        if found:
            yield _note(join, tables[join.table], found)


def _note(join: _Join, table: RawTable, found: list[tuple[int, int]]) -> RawNote:
    once = "one row for each"
    if len(join.others) == 1:
        ((alias, other),) = join.others.items()
        if keys := _keys(join.select["from_table"], alias):
            listed = ", ".join(f'"{key}"' for key in keys)
            once += f', such as (SELECT DISTINCT ON ({listed}) * FROM "{other}") AS "{alias}"'
    return RawNote(
        rows=len(found),
        what=f"of {table.place} came out of the join of the query several times, and the amount "
        "counts each time",
        examples=tuple(f"row {table.rows[at]}: {times} times" for at, times in found[:_SHOWN]),
        remedy=f"If an amount counts once, join {once}.",
        is_doubt=True,
    )


def _joins(
    tree: Node, amount: str, headers: Mapping[str, Any], above: Node | None = None
) -> Iterator[_Join]:
    """The SELECTs of a query, or of its UNION, that join the table of the amount with others."""
    node = tree["statements"][0]["node"] if "statements" in tree else tree
    if node["type"] == "SET_OPERATION_NODE":
        for child in node.get("children") or [node["left"], node["right"]]:
            yield from _joins(child, amount, headers, above or node["cte_map"])
    if node["type"] != "SELECT_NODE" or node["from_table"]["type"] != "JOIN" or not amount:
        return
    ctes = above or node["cte_map"]
    named = {one["key"].casefold() for one in ctes.get("map", [])}
    held = {
        alias: name
        for alias, name in _joined(node["from_table"])
        if name in headers and name.casefold() not in named
    }
    owners = _owners(node, amount, {alias: folded(headers[name]) for alias, name in held.items()})
    is_plain = not node["qualify"] and not node["having"] and not node["sample"]
    if is_plain and len(owners) == 1 and _only_sorted(node):
        (owner,) = owners
        others = {alias: name for alias, name in held.items() if alias != owner}
        yield _Join({**node, "cte_map": ctes}, held[owner], owner, others)


def _only_sorted(node: Node) -> bool:
    return all(modifier["type"] == "ORDER_MODIFIER" for modifier in node["modifiers"])


def _joined(node: Node) -> Iterator[tuple[str, str]]:
    """The tables of a join, each with its alias."""
    if node["type"] == "JOIN":
        yield from _joined(node["left"])
        yield from _joined(node["right"])
    elif node["type"] == "BASE_TABLE":
        yield node["alias"] or node["table_name"], node["table_name"]


def _owners(node: Node, amount: str, headers: Mapping[str, set[str]]) -> set[str]:
    """The aliases of the tables that the amount is computed from, none where it is shared out."""
    name = amount.casefold()
    is_grouped = bool(node["group_expressions"]) or node["aggregate_handling"] != _NOT_GROUPED
    for item in node["select_list"]:
        called = item["alias"] or (item.get("column_names") or [""])[-1]
        if item["class"] == "STAR":
            of = item["relation_name"].casefold()
            owners = {a for a, h in headers.items() if of in ("", a.casefold()) and name in h}
            if owners and not is_grouped:
                return owners
        elif called.casefold() == name:
            parts = list(nodes_of(item))
            functions = {str(part.get("function_name", "")).casefold() for part in parts}
            is_once = any(part.get("class") in ("WINDOW", "SUBQUERY") for part in parts)
            is_once |= any(part.get("distinct") is True for part in parts)
            is_once |= is_grouped and "sum" not in functions
            if is_once or functions & _ONE_OF_MANY:
                return set()
            return {one for part in parts for one in _owners_of(part, headers)}
    return set()


def _owners_of(part: Node, headers: Mapping[str, set[str]]) -> set[str]:
    if part.get("class") != "COLUMN_REF":
        return set()
    *of, column = (name.casefold() for name in part["column_names"])
    if of:
        owners = {alias for alias in headers if alias.casefold() == of[-1]}
    else:
        owners = {alias for alias, held in headers.items() if column in held}
    return owners or {"another"}


def _keys(node: Node, alias: str) -> list[str]:
    """The columns of a table by which others are joined to it."""
    keys = [key for part in nodes_of(node) for key in part.get("using_columns") or []]
    for part in nodes_of(node):
        if part.get("class") == "COLUMN_REF" and len(part["column_names"]) == 2:
            of, column = part["column_names"]
            keys += [column] if of.casefold() == alias.casefold() else []
    return list(dict.fromkeys(keys))


def _counting(engine: duckdb.DuckDBPyConnection, join: _Join) -> str:
    """The query that counts how often each row of the table comes out of the join."""
    row = f'"{join.alias}"."{_ROW}"'
    empty = json.loads(_only(engine, "json_serialize_sql", f"SELECT {row} AS which"))["statements"][
        0
    ]
    node = {
        **join.select,
        "select_list": empty["node"]["select_list"],
        "group_expressions": [],
        "group_sets": [],
        "aggregate_handling": _NOT_GROUPED,
        "modifiers": [],
    }
    tree = json.dumps({"error": False, "statements": [{**empty, "node": node}]})
    return (
        f"SELECT which, count(*) FROM ({_only(engine, 'json_deserialize_sql', tree)}) "
        "WHERE which IS NOT NULL GROUP BY which HAVING count(*) > 1 ORDER BY which"
    )


def _only(engine: duckdb.DuckDBPyConnection, function: str, text: str) -> str:
    return str(engine.execute(f"SELECT {function}(?)", [text]).fetchall()[0][0])
