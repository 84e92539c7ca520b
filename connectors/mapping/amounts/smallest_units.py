"""Amounts scaled from smallest units, such as cents, in currencies whose smallest unit is another.

Payment providers count in each currency's own: 100000 are 1,000 euros, 100 Kuwaiti dinars and
100,000 yen. One ``scale`` for all of a part is then right for one of these alone.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.row_currencies import AmountColumn
from connectors.mapping.notes import Note
from kpis.definitions import Company

Rows = npt.NDArray[np.bool_]

_WITHOUT = (
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "VND", "VUV", "XAF", "XOF"),
    "XPF",
)
"""Without a minor unit by ISO 4217, but for these two, of which providers may send hundredths:"""
_SENT_IN_HUNDREDTHS = ("ISK", "UGX")
"""Those are full hundreds then."""
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
"""All others have hundredths; whoever counts them in thousandths does so on purpose."""
_PLACES = {0.01: 2, 0.001: 3}
_HAVE = {0: "without cents", 2: "of hundredths", 3: "of thousandths"}


def smallest_unit_notes(
    codes: "pa.Array[pa.Scalar]",
    column: AmountColumn,
    scale: float,
    company: Company,
    rejected: Rows,
) -> list[Note]:
    """Return a doubt for each kind of currency whose smallest unit ``scale`` contradicts.

    codes: the currency of each row, null where it is the company's. Thousandths are a doubt for a
    currency of hundredths only beside rows in one of thousandths.
    """
    scaled = _PLACES.get(abs(scale))
    if scaled is None:
        return []
    codes = pc.fill_null(codes, company.currency)
    held = ~rejected & (column.cells.codes >= 0)

    def rows_in(wanted: tuple[str, ...]) -> Rows:
        among = pc.is_in(codes, value_set=pa.array(wanted, pa.string()))
        found: Rows = among.to_numpy(zero_copy_only=False) & held
        return found

    of_places = {0: rows_in(_WITHOUT) | _in_full(column, rows_in), 3: rows_in(_THOUSANDTHS)}
    if scaled == 3 and of_places[3].any():
        of_places[2] = held & ~of_places[3] & ~rows_in((*_WITHOUT, *_SENT_IN_HUNDREDTHS))
    notes = []
    for places, rows in of_places.items():
        if places != scaled:
            names = sorted(pc.unique(codes.filter(pa.array(rows))).to_pylist())
            notes += column.note(rows, *_texts(column, names, scale, places), is_doubt=True)
    return notes


def _in_full(column: AmountColumn, rows_in: Callable[[tuple[str, ...]], Rows]) -> Rows:
    """The rows in currencies that may be sent in hundredths but are not: some have a remainder."""
    values = np.append(column.amounts.values.to_numpy(zero_copy_only=False), np.nan)
    of_rows = values[column.cells.codes]
    found = np.zeros(len(of_rows), dtype=bool)
    for code in _SENT_IN_HUNDREDTHS:
        rows = rows_in((code,))
        left_over = np.abs(of_rows[rows] - np.round(of_rows[rows]))
        if (left_over > 1e-6).any():
            found |= rows
    return found


def _texts(column: AmountColumn, names: list[str], scale: float, places: int) -> tuple[str, str]:
    factor = f"{'-' if scale < 0 else ''}{10.0**-places:g}"
    what = f"were divided by {1 / abs(scale):,.0f}, in a currency {_HAVE[places]}: "
    unit = "each currency's smallest unit" if places else "whole units"
    them = "" if places else " them"
    return what + " or ".join(names), (
        f"If the source writes{them} in {unit}, give these rows a [[tables.{column.table}]] of "
        f"their own with scale = {{ {column.name} = {factor} }}."
    )
