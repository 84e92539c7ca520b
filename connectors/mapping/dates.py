"""Dates of any kind of cell, typed, spreadsheet serial, epoch or text, as instants and as days.

A value that names no zone is in its source's. In the hour that a clock change repeats it is the
earlier of the two instants; a time that the change skips is the first instant after it.
"""

import numbers
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import Parsed, text_of
from connectors.mapping.date_texts import NOT_UNDERSTOOD, fitting, understood
from connectors.mapping.moments import Flags, Instants, Moments

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""A year outside of these is a slip of the keyboard or a placeholder, and is rejected."""

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
"""Formats of numbers that count from 1970-01-01 UTC, and how many microseconds one of them is."""

_LAST_SERIAL = 2_958_465
_MILLISECONDS_PER_DAY = 86_400_000
_SERIAL_ORIGIN = np.datetime64("1899-12-30", "us")


def moments(
    values: "pd.Index[Any]", *, serial_dates: bool, date_format: str | None, where: str
) -> Moments:
    """Return the distinct ``values`` of a column as points in time, time zones not yet applied.

    Raises MappingError when the column's texts read both ways, or ``date_format`` is no format.
    """
    found = Moments.unknown(len(values))
    everywhere = np.arange(len(values), dtype=np.intp)
    if isinstance(values, pd.DatetimeIndex):
        found.put(everywhere, _typed(values))
    elif values.dtype != object:
        numbers_ = values.to_numpy(dtype=np.float64)
        if date_format is not None and date_format not in EPOCHS and not serial_dates:
            found.put(everywhere, fitting([text_of(v) for v in values], date_format, where))
        else:
            found.put(everywhere, _numeric(numbers_, serial_dates, date_format))
    else:
        _put_objects(found, values, serial_dates, date_format, where)
    _reject_years(found)
    return found


def _put_objects(
    found: Moments,
    values: "pd.Index[Any]",
    serial_dates: bool,
    date_format: str | None,
    where: str,
) -> None:
    is_text = date_format is not None and date_format not in EPOCHS and not serial_dates
    texts, counts = _put_typed(found, values, is_text)
    if date_format in EPOCHS:
        for position in list(texts):
            number = _number(texts[position])
            if number is not None:
                counts[position] = number
                del texts[position]
    if texts:
        written = list(texts.values())
        if date_format in EPOCHS:
            reason = f"does not fit the date_format '{date_format}'"
            found.reasons.update(dict.fromkeys(texts, reason))
        elif date_format is not None:
            found.put(_positions(texts), fitting(written, date_format, where))
        else:
            found.put(_positions(texts), understood(written, where))
    if counts:
        numeric = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        found.put(_positions(counts), _numeric(numeric, serial_dates, date_format))


def _put_typed(
    found: Moments, values: "pd.Index[Any]", numbers_are_text: bool
) -> tuple[dict[int, str], dict[int, float]]:
    """Put what is a date already; return the texts and the numbers by their positions."""
    texts: dict[int, str] = {}
    counts: dict[int, float] = {}
    for position, value in enumerate(values):
        if isinstance(value, np.datetime64):
            value = pd.Timestamp(value)
        if isinstance(value, str):
            texts[position] = value
        elif isinstance(value, datetime):
            in_utc = value.tzinfo is not None
            if in_utc and FIRST_YEAR < value.year < LAST_YEAR:
                value = value.astimezone(UTC)
            found.wall[position] = np.datetime64(value.replace(tzinfo=None), "us")
            found.in_utc[position] = in_utc
        elif isinstance(value, date):
            found.wall[position] = np.datetime64(value, "us")
            found.bare[position] = True
        elif isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool):
            if numbers_are_text:
                texts[position] = text_of(value)
            else:
                counts[position] = float(min(max(value, -1e18), 1e18))
        else:
            found.reasons[position] = NOT_UNDERSTOOD
    return texts, counts


def _positions(of: dict[int, Any]) -> npt.NDArray[np.intp]:
    return np.fromiter(of, dtype=np.intp, count=len(of))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _typed(values: pd.DatetimeIndex) -> Moments:
    in_utc = values.tz is not None
    utc = values.tz_convert(None) if in_utc else values
    wall = utc.as_unit("us").to_numpy().copy()
    return Moments(wall, np.full(len(values), in_utc), np.zeros(len(values), bool), {})


def _numeric(values: npt.NDArray[np.float64], serial: bool, date_format: str | None) -> Moments:
    result = Moments.unknown(len(values))
    if date_format in EPOCHS:
        micro = np.where(np.abs(values) < 1e14, values, np.nan) * EPOCHS[date_format]
        usable = np.abs(micro) < 1e17
        origin, reason = np.datetime64(0, "us"), f"does not fit the date_format '{date_format}'"
        result.in_utc[:] = True
    elif serial:
        usable = (values >= 1) & (values < _LAST_SERIAL + 1)
        micro = np.round(values * _MILLISECONDS_PER_DAY) * 1_000
        origin, reason = _SERIAL_ORIGIN, "is a number that is no spreadsheet date"
    else:
        usable = np.zeros(len(values), bool)
        micro, origin = values, np.datetime64(0, "us")
        reason = (
            "is a number, not a date; if it counts seconds or milliseconds since 1970, "
            "set date_format to epoch_s or epoch_ms"
        )
    counted = np.round(micro[usable]).astype(np.int64).astype("timedelta64[us]")
    result.wall[usable] = origin + counted
    result.reasons.update(dict.fromkeys(np.flatnonzero(~usable).tolist(), reason))
    return result


def _reject_years(found: Moments) -> None:
    year = found.wall.astype("datetime64[Y]").astype(np.int64) + 1970
    known = ~np.isnat(found.wall)
    for position in np.flatnonzero(known & ((year < FIRST_YEAR) | (year > LAST_YEAR))).tolist():
        found.wall[position] = np.datetime64("NaT")
        found.reasons[position] = (
            f"is in the year {year[position]}, outside {FIRST_YEAR} to {LAST_YEAR}"
        )


def instants(found: Moments, time_zone: str) -> Parsed:
    """Return the moments as instants in UTC; a bare date is its midnight in ``time_zone``."""
    return Parsed(pa.array(_in_utc(found, time_zone), _INSTANT), found.reasons)


_INSTANT = pa.timestamp("us", tz="UTC")


def days(found: Moments, time_zone: str, company_zone: str) -> Parsed:
    """Return the moments as calendar days in the company's zone.

    A bare date is that day itself, and so is each midnight of a column in which every value that
    names no zone is a midnight: it holds dates, whatever its type says.
    """
    utc = pd.DatetimeIndex(_in_utc(found, time_zone)).tz_localize("UTC")
    there = utc.tz_convert(company_zone).tz_localize(None).to_numpy().astype("datetime64[D]")
    local = ~found.in_utc & ~np.isnat(found.wall)
    midnight = found.wall == found.wall.astype("datetime64[D]")
    dated: Flags = local & (found.bare | bool(midnight[local].all()))
    own = found.wall.astype("datetime64[D]")
    return Parsed(pa.array(np.where(dated, own, there), pa.date32()), found.reasons)


def _in_utc(found: Moments, time_zone: str) -> Instants:
    utc = found.wall.copy()
    local = ~found.in_utc
    walls = pd.DatetimeIndex(found.wall[local])
    earlier = np.ones(len(walls), dtype=bool)
    zoned = walls.tz_localize(time_zone, ambiguous=earlier, nonexistent="shift_forward")
    utc[local] = zoned.tz_convert(None).to_numpy()
    return utc
