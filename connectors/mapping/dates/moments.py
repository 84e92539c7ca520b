"""Points in time as a source writes them, before time zones are applied."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from connectors.mapping.cells import Remark

Instants = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Durations = npt.NDArray[np.timedelta64]

NO_OFFSET = 10_000
"""More minutes than an offset has."""


@dataclass(frozen=True)
class Moments:
    """The distinct values of a column as points in time.

    wall: datetime64[us], NaT where the value was not understood; UTC where ``in_utc``, else what a
        clock on the wall showed.
    in_utc: the value itself named a zone or an offset.
    bare: the value is a date with no time of day.
    reasons: position → why a value cannot be used. One that is NaT without a reason is blank.
    east: timedelta64[m], how far east of UTC the offset is that the value names; 0 where none.
    remarks: what was done with some of the values by a rule, or looks wrong in them.
    day_format: the date_format that reads texts which all have one time as days, else "".
    """

    wall: Instants
    in_utc: Flags
    bare: Flags
    reasons: dict[int, str]
    east: Durations
    remarks: list[Remark] = field(default_factory=list)
    day_format: str = ""

    @classmethod
    def unknown(cls, size: int) -> "Moments":
        """Moments of which none is understood yet, to be filled."""
        wall = np.full(size, "NaT", dtype="datetime64[us]")
        return cls(wall, np.zeros(size, bool), np.zeros(size, bool), {}, minutes(np.zeros(size)))

    def put(self, positions: npt.NDArray[np.intp], part: "Moments") -> None:
        """Fill ``positions`` with the moments of ``part``, without its remarks."""
        self.wall[positions] = part.wall
        self.in_utc[positions] = part.in_utc
        self.bare[positions] = part.bare
        self.east[positions] = part.east
        self.reasons.update({int(positions[i]): reason for i, reason in part.reasons.items()})


def offset_minutes(zone: str) -> int:
    """Return the minutes east of UTC of ``+02:00`` or ``Z``; NO_OFFSET where there is none such."""
    zone = zone.removeprefix("UTC").removeprefix("GMT")
    if zone[:1] not in ("+", "-"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 15 or minutes > 59:
        return NO_OFFSET
    return (hours * 60 + minutes) * (1 if zone[0] == "+" else -1)


def clock_in(zone: str, utc: Instants) -> Instants:
    """Return what clocks in ``zone`` show at the instants ``utc``."""
    there = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(zone)
    clock: Instants = there.tz_localize(None).as_unit("us").to_numpy()
    return clock


def minutes(numbers: npt.NDArray[Any]) -> Durations:
    """Return the numbers as durations of so many minutes."""
    durations: Durations = numbers.astype(np.int64).astype("timedelta64[m]")
    return durations


def day_of(year: Integers, month: Integers, day: Integers) -> Instants:
    """Return the days as datetime64[D]; a day past the end of its month is in the next one."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days: Instants = months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    return days


def date_exists(year: Integers, month: Integers, day: Integers) -> Flags:
    """Return which of the dates are in the calendar: 2024-02-29 is, 2026-02-30 is not."""
    within = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    days = day_of(year, np.where(within, month, 1), np.where(within, day, 1))
    same_month: Flags = days.astype("datetime64[M]").astype(np.int64) % 12 + 1 == month
    return within & same_month
