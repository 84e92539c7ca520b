"""Text alone in its row, or ``Stand:`` and a day, at an end of the rows: a title or a footer."""

import re
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from connectors.mapping.cells import distinct
from connectors.mapping.notes import RowDoubt
from connectors.mapping.rejects import NoRow
from connectors.sources.raw import RawTable
from kpis.model import Column

_LOOKED_AT = 50
"""Rows at each end of a table in which a title or a footer may stand."""
_AS_OF = (
    r"^(?:(?:daten)?stand(?: (?:vom|am|der daten))?|per|(?:data )?as (?:of|at)"
    r"|(?:report|run|export|print|data) (?:date|time)|last (?:updated|refresh(?:ed)?)|generated"
    r"|exported|printed|(?:druck|export|auswertungs|berichts)datum|(?:erstellt|exportiert)(?: am)?"
    r"|gedruckt(?: am)?|letzte aktualisierung"
    r"|(?:fecha|data|date) (?:de |di |d['’])(?:corte|informe|extrac\w+|estrazione|édition)"
    r"|(?:état|situation|arrêté) au|édité le|généré le|situa(?:zione|ción) al|aggiornato al"
    r"|peildatum|stan na(?: dzień)?)\s?:"
)
"""What stands before the day on which a report was made."""
_PHRASES = re.compile(
    rf"{_AS_OF}|"
    r"copyright|©|\(c\) ?\d{4}|confidential|vertraulich|confidentiel|do not distribute|"
    r"all rights reserved|(?:generated|exported|created|printed|run|prepared) (?:by|on|at)\b|"
    r"(?:erstellt|exportiert|generiert) (?:von|am)\b|exporté (?:par|le)\b|data (?:as of|source)|"
    r"filter(?:s|ed)?\b.*[:=]|^(?:notes?|source|as of|report|page \d|seite \d)\b|^end of ",
    re.IGNORECASE,
)
_LABEL = re.compile(_AS_OF, re.IGNORECASE)


def footers(
    table: str,
    columns: Sequence[Column],
    raw: RawTable,
    origin: Mapping[str, int],
    totals: Collection[int],
    keep: str,
) -> tuple[list[NoRow], list[RowDoubt]]:
    """Return the rows at both ends that are a title or a footer, and a doubt on what may be one.

    totals: rows that are labelled as a total. A row whose only cell is its key may be a row: it is
    a footer below a total or an empty line, or if it reads like one.
    """
    if len(raw.frame.columns) < 2:
        return [], []
    names = {position: name for name, position in origin.items()}
    required = {column.name for column in columns if column.required}
    found: list[NoRow] = []
    doubtful: dict[int, str] = {}
    for ends, what in ((1, "title above"), (-1, "footer below")):
        lone = _outward(raw, totals, ends)
        is_apart = False
        for row, position, text, after_gap in lone:
            is_apart = is_apart or after_gap or _PHRASES.search(text) is not None
            name = names.get(position, str(raw.frame.columns[position]))
            is_loaded = required <= {name}
            if is_apart or (" " in text and not is_loaded):
                alone = "alone in its row" if _PHRASES.search(text) is None else "not one of them"
                reason = f"is a {what} the rows, {alone}; {keep}"
                found.append(NoRow(row, name, text, reason))
            elif " " in text:
                doubtful[row] = text
    what = "hold a text alone at an end of the table, and were loaded"
    remedy = "If it is a title or a footer, take it out of the source."
    return found, [RowDoubt(table, doubtful, what, remedy)]


def _outward(raw: RawTable, totals: Collection[int], ends: int) -> list[tuple[int, int, str, bool]]:
    """Texts alone in their row at one end of the table, away from the rows.

    With each its row, its column, and whether a total or empty lines stand between it and the rows;
    none where no full row is met.
    """
    size = len(raw.frame)
    rows = range(size) if ends == 1 else range(size - 1, -1, -1)
    lone: list[tuple[int, int, str]] = []
    gaps: set[int] = set()
    for row in rows[:_LOOKED_AT]:
        filled = _filled(raw.frame, row)
        if row in totals or not filled:
            gaps.add(row)
        elif (len(filled) == 1 and _is_text(filled[0][1])) or _is_as_of(filled):
            lone.append((row, *filled[0]))
        else:
            return [(*one, _is_cut_off(one[0], row, gaps, raw)) for one in reversed(lone)]
    return []


def _is_cut_off(row: int, full: int, gaps: set[int], raw: RawTable) -> bool:
    between = range(min(row, full) + 1, max(row, full))
    lines = abs(int(raw.rows[row]) - int(raw.rows[full]))
    return lines > abs(row - full) or any(gap in between for gap in gaps)


def _filled(frame: pd.DataFrame, row: int) -> list[tuple[int, str]]:
    cells = (distinct(frame.iloc[row : row + 1, at]) for at in range(frame.shape[1]))
    return [(at, cell.values[0]) for at, cell in enumerate(cells) if cell.codes[0] >= 0]


def _is_as_of(filled: list[tuple[int, str]]) -> bool:
    """Whether a row holds such a label and one cell more: ``Stand:``, ``31.10.2026``."""
    label = filled[0][1]
    return len(filled) == 2 and isinstance(label, str) and bool(_LABEL.fullmatch(label))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and sum(map(str.isalpha, value)) >= 3
