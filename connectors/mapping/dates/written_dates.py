"""Dates written as text: ISO 8601, day/month/year in either order, names of months and weekdays.

What no form reads, what does not exist, and a time zone that is only a name are refused.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.dates.moments import (
    NO_OFFSET,
    Flags,
    Integers,
    Moments,
    date_exists,
    day_of,
    minutes,
    offset_minutes,
)
from connectors.mapping.dates.month_names import (
    AMBIGUOUS,
    UNKNOWN,
    meanings,
    months_of,
    weekdays_of,
)
from connectors.mapping.dates.order import day_and_month
from connectors.mapping.dates.other_forms import rearranged
from connectors.mapping.dates.refusals import HOUR_24, NO_SUCH_DATE, refusal
from connectors.mapping.invisible_characters import plainly_spaced

_WEEKDAY = r"(?:(?P<weekday>\pL+(?:-feira)?)\.?,?\s+)?"
_NAME = r"(?P<month>\pL{3,})"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|e|\.?[ºª°])?"
_YEAR = "(?P<year>[0-9]{4})"
_OF = "(?:del? |d['’]|of )?"
_TIME = (
    r"(?:(?:[Tt]|,?\s+(?:(?:at|um|à|às|om|alle) )?)"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?(?:\s*Uhr)?"
    r"\s*(?P<zone>Z|z|(?:UTC|GMT)?[+-][0-9]{2}(?::?[0-9]{2})?|[A-Z]{2,5})?"
    r"(?: \([^()]*\))?)?$"
)
"""``at`` in English, German, French, Portuguese, Dutch and Italian; browsers add the zone's name
in brackets to its offset."""
_YEAR_FIRST = (
    rf"{_YEAR}(?P<mark>[-/]|\. ?)(?P<month>[0-9]{{1,2}})(?P<again>[-/]|\. ?)"
    r"(?P<day>[0-9]{1,2})\.?"
)
"""Hungary writes 2026. 10. 13., with a dot after the day; Croatia one after the year, below."""
_YEAR_LAST = (
    r"(?P<first>[0-9]{1,2})(?P<mark>[-/]|\. ?)(?P<second_part>[0-9]{1,2})(?P<again>[-/]|\. ?)"
    rf"{_YEAR}\.?"
)
"""Czechs and Slovaks write 13. 10. 2026."""
_NAMED = (
    rf"{_DAY}[-\s./]+{_OF}{_NAME}[-\s.,/]+{_OF}{_YEAR}\.?",
    rf"{_NAME}[-\s./]+{_DAY}[-\s,/]+{_YEAR}",
    rf"{_YEAR}[-\s./]+{_NAME}[-\s./]+{_DAY}\.?",
)


def understood(texts: Sequence[str], where: str) -> Moments:
    """Return the moments that ``texts``, the distinct texts of one column, stand for.

    Raises MappingError when the order of day and month in numeric dates is unknown.
    """
    moments = Moments.unknown(len(texts))
    array = rearranged(plainly_spaced(pa.array(texts, pa.string())))
    remaining = np.arange(len(texts))
    lettered = pc.any(pc.match_substring_regex(array, "^[^ -@]")).as_py()
    # To look for a weekday where there is none takes twice the time.
    begin = "^" + _WEEKDAY if lettered else "^"
    for shape in (_YEAR_FIRST, _YEAR_LAST, *_NAMED):
        if not len(remaining):
            break
        parts = pc.extract_regex(array.take(remaining), begin + shape + _TIME)
        fits = _numpy(pc.is_valid(parts))
        if shape in (_YEAR_FIRST, _YEAR_LAST):
            same = pc.equal(pc.struct_field(parts, "mark"), pc.struct_field(parts, "again"))
            fits &= _numpy(pc.fill_null(same, False))
        matched, remaining = remaining[fits], remaining[~fits]
        if not len(matched):
            continue
        fields = _Fields(parts.filter(pa.array(fits)))
        if shape == _YEAR_LAST:
            day, month = _numeric_day_and_month(fields, array.take(matched), where)
        else:
            day, month = fields.integer("day"), fields.month(is_named=shape in _NAMED)
        moments.put(matched, _moments(fields.integer("year"), month, day, fields))
    for position in remaining.tolist():
        moments.reasons[position] = refusal(array[position].as_py())
    return moments


_EMPTY, _ZERO = pa.scalar(""), pa.scalar("0")


def _numpy(array: Any) -> npt.NDArray[Any]:
    return np.array(array.to_numpy(zero_copy_only=False))


class _Fields:
    """The named parts of the texts that match one shape, empty where a part is not there."""

    def __init__(self, parts: "pa.Array[Any]") -> None:
        self._parts = parts
        self.reasons: dict[int, str] = {}

    def text(self, name: str) -> "pa.StringArray":
        return cast("pa.StringArray", pc.struct_field(self._parts, name))

    def has(self, name: str) -> Flags:
        return _numpy(pc.not_equal(self.text(name), _EMPTY))

    def integer(self, name: str) -> Integers:
        text = self.text(name)
        text = pc.if_else(pc.equal(text, _EMPTY), _ZERO, text)
        return _numpy(pc.cast(text, pa.int64()))

    def month(self, is_named: bool) -> Integers:
        if not is_named:
            return self.integer("month")
        codes, names = self._factorized("month")
        number = months_of(names)
        for code, name in enumerate(names):
            if number[name] in (AMBIGUOUS, UNKNOWN):
                here = np.flatnonzero(codes == code).tolist()
                self.reasons.update(dict.fromkeys(here, _month_reason(name)))
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

    def is_24(self) -> Flags:
        """Whether the time is 24:00, the end of a day in ISO 8601."""
        later = self.integer("minute") + self.integer("second")
        ends_day: Flags = (self.integer("hour") == 24) & (later == 0)
        return ends_day

    def offset_minutes(self) -> Integers:
        """Minutes east of UTC; beyond a day where there is no such offset."""
        codes, zones = self._factorized("zone")
        for code, zone in enumerate(zones):
            if zone.isalpha() and zone not in _UTC:
                reason = (
                    f"names the time zone '{zone}', and such names are used for several; correct "
                    "the source to write the offset, as in +01:00"
                )
                self.reasons.update(dict.fromkeys(np.flatnonzero(codes == code).tolist(), reason))
        return np.array([offset_minutes(zone) for zone in zones], dtype=np.int64)[codes]

    def check_weekdays(self, days: npt.NDArray[np.datetime64]) -> None:
        """Refuse where the weekday is not that of the day."""
        if self._parts.type.get_field_index("weekday") < 0:
            return
        codes, names = self._factorized("weekday")
        meant = [weekdays_of(name) for name in names]
        weekday = (days.astype("M8[D]").astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
        for position, code in enumerate(codes.tolist()):
            if names[code] and weekday[position] not in meant[code]:
                self.reasons.setdefault(
                    position, f"names the weekday '{names[code]}', which is not that of its date"
                )

    def _factorized(self, name: str) -> tuple[npt.NDArray[np.intp], list[str]]:
        codes, values = pd.factorize(_numpy(self.text(name)))
        return codes, [str(value) for value in values]


_UTC = ("", "Z", "z", "UTC", "GMT")


def _month_reason(name: str) -> str:
    months = meanings(name)
    if not months:
        return f"names the month '{name}', which is none in the languages that are read"
    read = " or ".join(str(month) for month in months)
    return (
        f"names the month '{name}', which is {read} depending on the language; "
        "correct the source to write it as a number"
    )


def _moments(year: Integers, month: Integers, day: Integers, fields: _Fields) -> Moments:
    time, offset = fields.microseconds(), fields.offset_minutes()
    exists = date_exists(year, month, day) & (time >= 0) & (offset != NO_OFFSET)
    days = day_of(
        np.where(exists, year, 1970), np.where(exists, month, 1), np.where(exists, day, 1)
    )
    fields.check_weekdays(np.where(exists, days, np.datetime64("NaT")))
    micro = time - offset * 60_000_000
    wall = days.astype("datetime64[us]") + micro.astype("timedelta64[us]")
    reasons = dict.fromkeys(np.flatnonzero(~exists).tolist(), NO_SUCH_DATE) | fields.reasons
    if not exists.all():
        of_24 = date_exists(year, month, day) & fields.is_24()
        reasons |= dict.fromkeys(np.flatnonzero(of_24).tolist(), HOUR_24)
    wall[list(reasons)] = np.datetime64("NaT")
    return Moments(wall, fields.has("zone"), ~fields.has("hour"), reasons, minutes(offset))


def _numeric_day_and_month(
    fields: _Fields, texts: "pa.Array[Any]", where: str
) -> tuple[Integers, Integers]:
    first, second, year = (fields.integer(name) for name in ("first", "second_part", "year"))

    def examples(mask: Flags, count: int) -> list[str]:
        return [str(text) for text in texts.filter(pa.array(mask))[:count].to_pylist()]

    return day_and_month(first, second, year, examples, where)
