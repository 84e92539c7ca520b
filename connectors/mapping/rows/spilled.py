"""A text longer than a spreadsheet's cell, whose rest stands in a row of its own when saved as CSV.

A cell holds 32,767 characters. Excel puts the rest of a longer one, and the cells behind it, into
the next row, from its first cell on.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown, text_of
from connectors.mapping.notes import RowDoubt
from connectors.mapping.rejects import NoRow
from connectors.sources.raw import RawTable

_MOST, _ABOUT = 32_767, 32_759
"""Characters of a cell, less those that a reader trims or a program escapes."""


def spilled(
    table: str, raw: RawTable, origin: Mapping[str, int]
) -> tuple[list[NoRow], list[RowDoubt]]:
    """Return the rows that are the rest of the row before, and a doubt on what that one lost.

    The cells behind the long one are blank, and as many, behind the rest of the text, are all that
    the next row can hold. A rest of one word may be an id: its row is doubted, too.
    """
    if not raw.has_fixed_rows:
        return [], []
    names = {position: name for name, position in origin.items()}
    rests: list[NoRow] = []
    cut: dict[int, str] = {}
    size = raw.frame.shape[1]
    for at in range(size - 1):
        for row in _long(raw.frame.iloc[:-1, at]):
            behind, rest = raw.frame.iloc[row, at + 1 :], raw.frame.iloc[row + 1]
            if _filled(behind) or _filled(rest.iloc[size - at :]) or not _filled(rest.iloc[:1]):
                continue
            text = text_of(rest.iloc[0]).strip()
            header = str(raw.frame.columns[at])
            cut[row] = f"'{header}' ends in row {raw.rows[row + 1]}"
            if " " in text:
                reason = (
                    f"continues the text of '{header}' of row {raw.rows[row]}, which a "
                    f"spreadsheet cut at {_MOST:,} characters"
                )
                rests.append(NoRow(row + 1, names.get(0, header), shown(text), reason))
    what = f"have a text of {_MOST:,} characters, where a spreadsheet cut it and moved its rest "
    what += "and the cells behind it to a row of its own: they have none of these"
    remedy = "Take the file as it was before a spreadsheet saved it."
    return rests, [RowDoubt(table, cut, what, remedy)]


def _long(column: "pd.Series[Any]") -> list[int]:
    """The rows whose text is as long as a cell can be."""
    if column.dtype == object:
        cells = enumerate(column.tolist())
        return [row for row, cell in cells if isinstance(cell, str) and _is_long(len(cell))]
    if column.dtype.kind != "O":
        return []
    texts = pa.array(column.array)
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        return []
    if (pc.max(pc.binary_length(texts)).as_py() or 0) < _ABOUT:
        return []
    return [row for row, size in enumerate(pc.utf8_length(texts).to_pylist()) if _is_long(size)]


def _is_long(size: int | None) -> bool:
    return size is not None and _ABOUT <= size <= _MOST


def _filled(cells: "pd.Series[Any]") -> bool:
    return any(text_of(cell).strip() for cell in cells[cells.notna()])
