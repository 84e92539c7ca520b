"""Why a text or a number is no date, with the date_format that would read it."""

import calendar
import re

from connectors.mapping.dates.half_days import other_half
from connectors.mapping.dates.month_names import meanings
from connectors.mapping.dates.other_origin import EPOCH_D, is_unix_day

NO_SUCH_DATE = "is not a date or time that exists"
HOUR_24 = f"{NO_SUCH_DATE}: 24:00 is the next day's 00:00, so write it as that"
NOT_UNDERSTOOD = "is not a date that is understood; set date_format"
WORD = "is a word, not a date"
NUMBER = "is a number, not a date"
DAY_NUMBER = "is the number of a day, without its month and year; write a full date into each row"

NO_YEAR = (
    "a day without its year; show the column as yyyy-mm-dd in the spreadsheet, and export it again"
)
TWO_DATES = "holds two dates, and a row needs one day; export it by day"
MINGUO = (
    "has a year of three digits, such as 115 of the Minguo calendar, which is 2026; let a query "
    "write years of the common era"
)
_BUDDHIST, _OUR_TIME = 543, range(1980, 2080)
QUARTER = "is a quarter, and a row needs one day; correct the source to write a day"
TIME_ALONE = (
    "is a time without a day; map the column that holds the day, or, if Excel saved it so, export "
    "again without opening the file there, or format the column as yyyy-mm-dd hh:mm and save it"
)
"""Excel shows a moment with milliseconds as minutes, 14:12.0, and a CSV keeps what it shows."""

_DATE = r"(?:\d{1,2}([-/.])\d{1,2}\%d\d{4}|\d{4}([-/.])\d{1,2}\%d\d{1,2})"
_TO = r"(?:\s*[-–—/]\s*|\s[^\W\d_]{1,7}\s)"
_NAME = r"[^\W\d_]{3,}"
_TIME = re.compile(r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?")

_SHAPES = tuple(
    (re.compile(shape), reason)
    for shape, reason in (
        *(
            (shape, TWO_DATES)
            for shape in (
                rf".*?(?<!\d){_DATE % (1, 2)}\D(?:.*\D)?{_DATE % (3, 4)}",
                rf"\d{{1,2}}([-/.])\d{{1,2}}\1(?:\d\d)?{_TO}\d{{1,2}}\1\d{{1,2}}\1\d{{2,4}}$",
                rf"\d{{1,2}}\.?{_TO}\d{{1,2}}([-/.])\d{{1,2}}\1\d{{4}}$",
                rf"\d{{1,2}}\.?(?: {_NAME}\.?(?: \d{{4}})?)?{_TO}\d{{1,2}}\.? {_NAME}\.? \d{{4}}$",
                rf"{_NAME}\.? \d{{1,2}}(?:, \d{{4}})?{_TO}(?:{_NAME}\.? )?\d{{1,2}}, \d{{4}}$",
            )
        ),
        (r"(?:Q[1-4]|[QT][1-4][-\s/']+\d{2}(?:\d{2})?|\d{4}[-\s/]*[QT][1-4])$", QUARTER),
        (r"1\d\d([-/.])\d{1,2}\1\d{1,2}$", MINGUO),
        (
            r"\d{4}([-/.])\d{1,2}$",
            'is a month without a day; date_format = "%Y-%m" reads it as the first of it',
        ),
        (
            r"\d{1,2}([-/.])\d{4}$",
            'is a month without a day; date_format = "%m/%Y" reads it as the first of it',
        ),
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
_YEARLESS = re.compile(
    r"(?:[^\W\d_]+\.?,? )?"
    r"(?:\d{1,2}\.?[-\s./]+(?:de )?(?P<before>[^\W\d_]+)\.?"
    r"|(?P<name>[^\W\d_]+)(?P<mark>\.?[-\s./]+'?)(?P<number>\d{1,2})(?:st|nd|rd|th)?"
    r"|\d{1,2}(?P<numeric>[-/.])\d{1,2}\.?)(?:,?\s\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)?"
)
_NAMED_MONTH = re.compile(r"([^\W\d_]+)([-\s./]+)\d{4}")
_NUMERIC_TWO = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)(?P<rest>.*)")
_NAMED_TWO = re.compile(
    r"\d{1,2}(?P<before>[-\s./]+)(?P<name>[^\W\d_]+)(?P<after>[-\s.,/]+'?)\d{2}(?!\d)(?P<rest>.*)"
)
_CLOCK = re.compile(
    r"(T|,?\s(?:(?:at|um|à|às|om|alle) )?)\d{1,2}([:.])\d{2}(?:(\2\d{2})([.,]\d{1,9})?)?"
    r"(\s?[AaPp]\.?\s?[Mm]\.?)?(\s?Uhr)?(\s?)(?:(UTC|GMT)|((?:UTC|GMT)?)(Z|[-+]\d\d(?::?\d\d)?))?"
)
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d*)?$")
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
        return number_refusal(float(text.replace(",", ".")))
    if _ROUNDED.match(text):
        return "was rounded by a spreadsheet, so its date is lost; export it again as a number"
    if is_time_alone(text):
        return TIME_ALONE
    folded = text.casefold().upper()
    shapes = (reason for shape, reason in _SHAPES if shape.match(text) or shape.match(folded))
    is_word = any(map(str.isalpha, text)) and not any(map(str.isdigit, text))
    known = next(shapes, None) or _two_digit_year(text) or _no_year(text) or other_half(text)
    return known or (WORD if is_word else NOT_UNDERSTOOD)


def year_remedy(year: int, text: str, is_required: bool) -> str:
    """What to do about a date, written as ``text``, in a year that no business is in.

    A required date cannot mean that there is none.
    """
    if year - _BUDDHIST in _OUR_TIME:
        ours = year - _BUDDHIST
        return (
            f": in the Buddhist era that is {ours}; let a query write years of the common era, "
            f"such as REPLACE(…, '{year}', '{ours}')"
        )
    if 1 < year < 100:
        return ": it seems to have lost its century; correct it at the source"
    if is_required:
        return "; correct it at the source"
    return f'; if it means no date, blanks = ["{text}"] reads it as none'


def is_time_alone(text: str) -> bool:
    """Whether ``text`` is a time of day, or minutes and seconds, and nothing else."""
    return _TIME.fullmatch(text) is not None


def _two_digit_year(text: str) -> str | None:
    """Why a date with a year of two digits is refused, with a format of its marks and time."""
    if match := _NUMERIC_TWO.match(text):
        mark, clock = match[1], clock_format(match["rest"])
        day_first, month_first, year_first = (
            f'"{mark.join(order)}{clock}"'
            for order in (("%d", "%m", "%y"), ("%m", "%d", "%y"), ("%y", "%m", "%d"))
        )
        orders = f"{day_first} (day first), {month_first} (month first) or {year_first}"
        return f"has a year of two digits; set date_format, such as {orders}"
    if match := _NAMED_TWO.match(text):
        name = _english(match["name"])
        if name is None:
            return "has a year of two digits; correct the source to write four"
        day = f"%d{match['before']}{name}{match['after']}%y{clock_format(match['rest'])}"
        return f'has a year of two digits; set date_format, such as "{day}"'
    return None


def _no_year(text: str) -> str | None:
    """Why ``20-Oct``, as a spreadsheet shows a date, is refused; ``Oct-26`` may be a month."""
    match = _YEARLESS.fullmatch(text)
    name = (match["before"] or match["name"]) if match else None
    if not match or not (match["numeric"] or meanings(str(name))):
        return _no_day(text)
    if not match["number"]:
        return f"is {NO_YEAR}"
    form = f"{_english(match['name'])}{match['mark']}%y"
    reads = f' (date_format = "{form}" reads its first day)' if _english(match["name"]) else ""
    month = f"is a month with a year of two digits{reads}"
    return month if int(match["number"]) > 31 else f"{month}, or {NO_YEAR}"


def _no_day(text: str) -> str | None:
    """Why ``October 2026`` is refused."""
    match = _NAMED_MONTH.fullmatch(text)
    if not match or not meanings(match[1]):
        return None
    form = f'"{name}{match[2]}%Y"' if (name := _english(match[1])) else None
    reads = f"date_format = {form} reads it as the first of it" if form else "write its first day"
    return f"is a month without a day; {reads}"


def _english(name: str) -> str | None:
    """The directive that reads the name of a month, None where strptime does not know it."""
    lists = {"%b": calendar.month_abbr, "%B": calendar.month_name}
    known = (way for way, names in lists.items() if name.title() in list(names)[1:])
    return next(known, None)


def weekday_format(before: str) -> str:
    """Return the format of what precedes a date: of an English weekday the directive, else ""."""
    word = before.rstrip(" ,.")
    lists = {"%a": calendar.day_abbr, "%A": calendar.day_name}
    ways = (way for way, names in lists.items() if word.title() in list(names))
    return next((f"{way}{before[len(word) :]}" for way in ways), "")


def clock_format(rest: str) -> str:
    """Return the format of the time of day that follows a date, "" where it is none.

    Oracle writes 10.30.00.000000000 PM, with dots and nine digits of a second.
    """
    match = _CLOCK.fullmatch(rest)
    if not match:
        return ""
    gap, mark, second, fraction, half, word, space, named, before, offset = match.groups()
    seconds = (f"{mark}%S" if second else "") + (f"{fraction[0]}%f" if fraction else "")
    end = (f"{' ' if half[0].isspace() else ''}%p" if half else "") + (word or "")
    zone = "%Z" if named else f"{before}%z" if offset else ""
    return f"{gap}{'%I' if half else '%H'}{mark}%M{seconds}{end}{space}{zone}"


def number_refusal(number: float) -> str:
    """Why ``number`` is no date where no date_format says how it counts, and what may be meant."""
    unit = unit_of(number)
    if is_day_number(number):
        return DAY_NUMBER
    if is_ymd(number):
        return f'{NUMBER}; date_format = "%Y%m%d" reads it'
    if unit:
        return f'{NUMBER}; if it counts {dict(_UNITS)[unit]} since 1970, set date_format = "{unit}"'
    if is_unix_day(number):
        return f'{NUMBER}; if it counts days since 1970, set date_format = "{EPOCH_D}"'
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
    names = {**dict(_UNITS), EPOCH_D: "days"}
    return f"looks like {names[unit]} since 1970, not {names[date_format]} (date_format)"


def is_day_number(number: float) -> bool:
    """Whether ``number`` may be a day of the month, as below a title that names the month."""
    return 1 <= number <= 31 and number == int(number)


def is_ymd(number: float) -> bool:
    """Whether ``number`` reads as 20261001: year, month and day."""
    day, month, year = number % 100, number // 100 % 100, number // 10_000
    return 1900 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= 31 and number == int(number)
