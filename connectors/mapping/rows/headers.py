"""A header among the rows: two exports joined into one file, or two tables in one worksheet."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import NOT_ASCII, Cells, matching, shown, text_of
from connectors.mapping.notes import Note
from connectors.mapping.rejects import NoRow
from connectors.sources.raw import RawTable
from kpis.errors import MappingError

_HALF_A_CENT = 0.005


def headers_again(
    table: str, cells: Mapping[str, Cells], raw: RawTable, origin: Mapping[str, int]
) -> list[NoRow]:
    """Return the rows in which two or more mapped columns hold names of mapped columns.

    Raises MappingError when such a row names the columns in another order: the rows below it would
    be read from the wrong columns.
    """
    headers = {at: _folded(raw.frame.columns[at]) for at in origin.values()}
    firsts = {at: column for column, at in reversed(list(origin.items()))}
    is_name = {at: _holds(cells[column], set(headers.values())) for at, column in firsts.items()}
    is_name = {at: holds for at, holds in is_name.items() if holds.any()}
    times = np.zeros(len(raw.frame), dtype=np.int16)
    for holds in is_name.values():
        times += holds
    found = []
    for row in np.flatnonzero(times >= 2).tolist():
        held = {at: _text(cells[firsts[at]], row) for at, holds in is_name.items() if holds[row]}
        for at, text in held.items():
            if _folded(text) != headers[at]:
                raise MappingError(
                    f"{table}: from row {raw.rows[row]} of {raw.place} on, the columns stand in "
                    f"another order: '{shown(text)}' stands below '{raw.frame.columns[at]}'. "
                    "Split the file there, or put the columns of all its rows into one order."
                )
        at, text = next(iter(held.items()))
        found.append(NoRow(row, firsts[at], text, "is the header again"))
    return found


def blocks_note(
    table: str, again: Sequence[NoRow], size: int, amounts: npt.NDArray[np.float64] | None
) -> list[Note]:
    """Return a note where rows stand above and below a second header.

    amounts: of each row, NaN where it has none. Blocks of the same sum are said to be so.
    """
    breaks = np.array([one.row for one in again], dtype=int)
    blocks = [block[~np.isin(block, breaks)] for block in np.split(np.arange(size), breaks)]
    blocks = [block for block in blocks if len(block)]
    if len(blocks) < 2:
        return []
    sums = [] if amounts is None else [float(np.nansum(amounts[block])) for block in blocks]
    same = [
        one for one, other in zip(sums, sums[1:], strict=False) if abs(one - other) < _HALF_A_CENT
    ]
    what = "stand above and below a second header"
    remedy = "One block may sum up the other: if so, take one out of the source."
    if any(same):
        what += ", and the amounts above and below it add up to the same"
        remedy = "If one block sums up the other, take it out: all would count twice."
    rows = sum(map(len, blocks))
    return [Note(table=table, column="", rows=rows, what=what, remedy=remedy, is_doubt=True)]


def _holds(cells: Cells, names: set[str]) -> npt.NDArray[np.bool_]:
    """Which rows hold one of ``names``."""
    is_like = pc.is_in(pc.ascii_lower(cells.texts), pa.array(sorted(names), pa.string()))
    among = {*np.flatnonzero(is_like).tolist(), *matching(cells.texts, rf"{NOT_ASCII}|^\s|\s$")}
    return np.isin(cells.codes, [at for at in among if _folded(cells.values[at]) in names])


def _text(cells: Cells, row: int) -> str:
    return text_of(cells.values[cells.codes[row]])


def _folded(name: object) -> str:
    return str(name).strip().casefold()
