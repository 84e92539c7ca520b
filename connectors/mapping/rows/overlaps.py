"""Rows that a table without a key holds twice: parts that overlap, an export pasted twice."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import text_of
from connectors.mapping.equal_rows import Numbers, Positions, repeated_rows, row_numbers
from connectors.mapping.notes import EXAMPLES, Note
from kpis.display import listed
from kpis.model import TABLES

_LEAST_DIFFERENT = 3
"""Different rows that stand twice; one or two of them may be a coincidence."""
_SHARE, _SURE = 0.1, 20
"""A block is no coincidence from this share of all rows, or from this many different rows."""
_TOUCHES = 0.01
"""Touches that stand again to the second; fewer of them hardly move any credit."""
_DISTANCES = 10
"""How many distances between equal rows are tried for a block, the most frequent first."""


def overlap_notes(table: str, parts: Sequence[pa.Table], places: Sequence[str]) -> list[Note]:
    """Return a doubt for each part with rows that stand in an earlier part, equal in every column.

    Only in tables without a key, as a key that stands twice is rejected. Amounts of 0 count
    nothing twice.
    """
    if TABLES[table].key:
        return []
    notes = []
    numbers = pa.array(row_numbers(pa.concat_tables(parts).columns))
    begin = parts[0].num_rows
    for at, part in enumerate(parts[1:], start=1):
        own, earlier = numbers[begin : begin + part.num_rows], numbers[:begin]
        begin += part.num_rows
        both = part.filter(pc.is_in(own, earlier)).to_pandas()
        if "amount" in both:
            both = both[both["amount"] != 0]
        if len(both):
            are = "is" if len(both) == 1 else "are"
            before = "part 1" if at == 1 else "an earlier part"
            what = f"of part {at + 1} ({places[at]}) {are} also in {before}, equal in every column"
            remedy = "If the parts overlap, remove these rows from one: they count twice."
            examples = shown_rows(table, both.head(EXAMPLES))
            notes.append(_note(table, both, what, examples, remedy))
    return notes


def repeat_notes(table: str, rows: pa.Table, numbers: npt.NDArray[np.int64]) -> list[Note]:
    """Return a doubt where rows of one part repeat earlier ones as no coincidence does.

    numbers: what each row is called in its source. As :func:`overlap_notes`, only without a key.
    Single equal rows are usual, such as two clicks on a day. These are not: every row stands
    equally often; a block of different rows stands again in the same order; one touch in a
    hundred or more stands again to the second.
    """
    if TABLES[table].key or rows.num_rows < 2:
        return []
    names = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    if "amount" in rows.column_names:
        counts = pc.not_equal(rows["amount"], 0).fill_null(True)
        rows, numbers = rows.filter(counts), numbers[counts.to_numpy()]
    which = row_numbers(rows[name] for name in names)
    again, earlier = repeated_rows(which)
    if not len(again):
        return []
    repeats = _copies(which, again, earlier)
    if not len(repeats) and table == "touches":
        touched = rows["touched_at"].take(again).to_pandas()
        repeats = again[(touched != touched.dt.floor("min")).to_numpy()]
        repeats = repeats[: None if len(repeats) >= _TOUCHES * rows.num_rows else 0]
    if not len(repeats):
        return []
    found = rows.take(repeats).to_pandas()
    shown = shown_rows(table, found.head(EXAMPLES))
    firsts = earlier[np.searchsorted(again, repeats[:EXAMPLES])]
    pairs = zip(shown, repeats, firsts, strict=False)
    examples = [f"row {numbers[at]} as {numbers[first]}: {text}" for text, at, first in pairs]
    what = "are equal to earlier ones in every column"
    remedy = "If they were pasted or exported twice, they count twice: remove them, or let a query "
    remedy += "read them once (SELECT DISTINCT *)."
    return [_note(table, found, what, examples, remedy)]


def _copies(which: Numbers, again: Positions, earlier: Positions) -> Positions:
    """The positions of rows that repeat all rows, or a block of rows in its order.

    which: for each row the number of what it holds; again, earlier: the rows that repeat others.
    """
    different = len(which) - len(again)
    if len(again) >= different >= _LEAST_DIFFERENT:  # else one of them stands once
        times = np.bincount(pd.factorize(which)[0])
        if np.gcd.reduce(times) > 1:
            return again
    distances = Counter((again - earlier).tolist())
    least = max(_LEAST_DIFFERENT, min(_SURE, _SHARE * len(which)))
    found = np.zeros(len(which), dtype=bool)
    for distance, _ in distances.most_common(_DISTANCES):
        is_equal = np.concatenate([[False], which[distance:] == which[:-distance], [False]])
        edges = (np.flatnonzero(is_equal[1:] != is_equal[:-1]) + distance).tolist()
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if len(pd.unique(which[begin:end])) >= least:
                found[begin:end] = True
    return np.flatnonzero(found)


def _note(table: str, rows: pd.DataFrame, what: str, examples: Sequence[str], remedy: str) -> Note:
    return Note(
        table=table,
        column="",
        rows=len(rows),
        what=what + sums(rows),
        examples=tuple(examples),
        remedy=remedy,
        is_doubt=True,
    )


def sums(rows: pd.DataFrame) -> str:
    """Return what the rows amount to in each currency; empty in tables without amounts."""
    if "amount" not in rows:
        return ""
    if "currency" not in rows or rows["currency"].isna().all():
        return f": {rows['amount'].sum():,.2f} in all"
    sums = rows.groupby(rows["currency"].fillna(""), sort=False)["amount"].sum()
    return f": {listed([f'{total:,.2f} {code}'.strip() for code, total in sums.items()])} in all"


def shown_rows(table: str, rows: pd.DataFrame) -> list[str]:
    """Return each row as a note quotes it, without blanks and defaults."""
    columns = [c.name for c in TABLES[table].columns if c.default is None]
    return [
        ", ".join(_text(value) for value in row if not pd.isna(value))
        for row in rows[columns].itertuples(index=False)
    ]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else text_of(value)
