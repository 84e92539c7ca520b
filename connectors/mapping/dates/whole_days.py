"""Columns in which every value is a midnight: they hold days, whatever type carries them.

HubSpot gives a date property as the milliseconds of its midnight in UTC, and a date that a
database casts to a timestamp is a midnight, too. Read as instants, they would be on the day before
west of Greenwich. That an instant is a midnight by chance happens once in 86,400, so that one
value is enough; the settings (``instants``) decide otherwise.
"""

import numpy as np

from connectors.mapping.cells import Remark
from connectors.mapping.dates.moments import Flags, Instants, Moments

_FEW = 2
_SHARE = 0.1
"""At least so many midnights, and so large a share of them among times, is no chance."""


def are_whole_days(found: Moments) -> Flags:
    """Return which moments stand for a day: bare dates, and midnights where all are midnights."""
    midnight = _is_midnight(found)
    known = ~np.isnat(found.wall)
    return found.bare | (known & bool(midnight[known].all()))


def as_days_remark(found: Moments, changed: Flags, column: str) -> Remark | None:
    """What to say of the midnights that were read as days where instants would differ."""
    changed = changed & ~found.bare & ~np.isnat(found.wall)
    if not changed.any():
        return None
    zone = "midnights in UTC" if found.in_utc[changed].all() else "midnights"
    return Remark(
        tuple(np.flatnonzero(changed).tolist()),
        f"are {zone}, as is every value of the column, and were read as days",
        f'Where they are instants, set instants = ["{column}"].',
    )


def among_times_remark(found: Moments, days_there: Instants) -> Remark | None:
    """What to say where some midnights in UTC stand among times and so fall on the day before.

    days_there: the day of each moment in the company's zone.
    """
    zoned = found.in_utc & ~np.isnat(found.wall)
    midnight = zoned & _is_midnight(found)
    shifted = midnight & (days_there != found.wall.astype("M8[D]"))
    if shifted.sum() < max(_FEW, _SHARE * zoned.sum()) or midnight.sum() == zoned.sum():
        return None
    return Remark(
        tuple(np.flatnonzero(shifted).tolist()),
        "are midnights in UTC among times, so that they were read as instants of the day before",
        "If they are days, correct the source: give them without a time.",
        is_doubt=True,
    )


def _is_midnight(found: Moments) -> Flags:
    midnight: Flags = found.wall == found.wall.astype("M8[D]")
    return midnight
