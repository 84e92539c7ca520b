"""The ranking: campaigns as bars in the order of a KPI, with its range over attribution models."""

import altair as alt
import pandas as pd

from kpis.catalogue import Kpi
from kpis.display import shown
from pages.parts.charts.axes import LETTER, bars_axis, names_axis
from pages.parts.charts.theme import Colours, Drawing, layered

BAR_STEP = 31
NAME_WIDTH = 260
CHANNEL_COLOURS = 7
"""Channels with a colour of their own; the theme has eight, the last is for the others."""


def ranking_chart(
    ranked: pd.DataFrame,
    kpi: Kpi,
    currency: str,
    colours: Colours,
    ranges: pd.DataFrame | None = None,
) -> Drawing:
    """Campaigns as bars, best first, a line over the range of each if given, values on the right.

    ranked: columns ``campaign`` (label), ``channel`` and the KPI, already in order.
    ranges: in the same order, ``low`` and ``high`` over the attribution models, and ``text``.
    """
    channels, values = ranked["channel"], ranked[kpi.key].astype(float)
    has_colour = channels.isin(channels.value_counts().index[:CHANNEL_COLOURS])
    frame = pd.DataFrame(
        {
            "campaign": ranked["campaign"],
            "channel": channels.where(has_colour, "Other channels"),
            "value": values,
            "shown": [shown(kpi, value, currency) for value in values],
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
    y = alt.Y("campaign:N", sort=None, title=None, axis=names_axis(NAME_WIDTH))
    base = alt.Chart(frame).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}).encode(
        x=bars_axis("value", frame["shown"], gap=2 * LETTER),
        color=alt.Color("channel:N", title=None, legend=alt.Legend(orient="bottom", columns=3)),
    )
    labels = base.mark_text(align="right", color=colours.ink)
    labels = labels.encode(x=alt.XValue("width"), text=alt.Text("shown:N"))
    over = [] if ranges is None else _ranges(base, colours)
    return layered(bars, labels, *over, height=alt.Step(BAR_STEP))


def _ranges(base: alt.Chart, colours: Colours) -> list[alt.Chart]:
    """A line from low to high with an end at each; in two colours, seen on bars of any colour."""
    has_range = base.transform_filter("datum.high > datum.low")
    layers = []
    for colour, thickness in ((colours.paper, 4.0), (colours.ink, 1.5)):
        ends = has_range.mark_tick(thickness=thickness, size=BAR_STEP * 0.3, color=colour)
        line = has_range.mark_rule(strokeWidth=thickness, color=colour)
        layers += [
            line.encode(x="low:Q", x2="high:Q"),
            ends.encode(x="low:Q"),
            ends.encode(x="high:Q"),
        ]
    return layers
