"""A part that stops while another continues: an export or a sync that broke off."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import Note
from kpis.display import day_text

_DAYS = {"leads": "created_at", "touches": "touched_at", "costs": "spent_on"}
_LEAST_DAYS, _LEAST_SPAN = 10, 28
"""Days with rows, and days from the first to the last: a fair or a launch is over sooner."""
_SILENT, _GAPS = 14, 4
"""Days without rows that are no pause: these, and as many times the longest gap before."""
_ENDED = 180
"""Days without rows after which it has ended, and everybody knows."""

Days = npt.NDArray[np.datetime64]


def stale_notes(
    table: str, parts: Sequence[pa.Table], places: Sequence[str], today: date | None
) -> list[Note]:
    """Return a doubt for each part that ran beside another and stops before it.

    today: rows after it are plans, and no evidence. A part must run beside the other for at least
    half of its own time: parts that follow one another, such as one a year, are no doubt.
    """
    if table not in _DAYS:
        return []
    ran = [days_with_rows(part[_DAYS[table]], today) for part in parts]
    notes = []
    for at, own in enumerate(ran):
        beside = [other for other in range(len(ran)) if _stops_beside(own, ran[other])]
        if beside:
            longest = max(beside, key=lambda other: ran[other][-1])
            shown = [f"part {one + 1} ({places[one]})" for one in (at, longest)]
            notes.append(_note(table, shown, own, ran[longest][-1].item()))
    return notes


def days_with_rows(moments: "pa.ChunkedArray[Any]", today: date | None) -> Days:
    """Return the days with rows up to ``today``, in order; those of instants are in UTC."""
    found = pc.unique(moments.cast(pa.date32())).drop_null()
    days = np.sort(found.to_numpy(zero_copy_only=False).astype("datetime64[D]"))
    return days if today is None else days[days <= np.datetime64(today)]


def _stops_beside(own: Days, other: Days) -> bool:
    if not len(own) or not len(other):
        return False
    span = int((own[-1] - own[0]).astype(int))
    both = int((min(own[-1], other[-1]) - max(own[0], other[0])).astype(int))
    return 2 * both >= span and stops(own, other[-1])


def stops(days: Days, until: np.datetime64) -> bool:
    """Return whether rows that came regularly stop before ``until``, longer than any pause."""
    if len(days) < _LEAST_DAYS or int((days[-1] - days[0]).astype(int)) < _LEAST_SPAN:
        return False
    return pause(days) <= int((until - days[-1]).astype(int)) < _ENDED


def pause(days: Days) -> int:
    """Return how many days without rows are no pause any more."""
    return max(_SILENT, _GAPS * _longest_gap(days))


def _longest_gap(days: Days) -> int:
    return int(np.diff(days).max().astype(int))


def usually(days: Days) -> str:
    """Return how often rows came, as in "every day"."""
    gap = _longest_gap(days)
    return "every day" if gap == 1 else f"at least every {gap} days"


def _note(table: str, shown: Sequence[str], days: Days, until: date) -> Note:
    return Note(
        table=table,
        column="",
        rows=0,
        what=f"of {shown[0]} come after {day_text(days[-1].item())}, though they came "
        f"{usually(days)} before; {shown[1]} continues until {day_text(until)}",
        remedy="If its export stopped, all since then is missing: export it again. If it has "
        "ended, nothing is.",
        is_doubt=True,
    )
