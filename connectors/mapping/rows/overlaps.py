"""Rows that two parts of a table share: exports whose periods overlap count them twice."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from connectors.mapping.cells import text_of
from connectors.mapping.notes import EXAMPLES, Note
from kpis.model import TABLES


def overlap_notes(table: str, parts: Sequence[pa.Table], places: Sequence[str]) -> list[Note]:
    """Return a doubt for each part with rows that stand in an earlier part, equal in every column.

    Only in tables without a key, as a key that stands twice is rejected. Amounts of 0 count
    nothing twice.
    """
    if TABLES[table].key:
        return []
    notes = []
    frames = [part.to_pandas() for part in parts]
    for at in range(1, len(frames)):
        earlier = pd.concat(frames[:at]).drop_duplicates()
        both = frames[at].merge(earlier, how="inner")
        if "amount" in both:
            both = both[both["amount"] != 0]
        if len(both):
            notes.append(_note(table, both, at, places[at]))
    return notes


def _note(table: str, rows: pd.DataFrame, at: int, place: str) -> Note:
    are = "is" if len(rows) == 1 else "are"
    before = "part 1" if at == 1 else "an earlier part"
    what = f"of part {at + 1} ({place}) {are} also in {before}, equal in every column"
    if "amount" in rows and ("currency" not in rows or rows["currency"].nunique() < 2):
        what += f": {rows['amount'].sum():,.2f} in all"
    shown = rows[[c.name for c in TABLES[table].columns if c.default is None]].head(EXAMPLES)
    return Note(
        table=table,
        column="",
        rows=len(rows),
        what=what,
        examples=tuple(
            ", ".join(_text(value) for value in row if not pd.isna(value))
            for row in shown.itertuples(index=False)
        ),
        remedy="If the parts overlap, remove these rows from one: they count twice.",
        is_doubt=True,
    )


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else text_of(value)
