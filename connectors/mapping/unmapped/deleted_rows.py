"""Rows that their source marks as deleted, archived, cancelled or merged into another."""

import re

import numpy as np

from connectors.mapping.cells import Cells, text_of
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns

_BEFORE = r"(?:(?:is|was|has been|hs|fivetran|soft|row|record|lead|contact|deal|ist|wurde) )*"
_AFTER = r"(?: (?:at|on|by|am|date|datum|time|timestamp|flag|ts|el|le))*"
_GONE = (
    r"deleted|deletion|trashed|gelöscht\w*|lösch(?:datum|kennzeichen|vermerk)"
    r"|supprimée?|eliminad[oa]|borrad[oa]|cancellato|usunięt[ey]|verwijderd"
    r"|merged|merged (?:into|to)|merged into (?:id|lead|contact|deal|record)(?: id)?"
    r"|master record id"
)
_STORED = r"archived|archiviert\w*|archivée?|archivad[oa]|archiviato|gearchiveerd"
"""Marks of people and deals: what an archived campaign has cost was spent."""
_CANCELLED = (
    r"cancell?ed|voided|storniert|annulliert|annulée?|anulad[oa]|cancelad[oa]|annullat[oa]"
    r"|geannuleerd|anulowan[eo]|charge ?back|charged back"
)
"""Marks of money."""
_DELETED = re.compile(f"{_BEFORE}(?:{_GONE}){_AFTER}")
_ARCHIVED = re.compile(f"{_BEFORE}(?:{_GONE}|{_STORED}){_AFTER}")
_VOID = re.compile(f"{_BEFORE}(?:{_GONE}|{_CANCELLED}){_AFTER}")
UNDONE = re.compile(f"(?:order )?{_BEFORE}(?:{_CANCELLED}|storno|refunded){_AFTER}")
"""Marks of a deal that was won and came to nothing."""
_WORDS = {
    **dict.fromkeys(("leads", "deals", "customers"), _ARCHIVED),
    **dict.fromkeys(("costs", "payments"), _VOID),
}
_NO = frozenset(
    ("false", "f", "no", "n", "0", "nein", "falsch", "non", "faux", "falso", "não", "nao", "nee")
    + ("nie", "null", "none", "nan", "n/a", "-", "--", "active", "aktiv", "not deleted")
)


def deleted_notes(columns: UnmappedColumns) -> list[Note]:
    """Return a doubt for each column that marks some rows, but not all, as deleted.

    A flag that is true marks a row, as does a date or an id that is not blank. The list of ids
    that were merged into a row (``hs_merged_object_ids``) marks the row that is left: none.
    """
    words = _WORDS.get(columns.table, _DELETED)
    found = [(header, columns.cells(at)) for at, header in columns.headed(words)]
    notes = [
        marked_note(columns, header, cells, ~are_no(cells), "marked", "If they are gone, ")
        for header, cells in found
    ]
    return [note for note in notes if 0 < note.rows < len(columns.numbers)]


def marked_note(
    columns: UnmappedColumns,
    header: str,
    cells: Cells,
    marked: Rows,
    how: str,
    if_so: str,
    among: Rows | None = None,
) -> Note:
    """Return the doubt on the rows whose value is ``marked``, with the query without them.

    marked: of each distinct value. how, if_so: as in "are {how} in 'archived'" and "{if_so}leave".
    among: the rows that count; by default all.
    """
    marks = np.append(marked, False)
    rows = np.flatnonzero(marks[cells.codes] if among is None else marks[cells.codes] & among)
    shown = [
        f"row {columns.numbers[row]}: {text_of(cells.values[cells.codes[row]])}"
        for row in rows[:EXAMPLES].tolist()
    ]
    line = columns.where(_unmarked(columns, header, cells, marks))
    return Note(
        table=columns.table,
        column="",
        rows=len(rows),
        what=f"are {how} in '{header}', which is not mapped, but counted",
        examples=tuple(shown),
        remedy=f"{if_so}leave them out: {line}.",
        is_doubt=True,
    )


def are_no(cells: Cells) -> Rows:
    """Return which of the distinct values say no: false, 0, a date of zeros."""
    return np.array([_is_no(value) for value in cells.values], dtype=bool)


def _is_no(value: object) -> bool:
    if isinstance(value, bytes):  # a BIT of MySQL
        return not any(value)
    text = text_of(value).casefold()
    return text in _NO or text.startswith("0000-00-00")


def _unmarked(columns: UnmappedColumns, header: str, cells: Cells, marks: Rows) -> str:
    """The condition under which a row is not marked, by the values that this column has."""
    name = columns.name(header)
    none = [value for value, marked in zip(cells.values, marks, strict=False) if not marked]
    texts = [text_of(v) for v in none]
    is_typed = not columns.holds_text and not any(isinstance(value, str) for value in none)
    values = texts if is_typed else [columns.text(text) for text in texts]
    ways = [f"{name} IN ({', '.join(values)})"] if len(values) > 1 else []
    ways += [f"{name} = {value}" for value in values if len(values) == 1]
    if (cells.codes < 0).any():
        ways.insert(0, f"{name} IS NULL")
    return " OR ".join(ways) or f"{name} IS NULL"
