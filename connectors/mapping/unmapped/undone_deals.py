"""Won deals that came to nothing: a column cancels them, or says why they were lost."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown, text_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns
from connectors.mapping.unmapped.deleted_rows import UNDONE, are_no, marked_note

_NOTICE = np.timedelta64(90, "D")
_LATE = 0.1
"""A deal cancelled later than that was won, and its customer has left since. Where more than this
share of the marks are so late, the column says when contracts end."""
_LOST = re.compile(
    r"(?:deal |opportunity )?(?:closed )?(?:lost|loss) reason|reason (?:for )?(?:lost|loss|losing)"
    r"|verlustgrund|ablehnungsgrund|absagegrund|grund (?:der|für die) (?:absage|ablehnung)"
    r"|(?:motif|raison) de (?:la )?perte|motivo (?:de |della )?(?:pérdida|perdita|perda)"
    r"|verliesreden|reden verlies|powód (?:utraty|przegranej)"
)
_WON = re.compile(r"(?:closed )?won|gewonnen|gagnée?|ganad[oa]|vint[oa]|n ?a|none|other|sonstiges?")
"""Reasons that are none, or may be of a sale, too."""
_AT_MOST = 0.5
"""Reasons on more of the won deals are those for which they were closed."""


def undone_notes(columns: UnmappedColumns, rows: pa.Table) -> Iterator[Note]:
    """Yield a doubt for each unmapped column that cancels won deals, and on reasons of their loss.

    rows: those loaded. A mark on every won deal, and on those of which many were closed over 90
    days before, is none.
    """
    if columns.table != "deals":
        return
    won = pc.equal(rows["status"], "won").to_numpy()
    for at, header in columns.headed(UNDONE):
        cells = columns.cells(at)
        marks = ~are_no(cells)
        held = np.append(marks, False)[cells.codes] & won
        if 0 < held.sum() < won.sum() and not _is_end(columns, at, held):
            how, if_so = "won and marked", "If they came to nothing, "
            yield marked_note(columns, header, cells, marks, how, if_so, won)
    reasons = dict(columns.headed(_LOST))
    if "loss_reason" in columns.origin:
        reasons[columns.origin["loss_reason"]] = columns.called["loss_reason"]
    for at, header in reasons.items():
        texts = columns.texts(at)
        is_reason = [bool(text) and not _WON.fullmatch(header_words(text)) for text in texts]
        held = (columns.cells(at).codes >= 0) & np.array(is_reason, dtype=bool) & won
        if 0 < held.sum() <= _AT_MOST * won.sum():
            yield _note(columns, at, header, held, rows)


def _is_end(columns: UnmappedColumns, at: int, held: Rows) -> bool:
    """Whether the marks are days on which contracts ended."""
    if "closed_at" not in columns.origin:
        return False
    closed = columns.days(columns.origin["closed_at"], "closed_at")[held]
    after = columns.days(at, "closed_at")[held] - closed
    return bool((after > _NOTICE).sum() > _LATE * len(after))


def _note(columns: UnmappedColumns, at: int, header: str, held: Rows, rows: pa.Table) -> Note:
    texts, found = columns.texts(at), np.flatnonzero(held)
    return Note(
        table="deals",
        column="",
        rows=len(found),
        what=f"have a reason in '{header}', but the status won{sums(rows.take(found).to_pandas())}",
        examples=tuple(
            shown(f"row {columns.numbers[row]}: {text_of(texts[row])}") for row in found[:EXAMPLES]
        ),
        remedy="If they were lost in the end, correct their status in the source; if they were won "
        "after all, remove the reason.",
        is_doubt=True,
    )
