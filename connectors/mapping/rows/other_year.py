"""Days that would be in order if they were read otherwise, in a column of days in order.

A row of 2025 between rows of 2026 has a slip in the year. Where all rows up to the twelfth have
day and month exchanged, a program has read them month first, and the others as they are.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
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
Numbers = npt.NDArray[np.int32]
"""Days since 1970, of half the size."""
_BLOCK = 2**17
"""Rows looked at together, so that what is worked out of them stays small."""
_MONTHS = 12

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
        days = _days(column.drop_null(), time_zone)
        slips, what, remedy = _slips(days), _WHAT, _CORRECT
        if not slips:
            again = _EXPORT_AGAIN.format(column=name, table=table)
            slips, what, remedy = _exchanged(days), _EXCHANGED, again
        if not slips:
            continue
        at = np.flatnonzero(column.is_valid())[list(slips)]
        fits = zip(at.tolist(), slips.items(), strict=True)
        shown = tuple(
            f"row {numbers[n]}: {days[place].astype('M8[D]')}, where {meant} fits"
            for n, (place, meant) in fits
        )
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


def _days(column: "pa.ChunkedArray[Any]", time_zone: str) -> Numbers:
    """The days since 1970 in a zone, of days or instants; a block of these at a time."""
    days = np.empty(len(column), dtype=np.int32)
    for begin in range(0, len(column), _BLOCK):
        block = column.slice(begin, _BLOCK)
        if pa.types.is_timestamp(block.type):
            block = pc.local_timestamp(block.cast(pa.timestamp("us", time_zone))).cast(pa.date32())
        days[begin : begin + len(block)] = block.cast(pa.int32()).to_numpy()
    return days


def _slips(numbers: Numbers) -> dict[int, np.datetime64]:
    """The positions of slips in the year, each with the day that would be in order; none if many.

    Days that fall from row to row are in order, too.
    """
    orders = _orders(numbers)
    if 1 in orders or max(orders) < _IN_ORDER - _SLIPS:
        return {}
    days = numbers.astype("datetime64[D]")
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


def _exchanged(numbers: Numbers) -> dict[int, np.datetime64]:
    """The positions of days up to the twelfth, with day and month exchanged, if all are in order.

    Fees of the first of each month above days past the twelfth would be, too, if they were of
    January alone: so each month past the twelfth has days up to it, but for the first month.
    """
    if 1 in _orders(numbers) or not _are_nearer_exchanged(numbers):
        return {}
    days = numbers.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    meant, is_late = _with_day_as_month(days), (days - months).astype(int) >= _MONTHS
    moved = np.flatnonzero(meant != days)
    if min(len(moved), is_late.sum()) < _LEAST_EXCHANGED:
        return {}
    of_late, of_early = np.unique(months[is_late]), meant[~is_late].astype("datetime64[M]")
    if not np.isin(of_late[1:], of_early).all():
        return {}
    return dict(zip(moved.tolist(), meant[moved], strict=True))


def _are_nearer_exchanged(numbers: Numbers) -> bool:
    """Whether days are in order, and go less far from row to row, with day and month exchanged.

    A block at a time, until too few can be in order.
    """
    left = pairs = len(numbers) - 1
    rising = falling = far = near = 0
    for begin in range(0, pairs, _BLOCK):
        days = numbers[begin : begin + _BLOCK + 1].astype("datetime64[D]")
        steps = np.diff(_with_day_as_month(days)).astype(int)
        far += int(np.abs(np.diff(days)).astype(int).sum())
        near += int(np.abs(steps).sum())
        rising, falling = rising + int((steps >= 0).sum()), falling + int((steps <= 0).sum())
        left -= len(steps)
        if (max(rising, falling) + left) / pairs < _IN_ORDER:
            return False
    return far >= _FARTHER * near


def _with_day_as_month(days: Days) -> Days:
    """The days with day and month exchanged, up to the twelfth; later ones as they are."""
    months = days.astype("datetime64[M]")
    day, month = (days - months).astype(int) + 1, months.astype(int) % _MONTHS + 1
    exchanged = months.astype("datetime64[Y]").astype("datetime64[M]") + (day - 1)
    meant: Days = exchanged.astype("datetime64[D]") + (month - 1)
    return np.where(day <= _MONTHS, meant, days)


def _orders(days: Numbers) -> tuple[float, float]:
    """The shares of neighbours that do not fall, and of those that do not rise."""
    pairs = len(days) - 1
    return (days[1:] >= days[:-1]).sum() / pairs, (days[1:] <= days[:-1]).sum() / pairs


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
