"""The 6-12 chart: six weeks and twelve months of a KPI on one line, to be read without a pointer.

A line with points for the values, hollow and dashed where conversions are still immature; a gap
where there is none. The year before as a thin line, targets as short bars, and behind the weeks
what is usual of them. A ring marks a week that stands out. Annotations are numbered at their week
and month, and written beneath.

Counts and amounts of a month are drawn at 1 : 4.35 to those of a week, so that the same pace is
equally high; ratios share one scale. Every scale has its zero.

After Bryar and Carr, Working Backwards, chapter 6 (Metrics). docs/decisions/022 says why its scales
are as they are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from kpis.display import brief, currency_sign
from kpis.records import Annotation
from kpis.weeks.frame import MONTHS, WEEKS, WeeklyFrame
from pages.parts.charts.axes import AXIS_FORMATS
from pages.parts.charts.theme import PADDING, Colours, Layers, inline, layered
from pages.parts.charts.weekly.annotations import (
    BELOW,
    LINE,
    TEXTS_SHOWN,
    annotated,
    draw_annotation_texts,
    draw_markers,
    markers,
)
from pages.parts.charts.weekly.places import (
    HALVES,
    Scale,
    Sheet,
    bands,
    last_values,
    periods_drawn,
    scales,
    signals,
    x_labels,
)
from pages.parts.charts.weekly.words import ABOVE, draw_headings, draw_legend

LETTER = 8
"""The usual width of a letter of a value beside its point, in pixels."""
WIDTH = 620
"""The narrowest that the chart is made for, in pixels, less its axes of values."""


def weekly_chart(
    frame: WeeklyFrame,
    currency: str,
    colours: Colours,
    annotations: Sequence[Annotation] = (),
    height: int = 260,
) -> Layers:
    """Draw weeks on the left and months on the right, each on an axis of its own.

    height: of the whole picture, in pixels.
    """
    last = last_values(periods_drawn(frame, currency, gap=1)).to_dict("records")
    ends = {str(row["half"]): brief(frame.kpi, row["value"], currency) for row in last}
    room = _room(ends)
    rows = periods_drawn(frame, currency, gap=1 + room)
    right = float(rows["place"].max()) + max(0.6, room)
    noted, unusual = annotated(rows, annotations), signals(frame, rows)
    texts = noted.drop_duplicates("number").tail(TEXTS_SHOWN)
    plot = height - ABOVE - BELOW - LINE * ((len(texts) + 1) // 2)
    x, band = _x(rows, right, colours), bands(frame, rows)
    sheet = Sheet(frame.kpi, currency, rows, band, x, right, colours, plot)
    sentence = ", ".join(f"{half} {text}" for half, text in ends.items()) or "no value yet"
    layers: list[alt.Chart | Layers] = [
        *_halves(sheet, unusual, ends, has_markers=len(noted) > 0),
        *draw_markers(sheet, markers(noted)),
        *draw_headings(sheet),
        *draw_legend(sheet, unusual),
        *draw_annotation_texts(sheet, texts),
    ]
    return layered(
        *layers,
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(y="independent")),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding=PADDING,
        height=plot,
        description=f"{frame.kpi.label}: last {sentence}",
    )


def _room(ends: Mapping[str, str]) -> float:
    """How many weeks' width the text of the last value takes beside its point."""
    beside = LETTER * max(map(len, ends.values()), default=0) + 14
    return beside / (WIDTH - 2 * beside) * (WEEKS + MONTHS)


def _halves(
    sheet: Sheet, unusual: pd.DataFrame, ends: Mapping[str, str], has_markers: bool
) -> Iterator[Layers]:
    """Weeks and months, each with its grid, lines, rings and last value."""
    sizes = scales(sheet.kpi, sheet.rows, sheet.band, sheet.plot, has_markers)
    last = last_values(sheet.rows).assign(text=lambda table: table["half"].map(ends))
    for half in HALVES:
        y = _y(sheet, half, sizes[half])
        parts = [
            *_ground(sheet, half, sizes[half], y),
            *_lines(sheet, y),
            *_stands_out(sheet, unusual[unusual["half"] == half], y),
            *_last_value(sheet, last[last["half"] == half], y),
        ]
        yield layered(*parts, data=inline(sheet.rows[sheet.rows["half"] == half]))


def _x(rows: pd.DataFrame, right: float, colours: Colours) -> alt.X:
    labels = x_labels(rows)
    return alt.X(
        "place:Q",
        title=None,
        scale=alt.Scale(domain=[-0.6, right], nice=False, zero=False),
        axis=alt.Axis(
            values=[float(place) for place in labels],
            labelExpr=f"({json.dumps(labels)})[datum.value]",
            labelOverlap=False,
            labelFlush=False,
            labelPadding=6,
            labelFontSize=12,
            labelColor=colours.quiet,
            grid=False,
            ticks=False,
            domain=False,
        ),
    )


def _y(sheet: Sheet, half: str, scale: Scale) -> alt.Y:
    """The axis of values of a half, on its own side; it draws no grid into the other half."""
    pattern = AXIS_FORMATS[sheet.kpi.unit]
    if sheet.kpi.unit == "share":
        pattern = ".0%" if scale.step >= 0.01 else ".1%"
    axis = alt.Axis(
        values=scale.ticks,
        labelExpr=_label(sheet, pattern),
        labelFlush=False,
        labelBaseline="middle",
        orient="left" if half == "week" else "right",
        labelPadding=6,
        labelFontSize=12,
        labelColor=sheet.colours.quiet,
        grid=False,
        ticks=False,
        domain=False,
    )
    return alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[scale.low, scale.high], nice=False, zero=False),
        axis=axis,
    )


def _label(sheet: Sheet, pattern: str) -> str:
    """How Vega writes a label of the axis of values: with the currency's sign, and a true minus."""
    sign = currency_sign(sheet.currency) if sheet.kpi.unit == "money" else ""
    number = f"format(abs(datum.value), {json.dumps(pattern)})"
    return f"(datum.value < 0 ? '\u2212' : '') + {json.dumps(sign)} + {number}"


def _ground(sheet: Sheet, half: str, scale: Scale, y: alt.Y) -> list[alt.Chart]:
    """The grid of a half, and behind the weeks the band of what is usual."""
    places = sheet.rows.loc[sheet.rows["half"] == half, "place"]
    end = sheet.right if half == HALVES[-1] else float(places.max()) + 0.5
    grid = pd.DataFrame({"value": scale.ticks}).assign(
        from_place=float(places.min()) - 0.5, to_place=end
    )
    x, x2 = sheet.x.copy(), alt.X2("to_place:Q")
    x.shorthand = "from_place:Q"
    lines = alt.Chart(inline(grid)).mark_rule(strokeWidth=1, color=sheet.colours.line)
    drawn = [lines.encode(x=x, x2=x2, y=y)]
    band = sheet.band[sheet.band["half"] == half]
    if len(band):
        lower = y.copy()
        lower.shorthand = "lower:Q"
        usual = alt.Chart(inline(band)).mark_rect(
            clip=True, color=sheet.colours.quiet, opacity=0.16
        )
        drawn.insert(0, usual.encode(x=x, x2=x2, y=lower, y2=alt.Y2("upper:Q")))
    return drawn


def _lines(sheet: Sheet, y: alt.Y) -> list[alt.Chart]:
    """The year before, the targets, and the values with their points."""
    colours = sheet.colours
    tooltip = [
        alt.Tooltip("days:N", title="Days"),
        alt.Tooltip("value_shown:N", title=sheet.kpi.short),
        alt.Tooltip("year_before_shown:N", title="Year before"),
        alt.Tooltip("target_shown:N", title="Target"),
    ]
    base = alt.Chart().encode(x=sheet.x)

    def of(column: str) -> alt.Y:
        own = y.copy()
        own.shorthand = f"{column}:Q"
        return own

    before = base.mark_line(strokeWidth=1.5, color=colours.quiet, opacity=0.65)
    target = base.mark_tick(
        orient="horizontal",
        thickness=3,
        size=20,
        opacity=1,
        color=colours.ink,
    )
    dashed = base.mark_line(strokeWidth=2.5, strokeDash=[4, 4], color=colours.series)
    final = base.mark_line(strokeWidth=2.5, color=colours.series)
    points = base.mark_point(size=55, filled=True, opacity=1, color=colours.series)
    hollow = base.mark_point(
        size=55, filled=True, opacity=1, fill=colours.paper, stroke=colours.series, strokeWidth=2
    )
    return [
        before.encode(y=of("year_before")),
        target.encode(y=of("target")),
        dashed.encode(y=of("dashed")),
        final.encode(y=of("final")),
        points.encode(y=of("final"), tooltip=tooltip),
        hollow.encode(y=of("open"), tooltip=tooltip),
    ]


def _stands_out(sheet: Sheet, unusual: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    """A ring around each week that is not what is usual, in the colour of better or worse."""
    colours = {True: sheet.colours.good, False: sheet.colours.bad}
    return [
        alt.Chart(inline(ringed))
        .mark_point(
            size=170,
            filled=False,
            strokeWidth=2,
            opacity=1,
            color=colours[is_better],
        )
        .encode(x=sheet.x, y=y)
        for is_better in (True, False)
        if len(ringed := unusual[unusual["is_better"] == is_better])
    ]


def _last_value(sheet: Sheet, last: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    """The last value as text: beside its point, above it where the line continues."""
    if last.empty:
        return []
    at_end = bool(last["is_rightmost"].iloc[0])
    place: dict[str, Any] = {"align": "left", "dx": 9} if at_end else {"align": "center", "dy": -14}
    base = alt.Chart(inline(last)).encode(x=sheet.x, y=y, text=alt.Text("text:N"))
    halo: dict[str, Any] = {"stroke": sheet.colours.paper, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        base.mark_text(fontSize=15, fontWeight="bold", color=colour, **place, **around)
        for colour, around in ((sheet.colours.paper, halo), (sheet.colours.ink, {}))
    ]
