"""Amounts that count in the company's currency beside an unmapped column that names another."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from connectors.mapping.amounts.row_currencies import is_converted
from connectors.mapping.cells import texts_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns
from kpis.definitions import unknown_currency
from kpis.display import listed

_CURRENCY = re.compile(
    r".*(?:currency|währung|waehrung|devise|monnaie|moneda|divisa|valuta|moeda|waluta|měna|pénznem)"
    r".*"
)
_OF_OTHERS = re.compile(
    r"\b(?:budget|preferred|fees?|tax|balance|payout|settlement|presentment|target|to|old|previous)\b"
)


def currency_notes(columns: UnmappedColumns, rows: pa.Table, own: str) -> list[Note]:
    """Return a doubt where a column names another currency than ``own``, that of the company.

    rows: those loaded; one whose currency is known, by the settings, its amount or the header, is
    right. All cells of the column are codes of ISO 4217. Amounts that are converted by their header
    are no amounts of the currency beside them.
    """
    if columns.table not in ("costs", "payments", "deals"):
        return []
    is_open = rows["currency"].is_null().to_numpy() & rows["amount"].is_valid().to_numpy()
    amount = columns.called.get("amount", "")
    for at, header in columns.headed(_CURRENCY) if is_open.any() else ():
        is_of_another = is_converted(amount) != is_converted(header)
        if is_of_another or _OF_OTHERS.search(header_words(header)):
            continue
        cells = columns.cells(at)
        codes = [text.upper() for text in texts_of(cells.values)]
        if not all(len(code) == 3 and not unknown_currency(code) for code in codes):
            continue
        differs = np.array([code != own for code in codes] + [False], dtype=bool)
        found = np.flatnonzero(differs[cells.codes] & is_open)
        if len(found):
            names = dict.fromkeys(codes[code] for code in cells.codes[found].tolist())
            numbers = columns.numbers[found[:EXAMPLES]]
            return [_note(columns, rows.take(found), header, list(names), numbers, own)]
    return []


def _note(
    columns: UnmappedColumns,
    rows: pa.Table,
    header: str,
    names: list[str],
    numbers: npt.NDArray[np.int64],
    own: str,
) -> Note:
    shown = zip(numbers.tolist(), rows["amount"].to_pylist(), strict=False)
    they, counts = ("it is", "counts") if rows.num_rows == 1 else ("they are", "count")
    return Note(
        table=columns.table,
        column="",
        rows=rows.num_rows,
        what=f"have {listed(names)} in '{header}', which is not mapped, but {counts} in {own}"
        + sums(rows.to_pandas()),
        examples=tuple(f"row {number}: {amount:,.2f}" for number, amount in shown),
        remedy=f'Map it: columns.currency = "{header}" under [tables.{columns.table}]. If {they} '
        f'in {own}, constants = {{ currency = "{own}" }} there.',
        is_doubt=True,
    )
