"""Days that would be in order if they were read otherwise, in a column of days in order.

A row of 2025 between rows of 2026 has a slip in the year. Where all rows up to the twelfth have
day and month exchanged, a program has read them month first, and the others as they are.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums

_LEAST = 6
"""Days from which on an order is one."""
_IN_ORDER = 0.95
"""The share of neighbours in order, without the rows that may be slips; of few rows, all."""
_SLIPS = 0.2
"""The share of rows that may be slips at most: in turns, this year's and last year's are meant."""
_RUN = 3
"""Rows that one hand writes with one slip, at most."""
_OFF = np.timedelta64(270, "D")
"""How far a slip in the year is from its neighbours at least, of which one may be of another."""

_WHAT = "have another year than the rows before and after, whose year would be in order"
_CORRECT = "If the year is a slip of the pen, correct it in the source."
_LEAST_EXCHANGED = 3
"""Rows with day and month exchanged, and rows past the twelfth beside them, at least."""
_FARTHER = 3
"""How many times as far the days go from row to row as they do with day and month exchanged."""
_EXCHANGED = (
    "have a day up to 12 and are out of order, but in order with all others where day and month "
    "are exchanged: a program seems to have read them month first, and those past the 12th not"
)

Days = npt.NDArray[np.datetime64]


_EXPORT_AGAIN = (
    "If so, export the column again as the source has it, and set date_format = "
    '{{ {column} = "%d/%m/%Y" }} under [tables.{table}], or as it is written there.'
)


def year_notes(
    table: str, rows: pa.Table, numbers: npt.NDArray[np.int64], time_zone: str
) -> list[Note]:
    """Return a doubt for each column of days in order, but for rows that seem misread.

    rows: those loaded, as the source orders them; numbers: what each is called there. time_zone:
    that of a day. A row of another year must lie outside its neighbours, and with the year of one
    of them between them: a late entry, or one at an end, may mean what it says.
    """
    notes = []
    for name, kind in zip(rows.schema.names, rows.schema.types, strict=True):
        column = rows[name]
        if not pa.types.is_temporal(kind) or column.null_count > rows.num_rows - _LEAST:
            continue
        if pa.types.is_timestamp(kind):
            column = pc.local_timestamp(column.cast(pa.timestamp("us", time_zone)))
        days = column.to_numpy().astype("datetime64[D]")
        filled = np.flatnonzero(~np.isnat(days))
        slips, what, remedy = _slips(days[filled]), _WHAT, _CORRECT
        if not slips:
            again = _EXPORT_AGAIN.format(column=name, table=table)
            slips, what, remedy = _exchanged(days[filled]), _EXCHANGED, again
        if not slips:
            continue
        at = filled[list(slips)]
        fits = zip(at.tolist(), slips.values(), strict=True)
        shown = tuple(f"row {numbers[n]}: {days[n]}, where {meant} fits" for n, meant in fits)
        notes.append(
            Note(
                table=table,
                column=name,
                rows=len(at),
                what=f"{what}{sums(rows.take(at).to_pandas())}",
                examples=shown[:EXAMPLES],
                remedy=remedy,
                is_doubt=True,
            )
        )
    return notes


def _slips(days: Days) -> dict[int, np.datetime64]:
    """The positions of slips in the year, each with the day that would be in order; none if many.

    Days that fall from row to row are in order, too.
    """
    for step in (1, -1):
        ordered = days[::step]
        if _in_order(ordered) < _IN_ORDER - _SLIPS:
            continue
        found = dict(_candidates(ordered))
        rest = np.delete(ordered, list(found))
        if 0 < len(found) <= _SLIPS * len(days) and _in_order(rest) >= _IN_ORDER:
            last = len(days) - 1
            slips = {at if step == 1 else last - at: meant for at, meant in found.items()}
            return dict(sorted(slips.items())) if rest[0] < rest[-1] else {}
    return {}


def _exchanged(days: Days) -> dict[int, np.datetime64]:
    """The positions of days up to the twelfth, with day and month exchanged, if all are in order.

    Fees of the first of each month above days past the twelfth would be, too, if they were of
    January alone: so each month past the twelfth has days up to it, but for the first month.
    """
    # Each day is looked at once: a million rows have hardly a thousand.
    which, found = pd.factorize(days.astype(np.int64))
    every = found.astype("datetime64[D]")
    months = every.astype("datetime64[M]")
    day, month = (every - months).astype(int) + 1, months.astype(int) % 12 + 1
    is_early = day <= 12
    moved = np.flatnonzero((is_early & (day != month))[which])
    if min(len(moved), (~is_early)[which].sum()) < _LEAST_EXCHANGED:
        return {}
    exchanged = months.astype("datetime64[Y]").astype("datetime64[M]") + (day - 1)
    read = np.where(is_early, exchanged.astype("datetime64[D]") + (month - 1), every)
    meant = read[which]
    far, near = (np.abs(np.diff(one)).astype(int).sum() for one in (days, meant))
    order = max(_in_order(meant), _in_order(meant[::-1]))
    of_late, of_early = np.unique(months[~is_early]), read[is_early].astype("datetime64[M]")
    if order < _IN_ORDER or far < _FARTHER * near or not np.isin(of_late[1:], of_early).all():
        return {}
    is_in_order = 1 in (_in_order(days), _in_order(days[::-1]))
    return {} if is_in_order else dict(zip(moved.tolist(), meant[moved], strict=True))


def _in_order(days: Days) -> float:
    return float((days[1:] >= days[:-1]).mean()) if len(days) > 1 else 0.0


def _candidates(days: Days) -> Iterator[tuple[int, np.datetime64]]:
    """Each row of a run that lies outside its neighbours, and with their year between them."""
    for size in range(1, _RUN + 1):
        before, after = days[: -size - 1], days[size + 1 :]
        first, last = days[1:-size], days[size:-1]
        is_off = (before <= after) & ((last < before - _OFF) | (first > after + _OFF))
        for at in np.flatnonzero(is_off & (first <= last)).tolist():
            run = days[at + 1 : at + 1 + size]
            for neighbour in (before[at], after[at]):
                meant = _with_year_of(run, neighbour)
                row = np.concatenate([before[at : at + 1], meant, after[at : at + 1]])
                if _in_order(row) == 1:
                    yield from zip(range(at + 1, at + 1 + size), meant, strict=True)
                    break


def _with_year_of(run: Days, day: np.datetime64) -> Days:
    """The days of a run, of which the first is in the year of ``day``, by as many years."""
    months = run.astype("datetime64[M]")
    years = day.astype("datetime64[Y]") - run[0].astype("datetime64[Y]")
    moved = (months + years.astype(int) * 12).astype("datetime64[D]")
    found: Days = moved + (run - months.astype("datetime64[D]"))
    return found
