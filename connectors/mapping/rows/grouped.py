"""Names that stand in the first row of their group alone: merged columns, and grouped reports.

A mark that means the cell above, such as ``dto.``, is doubted, too.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import EXAMPLES, Note

_LEAST_GROUPS = 2
_GROUPING = {"leads": ("campaign_id", "owner"), "deals": ("owner",)}
"""Columns of few values by which reports group rows; a deal's lead or customer is often its own."""

Rows = npt.NDArray[np.bool_]

_DITTO = (
    r"""(?i)^(?:dto\.?|dt\.|do\.|ditto|detto|id\.|[ií]dem|s\. ?o\.|["″〃]|''|同上"""
    r"""|[-–—] ?(?:["″〃]|''|,,) ?[-–—])$"""
)
"""What people write below a name that repeats."""


def ditto_notes(
    table: str, rows: pa.Table, mapped: Collection[str], numbers: npt.NDArray[np.int64]
) -> list[Note]:
    """Return a doubt on each column of text where a mark means the cell above, such as ``dto.``.

    rows, mapped: as in :func:`grouped_notes`. numbers: what each row is called in its source. In
    the first row nothing is above it, so that there it is a name.
    """
    notes = []
    for column in rows.column_names:
        if column not in mapped or not pa.types.is_string(rows[column].type):
            continue
        found = pc.match_substring_regex(rows[column], _DITTO).fill_null(False).to_numpy()
        at = np.flatnonzero(found)
        if len(at) and not found[0]:
            marks = rows[column].take(at[:EXAMPLES]).to_pylist()
            is_name = ~found & rows[column].is_valid().to_numpy()
            above = np.maximum.accumulate(np.where(is_name, np.arange(len(found)), 0))
            names = rows[column].take(above[at[:EXAMPLES]]).to_pylist()
            shown = zip(numbers[at].tolist(), marks, names, strict=False)
            note = Note(
                table=table,
                column=column,
                rows=len(at),
                what="hold a mark for the cell above, and were loaded as a name",
                examples=tuple(f"row {row}: {mark} below {name}" for row, mark, name in shown),
                remedy=f"Write the {column.removesuffix('_id')} into every row of the source.",
                is_doubt=True,
            )
            notes.append(note)
    return notes


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
