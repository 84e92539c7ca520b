"""Values of dimensions, owners and channels that two tables, or two rows, write otherwise.

A cost of ``dach`` is no cost of ``DACH``: grouped by region, leads and their costs are apart.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import EXAMPLES, Note

_LEAST = 2
"""Values of either side; a single one may well have no part in the other."""
_WORD_ENDS = re.compile(r"[\s_]*-+[\s_]*(?=\w)|[\s_]+")
"""A hyphen at the end is no writing of the value: ``A-`` is another grade than ``A``."""

Counts = Mapping[str, Counter[str]]
"""By table how many rows have a value."""


def label_notes(frames: Mapping[str, pa.Table], dimensions: Sequence[str]) -> list[Note]:
    """Return the doubts on values by which figures are grouped, of all loaded tables.

    Two writings of a value differ in case, blanks, hyphens and underscores; of an owner, also in
    the order of the names. The usual one is that of most leads. Of deals only those count whose
    lead has no value. Beside them, costs or campaigns of which no lead has any value.
    """
    found: list[Note] = []
    lead_of_deal = _lead_of_deal(frames)
    for label in ("channel", "owner", *dimensions):
        counts = {table: _counts(frames, table, label, lead_of_deal) for table in frames}
        counts = {table: values for table, values in counts.items() if values}
        found += _otherwise(label, counts)
        found += _apart(label, counts)
    return found


def _lead_of_deal(frames: Mapping[str, pa.Table]) -> "pa.Array[Any] | None":
    """The row of each deal's lead, null without one; None where leads or deals are not loaded."""
    if not {"deals", "leads"} <= frames.keys():
        return None
    return pc.index_in(frames["deals"]["lead_id"], value_set=frames["leads"]["lead_id"])


def _counts(
    frames: Mapping[str, pa.Table],
    table: str,
    label: str,
    lead_of_deal: "pa.Array[Any] | None",
) -> Counter[str]:
    frame = frames[table]
    if label not in frame.column_names or (label == "owner" and table == "activities"):
        return Counter()
    if table == "deals" and lead_of_deal is not None:
        frame = frame.filter(pc.is_null(frames["leads"][label].take(lead_of_deal)))
    values = pc.value_counts(frame[label].drop_null())
    return Counter({one["values"]: one["counts"] for one in values.to_pylist()})


def _otherwise(label: str, counts: Counts) -> Iterator[Note]:
    """The doubts on values of each table that most rows write otherwise."""
    total = sum(counts.values(), Counter[str]())
    of_leads = counts.get("leads", Counter())
    usual: dict[str, str] = {}
    for value in sorted(total, key=lambda one: (-of_leads[one], -total[one], one)):
        usual.setdefault(_alike(label, value), value)
    for table, values in counts.items():
        others = {one: usual[_alike(label, one)] for one in values}
        others = {one: other for one, other in others.items() if one != other}
        if others:
            one, other = max(others.items(), key=lambda pair: values[pair[0]])
            yield Note(
                table=table,
                column=label,
                rows=sum(values[one] for one in others),
                what="are written otherwise than most are, so one value counts as two",
                examples=tuple(f"{one} → {other}" for one, other in others.items())[:EXAMPLES],
                remedy=f'values.{label} = {{ "{other}" = ["{one}"] }} under [tables.{table}] '
                "reads them as one, or write them alike in the source.",
                is_doubt=True,
            )


def _apart(label: str, counts: Counts) -> Iterator[Note]:
    """The doubts on costs and campaigns of which no lead has a value; a cost may take these."""
    leads = counts.get("leads", Counter())
    known = {_alike(label, value) for value in leads}
    for table in counts.keys() & {"costs", "campaigns"} if label != "channel" else ():
        values = counts[table]
        named = {_alike(label, value) for value in values}
        if min(len(named), len(known)) >= _LEAST and not named & known:
            listed = ", ".join(sorted(leads)[:EXAMPLES])
            yield Note(
                table=table,
                column=label,
                rows=values.total(),
                what=f"have a value that no lead has; leads have {listed}",
                examples=tuple(sorted(values)[:EXAMPLES]),
                remedy=f"Grouped by {label}, costs and leads are apart: write one name in both, or "
                f"set values.{label} under [tables.{table}].",
                is_doubt=True,
            )


def _alike(label: str, value: str) -> str:
    """What two writings of a value have in common; of numbers, the hyphen counts: ``1-10``."""
    words = _WORD_ENDS.split(value.casefold().strip(" _"))
    if label == "owner":
        words = sorted(word.strip(",") for word in words)
    return ("-" if any(map(str.isdigit, value)) else "").join(words)
