"""Constants of the settings beside an unmapped column that holds the same thing, and other values.

An export had one campaign when its constant was written; since then it has two.
"""

import re

import numpy as np

from connectors.mapping.cells import shown, texts_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import UnmappedColumns
from connectors.mapping.unmapped.missing_columns import reads_like
from kpis.display import listed
from kpis.model import TABLES

_CALLED = {
    "campaign_id": "kampagnen?|campagne|campaña|campanha|campagna|kampanj|kampania|kampaň|kampanje",
    "owner": "besitzer|inhaber|verkäufer|propietario|propriétaire|proprietario|eigenaar",
    "status": "statut|estado|stato|phase|stage|deal stage",
    "channel": "kanal|canal|canale|kanaal",
    "team": "équipe|equipo|squadra|equipe",
}
"""What headers in other words are called, with a name, an id or nothing behind."""


def constant_notes(columns: UnmappedColumns) -> list[Note]:
    """Return a note for each constant beside a column of that name with other values.

    A doubt where the column holds the constant, too, as then it is of the same kind; else plain: a
    constant may well sum up what the column has in detail. Other columns are asked of a currency.
    """
    known = {column.name: column.kind for column in TABLES[columns.table].columns}
    notes = []
    for name, constant in columns.settings.constants.items():
        if name != "currency" and known.get(name, "text") in ("text", "choice"):
            found = [_note(columns, name, constant, at) for at in _beside(columns, name)]
            notes += sorted(filter(None, found), key=lambda note: not note.is_doubt)[:1]
    return notes


def _beside(columns: UnmappedColumns, name: str) -> list[int]:
    called = re.compile(f"(?:{_CALLED[name]})(?: (?:name|id))?") if name in _CALLED else None
    words = {at: header_words(header) for at, header in columns.headers.items()}
    return [
        at
        for at, held in words.items()
        if reads_like(held, name) or (called and called.fullmatch(held))
    ]


def _note(columns: UnmappedColumns, name: str, constant: str, at: int) -> Note | None:
    """The note on a column, None where it holds nothing but the constant."""
    cells, header = columns.cells(at), columns.headers[at]
    texts = texts_of(cells.values)
    differs = [text.casefold() != constant.strip().casefold() for text in texts]
    found = np.flatnonzero(np.array([*differs, False], dtype=bool)[cells.codes])
    if not len(found):
        return None
    held = [texts[code] for code in cells.codes[found].tolist()]
    names = [f"'{shown(one)}'" for one in dict.fromkeys(held)]
    more = f" and {len(names) - EXAMPLES} more" if len(names) > EXAMPLES else ""
    rows = zip(columns.numbers[found[:EXAMPLES]].tolist(), held, strict=False)
    where = f"under [tables.{columns.table}]"
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"have {listed(names[:EXAMPLES])}{more} in '{header}', which is not mapped: the "
        f"constant {name} = '{constant}' counts",
        examples=tuple(shown(f"row {number}: {text}") for number, text in rows),
        remedy=f'To count them as they are, write columns.{name} = "{header}" {where} in place of '
        "the constant.",
        is_doubt=not all(differs),
    )
