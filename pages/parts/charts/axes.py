"""Axes of charts, and what stands beside them: numbers, names of bars, the values of bars."""

from collections.abc import Iterable

import altair as alt

AXIS_FORMATS = {
    "count": ",.0f",
    "share": ".1%",
    "return": ".0%",
    "days": ",.0f",
    "months": ",.1f",
    "ratio": ",.1f",
    "money": "~s",
}
"""How Vega writes the numbers of an axis, by the unit of the KPI."""
LETTER = 7
"""The usual width of a letter in a chart, in pixels."""


def names_axis(width: int, least: int = 0) -> alt.Axis:
    """An axis of names up to a width in pixels, each beside its bar however low that is.

    least: the room that they have in any case. Browsers set some letters wider than they measure
    them, and a slide would cut off the first one.
    """
    return alt.Axis(
        ticks=False,
        domain=False,
        labelLimit=width,
        labelBaseline="middle",
        labelOverlap=False,
        minExtent=least,
    )


def bars_axis(field: str, values: Iterable[str], gap: int = LETTER) -> alt.X:
    """The axis of bars that leaves the right for a column of their values, after a gap.

    A value at the end of a line would be read as the line's end.
    """
    room = LETTER * max(map(len, values), default=0) + gap
    scale = alt.Scale(range=[0, alt.ExprRef(f"width - {room}")])
    return alt.X(f"{field}:Q", title=None, axis=None, scale=scale)
