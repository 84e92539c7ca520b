"""Currencies that a workbook shows by the number format of a cell alone: ``[$$-409]#,##0.00``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from connectors.sources.header import Wanted, folded
from connectors.sources.raw import RawTable

_CURRENCY = re.compile(
    r'\[\$([^\]\-]+)(?:-[^\]]*)?\]|"\s*([A-Z]{3}|[€$£¥₹])\s*"|(?<!\[)([€$£¥₹])(?!-)'
)


def currency_shown(number_format: str) -> str:
    """Return the sign or code with which numbers of this format are shown, "" for none."""
    match = _CURRENCY.search(number_format)
    return next((part.strip() for part in match.groups() if part), "") if match else ""


def with_shown_currencies(
    table: RawTable, cells: Sequence[Sequence[Any]], wanted: Wanted
) -> RawTable:
    """Return ``table`` with the currency beside each amount that its number format shows it with.

    cells: openpyxl's, of the whole sheet. Unchanged where the settings map a currency, or the table
    has a column of it: there a format is mostly left over.
    """
    names = [str(name).strip() for name in table.frame.columns]
    if wanted.has_currency or "currency" in folded(names):
        return table
    frame = table.frame.copy()
    rows = ([str(cell.value or "").strip() for cell in row] for row in cells)
    titles: list[str] = next((row for row in rows if set(names) <= set(row)), [])
    for at, name in enumerate(names):
        if name in titles and folded([name]) <= folded(wanted.amounts):
            column = titles.index(name)
            shown = [
                _shown(value, cells[number - 1], column)
                for value, number in zip(frame.iloc[:, at], table.rows.tolist(), strict=True)
            ]
            frame.isetitem(at, pd.array(shown, dtype=object))
    return replace(table, frame=frame)


def _shown(value: Any, row: Sequence[Any], column: int) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool) or column >= len(row):
        return value
    mark = currency_shown(row[column].number_format) if row[column].value is not None else ""
    if not mark:
        return value
    text = format(Decimal(repr(value)), "f")
    # Three decimals alone could be thousands.
    return f"{mark} {text}{'0' if '.' in text else ''}"
