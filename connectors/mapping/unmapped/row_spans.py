"""Costs of several days in one row, as ``Reporting starts`` and ``Reporting ends`` of Meta."""

import re
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns

Days = npt.NDArray[np.datetime64]

_END = re.compile(
    r"(?:.* )?(?:ends?|ended|ending|to|until|till|through|bis|ende|enddatum|fin|hasta|tot|einde"
    r"|fine|koniec)(?: .*)?"
)
_OF_PAYING = re.compile(
    r"\b(?:due|pay\w*|paid|zahl\w*|fällig\w*|valid\w*|gültig\w*|contract|vertrag\w*|expir\w*"
    r"|garant\w*|warranty|échéance|vencimiento|scadenza|vervalt)\b"
)
"""Until when an invoice is paid or a contract lasts says nothing about the days of the row."""
_DAYS = np.timedelta64(2, "D")


def span_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt where rows of costs last days: a column holds their end, beside spent_on.

    rows: those loaded. The header says that it is an end; no end is before its spent_on, and most
    are two days or more after it. Rows of one campaign that overlap are days of one campaign whose
    end stands beside them: these are no spans.
    """
    if columns.table != "costs":
        return []
    starts = rows["spent_on"].to_numpy().astype("datetime64[D]")
    for at, header in columns.headed(_END):
        if _OF_PAYING.search(header.casefold()):
            continue
        ends = columns.days(at, like="spent_on")
        lengths = ends - starts
        spans = np.flatnonzero(lengths >= _DAYS)
        is_before = bool((lengths < np.timedelta64(0, "D")).any())
        if is_before or 2 * len(spans) <= rows.num_rows or _overlap(rows, starts, ends):
            continue
        return [_note(columns, header, rows, spans, ends)]
    return []


def _overlap(rows: pa.Table, starts: Days, ends: Days) -> bool:
    campaigns = rows["campaign_id"].to_pandas().fillna("")
    frame = pd.DataFrame({"campaign": campaigns, "start": starts, "end": ends}).dropna()
    spans = frame.groupby(["campaign", "start"])["end"].max().reset_index()
    following = spans.groupby("campaign")["start"].shift(-1)
    is_followed = following.notna()
    return bool(is_followed.any() and (spans["end"] > following)[is_followed].mean() > 1 / 2)


def _note(
    columns: UnmappedColumns,
    header: str,
    rows: pa.Table,
    spans: npt.NDArray[np.intp],
    ends: Days,
) -> Note:
    days = rows["spent_on"]
    shown = [
        f"row {columns.numbers[at]}: {cast(pa.Scalar, days[at]).as_py()} to {ends[at]}"
        for at in spans[:EXAMPLES].tolist()
    ]
    amounts = sums(rows.take(spans).to_pandas())
    return Note(
        table="costs",
        column="",
        rows=len(spans),
        what=f"span several days up to '{header}', and all of each counts on its first{amounts}",
        examples=tuple(shown),
        remedy="Export by day (in ad platforms, the breakdown by day): each row is then one day.",
        is_doubt=True,
    )
