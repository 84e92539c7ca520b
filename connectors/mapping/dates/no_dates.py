"""Days that programs write where no day is known: zero as a date, the first day of a clock."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Parsed, Remark, shown, text_of
from connectors.mapping.dates.moments import Moments

_NO_DATES = np.array(["1970-01-01", "1900-01-01"], dtype="M8[us]")
"""What programs make of "no date": zero as a Unix time, and an empty text in SQL Server."""
_NEAR = np.timedelta64(20 * 365, "D")
_LONG_BEFORE = np.timedelta64(5 * 365, "D")
_LEAST_OTHERS = 3
"""Days of which one may be long before the others."""


def reject_no_dates(found: Moments, values: "pd.Index[Any]") -> None:
    """Reject a zero that a program turned into a date, unless other dates are within 20 years."""
    for no_date in _NO_DATES:
        here = found.wall == no_date
        if not here.any():
            continue
        others = found.wall[~here & ~np.isnat(found.wall)]
        if (np.abs(others - no_date) < _NEAR).any():
            continue
        for position in np.flatnonzero(here).tolist():
            found.wall[position] = np.datetime64("NaT")
            found.reasons[position] = (
                f"is {no_date.astype('M8[D]')}, which programs write for no date; "
                f'blanks = ["{text_of(values[position])}"] reads it as none'
            )


def long_before(
    parsed: Parsed, values: "pd.Index[Any]", table: str, time_zone: str
) -> list[Remark]:
    """Return what to say of one day that is years before all others, as 2000-01-01 of no known day.

    As a clock that was never set or the default of a form writes it. It takes five years and more
    than all others span: rows of many years may begin with one that is older. parsed: instants of
    created_at; time_zone: that of a day.
    """
    there = pc.local_timestamp(parsed.values.cast(pa.timestamp("us", time_zone)))
    days = there.to_numpy(zero_copy_only=False).astype("M8[D]")
    known = np.unique(days[~np.isnat(days)])
    if len(known) <= _LEAST_OTHERS:
        return []
    first, second, last = known[0], known[1], known[-1]
    if second - first < max(_LONG_BEFORE, last - second):
        return []
    at = np.flatnonzero(days == first).tolist()
    text = shown(text_of(values[at[0]]))
    remark = Remark(
        tuple(at),
        f"are years before all others, which begin on {second}: a program may write that day where "
        "none is known, and what takes days from it on, such as the sales cycle, is far too long",
        f"If no day is known, write the right one into the source, or leave such rows out: "
        f'blanks = {{ created_at = ["{text}"] }} under [tables.{table}] reads it as no value.',
        is_doubt=True,
    )
    return [remark]
