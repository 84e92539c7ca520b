"""A time zone in a column of its own, as PayPal's log has it: ``16:30:00`` beside ``PDT``."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from connectors.mapping.cells import texts_of
from connectors.mapping.dates import dates
from connectors.mapping.dates.header_zones import header_zone
from connectors.mapping.notes import Note
from connectors.mapping.unmapped.columns import UnmappedColumns
from kpis.display import listed
from kpis.errors import MappingError
from kpis.model import TABLES

_ZONE = re.compile(r"time ?zone|tz|zeitzone|fuseau horaire|(?:zona|huso) horari[oa]|tijdzone")
_TIME = re.compile(r"(?:local )?time(?: of day)?|uhrzeit|heure|hora|ora|tijd|godzina")
_OF_PEOPLE = frozenset(("leads", "customers"))
"""Their time zone is where they live, unless it stands beside a time."""
_BESIDE = 2
_NAMES = {
    "America/Los_Angeles": "PST PDT PT",
    "America/Denver": "MST MDT MT",
    "America/Chicago": "CST CDT CT",
    "America/New_York": "EST EDT ET",
    "Europe/London": "BST",
    "Europe/Berlin": "CET CEST MEZ MESZ",
    "Europe/Athens": "EET EEST",
    "Europe/Moscow": "MSK",
    "Asia/Kolkata": "IST",
    "Asia/Tokyo": "JST",
    "Australia/Sydney": "AEST AEDT",
    "UTC": "UTC Z",
}
_ZONES = {name: zone for zone, names in _NAMES.items() for name in names.split()}
_OFFSET = re.compile(r"\(?(?:GMT|(?:UTC|GMT)? ?([+-]\d{1,2})(?::?(\d\d))?)(?:\).*)?")


def zone_notes(columns: UnmappedColumns, time_zone: str) -> Iterator[Note]:
    """Yield a doubt where a column names another zone than that in which times are taken.

    time_zone: that of the source, else of the company. Each value is a zone (``PDT``,
    ``Europe/Berlin``, ``GMT+2``). None on times that name their zone, or days without times.
    """
    for at, header in columns.headed(_ZONE):
        cells = columns.cells(at)
        texts = texts_of(cells.values)
        if not texts or not all(map(_is_zone, texts)):
            continue
        others = np.array([not _is_of(text, time_zone) for text in texts])
        rows = int(np.append(others, False)[cells.codes].sum())
        for name, time in _without_zone(columns, at) if rows else ():
            named = [f"'{text}'" for text in np.array(texts, dtype=object)[others]]
            kind = "is taken" if time is None else f"is a day without '{time}', taken"
            yield Note(
                table=columns.table,
                column="",
                rows=rows,
                what=f"have {listed(named[:3])} in '{header}', which is not mapped, but {name} "
                f"{kind} in {time_zone}",
                remedy=_remedy(columns, name, time, {_ZONES.get(t.upper(), t) for t in texts}),
                is_doubt=True,
            )


def _without_zone(columns: UnmappedColumns, at: int) -> Iterator[tuple[str, str | None]]:
    """Each mapped column of times that name no zone, or of days with the column of their times."""
    headers = [str(header) for header in columns.raw.frame.columns]
    times = [header for _, header in columns.headed(_TIME)]
    for column in TABLES[columns.table].columns:
        header = columns.called.get(column.name, "")
        if column.kind not in ("time", "day") or not header or header_zone(header):
            continue
        position = headers.index(header)
        if columns.table in _OF_PEOPLE and abs(position - at) > _BESIDE:
            continue
        try:
            found = dates.moments(
                columns.cells(position).values,
                serial_dates=columns.raw.serial_dates,
                date_format=columns.settings.date_format_of(column.name),
                where="",
            )
        except MappingError:
            continue
        wall = found.wall[~np.isnat(found.wall) & ~found.in_utc]
        if (wall != wall.astype("M8[D]")).any():
            yield column.name, None
        elif len(wall) and times:
            yield column.name, times[0]


def _remedy(columns: UnmappedColumns, name: str, time: str | None, zones: set[str]) -> str:
    zone = next(iter(zones)) if len(zones) == 1 else ""
    if not zone or _OFFSET.fullmatch(zone):
        return (
            f"Let a query make {name} a time with its offset from UTC, as in "
            "2026-10-31T16:30:00-07:00."
        )
    line = f'time_zone = "{zone}" under [sources.{columns.settings.source}]'
    if time is None:
        return f"If that is their zone, set {line}."
    both = f"{columns.name(columns.called[name])} || ' ' || {columns.name(time)}"
    query = columns.query(f"*, {both} AS moment")
    return f'Set {query}, columns.{name} = "moment" there, and {line}.'


@cache
def _offsets(zone: str) -> tuple[int, int] | None:
    """Minutes east of UTC in January and July; None where there is no such zone."""
    try:
        there = ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        return None
    january, july = (datetime(2026, month, 1, tzinfo=there).utcoffset() for month in (1, 7))
    return None if january is None or july is None else (january.seconds // 60, july.seconds // 60)


def _named(text: str) -> str:
    """The zone that a text names, "" where it names none."""
    return _ZONES.get(text.upper(), text if "/" in text else "")


def _is_zone(text: str) -> bool:
    named = _named(text)
    return bool(_OFFSET.fullmatch(text) or (named and _offsets(named)))


def _is_of(text: str, zone: str) -> bool:
    """Whether clocks in ``zone`` show what a text that is a zone says, at some time of the year."""
    ours = _offsets(zone)
    if match := _OFFSET.fullmatch(text):
        hours, minutes = int(match[1] or 0), int(match[2] or 0)
        east = hours * 60 + (minutes if hours >= 0 else -minutes)
        return ours is not None and east % (24 * 60) in ours
    return _offsets(_named(text)) == ours
