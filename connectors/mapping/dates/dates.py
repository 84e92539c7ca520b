"""Dates of any kind of cell, typed, counted or text, as instants and as days.

A value that names no zone is in its source's. In the hour that a clock change repeats it is the
earlier of the two instants; a time that the change skips is the first instant after it. A bare
date is a day of the company, whatever the zone of its source.
"""

import numbers
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import Parsed, Remark, is_days, text_of
from connectors.mapping.dates.formats import fitting, fitting_numbers
from connectors.mapping.dates.moments import Instants, Moments, clock_in
from connectors.mapping.dates.no_dates import cut_no_ends, reject_no_dates
from connectors.mapping.dates.numbers import (
    COUNTS,
    EPOCHS,
    counted,
    counted_texts,
    spreadsheet_dates,
)
from connectors.mapping.dates.order import half_converted
from connectors.mapping.dates.other_midnights import other_midnights_remark
from connectors.mapping.dates.other_origin import (
    EPOCH_D,
    SERIAL,
    other_origin_remark,
    since_2001_remark,
)
from connectors.mapping.dates.refusals import (
    NOT_UNDERSTOOD,
    TIME_ALONE,
    number_refusal,
    year_remedy,
)
from connectors.mapping.dates.same_times import (
    day_format_of,
    lost_zone_remark,
    one_time_remark,
)
from connectors.mapping.dates.whole_days import among_times_remark, as_days_remark, whole_days
from connectors.mapping.dates.written_dates import understood

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""A year outside of these is a slip of the keyboard or a placeholder, and is rejected."""

ENDS = frozenset(("ends_on", "ended_on"))
"""Columns in which a year past LAST_YEAR, such as 9999, or infinity means that there is no end."""

_FARTHEST = np.array([-200_000, 200_000], dtype="M8[Y]")
_INSTANT = pa.timestamp("us", tz="UTC")


def moments(
    values: "pd.Index[Any]",
    *,
    serial_dates: bool,
    date_format: str | None,
    where: str,
    is_end: bool = False,
    is_required: bool = False,
) -> Moments:
    """Return the distinct ``values`` of a column as points in time, time zones not yet applied.

    serial_dates: numbers are dates of a spreadsheet. is_end: of a column that is one of ENDS.
    is_required: of one in which no value is no row.

    Raises MappingError when the column's texts read both ways, ``date_format`` is no format, or a
    spreadsheet has exchanged day and month in a part of the column.
    """
    found = Moments.unknown(len(values))
    texts, counts = _put_typed(found, values)
    _put_numbers(found, values, counts, serial_dates, date_format, where)
    typed = np.flatnonzero(~np.isnat(found.wall) & ~found.in_utc)
    if texts:
        written, positions = list(texts.values()), np.fromiter(texts, dtype=np.intp)
        if date_format in COUNTS:
            found.put(positions, counted_texts(written, str(date_format)))
        elif date_format is not None:
            found.put(positions, fitting(written, date_format, where))
        else:
            found.put(positions, understood(written, where))
    if remark := half_converted(found, typed, texts, date_format is not None, where):
        found.remarks.append(remark)
    if is_end:
        _put_no_ends(found, texts, has_short_years="%y" in (date_format or ""))
    _reject_years(found, values, is_required)
    reject_no_dates(found, values)
    counted_at = np.append(counts, list(texts) if date_format else []).astype(np.intp)
    if doubt := _other_origin(found, counted_at, serial_dates, date_format):
        found.remarks.append(doubt)
    return replace(found, day_format=day_format_of(texts.values(), len(values)))


def _other_origin(
    found: Moments, counted_at: npt.NDArray[np.intp], serial_dates: bool, date_format: str | None
) -> Remark | None:
    if date_format in EPOCHS:
        return since_2001_remark(found, counted_at, round(1e6 / EPOCHS[date_format]))
    if date_format in (SERIAL, EPOCH_D) or (serial_dates and date_format is None):
        return other_origin_remark(found, counted_at, date_format)
    return None


def _put_typed(
    found: Moments, values: "pd.Index[Any]"
) -> tuple[dict[int, str], npt.NDArray[np.intp]]:
    """Put what is a date already; return the texts, and where the numbers are."""
    if isinstance(values, pd.DatetimeIndex):
        _put_times(found, values)
        return {}, np.empty(0, np.intp)
    if is_days(values):
        days = pa.array(values.array).cast(pa.timestamp("us"))
        found.wall[:], found.bare[:] = days.to_numpy(zero_copy_only=False), True
        return {}, np.empty(0, np.intp)
    if values.dtype != object:
        return {}, np.arange(len(values), dtype=np.intp)
    texts: dict[int, str] = {}
    counts: list[int] = []
    for position, value in enumerate(values):
        if isinstance(value, str):
            texts[position] = value
            continue
        if isinstance(value, np.datetime64):
            value = pd.Timestamp(value)
        if isinstance(value, datetime):
            in_utc = value.tzinfo is not None
            if in_utc and FIRST_YEAR < value.year < LAST_YEAR:
                found.east[position] = np.timedelta64(value.utcoffset(), "m")
                value = value.astimezone(UTC)
            found.wall[position] = np.datetime64(value.replace(tzinfo=None), "us")
            found.in_utc[position] = in_utc
        elif isinstance(value, date):
            found.wall[position] = np.datetime64(value, "us")
            found.bare[position] = True
        elif isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool):
            counts.append(position)
        else:
            found.reasons[position] = TIME_ALONE if isinstance(value, time) else NOT_UNDERSTOOD
    return texts, np.array(counts, dtype=np.intp)


def _put_times(found: Moments, values: pd.DatetimeIndex) -> None:
    local = values.tz_localize(None)
    found.wall[:], found.in_utc[:] = _in_microseconds(local), values.tz is not None
    if values.tz is not None:
        near = np.asarray((local.year > FIRST_YEAR) & (local.year < LAST_YEAR))
        utc = values[near].tz_convert(None)
        found.east[near] = (local[near] - utc).to_numpy().astype("m8[m]")
        found.wall[near] = _in_microseconds(utc)


def _in_microseconds(times: pd.DatetimeIndex) -> Instants:
    """The times in microseconds; a year that is too far for these is the last that is not."""
    if times.unit in ("s", "ms"):
        walls = times.to_numpy()
        times = pd.DatetimeIndex(np.clip(walls, *_FARTHEST.astype(walls.dtype)))
    walls_in_us: Instants = times.as_unit("us").to_numpy()
    return walls_in_us


def _put_numbers(
    found: Moments,
    values: "pd.Index[Any]",
    positions: npt.NDArray[np.intp],
    serial_dates: bool,
    date_format: str | None,
    where: str,
) -> None:
    if not len(positions):
        return
    held = values.take(positions)
    limited = held if held.dtype != object else [min(max(v, -1e19), 1e19) for v in held]
    count = np.clip(np.array(limited, dtype=np.float64), -1e19, 1e19)
    if date_format in COUNTS:
        part = counted(count, str(date_format))
    elif date_format is not None:
        texts = [text_of(value) for value in held]
        part = fitting_numbers(count, texts, date_format, serial_dates, where)
    elif serial_dates:
        part = spreadsheet_dates(count)
    else:
        part = Moments.unknown(len(count))
        part.reasons.update({i: number_refusal(v) for i, v in enumerate(count.tolist())})
    found.put(positions, part)


def _put_no_ends(found: Moments, texts: dict[int, str], has_short_years: bool) -> None:
    """Make blank what means that there is no end, and remark on it."""
    infinite = [p for p, text in texts.items() if text.casefold() in ("infinity", "+infinity")]
    endless = [*np.flatnonzero(_years(found) > LAST_YEAR).tolist(), *infinite]
    endless += cut_no_ends(found) if has_short_years else []
    if endless:
        found.wall[endless] = np.datetime64("NaT")
        for position in endless:
            found.reasons.pop(position, None)
        found.remarks.append(Remark(tuple(endless), "were read as no end"))


def _years(found: Moments) -> npt.NDArray[np.int64]:
    """The year of each moment, that of 1970 where there is none."""
    there = np.where(np.isnat(found.wall), np.datetime64(0, "us"), found.wall)
    return there.astype("M8[Y]").astype(np.int64) + 1970


def _reject_years(found: Moments, values: "pd.Index[Any]", is_required: bool) -> None:
    year = _years(found)
    for position in np.flatnonzero((year < FIRST_YEAR) | (year > LAST_YEAR)).tolist():
        found.wall[position] = np.datetime64("NaT")
        found.reasons[position] = (
            f"is in the year {year[position]}, outside {FIRST_YEAR} to {LAST_YEAR}"
            + year_remedy(int(year[position]), text_of(values[position]), is_required)
        )


def instants(
    found: Moments, time_zone: str, company_zone: str, column: str = "", as_instants: bool = False
) -> Parsed:
    """Return the moments as instants in UTC; a day is its midnight in the company's zone.

    A bare date is a day, and so is each midnight of a column in which every value is a midnight,
    unless ``as_instants``: the settings name ``column`` under ``instants``.
    """
    utc = _in_utc(found, time_zone)
    as_days = whole_days(found, time_zone, as_instants)
    whole = ~np.isnat(as_days)
    read = utc.copy()
    read[whole] = _placed(as_days[whole].astype("M8[us]"), company_zone)
    clock = clock_in(company_zone, utc)
    zones = time_zone, company_zone
    remarks = () if as_instants else _doubts(found, read != utc, clock, as_days, column, zones)
    return Parsed(pa.array(read, _INSTANT), found.reasons, (*found.remarks, *remarks))


def days(
    found: Moments, time_zone: str, company_zone: str, column: str = "", as_instants: bool = False
) -> Parsed:
    """Return the moments as calendar days in the company's zone; days as in :func:`instants`."""
    clock = clock_in(company_zone, _in_utc(found, time_zone))
    there = clock.astype("M8[D]")
    as_days = whole_days(found, time_zone, as_instants)
    read = np.where(np.isnat(as_days), there, as_days)
    zones = time_zone, company_zone
    remarks = () if as_instants else _doubts(found, read != there, clock, as_days, column, zones)
    return Parsed(pa.array(read, pa.date32()), found.reasons, (*found.remarks, *remarks))


def _doubts(
    found: Moments,
    changed: npt.NDArray[np.bool_],
    clock: Instants,
    as_days: Instants,
    column: str,
    zones: tuple[str, str],
) -> tuple[Remark, ...]:
    """The doubts on days.

    clock: in the company's zone. zones: that of times which name none, and the company's.
    """
    (time_zone, company_zone), days_there = zones, clock.astype("M8[D]")
    own = (
        as_days_remark(found, changed, column, time_zone),
        among_times_remark(found, days_there, as_days),
        other_midnights_remark(found, days_there, as_days, column)
        or lost_zone_remark(found, days_there, company_zone, column)
        or one_time_remark(found, clock, as_days, column),
    )
    return tuple(remark for remark in own if remark)


def _in_utc(found: Moments, time_zone: str) -> Instants:
    utc = found.wall.copy()
    utc[~found.in_utc] = _placed(found.wall[~found.in_utc], time_zone)
    return utc


def _placed(walls: Instants, time_zone: str) -> Instants:
    """The instants, in UTC, at which clocks in ``time_zone`` show ``walls``."""
    earlier = np.ones(len(walls), dtype=bool)
    zoned = pd.DatetimeIndex(walls).tz_localize(
        time_zone, ambiguous=earlier, nonexistent="shift_forward"
    )
    return zoned.tz_convert(None).to_numpy()
