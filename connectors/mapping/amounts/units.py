"""Units in the header of a column of amounts: ``Amount (k€)``, ``Betrag in TEUR``, ``cost_micros``.

What a header says is never applied unasked: the settings confirm it with ``scale``.
"""

import re

from connectors.mapping.amounts.hundredths import CODES
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
_MICROS = (_words("micros|micro (?:amount|units?|euros?|dollars?)"), "[µμ](?:€|EUR)")

_UNITS = (
    ("thousands", "1000", re.compile("|".join(_THOUSANDS), re.I)),
    ("millions", "1000000", re.compile("|".join(_MILLIONS), re.I)),
    ("billions", "1000000000", re.compile(_words("bn|billions?|mrd|milliarden|milliards"), re.I)),
    ("minor units, such as cents", "0.01", re.compile("|".join(_MINOR), re.I)),
    ("micros, millionths", "1e-6", re.compile("|".join(_MICROS), re.I)),
)
_STATES = re.compile(r"\b(?:CT|MN)\b")
"""In capitals these are places."""


def header_unit(header: str) -> tuple[str, str] | None:
    """Return the unit that the header of a column of amounts names, and its factor, as text.

    Words count, not parts of them: ``percent`` and ``recent`` name none, ``amountCents`` does.
    """
    words = re.sub(r"(?<=[^\W\d_A-Z]{2})(?=[A-Z])|_", " ", _STATES.sub(" ", header))
    return next(((unit, factor) for unit, factor, shape in _UNITS if shape.search(words)), None)


def refuse_unscaled(header: str, table: str, column: str, where: str) -> None:
    """Raise MappingError where the header names a unit; for columns to which no scale is given."""
    if found := header_unit(header):
        unit, factor = found
        raise MappingError(
            f"{where}: the header '{header}' says {unit}. Set scale = {{ {column} = {factor} }} "
            f"under [tables.{table}], or 1 if the numbers are plain."
        )
