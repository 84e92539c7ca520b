"""Rates that are quoted for 100 or 1,000 units of a currency, as central banks publish them."""

import re

import numpy as np
import pyarrow as pa

from connectors.mapping.cells import texts_of
from connectors.mapping.notes import Note
from connectors.mapping.unmapped.columns import UnmappedColumns
from kpis.display import listed

_POWER_OF_TEN = re.compile(r"1(?:[ \u00a0]?0)*")


def unit_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt where a column beside rates holds 1, 10, 100 or 1000 alone, one above 1.

    rows: those loaded. In whatever language, it says for how many units a rate is. Not where
    ``scale`` sets the factor, or a query divides already.
    """
    query = columns.settings.query or ""
    if columns.table != "rates" or "rate" in columns.settings.scale or "/" in query:
        return []
    for at, header in columns.headers.items():
        cells = columns.cells(at)
        texts = texts_of(cells.values)
        is_units = bool(texts) and all(_POWER_OF_TEN.fullmatch(text) for text in texts)
        if not is_units or (cells.codes < 0).any() or texts == ["1"]:
            continue
        above = np.flatnonzero(np.array([text != "1" for text in texts])[cells.codes])
        codes = rows["currency"].take(above).to_pylist()
        units = [texts[cells.codes[row]] for row in above.tolist()]
        pairs = dict.fromkeys(f"{unit} {code}" for unit, code in zip(units, codes, strict=True))
        return [
            Note(
                table="rates",
                column="",
                rows=len(above),
                what=f"are read as rates of one unit, but '{header}' says {listed(list(pairs))}",
                remedy=f"If so, divide: {_line(columns, header)}.",
                is_doubt=True,
            )
        ]
    return []


def _line(columns: UnmappedColumns, header: str) -> str:
    """The query that divides, and keeps the names that the settings know."""
    rate, units = (columns.name(name) for name in (columns.called["rate"], header))
    others = [columns.name(name) for key, name in columns.called.items() if key != "rate"]
    value, by = rate, units
    if columns.holds_text:
        text = f"REPLACE({rate}, ',', '.')" if columns.settings.decimal == "," else rate
        value, by = (f"CAST({what} AS DOUBLE)" for what in (text, units))
    return columns.query(", ".join([*others, f"{value} / {by} AS {rate}"]))
