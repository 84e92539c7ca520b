"""Counts from another day than is set: 20731 is 5 October 2026 in days since 1970.

Debezium, Avro and Parquet write days so. As the serial number of a spreadsheet it is in 1956, and
the serial of that day in 2026 is in 2096 when counted from 1970. Apple's programs count seconds
from 2001: as Unix times, those of 2026 are in 1995.
"""

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Remark
from connectors.mapping.dates.moments import Moments

SERIAL, EPOCH_D = "serial", "epoch_d"

_APART = 25_569
"""The serial of 1970-01-01."""
_FIRST, _LAST = 10_957, 25_567
"""2000-01-01 and 2040-01-01 in days since 1970: business, as numbers that serials put before 1970.

No table of a CRM has days before 1970 alone, or after 2070.
"""
_TO_2001 = 11_323
"""2001-01-01 in days since 1970."""
_SECONDS_PER_DAY = 86_400


def is_unix_day(number: float) -> bool:
    """Whether ``number`` is a day of 2000 to 2039 counted from 1970, which no serial is likely."""
    return _FIRST <= number < _LAST


def other_origin_remark(
    found: Moments, counts: npt.NDArray[np.intp], date_format: str | None
) -> Remark | None:
    """What to say where all days at ``counts`` are of business when counted from the other day.

    counts: the values of the column that are numbers. date_format: EPOCH_D, else they are serials.
    """
    days = found.wall[counts].astype("M8[D]")
    known = counts[~np.isnat(days)]
    if not len(known):
        return None
    since_1970 = days[~np.isnat(days)].astype(np.int64)
    is_unix = date_format == EPOCH_D
    other = since_1970 + (-_APART if is_unix else _APART)
    if not ((other >= _FIRST) & (other < _LAST)).all():
        return None
    first = int(np.argmin(since_1970))
    read, meant = (np.datetime64(int(numbers[first]), "D") for numbers in (since_1970, other))
    ways = ("days since 1970", "spreadsheet dates")
    way, other_way = ways if is_unix else ways[::-1]
    return Remark(
        tuple(known.tolist()),
        f"were read as {way}, the first as {read}: as {other_way} it is {meant}",
        f'If that is meant, set date_format = "{SERIAL if is_unix else EPOCH_D}" for this column.',
        is_doubt=True,
    )


def since_2001_remark(
    found: Moments, counts: npt.NDArray[np.intp], per_second: int
) -> Remark | None:
    """What to say where all Unix times at ``counts`` are before 2000, but of business since 2001.

    per_second: how many of what the column counts make a second.
    """
    days = found.wall[counts].astype("M8[D]")
    known = counts[~np.isnat(days)]
    since_1970 = days[~np.isnat(days)].astype(np.int64)
    meant = since_1970 + _TO_2001
    if not len(known) or (since_1970 >= _FIRST).any() or (meant < _FIRST).any():
        return None
    first = int(np.argmin(since_1970))
    read, other = (np.datetime64(int(numbers[first]), "D") for numbers in (since_1970, meant))
    added = _TO_2001 * _SECONDS_PER_DAY * per_second
    return Remark(
        tuple(known.tolist()),
        f"were read as counted from 1970, the first as {read}: from 2001, as Apple's programs "
        f"count, it is {other}",
        f"If that is meant, let a query add {added} to the column.",
        is_doubt=True,
    )
