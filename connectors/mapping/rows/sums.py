"""Rows that hold the sum of others: the ``All`` of an export broken down by age, a monthly part."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import shown_rows, sums
from connectors.mapping.rows.rounded_sums import HALF_A_CENT, rounding_of
from kpis.display import listed
from kpis.model import TABLES

_LEAST, _SURE = 3, 4
"""Rows of a group in which one may be the sum; of this many, a single group is evidence."""
_SHARE = 0.5
"""The share of groups that have such a row; fewer of them are a coincidence, such as 1 + 1 = 2."""
_NEARLY_ALL = 0.9
"""The share of a part's rows that hold sums of other parts."""


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
    rounding = rounding_of(found["size"].to_numpy(), found["max"].to_numpy())
    gap = (found["sum"] - 2 * found["max"]).abs()
    is_sum = (found["min"] > 0) & (gap < rounding)
    doubtful = found[is_sum]
    is_evidence = doubtful["max"].nunique() > 1 or (doubtful["size"] >= _SURE).any()
    if not is_evidence or len(doubtful) < _SHARE * len(found):
        return []
    at = np.sort(doubtful["idxmax"].to_numpy(dtype=np.intp))
    nearly = "" if (gap[is_sum] < HALF_A_CENT).all() else "nearly "
    what = f"hold {nearly}the sum of others, equal in every column but the amount"
    return [sum_note(table, frame, at, numbers, what)]


def part_sum_notes(table: str, parts: Sequence[pa.Table], places: Sequence[str]) -> list[Note]:
    """Return a doubt for each part of costs whose rows hold the sums of rows of other parts.

    Of a month and campaign, or of a month where the part names no campaign. It takes sums of two
    rows or more, of which two differ.
    """
    if table != "costs" or len(parts) < 2:
        return []
    whole = pd.concat([_costs(part, at) for at, part in enumerate(parts)], ignore_index=True)
    notes = []
    for at, place in enumerate(places):
        own, others = whole[whole["part"] == at], whole[whole["part"] != at]
        campaign = ["campaign_id"] if own["campaign_id"].notna().any() else []
        by = ["month", "currency", *campaign]
        added = others.groupby(by, dropna=False)["amount"].agg(["sum", "size"]).reset_index()
        found = own.merge(added[added["size"] > 1], on=by, how="inner")
        rounding = rounding_of(found["size"].to_numpy(), found["sum"].to_numpy())
        found = found[(found["amount"] - found["sum"]).abs() < rounding]
        if len(found) >= _NEARLY_ALL * len(own) and found["amount"].nunique() > 1:
            nearly = "" if (found["amount"] - found["sum"]).abs().max() < HALF_A_CENT else "nearly "
            summed = others.merge(found[by].drop_duplicates(), on=by)["part"].unique()
            named = [f"part {part + 1} ({places[part]})" for part in sorted(summed)]
            what = (
                f"of part {at + 1} ({place}) hold {nearly}the sums of rows of {listed(named)} over "
            )
            what += f"the same {'campaign and ' if campaign else ''}month"
            notes.append(_part_note(table, found, what, at))
    return notes


def _costs(part: pa.Table, at: int) -> pd.DataFrame:
    """The costs of a part, but those of 0, with the number of their month."""
    columns = ["spent_on", "amount", "campaign_id", "currency"]
    frame: pd.DataFrame = part.select(columns).to_pandas()
    days = part["spent_on"]
    frame["month"] = pc.add(pc.multiply(pc.year(days), 12), pc.month(days)).to_pandas()
    frame["part"] = at
    return frame[frame["amount"] != 0]


def _part_note(table: str, found: pd.DataFrame, what: str, at: int) -> Note:
    texts = (found[name].fillna("").astype(str) for name in ("spent_on", "campaign_id"))
    shown = [
        f"{day}, {amount:g}, {one}".removesuffix(", ")
        for day, one, amount in zip(*texts, found["amount"], strict=True)
    ]
    remedy = f"If part {at + 1} sums them up, all of it counts twice: remove one of these "
    remedy += f"[[tables.{table}]]."
    return Note(
        table=table,
        column="",
        rows=len(found),
        what=what + sums(found),
        examples=tuple(shown[:EXAMPLES]),
        remedy=remedy,
        is_doubt=True,
    )


def sum_note(
    table: str,
    frame: pd.DataFrame,
    at: npt.NDArray[np.intp],
    numbers: npt.NDArray[np.int64],
    what: str,
) -> Note:
    """Return the doubt on the rows ``at`` these positions, which hold the sums of others."""
    shown = zip(numbers[at], shown_rows(table, frame.loc[at[:EXAMPLES]]), strict=False)
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
