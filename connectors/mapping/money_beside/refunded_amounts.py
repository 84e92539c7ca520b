"""Amounts before refunds, beside an unmapped column with what was refunded of each."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns, counted

_AMOUNT = r"(?:amount|total|value|sum|payment|order|betrag|montant|importe|monto|importo|bedrag)"
_REFUNDED = re.compile(
    rf"(?:{_AMOUNT} )*refund(?:ed|s)?(?: {_AMOUNT})*(?: [a-z]{{3}})?|{_AMOUNT} of refunds?"
    r"|(?:rück)?erstattet(?:er betrag)?|(?:rück)?erstattung(?:en|sbetrag|ssumme)?"
    r"|(?:montant )?rembours(?:ée?s?|ements?)|(?:importe |monto )?reembols(?:ad)?os?"
    r"|(?:importo )?rimbors(?:at)?[oi]|terugbetaald(?: bedrag)?|valor reembolsado"
)
_NET = re.compile(r"\b(?:net|netto|nett|neto|after|less|minus|payout|auszahlung)\b")


def refund_notes(columns: UnmappedColumns, rows: pa.Table, skipped: Rows) -> list[Note]:
    """Return a doubt where amounts count in full, beside a column with what was refunded of them.

    rows: those loaded; of deals, the won ones. Rows with a refund join ``skipped``. None where an
    amount is net by its header or below zero, as refunds have rows of their own then; where more is
    refunded than was paid; and where the column is a flag.
    """
    header = columns.called.get("amount", "")
    if columns.table not in ("costs", "payments", "deals") or _NET.search(header_words(header)):
        return []
    paid, counts = rows["amount"].to_numpy(), counted(columns.table, rows)
    for at, name in columns.headed(_REFUNDED):
        refunded = np.nan_to_num(columns.amounts(at))
        back = np.abs(refunded) * abs(columns.settings.scale.get("amount", 1.0))
        found = np.flatnonzero((back > 0) & counts)
        is_flag = set(back.tolist()) <= {0.0, 1.0}
        if not len(found) or is_flag or (paid < 0).any() or (back[found] > paid[found]).any():
            continue
        skipped[found] = True
        left = f"{{amount}} {'+' if (refunded < 0).any() else '-'} {{other}}"
        line = columns.amount_with(at, left)
        return [_note(columns, name, line, found, paid, back)]
    return []


def _note(
    columns: UnmappedColumns,
    header: str,
    line: str,
    found: npt.NDArray[np.intp],
    paid: npt.NDArray[np.float64],
    back: npt.NDArray[np.float64],
) -> Note:
    shown = [
        f"row {columns.numbers[row]}: {back[row]:,.2f} of {paid[row]:,.2f}"
        for row in found[:EXAMPLES].tolist()
    ]
    counts = "counts" if len(found) == 1 else "count"
    return Note(
        table=columns.table,
        column="",
        rows=len(found),
        what=f"have a refund in '{header}', which is not mapped, and {counts} in full: "
        f"{back[found].sum():,.2f} of {paid[found].sum():,.2f} was refunded",
        examples=tuple(shown),
        remedy=f"If the amount is before refunds, take them off: {line}.",
        is_doubt=True,
    )
