"""Filters that leave rows out in silence: where a value is NULL, or on the last day of a range.

``kind <> 'test'`` is not true where kind is NULL. ``closed_at <= '2026-10-31'`` ends at the first
moment of that day, where times have an hour.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.tree import Tree, conjuncts, own_nodes, replaced, selects_of

_BLANKS = {"", "-", "--", "0", "n/a", "na", "none", "null", "(none)", "(not set)", "unknown"}
"""Who leaves one of these out means NULL as well."""
_NO = {"0", "f", "false", "n", "no", "nein"}
_UNLIKE = {"!~~", "!~~*", "not_like_escape", "not_ilike_escape"}
_ENDS = ("~", " 23:59:59.999999")
"""Behind a day, the last moment of it: among texts, and among times."""


def without_null(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with the rows for which a condition that excludes values is NULL."""
    for select, _ in selects_of(tree):
        for condition in conjuncts(select.get("where_clause")):
            if not any(map(_excludes, own_nodes(condition))):
                continue
            is_null = {"class": "OPERATOR", "type": "OPERATOR_IS_NULL", "children": [condition]}
            either = [condition, is_null]
            mended = {"class": "CONJUNCTION", "type": "CONJUNCTION_OR", "children": either}
            written = asked.shown(condition)
            columns = dict.fromkeys(
                asked.text(node) for node in own_nodes(condition) if _is_column(node)
            )
            nulls = " OR ".join(f"{column} IS NULL" for column in columns)
            remedy = f"If they count, write ({written} OR {nulls})"
            if any(node.get("class") == "SUBQUERY" for node in own_nodes(condition)):
                remedy += ", and leave NULL out of the list"
            yield Mend(
                replaced(tree, {id(condition): mended}),
                f"{written} is not true of NULL",
                f"{remedy}; else add AND {' AND '.join(f'{one} IS NOT NULL' for one in columns)}.",
            )


def _is_column(node: Tree) -> bool:
    return bool(node.get("class") == "COLUMN_REF")


def _excludes(node: Tree) -> bool:
    """Whether a condition names what is not wanted, so that NULL may be."""
    if node.get("type") == "COMPARE_NOTEQUAL":
        return not {_text(node["left"]), _text(node["right"])} & _BLANKS
    if node.get("type") == "OPERATOR_NOT":
        (child,) = node["children"]
        return not {_text(one) for one in child.get("children") or []} & _BLANKS
    if node.get("type") == "COMPARE_EQUAL":
        return _is_column(node["left"]) and _text(node["right"]) in _NO
    return node.get("function_name") in _UNLIKE


def _text(node: Tree) -> str | None:
    """What a constant holds, in small letters; None of all else."""
    while node.get("class") == "CAST":
        node = node["child"]
    literal = node.get("literal") or {}
    if literal.get("kind") in (None, "NULL"):
        return None
    text = str(literal["text"]).strip().casefold()
    return {"t": "true"}.get(text, text) if literal["kind"] == "BOOLEAN" else text


def without_last_day(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with ranges that end at the end of their last day, not at its beginning."""
    for select, _ in selects_of(tree):
        for node in own_nodes(select):
            side = {
                "COMPARE_LESSTHANOREQUALTO": ("left", "right"),
                "COMPARE_GREATERTHANOREQUALTO": ("right", "left"),
                "COMPARE_BETWEEN": ("input", "upper"),
            }.get(node.get("type", ""))
            if side is None or (day := _day(node[side[1]])) is None:
                continue
            written, value = asked.shown(node), asked.text(node[side[0]])
            lower = f"{value} >= {asked.text(node['lower'])} AND " if "lower" in node else ""
            for end in _ENDS:
                literal = {"kind": "STRING", "text": f"{day}{end}"}
                last = {"class": "CONSTANT", "type": "VALUE_CONSTANT", "literal": literal}
                yield Mend(
                    replaced(tree, {id(node[side[1]]): last}),
                    f"{written} ends at the first moment of {day}",
                    f"Write {lower}{value} < '{day + timedelta(days=1)}'.",
                )


def _day(node: Tree) -> date | None:
    text = _text(node) or ""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-10-31") else None
    except ValueError:
        return None
