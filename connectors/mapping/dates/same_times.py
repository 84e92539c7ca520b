"""Columns in which every value is at one time of day, or at midnights that lost their zone.

JavaScript and Apps Script write days as noon in UTC, others as the last second of a day: in a
company far away they are of another day. A program that turns days into UTC and leaves the zone out
writes 22:00 and 23:00 for the midnights of Berlin. A job that runs once a day looks the same, so
both are doubts.
"""

import re
from collections.abc import Collection

import numpy as np

from connectors.mapping.cells import Remark
from connectors.mapping.dates.moments import Instants, Moments, clock_in
from connectors.mapping.dates.whole_days import are_at_half_hours, is_midnight
from kpis.display import listed

FEW_DAYS = 4
"""On fewer days one time may be chance."""
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=\D)")


def day_format_of(texts: Collection[str], values: int) -> str:
    """Return the date_format that reads texts of one time as days, "" where they are not of one.

    values: how many the column has, of which all must be texts.
    """
    first = next(iter(texts), "")
    end = first[10:]
    if not _ISO_DAY.match(first) or len(texts) < values or "%" in end:
        return ""
    return f"%Y-%m-%d{end}" if all(text[10:] == end for text in texts) else ""


def one_time_remark(
    found: Moments, clock: Instants, as_days: Instants, column: str
) -> Remark | None:
    """What to say where every value is at one time of day, as it is written, and days are others.

    clock: what clocks show in the company's zone. as_days: of ``whole_days``.
    """
    known = ~np.isnat(found.wall)
    if is_midnight(clock[known]).all():
        return None
    written = found.wall[known] + np.where(found.in_utc[known], found.east[known], 0)
    days = written.astype("M8[D]")
    times = np.unique(written - days)
    if len(times) != 1 or len(np.unique(days)) < FEW_DAYS or not np.isnat(as_days[known]).all():
        return None
    shifted = known.copy()
    shifted[known] = days != clock[known].astype("M8[D]")
    if not shifted.any():
        return None
    time = str(days[0] + times[0])[11:]
    shown = time.removesuffix("000").removesuffix(".000").removesuffix(":00")
    way = (
        f'set date_format = {{ {column} = "{found.day_format}" }}'
        if found.day_format
        else "let a query write their day alone"
    )
    return Remark(
        tuple(np.flatnonzero(shifted).tolist()),
        f"are at {shown}, as is every value of the column, which may hold days, and were read as "
        "instants of the day before or after",
        f'Where they are days, {way}; where they are instants, set instants = ["{column}"].',
        is_doubt=True,
    )


def lost_zone_remark(
    found: Moments, days_there: Instants, company_zone: str, column: str
) -> Remark | None:
    """What to say where times without a zone are all midnights of the company's zone in UTC.

    days_there: the day of each moment in the company's zone.
    """
    known = ~np.isnat(found.wall)
    written = found.wall[known]
    if found.in_utc.any() or found.bare.any() or not are_at_half_hours(written):
        return None
    clock = clock_in(company_zone, written)
    days = clock.astype("M8[D]")
    if not is_midnight(clock).all() or len(np.unique(days)) < FEW_DAYS:
        return None
    shifted = known.copy()
    shifted[known] = days != days_there[known]
    if not shifted.any():
        return None
    hours = listed(sorted({str(time)[11:16] for time in np.unique(written)}))
    return Remark(
        tuple(np.flatnonzero(shifted).tolist()),
        f"are at {hours} without a zone, as is every value of the column: in UTC these are the "
        f"midnights of {company_zone}, of days of which the zone was left out",
        'Where they are, set time_zone = "UTC" on the source; where they are times, set '
        f'instants = ["{column}"].',
        is_doubt=True,
    )
