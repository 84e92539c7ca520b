"""Invoices in one part of costs for what another part holds by day: both count."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums

_PAID_BY = 15
"""An invoice up to this day of a month may be that of the month before."""
_ROUND = 10
"""Amounts of a multiple are round: one that equals a sum may do so by chance."""
_SHARE = 0.5
"""The share of months with an invoice, of those that both parts have."""


def invoice_notes(
    parts: Sequence[pa.Table],
    places: Sequence[str],
    numbers: Sequence[npt.NDArray[np.int64]],
    lines: Sequence[str],
) -> list[Note]:
    """Return a doubt for each part of costs whose shared rows equal another part's months.

    numbers: what each row of a part is called in its source. lines: that of settings which leaves
    rows out of a part. A row is shared where it has no campaign, or none of the other part's. It
    equals the sum of a calendar month to the cent, in or right after it. It takes a month of two
    rows, half of the months, and two different sums or one that is not round. A blank currency
    may be any.
    """
    costs = [_costs(part, rows) for part, rows in zip(parts, numbers, strict=True)]
    months = [_months(part) for part in costs]
    notes = []
    for at, own in enumerate(costs):
        for of, summed in enumerate(months):
            if of == at or not own["amount"].round(2).isin(summed["sum"]).any():
                continue
            found = _invoices(own, costs[of], summed)
            if len(found):
                named = [f"part {one + 1} ({places[one]})" for one in (at, of)]
                line = f"leave them out of part {at + 1}: {lines[at]}."
                notes.append(_note(found, named, line))
    return notes


def _costs(part: pa.Table, numbers: npt.NDArray[np.int64]) -> pd.DataFrame:
    """The costs of a part, but those of 0, with their rows, days and months."""
    frame: pd.DataFrame = part.select(["amount", "campaign_id", "currency"]).to_pandas()
    days = part["spent_on"].cast(pa.timestamp("s")).to_pandas()
    frame = frame.assign(row=numbers, day=days, month=days.dt.to_period("M"))
    return frame.loc[frame["amount"] != 0]


def _months(costs: pd.DataFrame) -> pd.DataFrame:
    """The sum of each month and currency, and of how many rows it is."""
    amounts = costs.groupby(["month", "currency"], dropna=False)["amount"]
    found: pd.DataFrame = amounts.agg(["sum", "size"]).reset_index()
    return found.round({"sum": 2})


def _invoices(own: pd.DataFrame, other: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``own`` that hold the sum of one of the ``months``; none by chance."""
    shared = own[~own["campaign_id"].isin(other["campaign_id"].dropna().unique())]
    late = shared[shared["day"].dt.day <= _PAID_BY]
    late = late.assign(month=late["month"] - 1)
    found: pd.DataFrame = pd.concat([shared, late])
    found = found.merge(months, on="month", suffixes=("", "_of"))
    one, of = found["currency"], found["currency_of"]
    is_equal = (found["amount"].round(2) == found["sum"]) & ((one == of) | one.isna() | of.isna())
    found = found.loc[is_equal].drop_duplicates("row")
    both = months["month"].between(own["month"].min(), own["month"].max())
    is_sum = found["size"] > 1
    is_sure = found["amount"].nunique() > 1 or (found["amount"][is_sum] % _ROUND != 0).any()
    is_usual = found["month"].nunique() >= _SHARE * months["month"][both].nunique()
    is_evidence = is_sum.any() and is_sure and is_usual
    return found.head(len(found) if is_evidence else 0)


def _note(found: pd.DataFrame, named: Sequence[str], line: str) -> Note:
    columns = ("row", "day", "amount", "size", "month")
    rows = zip(*(found[name].head(EXAMPLES) for name in columns), strict=True)
    shown = [
        f"row {row}: {day:%Y-%m-%d}, {amount:,.2f} = {size} {'row' if size == 1 else 'rows'} "
        f"of {month}"
        for row, day, amount, size, month in rows
    ]
    hold = "holds" if len(found) == 1 else "hold"
    return Note(
        table="costs",
        column="",
        rows=len(found),
        what=f"of {named[0]} {hold} the sum of a month of {named[1]}" + sums(found),
        examples=tuple(shown),
        remedy=f"If they are invoices for it, all of it counts twice: {line}",
        is_doubt=True,
    )
