"""What could not be used of a table: for each rejected row its first problem, never dropped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Cells, Parsed, distinct, shown, text_of
from connectors.mapping.equal_rows import repeated_rows, row_numbers
from kpis.model import TABLES, Column

Positions = npt.NDArray[np.intp]
REJECT_COLUMNS = ("table", "place", "row", "key", "column", "value", "reason")


@dataclass(frozen=True)
class NoRow:
    """A row of the source that is none of the table: its position, and the cell that shows it."""

    row: int
    column: str
    value: str
    reason: str


class Rejects:
    """The first problem of each row, in column order."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rejected = np.zeros(size, dtype=bool)
        self._first: dict[int, tuple[str, str, str]] = {}

    def add(self, column: Column, cells: Cells, parsed: Parsed) -> None:
        """Reject the rows whose cell has a reason, or is blank in a required column."""
        if column.required:
            for row in np.flatnonzero(cells.codes < 0).tolist():
                marker = int(cells.markers[row]) if len(cells.markers) else -1
                held = text_of(cells.values[marker]) if marker >= 0 else ""
                reason = "is required, but means no value" if held else "is required, but blank"
                if column.kind == "choice":
                    reason += f'; list "" in values.{column.name} to say what blank means, as in '
                    reason += f'{column.choices[0]} = ["", "*"]'
                self.reject(row, column.name, held, reason)
        if parsed.reasons:
            refused = np.isin(cells.codes, list(parsed.reasons))
            for row in np.flatnonzero(refused).tolist():
                code = int(cells.codes[row])
                value = text_of(cells.values[code])
                self.reject(row, column.name, value, parsed.reasons[code])

    def reject(self, row: int, column: str, value: str, reason: str) -> None:
        """Note one problem, unless the row has an earlier one."""
        if not self.rejected[row]:
            self.rejected[row] = True
            self._first[row] = column, shown(value), reason

    def records(
        self,
        table: str,
        place: str,
        rows: npt.NDArray[np.int64],
        loaded: Mapping[str, "pa.Array[Any]"],
        among: npt.NDArray[np.bool_] | None = None,
    ) -> pd.DataFrame:
        """One record per rejected row, in the order of the source, with the key it has loaded.

        among: which rows stand at ``place``; by default all.
        """
        at = np.flatnonzero(self.rejected if among is None else self.rejected & among)
        keys = zip(at.tolist(), _keys(table, loaded, at), strict=True)
        texts = [(table, place, key, *self._first[row]) for row, key in keys]
        names = [name for name in REJECT_COLUMNS if name != "row"]
        records = pd.DataFrame(texts, columns=names, dtype="str")
        records.insert(REJECT_COLUMNS.index("row"), "row", np.asarray(rows, dtype=np.int64)[at])
        return records


def _keys(table: str, loaded: Mapping[str, "pa.Array[Any]"], rows: Positions) -> list[str]:
    """What each of ``rows`` is called by its key, ``""`` where it has none or it is blank."""
    columns = [loaded[name].take(rows).to_pylist() for name in TABLES[table].key]
    parts = zip(*columns, strict=True) if columns else [()] * len(rows)
    return [", ".join(text_of(part) for part in row if part is not None) for row in parts]


def reject_duplicates(
    table: str,
    loaded: Mapping[str, "pa.Array[Any]"],
    called: Callable[[int], object],
    rejects: Rejects,
    source: pd.DataFrame | None = None,
) -> None:
    """Reject the rows whose key stands in an earlier loaded row; a blank part counts as a value.

    called: what a row is called in the reason. source: the rows with their unmapped columns. An
    id on two rows that differ may be two records: the reason says what to do if they are.
    """
    key = TABLES[table].key
    if not key:
        return
    kept = ~rejects.rejected
    numbers = row_numbers(loaded[name] for name in key)
    again, earlier = repeated_rows(numbers if kept.all() else numbers[kept])
    if not len(again):
        return
    places = np.flatnonzero(kept)
    pairs = places[again], places[earlier]
    differ = _differ(table, loaded, *pairs, source)
    values = _keys(table, loaded, pairs[0])
    for value, at, earlier, are_two in zip(values, *pairs, differ.tolist(), strict=True):
        remedy = _remedy(table) if are_two and len(key) == 1 else ""
        rejects.reject(int(at), key[0], value, f"is already in row {called(earlier)}{remedy}")


def _differ(
    table: str,
    loaded: Mapping[str, "pa.Array[Any]"],
    at: Positions,
    earlier: Positions,
    source: pd.DataFrame | None,
) -> npt.NDArray[np.bool_]:
    """Which rows differ from their earlier ones; deals also in columns that are not mapped.

    Two products of a deal may have one price. Campaigns come from reports of many rows for each.
    """
    found = np.zeros(len(at), dtype=bool)
    for values in loaded.values():
        one, other = values.take(at), values.take(earlier)
        is_same = pc.equal(one, other).fill_null(False)
        both_blank = pc.and_(one.is_null(), other.is_null())
        found |= ~pc.or_(is_same, both_blank).to_numpy(zero_copy_only=False)
    if source is not None and table == "deals":
        for column in range(source.shape[1]):
            codes = distinct(source.iloc[:, column]).codes
            found |= codes[at] != codes[earlier]
    return found


_ONE_ROW = {
    "customers": "if they are contracts of one customer, a query under [tables.customers] makes "
    "one row of them, without an end where one still runs (SELECT customer_id, "
    "min(started_on::DATE) AS started_on, CASE WHEN count(ended_on) = count(*) THEN "
    "max(ended_on::DATE) END AS ended_on … GROUP BY customer_id); ",
    "leads": "if they are of one lead, a query under [tables.leads] makes one row of them (SELECT "
    "lead_id, min(created_at::TIMESTAMP) AS created_at, min(mql_at::TIMESTAMP) AS mql_at … GROUP "
    "BY lead_id); ",
}
"""What to do where a table has several rows for what is one: subscriptions, forms sent in."""


def _remedy(table: str) -> str:
    """What to do about an id on two rows that differ."""
    adds = ", or adds up the amounts" if "amount" in TABLES[table].column_names else ""
    return (
        f" with other values; {_ONE_ROW.get(table, '')}if both count, a query under "
        f"[tables.{table}] puts the year or branch before the id{adds}"
    )
