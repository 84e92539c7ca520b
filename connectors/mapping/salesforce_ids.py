"""Ids of Salesforce in one form: reports show 15 characters, its API 18, of the same record.

The last three of 18 are computed from the case of the others, so that a 15 has one 18 only.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.ids import is_id
from connectors.mapping.mapping import MappedTable
from connectors.mapping.notes import EXAMPLES, Note

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT = r"^(?:00[0-9A-Za-z]|70[0-9A-Za-z]|80[0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}$"
"""Kinds of records by their first three characters: leads 00Q, deals 006, campaigns 701, own a.."""
_LONG = _SHORT.replace("$", "[A-Z0-5]{3}$")


def long_id(short: str) -> str:
    """Return the 18 characters of an id of 15: each five give a letter, by which are capitals."""
    fives = (short[start : start + 5] for start in (0, 5, 10))
    sums = (sum(1 << at for at, c in enumerate(five) if "A" <= c <= "Z") for five in fives)
    return short + "".join(_SUFFIX[total] for total in sums)


def in_one_form(parts: Mapping[str, tuple[str, MappedTable]]) -> dict[str, MappedTable]:
    """Return the parts of tables with ids of 15 characters completed, where others have 18.

    parts: each with the name of its table. A column of ids is completed if the same column of any
    part holds ids of 18 that are proved by their last three characters; else all stay as they are.
    """
    found = [part for _, part in parts.values()]
    mixed = {name for part in found for name in _ids(part) if _has_long(part.frame[name])}
    return {name: _completed(table, part, mixed) for name, (table, part) in parts.items()}


def _ids(part: MappedTable) -> list[str]:
    return [name for name in part.frame.column_names if is_id(name) and name in part.mapped]


def _distinct(column: Any, pattern: str) -> list[str]:
    found = column.filter(pc.fill_null(pc.match_substring_regex(column, pattern), False))
    return [text for text in pc.unique(found).to_pylist() if text is not None]


def _has_long(column: Any) -> bool:
    lengths = pc.equal(pc.utf8_length(column), 18)
    if not pc.any(lengths).as_py():
        return False
    return any(long_id(text[:15]) == text for text in _distinct(column, _LONG))


def _completed(table: str, part: MappedTable, mixed: set[str]) -> MappedTable:
    frame, notes = part.frame, list[Note]()
    for name in _ids(part):
        short = _distinct(frame[name], _SHORT) if name in mixed else []
        if not short:
            continue
        column = frame[name].combine_chunks()
        at = pc.index_in(column, pa.array(short, pa.string()))
        full = pa.array([long_id(text) for text in short], pa.string()).take(at)
        position = frame.column_names.index(name)
        frame = frame.set_column(position, frame.schema.field(name), pc.coalesce(full, column))
        what = "are ids of Salesforce in 15 characters, completed to the 18 that other tables have"
        rows, examples = len(at) - at.null_count, tuple(short[:EXAMPLES])
        notes.append(Note(table=table, column=name, rows=rows, what=what, examples=examples))
    if not notes:
        return part
    return replace(part, frame=frame, notes=(*part.notes, *notes), is_rekeyed=True)
