"""Rows that hold the sum of those beside them, as the ``All`` of an export broken down by age."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import shown_rows, sums
from kpis.model import TABLES

_LEAST, _SURE = 3, 4
"""Rows of a group in which one may be the sum; of this many, a single group is evidence."""
_SHARE = 0.5
"""The share of groups that have such a row; fewer of them are a coincidence, such as 1 + 1 = 2."""
_HALF_A_CENT = 0.005


def sum_notes(table: str, rows: pa.Table, numbers: npt.NDArray[np.int64]) -> list[Note]:
    """Return a doubt where rows equal in all but the amount hold, in one, the sum of the others.

    numbers: what each row is called in its source. Only in tables without a key. It takes two
    groups whose sums differ, or one of four rows: costs of 100, 200 and 300 that return each month
    are a coincidence. Amounts of 0 are left out, and groups with a refund.
    """
    if TABLES[table].key or "amount" not in rows.column_names or rows.num_rows < _LEAST:
        return []
    frame = rows.to_pandas()
    counts = (frame["amount"].fillna(0) != 0).to_numpy()
    frame, numbers = frame[counts].reset_index(drop=True), numbers[counts]
    others = [name for name in frame if name != "amount" and frame[name].notna().any()]
    if frame.empty or not others:
        return []
    groups = frame.groupby(others, dropna=False, sort=False)["amount"]
    found = groups.agg(["size", "min", "max", "sum", "idxmax"])
    found = found[found["size"] >= _LEAST]
    is_sum = (found["min"] > 0) & ((found["sum"] - 2 * found["max"]).abs() < _HALF_A_CENT)
    doubtful = found[is_sum]
    is_evidence = doubtful["max"].nunique() > 1 or (doubtful["size"] >= _SURE).any()
    if not is_evidence or len(doubtful) < _SHARE * len(found):
        return []
    return [_note(table, frame, np.sort(doubtful["idxmax"].to_numpy(dtype=np.intp)), numbers)]


def _note(
    table: str, frame: pd.DataFrame, at: npt.NDArray[np.intp], numbers: npt.NDArray[np.int64]
) -> Note:
    shown = zip(numbers[at], shown_rows(table, frame.loc[at[:EXAMPLES]]), strict=False)
    what = "hold the sum of others, equal in every column but the amount"
    remedy = 'If they sum up a breakdown, as "All" does, they count twice: leave them out of the '
    remedy += "export, or let a query do so (SELECT … WHERE)."
    return Note(
        table=table,
        column="",
        rows=len(at),
        what=what + sums(frame.loc[at]),
        examples=tuple(f"row {number}: {text}" for number, text in shown),
        remedy=remedy,
        is_doubt=True,
    )
