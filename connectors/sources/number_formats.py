"""What a sheet shows by the number format of a cell alone: ``[$$-409]#,##0.00``, ``0%``."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
from babel.numbers import list_currencies

from connectors.sources.header import Wanted, folded
from connectors.sources.raw import RawNote, RawTable
from kpis.model import TABLES

_CURRENCY = re.compile(
    r'\[\$([^\]\-]+)(?:-[^\]]*)?\]|"\s*([A-Z]{3}|[€$£¥₹])\s*"|(?<!\[)([€$£¥₹])(?!-)'
)
_MARK = re.compile(
    r"[A-Z]{0,3}[$£¥₠-⃀]|(?<![^\W\d_])(?:([A-Z]{3})|zł|Kč|[Kk]r|Ft|Fr|Rs|lei)(?![^\W\d_])"
)


def currency_shown(number_format: str) -> str:
    """Return the sign or code with which numbers of this format are shown, "" for none."""
    match = _CURRENCY.search(number_format)
    return next((part.strip() for part in match.groups() if part), "") if match else ""


def is_percent(number_format: str) -> bool:
    """Whether numbers of this format are shown as percentages, 17.5 as 1750%."""
    return "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format)


def currency_beside(shown: str) -> str:
    """Return the sign or code in a number as it is shown, such as ``1.200,50 €``, "" for none."""
    match = _MARK.search(shown)
    if match is None or (match[1] and match[1] not in list_currencies()):
        return ""
    return match[0]


def shown_columns(table: RawTable, wanted: Wanted) -> list[int]:
    """Return by position the columns of numbers whose format may name a currency.

    These are the amounts; of a table that a query reads, all numbers. None where the settings map
    a currency, or the table has a column of it: there a format is mostly left over.
    """
    names = [str(name) for name in table.frame.columns]
    has_money = any(c.kind in ("money", "goal") for c in TABLES[wanted.table].columns)
    if wanted.has_currency or not has_money or "currency" in folded(names):
        return []
    return [
        at
        for at, name in enumerate(names)
        if (wanted.is_for_query or folded([name]) <= folded(wanted.amounts))
        and any(map(_is_number, table.frame.iloc[:, at]))
    ]


def with_shown_currencies(
    table: RawTable, wanted: Wanted, mark_at: Callable[[int, int], str]
) -> RawTable:
    """Return ``table`` with the currency beside each amount that its number format shows it with.

    A query could not compute with such amounts: it reads numbers, and a note names the currencies.

    mark_at: the sign or code that the number format of a cell shows, "" for none; given its row and
    its column in the sheet, both from 0.
    """
    frame, notes = table.frame.copy(), list(table.notes)
    for at in shown_columns(table, wanted):
        cells = frame.iloc[:, at].tolist()
        marks = [
            mark_at(row - 1, table.positions[at]) if _is_number(cell) else ""
            for row, cell in zip(table.rows.tolist(), cells, strict=True)
        ]
        if wanted.is_for_query:
            notes += [_note(at, mark, rows) for mark, rows in Counter(marks).items() if mark]
        else:
            beside = [_beside(mark, cell) for mark, cell in zip(marks, cells, strict=True)]
            frame.isetitem(at, pd.array(beside, dtype=object))
    return replace(table, frame=frame, notes=tuple(notes))


def with_shown_percentages(
    table: RawTable, wanted: Wanted, is_percent_at: Callable[[int, int], bool]
) -> RawTable:
    """Return ``table`` with each amount that its number format shows as a percentage as its text.

    Who types 1750 into such a cell makes it 17.5. A query reads the number: a note doubts a column
    in which plain numbers stand beside it.

    is_percent_at: whether the format of a cell does so; row and column in the sheet, both from 0.
    """
    frame, notes = table.frame.copy(), list(table.notes)
    amounts = folded(wanted.amounts)
    for at, name in enumerate(map(str, frame.columns)):
        if not wanted.is_for_query and not folded([name]) <= amounts:
            continue
        cells = frame.iloc[:, at].tolist()
        percent = [
            _is_number(cell) and is_percent_at(row - 1, table.positions[at])
            for row, cell in zip(table.rows.tolist(), cells, strict=True)
        ]
        texts = [
            f"{(Decimal(repr(cell)) * 100).normalize():f}%" if is_one else cell
            for cell, is_one in zip(cells, percent, strict=True)
        ]
        shown = [text for text, is_one in zip(texts, percent, strict=True) if is_one]
        if wanted.is_for_query and 0 < len(shown) < sum(map(_is_number, cells)):
            notes.append(_percent_note(at, shown))
        elif shown and not wanted.is_for_query:
            frame.isetitem(at, pd.array(texts, dtype=object))
    return replace(table, frame=frame, notes=tuple(notes))


def _percent_note(at: int, shown: list[str]) -> RawNote:
    return RawNote(
        rows=len(shown),
        what="are shown as percentages by their number format, beside plain numbers, and a query "
        "reads a hundredth",
        at=at,
        examples=tuple(shown[:3]),
        remedy="If they are amounts, format the cells as numbers, and type the amounts again.",
        is_doubt=True,
    )


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _beside(mark: str, cell: Any) -> Any:
    if not mark:
        return cell
    text = format(Decimal(repr(cell)), "f")
    # Three decimals alone could be thousands.
    return f"{mark} {text}{'0' if '.' in text else ''}"


def _note(at: int, mark: str, rows: int) -> RawNote:
    return RawNote(
        rows=rows,
        what=f"are shown in '{mark}' by their number format alone, which a query does not read",
        at=at,
        remedy="constants = { currency = … } names the currency of the query's amounts.",
        is_doubt=True,
        currency=mark,
    )
