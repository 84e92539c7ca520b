"""How many lines of lists fit on a slide, where nobody scrolls; the rest is counted."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Literal, TypeVar

from pages.parts.frame.present import is_presenting

T = TypeVar("T")

SLIDE_PANEL = 448
"""The height of a panel that fills a slide, in pixels."""
LINE, BUTTON, GAP = 24, 38, 8
"""Pixels of a line of text, of a button, and between two rows."""
LETTER = 6.7
"""The usual width of a letter, in pixels."""


def panel_height() -> int | Literal["stretch"]:
    """The height of a panel: a slide is filled, a page grows with its content."""
    return SLIDE_PANEL if is_presenting() else "stretch"


def row_height(text: str, width: int, beneath: int = 0) -> int:
    """The height of a row on a slide, in pixels: a text that wraps, and lines beneath it."""
    lines = max(1, ceil(len(text) * LETTER / width)) + beneath
    return max(lines * LINE, BUTTON) + GAP


def rows_shown(
    rows: Sequence[T], height: Callable[[T], int], room: int, on_a_page: int | None = None
) -> Sequence[T]:
    """The first rows: on a slide those that fit into ``room`` pixels, else ``on_a_page``, or all.

    height: of a row, in pixels.
    """
    count = on_a_page
    if is_presenting():
        (count,) = rows_that_fit([list(map(height, rows))], room, heading=0)
    return rows[:count]


def rows_that_fit(
    groups: Sequence[Sequence[int]], room: int, heading: int = LINE + GAP
) -> list[int]:
    """How many rows of each group fit into ``room`` pixels, the groups filled in turns.

    groups: the heights of the rows of each group, the most important first.
    """
    fitting = [0] * len(groups)
    left = room - sum(heading for heights in groups if heights)
    waiting = [at for at, heights in enumerate(groups) if heights]
    while waiting:
        at = min(waiting, key=fitting.__getitem__)
        left -= groups[at][fitting[at]]
        if left < 0:
            break
        fitting[at] += 1
        if fitting[at] == len(groups[at]):
            waiting.remove(at)
    return fitting
