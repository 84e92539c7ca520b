"""Rows of a worksheet that are struck through: cancelled for a person, but read like the others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from connectors.sources.hidden_rows import row_runs
from connectors.sources.raw import RawNote, RawTable


def struck_styles(fonts: Sequence[Any], styles: Sequence[Any]) -> frozenset[int]:
    """Return which of a workbook's cell styles strike text through; empty in nearly every one."""
    struck = {at for at, font in enumerate(fonts) if font.strike}
    return frozenset(at for at, style in enumerate(styles) if style.fontId in struck)


def with_struck_noted(
    table: RawTable, is_struck: Callable[[int, int], bool], is_for_query: bool
) -> RawTable:
    """Return ``table`` with a doubt on its rows of which most filled cells are struck through.

    A query may leave them out by a column, and gets a note. One cell that is struck is mostly an
    old value, beside which stands the new one.

    is_struck: of a cell, given its row and its column in the sheet, both from 0.
    """
    rows = [
        row
        for row, cells in zip(
            table.rows.tolist(), table.frame.notna().to_numpy().tolist(), strict=True
        )
        if _are_most([is_struck(row - 1, at) for at in _filled(table, cells)])
    ]
    if not rows:
        return table
    note = RawNote(
        rows=len(rows),
        what=f"are struck through, of {len(table.rows):,} that were read",
        examples=(row_runs(rows),),
        remedy="If they do not count, delete them in the sheet, or mark them in a column by which "
        "a query leaves them out.",
        is_doubt=not is_for_query,
    )
    return replace(table, notes=(*table.notes, note))


def _filled(table: RawTable, cells: Sequence[bool]) -> list[int]:
    """The columns, in the sheet, of a row's filled cells."""
    return [at for at, is_filled in zip(table.positions, cells, strict=True) if is_filled]


def _are_most(struck: Sequence[bool]) -> bool:
    return 2 * sum(struck) > len(struck)
