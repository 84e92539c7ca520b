"""Whether ``03/04/2026`` is in March or in April: inferred from the whole column, never guessed."""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Remark, shown
from connectors.mapping.dates.moments import Flags, Instants, Integers, Moments, date_exists
from connectors.mapping.dates.month_names import meanings
from connectors.mapping.dates.refusals import clock_format, weekday_format
from kpis.errors import MappingError

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DMY, _MDY = ("%d", "%m"), ("%m", "%d")
_NUMERIC = re.compile(r"(\d{1,2})([-/]|\. ?)(\d{1,2})\2(\d{4}|\d\d)(?!\d)(\.?)(.*)")
_YEAR_FIRST = re.compile(r"\d{4}([-/.])\d{1,2}\1\d")
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})[-\s./]+)?(?P<name>[^\W\d_]{3,})\.?"
    r"(?:[-\s./]+(?P<behind>\d{1,2}),?)?[-\s./',]+(?P<year>\d{4}|\d\d)(?!\d)"
)
_EXCHANGED = "a spreadsheet seems to have read them with day and month exchanged"
_FEW = 3
"""Twelve of thirty days are up to the twelfth: three texts of each form, as people mix them, are
all on their sides by chance once in 70 columns. Of typed dates beside texts one is enough."""


def day_and_month(
    first: Integers,
    second: Integers,
    year: Integers,
    texts: Callable[[Flags, int], list[str]],
    where: str,
) -> tuple[Integers, Integers]:
    """Return days and months of ``1/2/2026``, in the order that the column's own values prove.

    first, second, year: the numbers of each text. texts: the first few texts of a mask, to show.

    Raises MappingError where the column proves both orders, or none.
    """
    as_day_first = date_exists(year, second, first)
    as_month_first = date_exists(year, first, second)
    proves_day_first = as_day_first & ~as_month_first
    proves_month_first = as_month_first & ~as_day_first
    both_ways = as_day_first & as_month_first & (first != second)
    if proves_day_first.any() and proves_month_first.any():
        (day_first,), (month_first,) = texts(proves_day_first, 1), texts(proves_month_first, 1)
        raise MappingError(
            f"{where}: its dates are written in two orders: '{shown(day_first)}' has the day "
            f"first, '{shown(month_first)}' has the month first. Correct the source, or set "
            f"date_format, {_formats(day_first)}; dates that do not fit it are then rejected."
        )
    if proves_day_first.any():
        return first, second
    if both_ways.any() and not proves_month_first.any():
        examples = texts(both_ways, 2)
        read = "; ".join(
            f"'{shown(text)}' is {_long(y, s, f)} or {_long(y, f, s)}"
            for text, y, f, s in zip(
                examples, year[both_ways], first[both_ways], second[both_ways], strict=False
            )
        )
        raise MappingError(
            f"{where}: its dates read both ways, day first or month first, and no value shows "
            f"which: {read}. Set date_format, {_formats(examples[0])}."
        )
    return second, first


def _long(year: int, month: int, day: int) -> str:
    return f"{day} {_MONTHS[month - 1]} {year}"


def both_formats(text: str) -> tuple[str, ...]:
    """Return the strptime formats of ``1/2/2026``, day first, then month first; none of others."""
    return (_format(text, _DMY), _format(text, _MDY)) if _NUMERIC.search(text) else ()


def _formats(text: str) -> str:
    """The two strptime formats that ``text`` may be written in."""
    day_first, month_first = both_formats(text)
    return f'"{day_first}" (day first) or "{month_first}" (month first)'


def _format(text: str, order: Sequence[str]) -> str:
    found = next(_NUMERIC.finditer(text))
    _, mark, _, year, dot, rest = found.groups()
    written = f"{mark.join((*order, '%Y' if len(year) == 4 else '%y'))}{dot}"
    return f"{weekday_format(text[: found.start()])}{written}{clock_format(rest)}"


def half_converted(
    found: Moments,
    typed: npt.NDArray[np.intp],
    texts: dict[int, str],
    has_format: bool,
    where: str,
) -> Remark | None:
    """Refuse a column of which a spreadsheet has turned some texts into dates of its own order.

    It takes 03/04/2026 for a date of its country's order, whatever was meant, and leaves
    13/04/2026 as text where its order is month first. What remains are typed dates (``typed``)
    with a day up to 12, and texts that all have one part above 12. Saved as a CSV, the dates are
    texts, too, with the year first or the month's name, as in 4-Mar-26. Where ``has_format``, the
    settings say how to read the texts, and the dates are a doubt.

    Raises MappingError.
    """
    written = {p: m for p, text in texts.items() if (m := _NUMERIC.match(text))}
    known = typed[~np.isnat(found.wall[typed])]
    are_texts = not len(known)
    few = _FEW if are_texts else 1
    if len(written) < few:
        return None
    days = found.wall[known].astype("M8[D]")
    if are_texts:
        known, days = _of_spreadsheets(found, texts)
    if len(known) < few:
        return None
    order, both_ways = _order(written.values()), _both_ways(days)
    if order is None or not both_ways:
        return None
    text = texts[next(iter(written))]
    if has_format:
        what = f"are dates with a day up to 12 beside texts such as '{shown(text)}': {_EXCHANGED}"
        remedy = "If so, import the column again with every date as text."
        return Remark(tuple(known.tolist()), what, remedy, is_doubt=True)
    dates = _dates_such_as(found, texts, int(known[both_ways[0]]))
    raise MappingError(f"{where}: {_exchanged_text(dates, text, order, are_texts)}")


def _exchanged_text(dates: str, text: str, order: Sequence[str], are_texts: bool) -> str:
    """Why a column is refused whose ``dates`` lie on one side, and texts in ``order`` on the other.

    are_texts: the dates are written as text, too.
    """
    others = "other text" if are_texts else "text"
    way = f'set date_format = "{_format(text, order)}"'
    return (
        f"{dates}, has a day up to 12, and every {others}, such as '{shown(text)}', one above: "
        f"{_EXCHANGED}, and left the others as text. Import the column again with every date as "
        "text. Where the dates are right, "
        f"{'write all in one form in the source' if are_texts else way}."
    )


def _both_ways(days: Instants) -> list[int]:
    """Which days are others with day and month exchanged; none where a day is past the twelfth."""
    months = days.astype("M8[M]")
    of_month = (days - months).astype(np.int64) + 1
    if (of_month > 12).any():
        return []
    differs = np.flatnonzero(of_month != months.astype(np.int64) % 12 + 1)
    return [int(at) for at in differs]


def _order(written: Iterable["re.Match[str]"]) -> tuple[str, str] | None:
    """The order of texts of which each has one part above twelve, all on the same side."""
    parts = [(int(match[1]), int(match[3])) for match in written]
    if all(first > 12 >= second for first, second in parts):
        return _DMY
    return _MDY if all(second > 12 >= first for first, second in parts) else None


def _dates_such_as(found: Moments, texts: dict[int, str], at: int) -> str:
    """What the dates of a spreadsheet are in the source, with the one ``at`` its position."""
    if at not in texts:
        return f"every date in it, such as {found.wall[at].astype('M8[D]')}"
    if _YEAR_FIRST.match(texts[at]):
        return f"every text with the year first in it, such as {texts[at]}"
    return f"every text with the name of its month in it, such as '{shown(texts[at])}'"


def _of_spreadsheets(
    found: Moments, texts: dict[int, str]
) -> tuple[npt.NDArray[np.intp], Instants]:
    """Where the texts are that a spreadsheet may have written, as ISO dates or 4-Mar-26; and days.

    A year of two digits, which alone makes no date, is one of this century here; the last days of
    a month are its 28th, which is past the twelfth, too.
    """
    days: dict[int, np.datetime64] = {}
    for position, text in texts.items():
        if found.in_utc[position]:
            continue
        if _YEAR_FIRST.match(text) and not np.isnat(found.wall[position]):
            days[position] = found.wall[position].astype("M8[D]")
        elif match := _NAMED.match(text):
            day, months = match["day"] or match["behind"], meanings(match["name"])
            if day and len(months) == 1:
                year = f"20{match['year']}"[-4:]
                days[position] = np.datetime64(f"{year}-{months[0]:02}-{min(int(day), 28):02}")
    return np.array([*days], dtype=np.intp), np.array([*days.values()], dtype="M8[D]")
