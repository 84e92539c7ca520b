"""Amounts that a query converts, and hands on with the currency that they had before.

They are converted once more, at the rate of that currency.
"""

import re
from collections import Counter
from collections.abc import Iterator

import pandas as pd
from babel.numbers import list_currencies

from connectors.settings.tables import TableSettings, table_of
from connectors.sources.queries.tree import Tree, nodes_of
from connectors.sources.raw import RawNote
from kpis.model import TABLES

_CURRENCY = re.compile(
    r"(?:.*[_ ])?(?:currency|currencies|curr|ccy|w(?:ä|ae)hrung)(?:[_ ].*)?", re.I
)
_RATE = re.compile(r"(?:.*[_ ])?(?:rates?|fx|factor|faktor|(?:wechsel)?kurs)(?:[_ ].*)?", re.I)
_FOR_SURE = re.compile(r"(?:.*[_ ])?(?:fx|exchange|wechselkurs)(?:[_ ]?rate)?(?:[_ ].*)?", re.I)
_CONVERTED = re.compile(
    r"(?:.*[_ ])?(?:converted|(?:company|home|base|corporate)[_ ]?currency)(?:[_ ].*)?"
    r"|(?:amount|value)converted|converted(?:amount|value)|.*[_ ](?P<code>[a-z]{3})",
    re.I,
)
_FACTORS = ("*", "/")


def converted_notes(
    tree: Tree, part: str, request: TableSettings, answer: pd.DataFrame
) -> Iterator[RawNote]:
    """Yield a doubt on each currency beside an amount that the query, or its source, converts.

    It converts by a column of rates, or by numbers that depend on the currency. There is nothing
    to note where the currency is the company's own, or the one that the amount is converted to.
    """
    names = [str(name).casefold() for name in answer.columns]
    called = request.columns.get("currency", "currency").casefold()
    if called not in names:
        return
    codes = Counter(str(code) for code in answer.iloc[:, names.index(called)].dropna())
    for column in TABLES[table_of(part)].columns:
        name = request.columns.get(column.name, column.name).casefold()
        if column.kind != "money" or name not in names:
            continue
        how, code = _conversion(tree, name)
        for currency, rows in codes.items() if how else ():
            if currency.upper() != code:
                yield RawNote(
                    rows=rows,
                    what=f"are converted by the query ({how}), and in {currency} by its column "
                    f"'{answer.columns[names.index(called)]}', so they are converted twice",
                    at=names.index(name),
                    remedy="Leave the currency out of the query, or the conversion.",
                    is_doubt=True,
                    currency="" if code else currency,
                )


def _conversion(tree: Tree, name: str) -> tuple[str, str]:
    """How the amount of this name is converted, "" for not, and to which currency, if known."""
    is_joined = any(map(_joins_currencies, nodes_of(tree)))
    for node in nodes_of(tree):
        if str(node.get("alias", "")).casefold() != name or "class" not in node:
            continue
        if node["class"] == "COLUMN_REF":
            column = node["column_names"][-1]
            match = _CONVERTED.fullmatch(column)
            code = str(match["code"] or "").upper() if match else ""
            if match and (not code or code in list_currencies()):
                return f"'{column}'", code
            continue
        parts = list(nodes_of(node))
        if not any(part.get("function_name") in _FACTORS for part in parts):
            continue
        for part in parts:
            if part.get("class") == "COLUMN_REF":
                column = part["column_names"][-1]
                if (_FOR_SURE if not is_joined else _RATE).fullmatch(column):
                    return f"by '{column}'", ""
            if part.get("class") == "CASE" and _by_currency(part):
                return "by a CASE of the currency", ""
    return "", ""


def _joins_currencies(node: Tree) -> bool:
    """Whether a condition compares two columns of currencies, as for the rate of each row."""
    if any(_CURRENCY.fullmatch(str(name)) for name in node.get("using_columns") or []):
        return True
    sides = [node["left"], node["right"]] if node.get("type") == "COMPARE_EQUAL" else []
    names = [[_name(part) for part in nodes_of(side)] for side in sides]
    return any(sides) and all(any(map(_CURRENCY.fullmatch, side)) for side in names)


def _name(node: Tree) -> str:
    return str(node["column_names"][-1]) if node.get("class") == "COLUMN_REF" else ""


def _by_currency(case: Tree) -> bool:
    """Whether a CASE asks for the currency, and has numbers that only shift no comma."""
    conditions = [check["when_expr"] for check in case.get("case_checks") or []]
    if not any(_CURRENCY.fullmatch(_name(part)) for one in conditions for part in nodes_of(one)):
        return False
    numbers = [str((node.get("literal") or {}).get("text", "")) for node in nodes_of(case)]
    digits = [re.sub(r"[0.]", "", one) for one in numbers if re.fullmatch(r"[\d.]+", one)]
    return any(one not in ("1", "") for one in digits)
