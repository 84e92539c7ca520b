"""A part of a table without a column that another part has: an export that was renamed midway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import Note
from connectors.mapping.source_columns import COUNTED_NOWHERE
from kpis.display import listed
from kpis.model import TABLES

_NOT_COUNTED = (*COUNTED_NOWHERE, "score", "loss_reason", "category", "kind", "expected_close_on")
"""No figure depends on these."""
_ADDED = frozenset(("id", "at", "on", "date", "datum", "time", "name", "code", "the", "is"))
"""Words that a header may have more or less than the column: ``MQL date`` is mql_at."""
_RECORDS = frozenset(("lead", "contact", "deal", "opportunity", "account"))


@dataclass(frozen=True)
class PartColumns:
    """The columns of a part.

    mapped: the canonical ones that it has, constants included. called: the header in the source of
    those that come from one. headers: those that nobody mapped. without: the line of settings that
    leaves rows out, with … for their keys, or for the condition where there is no key.
    """

    place: str
    rows: int
    mapped: frozenset[str]
    called: Mapping[str, str]
    headers: Sequence[str]
    without: str = ""


def missing_notes(table: str, parts: Sequence[PartColumns]) -> list[Note]:
    """Return a note for each part that lacks columns which another part has.

    A doubt where one of its own columns reads like one of them, or has the header that it has in
    the other part; else plain, as parts may well differ. Constants count as columns.
    """
    names = [name for name in TABLES[table].column_names if name not in _NOT_COUNTED]
    notes = []
    for number, part in enumerate(parts, 1):
        others = [other for other in parts if other is not part]
        lacking = [n for n in names if n not in part.mapped and any(n in o.mapped for o in others)]
        if lacking:
            found = {name: _like(name, part, others) for name in lacking}
            alike = {name: header for name, header in found.items() if header}
            notes.append(_note(table, number, part, lacking, alike))
    return notes


def _note(
    table: str, number: int, part: PartColumns, lacking: list[str], alike: dict[str, str]
) -> Note:
    reads = [f"'{header}' reads like {name}" for name, header in alike.items()]
    have = "has" if part.rows == 1 else "have"
    what = f"of part {number} ({part.place}) {have} no {listed(lacking)}, which another part has"
    columns = ", ".join(f'{name} = "{header}"' for name, header in alike.items())
    line = f"Name them in that part: columns = {{ {columns} }} under its [[tables.{table}]]."
    return Note(
        table=table,
        column="",
        rows=part.rows,
        what=f"{what}; {listed(reads)}" if alike else what,
        remedy=line if alike else "",
        is_doubt=bool(alike),
    )


def _like(name: str, part: PartColumns, others: Sequence[PartColumns]) -> str:
    """The header of the part that reads like a column, or like its header in another part."""
    elsewhere = {header_words(other.called[name]) for other in others if name in other.called}
    for header in part.headers:
        words = header_words(header)
        if words in elsewhere or reads_like(words, name):
            return header
    return ""


def reads_like(words: str, name: str) -> bool:
    """Return whether a header of these ``words`` is that of a canonical column: ``Campaign ID``."""
    header, column = set(words.split()), set(name.split("_"))
    core, added = _stems(column - _ADDED), _ADDED | (_RECORDS - column)
    return bool(core) and _stems(header - added) == core


def _stems(words: set[str]) -> set[str]:
    """The words without the ending by which ``Close Date`` and ``closed_at`` differ."""
    return {word.removesuffix("d").removesuffix("s") for word in words}
