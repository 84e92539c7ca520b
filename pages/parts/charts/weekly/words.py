"""The words of the 6-12 chart: its headings and its legend."""

from typing import Any

import altair as alt
import pandas as pd

from pages.parts.charts.theme import inline
from pages.parts.charts.weekly.places import WEEKS_IN_A_MONTH, Sheet

ABOVE = 26
"""Pixels that the line of headings takes."""
SYMBOL = 31
"""Pixels that a symbol of the legend takes with the space around it."""


def draw_headings(sheet: Sheet) -> list[alt.Chart]:
    """Above each half what a point of it is; of counts, how its axis differs from the other."""
    firsts = sheet.rows.groupby("half", sort=False)["place"].min()
    week, month = "By week", "By month"
    if sheet.kpi.additive:
        week, month = "Per week", f"Per month (scale × {WEEKS_IN_A_MONTH:.2f})"
    data = pd.DataFrame({"place": firsts - 0.5, "text": [week, month]})
    text = alt.Chart(inline(data)).mark_text(
        align="left", baseline="middle", fontSize=13, fontWeight=600, color=sheet.colours.ink
    )
    return [text.encode(x=sheet.x, y=alt.YValue(10 - ABOVE), text=alt.Text("text:N"))]


def draw_legend(sheet: Sheet, signals: pd.DataFrame) -> list[alt.Chart]:
    """What the marks mean, on the line of headings; only of those that the picture has.

    signals: as of pages.parts.charts.weekly.places.signals. What only weeks have is above them.
    """
    rows, colours = sheet.rows, sheet.colours
    dot = {"opacity": 1, "strokeWidth": 2}
    bar = {"shape": "stroke", "filled": False}
    bad = not signals["is_better"].all()
    band = {"shape": "square", "size": 170, "color": colours.quiet, "opacity": 0.25}
    ring = dot | {"size": 110, "filled": False, "color": colours.bad if bad else colours.good}
    of_weeks = (
        ("usual range", 70, band | {"filled": True}, len(sheet.band)),
        ("unusual", 48, ring, len(signals)),
    )
    hollow = dot | {"size": 45, "filled": True, "fill": colours.paper, "stroke": colours.series}
    target = bar | {"size": 240, "strokeWidth": 3, "opacity": 1, "color": colours.ink}
    before = bar | {"size": 300, "strokeWidth": 1.5, "opacity": 0.65, "color": colours.quiet}
    of_both = (
        ("still maturing", 82, hollow, rows["open"].count()),
        ("target", 38, target, rows["target"].count()),
        ("year before", 70, before, rows["year_before"].count()),
    )
    layers, left, right = [], 88, 0
    for text, width, symbol, is_there in of_weeks:
        if is_there:
            layers += _entry(sheet, text, f"{left}", symbol)
            left += width + SYMBOL
    for text, width, symbol, is_there in of_both:
        if is_there:
            right += width
            layers += _entry(sheet, text, f"width - {right}", symbol)
            right += SYMBOL
    return layers


def _entry(sheet: Sheet, text: str, at: str, symbol: dict[str, Any]) -> list[alt.Chart]:
    """A symbol, and beside it the text from ``at``, an expression of pixels."""
    base = alt.Chart(alt.InlineData([{"text": text}])).encode(y=alt.YValue(10 - ABOVE))
    words = base.mark_text(align="left", baseline="middle", fontSize=12, color=sheet.colours.quiet)
    return [
        words.encode(x=alt.XValue(alt.ExprRef(at)), text=alt.Text("text:N")),
        base.mark_point(**symbol).encode(x=alt.XValue(alt.ExprRef(f"{at} - 14"))),
    ]
