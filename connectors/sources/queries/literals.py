"""Texts that a query compares, beside the same texts in other letters or with blanks around them.

``Area = 'Marketing'`` is not true of ``marketing`` nor of ``'Marketing '``, as hands type them.
"""

import re
from collections.abc import Iterator

from babel.numbers import list_currencies

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.joins import all_of, folded
from connectors.sources.queries.tree import Tree, own_nodes, replaced, selects_of

_BEFORE = ("from_table", "where_clause")
_PLACES = (*_BEFORE, "select_list", "group_expressions", "having")
_LIKE = "~~"
_SIGNS = re.compile(r"[%_\W]")
_LEAST_OF_LIKE = 4
"""Letters of a pattern: without case, ``US%`` would find ``user`` and ``%AT%`` ``data``."""
_SHOWN = 3


def without_other_writing(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with texts compared without case and outer blanks, column by column.

    Only where the column holds such a text, and the query does not name it itself.
    """
    for select, known in selects_of(tree):
        columns: dict[str, list[Tree]] = {}
        for node in own_nodes([select[place] for place in _PLACES]):
            if _texts(node):
                columns.setdefault(asked.text(_compared(node)), []).append(node)
        for nodes in columns.values():
            named = {text for node in nodes for text in _texts(node)}
            mended = {id(node): _mended(node) for node in nodes}
            found = [
                (value, rows)
                for value, rows in _failing(asked, select, known, nodes, mended)
                if isinstance(value, str) and value not in named and not _is_hundredths(value)
            ]
            if found:
                yield _mend(asked, replaced(tree, mended), nodes, found)


def _mend(asked: Asked, tree: Tree, nodes: list[Tree], found: list[tuple[str, int]]) -> Mend:
    also = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    shown = ", ".join(f"'{value}' ({rows:,}×)" for value, rows in sorted(found)[:_SHOWN])
    more = ", and so on" if len(nodes) > 1 else ""
    return Mend(
        tree,
        f"{asked.shown(nodes[0])} is not true of {shown}{also}, which differ in case or blanks",
        f"If they are meant, write {asked.shown(_mended(nodes[0]))}{more}; else exclude them by "
        "name.",
    )


def _failing(
    asked: Asked, select: Tree, known: list[Tree], nodes: list[Tree], mended: dict[int, Tree]
) -> list[tuple[str, int]]:
    """The values, with their rows, for which a comparison holds once it is mended, and not yet."""
    either = [all_of([mended[id(node)], _not(node)]) for node in nodes]
    alone = {"class": "CONJUNCTION", "type": "CONJUNCTION_OR", "children": either}
    asked_of = {place: replaced(select[place], mended) for place in _BEFORE}
    fails = either[0] if len(either) == 1 else alone
    where = [one for one in (asked_of["where_clause"], fails) if one]
    asked_of["where_clause"] = all_of(where)
    found = asked.values({**select, **asked_of}, known, _compared(nodes[0]))
    return [(value, rows) for value, rows in found]


def _not(node: Tree) -> Tree:
    return {"class": "OPERATOR", "type": "OPERATOR_NOT", "children": [node]}


def _sides(node: Tree) -> list[Tree]:
    """What is compared, and the texts that it is compared with; empty of all else."""
    if node.get("type") == "COMPARE_EQUAL":
        sides = [node["left"], node["right"]]
        return sides[::-1] if _text(sides[0]) else sides
    if node.get("type") == "COMPARE_IN":
        return list(node["children"])
    if node.get("function_name") == _LIKE:
        return [one["expression"] for one in node["arguments"]]
    return []


def _compared(node: Tree) -> Tree:
    return _sides(node)[0]


def _texts(node: Tree) -> list[str]:
    """The texts that a column is compared with; empty where one may mean another in small."""
    compared, *others = _sides(node) or [{}]
    texts = [_text(other) for other in others]
    is_column = any(one.get("class") == "COLUMN_REF" for one in own_nodes(compared))
    if not is_column or not all(texts) or any(map(_is_hundredths, texts)):
        return []
    is_like = node.get("function_name") == _LIKE
    return [] if is_like and len(_SIGNS.sub("", texts[0])) < _LEAST_OF_LIKE else texts


def _text(node: Tree) -> str:
    """What a text in quotes holds; empty of all else, and of blanks."""
    literal = node.get("literal") or {}
    return str(literal["text"]) if literal.get("kind") == "STRING" else ""


def _is_hundredths(text: str) -> bool:
    """Whether the case of a text may count, as in ``GBp``, which are pence."""
    return text not in (text.upper(), text.lower()) and text.strip().upper() in list_currencies()


def _mended(node: Tree) -> Tree:
    """A comparison of texts without their case and the blanks around them."""
    compared, *others = _sides(node)
    small = [{**one, "literal": {**one["literal"], "text": _small(one)}} for one in others]
    if node.get("function_name") == _LIKE:
        arguments = [{"name": "", "expression": one} for one in (folded(compared), *small)]
        return {**node, "arguments": arguments}
    if node["type"] == "COMPARE_IN":
        return {**node, "children": [folded(compared), *small]}
    return {**node, "left": folded(compared), "right": small[0]}


def _small(node: Tree) -> str:
    return _text(node).strip().lower()
