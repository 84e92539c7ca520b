"""A query as DuckDB's parser reads it: a tree of parts."""

import json
from collections.abc import Iterator
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
