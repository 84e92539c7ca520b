"""Columns of which a program of another country read some amounts: 1.250 became 1.25.

A spreadsheet does so as it opens a file, and SQLite as it puts texts into a column of numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from connectors.mapping.amounts.one_amount import Mark
from connectors.mapping.cells import Remark, shown
from kpis.errors import MappingError

Numbers = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Style:
    """How amounts were written that a program with the other decimal mark has read.

    grouped, plain: texts that such a program leaves as they are, with marks between thousands and
    without. read: a number as it writes one, never with a zero at the end.
    """

    decimal: Mark
    between: Mark
    grouped: re.Pattern[str]
    plain: re.Pattern[str]
    read: re.Pattern[str]


def _style(decimal: Mark, between: Mark) -> _Style:
    point, comma = f"[{between}]", f"[{decimal}]"
    return _Style(
        decimal,
        between,
        re.compile(
            rf"[-−]?[0-9]{{1,3}}(?:{point}[0-9]{{3}})+(?:{comma}[0-9]+|{point}[0-9]{{3}})-?"
        ),
        re.compile(rf"[-−]?[0-9]+{comma}[0-9]{{1,2}}-?"),
        re.compile(rf"-?[0-9]{{1,3}}(?:{point}[0-9]{{0,2}}[1-9])?"),
    )


_STYLES = (_style(",", "."), _style(".", ","))
_FEW = 3
_TOWARDS_THOUSANDS = 1000**0.5
"""An amount this much below the usual one is nearer to it as one of thousands."""


def half_converted(
    texts: Mapping[int, str],
    found: Numbers,
    typed: Positions,
    decimal: Mark | None,
    where: str,
) -> Remark | None:
    """Refuse a column in which numbers lost the three digits behind a mark between thousands.

    texts, found, typed: of the distinct values the texts, all amounts, and where the numbers are.
    A program that knows the decimal point reads 1.250 as 1.25, and leaves 2.000,00 and 620,50 as
    text. What remains are numbers below 1,000, some with decimals, beside texts of one style. Saved
    as a CSV, the numbers are texts, too, and take three of each. Where ``decimal`` is set they are
    a doubt.

    Raises MappingError.
    """
    if not texts or not (len(typed) or any("," in text for text in texts.values())):
        return None
    for style in _STYLES:
        left = [at for at, text in texts.items() if _is_left(text, style)]
        lost = _lost(style, left, texts, found, typed) if left else left
        if len(lost):
            return _refuse(style, texts[left[0]], found[lost[0]], tuple(lost), decimal, where)
    return None


def _is_left(text: str, style: _Style) -> bool:
    return bool(style.grouped.fullmatch(text) or style.plain.fullmatch(text))


def _lost(
    style: _Style,
    left: list[int],
    texts: Mapping[int, str],
    found: Numbers,
    typed: Positions,
) -> list[int]:
    """Where the numbers are that seem to have lost their thousands beside the texts ``left``."""
    written = [at for at, text in texts.items() if style.read.fullmatch(text)]
    others = [text for text in texts.values() if re.search("[0-9]", text)]
    numbers = np.array([*typed, *written], dtype=np.intp)
    is_lost = found[numbers] != np.trunc(found[numbers])
    lost = numbers[is_lost]
    is_few = min(len(lost), len(left)) < (1 if len(typed) else _FEW)
    is_other = len(others) > len(left) + len(written) or (np.abs(found[numbers]) >= 1000).any()
    if is_few or is_other or not _may_be_thousands(found[lost]):
        return []
    has_third, is_round = _looks_like_thousands(found[lost])
    usual = float(np.median(np.abs(found[[*numbers[~is_lost], *left]])))
    is_small = float(np.median(np.abs(found[lost]))) * _TOWARDS_THOUSANDS < usual
    is_grouped = any(style.grouped.fullmatch(texts[at]) for at in left)
    if style.decimal == ".":  # as most programs write numbers: texts beside them prove little
        is_lost_here = has_third and (is_grouped or is_small)
    elif is_grouped:
        is_lost_here = has_third or is_round
    elif len(typed):
        is_lost_here = has_third or is_round or is_small
    else:
        is_lost_here = is_small and (has_third or is_round)
    return lost.tolist() if is_lost_here else []


def _refuse(
    style: _Style,
    text: str,
    number: float,
    lost: tuple[int, ...],
    decimal: Mark | None,
    where: str,
) -> Remark:
    read = f"{number:g}".replace(".", style.between)
    meant = f"{number * 1000:,.0f}".replace(",", style.between)
    seen = f"a spreadsheet or database seems to have read {meant} as {read}"
    if decimal is not None:
        what = f"are below 1,000 beside texts such as '{shown(text)}': {seen}"
        remedy = "If so, import the column again with every amount as text."
        return Remark(lost, what, remedy, is_doubt=True)
    called = "comma" if style.decimal == "," else "point"
    raise MappingError(
        f"{where}: the numbers in it, such as {read}, are all below 1,000, and its texts, such as "
        f"'{shown(text)}', have a decimal {called}: {seen}, and left the others as text. Import "
        "the column again with every amount as text. Where the numbers are right, set "
        f'decimal = "{style.decimal}".'
    )


def _may_be_thousands(numbers: Numbers) -> bool:
    """Whether fractions may be thousands: none is below 1 or has more than three decimals."""
    thousands = np.abs(numbers) * 1000
    whole = np.round(thousands)
    return bool((np.abs(thousands - whole) < 1e-6).all() and (whole > 1000).all())


def _looks_like_thousands(numbers: Numbers) -> tuple[bool, bool]:
    """Whether a fraction has three decimals, and whether half of them are round as thousands.

    Cents have two, and most of them (37.42) are no round amount of thousands (37.420).
    """
    whole = np.round(np.abs(numbers) * 1000)
    return bool((whole % 10 != 0).any()), 2 * int((whole % 50 == 0).sum()) >= len(whole)
