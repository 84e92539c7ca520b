"""Amounts of a ledger in two columns, ``Debit`` and ``Credit``, of which one alone is mapped."""

import re

import numpy as np

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import UnmappedColumns

_SIDES = (
    *(("debit", "credit"), ("debits", "credits"), ("dr", "cr"), ("débit", "crédit")),
    *(("soll", "haben"), ("belastung", "gutschrift"), ("lastschrift", "gutschrift")),
    *(("ausgang", "eingang"), ("addebito", "accredito"), ("af", "bij")),
    *(("debe", "haber"), ("cargo", "abono"), ("cargos", "abonos"), ("débito", "crédito")),
    *(("dare", "avere"), ("withdrawal", "deposit"), ("withdrawals", "deposits")),
    *(("paid out", "paid in"), ("money out", "money in")),
    *(("charge", "refund"), ("charges", "refunds")),
    *(("wn", "ma"), ("obciążenie", "uznanie"), ("obciążenia", "uznania")),
)
"""What goes out and what comes in, as ledgers and banks head their columns.

No words of expenses and income: beside the spend of a campaign stands what it earned.
"""


def other_side_notes(columns: UnmappedColumns) -> list[Note]:
    """Return a doubt where rows without an amount have one in the column of the other side.

    Blank or zero counts as without. Rows that were rejected for it are looked at, too. Where a row
    has both, the columns are no two sides of a ledger.
    """
    if columns.table not in ("costs", "payments") or "amount" not in columns.called:
        return []
    partners = _partners(header_words(columns.called["amount"]))
    every = columns.of_every_row()
    for at, header in columns.headers.items():
        if header_words(header) not in partners:
            continue
        own = np.nan_to_num(every.amounts(columns.origin["amount"]))
        other = np.nan_to_num(every.amounts(at))
        found = np.flatnonzero((own == 0) & (other != 0))
        if len(found) and not ((own != 0) & (other != 0)).any():
            return [_note(every, at, header, found.tolist(), other)]
    return []


def _partners(words: str) -> set[str]:
    """The words of the headers that the other side may have: ``credit eur`` of ``debit eur``."""
    ways = [way for pair in _SIDES for way in (pair, pair[::-1])]
    found = {re.sub(rf"\b{one}\b", other, words) for one, other in ways}
    return found - {words}


def _note(
    columns: UnmappedColumns, at: int, header: str, found: list[int], other: "np.ndarray"
) -> Note:
    amount = columns.called["amount"]
    minus = columns.amount_with(at, "{amount} - {other}")
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"have no amount in '{amount}', but {other[found].sum():,.2f} in '{header}', which is "
        "not mapped",
        examples=tuple(
            f"row {columns.numbers[row]}: {other[row]:,.2f}" for row in found[:EXAMPLES]
        ),
        remedy=f"If they take other {columns.table} back, subtract them: {minus}. If not, leave "
        f"them out with a query.",
        is_doubt=True,
    )
