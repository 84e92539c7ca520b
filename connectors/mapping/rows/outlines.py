"""Rows that sum up those below or above them: an outline of groups, collapsed or not."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.notes import Note
from connectors.mapping.rows.sums import sum_note
from kpis.model import TABLES

_LEAST_PARTS, _LEAST_GROUPS = 2, 2
_LONGEST, _MOST = 500, 10_000
"""Rows of a group, and of a table, at most: outlines are made by hand."""
_NEARLY_ALL = 0.9
"""The share of rows that stand in groups; less may be a coincidence of round amounts."""
_HALF_A_CENT = 0.005

Amounts = npt.NDArray[np.float64]


def outline_notes(table: str, rows: pa.Table, numbers: npt.NDArray[np.int64]) -> list[Note]:
    """Return a doubt where nearly all rows stand in groups of a sum and its parts.

    numbers: what each row is called in its source. Only in tables without a key. It takes two
    groups of different sums. Amounts of 0 are left out; with a refund nothing is found. A row that
    is the sum of all groups is one, too.
    """
    if TABLES[table].key or "amount" not in rows.column_names:
        return []
    values: Amounts = np.nan_to_num(rows["amount"].to_numpy())
    counted = np.flatnonzero(values)
    values = values[counted]
    if not 0 < len(values) <= _MOST or values.min() < 0:
        return []
    last = len(values) - 1
    below, above = _sums(values), [last - at for at in _sums(values[::-1])][::-1]
    found, where = (below, "below") if below else (above, "above")
    if not found:
        return []
    what = f"hold the sum of the rows {where} them"
    return [sum_note(table, rows.to_pandas(), counted[found], numbers, what)]


def _sums(values: Amounts) -> list[int]:
    """The positions of rows that are the sum of those that follow, if nearly all rows are in one.

    A part that is alone below its sum is taken for one where other groups have several.
    """
    groups: list[tuple[int, int]] = []
    at = alone = 0
    least = _NEARLY_ALL * len(values)
    while at < len(values):
        parts = _parts(values, at)
        groups += [(at, parts)] if parts else []
        alone += not parts
        if len(values) - alone + 2 < least:  # too few, were the first and the last grand totals
            return []
        at += parts + 1
    sums = [at for at, _ in groups]
    whole = values[sums].sum()
    ends = (at for at in {0, len(values) - 1} if at not in sums)
    grand = [at for at in ends if abs(values[at] - whole) < _HALF_A_CENT]
    covered = sum(parts + 1 for _, parts in groups) + len(grand)
    several = [at for at, parts in groups if parts >= _LEAST_PARTS]
    are_different = len(set(np.round(values[several], 2).tolist())) >= _LEAST_GROUPS
    return sorted([*sums, *grand]) if are_different and covered >= least else []


def _parts(values: Amounts, at: int) -> int:
    """How many rows after ``at`` add up to it, 0 if none do."""
    running = np.cumsum(values[at + 1 : at + 1 + _LONGEST])
    equal = np.flatnonzero(np.abs(running - values[at]) < _HALF_A_CENT)
    return int(equal[0]) + 1 if len(equal) else 0
