"""Units in the header of a column of amounts: ``Amount (k€)``, ``Betrag in TEUR``, ``cost_micros``.

What a header says is never applied unasked: the settings confirm it with ``scale``.
"""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.hundredths import CODES
from connectors.mapping.cells import Cells, Remark
from kpis.errors import MappingError

_SIGN = "[€$£¥]"
_CODE = "(?:EUR|USD|GBP|CHF)"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_NOT_PER = r"(?<!per )(?<!par )(?<!pro )(?<!je )"
"""A cost per thousand is no amount in thousands."""


def _beside_currency(letters: str) -> str:
    """``k€``, ``kEUR``, ``€k``, ``EUR k``: letters that are a unit only beside a currency."""
    before = rf"{_BEGIN}(?:{letters}) ?(?:{_SIGN}|{_CODE}{_END})"
    after = rf"(?:{_SIGN}|{_BEGIN}{_CODE}) ?(?:{letters}){_END}"
    return f"{before}|{after}"


def _words(words: str) -> str:
    return rf"{_BEGIN}{_NOT_PER}(?:{words}){_END}"


_THOUSANDS = (
    _beside_currency("[kt]"),
    _words("tsd|thsd|tausend|thousands?|tys|milliers|migliaia|milhares|miles de|duizend(?:en)?"),
    r"[(\[] ?k ?[)\]]|\bin k$",
    r"(?<![\d.,'’ ])['’]?000s?(?![\d.,])|(?<=[^\d.,] )['’]?000s?(?![\d.,])",
    r"(?:\bin|[x×]|[(\[]) ?1[.,'’ ]?000(?![\d.,])",
)
_MILLIONS = (
    _beside_currency("m|mn|mm"),
    _words("mio|mln|mn|mill(?=[.])|millions?|millionen|millones|milhões|milioni|miljoen"),
)
_MINOR = (
    _words("(?:euro)?cents?|cts?|pence|centimes|céntimos|centavos|groszy|kopecks|minor"),
    rf"{_SIGN} ?cents?{_END}",
    rf"(?-i:{_BEGIN}(?:{'|'.join(CODES)}){_END})",
)
_MICROS = (
    _words("micros|micro (?:amount|units?|euros?|dollars?)"),
    r"\b(?:local|amount|costs?|spend|spent|charge|price|budget|bid|value|currency) micro"
    r"(?= ?[(\[]| ?$)",
    "[µμ](?:€|EUR)",
)

_UNITS = (
    ("thousands", "1000", re.compile("|".join(_THOUSANDS), re.I)),
    ("millions", "1000000", re.compile("|".join(_MILLIONS), re.I)),
    ("billions", "1000000000", re.compile(_words("bn|billions?|mrd|milliarden|milliards"), re.I)),
    ("minor units, such as cents", "0.01", re.compile("|".join(_MINOR), re.I)),
    ("micros, millionths", "1e-6", re.compile("|".join(_MICROS), re.I)),
)
_PARTS = {0.01: "cents and other hundredths", 0.001: "thousandths"}
_CENT = 0.01
_ROUNDING = 1e-4, 1e-14
"""What floats leave over of a whole number of cents: at least, and of each."""
_FEW = 4
_STATES = re.compile(r"\b(?:CT|MN)\b")
"""In capitals these are places."""


def header_unit(header: str) -> tuple[str, str] | None:
    """Return the unit that the header of a column of amounts names, and its factor, as text.

    Words count, not parts of them: ``percent`` and ``recent`` name none, ``amountCents`` does.
    """
    words = re.sub(r"(?<=[^\W\d_A-Z]{2})(?=[A-Z])|_", " ", _STATES.sub(" ", header))
    return next(((unit, factor) for unit, factor, shape in _UNITS if shape.search(words)), None)


def row_of_units(cells: Cells) -> str:
    """Return what the first row adds to the header where it is no amount: `` TEUR``, else ""."""
    first = cells.values[cells.codes[0]] if len(cells.codes) and cells.codes[0] >= 0 else None
    return f" {first}" if isinstance(first, str) and not re.search(r"\d", first) else ""


def written_in_full(cells: Cells, values: "pa.Array[Any]", scale: float) -> list[Remark]:
    """Return the doubt on amounts that a scale above 1 makes far larger than all others.

    values: the amounts, scaled. Those of half the scale times the median may have been in full
    already; fewer than four amounts have no median to speak of.
    """
    amounts = np.abs(pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False))
    of_rows = amounts[cells.codes[cells.codes >= 0]]
    of_rows = of_rows[of_rows > 0]
    if abs(scale) <= 1 or len(of_rows) < _FEW:
        return []
    large = np.flatnonzero(amounts >= abs(scale) / 2 * np.median(of_rows))
    what = f"are {abs(scale) / 2:,.0f} times the usual amount or more, once scaled"
    remedy = "If they were written in full already, write all amounts in one unit."
    return [Remark(tuple(large.tolist()), what, remedy, is_doubt=True)] if len(large) else []


def not_in_parts(column: str, cells: Cells, values: "pa.Array[Any]", scale: float) -> list[Remark]:
    """Return the doubt on amounts that a scale below 1 takes for cents, thousandths or millionths.

    values: the amounts, scaled. It is on those with one or two decimals, as euros have them: cents
    and thousandths have none. Programs that compute with parts of a cent write more, so where most
    such amounts have more there is no doubt. Else, where most are less than a cent once scaled, it
    is on these.
    """
    size = abs(scale)
    amounts = pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False)
    if size in _PARTS:
        parts = np.flatnonzero(~_are_whole(amounts / scale))
        as_euros = parts[_are_whole(amounts[parts] / scale * 100)]
        if len(as_euros) and 2 * len(as_euros) > len(parts):
            what = f"have decimals, as {_PARTS[size]} have none, and were divided by {1 / size:.0f}"
            return [_in_full(column, as_euros, what, scale)]
    held = amounts[cells.codes[cells.codes >= 0]]
    small = (amounts != 0) & (np.abs(amounts) < _CENT)
    if size < 1 and 2 * (small[cells.codes[cells.codes >= 0]]).sum() > (held != 0).sum():
        what = f"are less than a cent, once multiplied by {size:g}"
        return [_in_full(column, np.flatnonzero(small), what, scale)]
    return []


def _in_full(column: str, at: npt.NDArray[np.intp], what: str, scale: float) -> Remark:
    remedy = (
        f"If the source writes whole units now, set scale = {{ {column} = {1 if scale > 0 else -1} "
        "}; where only some rows do, let a query divide the others."
    )
    return Remark(tuple(at.tolist()), what, remedy, is_doubt=True)


def _are_whole(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    least, of_each = _ROUNDING
    rounding = np.maximum(least, of_each * np.abs(numbers))
    whole: npt.NDArray[np.bool_] = np.abs(numbers - np.round(numbers)) < rounding
    return whole


def refuse_unscaled(header: str, table: str, column: str, where: str) -> None:
    """Raise MappingError where the header names a unit; for columns to which no scale is given."""
    if found := header_unit(header):
        unit, factor = found
        raise MappingError(
            f"{where}: the header '{header}' says {unit}. Set scale = {{ {column} = {factor} }} "
            f"under [tables.{table}], or 1 if the numbers are plain."
        )
