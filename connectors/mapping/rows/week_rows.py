"""Costs of a week or a quarter in one row, as ad platforms export them by ``Week``."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums

Days = npt.NDArray[np.datetime64]

_WEEK = re.compile(
    r"\b(?:weeks?|wks?|kw|[^\W\d_]*wochen?(?:beginn|start|anfang|ende)?|semaines?|semanas?"
    r"|settiman[ae]|tydzień|tygod[^\W\d_]*|uge|vecka|viikko|hafta)\b"
)
_ENDS = re.compile(r"\b(?:end(?:s|ing|ed)?|bis|[^\W\d_]*ende|fin|fine|hasta|koniec)\b")
_QUARTER = re.compile(
    r"\b(?:quarters?|qtr|quartal[^\W\d_]*|trimestres?|trimestri|kwarta[lł][^\W\d_]*|kwartaal)\b"
)
_DAY = re.compile(r"\b(?:days?|tag|jour|día|giorno|dag|dzień)\b")
_LEAST = 8
"""Days that are seven days apart, from which on they are weeks whatever the header says."""
_STARTS = (0, 6)
"""Monday and Sunday, on which weeks begin. A newsletter of each Tuesday is a cost of its day."""
_USUAL = 0.8
"""The share of days on one weekday: an export may begin within a week."""
_BY_DAY = "Export by day (in ad platforms, the breakdown by day): each row is then one day."


def week_notes(
    table: str, rows: pa.Table, header: str, numbers: npt.NDArray[np.int64]
) -> list[Note]:
    """Return the doubt on loaded costs that are of a week of two months, or of a quarter.

    header: that of spent_on in the source. numbers: what each row is called there. Without a
    header that says so, days are weeks where all are Mondays, or Sundays, and none is left out.
    """
    if table != "costs" or not rows.num_rows:
        return []
    words, days = header_words(header), rows["spent_on"].to_numpy().astype("datetime64[D]")
    if _QUARTER.search(words) and _are_quarters(days):
        what = f"span a quarter by the header '{header}', and all of it counts in its first month"
        return [_note(rows, np.arange(len(days)), numbers, what)]
    is_named = _WEEK.search(words) is not None and _on_one_weekday(days)
    if not is_named and (_DAY.search(words) or not _are_weeks(days)):
        return []
    week = np.timedelta64(6, "D")
    other = days - week if is_named and _ENDS.search(words) else days + week
    split = np.flatnonzero(days.astype("datetime64[M]") != other.astype("datetime64[M]"))
    by = f"by the header '{header}'" if is_named else "as all days are seven days apart"
    what = f"span a week of two months, {by}, and all of it counts in one of them"
    return [_note(rows, split, numbers, what)] if len(split) else []


def _note(
    rows: pa.Table, at: npt.NDArray[np.intp], numbers: npt.NDArray[np.int64], what: str
) -> Note:
    days = rows["spent_on"].take(at).to_pylist()
    return Note(
        table="costs",
        column="",
        rows=len(at),
        what=f"{what}{sums(rows.take(at).to_pandas())}",
        examples=tuple(
            f"row {numbers[one]}: {day}" for one, day in zip(at, days[:EXAMPLES], strict=False)
        ),
        remedy=_BY_DAY,
        is_doubt=True,
    )


def _are_quarters(days: Days) -> bool:
    months = days.astype("datetime64[M]")
    is_first = (days == months.astype("datetime64[D]")).all()
    return bool(is_first and len(np.unique(months.astype(int) % 3)) == 1)


def _on_one_weekday(days: Days) -> bool:
    weekdays = np.bincount(_weekdays(np.unique(days)), minlength=7)
    return bool(weekdays.max() >= _USUAL * weekdays.sum())


def _are_weeks(days: Days) -> bool:
    distinct = np.unique(days)
    apart = np.diff(distinct).astype(int)
    is_start = _weekdays(distinct[:1])[0] in _STARTS
    return bool(len(distinct) >= _LEAST and (apart == 7).all() and is_start)


def _weekdays(days: Days) -> npt.NDArray[np.int64]:
    """The weekdays, Monday as 0: 1970-01-01 was a Thursday."""
    return (days.astype(int) + 3) % 7
