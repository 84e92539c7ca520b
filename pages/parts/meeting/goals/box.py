"""The box beneath a 6-12 chart: last week and its changes, month, quarter and year to date."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from html import escape
from math import isnan
from typing import Any

import streamlit as st

from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.display import UNDEFINED, Change, brief, change, currency_sign, days_label, sentence_case
from kpis.weeks.frame import WeeklyFrame
from pages.parts.charts.theme import Colours, colours_seen

_STYLE = """<style>
.weekly-box { display: flex; justify-content: space-between; gap: 0.9rem; }
.weekly-box p { margin: 0; line-height: 1.3; font-size: 0.8125rem; }
.weekly-box b { font-size: 1.375rem; font-weight: 600; line-height: 1.2; }
.weekly-box .number { white-space: nowrap; }
</style>"""
"""Cells as wide as their texts; where room is scarce, what stands beside a number goes below it."""


@dataclass(frozen=True)
class BoxCell:
    """A cell of the box. big: its number, or —. beside: what to know of it, or why it has none.

    better: whether its change is for the better (None: neither). days: what the number is of.
    """

    name: str
    big: str
    beside: str
    better: bool | None
    days: str
    is_change: bool = False


def draw_box(frame: WeeklyFrame, currency: str) -> None:
    """Draw the six cells in a row, each a line with its name and one with its number."""
    colours = colours_seen()
    cells = "".join(_drawn(cell, colours) for cell in box_cells(frame, currency))
    st.html(f'{_STYLE}<div class="weekly-box">{cells}</div>')


def box_cells(frame: WeeklyFrame, currency: str) -> list[BoxCell]:
    """The cells as text: last week with what is usual, two changes, and three sums to date."""
    return [_cell(row, frame, currency) for row in frame.box.to_dict("records")]


def _cell(row: Mapping[Hashable, Any], frame: WeeklyFrame, currency: str) -> BoxCell:
    kpi, name = frame.kpi, str(row["name"])
    value, before = float(row["value"]), float(row["before"])
    days = days_label(Period(row["start"], row["end"]))
    label = sentence_case(name)
    if name == "last week":
        number = brief(kpi, value, currency)
        beside = frame.undefined if isnan(value) else _usual(frame, currency)
        return BoxCell(label, number, beside or "", _stands_out(frame), days)
    moved = change(kpi, value, before)
    better = moved.better if moved else None
    if name.startswith(("week on", "year on")):
        than = "the week before" if name.startswith("week on") else "a year before"
        beside = _compared_with(frame, value, before, than, currency)
        return BoxCell(label, _text(moved, kpi), beside, better, days, is_change=True)
    if isnan(value):
        return BoxCell(label, UNDEFINED, "undefined so far", None, days)
    text = f"{_text(moved, kpi)} YoY" if moved else "no YoY"
    return BoxCell(label, brief(kpi, value, currency), text, better, days)


def _text(moved: Change | None, kpi: Kpi) -> str:
    """A change where room is scarce: ``+12%``, ``−0.4 pts``, ``±0%``."""
    if moved is None:
        return UNDEFINED
    if moved.better is None:
        return "±0 pts" if kpi.unit in ("share", "return") else "±0%"
    return moved.text


def _compared_with(
    frame: WeeklyFrame, value: float, before: float, than: str, currency: str
) -> str:
    """What the last week is compared with, or why there is no change."""
    if isnan(value):
        return "last week is undefined"
    if isnan(before):
        return f"nothing known of {than}"
    return f"from {brief(frame.kpi, before, currency)}"


def _usual(frame: WeeklyFrame, currency: str) -> str:
    """``usual 71–123``: the natural process limits of the last week."""
    limits = frame.chart.points[-1].limits if frame.chart else None
    if limits is None:
        return "no usual range" if frame.chart is None else "too early for a usual range"
    low, high = (brief(frame.kpi, end, currency) for end in (limits.lower, limits.upper))
    for unit in (" days", " months", "%"):
        if low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
    high = high.removeprefix(currency_sign(currency))
    return f"usual {low}–{high}"


def _stands_out(frame: WeeklyFrame) -> bool | None:
    """Whether the last week is unusually good, unusually bad, or neither."""
    return frame.signal.is_good(frame.kpi.better) if frame.signal else None


def _drawn(cell: BoxCell, colours: Colours) -> str:
    tone = {True: colours.good, False: colours.bad, None: colours.quiet}[cell.better]
    on_number = cell.is_change or cell.name == "Last week"
    big = tone if on_number and cell.better is not None else colours.ink
    beside = colours.quiet if on_number else tone
    is_number = any(character.isdigit() for character in cell.beside)
    wrap = ' class="number"' if is_number else ""
    return (
        f'<div title="{escape(cell.days)}">'
        f'<p style="color:{colours.quiet}">{escape(cell.name)}</p>'
        f'<p><b class="number" style="color:{big}">{escape(cell.big)}</b> '
        f'<span{wrap} style="color:{beside}">{escape(cell.beside)}</span></p></div>'
    )
