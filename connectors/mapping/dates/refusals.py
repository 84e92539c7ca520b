"""Why a text or a number is no date, with the date_format that would read it."""

import re

NO_SUCH_DATE = "is not a date or time that exists"
HOUR_24 = f"{NO_SUCH_DATE}: 24:00 is the next day's 00:00, so write it as that"
NOT_UNDERSTOOD = "is not a date that is understood; set date_format"
WORD = "is a word, not a date"
NUMBER = "is a number, not a date"

_SHAPES = tuple(
    (re.compile(shape), reason)
    for shape, reason in (
        (
            r"\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)",
            "has a year of two digits; set date_format, such as "
            '"%d/%m/%y" (day first), "%m/%d/%y" (month first) or "%y-%m-%d"',
        ),
        (
            r"\d{1,2}[-\s./]+[^\W\d_]+[-\s.,/]+'?\d{2}(?!\d)",
            'has a year of two digits; set date_format, such as "%d-%b-%y"',
        ),
        (
            r"\d{4}([-/.])\d{1,2}$",
            'is a month without a day; date_format = "%Y-%m" reads it as the first of it',
        ),
        (
            r"\d{1,2}([-/.])\d{4}$",
            'is a month without a day; date_format = "%m/%Y" reads it as the first of it',
        ),
        (r"[^\W\d_]+[-\s./]+\d{4}$", "is a month without a day"),
        *(
            (f"{shape}$", f'is a week of the year; date_format = "{form}" reads its Monday')
            for shape, form in ((r"\d{4}-W\d{1,2}", "%G-W%V"), (r"\d{4}W\d{1,2}", "%GW%V"))
        ),
        *(
            (f"{shape}$", f'is a day of a week; date_format = "{form}" reads it')
            for shape, form in ((r"\d{4}-W\d\d-\d", "%G-W%V-%u"), (r"\d{4}W\d{3}", "%GW%V%u"))
        ),
        (
            r".*\d{4}.*\D\d{1,2} ?[hH] ?(?:\d{2})?$",
            'has its time in a form that is not read; write the time as 23:30, not as "23h30"',
        ),
        (r"[-+]?inf(?:inity)?$", "is infinity, which is no date"),
    )
)
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?$")
_ROUNDED = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+?\d+$")

_UNITS = (
    ("epoch_s", "seconds"),
    ("epoch_ms", "milliseconds"),
    ("epoch_us", "microseconds"),
    ("epoch_ns", "nanoseconds"),
)
_SECONDS_1971, _SECONDS_2200 = 31_536_000, 7_258_118_400
FIRST_SERIAL, LAST_SERIAL = 10_000, 109_574
"""1927-05-18 and 2199-12-30: lesser numbers in a column of dates are mostly years or counts."""


def refusal(text: str) -> str:
    """Why ``text``, which is in none of the forms that are read, is no date, and what to set."""
    if _PLAIN_NUMBER.match(text):
        return number_refusal(float(text))
    if _ROUNDED.match(text):
        return "was rounded by a spreadsheet, so its date is lost; export it again as a number"
    folded = text.casefold().upper()
    shapes = (reason for shape, reason in _SHAPES if shape.match(text) or shape.match(folded))
    is_word = any(map(str.isalpha, text)) and not any(map(str.isdigit, text))
    return next(shapes, WORD if is_word else NOT_UNDERSTOOD)


def number_refusal(number: float) -> str:
    """Why ``number`` is no date where no date_format says how it counts, and what may be meant."""
    unit = unit_of(number)
    if is_ymd(number):
        return f'{NUMBER}; date_format = "%Y%m%d" reads it'
    if unit:
        return f'{NUMBER}; if it counts {dict(_UNITS)[unit]} since 1970, set date_format = "{unit}"'
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return f'{NUMBER}; if it is the serial number of a spreadsheet, set date_format = "serial"'
    return f'{NUMBER}; set date_format, which may be "%Y%m%d", "epoch_s", "epoch_ms" or "serial"'


def unit_of(number: float) -> str | None:
    """The epoch format in which ``number`` is in the years 1971 to 2199; they never overlap."""
    for power, (unit, _) in enumerate(_UNITS):
        if _SECONDS_1971 <= number / 1000.0**power < _SECONDS_2200:
            return unit
    return None


def other_unit(number: float, date_format: str) -> str | None:
    """Why ``number`` is not counted as ``date_format``: it looks like another unit; else None."""
    unit = unit_of(number)
    if unit in (None, date_format):
        return None
    names = dict(_UNITS)
    return f"looks like {names[unit]} since 1970, not {names[date_format]} (date_format)"


def is_ymd(number: float) -> bool:
    """Whether ``number`` reads as 20261001: year, month and day."""
    day, month, year = number % 100, number // 100 % 100, number // 10_000
    return 1900 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= 31 and number == int(number)
