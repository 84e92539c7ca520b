"""Columns of which a spreadsheet of another country read some amounts: 1.250 became 1.25."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from connectors.mapping.amounts.one_amount import Mark
from connectors.mapping.cells import Remark, shown
from kpis.errors import MappingError

Numbers = npt.NDArray[np.float64]

_LEFT = re.compile(r"[-−]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+|\.[0-9]{3})-?")
"""What has points between thousands in any reading: such a spreadsheet leaves it as text."""
_READ = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{0,2}[1-9])?")
"""A number as it writes one: 1.25, never 1.250."""
_FEW = 3


def half_converted(
    texts: Mapping[int, str],
    found: Numbers,
    typed: npt.NDArray[np.intp],
    decimal: Mark | None,
    where: str,
) -> Remark | None:
    """Refuse a column in which numbers lost the three digits behind a point between thousands.

    texts, found, typed: of the distinct values the texts, all amounts, and where the numbers are.
    Such a spreadsheet reads 1.250 as 1.25 and leaves 2.000,00 as text. What remains are numbers
    below 1,000, some with decimals, beside texts that all have points between thousands. Saved as a
    CSV, the numbers are texts, too, and take three of each. Where ``decimal`` is set they are a
    doubt.

    Raises MappingError.
    """
    left = [text for text in texts.values() if _LEFT.fullmatch(text)]
    if not left:
        return None
    written = [position for position, text in texts.items() if _READ.fullmatch(text)]
    others = [text for text in texts.values() if re.search("[0-9]", text)]
    numbers = np.array([*typed, *written], dtype=np.intp)
    lost = numbers[found[numbers] != np.trunc(found[numbers])]
    is_few = min(len(lost), len(left)) < (1 if len(typed) else _FEW)
    is_other = len(others) > len(left) + len(written) or (np.abs(found[numbers]) >= 1000).any()
    if is_few or is_other or not _are_thousands(found[lost]):
        return None
    number, meant = f"{found[lost[0]]:g}", f"{found[lost[0]] * 1000:,.0f}".replace(",", ".")
    seen = f"a spreadsheet seems to have read {meant} as {number}"
    if decimal is not None:
        what = f"are below 1,000 beside texts such as '{shown(left[0])}': {seen}"
        remedy = "If so, import the column again with every amount as text."
        return Remark(tuple(lost.tolist()), what, remedy, is_doubt=True)
    raise MappingError(
        f"{where}: the numbers in it, such as {number}, are all below 1,000, and its texts, such "
        f"as '{shown(left[0])}', have points between thousands: {seen}, and left the others as "
        "text. Import the column again with every amount as text. Where the numbers are right, "
        'set decimal = ",".'
    )


def _are_thousands(numbers: Numbers) -> bool:
    """Whether fractions may be thousands: none is below 1 or has more than three decimals.

    Cents have two, and most of them (37.42) are no round amount of thousands (37.420).
    """
    thousands = np.abs(numbers) * 1000
    whole = np.round(thousands)
    has_third = bool((whole % 10 != 0).any())
    is_round = 2 * int((whole % 50 == 0).sum()) >= len(whole)
    fits = bool((np.abs(thousands - whole) < 1e-6).all() and (whole > 1000).all())
    return fits and (has_third or is_round)
