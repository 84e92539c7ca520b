"""Names that stand in the first row of their group alone: merged columns, and grouped reports."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import Note

_LEAST_GROUPS = 2
_GROUPING = {"leads": ("campaign_id", "owner"), "deals": ("owner",)}
"""Columns of few values by which reports group rows; a deal's lead or customer is often its own."""

Rows = npt.NDArray[np.bool_]


def grouped_notes(
    table: str, rows: pa.Table, mapped: Collection[str], dimensions: Collection[str]
) -> list[Note]:
    """Return notes on blank cells that belong to a name above them, if the rows are grouped by it.

    rows: those loaded, in the order of the source. mapped: their columns that the source has. Of
    costs without a campaign there is always a note, as they are shared costs.
    """
    if table == "costs":
        columns = ["campaign_id"]
    else:
        columns = [*_GROUPING.get(table, ()), *(dimensions if table in _GROUPING else ())]
    notes = []
    for column in columns:
        cells = rows[column]
        if column in mapped and 0 < cells.null_count < len(cells):
            is_grouped = _looks_grouped(cells, is_report=table != "costs")
            if table == "costs" or is_grouped:
                notes.append(_note(table, column, cells, is_grouped))
    return notes


def _note(table: str, column: str, cells: "pa.ChunkedArray[pa.Scalar]", is_grouped: bool) -> Note:
    blank, name = cells.null_count, column.removesuffix("_id")
    have = "has" if blank == 1 else "have"
    what = f"of {len(cells):,} {have} no {name}"
    if table == "costs":
        what += f": {'it counts' if blank == 1 else 'they count'} as shared cost"
    remedy = (
        f"Each {name} stands once, above rows without one, as in a report that is grouped by it or "
        f"a merged column that lost its merges: write the {name} into every row, if the rows below "
        "it are its own."
    )
    return Note(
        table=table,
        column="",
        rows=blank,
        what=what,
        remedy=remedy if is_grouped else "",
        is_doubt=is_grouped,
    )


def _looks_grouped(cells: "pa.ChunkedArray[pa.Scalar]", is_report: bool) -> bool:
    """Whether the first row is filled, and every filled cell has a blank one below it.

    Groups of one row have none. They are allowed where no name stands twice, half the groups are
    larger, and more cells are blank than filled. A report must be so: its blanks may be real.
    """
    is_blank: Rows = pc.is_null(cells).to_numpy()
    filled = np.flatnonzero(~is_blank)
    is_larger = np.append(is_blank, False)[filled + 1]
    groups = len(filled)
    if filled[0] != 0 or is_larger.sum() < _LEAST_GROUPS:
        return False
    if not is_report and is_larger.all():
        return True
    is_mostly_blank = is_blank.sum() > groups and 2 * is_larger.sum() >= groups
    return bool(is_mostly_blank and pc.count_distinct(cells, mode="only_valid").as_py() == groups)
