"""Rows of money that a column calls cancelled, planned, failed or an offer, but that count."""

import re
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.cells import text_of
from connectors.mapping.header_words import header_words
from connectors.mapping.money_beside.money_words import MOVED, NEVER_MOVED, PAPERS, REFUNDED
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns, counted
from kpis.display import listed

_STATUS = r"(?:.* )?\w*(?:status|statut|estado|stato|situação|stan|state)(?: .*)?"
_KIND = (
    r"(?:.* )?\w*(?:type|typ|kind|tipo|soort|rodzaj|scenario|szenario|escenario|version|art)"
    r"(?: .*)?|(?:plan|soll|budget|forecast) (?:vs )?(?:ist|actuals?)"
    r"|(?:ist|actuals?) (?:vs )?(?:plan|soll|budget|forecast)"
)
_PAPER = (
    r"(?:document|doc|voucher|beleg|dokument|vorgangs?)(?: ?(?:type|kind|typ|art))?"
    r"|type (?:de (?:document|pièce)|of document)|tipo (?:de |di )?documento|documento|type|typ|art"
)
_OF_DEALS = (
    r"(?:order|payment|financial|invoice|fulfill?ment) (?:status|state)"
    r"|(?:zahlungs|bestell|auftrags|rechnungs)status"
    r"|statut de (?:la )?(?:commande|paiement)|estado del (?:pedido|pago)"
)
"""Of an order: one that is cancelled is so, whether or not others are called paid."""
_HEADERS = {
    "costs": re.compile(f"{_STATUS}|{_KIND}|{_PAPER}"),
    "payments": re.compile(f"{_STATUS}|{_KIND}|{_PAPER}"),
    "deals": re.compile(rf"status|state|{_OF_DEALS}|{_PAPER}"),
}
_OF_OTHERS = re.compile(
    r"\b(?:campaign|kampagnen?\w*|ads?|ad ?(?:set|group)|adset|anzeigen?\w*|delivery|shipping"
    r"|fulfill?ment|lead|contact|customer|kunden?\w*|subscription|abo\w*|project|projekt\w*|event"
    r"|refund|dispute|payout|tax|sync|email|campagne|campaña|campagna)\b"
)
"""A campaign that was cancelled has still cost what is booked."""
_OF_CAMPAIGNS = re.compile(
    r"active|aktiv|paused|pausiert|running|läuft|laufend|live|enabled|ended|beendet|learning"
    r"|acti(?:f|ve)|activ[oa]|attiv[oa]|actief|en cours|terminée?|pausad[oa]|removed"
)


def unbooked_notes(columns: UnmappedColumns, rows: pa.Table, skipped: Rows) -> list[Note]:
    """Return a doubt for each column that says of some rows that no money moved, of others it did.

    rows: those loaded. skipped: those of which another rule spoke; the rows named here join them.
    Both must be said (``booked``, ``cancelled``): a status of campaigns says neither or has words
    of its own (``active``). Of the papers of purchases (``Angebot``, ``Rechnung``) all but the last
    kind are named, as one purchase may have several. Of deals, the won ones. None where a row named
    so is below zero, or, of refunds, where any row is: the source then takes them back itself.
    """
    if columns.table not in _HEADERS:
        return []
    amounts = rows["amount"].to_numpy()
    counts, notes = counted(columns.table, rows), []
    for at, header in columns.headed(_HEADERS[columns.table]):
        words = header_words(header)
        is_of_deal = columns.table == "deals" and re.fullmatch(_OF_DEALS, words) is not None
        if _OF_OTHERS.search(words) and not is_of_deal:
            continue
        takes_refunds = not (amounts < 0).any()
        values, marked = _never_moved(columns, at, takes_refunds, is_of_deal)
        found = np.flatnonzero(marked & counts & ~skipped)
        if len(found) and not (marked & (amounts < 0)).any():
            skipped[found] = True
            texts, numbers = columns.texts(at), columns.numbers[found]
            are_papers = any(_earlier_papers([header_words(text) for text in {*texts}]))
            cause = "another row is of the same purchase" if are_papers else "no money moved"
            remedy = f"If {cause}, leave them out: {columns.where(columns.others(at, values))}."
            of_rows = rows.take(found)
            notes.append(_note(columns.table, of_rows, header, texts[found], numbers, remedy))
    return notes


def _never_moved(
    columns: UnmappedColumns, at: int, takes_refunds: bool, is_of_deal: bool
) -> tuple[list[str], Rows]:
    """The values of a column that say so, and their rows.

    None where no other says that it moved, unless the column is of orders.
    """
    cells = columns.cells(at)
    texts = [text_of(value) for value in cells.values]
    words = [header_words(text) for text in texts]
    moved, never = MOVED[columns.table], NEVER_MOVED[columns.table]
    says_both = is_of_deal or any(map(moved.fullmatch, words))
    is_of_money = says_both and not any(map(_OF_CAMPAIGNS.fullmatch, words))
    says = [
        bool(is_of_money and never.fullmatch(word))
        and (takes_refunds or not REFUNDED.fullmatch(word))
        for word in words
    ]
    says = [*map(bool.__or__, says, _earlier_papers(words))]
    named = [text for text, is_named in zip(texts, says, strict=True) if is_named]
    return named, np.array([*says, False], dtype=bool)[cells.codes]


def _earlier_papers(words: list[str]) -> list[bool]:
    """Which values are papers of a purchase that come before those that other values are."""
    kinds = [
        next((at for at, kind in enumerate(PAPERS) if kind.fullmatch(word)), len(PAPERS))
        for word in words
    ]
    last = max((kind for kind in kinds if kind < len(PAPERS)), default=0)
    return [kind < last for kind in kinds]


def _note(
    table: str,
    rows: pa.Table,
    header: str,
    said: npt.NDArray[np.object_],
    numbers: npt.NDArray[np.int64],
    remedy: str,
) -> Note:
    shown = zip(numbers.tolist(), said.tolist(), rows["amount"].to_pylist(), strict=True)
    words = listed([f"'{word}'" for word in dict.fromkeys(said.tolist())])
    count = "counts" if len(said) == 1 else "count"
    return Note(
        table=table,
        column="",
        rows=len(said),
        what=f"are {words} in '{header}', which is not mapped, but {count} like the others"
        + sums(rows.to_pandas()),
        examples=tuple(
            f"row {number}: {word} {amount:,.2f}"
            for number, word, amount in islice(shown, EXAMPLES)
        ),
        remedy=remedy,
        is_doubt=True,
    )
