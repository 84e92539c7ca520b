"""Texts, and numbers that stand for texts, in the strptime format that the settings give."""

import re
import time
from calendar import month_name
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Parsed, Remark
from connectors.mapping.dates.half_days import in_english, other_half
from connectors.mapping.dates.moments import Flags, Moments, minutes, offset_minutes
from connectors.mapping.dates.numbers import Numbers, counted, is_plausible_serial
from connectors.mapping.dates.other_forms import rearranged
from connectors.mapping.dates.refusals import TIME_ALONE, is_time_alone
from connectors.mapping.header_words import header_words
from connectors.mapping.invisible_characters import plainly_spaced
from kpis.errors import MappingError

_WIDTHS = {"Y": 4, "G": 4, "y": 2, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "j": 3, "V": 2}
_HALF_DAY = re.compile(r"([AaPp])\.?\s?([Mm])\.?(?![^\W\d_])")
_AS_FLOAT = re.compile(r"(\d+)\.0+")
"""``20261020.0``: one blank cell makes floats of a column of numbers."""
_HOURS_EAST = re.compile(r"(:\d\d(?:[.,]\d+)?\s?[-+]\d\d)$")
"""The offset of PostgreSQL, ``21:05:00+02``, which ``%z`` does not read without minutes."""
_OFFSET = re.compile(r"[-+]\d\d:?\d\d$")
_DIRECTIVE = re.compile("%[A-Za-z]")
_WEEKS, _DAYS = {"%V", "%W", "%U"}, {"%d", "%e", "%j"}
_PERIOD = re.compile(
    r"\b(?:(?:posting|fiscal|accounting|financial|gl) ?(?:periods?|months?)|fp|periods?|perioden?"
    r"|(?:buchungs|rechnungs|abrechnungs|gesch(?:ä|ae)fts|fiskal)(?:periode|monat)"
    r"|p[eé]riodes? (?:comptable|fiscale)|per[ií]odo (?:contable|fiscal|cont[aá]bil)"
    r"|mes fiscal|mois fiscal|boekperiode|okres (?:obrachunkowy|księgowy))\b"
)
_FISCAL = re.compile(r"\b(?:fiscal|retail|financial|fw|fy|fyw|fywk|4 ?[45] ?[45])\b")
_FIRST, _AFTER = np.datetime64("1900-01-01"), np.datetime64("2201-01-01")


def fitting(texts: Sequence[str], date_format: str, where: str) -> Moments:
    """Return the moments of ``texts`` in the strptime format ``date_format``.

    A text that does not fit is tried as it is read without a format: ``13.10.2026 21.05`` fits
    ``%d.%m.%Y %H:%M``, which the error on an open order advises.

    Raises MappingError when that is no such format, or one without a year.
    """
    found = _as_written(texts, date_format, where)
    unfit = np.array(sorted(found.reasons), dtype=np.intp)
    plain = plainly_spaced(pa.array([texts[at] for at in unfit], pa.string()))
    usual = rearranged(plain)
    differs = pc.not_equal(plain, usual)
    again = unfit[differs.to_numpy(zero_copy_only=False).astype(bool)]
    if len(again):
        for at in again.tolist():
            del found.reasons[at]
        found.put(again, _as_written(usual.filter(differs).to_pylist(), date_format, where))
    return found


def _as_written(texts: Sequence[str], date_format: str, where: str) -> Moments:
    """The moments of texts that fit the format as they are.

    Raises MappingError when that is no such format, or one without a year.
    """
    directives = {date_format[i + 1] for i, c in enumerate(date_format[:-1]) if c == "%"}
    zoned = not directives.isdisjoint("zZ")
    pattern, written = _as_parsed(texts, date_format, directives)
    try:
        read = pd.to_datetime(
            pd.Series(written, dtype=object), format=pattern, errors="coerce", utc=zoned
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
    wall[[_is_misread(text, pattern, directives) for text in written]] = np.datetime64("NaT")
    timed = not directives.isdisjoint("HIMSfpTXcs")
    reasons = {
        position: _unfit(texts[position], date_format)
        for position in np.flatnonzero(np.isnat(wall)).tolist()
    }
    return Moments(
        wall,
        np.full(len(texts), zoned),
        np.full(len(texts), not timed),
        reasons,
        minutes(np.array([_offset_at_end(text) if zoned else 0 for text in written])),
    )


def _as_parsed(
    texts: Sequence[str], date_format: str, directives: set[str]
) -> tuple[str, list[str]]:
    """The format and the texts as the parser underneath takes them.

    Spaces that nobody sees count as one. In a format of digits alone, such as ``%d%m%Y``, a text
    that lost its first zero is filled up: 1112026 is 1 November, never 11 January; one that became
    a float, ``20261020.0``, is that number. A week without a day, ``%G-W%V``, is its Monday.
    """
    pattern = str(plainly_spaced(pa.array([date_format]))[0].as_py())
    written = [str(text) for text in plainly_spaced(pa.array(texts, pa.string())).to_pylist()]
    if "p" in directives:
        english = in_english(pa.array(written, pa.string())).to_pylist()
        written = [_HALF_DAY.sub(r"\1\2", str(text)) for text in english]
    if "z" in directives:
        written = [_HOURS_EAST.sub(r"\1:00", text) for text in written]
    if width := _width(pattern):
        written = [_AS_FLOAT.sub(r"\1", t) if _AS_FLOAT.fullmatch(t) else t for t in written]
        written = [t.zfill(width) if t.isdecimal() else t for t in written]
    if "V" in directives and directives.isdisjoint("uwaA"):
        pattern, written = f"{pattern} %u", [f"{text} 1" for text in written]
    return pattern, written


def _unfit(text: str, date_format: str) -> str:
    """Why a text that is not in the format is refused."""
    if is_time_alone(text):
        return TIME_ALONE
    other = other_half(text) if "%p" in date_format else None
    return other or f"does not fit the date_format '{date_format}'"


def _offset_at_end(text: str) -> int:
    offset = _OFFSET.search(text)
    return offset_minutes(offset[0]) if offset else 0


def fitting_numbers(
    values: Numbers, texts: Sequence[str], date_format: str, serial: bool, where: str
) -> Moments:
    """Return the moments of numbers where texts are in ``date_format``.

    A number that fits is read by the format (20261001 by ``%Y%m%d``). One that does not is a date
    of the spreadsheet, if ``serial`` and from 1927 to 2199. Refused where it is both.
    """
    found = fitting(texts, date_format, where)
    if not serial:
        return found
    fits: Flags = (found.wall >= _FIRST) & (found.wall < _AFTER)
    plausible = is_plausible_serial(values)
    dates = counted(values, "serial")
    for position in np.flatnonzero(plausible).tolist():
        if not fits[position]:
            found.wall[position] = dates.wall[position]
            found.bare[position] = found.in_utc[position] = False
            found.reasons.pop(position, None)
        elif found.wall[position] != dates.wall[position]:
            by_format, by_serial = (str(m.wall[position])[:10] for m in (found, dates))
            found.wall[position] = np.datetime64("NaT")
            found.reasons[position] = (
                f"reads both ways: {by_format} by date_format, {by_serial} as a date of the "
                'spreadsheet; write it as text, or set date_format = "serial"'
            )
    return found


def fiscal_periods(
    parsed: Parsed, header: str, date_format: str | None, year_starts: int
) -> list[Remark]:
    """Return what to say of weeks or months of a fiscal year that the settings read as the year's.

    year_starts: the month in which the company's fiscal year does; from January on its months are
    those of the year.
    """
    words, directives = header_words(header), set(_DIRECTIVE.findall(date_format or ""))
    begins = f" (the company's begins in {month_name[year_starts]})" if year_starts > 1 else ""
    if _WEEKS & directives and _FISCAL.search(words):
        unit = "week"
    elif begins and "%m" in directives and not _DAYS & directives and _PERIOD.search(words):
        unit = "month"
    else:
        return []
    read = np.flatnonzero(parsed.values.is_valid().to_numpy(zero_copy_only=False))
    remark = Remark(
        tuple(read.tolist()),
        f"were read by date_format '{date_format}' as {unit}s of the calendar year, but the header "
        f"'{header}' names fiscal ones, which count from the start of the fiscal year{begins}",
        f"If so, put the day on which each {unit} begins into the source, and map that: no "
        f"date_format reads fiscal {unit}s. If they are the calendar's, rename the header.",
        is_doubt=True,
    )
    return [remark]


def _width(pattern: str) -> int | None:
    """How many digits a format of digits alone has, else None."""
    directives = re.fullmatch(r"(?:%[A-Za-z])+", pattern)
    letters = pattern[1::2] if directives else ""
    if not letters or any(letter not in _WIDTHS for letter in letters):
        return None
    return sum(_WIDTHS[letter] for letter in letters)


def _is_misread(text: str, pattern: str, directives: set[str]) -> bool:
    """Whether the parser underneath takes ``text`` for a date that it is not."""
    # It takes "now" and "today" for dates, whatever the format says.
    if not any(c.isdigit() for c in text):
        return True
    # CET is summer time to it in summer, EST never.
    if "Z" in directives and not re.search(r"UTC|GMT|Z$", text):
        return True
    # It moves a leap second into the next minute, which may be another day.
    if not directives.isdisjoint("STXc") and ("60" in text or "61" in text):
        try:
            return time.strptime(text, pattern).tm_sec > 59
        except ValueError:
            return False
    return False
