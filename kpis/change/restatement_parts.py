"""The parts of a restated figure: what each cause contributed, and the text of it.

Amounts are written so that they add up as written: 81 shown and 84 now are +3, and its parts of
1.5 and 1.4 are +2 and +1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isnan, nan
from typing import Literal

from kpis.calendar import Period
from kpis.catalogue import Kpi, Unit
from kpis.display import currency_sign, days_label, listed, shown

Cause = Literal["attribution", "definitions", "late data", "since then", "other version", "unknown"]

ROUNDING = 1e-9
"""What is smaller in proportion is a residue of rounding, and no part."""
_WRITTEN: dict[Unit, tuple[float, int, str]] = {
    "count": (1.0, 0, ""),
    "money": (1.0, 0, ""),
    "share": (100.0, 1, " pts"),
    "return": (100.0, 0, " pts"),
    "days": (1.0, 1, " days"),
    "months": (1.0, 1, " months"),
    "ratio": (1.0, 1, "×"),
}
"""Per unit: what values are multiplied by to be written, decimals, what follows a difference."""


@dataclass(frozen=True)
class Part:
    """What made a figure differ, and by how much, in the KPI's unit.

    Several causes where they cannot be separated. amount: NaN where the figure was or is
    undefined.
    """

    causes: tuple[Cause, ...]
    amount: float


def parts_of(was: float, steps: Sequence[tuple[Cause, float]]) -> tuple[Part, ...]:
    """Return what each step contributed, from the figure shown to the last step's, which is now.

    steps: what was changed, and the figure after it; NaN where undefined. Steps to an undefined
    figure and on from it are one part. A cause that comes twice is one part; one of nothing is
    none.
    """
    now = steps[-1][1]
    if isnan(was) or isnan(now):
        values = [was, *(value for _, value in steps)]
        pairs = zip(steps, values, strict=False)
        moved = (cause for (cause, value), before in pairs if not are_same(before, value))
        return tuple(Part((cause,), nan) for cause in dict.fromkeys(moved))
    amounts: dict[tuple[Cause, ...], float] = {}
    last, causes = was, list[Cause]()
    for cause, value in steps:
        causes.append(cause)
        if not isnan(value):
            together = tuple(dict.fromkeys(causes))
            amounts[together] = amounts.get(together, 0.0) + value - last
            last, causes = value, []
    # A step's share of the residue allowed: figures that are not the same have at least one part.
    least = ROUNDING * max(abs(was), abs(now)) / len(steps)
    return tuple(Part(causes, amount) for causes, amount in amounts.items() if abs(amount) > least)


def are_same(before: float, after: float) -> bool:
    """Whether two figures are equal up to a residue of rounding, or are both undefined."""
    return isclose(before, after, rel_tol=ROUNDING) or (isnan(before) and isnan(after))


def sentence(
    kpi: Kpi,
    period: Period,
    was: tuple[float, str],
    now: tuple[float, str],
    parts: Sequence[Part],
    explained: Mapping[Cause, str],
    currency: str,
) -> str:
    """The figure then and now, such as "MQLs of 9–15 Nov: 81 shown, 84 now (+3): +3 late data".

    was, now: the value, and why it is undefined where it is. explained: each cause in words.
    """
    causes = [listed([explained[cause] for cause in part.causes]) for part in parts]
    text = [
        f"{shown(kpi, value, currency)}{f' ({why})' if isnan(value) and why else ''}"
        for value, why in (was, now)
    ]
    days = days_label(period, with_year=False)
    head = f"{kpi.short} of {days}: {text[0]} shown, {text[1]} now"
    if isnan(was[0]) or isnan(now[0]):
        return f"{head}: {listed(causes)}."
    whole, amounts = _written(kpi, was[0], now[0], [part.amount for part in parts])
    added = [
        f"{_signed(kpi, amount, currency)} {cause}"
        for amount, cause in zip(amounts, causes, strict=True)
        if amount
    ]
    return f"{head} ({_signed(kpi, whole, currency)}): {', '.join(added)}."


def _written(kpi: Kpi, was: float, now: float, amounts: Sequence[float]) -> tuple[int, list[int]]:
    """The difference and its parts in units of the last digit written, parts adding up to it.

    What rounding each by itself leaves over goes to the parts that it is nearest to. amounts: at
    least one.
    """
    scale, decimals, _ = _WRITTEN[kpi.unit]
    exact = [amount * scale * 10**decimals for amount in amounts]
    before, after = (round(round(v * scale, decimals) * 10**decimals) for v in (was, now))
    whole, found = after - before, [round(amount) for amount in exact]
    while sum(found) != whole:
        step = 1 if sum(found) < whole else -1
        nearest = max(range(len(exact)), key=lambda n: step * (exact[n] - found[n]))
        found[nearest] += step
    return whole, found


def _signed(kpi: Kpi, units: int, currency: str) -> str:
    _, decimals, what = _WRITTEN[kpi.unit]
    size = f"{abs(units) / 10**decimals:,.{decimals}f}{what}"
    money = currency_sign(currency) if kpi.unit == "money" else ""
    return f"{'−' if units < 0 else '+'}{money}{size}"
