"""Cells that are the label of a total: ``Total``, ``Grand Totals (2 records)``, ``Summe``."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Cells

_WORDS = (
    r"(?:(?:grand|sub|report|overall|running|account)[ -]?)?totals?",
    r"(?:gesamt|zwischen|end|teil)?summen?",
    r"gesamt|gesamtergebnis|teilergebnis|zwischenergebnis|insgesamt",
    r"(?:sous[- ])?totaux|sous[- ]total|total g[ée]n[ée]ral|total(?:e|i|es|en) ?(?:generale?)?",
    r"sub ?totale?s?|subtotaal|totaal|eindtotaal|totalsumma|delsumma|summa|suma(?: total)?",
    r"razem|łącznie|итого|всего|合計|小計|总计|合计",
    r"average|maximum|minimum|mittelwert|durchschnitt|moyenne|promedio|gemiddelde",
)
_WORD = f"(?:{'|'.join(_WORDS)})"
_ENDS = r"\S+.* (?:ergebnis|mittelwert|totals?|average)$"
"""As the subtotals of spreadsheets are called: ``Spring Ergebnis``, ``Spring Total``."""
_BEGINS = rf"(?i)^(?:{_WORD}(?:$|[^\p{{L}}])|{_ENDS})"
_WHOLE = re.compile(rf"{_WORD}\s*(?:[:(\[=].*|[0-9 .,:-]*)", re.IGNORECASE | re.DOTALL)


def total_labels(cells: Cells) -> dict[int, bool]:
    """Return the positions of values that begin as the label of a total.

    With each whether all of it is one: ``Total: Account`` is, ``Total Recall`` need not be.
    """
    if cells.values.dtype != object:
        return {}
    texts = [value if type(value) is str else None for value in cells.values]
    begins = pc.match_substring_regex(pa.array(texts, pa.string()), _BEGINS)
    positions = np.flatnonzero(begins.fill_null(False).to_numpy(zero_copy_only=False))
    return {p: _WHOLE.fullmatch(str(texts[p])) is not None for p in positions.tolist()}
