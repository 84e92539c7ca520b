"""The currency of each amount: of its row's own column, beside it, or in the column's header."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.amount_column import Amounts
from connectors.mapping.amounts.currencies import currencies_of, currency_of, header_currency
from connectors.mapping.cells import Cells, Remark, text_of
from connectors.mapping.notes import Note, note_of
from connectors.mapping.rejects import Rejects
from kpis.definitions import Company

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class AmountColumn:
    """A column of amounts as it was read.

    header: what the source calls it, empty where it is the same in every row by the settings.
    """

    table: str
    name: str
    cells: Cells
    amounts: Amounts
    header: str

    def rows_by_mark(self) -> dict[str, Rows]:
        """Return for each currency mark of the column the rows whose amount has it."""
        marks = self.amounts.marks
        number = {mark: i for i, mark in enumerate(dict.fromkeys(marks.values()))}
        of_value = np.full(len(self.cells.values) + 1, -1)
        for position, mark in marks.items():
            of_value[position] = number[mark]
        in_rows = of_value[self.cells.codes]
        return {mark: in_rows == i for mark, i in number.items()}

    def note(self, rows: Rows, what: str, remedy: str = "", is_doubt: bool = False) -> list[Note]:
        """Return the note on the amounts in ``rows``, none where there are no such rows."""
        cells = Cells(self.cells.values, np.where(rows, self.cells.codes, -1))
        positions = tuple(np.unique(cells.codes[cells.codes >= 0]).tolist())
        remark = Remark(positions, what, remedy, is_doubt)
        return [note_of(self.table, self.name, cells, remark)] if positions else []


def row_currencies(
    own: "pa.Array[Any]", column: AmountColumn, company: Company, rejects: Rejects
) -> tuple["pa.Array[Any]", list[Note]]:
    """Return the currency of each row, null where nothing names one, and notes on what was done.

    The rows' own currency comes first, then the mark beside the amount, then the header. A row
    whose mark contradicts its own currency is rejected, as is one whose mark may mean several.
    """
    in_header = header_currency(column.header, company)
    if not in_header and not column.amounts.marks:
        return own, []
    is_named = own.is_valid().to_numpy(zero_copy_only=False)
    has_amount = column.cells.codes >= 0
    beside = np.full(len(own), None, dtype=object)
    notes: list[Note] = []
    for mark, rows in column.rows_by_mark().items():
        fits = pc.is_in(own, value_set=pa.array(sorted(currencies_of(mark)), pa.string()))
        for row in np.flatnonzero(rows & is_named & ~fits.to_numpy(zero_copy_only=False)).tolist():
            _reject(row, column, _contradicts(mark, own[row].as_py()), rejects)
        code = currency_of(mark, company)
        if code is None:
            for row in np.flatnonzero(rows & ~is_named).tolist():
                _reject(row, column, _several(mark), rejects)
        beside[rows & ~is_named] = code
        if code and len(currencies_of(mark)) > 1 and code != company.currency:
            notes += _usual_notes(column, mark, code, rows & ~is_named & ~rejects.rejected)
    found = pc.coalesce(own, pa.array(beside, pa.string()))
    is_open = has_amount & ~rejects.rejected & found.is_null().to_numpy(zero_copy_only=False)
    if in_header:
        code, is_sure = in_header
        notes += _header_notes(column, code, is_sure, is_open, company)
        if is_sure:
            notes += _against_header(column, code, found, has_amount & ~rejects.rejected)
            found = pc.coalesce(
                found, pa.array(np.full(len(is_open), code), pa.string(), mask=~is_open)
            )
    elif any(code not in (None, company.currency) for code in set(beside.tolist())):
        what = f"name no currency beside others that do, and were taken in {company.currency}"
        notes += column.note(is_open, what, "Map a column as currency.", is_doubt=True)
    return found, notes


def _usual_notes(
    column: AmountColumn, mark: str, code: str, rows: npt.NDArray[np.bool_]
) -> list[Note]:
    what = f"were taken in {code}, the most usual currency of '{mark}'"
    return column.note(rows, what, f'constants = {{ currency = "{code}" }}, or another, decides.')


_CONVERTED = re.compile(
    r"(?:company|home|base|reporting|corporate)[ _-]?currency"
    r"|(?:haus|firmen|unternehmens|konzern|basis)währung"
    r"|(?:amount|value|revenue|betrag)[ _(]*converted|converted[ _]?(?:amount|value|currency)"
    r"|\(base\)",
    re.IGNORECASE,
)
"""Not the account's currency or the local one: that of an account of ads is its rows' own."""


def is_converted(header: str) -> bool:
    """Whether a column is of amounts in the company's currency, or of that currency's names."""
    return _CONVERTED.search(header) is not None


def converted_notes(
    found: "pa.Array[Any]", column: AmountColumn, header: str, company: Company, rejected: Rows
) -> list[Note]:
    """Return the doubt on converted amounts whose row names the currency they had before.

    header: that of the currency's own column. Where it, too, is that of converted amounts, it is
    right; where it is empty, the settings name the currency.
    """
    if not header or is_converted(header) or not is_converted(column.header):
        return []
    others = pc.fill_null(pc.not_equal(found, company.currency), False)
    rows = others.to_numpy(zero_copy_only=False) & ~rejected
    names = sorted(pc.unique(found.filter(pa.array(rows))).to_pylist())
    what = f"are converted already by the header '{column.header}', "
    what += f"but in {' or '.join(names)} by '{header}'"
    remedy = f"Leave currency = '{header}' out, or map the amount that is in it."
    return column.note(rows, what, remedy, is_doubt=True)


def unconverted_notes(column: AmountColumn, company: Company) -> list[Note]:
    """Return notes on amounts in another currency in a table that has no column for it."""
    taken = f"but were taken in {company.currency}: {column.table} has no currency"
    remedy = f"Export them in {company.currency}, or set scale.{column.name} to the rate."
    marked = column.rows_by_mark()
    notes: list[Note] = []
    for mark, rows in marked.items():
        if company.currency not in currencies_of(mark):
            notes += column.note(rows, f"name {mark}, {taken}", remedy, is_doubt=True)
    named = header_currency(column.header, company)
    if named and named[0] != company.currency:
        rest = ~_any(marked.values(), len(column.cells.codes))
        verb = "are" if named[1] else "may be"
        what = f"{verb} in {named[0]} by the header '{column.header}', {taken}"
        notes += column.note(rest, what, remedy, is_doubt=True)
    return notes


def _header_notes(
    column: AmountColumn, code: str, is_sure: bool, rows: Rows, company: Company
) -> list[Note]:
    if code == company.currency:
        return []
    line = f'constants = {{ currency = "{company.currency}" }} under [tables.{column.table}]'
    if is_sure:
        what = f"were taken in {code}, which the header '{column.header}' names"
        return column.note(rows, what, f"{line} decides otherwise.")
    what = f"were taken in {company.currency}, but the header '{column.header}' may mean {code}"
    return column.note(rows, what, f"{line}, or another code, decides.", is_doubt=True)


def _against_header(
    column: AmountColumn, code: str, found: "pa.Array[Any]", rows: Rows
) -> list[Note]:
    others = pc.fill_null(pc.not_equal(found, code), False).to_numpy(zero_copy_only=False)
    names = sorted(pc.unique(found.filter(pa.array(others & rows))).to_pylist())
    what = (
        f"are in {' or '.join(names)} by their rows, but the header '{column.header}' says {code}"
    )
    return column.note(rows & others, what, "Correct the one that is wrong.", is_doubt=True)


def _reject(row: int, column: AmountColumn, reason: str, rejects: Rejects) -> None:
    value = text_of(column.cells.values[column.cells.codes[row]])
    rejects.reject(row, "currency", value, reason)


def _contradicts(mark: str, own: str) -> str:
    return f"names '{mark}', but the currency of its row is {own}; correct one, or map no currency"


def _several(mark: str) -> str:
    return f"names a currency, '{mark}', that may be several; map a currency"


def _any(rows: Iterable[Rows], size: int) -> Rows:
    found = np.zeros(size, dtype=bool)
    for one in rows:
        found |= one
    return found
