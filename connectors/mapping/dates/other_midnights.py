"""Instants in UTC that are all midnights of some zone: days that a server wrote in its own zone.

A CRM in Berlin writes 20 October as 2026-10-19T22:00:00Z, and 20 November as 23:00Z. In a company
in London they would be of the day before. A job that runs once a day at a full hour looks the same,
so this is a doubt; no other times are all at midnight by chance.
"""

import numpy as np

from connectors.mapping.cells import Remark
from connectors.mapping.dates.moments import Instants, Moments, clock_in
from connectors.mapping.dates.whole_days import are_at_half_hours, is_midnight
from kpis.display import listed

_ZONES = (
    *("Europe/London", "Europe/Berlin", "Europe/Helsinki", "Europe/Moscow", "Asia/Dubai"),
    *("Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo"),
    *("Australia/Brisbane", "Australia/Sydney", "America/Sao_Paulo", "America/Halifax"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Bogota", "America/Mexico_City"),
)
"""One of each offset and summer time where companies are. None of New Zealand: its midnight is noon
in UTC in winter, at which many programs write days so that they are the same nearly everywhere."""
_FEW_DAYS = 4


def other_midnights_remark(
    found: Moments, days_there: Instants, as_days: Instants, column: str
) -> Remark | None:
    """What to say where every value, in UTC, is a midnight of a zone in which days are others.

    days_there: the day of each moment in the company's zone. as_days: of ``whole_days``.
    """
    known = ~np.isnat(found.wall)
    utc = found.wall[known]
    are_in_utc = found.in_utc[known].all() and not found.east[known].astype(np.int64).any()
    if not are_in_utc or not np.isnat(as_days[known]).all() or not are_at_half_hours(utc):
        return None
    if len(np.unique(utc.astype("M8[D]"))) < _FEW_DAYS:
        return None
    for zone in _ZONES:
        clock = clock_in(zone, utc)
        if is_midnight(clock).all() and (clock.astype("M8[D]") != days_there[known]).any():
            hours = listed(sorted({str(time)[11:16] for time in np.unique(utc)}))
            return Remark(
                tuple(np.flatnonzero(known).tolist()),
                f"are at {hours} UTC, as is every value of the column: these are the midnights of "
                f"{zone}, so they may be days",
                f'Where they are days, set time_zone = "{zone}" on the source; where they are '
                f'instants, set instants = ["{column}"].',
                is_doubt=True,
            )
    return None
