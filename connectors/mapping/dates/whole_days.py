"""Columns in which every value is a midnight: they hold days, whatever type carries them.

HubSpot gives a date property as the milliseconds of its midnight in UTC, a date that a database
casts to a timestamp is a midnight, too, and an ad account writes the midnights of its own zone,
with its offset. Read as instants, they would be on the day before in a company west of there. A
server writes those of its zone in UTC (22:00Z in Berlin's summer): the source's ``time_zone`` makes
them days, and ``other_midnights`` doubts them without it. That an instant is a midnight by chance
happens once in 86,400, so that one value is enough; the settings (``instants``) decide otherwise.
"""

import numpy as np

from connectors.mapping.cells import Remark
from connectors.mapping.dates.moments import Durations, Flags, Instants, Moments, clock_in

_SUMMER_TIME = np.timedelta64(60, "m")
_FEW = 2
_SHARE = 0.1
"""At least so many midnights, and so large a share of them among times, is no chance."""


def whole_days(found: Moments, time_zone: str, as_instants: bool = False) -> Instants:
    """Return the day that each moment stands for, as datetime64[D]; NaT where it is an instant.

    A bare date stands for one; so does each midnight where all are midnights, in UTC, on the
    clocks of the one zone that they are written in, or on those of ``time_zone``, the zone of the
    column's times, unless ``as_instants``.
    """
    known = ~np.isnat(found.wall)
    clocks = [found.wall]
    if _are_of_one_zone(found.east[known & found.in_utc]):
        clocks.append(found.wall + found.east)
    if found.in_utc.any() and not as_instants and are_at_half_hours(found.wall[known]):
        zoned = np.where(found.in_utc, clock_in(time_zone, found.wall), found.wall)
        clocks.append(zoned)
    for clock in clocks:
        if not as_instants and is_midnight(clock[known]).all():
            return clock.astype("M8[D]")
    return np.where(found.bare, found.wall.astype("M8[D]"), np.datetime64("NaT", "D"))


def _are_of_one_zone(east: Durations) -> bool:
    """Whether the offsets differ by no more than summer time does."""
    return not len(east) or bool(east.max() - east.min() <= _SUMMER_TIME)


def as_days_remark(found: Moments, changed: Flags, column: str, time_zone: str) -> Remark | None:
    """What to say of the midnights that were read as days where instants would differ."""
    changed = changed & ~found.bare & ~np.isnat(found.wall)
    if not changed.any():
        return None
    zone = "midnight"
    if found.in_utc[changed].all():
        zone = f"midnight in {time_zone}, the zone of the source"
        if is_midnight(found.wall[changed]).all():
            zone = "midnight in UTC"
        elif is_midnight((found.wall + found.east)[changed]).all():
            zone = "midnight of the offset that is written"
    return Remark(
        tuple(np.flatnonzero(changed).tolist()),
        f"are at {zone}, as is every value of the column, and were read as days",
        f'Where they are instants, set instants = ["{column}"].',
    )


def among_times_remark(found: Moments, days_there: Instants, as_days: Instants) -> Remark | None:
    """What to say where some midnights in UTC stand among times and so fall on the day before.

    days_there: the day of each moment in the company's zone. as_days: of :func:`whole_days`.
    """
    zoned = found.in_utc & ~np.isnat(found.wall) & np.isnat(as_days)
    midnight = zoned & is_midnight(found.wall)
    shifted = midnight & (days_there != found.wall.astype("M8[D]"))
    if shifted.sum() < max(_FEW, _SHARE * zoned.sum()) or midnight.sum() == zoned.sum():
        return None
    return Remark(
        tuple(np.flatnonzero(shifted).tolist()),
        "are midnights in UTC among times, so that they were read as instants of the day before",
        "If they are days, correct the source: give them without a time.",
        is_doubt=True,
    )


def are_at_half_hours(clock: Instants) -> bool:
    """Whether all are at a full or a half hour, as the midnights of nearly all zones are in UTC."""
    return bool(((clock.astype(np.int64) % 1_800_000_000) == 0).all())


def is_midnight(clock: Instants) -> Flags:
    """Return which of the times are 00:00."""
    midnight: Flags = clock == clock.astype("M8[D]")
    return midnight
