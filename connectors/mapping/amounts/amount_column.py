"""Columns of amounts and numbers as people write them: ``$1,200.50``, ``1.200,50 €``, ``(500)``.

Each value is read by itself where it reads one way only. A single mark before exactly three digits
(``1.200``) reads two ways; the settings or the column's other values decide.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.amounts.half_converted import half_converted
from connectors.mapping.amounts.one_amount import Mark, Reading, reading_of
from connectors.mapping.cells import Cells, Parsed, Remark, shown
from kpis.errors import MappingError


@dataclass(frozen=True)
class Amounts(Parsed):
    """Amounts as floats; ``marks`` holds the currency sign or code written beside a value."""

    marks: dict[int, str] = field(default_factory=dict)


def amounts(
    values: "pd.Index[Any]", *, kind: Literal["money", "number"], decimal: Mark | None, where: str
) -> Amounts:
    """Return what each of the distinct ``values`` of a column amounts to.

    Raises MappingError when the column holds values that read two ways and nothing decides, or a
    spreadsheet has taken thousands for decimals in a part of it.
    """
    found = np.full(len(values), np.nan)
    reasons: dict[int, str] = {}
    if values.dtype != object:
        if values.dtype.kind in "iuf":
            found = values.to_numpy(dtype=np.float64)
        else:
            reasons = dict.fromkeys(range(len(values)), f"is not {_NOUN[kind]}")
        return _finished(found, reasons)
    texts: dict[int, str] = {}
    for position, value in enumerate(values):
        if isinstance(value, str):
            texts[position] = value
        elif isinstance(value, int | float | Decimal | np.number) and not isinstance(value, bool):
            found[position] = _float(value)
        else:
            reasons[position] = f"is not {_NOUN[kind]}"
    typed = np.flatnonzero(np.isfinite(found))
    marks, remarks = _read_texts(texts, found, reasons, kind, decimal, where)
    halves = half_converted(texts, found, typed, decimal, where) if kind == "money" else None
    remarks += [halves] if halves else []
    return replace(_finished(found, reasons), marks=marks, remarks=tuple(remarks))


def row_amounts(cells: Cells, decimal: Mark | None) -> npt.NDArray[np.float64] | None:
    """Return the amount of each row, NaN where there is none; None where the column is unclear.

    :func:`amounts` raises what is unclear in it.
    """
    try:
        read = amounts(cells.values, kind="money", decimal=decimal, where="")
    except MappingError:
        return None
    values = np.append(read.values.to_numpy(zero_copy_only=False), np.nan)
    found: npt.NDArray[np.float64] = values[cells.codes]
    return found


_NOUN = {"money": "an amount", "number": "a number"}
_NOT_FINITE = "is not a finite number"
_LARGEST = 1e18
"""No money is more than that; a few amounts near the largest float would sum to infinity."""


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _finished(found: npt.NDArray[np.float64], reasons: dict[int, str]) -> Amounts:
    for position in np.flatnonzero(~np.isfinite(found)).tolist():
        reasons.setdefault(position, _NOT_FINITE)
    is_usable = np.abs(found) <= _LARGEST
    for position in np.flatnonzero(~is_usable).tolist():
        reasons.setdefault(position, "is larger than any amount of money")
    found = np.where(is_usable, found, np.nan)
    return Amounts(pa.array(found, pa.float64(), from_pandas=True), reasons)


_PLAIN = r"^-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?$"


def _read_texts(
    texts: dict[int, str],
    found: npt.NDArray[np.float64],
    reasons: dict[int, str],
    kind: Literal["money", "number"],
    decimal: Mark | None,
    where: str,
) -> tuple[dict[int, str], list[Remark]]:
    """Fill ``found`` and ``reasons`` for the positions of ``texts``.

    Returns the currency marks by position, and what was done unasked.
    """
    others, pointed = _put_plain(texts, found)
    shows: dict[Mark, list[str]] = defaultdict(list, {".": pointed} if pointed else {})
    readings: dict[int, Reading] = {}
    for position in others:
        reading = reading_of(texts[position], _NOUN[kind])
        if isinstance(reading, str):
            reasons[position] = reading
            continue
        readings[position] = reading
        if reading.decimal:
            shows[reading.decimal].append(texts[position])

    remarks = _rounded(readings)
    unclear = {position: reading.open for position, reading in readings.items() if reading.open}
    if unclear and decimal is None:
        decimal = _shown_by_others(unclear, texts, shows, where)
        if decimal is None:
            decimal = _usual(unclear, texts, kind, where)
            remarks.append(_usual_remark(tuple(unclear), kind))
    elif unclear and decimal and (against := shows["," if decimal == "." else "."]):
        remarks.append(_against_settings(tuple(unclear), decimal, against[0]))
    for position, reading in readings.items():
        found[position] = reading.value(decimal)
    return {position: r.mark for position, r in readings.items() if r.mark}, remarks


def _put_plain(
    texts: dict[int, str], found: npt.NDArray[np.float64]
) -> tuple[list[int], list[str]]:
    """Fill in plain numbers at once; return the other positions, and a plain one with a point."""
    positions = np.fromiter(texts, dtype=np.intp, count=len(texts))
    array = pa.array(list(texts.values()), pa.string())
    plain = pc.match_substring_regex(array, _PLAIN)
    is_plain = plain.to_numpy(zero_copy_only=False).astype(bool)
    found[positions[is_plain]] = pc.cast(array.filter(plain), pa.float64()).to_numpy()
    pointed = array.filter(pc.and_(plain, pc.match_substring(array, ".")))
    return positions[~is_plain].tolist(), pointed[:1].to_pylist()


def _rounded(readings: dict[int, Reading]) -> list[Remark]:
    """Remark on amounts such as 1.23E+05, which spreadsheets write for 123,456, too.

    Ruby's 0.125e4 begins with a zero, as no spreadsheet does, and is exact.
    """
    short = tuple(
        position
        for position, reading in readings.items()
        if reading.exponent
        and not reading.whole.startswith("0")
        and int(reading.exponent[1:]) > len(reading.fraction)
    )
    what = "are in scientific notation and may be rounded"
    remark = Remark(short, what, "Export the column as plain numbers.", is_doubt=True)
    return [remark] if short else []


_REMEDY = 'Set the table\'s decimal mark: decimal = "." or decimal = ",".'


def _shown_by_others(
    unclear: dict[int, Mark], texts: dict[int, str], shows: dict[Mark, list[str]], where: str
) -> Mark | None:
    """Return the decimal mark that the column's other values show, if they show one."""
    if shows["."] and shows[","]:
        raise MappingError(
            f"{where}: {_quoted(unclear, texts)} can be read two ways, and the column's other "
            f"values disagree: in '{shown(shows['.'][0])}' the decimal mark is the point, in "
            f"'{shown(shows[','][0])}' it is the comma. {_REMEDY}"
        )
    if shows["."] or shows[","]:
        return "." if shows["."] else ","
    return None


def _usual(unclear: dict[int, Mark], texts: dict[int, str], kind: str, where: str) -> Mark:
    """Return the point, which is the decimal mark in most exports.

    Where the other reading is as usual, a guess would be wrong by a factor of a thousand.
    """
    doubtful: Mark = "." if kind == "money" else ","
    if doubtful in unclear.values():
        raise MappingError(
            f"{where}: {_quoted(unclear, texts)} can be read two ways, with '{doubtful}' as "
            f"decimal mark or between thousands, and no other value of the column decides which. "
            f"{_REMEDY}"
        )
    return "."


def _usual_remark(positions: tuple[int, ...], kind: str) -> Remark:
    read, other = ("thousands", "decimals") if kind == "money" else ("decimals", "thousands")
    return Remark(
        positions,
        f"have three digits after their only mark and were read as {read}, as no other value of "
        "the column shows which",
        f'decimal = "," reads them as {other}.',
    )


def _against_settings(positions: tuple[int, ...], decimal: Mark, other: str) -> Remark:
    return Remark(
        positions,
        f"were read with '{decimal}' as decimal mark, as the settings say, but '{shown(other)}' of "
        "the same column has the other one",
        "If the settings are wrong, these amounts are off by a factor of 1,000: correct decimal.",
        is_doubt=True,
    )


def _quoted(positions: Iterable[int], texts: dict[int, str]) -> str:
    return " and ".join(f"'{shown(texts[position])}'" for position in list(positions)[:2])
