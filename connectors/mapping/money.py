"""Amounts and numbers as people write them: ``$1,200.50``, ``1.200,50 €``, ``(500)``.

Each value is read by itself where it reads one way only. A single mark before exactly three digits
(``1.200``) reads two ways; the settings or the column's other values decide.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Parsed, shown
from connectors.mapping.currencies import is_currency_mark
from kpis.errors import MappingError

Mark = Literal[".", ","]
_OTHER: dict[str, Mark] = {".": ",", ",": "."}


@dataclass(frozen=True)
class Amounts(Parsed):
    """Amounts as floats; ``marks`` holds the currency sign or code written beside a value."""

    marks: dict[int, str] = field(default_factory=dict)


def amounts(
    values: "pd.Index[Any]", *, kind: Literal["money", "number"], decimal: Mark | None, where: str
) -> Amounts:
    """Return what each of the distinct ``values`` of a column amounts to.

    Raises MappingError when the column holds values that read two ways and nothing decides.
    """
    found = np.full(len(values), np.nan)
    reasons: dict[int, str] = {}
    if values.dtype != object:
        if values.dtype.kind in "iuf":
            found = values.to_numpy(dtype=np.float64)
        else:
            reasons = dict.fromkeys(range(len(values)), f"is a date, not {_NOUN[kind]}")
        return _finished(found, reasons, {})
    texts: dict[int, str] = {}
    for position, value in enumerate(values):
        if isinstance(value, str):
            texts[position] = value
        elif isinstance(value, int | float | Decimal | np.number) and not isinstance(value, bool):
            found[position] = _float(value)
        else:
            reasons[position] = f"is not {_NOUN[kind]}"
    marks = _read_texts(texts, found, reasons, kind, decimal, where)
    return _finished(found, reasons, marks)


_NOUN = {"money": "an amount", "number": "a number"}
_NOT_FINITE = "is not a finite number"
_LARGEST = 1e18
"""No money is more than that; a few amounts near the largest float would sum to infinity."""


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _finished(
    found: npt.NDArray[np.float64], reasons: dict[int, str], marks: dict[int, str]
) -> Amounts:
    for position in np.flatnonzero(~np.isfinite(found)).tolist():
        reasons.setdefault(position, _NOT_FINITE)
    is_usable = np.abs(found) <= _LARGEST
    for position in np.flatnonzero(~is_usable).tolist():
        reasons.setdefault(position, "is larger than any amount of money")
    found = np.where(is_usable, found, np.nan)
    return Amounts(pa.array(found, pa.float64(), from_pandas=True), reasons, marks=marks)


_PLAIN = r"^-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,15}))?$"
_EXPONENT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
_PARENTHESES = re.compile(r"([^()]*)\(([^()]*)\)([^()]*)")
_AMOUNT = re.compile(
    r"""(?P<sign>[-+−])?\s*
        (?P<before>[^\W\d_]{0,3}[^\w\s.,'’()%+−-]|[^\W\d_]{1,3}\.?)?\s*
        (?P<inner_sign>[-+−])?\s*
        (?P<number>[.,]?[0-9](?:[0-9.,'’\s]*[0-9])?[.,]?)
        (?P<dash>[-−–—]{1,2})?\s*
        (?P<after>[^\W\d_]{0,3}[^\w\s.,'’()%+−-]|[^\W\d_]{1,3}\.?)?
        (?P<last_sign>[-−])?""",
    re.VERBOSE,
)

_GROUPED = {
    "'": re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+"),
    ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+"),
    # Thousands, or lakh and crore: 12,34,567.
    ",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"),
}


@dataclass(frozen=True)
class _Reading:
    """The digits of one value, whole and fraction, and what the value shows about decimal marks.

    decimal: the mark that this value shows to be the decimal one, if it shows it.
    open: the mark that may be either, when ``whole`` and ``fraction`` stand at its sides.
    """

    whole: str
    fraction: str = ""
    decimal: Mark | None = None
    open: Mark | None = None
    negative: bool = False


def _read_texts(
    texts: dict[int, str],
    found: npt.NDArray[np.float64],
    reasons: dict[int, str],
    kind: Literal["money", "number"],
    decimal: Mark | None,
    where: str,
) -> dict[int, str]:
    """Fill ``found`` and ``reasons`` for the positions of ``texts``; return the currency marks."""
    others, pointed = _put_plain(texts, found)
    shows: dict[Mark, list[str]] = defaultdict(list, {".": pointed} if pointed else {})
    readings: dict[int, _Reading] = {}
    marks: dict[int, str] = {}
    for position in others:
        text = texts[position]
        if _EXPONENT.fullmatch(text):
            found[position] = float(text)
        elif isinstance(read := _read(text, kind), str):
            reasons[position] = read
        else:
            reading, mark = read
            readings[position] = reading
            marks |= {position: mark} if mark else {}
            if reading.decimal:
                shows[reading.decimal].append(text)

    unclear = {position: reading for position, reading in readings.items() if reading.open}
    if unclear and decimal is None:
        decimal = _decided(
            [(texts[p], reading.open or ".") for p, reading in unclear.items()], shows, kind, where
        )
    for position, reading in readings.items():
        whole = reading.open is not None and reading.open != decimal
        digits = f"{reading.whole}{'' if whole else '.'}{reading.fraction}"
        found[position] = -float(digits) if reading.negative else float(digits)
    return marks


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


def _read(text: str, kind: str) -> tuple[_Reading, str] | str:
    """Return how ``text`` reads and its currency mark, or why it cannot be read."""
    if "%" in text:
        return f"is a percentage, not {_NOUN[kind]}"
    bracketed = _PARENTHESES.fullmatch(text)
    match = _AMOUNT.fullmatch("".join(bracketed.groups()).strip() if bracketed else text)
    if match is None:
        return f"is not {_NOUN[kind]} that is understood"
    parts = match.groupdict(default="")
    marks = [mark.strip() for mark in (parts["before"], parts["after"]) if mark]
    number, dash = parts["number"], parts["dash"]
    if dash and number[-1] in ".,":  # "100.-" is a whole amount, as Swiss invoices write it
        number, dash = number[:-1], ""
    signs = [s for s in (parts["sign"], parts["inner_sign"], dash, parts["last_sign"]) if s]
    signs += ["-"] if bracketed else []
    reading = _groups(number, negative=bool(signs) and signs[0] != "+")
    if reading is None:
        return "has its thousands grouped in a way that is not understood"
    if len(signs) > 1 or len(marks) > 1 or not all(is_currency_mark(mark) for mark in marks):
        return f"is not {_NOUN[kind]} that is understood"
    return reading, marks[0] if marks else ""


def _groups(number: str, negative: bool) -> _Reading | None:
    number = re.sub(r"[\s’]", "'", number)
    marks = [character for character in number if character in ".,"]
    if not marks:
        whole = _ungrouped(number, "'")
        return None if whole is None else _Reading(whole, negative=negative)
    last = marks[-1]
    other = _OTHER[last]
    if len(marks) > 1 and set(marks) == {last}:
        whole = _ungrouped(number, last)
        return None if whole is None else _Reading(whole, decimal=other, negative=negative)
    before, _, fraction = number.rpartition(last)
    whole = _ungrouped(before, other if other in before else "'")
    if whole is None or not (fraction.isdigit() or not fraction):
        return None
    mark: Mark = _OTHER[other]
    if len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}", before):
        return _Reading(whole, fraction, open=mark, negative=negative)
    return _Reading(whole, fraction, decimal=mark, negative=negative)


def _ungrouped(whole: str, separator: str) -> str | None:
    """Return the digits of ``whole``, or None where ``separator`` stands in wrong places."""
    if separator not in whole:
        return whole if whole.isdigit() or not whole else None
    return whole.replace(separator, "") if _GROUPED[separator].fullmatch(whole) else None


def _decided(
    unclear: list[tuple[str, Mark]], shows: dict[Mark, list[str]], kind: str, where: str
) -> Mark:
    """Return the decimal mark that the column's other values show, or else the usual one."""
    values = _quoted(text for text, _ in unclear)
    remedy = 'Set the table\'s decimal mark: decimal = "." or decimal = ",".'
    if shows["."] and shows[","]:
        raise MappingError(
            f"{where}: {values} can be read two ways, and the column's other values disagree: "
            f"in '{shown(shows['.'][0])}' the decimal mark is the point, in "
            f"'{shown(shows[','][0])}' it is the comma. {remedy}"
        )
    if shows["."] or shows[","]:
        return "." if shows["."] else ","
    # Lone commas group thousands and lone points mark decimals in most exports; where the other
    # reading is as usual, a guess would be wrong by a factor of a thousand.
    doubtful: Mark = "." if kind == "money" else ","
    if any(mark == doubtful for _, mark in unclear):
        raise MappingError(
            f"{where}: {values} can be read two ways, with '{doubtful}' as decimal mark or "
            f"between thousands, and no other value of the column decides which. {remedy}"
        )
    return "."


def _quoted(texts: Iterable[str]) -> str:
    return " and ".join(f"'{shown(text)}'" for text in list(texts)[:2])
