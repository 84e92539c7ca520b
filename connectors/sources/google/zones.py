"""Doubts on the zone of a spreadsheet's times: they name none, but the spreadsheet has its own."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.sources.header import Wanted, folded
from connectors.sources.raw import RawNote, RawTable

FIRST_DAY = datetime(1899, 12, 30)
"""The day 0 of a spreadsheet's days."""
_SAYS_UTC = re.compile(r"(?:^|[\W_])(?:utc|gmt)(?:$|[\W_])", re.I)


def moment(serial: float) -> datetime:
    """The moment that a serial number is, to the second: its fraction is no exact one."""
    return FIRST_DAY + timedelta(seconds=round(serial * 86_400))


def sheet_zone_notes(
    table: RawTable, wanted: Wanted, own: str, taken: str, source: str
) -> Iterator[RawNote]:
    """Yield a doubt for each column of times that are other instants in the spreadsheet's zone.

    own: the spreadsheet's zone; taken: the one in which its times are taken. source: its name in
    the settings, which set no zone for it. Of a query, each column with times is looked at.
    """
    try:
        zones = ZoneInfo(own), ZoneInfo(taken)
    except (ZoneInfoNotFoundError, ValueError):  # a zone of Google's that this machine lacks
        return
    times_of = folded(wanted.times)
    for at, header in enumerate(map(str, table.frame.columns)):
        if not wanted.is_for_query and not folded([header]) <= times_of:
            continue
        found = [one for cell in table.frame.iloc[:, at] if (one := _time(cell)) is not None]
        here, there = ([one.replace(tzinfo=zone).utcoffset() for one in found] for zone in zones)
        other = [one for one, a, b in zip(found, here, there, strict=True) if a != b]
        if other and not _SAYS_UTC.search(header):
            yield RawNote(
                rows=len(other),
                what=f"were taken in {taken}, but the spreadsheet's own zone is {own}",
                at=at,
                examples=tuple(f"{one:%Y-%m-%d %H:%M}" for one in other[:3]),
                remedy=f'Set time_zone = "{own}" under [sources.{source}], or "{taken}" if these '
                "times are of there.",
                is_doubt=True,
            )


def _time(cell: Any) -> datetime | None:
    """The moment of a cell with a time of day, else None."""
    if isinstance(cell, float) and cell > 1 and not cell.is_integer():
        cell = moment(cell) if cell < 2_958_466 else None  # which is the year 10,000
    return cell if isinstance(cell, datetime) and cell.time() != time() else None
