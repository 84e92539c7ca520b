"""Days that programs write where no day is known: zero as a date, the first day of a clock."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Parsed, Remark, shown, text_of
from connectors.mapping.dates.moments import Moments

_NO_DATES = np.array(["1970-01-01", "1900-01-01"], dtype="M8[us]")
"""What programs make of "no date": zero as a Unix time, and an empty text in SQL Server."""
_FARTHEST_WEST, _FARTHEST_EAST, _QUARTER, _DAY = 12 * 60, 14 * 60, 15, 24 * 60
"""Minutes that clocks are from UTC at most, and of which their distance is a multiple."""
_NEAR = np.timedelta64(20 * 365, "D")
_LONG_BEFORE = np.timedelta64(5 * 365, "D")
_CUT_END, _AFTER_CUT_END = np.datetime64("1999-12-31"), np.datetime64("2005-01-01")
_LEAST_OTHERS = 3
"""Days of which one may be long before the others."""


def reject_no_dates(found: Moments, values: "pd.Index[Any]") -> None:
    """Reject a zero that a program turned into a date, unless other dates are within 20 years.

    Zero as a Unix time is 1969-12-31 19:00 on the clocks of New York, and 1:00 of the next day in
    Berlin.
    """
    for no_date in _NO_DATES:
        here = found.wall == no_date
        if no_date == _NO_DATES[0]:
            here |= _is_zero_of_a_zone(found)
        if not here.any():
            continue
        others = found.wall[~here & ~np.isnat(found.wall)]
        if (np.abs(others - no_date) < _NEAR).any():
            continue
        for position in np.flatnonzero(here).tolist():
            wall, found.wall[position] = found.wall[position], np.datetime64("NaT")
            found.reasons[position] = (
                f"is {no_date.astype('M8[D]')}{_of_zone(wall, no_date)}, which programs write for "
                f'no date; blanks = ["{text_of(values[position])}"] reads it as none'
            )


def _is_zero_of_a_zone(found: Moments) -> npt.NDArray[np.bool_]:
    """Where a time without a zone is that of Unix zero on some clock, or the day before it."""
    after = (found.wall - _NO_DATES[0]).astype("m8[m]").astype(np.int64)
    is_near = ~np.isnat(found.wall) & (after >= -_FARTHEST_WEST) & (after <= _FARTHEST_EAST)
    is_plain = (found.wall == found.wall.astype("M8[m]")) & (after % _QUARTER == 0)
    zeros: npt.NDArray[np.bool_] = is_near & is_plain & ~found.in_utc
    zeros |= found.bare & (after == -_DAY)
    return zeros


def _of_zone(wall: np.datetime64, no_date: np.datetime64) -> str:
    return "" if wall == no_date else f" in UTC ({str(wall)[:16].replace('T', ' ')} on its clocks)"


def cut_no_ends(found: Moments) -> list[int]:
    """Where 31 December 9999, which means no end, lost two digits of its year: 12/31/99.

    Not where another day of the column is before 2005, so that 1999 may be one of them.
    """
    day = found.wall.astype("M8[D]")
    is_last = day == _CUT_END
    if (day[~is_last & ~np.isnat(day)] < _AFTER_CUT_END).any():
        return []
    return [int(position) for position in np.flatnonzero(is_last)]


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
