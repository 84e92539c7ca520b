"""The words of the 6-12 chart: headings, the legend, the numbers of annotations and their texts."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from kpis.catalogue import Kpi
from pages.parts.charts.theme import Colours
from pages.parts.charts.weekly_places import WEEKS_IN_A_MONTH

ABOVE, BELOW, ANNOTATION_LINE = 26, 38, 19
"""Pixels that the line of names, the two lines of dates, and a line of annotations take."""
SYMBOL = 31
"""Pixels that a symbol of the legend takes with the space around it."""


@dataclass(frozen=True)
class Sheet:
    """What all parts of a chart are drawn with."""

    kpi: Kpi
    currency: str
    rows: pd.DataFrame
    band: pd.DataFrame
    x: alt.X
    right: float
    colours: Colours
    plot: float


def inline(frame: pd.DataFrame) -> alt.InlineData:
    """The frame as records inside a chart: of so few rows, far faster than Altair's own way."""
    known = frame.astype(object).where(frame.notna(), None)
    return alt.InlineData(known.to_dict("records"))


def draw_markers(sheet: Sheet, found: pd.DataFrame) -> list[alt.Chart]:
    """The numbers of annotations at the top of the picture, each with a line down to its period.

    found: as of pages.parts.charts.weekly_places.markers.
    """
    if found.empty:
        return []
    colours = sheet.colours
    base = alt.Chart(inline(found)).encode(x=sheet.x)
    line = base.mark_rule(strokeWidth=1, strokeDash=[2, 3], color=colours.quiet)
    return [
        line.encode(y=alt.value(19), y2=alt.value(sheet.plot)),
        _disc(base, colours, 260).encode(y=alt.value(10)),
        _number(base, colours).encode(y=alt.value(10), text="shown:N"),
    ]


def draw_annotation_texts(sheet: Sheet, defined: pd.DataFrame) -> list[alt.Chart]:
    """The annotations beneath the picture, two in a line."""
    layers = []
    top = sheet.plot + BELOW + 6
    for n, row in enumerate(defined.to_dict("records")):
        left = "0" if n % 2 == 0 else "width / 2"
        has_all = n % 2 == 0 and n == len(defined) - 1
        sentence = {"number": str(row["number"]), "text": f"{row['day']}: {row['text']}"}
        base = alt.Chart(alt.InlineData([sentence])).encode(
            y=alt.value(top + ANNOTATION_LINE * (n // 2))
        )
        at = alt.value(alt.ExprRef(f"{left} + 10"))
        text = base.mark_text(
            align="left",
            baseline="middle",
            fontSize=13,
            color=sheet.colours.ink,
            limit=alt.ExprRef("width - 28" if has_all else "width / 2 - 36"),
        )
        layers += [
            _disc(base, sheet.colours, 220).encode(x=at),
            _number(base, sheet.colours).encode(x=at, text="number:N"),
            text.encode(x=alt.value(alt.ExprRef(f"{left} + 24")), text="text:N"),
        ]
    return layers


def _disc(base: alt.Chart, colours: Colours, size: int) -> alt.Chart:
    return base.mark_point(
        size=size, filled=True, opacity=1, fill=colours.paper, stroke=colours.ink, strokeWidth=1.25
    )


def _number(base: alt.Chart, colours: Colours) -> alt.Chart:
    return base.mark_text(fontSize=11, fontWeight="bold", color=colours.ink, baseline="middle")


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
    return [text.encode(x=sheet.x, y=alt.value(10 - ABOVE), text="text:N")]


def draw_legend(sheet: Sheet, signals: pd.DataFrame) -> list[alt.Chart]:
    """What the marks mean, on the line of headings; only of those that the picture has.

    signals: as of pages.parts.charts.weekly_places.signals. What only weeks have is told above
    them.
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
        ("still maturing", 82, hollow, rows["open"].notna().any()),
        ("target", 38, target, rows["target"].notna().any()),
        ("year before", 70, before, rows["year_before"].notna().any()),
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


def _entry(sheet: Sheet, text: str, at: str, symbol: dict[str, object]) -> list[alt.Chart]:
    """A symbol, and beside it the text from ``at``, an expression of pixels."""
    base = alt.Chart(alt.InlineData([{"text": text}])).encode(y=alt.value(10 - ABOVE))
    words = base.mark_text(align="left", baseline="middle", fontSize=12, color=sheet.colours.quiet)
    return [
        words.encode(x=alt.value(alt.ExprRef(at)), text="text:N"),
        base.mark_point(**symbol).encode(x=alt.value(alt.ExprRef(f"{at} - 14"))),
    ]
