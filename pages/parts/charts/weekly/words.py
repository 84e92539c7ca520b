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
    bad = not signals["is_better"].all()
    ring = colours.bad if bad else colours.good
    usual = _symbol("square", 170, colours.quiet, width=0, opacity=0.25)
    unusual = _symbol("circle", 110, "transparent", ring)
    of_weeks = (
        ("usual range", 70, usual, len(sheet.band)),
        ("unusual", 48, unusual, len(signals)),
    )
    hollow = _symbol("circle", 45, colours.paper, colours.series)
    target = _symbol("stroke", 240, "transparent", colours.ink, 3)
    before = _symbol("stroke", 300, "transparent", colours.quiet, 1.5, 0.65)
    of_both = (
        ("still maturing", 82, hollow, rows["open"].count()),
        ("target", 38, target, rows["target"].count()),
        ("year before", 70, before, rows["year_before"].count()),
    )
    entries, left, right = list[dict[str, Any]](), 88, 0
    for text, width, symbol, is_there in of_weeks:
        if is_there:
            entries.append({"text": text, "left": left, **symbol})
            left += width + SYMBOL
    for text, width, symbol, is_there in of_both:
        if is_there:
            right += width
            entries.append({"text": text, "right": right, **symbol})
            right += SYMBOL
    return _entries(entries, colours.quiet) if entries else []


def _symbol(
    shape: str,
    size: int,
    fill: str,
    stroke: str = "transparent",
    width: float = 2,
    opacity: float = 1,
) -> dict[str, Any]:
    found = {"shape": shape, "size": size, "fill": fill, "stroke": stroke}
    return {**found, "strokeWidth": width, "opacity": opacity}


def _entries(entries: list[dict[str, Any]], colour: str) -> list[alt.Chart]:
    """All symbols in one layer and their texts in another: browsers take long for each layer.

    left, right: of an entry, where its text begins, in pixels from that side.
    """
    base = alt.Chart(alt.InlineData(entries)).encode(y=alt.YValue(10 - ABOVE))
    at = "(isValid(datum.left) ? datum.left : width - datum.right)"
    words = base.mark_text(align="left", baseline="middle", fontSize=12, color=colour)
    looks = {name: alt.value(alt.ExprRef(f"datum.{name}")) for name in _symbol("", 0, "")}
    return [
        words.encode(x=alt.XValue(alt.ExprRef(at)), text=alt.Text("text:N")),
        base.mark_point().encode(x=alt.XValue(alt.ExprRef(f"{at} - 14")), **looks),
    ]
