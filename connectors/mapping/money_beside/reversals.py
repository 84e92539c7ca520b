"""Rows that take another back but count in plus: a Storno, a refund, what a bank calls ``Bij``."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns, counted
from kpis.display import listed

_NOUN = r"(?:document|invoice|transaction|entry|posting|booking|record|payment|receipt|voucher|doc)"
_KINDS = re.compile(
    rf"(?:.* )?(?:type|typ|kind|tipo|soort|rodzaj|status|statut|estado|stato)(?: .*)?|{_NOUN}"
    r"|\w*(?:beleg|buchungs|vorgangs|dokument|dokumenten|rechnungs|transaktions|bewegungs|satz)art"
    r"|art|belegtyp|vorgang|beleg|buchung|description|beschreibung|buchungstext|text|event"
)
"""Headers that say what kind of entry a row is."""
_REVERSED = re.compile(
    r"storno|storniert|stornierung|stornorechnung|stornobeleg|rechnungsstorno|generalumkehr"
    r"|rechnungskorrektur|korrekturrechnung|rück(?:erstattung|buchung|lastschrift|zahlung)"
    r"|erstattung|erstattet|revers(?:al|ed)|revers(?:al|ing) entry|(?:invoice |payment )?refund"
    r"|(?:partial(?:ly)? |fully )?refund(?:ed)?|credit ?(?:note|memo)s?|charge ?back"
    r"|(?:invoice )?cancell?ation(?: invoice)?|void(?:ed)?"
    r"|(?:facture d )?avoir|note de crédit|remboursement|remboursée?|annulation"
    r"|(?:factura )?rectificativa|nota (?:de|di) cr[ée]dito|reembolso|devoluci[óo]n|anulaci[óo]n"
    r"|estorno|rimborso|storno|annullamento"
    r"|credit ?(?:nota|factuur)|terugbetaling|terugboeking|korekta|zwrot|kreditnota|återbetalning"
)
_TAKEN_BACK = re.compile(r"(?:partial(?:ly)? |fully )?refunded|reversed|erstattet|remboursée?")
"""Of the payment itself, whose refund PayPal writes below zero into a row of its own."""
_CREDITED = re.compile(r"gutschrift|abono|accredito")
"""Of an invoice it is a reversal; on the statement of a bank it is money that came in."""
_DIRECTION = re.compile(
    r"(?:.* )?(?:af bij|bij af|d c|c d|cr dr|dr cr|s h|h s|soll haben|haben soll|debe haber"
    r"|dare avere|(?:debit|debet|débit)(?: or| ou)? (?:credit|crédit)"
    r"|credit(?: or)? (?:debit|debet)|eingang ausgang|in out|direction|richtung|sens)(?: .*)?"
    r"|(?:(?:transaction|entry|posting|booking) )?type|buchungsart|umsatzart"
)
"""Headers that say of each row whether money went out or came in, or its side of the account."""
_OUT, _IN = (
    frozenset(words.split())
    for words in (
        "af d dr debit debet dbit débit soll s out outgoing outflow ausgang debe dare sortie saída",
        "bij c cr credit crdt crédit haben h in incoming inflow eingang haber avere entrée entrada",
    )
)
_AT_MOST = 0.5
"""An invoice is reversed once at most; a table of refunds alone means what it says."""


def reversal_notes(columns: UnmappedColumns, rows: pa.Table, skipped: Rows) -> list[Note]:
    """Return a doubt where a column calls rows of costs, deals or payments a reversal or refund.

    So is money that came in among costs, or went out among payments, where a column has both.
    rows: those loaded. skipped: those of which another rule spoke. A whole cell says so. None where
    one of these rows is below zero, as the source then has a sign of its own (of ``refunded``,
    where any row is), or where reversals are more than half of all.
    """
    if columns.table not in ("costs", "payments", "deals"):
        return []
    amounts = rows["amount"].to_numpy()
    has_refunds = bool((amounts < 0).any())
    found_in = [(at, header, True) for at, header in columns.headed(_DIRECTION)]
    found_in += [(at, header, False) for at, header in columns.headed(_KINDS)]
    for at, header, is_direction in found_in:
        cells = columns.cells(at)
        texts = [_words(value) if isinstance(value, str) else "" for value in cells.values]
        if is_direction:
            says = _come_back(texts, columns.table)
        else:
            says = [_is_reversal(text, columns.table, has_refunds) for text in texts]
        named = np.array([*says, False], dtype=bool)[cells.codes]
        found = np.flatnonzero(named & counted(columns.table, rows) & ~skipped)
        if (named & (amounts < 0)).any() or not len(found):
            continue
        if not is_direction and len(found) > _AT_MOST * len(amounts):
            continue
        words = dict.fromkeys(str(cells.values[cells.codes[row]]) for row in found.tolist())
        return [_note(columns, rows, header, list(words), found)]
    return []


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _come_back(texts: list[str], table: str) -> list[bool]:
    """Which values of a column of directions are against the table's; none where one is no side."""
    is_side = {"costs": _IN, "payments": _OUT}.get(table, frozenset())
    has_both = _OUT.intersection(texts) and _IN.intersection(texts)
    is_known = has_both and _OUT.union(_IN).issuperset(texts)
    return [bool(is_known) and text in is_side for text in texts]


def _is_reversal(words: str, table: str, has_refunds: bool) -> bool:
    if has_refunds and _TAKEN_BACK.fullmatch(words):
        return False
    is_credited = table != "payments" and _CREDITED.fullmatch(words)
    return bool(_REVERSED.fullmatch(words) or is_credited)


def _note(
    columns: UnmappedColumns,
    rows: pa.Table,
    header: str,
    words: list[str],
    found: npt.NDArray[np.intp],
) -> Note:
    said = listed([f"'{word}'" for word in words[:EXAMPLES]])
    amounts = rows["amount"].take(found[:EXAMPLES]).to_pylist()
    shown = zip(columns.numbers[found[:EXAMPLES]].tolist(), amounts, strict=True)
    count, they = (
        ("counts", "it takes another row") if len(found) == 1 else ("count", "they take other rows")
    )
    minus = f"give {'it' if len(found) == 1 else 'them'} a minus: {_line(columns, header, words)}."
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"are {said} in '{header}', which is not mapped, but {count} in plus"
        + sums(rows.take(found).to_pandas()),
        examples=tuple(f"row {number}: {amount:,.2f}" for number, amount in shown),
        remedy=f"If {they} back, {minus}",
        is_doubt=True,
    )


def _line(columns: UnmappedColumns, header: str, words: list[str]) -> str:
    """The query that gives the rows a minus, and keeps the names that the settings know."""
    amount = columns.name(columns.called.get("amount", "amount"))
    others = [columns.name(name) for key, name in columns.called.items() if key != "amount"]
    texts = ", ".join(map(columns.text, words))
    minus = f"'-' || {amount}" if columns.holds_text else f"-{amount}"
    case = f"CASE WHEN {columns.name(header)} IN ({texts}) THEN {minus} ELSE {amount} END"
    return columns.query(", ".join([*others, f"{case} AS {amount}"]))
