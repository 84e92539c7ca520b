"""From which value of ``updated_at`` on rows are read, so that none is missed.

A transaction writes the time at which it began, and may be seen minutes later: the next read begins
before the newest time of the last one. A time that names no zone may be set back an hour in autumn,
and a text is compared by its day alone, for it may be written with any zone. A time in the future
is of a clock that is wrong, and says nothing about what was changed after it.
"""

import contextlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from connectors.sources.changed.exact_cells import cells_of, is_of_objects
from connectors.sources.changed.kept import NeverKept

OVERLAP = timedelta(minutes=10)
"""How much later than the time that it wrote a change may be seen."""
_CLOCK_CHANGE = timedelta(hours=1)
_DAYS_OF_TEXT = timedelta(days=2)
"""Between the days of one moment in two zones, and the overlap."""
_DAY = timedelta(days=1)
_DATE_FIRST = r"^\d{4}-\d{2}-\d{2}"
_EPOCH = range(10**9, 10**10)
"""Seconds since 1970 of the years 2001 to 2286."""

Since = datetime | date | int | Decimal | str


def since_of(table: pa.Table, stamp: str, now: datetime, time_zone: str) -> Since | None:
    """Return the value from which rows are read next; None where there is no row.

    table: of ``exact_cells``. stamp: the name of its column that says when a row was changed. now:
    when it was read. time_zone: that of times that name none.

    Raises NeverKept where the column holds no times that can be compared.
    """
    cells, here = table[stamp], now.astimezone(ZoneInfo(time_zone))
    if not len(cells):
        return None
    if cells.null_count == len(cells):
        raise NeverKept(f"since column '{stamp}' is blank in each of them")
    if is_of_objects(table, stamp):
        numbers = [cell for cell in cells_of(table, stamp) if cell is not None]
        if all(isinstance(number, Decimal) and number.is_finite() for number in numbers):
            return _since_number(numbers, now)
        raise NeverKept(f"since column '{stamp}' holds values of several types or zones")
    if types.is_timestamp(cells.type):
        time: datetime = _newest(cells, now if cells.type.tz else here.replace(tzinfo=None))
        return time - (OVERLAP if cells.type.tz else OVERLAP + _CLOCK_CHANGE)
    if types.is_date32(cells.type):
        day: date = _newest(cells, here.date())
        return day - _DAY
    if types.is_integer(cells.type):
        return _since_number(pc.unique(cells).drop_null().to_pylist(), now)
    if types.is_string(cells.type) and pc.all(pc.match_substring_regex(cells, _DATE_FIRST)).as_py():
        newest = _newest(cells, (here.date() + _DAY).isoformat())
        with contextlib.suppress(ValueError):  # a 30th of February
            return (date.fromisoformat(newest[:10]) - _DAYS_OF_TEXT).isoformat()
    raise NeverKept(f"since column '{stamp}' holds no times, such as 2026-11-23 09:00")


def bound(since: Since, dialect: str) -> Since:
    """Return ``since`` as the driver of a database must be given it."""
    if isinstance(since, datetime) and since.tzinfo and dialect in ("mysql", "mariadb"):
        return since.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)  # that of the session
    return since


def _newest(cells: "pa.ChunkedArray[Any]", latest: Any) -> Any:
    """The newest value up to ``latest``, the present; that itself where all are in the future."""
    past = cells.filter(pc.less_equal(cells, pa.scalar(latest, cells.type)))
    return pc.max(past).as_py() if len(past) else latest


def _since_number(numbers: Sequence[int | Decimal], now: datetime) -> int | Decimal:
    largest = max(numbers)
    unit = next((u for u in (1, 10**3, 10**6, 10**9) if int(largest // u) in _EPOCH), None)
    if unit is None:
        raise NeverKept("since its numbers count no seconds, nor parts of one, since 1970")
    present = int(now.timestamp()) * unit
    newest = max((number for number in numbers if number <= present), default=present)
    return newest - int(OVERLAP.total_seconds()) * unit
