"""Amounts before refunds, beside an unmapped column with what was refunded of each."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.cells import texts_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns, counted
from kpis.errors import MappingError

_AMOUNT = r"(?:amount|total|value|sum|payment|order|betrag|montant|importe|monto|importo|bedrag)"
_REFUNDED = re.compile(
    rf"(?:{_AMOUNT} )*refund(?:ed|s)?(?: {_AMOUNT})*(?: [a-z]{{3}})?|{_AMOUNT} of refunds?"
    r"|(?:rück)?erstattet(?:er betrag)?|(?:rück)?erstattung(?:en|sbetrag|ssumme)?"
    r"|(?:montant )?rembours(?:ée?s?|ements?)|(?:importe |monto )?reembols(?:ad)?os?"
    r"|(?:importo )?rimbors(?:at)?[oi]|terugbetaald(?: bedrag)?|valor reembolsado"
)
_NET = re.compile(r"\b(?:net|netto|nett|neto|after|less|minus|payout|auszahlung)\b")
_COMMA = re.compile(r",\d{1,2}$")


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
        refunded = _amounts(columns, at)
        back = np.abs(refunded)
        found = np.flatnonzero((back > 0) & counts)
        is_flag = set(back.tolist()) <= {0.0, 1.0}
        if not len(found) or is_flag or (paid < 0).any() or (back[found] > paid[found]).any():
            continue
        skipped[found] = True
        sign = "+" if (refunded < 0).any() else "-"
        return [_note(columns, name, at, found, paid, back, sign)]
    return []


def _amounts(columns: UnmappedColumns, at: int) -> npt.NDArray[np.float64]:
    """What each row's cell amounts to, 0 where it is none."""
    cells = columns.cells(at)
    try:
        read = amounts(cells.values, kind="money", decimal=columns.settings.decimal, where="")
    except MappingError:
        return np.zeros(len(cells.codes))
    found = cells.in_rows(read.values).to_numpy(zero_copy_only=False)
    back: npt.NDArray[np.float64] = np.nan_to_num(found)
    return back * abs(columns.settings.scale.get("amount", 1.0))


def _note(
    columns: UnmappedColumns,
    header: str,
    at: int,
    found: npt.NDArray[np.intp],
    paid: npt.NDArray[np.float64],
    back: npt.NDArray[np.float64],
    sign: str,
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
        remedy=f"If the amount is before refunds, take them off: {_line(columns, at, sign)}.",
        is_doubt=True,
    )


def _line(columns: UnmappedColumns, at: int, sign: str) -> str:
    """The query that takes refunds off, and keeps the columns that other rules read."""
    header = columns.called["amount"]
    amount, refunded = columns.name(header), columns.name(columns.headers[at])
    before = [*map(str, columns.raw.frame.columns)].index(header)
    left = f"{_number(columns, before)} {sign} {_number(columns, at)}"
    if columns.holds_text:
        return columns.query(f"* EXCLUDE ({refunded}) REPLACE ({left} AS {amount})")
    others = [columns.name(name) for key, name in columns.called.items() if key != "amount"]
    return columns.query(", ".join([*others, f"{left} AS {amount}"]))


def _number(columns: UnmappedColumns, at: int) -> str:
    """A column as a number of SQL; of texts, by how they are written."""
    name = columns.name(str(columns.raw.frame.columns[at]))
    cells = columns.cells(at)
    has_blanks = bool((cells.codes < 0).any())
    if not columns.holds_text:
        return f"COALESCE({name}, 0)" if has_blanks else name
    texts = texts_of(cells.values)
    decimal = columns.settings.decimal or ("," if any(map(_COMMA.search, texts)) else ".")
    thousands = "." if decimal == "," else ","
    value = f"NULLIF({name}, '')" if has_blanks else name
    if any(thousands in text for text in texts):
        value = f"REPLACE({value}, '{thousands}', '')"
    if decimal == ",":
        value = f"REPLACE({value}, ',', '.')"
    number = f"CAST({value} AS DOUBLE)"
    return f"COALESCE({number}, 0)" if has_blanks else number
