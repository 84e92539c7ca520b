"""Notes: what a rule did with the cells of a table unasked, and what looks wrong in them.

Nothing is guessed in silence. A rule that reads a marker as blank, or a column of midnights as
days, leaves a note with how many rows, examples, and the line of settings that decides otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from connectors.mapping.cells import Cells, Remark, shown, text_of
from kpis.display import listed

EXAMPLES = 3


class Note(BaseModel):
    """What somebody should know about rows of a table that were loaded.

    column: the canonical column, or "" for whole rows. rows: how many, 0 for "no rows".
    what: what was done or seen, as in "12 cells of lead_id {what}", or of no cell but the column
    itself, "lead_id is …". examples: values, at most
    three. remedy: the line of settings that decides otherwise, or what to correct. is_doubt:
    figures may be wrong until somebody looks; else a rule was followed that is usually right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    rows: int
    what: str
    examples: tuple[str, ...] = ()
    remedy: str = ""
    is_doubt: bool = False

    @property
    def text(self) -> str:
        """The note as a sentence or two: "12 cells of lead_id were read as no value ('#N/A')."."""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.without_remedy}.{remedy}"

    @property
    def without_remedy(self) -> str:
        """What was done or seen, without a full stop."""
        one = self.rows == 1
        of = f"{'cell' if one else 'cells'} of {self.column}" if self.column else ""
        rows = of or ("row" if one else "rows")
        verb, _, more = self.what.partition(" ")
        of_one = f"{_OF_ONE.get(verb, verb)} {_WERE.sub(_WAS, more)}"
        what = of_one if one else self.what
        quoted = [f"'{example}'" for example in self.examples]
        such = f" ({listed(quoted)})" if quoted else ""
        if self.rows == 0 and verb == "is":
            return f"{self.column} {what}{such}"
        count = f"{self.rows:,}" if self.rows else "No"
        return f"{count} {rows} {what}{such}"


_WERE, _WAS = re.compile("(,|, and|, but) were "), r"\1 was "
_OF_ONE = {
    "were": "was",
    "are": "is",
    "have": "has",
    "hold": "holds",
    "list": "lists",
    "look": "looks",
    "span": "spans",
    "share": "shares",
}
"""The verbs with which a note on several rows begins, for one row."""


@dataclass(frozen=True)
class RowDoubt:
    """A doubt on whole rows, raised before it is known which of them are loaded.

    values: what to quote of each row, by its position. what, remedy: as in :class:`Note`.
    """

    table: str
    values: Mapping[int, str]
    what: str
    remedy: str

    def notes(self, rejected: npt.NDArray[np.bool_], numbers: npt.NDArray[np.int64]) -> list[Note]:
        """Return the note on those of the rows that are not ``rejected``, none without any.

        numbers: what each row is called in its source.
        """
        held = [
            shown(f"row {numbers[row]}: {value}")
            for row, value in self.values.items()
            if not rejected[row]
        ]
        note = Note(
            table=self.table,
            column="",
            rows=len(held),
            what=self.what,
            examples=tuple(held[:EXAMPLES]),
            remedy=self.remedy,
            is_doubt=True,
        )
        return [note] if held else []


def _as_held(value: Any) -> str:
    """A value as its cell shows it: of a number of twenty digits a float keeps seventeen."""
    if isinstance(value, float) and value.is_integer():
        return str(int(Decimal(repr(float(value)))))
    return text_of(value)


def note_of(table: str, column: str, cells: Cells, remark: Remark) -> Note:
    """Return the remark on distinct values as a note on rows, the most frequent values first."""
    counts = np.zeros(len(cells.values), dtype=int)
    for codes in (cells.codes, cells.markers) if remark.positions else ():
        counts += np.bincount(codes[codes >= 0], minlength=len(counts))
    held = [at for at in remark.positions if at < len(counts) and counts[at]]
    positions = sorted(held, key=lambda position: -counts[position])
    return Note(
        table=table,
        column=column,
        rows=sum(int(counts[position]) for position in positions),
        what=remark.what,
        examples=tuple(shown(_as_held(cells.values[p])) for p in positions[:EXAMPLES]),
        remedy=remark.remedy,
        is_doubt=remark.is_doubt,
    )
