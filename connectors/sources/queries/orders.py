"""Numbers that a query orders as text, where '9' is after '10'."""

import re
from collections.abc import Iterator

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.tree import Tree, own_nodes, replaced, selects_of

_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*")
_LARGEST = {"max", "min", "arg_max", "arg_min", "max_by", "min_by"}


def without_text_order(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with numbers in a column of text ordered as numbers.

    Only where the column holds nothing else, and text orders them otherwise.
    """
    for select, known in selects_of(tree):
        places: dict[str, list[Tree]] = {}
        for column in _ordered(select):
            places.setdefault(asked.text(column), []).append(column)
        for name, columns in places.items():
            texts = [value for value, _ in asked.values(select, known, columns[0])]
            if not texts or not all(isinstance(t, str) and _NUMBER.fullmatch(t) for t in texts):
                continue
            by_text, by_number = sorted(texts), sorted(texts, key=float)
            if by_text == by_number:
                continue
            first, second = next(
                pair for pair in zip(by_text, by_text[1:], strict=False) if _falls(*pair)
            )
            yield Mend(
                replaced(tree, {id(column): _number(column) for column in columns}),
                f"{name} is text, in which '{second}' is after '{first}'",
                f"Write CAST({name} AS DECIMAL) where it is ordered.",
            )


def _falls(first: str, second: str) -> bool:
    return float(first) > float(second)


def _ordered(select: Tree) -> Iterator[Tree]:
    """The bare columns by which a SELECT orders, or of which it takes the largest or smallest."""
    for node in own_nodes(select):
        by = [one["expression"] for one in node.get("orders") or []]
        if str(node.get("function_name", "")).casefold() in _LARGEST:
            # Of two arguments the second decides, such as in arg_max(status, version).
            by += [node["arguments"][-1]["expression"]]
        yield from (one for one in by if one.get("class") == "COLUMN_REF")


def _number(column: Tree) -> Tree:
    digits = [
        {
            "class": "CONSTANT",
            "type": "VALUE_CONSTANT",
            "literal": {"kind": "INTEGER", "text": count},
        }
        for count in ("38", "9")
    ]
    kind: Tree = {"class": "TYPE", "type": "TYPE", "type_name": "DECIMAL", "children": digits}
    kind |= {"qualified_name": {"path": ["DECIMAL"]}}
    return {"class": "CAST", "type": "OPERATOR_CAST", "child": column, "type_expr": kind}
