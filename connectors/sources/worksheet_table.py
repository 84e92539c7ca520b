"""A worksheet's cells as a table: its header found, merged cells filled, blank rows left out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from connectors.sources.header import Wanted, folded, header_at, lines_above, rows_above, titles
from connectors.sources.raw import RawNote, RawTable


class Merge(NamedTuple):
    """Cells that are merged: positions from 0, ``bottom`` the first row below them."""

    top: int
    left: int
    bottom: int


def table_of_grid(
    cells: Sequence[Sequence[Any]],
    merges: Sequence[Merge],
    wanted: Wanted,
    where: str,
    place: str,
    uncalculated: Callable[[int], Mapping[int, int]] | None = None,
) -> RawTable:
    """Return the rows below the header, numbered as the sheet shows them.

    Columns without a header and blank rows are left out; short rows end in blanks. Below the
    header a merged cell counts for each of its rows, but an amount (in a query, any number) only
    for the first, and no cell counts for the columns beside it. A header that stands twice does so
    in the frame, too: the mapping knows whether it is needed.

    uncalculated: given the position of the header, how many formulas of a column below it have no
    calculated value.

    Raises SourceError as :func:`connectors.sources.header.header_at`.
    """
    rows = [[None if _is_blank(cell) else cell for cell in row] for row in cells]
    head = _header_rows(rows[: wanted.rows_to_search], merges)
    at = header_at(head, wanted, where)
    names = {column: name for column, name in enumerate(titles(head[at])) if name}
    records = _records(rows, at, names)
    notes = rows_above(head, at, wanted) + _filled(records, merges, names, wanted)
    counts = uncalculated(at) if uncalculated else {}
    return RawTable(
        frame=pd.DataFrame(list(records.values()), columns=list(names.values()), dtype=object),
        rows=np.array(list(records), dtype=np.int64),
        place=place,
        notes=notes,
        uncalculated={i: counts[column] for i, column in enumerate(names) if column in counts},
        positions=tuple(names),
        above=lines_above(head, at),
    )


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _header_rows(rows: list[list[Any]], merges: Sequence[Merge]) -> list[list[Any]]:
    """The rows in which the header is looked for: a name merged over two of them is in both."""
    filled = [list(row) for row in rows]
    for top, left, bottom in merges:
        if top < len(rows) and left < len(rows[top]):
            for row in filled[top + 1 : bottom]:
                row += [None] * (left + 1 - len(row))
                row[left] = rows[top][left]
    return filled


def _records(
    rows: Sequence[Sequence[Any]], at: int, names: Collection[int]
) -> dict[int, list[Any]]:
    """The rows below the header at ``at`` by their number, each with the columns of ``names``."""
    records = {
        number: [row[column] if column < len(row) else None for column in names]
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
    }
    # A remark beside the table, in a column without a header, makes no row of the table.
    return {n: r for n, r in records.items() if any(cell is not None for cell in r)}


def _filled(
    records: dict[int, list[Any]],
    merges: Sequence[Merge],
    names: Mapping[int, str],
    wanted: Wanted,
) -> tuple[RawNote, ...]:
    """Fill the records' merged cells, and say in which columns."""
    position = {column: i for i, column in enumerate(names)}
    filled: dict[tuple[int, bool], list[str]] = {}
    for top, left, bottom in sorted(merges):
        value = records[top + 1][position[left]] if left in names and top + 1 in records else None
        below = [n for n in range(top + 2, bottom + 1) if n in records and value is not None]
        if below:
            counts_once = _counts_once(value, names[left], wanted)
            for number in below:
                records[number][position[left]] = None if counts_once else value
            filled.setdefault((position[left], counts_once), []).extend([str(value)] * len(below))
    return tuple(_merged_note(at, shown, once) for (at, once), shown in sorted(filled.items()))


def _counts_once(value: Any, name: str, wanted: Wanted) -> bool:
    """Whether a merged value is an amount; a query may sum any number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_amount = folded([name]) <= folded(wanted.amounts)
    return is_amount or (wanted.is_for_query and is_number)


def _merged_note(at: int, shown: Sequence[str], counts_once: bool) -> RawNote:
    rows, examples = len(shown), tuple(dict.fromkeys(shown))[:3]
    if not counts_once:
        what = "are merged with the cell above and were read as it"
        return RawNote(rows, what, at, examples, "Unmerge them if they should be blank.")
    what = "are merged with the cell above, whose amount counts once"
    remedy = "Unmerge them, and write each row's own value."
    return RawNote(rows, what, at, examples, remedy, is_doubt=True)
