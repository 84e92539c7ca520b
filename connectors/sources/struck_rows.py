"""Rows and cells of a worksheet that are struck through: cancelled for a person, but read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from connectors.sources.cell_text import text_of
from connectors.sources.hidden_rows import row_runs
from connectors.sources.raw import RawNote, RawTable

_LISTED = 3


def struck_styles(fonts: Sequence[Any], styles: Sequence[Any]) -> frozenset[int]:
    """Return which of a workbook's cell styles strike text through; empty in nearly every one."""
    struck = {at for at, font in enumerate(fonts) if font.strike}
    return frozenset(at for at, style in enumerate(styles) if style.fontId in struck)


def with_struck_noted(
    table: RawTable, is_struck: Callable[[int, int], bool], is_for_query: bool
) -> RawTable:
    """Return ``table`` with a doubt on its rows of which most filled cells are struck through.

    Beside it one for each column on its struck cells in other rows; the mapping keeps those of
    columns that are read. A query may leave them out by a column, and gets notes.

    is_struck: of a cell, given its row and its column in the sheet, both from 0.
    """
    rows: list[int] = []
    cells: dict[int, list[str]] = {}
    filled = table.frame.notna().to_numpy().tolist()
    for at, (row, held) in enumerate(zip(table.rows.tolist(), filled, strict=True)):
        columns = [column for column, is_filled in enumerate(held) if is_filled]
        struck = [one for one in columns if is_struck(row - 1, table.positions[one])]
        if 2 * len(struck) > len(columns):
            rows.append(row)
            continue
        for one in struck:
            cells.setdefault(one, []).append(f"row {row}: {text_of(table.frame.iat[at, one])}")
    notes = [_note_on_rows(table, rows)] if rows else []
    notes += [_note_on_cells(at, found) for at, found in sorted(cells.items())]
    if is_for_query:
        notes = [replace(note, is_doubt=False) for note in notes]
    return replace(table, notes=(*table.notes, *notes))


def _note_on_rows(table: RawTable, rows: list[int]) -> RawNote:
    return RawNote(
        rows=len(rows),
        what=f"are struck through, of {len(table.rows):,} that were read",
        examples=(row_runs(rows),),
        remedy="If they do not count, delete them in the sheet, or mark them in a column by which "
        "a query leaves them out.",
        is_doubt=True,
    )


def _note_on_cells(at: int, found: Sequence[str]) -> RawNote:
    return RawNote(
        rows=len(found),
        what="are struck through and read like the others",
        at=at,
        examples=tuple(found[:_LISTED]),
        remedy="If they no longer hold, empty or correct them in the sheet, or delete their rows.",
        is_doubt=True,
    )
