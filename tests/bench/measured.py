"""Figures: taken several times, beside what the same costs elsewhere, and what they must be."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TIMES = 7
"""How often each figure is taken, at least; its median counts."""

Clock = Callable[[], float]


def taken(action: Callable[[], object], times: int = TIMES, clock: Clock = time.perf_counter):
    """How long an action takes, each time; ``time.process_time`` as the clock counts CPU."""
    found = []
    for _ in range(times):
        began = clock()
        action()
        found.append(clock() - began)
    return found


@dataclass(frozen=True)
class Row:
    """One figure of the report.

    values, beside_values: as measured, in ``unit``, of ours and of the reference ``beside``.
    at_most, ratio_at_most: what the median, and its ratio to the reference's, must be; None: any.
    """

    what: str
    values: Sequence[float]
    unit: str = "s"
    beside: str = ""
    beside_values: Sequence[float] = ()
    at_most: float | None = None
    ratio_at_most: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def ratio(self) -> float | None:
        return self.median / statistics.median(self.beside_values) if self.beside_values else None

    @property
    def must(self) -> str:
        """What the figure must be, empty when nothing is asked of it."""
        limits = []
        if self.at_most is not None:
            limits.append(f"≤ {self.at_most:g} {self.unit}")
        if self.ratio_at_most is not None:
            limits.append(f"≤ {self.ratio_at_most:g}×")
        return ", ".join(limits)

    @property
    def is_met(self) -> bool:
        within = self.at_most is None or self.median <= self.at_most
        ratio, limit = self.ratio, self.ratio_at_most
        return within and (ratio is None or limit is None or ratio <= limit)

    def line(self) -> str:
        """The figure as a row of a table in Markdown; columns: see HEADER."""
        verdict = ("met" if self.is_met else "**missed**") if self.must else ""
        beside = f"{self.beside}: {_spread(self.beside_values, self.unit)}" if self.beside else "–"
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}×"
        own = _spread(self.values, self.unit)
        return f"| {self.what} | {own} | {beside} | {ratio} | {self.must} | {verdict} |"


HEADER = (
    "| what | median (least–most) | beside it | ratio | must be | |",
    "|---|---|---|---|---|---|",
)


def _spread(values: Sequence[float], unit: str) -> str:
    middle, least, most = (_figure(f(values)) for f in (statistics.median, min, max))
    spread = f" ({least}–{most})" if len(values) > 1 and least != most else ""
    return f"{middle} {unit}{spread}"


def _figure(value: float) -> str:
    """Three digits, no more decimals than that takes."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"
