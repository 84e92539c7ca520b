"""Rejected rows by their reason, and the sentence on them that every channel shows.

So none is left out in silence.
"""

import re
from collections.abc import Mapping

import pandas as pd
from pydantic import BaseModel, ConfigDict

from kpis.display import counted, listed
from kpis.health.alike import visible

EXAMPLES = 3
MOST_REASONS = 30
"""Kept of a table; the rows of the others are counted together."""
_ROW_NUMBER = re.compile(r"in row \d+")
OTHER_REASONS = "is not usable for other reasons"
"""Stands for the rows of all reasons beyond the most frequent ones."""
_TWICE = "is already in an earlier row"


class RejectedRow(BaseModel):
    """A row that was rejected: its place and number there, its key if it has one, and the cell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    row: int
    key: str
    value: str

    @property
    def text(self) -> str:
        """The row as a person looks it up: ``row 338 L-250610-013 ''``."""
        key = f" {self.key}" if self.key and self.key != self.value else ""
        return visible(f"row {self.row}{key} '{self.value}'")


class RejectReason(BaseModel):
    """Why rows of a table were rejected, how many, and at most three of them, the first ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    reason: str
    rows: int
    examples: tuple[RejectedRow, ...]

    @property
    def text(self) -> str:
        """Column and reason: ``created_at is required, but blank``."""
        return f"{self.column} {self.reason}".strip()

    @property
    def is_duplicate(self) -> bool:
        """Whether an earlier row has the key."""
        return self.reason.startswith(_TWICE)


def reject_reasons(rejects: pd.DataFrame) -> tuple[RejectReason, ...]:
    """Return the reasons of rejected rows, the most frequent first.

    rejects: a record for each, with place, row, key, column, value and reason; see
    connectors.mapping.mapping.MappedTable. Rows that name the earlier row with their key share one
    reason. The rows of all but the 30 most frequent reasons are counted as one, "other reasons".
    """
    if rejects.empty:
        return ()
    grouped = rejects.assign(reason=_general(rejects)).groupby(["column", "reason"], sort=False)
    found = [
        RejectReason(
            column=str(rows["column"].iloc[0]),
            reason=str(rows["reason"].iloc[0]),
            rows=len(rows),
            examples=_first(rows),
        )
        for _, rows in grouped
    ]
    found.sort(key=lambda one: -one.rows)
    others = found[MOST_REASONS:]
    if not others:
        return tuple(found)
    rest = sum(one.rows for one in others)
    first = others[0].examples
    more = RejectReason(column="", reason=OTHER_REASONS, rows=rest, examples=first)
    return (*found[:MOST_REASONS], more)


def reason_texts(rejects: pd.DataFrame) -> pd.Series:
    """Return the reason of each rejected row as RejectReason.text has it, by the frame's index."""
    return (rejects["column"] + " " + _general(rejects)).str.strip()


def duplicates_in(reasons: tuple[RejectReason, ...]) -> int:
    """How many rows were rejected because an earlier one has their key."""
    return sum(one.rows for one in reasons if one.is_duplicate)


def _general(rejects: pd.DataFrame) -> pd.Series:
    """The reasons, without the number of the earlier row."""
    return rejects["reason"].str.replace(_ROW_NUMBER, "in an earlier row", regex=True)


def _first(rows: pd.DataFrame) -> tuple[RejectedRow, ...]:
    cells = rows.head(EXAMPLES)[["place", "row", "key", "value"]].to_dict("records")
    return tuple(RejectedRow(**{str(name): cell[name] for name in cell}) for cell in cells)


def rejected_text(rows: Mapping[str, tuple[int, int]], see: str) -> str:
    """Return such as "deals: 87 of 1,000 rows rejected; see check"; empty where none was.

    rows: per table how many were rejected and read. see: where each of them is listed.
    """
    counts = [
        f"{name}: {rejected:,} of {read:,} rows rejected"
        for name, (rejected, read) in rows.items()
        if rejected
    ]
    return "; ".join([*counts, f"see {see}"]) if counts else ""


def no_findings_text(rows: Mapping[str, tuple[int, int]], doubts: int, failures: int = 0) -> str:
    """What to say where no check found anything; beside what is rejected or warned of, that it is.

    failures: tables or sources that could not be read, whose rows no check has seen.
    """
    rejected = sum(one for one, _ in rows.values())
    if not rejected and not doubts and not failures:
        return "Every loaded row passed every check."
    loaded = sum(read for _, read in rows.values()) - rejected
    beside = [counted(rejected, "rejected row")] if rejected else []
    beside += [counted(doubts, "warning")] if doubts else []
    beside += [f"{counted(failures, 'failure')} to read a table"] if failures else []
    return f"No check found anything in the {loaded:,} loaded rows; look at {listed(beside)}."
