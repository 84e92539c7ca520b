"""What could not be used of a table: for each rejected row its first problem, never dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Cells, Parsed, distinct, shown, text_of
from kpis.model import TABLES, Column

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
        self._column, self._value, self._reason = (
            np.full(size, "", dtype=object) for _ in range(3)
        )

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
            self._column[row], self._value[row], self._reason[row] = column, shown(value), reason

    def records(
        self,
        table: str,
        place: str,
        rows: npt.NDArray[np.int64],
        keys: Sequence[str],
        among: npt.NDArray[np.bool_] | None = None,
    ) -> pd.DataFrame:
        """One record per rejected row, in the order of the source; ``keys`` name the rows.

        among: which rows stand at ``place``; by default all.
        """
        which = self.rejected if among is None else self.rejected & among
        text = (np.asarray(keys, dtype=object), self._column, self._value, self._reason)
        key, column, value, reason = (pd.Series(cells[which], dtype="str") for cells in text)
        row = np.asarray(rows, dtype=np.int64)[which]
        name, where = (pd.Series([text] * len(row), dtype="str") for text in (table, place))
        return pd.DataFrame(
            dict(zip(REJECT_COLUMNS, (name, where, row, key, column, value, reason), strict=True))
        )


def row_keys(key: tuple[str, ...], loaded: Mapping[str, "pa.Array[Any]"], size: int) -> list[str]:
    """What each row is called by its key, ``""`` where it has none or it is blank."""
    if not key:
        return [""] * size
    columns = [loaded[name].to_pylist() for name in key]
    return [
        ", ".join(text_of(v) for v in row if v is not None) for row in zip(*columns, strict=True)
    ]


def reject_duplicates(
    table: str,
    loaded: Mapping[str, "pa.Array[Any]"],
    rows: Sequence[object] | npt.NDArray[np.int64],
    rejects: Rejects,
    source: pd.DataFrame | None = None,
) -> None:
    """Reject the rows whose key stands in an earlier loaded row; a blank part counts as a value.

    rows: what each row is called in the reason. source: the rows with their unmapped columns. An
    id on two rows that differ may be two records: the reason says what to do if they are.
    """
    key = TABLES[table].key
    if not key:
        return
    kept = np.flatnonzero(~rejects.rejected)
    keys = pd.DataFrame({name: loaded[name].take(kept).to_pandas() for name in key})
    again = np.flatnonzero(keys.duplicated())
    if not len(again):
        return
    groups = keys.groupby(list(key), dropna=False, sort=False).ngroup().to_numpy()
    _, first = np.unique(groups, return_index=True)
    pairs = kept[again], kept[first[groups[again]]]
    differ = _differ(table, loaded, *pairs, source)
    for place, at, earlier, are_two in zip(again.tolist(), *pairs, differ.tolist(), strict=True):
        value = ", ".join(text_of(v) for v in keys.iloc[place] if not pd.isna(v))
        remedy = _remedy(table) if are_two and len(key) == 1 else ""
        rejects.reject(int(at), key[0], value, f"is already in row {rows[earlier]}{remedy}")


def _differ(
    table: str,
    loaded: Mapping[str, "pa.Array[Any]"],
    at: npt.NDArray[np.intp],
    earlier: npt.NDArray[np.intp],
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


def _remedy(table: str) -> str:
    """What to do about an id on two rows that differ."""
    adds = ", or adds up the amounts" if "amount" in TABLES[table].column_names else ""
    return (
        f" with other values; if both count, a query under [tables.{table}] puts the year or "
        f"branch before the id{adds}"
    )
