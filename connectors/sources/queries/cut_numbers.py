"""Amounts of which a query reads the beginning alone: CAST('1.250,00' AS REAL) is 1.25 in SQLite.

SQLite and MySQL make a number of what a text begins with, and TRY_CAST of DuckDB makes NULL of a
text that is not all a number. 130 / 100 of whole numbers is 1 in some databases. None of them gives
an error.
"""

import re
from collections.abc import Iterator

from connectors.sources.queries.asked import Asked, Mend
from connectors.sources.queries.tree import Tree, own_nodes, replaced, selects_of
from connectors.sources.raw import RawNote

_READS_THE_BEGINNING = ("sqlite", "mysql", "mariadb")
_DIVIDES_WHOLE = ("sqlite", "postgresql", "redshift", "mssql")
_SUMS = {"sum", "avg", "total"}
_SIGNS = {"+", "-", "*", "/"}
_KINDS = re.compile(r"float|real|double|decimal|numeric|.*int(?:eger)?\d*|signed|unsigned", re.I)
_BEGINNING = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)")
_AMOUNT = re.compile(r"[^\d]*\d[\d.,'’  \s]*[^\d]*")
_DAY = re.compile(r"\s*(?:\d{4}-\d\d|\d\d?[./]\d\d?[./]\d\d)")
_COMMA_LAST = re.compile(r".*\d,\d{1,2}\D*")
_SHOWN = 3


def cut_number_notes(asked: Asked, tree: Tree) -> Iterator[RawNote]:
    """Yield a doubt on each expression that the query reads as numbers and that is cut."""
    seen: set[str] = set()
    for select, known in selects_of(tree):
        for expression in _numbers(asked, select):
            written = asked.text(expression)
            if written in seen:
                continue
            seen.add(written)
            found = asked.values(select, known, expression)
            cut = {v: n for v, n in sorted(found, key=str) if isinstance(v, str) and _is_cut(v)}
            if cut:
                yield _note(asked, written, cut)


def without_whole_division(asked: Asked, tree: Tree) -> Iterator[Mend]:
    """Yield the query with division by a whole number as one by a decimal, which cuts nothing."""
    if asked.dialect not in _DIVIDES_WHOLE:
        return
    for select, _ in selects_of(tree):
        for node in own_nodes(select):
            by = node["arguments"][-1]["expression"] if node.get("function_name") == "/" else {}
            literal = by.get("literal") or {}
            if literal.get("kind") == "INTEGER" and (parts := int(literal["text"])):
                decimal = {"kind": "NUMERIC", "text": f"{parts}.0"}
                written = asked.shown({**node, "alias": ""})
                yield Mend(
                    replaced(tree, {id(by): {**by, "literal": decimal}}),
                    f"{written} of whole numbers drops what is behind the point",
                    f"Write {written}.0, or set scale = {{ amount = {1 / parts:g} }} without it.",
                    of_amounts=True,
                )


def _numbers(asked: Asked, select: Tree) -> Iterator[Tree]:
    """The expressions of text, perhaps, that a SELECT reads as numbers without an error."""
    begins = asked.dialect in _READS_THE_BEGINNING
    for node in own_nodes(select):
        if node.get("class") == "CAST":
            kind = str(node["type_expr"].get("type_name", ""))
            if _KINDS.match(kind) and (begins or node.get("try_cast")):
                yield node["child"]
        name = str(node.get("function_name", "")).casefold()
        if begins and name in _SUMS | _SIGNS:
            operands = [one["expression"] for one in node["arguments"]]
            yield from (one for one in operands if one.get("class") in ("COLUMN_REF", "FUNCTION"))


def _is_cut(text: str) -> bool:
    beginning = _BEGINNING.match(text)
    rest = text[beginning.end() :] if beginning else text
    is_amount = _AMOUNT.fullmatch(text) is not None and _DAY.match(text) is None
    return is_amount and any(map(str.isdigit, rest))


def _note(asked: Asked, written: str, cut: dict[str, int]) -> RawNote:
    shown = tuple(cut)[:_SHOWN]
    how = "as NULL"
    if asked.dialect in _READS_THE_BEGINNING:
        read = [_BEGINNING.match(text) for text in shown]
        how = "to the first sign that is no part of one: "
        how += " and ".join(match[0].strip() if match else "0" for match in read)
    number = f"REPLACE({written}, ',', '')"
    if 2 * sum(_COMMA_LAST.fullmatch(text) is not None for text in cut) >= len(cut):
        number = f"REPLACE(REPLACE({written}, '.', ''), ',', '.')"
    return RawNote(
        rows=sum(cut.values()),
        what=f"hold text in {written} that the query reads as a number {how}",
        examples=shown,
        remedy=f"Write CAST({number} AS DECIMAL(15, 2)), or map the text without a query.",
        is_doubt=True,
    )
