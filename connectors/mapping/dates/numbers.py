"""Dates that are counted: days and parts of them since 1970, days of a spreadsheet since 1899."""

import numbers
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from connectors.mapping.dates.moments import Moments
from connectors.mapping.dates.other_origin import EPOCH_D, SERIAL
from connectors.mapping.dates.refusals import (
    DAY_NUMBER,
    FIRST_SERIAL,
    LAST_SERIAL,
    NUMBER,
    is_day_number,
    is_ymd,
    number_refusal,
    other_unit,
    unit_of,
)
from kpis.errors import MappingError

EPOCHS = {"epoch_s": 1e6, "epoch_ms": 1e3, "epoch_us": 1.0, "epoch_ns": 1e-3}
"""Formats of numbers that count from 1970-01-01 UTC, and how many microseconds one of them is."""
COUNTS = frozenset((*EPOCHS, EPOCH_D, SERIAL))

Numbers = npt.NDArray[np.float64]

_MOST_MICROSECONDS = 3e17
"""Some years past 9999."""
_LAST_SERIAL = 2_958_465
"""9999-12-31."""
_MILLISECONDS_PER_DAY = 86_400_000
_MICROSECONDS_PER_DAY = 8.64e10
_EPOCH, _SERIAL_ORIGIN = np.datetime64(0, "us"), np.datetime64("1899-12-30", "us")
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")
_COMMA = re.compile(r"^(\d{5,}),(\d+)$")


def counted(values: Numbers, date_format: str) -> Moments:
    """Return the moments of numbers that count as ``date_format``, one of COUNTS, says."""
    if date_format == SERIAL:
        usable = (values >= 1) & (values < _LAST_SERIAL + 1)
        return _since(_SERIAL_ORIGIN, _serial_micro(values), values, usable, _no_serial)
    is_days = date_format == EPOCH_D
    micro = values * (_MICROSECONDS_PER_DAY if is_days else EPOCHS[date_format])
    usable = np.abs(micro) < _MOST_MICROSECONDS
    if is_days:
        usable &= values == np.floor(values)
    others = [i for i in np.flatnonzero(usable).tolist() if other_unit(values[i], date_format)]
    usable[others] = False
    found = _since(
        _EPOCH,
        micro,
        values,
        usable,
        lambda v: other_unit(v, date_format) or f"does not fit the date_format '{date_format}'",
    )
    found.bare[:], found.in_utc[:] = is_days, not is_days
    return found


def refuse_from_1904(values: "pd.Index[Any]", where: str) -> None:
    """Raise MappingError where serials of a workbook that counts from 1904 would be 4 years off."""
    counts = [v for v in values if isinstance(v, numbers.Real) and not isinstance(v, bool)]
    if counts:
        raise MappingError(
            f"{where}: this workbook counts from 1904, so that {counts[0]} is not the day that "
            f'date_format = "{SERIAL}" makes of it, 1,462 days earlier. Format the column as dates '
            "in the workbook and save it; then remove the date_format."
        )


def spreadsheet_dates(values: Numbers) -> Moments:
    """Return the moments of the numbers in a spreadsheet's column of dates, of no date_format.

    What is more likely a year, or a date written as 20261001, is refused.
    """
    usable = (values >= FIRST_SERIAL) & (values < _LAST_SERIAL + 1)
    return _since(_SERIAL_ORIGIN, _serial_micro(values), values, usable, _no_serial)


def is_plausible_serial(values: Numbers) -> npt.NDArray[np.bool_]:
    """Return which numbers are spreadsheet dates from 1927 to 2199."""
    return (values >= FIRST_SERIAL) & (values <= LAST_SERIAL)


def counted_texts(texts: Sequence[str], date_format: str) -> Moments:
    """Return the moments of numbers that are written as text, see :func:`counted`.

    ``46296,375`` has a decimal comma. ``1.79081E+12`` is refused: a spreadsheet has rounded it by
    hours.
    """
    texts = [_COMMA.sub(r"\1.\2", text) if "," in text else text for text in texts]
    plain = [bool(_PLAIN_NUMBER.fullmatch(text)) for text in texts]
    numbers = [float(t) if is_plain else np.nan for t, is_plain in zip(texts, plain, strict=True)]
    found = counted(np.array(numbers, dtype=np.float64), date_format)
    for position in np.flatnonzero(~np.array(plain, dtype=bool)).tolist():
        found.reasons[position] = f"does not fit the date_format '{date_format}'"
    return found


def _serial_micro(values: Numbers) -> Numbers:
    # Spreadsheets keep a time as a fraction of a day, which is good to the millisecond.
    micro: Numbers = np.round(values * _MILLISECONDS_PER_DAY) * 1_000
    return micro


def _since(
    origin: np.datetime64,
    micro: Numbers,
    values: Numbers,
    usable: npt.NDArray[np.bool_],
    reason: Callable[[float], str],
) -> Moments:
    found = Moments.unknown(len(values))
    found.wall[usable] = origin + np.round(micro[usable]).astype(np.int64).astype("m8[us]")
    found.reasons.update({i: reason(values[i]) for i in np.flatnonzero(~usable).tolist()})
    return found


def _no_serial(value: float) -> str:
    if is_day_number(value):
        return DAY_NUMBER
    reason = "is a number that is no spreadsheet date"
    if 1 <= value < FIRST_SERIAL:
        day = (_SERIAL_ORIGIN + np.timedelta64(int(value), "D")).astype("M8[D]")
        return f'{reason} of business; date_format = "serial" reads it as {day}'
    if is_ymd(value) or unit_of(value):
        return f"{reason}{number_refusal(value).removeprefix(NUMBER)}"
    return reason
