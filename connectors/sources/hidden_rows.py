"""Rows of a worksheet that nobody sees, but that are read: hidden by a filter, or by hand."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from connectors.sources.raw import RawNote, RawTable
from kpis.display import listed

_LISTED = 6


def with_hidden_noted(
    table: RawTable, hidden: Collection[int], is_filtered: bool, query: str
) -> RawTable:
    """Return ``table`` with a note on its rows that are hidden; a doubt where a filter hides them.

    hidden: rows of the sheet, from 1. query: a SELECT of the sheet, "" where the settings have one
    already, which may leave the rows out.
    """
    rows = np.sort(table.rows[np.isin(table.rows, sorted(hidden))])
    if not len(rows):
        return table
    by = "by a filter" if is_filtered else "by hand or in a closed group"
    line = f"query = '''{query} WHERE …''' in place of 'from'" if query else "the query's WHERE"
    note = RawNote(
        rows=len(rows),
        what=f"are hidden {by}, of {len(table.rows):,} that were read",
        examples=(row_runs(rows.tolist()),),
        remedy=f"If they do not count, delete them in the sheet, or {line} leaves them out.",
        is_doubt=is_filtered and bool(query),
    )
    return replace(table, notes=(*table.notes, note))


def row_runs(rows: list[int], noun: str = "row") -> str:
    """Return row numbers, in ascending order, for people: "rows 2, 4 and 8–9"."""
    breaks = [at for at in range(1, len(rows)) if rows[at] != rows[at - 1] + 1]
    ends = zip([0, *breaks], [*breaks, len(rows)], strict=True)
    runs = [
        str(rows[begin]) if end - begin == 1 else f"{rows[begin]}–{rows[end - 1]}"
        for begin, end in ends
    ]
    more = len(runs) - _LISTED
    named = listed([*runs[:_LISTED], *(["more"] if more > 0 else [])])
    return f"{noun if len(rows) == 1 else f'{noun}s'} {named}"
