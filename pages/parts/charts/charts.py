"""Charts in Altair, drawn in the colours of a theme."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.display import days_label, shown
from kpis.records import Annotation
from pages.parts.charts.theme import Colours
from pages.parts.charts.weekly_places import annotated, markers

BAR_STEP = 31
LETTER = 7
"""The usual width of a letter in a chart, in pixels."""
CHANNEL_COLOURS = 7
"""Channels with a colour of their own; the theme has eight, the last is for the others."""

AXIS_FORMATS = {
    "count": ",.0f",
    "share": ".1%",
    "return": ".0%",
    "days": ",.0f",
    "months": ",.1f",
    "ratio": ",.1f",
    "money": "~s",
}


def trend_chart(
    weeks: pd.DataFrame,
    kpi: Kpi,
    currency: str,
    height: int,
    colours: Colours,
    limits: pd.DataFrame | None = None,
    annotations: Sequence[Annotation] = (),
) -> alt.LayerChart:
    """A KPI week by week: a line, hollow and dashed where a week is running or still immature.

    weeks: scorecard rows with ``start``, ``end``, ``running`` and ``immature``. limits: ``start``,
    ``lower`` and ``upper`` of the weeks that have a usual range, drawn as a band. annotations: each
    a numbered line at its week, told when it is pointed at.
    """
    is_open = weeks["running"] | (weeks["immature"] & (kpi.key == "lead_conversion_rate"))
    frame = pd.DataFrame(
        {
            "week": pd.to_datetime(weeks["start"]),
            "value": weeks[kpi.key].astype(float),
            "shown": [shown(kpi, v, currency) for v in weeks[kpi.key].astype(float)],
            "days": [
                days_label(Period(s, e)) for s, e in zip(weeks["start"], weeks["end"], strict=True)
            ],
            "state": is_open.map({True: "not final yet", False: "final"}),
            "solid": ~is_open,
        }
    )
    x = alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b", grid=False, tickCount=8))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=kpi.unit != "return", nice=True),
        axis=alt.Axis(
            format=AXIS_FORMATS[kpi.unit],
            tickCount=5,
            tickMinStep=1 if kpi.unit == "count" else 0,
        ),
    )
    tooltip = [
        alt.Tooltip("days:N", title="Week"),
        alt.Tooltip("shown:N", title=kpi.short),
        alt.Tooltip("state:N", title="Figures"),
    ]
    base = alt.Chart(frame).encode(x=x, y=y)
    final = base.transform_filter("datum.solid").mark_line(strokeWidth=2.5)
    area = base.transform_filter("datum.solid").mark_area(opacity=0.12)
    pending = base.transform_filter(
        "!datum.solid || datum.week == " + _last_solid(frame)
    ).mark_line(strokeDash=[4, 4], strokeWidth=2)
    points = base.mark_point(size=45, filled=True).encode(
        opacity=alt.condition("datum.solid", alt.value(1), alt.value(0.45)), tooltip=tooltip
    )
    layers = [area, final, pending, points]
    if limits is not None and not limits.empty:
        drawn = limits[limits["start"].between(weeks["start"].min(), weeks["start"].max())]
        band = drawn.assign(week=pd.to_datetime(drawn["start"]))[["week", "lower", "upper"]]
        usual = alt.Chart(band).mark_area(opacity=0.13, color=colours.quiet)
        layers.insert(0, usual.encode(x=x, y=alt.Y("lower:Q", title=None), y2="upper:Q"))
    return alt.layer(*layers, *_annotations(weeks, annotations, x, colours)).properties(
        height=height
    )


def _annotations(
    weeks: pd.DataFrame, annotations: Sequence[Annotation], x: alt.X, colours: Colours
) -> list[alt.Chart]:
    """The numbers of annotations at the top of their weeks, in the order of days."""
    rows = pd.DataFrame(
        {
            "half": "week",
            "place": pd.to_datetime(weeks["start"]),
            "start": [start.isoformat() for start in weeks["start"]],
            "end": [end.isoformat() for end in weeks["end"]],
        }
    )
    noted = annotated(rows, annotations)
    if noted.empty:
        return []
    texts = (noted["day"] + ": " + noted["text"]).groupby(noted["place"], sort=False).agg("; ".join)
    found = markers(noted).rename(columns={"place": "week"}).assign(text=texts.to_list())
    tooltip = [alt.Tooltip("text:N", title="What happened")]
    base = alt.Chart(found).encode(x=x, tooltip=tooltip)
    line = base.mark_rule(strokeDash=[2, 3], color=colours.quiet).encode(y=alt.value(14))
    number = base.mark_text(fontSize=12, fontWeight="bold", baseline="top", color=colours.quiet)
    return [line, number.encode(y=alt.value(0), text="shown:N")]


def _last_solid(frame: pd.DataFrame) -> str:
    """The last final week as a Vega timestamp, where the dashed line begins."""
    solid = frame.loc[frame["solid"] & frame["value"].notna(), "week"]
    return str(int(solid.max().timestamp() * 1000)) if len(solid) else "0"


def ranking_chart(
    ranked: pd.DataFrame,
    kpi: Kpi,
    currency: str,
    colours: Colours,
    ranges: pd.DataFrame | None = None,
) -> alt.LayerChart:
    """Campaigns as bars, best first, a line over the range of each if given, values on the right.

    ranked: columns ``campaign`` (label), ``channel`` and the KPI, already in order.
    ranges: in the same order, ``low`` and ``high`` over the attribution models, and ``told``.
    """
    usual = ranked["channel"].value_counts().index[:CHANNEL_COLOURS]
    values = ranked[kpi.key].astype(float)
    frame = pd.DataFrame(
        {
            "campaign": ranked["campaign"],
            "channel": ranked["channel"].where(ranked["channel"].isin(usual), "Other channels"),
            "value": values,
            "shown": [shown(kpi, v, currency) for v in values],
        }
    )
    tooltip = [
        alt.Tooltip("campaign:N", title="Campaign"),
        alt.Tooltip("channel:N", title="Channel"),
        alt.Tooltip("shown:N", title=kpi.short),
    ]
    if ranges is not None:
        frame = frame.assign(**{name: ranges[name].array for name in ("low", "high", "text")})
        tooltip.append(alt.Tooltip("text:N", title="By attribution model"))
    y = alt.Y(
        "campaign:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelLimit=260, ticks=False, domain=False),
    )
    # A column of its own: a value at the end of a line would be read as the line's end.
    room = LETTER * max(frame["shown"].str.len(), default=0) + 2 * LETTER
    beside = alt.Scale(range=[0, alt.ExprRef(f"width - {room}")])
    x = alt.X("value:Q", title=None, axis=None, scale=beside)
    base = alt.Chart(frame).encode(y=y)
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}).encode(
        x=x,
        color=alt.Color("channel:N", title=None, legend=alt.Legend(orient="bottom", columns=3)),
        tooltip=tooltip,
    )
    labels = base.mark_text(align="right", color=colours.ink).encode(
        x=alt.value("width"), text="shown:N"
    )
    layers = [bars, labels]
    if ranges is not None:
        has_range = base.transform_filter("datum.high > datum.low").encode(tooltip=tooltip)
        for colour, thickness in (
            (colours.paper, 4.0),
            (colours.ink, 1.5),
        ):  # seen on bars of any colour
            ends = has_range.mark_tick(thickness=thickness, size=BAR_STEP * 0.3, color=colour)
            line = has_range.mark_rule(strokeWidth=thickness, color=colour)
            layers += [
                line.encode(x="low:Q", x2="high:Q"),
                ends.encode(x="low:Q"),
                ends.encode(x="high:Q"),
            ]
    return alt.layer(*layers).properties(height=alt.Step(BAR_STEP))
