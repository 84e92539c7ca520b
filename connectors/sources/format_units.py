"""Units that a number format adds to what a cell holds: ``#,##0.0"k €"`` shows 12.5 as 12.5k €.

A format that divides by commas (``#,##0.0,"k"``) shows what the cell holds, and adds none.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from babel.numbers import list_currencies

from connectors.sources.raw import RawNote, RawTable

_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+)')
_PART = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]\-]*)(?:-[^\]]*)?\]|([€$£¥₹])|\[[^\]]*\]|[_*].|(.)')
_DIVIDES = re.compile(r"[0#?],+(?![0#?,.])|[0#?],+(?=\.)")
_WORD = re.compile(r"[^\W\d_]+\$?")
_BESIDE_CODE = re.compile(r"([ktKTM])(?:EUR|USD|GBP|CHF)")
_FACTORS = {
    "1000": "k tsd thsd tausend thousand thousands tys тыс",
    "1000000": "m mm mn mio mln mill million millions millionen млн",
    "1000000000": "bn mrd billion billions milliarden",
    "100000": "lac lakh lakhs",
    "10000000": "crore crores",
}
_FACTOR_OF = {word: factor for factor, words in _FACTORS.items() for word in words.split()}


def factor_shown(number_format: str) -> str:
    """Return what cells of this format are shown in units of, as ``1000``; "" for plain numbers."""
    for section in _SECTION.findall(number_format):
        bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', " ", section)
        if re.search("[0#?]", bare) and not _DIVIDES.search(bare):
            factors = filter(None, map(_factor, _literals(section)))
            if factor := next(factors, ""):
                return factor
    return ""


def _literals(section: str) -> list[str]:
    """The text that a format adds before and behind the number."""
    found = [""]
    for match in _PART.finditer(section):
        if match[5] is None:
            found[-1] += next((part for part in match.groups()[:4] if part), "")
        else:
            found += ["" if match[5] in "0#?" else " "] if match[5] != " " else [" "]
    return found


def _factor(literal: str) -> str:
    for word in _WORD.findall(literal):
        beside = _BESIDE_CODE.fullmatch(word)
        if word in list_currencies():
            continue
        if beside or (word == "T" and re.search("T ?[€$£]|[€$£] ?T", literal)):
            return "1000000" if beside and beside[1] == "M" else "1000"
        # M$ may be a peso's sign.
        unit = word.casefold() if word == "M$" else word.removesuffix("$").casefold()
        if unit in _FACTOR_OF:
            return _FACTOR_OF[unit]
    return ""


def with_units_noted(table: RawTable, format_at: Callable[[int, int], str]) -> RawTable:
    """Return ``table`` with a note on each column of numbers that formats show in another unit.

    format_at: the number format of a cell, given its row and its column in the sheet, both from 0.
    """
    notes = []
    for at in range(len(table.frame.columns)):
        column = table.positions[at]
        shown = Counter(
            format_at(row - 1, column)
            for row, cell in zip(table.rows.tolist(), table.frame.iloc[:, at], strict=True)
            if isinstance(cell, int | float) and not isinstance(cell, bool)
        )
        by_factor: dict[str, list[str]] = {}
        for one in shown:
            if factor := factor_shown(one):
                by_factor.setdefault(factor, []).append(one)
        notes += [
            RawNote(
                rows=sum(shown[one] for one in formats),
                what=f"are shown in units of {int(factor):,} by their number format alone",
                at=at,
                examples=tuple(formats[:3]),
                is_doubt=True,
                factor=factor,
            )
            for factor, formats in by_factor.items()
        ]
    return replace(table, notes=(*table.notes, *notes))
