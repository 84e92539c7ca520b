"""Dates written as text: ISO 8601, day/month/year in either order, English month names.

Whether ``03/04/2026`` is in March or in April is inferred from the whole column, never guessed.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown
from connectors.mapping.moments import Flags, Integers, Moments, date_exists, day_of
from kpis.errors import MappingError

NOT_UNDERSTOOD = "is not a date that is understood; set date_format"
NO_SUCH_DATE = "is not a date or time that exists"


_NAME = "(?P<month>[A-Za-z]{3,9})"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = "(?P<year>[0-9]{4})"
_TIME = (
    r"(?:(?:[Tt]|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST = (
    rf"^{_YEAR}(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})(?P<again>[-/.])(?P<day>[0-9]{{1,2}})"
)
_YEAR_LAST = (
    rf"^(?P<first>[0-9]{{1,2}})(?P<mark>[-/.])(?P<second_part>[0-9]{{1,2}})(?P<again>[-/.]){_YEAR}"
)
_NAMED = (rf"^{_DAY}[-\s./]+{_NAME}[-\s.,/]+{_YEAR}", rf"^{_NAME}[-\s./]+{_DAY}[-\s,/]+{_YEAR}")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBER = {name: n for n, name in enumerate(_MONTHS, 1)}
_MONTH_NUMBER |= {name[:3]: n for name, n in _MONTH_NUMBER.items()} | {"sept": 9}


def understood(texts: Sequence[str], where: str) -> Moments:
    """Return the moments that ``texts``, the distinct texts of one column, stand for.

    Raises MappingError when nothing decides the order of day and month in numeric dates.
    """
    moments = Moments.unknown(len(texts))
    array = pa.array(texts, pa.string())
    remaining = np.arange(len(texts))
    for shape in (_YEAR_FIRST, _YEAR_LAST, *_NAMED):
        parts = pc.extract_regex(array.take(remaining), shape + _TIME + "$")
        fits = _numpy(pc.is_valid(parts))
        if shape in (_YEAR_FIRST, _YEAR_LAST):
            same = pc.equal(pc.struct_field(parts, "mark"), pc.struct_field(parts, "again"))
            fits &= _numpy(pc.fill_null(same, False))
        matched, remaining = remaining[fits], remaining[~fits]
        if not len(matched):
            continue
        fields = _Fields(parts.filter(pa.array(fits)))
        if shape == _YEAR_LAST:
            day, month = _day_and_month(fields, array.take(matched), where)
        else:
            day, month = fields.integer("day"), fields.month()
        moments.put(matched, _moments(fields.integer("year"), month, day, fields))
    moments.reasons.update(dict.fromkeys(remaining.tolist(), NOT_UNDERSTOOD))
    return moments


_EMPTY, _ZERO = pa.scalar(""), pa.scalar("0")


def _numpy(array: Any) -> npt.NDArray[Any]:
    return np.array(array.to_numpy(zero_copy_only=False))


class _Fields:
    """The named parts of the texts that match one shape, empty where a part is not there."""

    def __init__(self, parts: "pa.Array[Any]") -> None:
        self._parts = parts

    def text(self, name: str) -> "pa.StringArray":
        return cast("pa.StringArray", pc.struct_field(self._parts, name))

    def has(self, name: str) -> Flags:
        return _numpy(pc.not_equal(self.text(name), _EMPTY))

    def integer(self, name: str) -> Integers:
        text = self.text(name)
        text = pc.if_else(pc.equal(text, _EMPTY), _ZERO, text)
        return _numpy(pc.cast(text, pa.int64()))

    def month(self) -> Integers:
        codes, names = pd.factorize(_numpy(self.text("month")))
        number = {n: int(n) if n.isdigit() else _MONTH_NUMBER.get(n.casefold(), 0) for n in names}
        return np.array([number[n] for n in names], dtype=np.int64)[codes]

    def microseconds(self) -> Integers:
        """The time of day; negative where there is no such time."""
        hour, minute, second = (self.integer(name) for name in ("hour", "minute", "second"))
        half = _numpy(pc.utf8_lower(pc.utf8_slice_codeunits(self.text("half"), 0, 1)))
        twelve = half != ""
        impossible = (minute > 59) | (second > 59) | (hour > 23)
        impossible |= twelve & ((hour < 1) | (hour > 12))
        hour = np.where(twelve, hour % 12 + 12 * (half == "p"), hour)
        fraction = pc.utf8_rpad(pc.utf8_slice_codeunits(self.text("fraction"), 0, 6), 6, "0")
        micro = _numpy(pc.cast(fraction, pa.int64()))
        return np.where(impossible, -1, ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro)

    def offset_minutes(self) -> Integers:
        """Minutes east of UTC; beyond a day where there is no such offset."""
        codes, zones = pd.factorize(_numpy(self.text("zone")))
        return np.array([_offset(zone) for zone in zones], dtype=np.int64)[codes]


_NO_OFFSET = 10_000


def _offset(zone: str) -> int:
    if zone[:1] not in ("+", "-"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 15 or minutes > 59:
        return _NO_OFFSET
    return (hours * 60 + minutes) * (1 if zone[0] == "+" else -1)


def _moments(year: Integers, month: Integers, day: Integers, fields: _Fields) -> Moments:
    time, offset = fields.microseconds(), fields.offset_minutes()
    exists = date_exists(year, month, day) & (time >= 0) & (offset != _NO_OFFSET)
    days = day_of(
        np.where(exists, year, 1970), np.where(exists, month, 1), np.where(exists, day, 1)
    )
    micro = time - offset * 60_000_000
    wall = days.astype("datetime64[us]") + micro.astype("timedelta64[us]")
    wall[~exists] = np.datetime64("NaT")
    reasons = dict.fromkeys(np.flatnonzero(~exists).tolist(), NO_SUCH_DATE)
    return Moments(wall, fields.has("zone"), ~fields.has("hour"), reasons)


def _day_and_month(
    fields: _Fields, texts: "pa.Array[Any]", where: str
) -> tuple[Integers, Integers]:
    """Return days and months of ``1/2/2026``, in the order that the column's own values prove."""
    first, second, year = (fields.integer(name) for name in ("first", "second_part", "year"))
    as_day_first = date_exists(year, second, first)
    as_month_first = date_exists(year, first, second)
    proves_day_first = as_day_first & ~as_month_first
    proves_month_first = as_month_first & ~as_day_first
    both_ways = as_day_first & as_month_first & (first != second)

    def examples(mask: Flags, count: int) -> list[str]:
        return [str(text) for text in texts.filter(pa.array(mask))[:count].to_pylist()]

    if proves_day_first.any() and proves_month_first.any():
        day_first, month_first = examples(proves_day_first, 1), examples(proves_month_first, 1)
        raise MappingError(
            f"{where}: its dates are written in two orders: '{shown(day_first[0])}' has the day "
            f"first, '{shown(month_first[0])}' has the month first. Correct the source, or set "
            f"date_format, {_formats(day_first[0])}; dates that do not fit it are then rejected."
        )
    if proves_day_first.any():
        return first, second
    if both_ways.any() and not proves_month_first.any():
        shown_texts = examples(both_ways, 2)
        read = "; ".join(
            f"'{shown(text)}' is {_long(y, s, f)} or {_long(y, f, s)}"
            for text, y, f, s in zip(
                shown_texts, year[both_ways], first[both_ways], second[both_ways], strict=False
            )
        )
        raise MappingError(
            f"{where}: its dates read both ways, day first or month first, and no value shows "
            f"which: {read}. Set date_format, {_formats(shown_texts[0])}."
        )
    return second, first


def _long(year: int, month: int, day: int) -> str:
    return f"{day} {_MONTHS[month - 1].capitalize()} {year}"


def _formats(text: str) -> str:
    """The two strptime formats that ``text`` may be written in."""
    mark = next(character for character in text if character in "-/.")
    time = ""
    if ":" in text:
        clock = "%H:%M" if text[-1].isdigit() else "%I:%M"
        time = f" {clock}{':%S' if text.count(':') > 1 else ''}"
        time += "" if text[-1].isdigit() else " %p"
    day_first, month_first = (mark.join(order) + time for order in (_DMY, _MDY))
    return f'"{day_first}" (day first) or "{month_first}" (month first)'


_DMY, _MDY = ("%d", "%m", "%Y"), ("%m", "%d", "%Y")


def fitting(texts: Sequence[str], date_format: str, where: str) -> Moments:
    """Return the moments of ``texts`` in the strptime format ``date_format``.

    Raises MappingError when that is no such format, or one without a year.
    """
    directives = {date_format[i + 1] for i, c in enumerate(date_format[:-1]) if c == "%"}
    zoned = not directives.isdisjoint("zZ")
    try:
        read = pd.to_datetime(
            pd.Series(texts, dtype=object), format=date_format, errors="coerce", utc=zoned
        )
    except ValueError as error:
        raise MappingError(
            f"{where}: date_format '{date_format}' is not a strptime format ({error}). "
            f'Write one such as "%d/%m/%Y" or "%Y-%m-%d %H:%M:%S".'
        ) from None
    if directives.isdisjoint("YyG"):
        raise MappingError(
            f"{where}: date_format '{date_format}' names no year, such as %Y. "
            f'Write one such as "%d/%m/%Y" or "%Y-%m-%d %H:%M:%S".'
        )
    wall = pd.DatetimeIndex(read).tz_localize(None).as_unit("us").to_numpy().copy()
    # The parser takes "now" and "today" for dates whatever the format says.
    wall[[not any(c.isdigit() for c in text) for text in texts]] = np.datetime64("NaT")
    timed = not directives.isdisjoint("HIMSfpTX")
    reason = f"does not fit the date_format '{date_format}'"
    return Moments(
        wall,
        np.full(len(texts), zoned),
        np.full(len(texts), not timed),
        dict.fromkeys(np.flatnonzero(np.isnat(wall)).tolist(), reason),
    )
