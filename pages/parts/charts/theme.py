"""The theme's colours in charts: on a page the ones its reader sees, in a file the light ones."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from pages.parts.kept import kept

FONT = "Source Sans Pro"
FILE_WIDTH = 960
"""Width of a chart in a file, in pixels; on a page it is as wide as its place."""
NO_DATA: dict[str, list[dict[str, Any]]] = {"values": [{}]}
"""How Altair writes that a chart has no data of its own."""
PADDING = dict.fromkeys(("left", "top", "right", "bottom"), 2)
"""Around a chart that says itself how much room it needs, in pixels."""
UNSEEN = "unseen-chart"
LABEL, TITLE = 12, 13
"""Sizes of text in a file, in pixels."""


@dataclass(frozen=True)
class Colours:
    """The colours of a theme. ink, quiet: of text. line: of grids. series: of its first series.

    good, bad: of what is better or worse, as text and as bars.
    """

    theme: Literal["light", "dark"]
    ink: str
    paper: str
    quiet: str
    line: str
    series: str
    good: str
    bad: str


@dataclass(frozen=True)
class Template:
    """A chart that Altair wrote before, and the rows of the tables that it is drawn from."""

    chart: Mapping[str, Any]
    tables: Mapping[str, list[dict[str, Any]]]

    def to_dict(self, **_: bool) -> dict[str, Any]:
        """The Vega-Lite description with its data; Altair checked it when it was written."""
        return {**self.chart, "datasets": dict(self.tables)}


@dataclass(frozen=True)
class Layers:
    """Charts over one another, as Altair's LayerChart, which copies each of them several times.

    rest: what is said of all of them, such as ``height`` or ``data``.
    """

    layers: Sequence["alt.Chart | Layers"]
    rest: Mapping[str, Any]

    def to_dict(
        self, validate: bool = True, context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The Vega-Lite description. context: Altair's own, of the chart that this is a part of."""
        inside = context or {"datasets": {}, "top_level": False}
        spec: dict[str, Any] = alt.LayerChart(layer=[], **self.rest).to_dict(
            validate=False, context=context or {}
        )
        layers = [one.to_dict(validate=False, context=inside) for one in self.layers]
        for layer in layers:
            if layer.get("data") == NO_DATA:  # then it is drawn from the data of all
                del layer["data"]
        spec["layer"] = layers
        if context is None and validate:
            alt.LayerChart.from_dict(spec)
        return spec


Drawing = alt.Chart | alt.FacetChart | Template | Layers
"""A chart that is ready to be drawn."""
Picture = Callable[[Colours], Drawing]
"""A chart that is yet to be drawn, in the colours of the page or of a file."""


def layered(*layers: alt.Chart | Layers, **rest: Any) -> Layers:
    """Charts over one another; rest: see Layers."""
    return Layers(layers, rest)


def colours_of(theme: Literal["light", "dark"]) -> Colours:
    """The colours of a theme; files take those of the light one, whatever the reader sees."""
    return Colours(
        theme=theme,
        ink=_option(theme, "textColor"),
        paper=_option(theme, "backgroundColor"),
        quiet=_option(theme, "grayTextColor"),
        line=_option(theme, "borderColor"),
        series=_option(theme, "chartCategoricalColors")[0],
        good=_option(theme, "greenTextColor"),
        bad=_option(theme, "redTextColor"),
    )


def colours_seen() -> Colours:
    """The colours of the theme that the reader sees."""
    return colours_of("dark" if st.context.theme.type == "dark" else "light")


def inline(frame: pd.DataFrame) -> alt.InlineData:
    """The frame as records inside a chart: of so few rows, far faster than Altair's own way."""
    known = frame.astype(object).where(frame.notna(), None)
    return alt.InlineData([{str(k): v for k, v in row.items()} for row in known.to_dict("records")])


def for_file(picture: Picture, width: int = FILE_WIDTH, title: str = "") -> dict[str, Any]:
    """Draw as Vega-Lite for a file: light colours and our font inside, a fixed width.

    title: to write above it.
    """
    colours = colours_of("light")
    spec = described(picture, colours)
    spec |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": 8}
    spec |= {"title": {"text": title}} if title else {}
    # The theme first: what the chart itself asks for wins.
    return spec | {"config": _merged(_config(colours), spec["config"])}


def described(picture: Picture, colours: Colours) -> dict[str, Any]:
    """The chart as Vega-Lite, without the size that Altair gives to charts that have none.

    Not checked against the schema here, nor each part of it: that takes longer than to draw it;
    tests do. Each layer holds its data, which Streamlit would convert if it had a name.
    """
    alt.utils.schemapi.disable_debug_mode()
    alt.data_transformers.consolidate_datasets = False
    spec: dict[str, Any] = picture(colours).to_dict(validate=False)
    config = {key: value for key, value in spec["config"].items() if key != "view"}
    return spec | {"config": config}


def described_once(picture: Picture, colours: Colours) -> dict[str, Any]:
    """The chart as :func:`described` describes it, once for equal data.

    picture: a partial of a function that is named at the top of its module. Kept as bytes, since
    Streamlit changes the description that it is given.
    """
    asked = pickle.dumps((picture, colours))
    spec: dict[str, Any] = pickle.loads(
        kept(asked, lambda: pickle.dumps(described(picture, colours)))
    )
    return spec


def draw(picture: Picture, width: int | None = None) -> None:
    """Draw a chart on the page, as wide as its place or ``width`` CSS pixels.

    In the colours that the reader sees; Streamlit adds the rest of the theme.
    """
    spec = described_once(picture, colours_seen())
    if width is None:
        st.vega_lite_chart(spec, width="stretch")
    else:
        st.vega_lite_chart(spec | {"width": width}, width="content")


def load_charts() -> None:
    """Have the browser load what draws charts, by one that nobody sees.

    That takes it longer than to draw one: a step of the meeting with a chart then opens in half
    the time.
    """
    with st.container(key=UNSEEN):
        st.html(f"<style>.st-key-{UNSEEN} {{ display: none }}</style>")
        st.vega_lite_chart({"data": {"values": []}, "mark": "point"}, width="content")


def _config(colours: Colours) -> dict[str, Any]:
    """The theme as a Vega-Lite config, as near as can be to what Streamlit makes of it."""
    labels = {"labelColor": colours.quiet, "labelFontSize": LABEL}
    titles = {"titleColor": colours.quiet, "titleFontSize": TITLE, "titleFontWeight": "normal"}
    return {
        "font": FONT,
        "background": colours.paper,
        "title": {
            "anchor": "start",
            "frame": "group",
            "offset": 14,
            "color": colours.ink,
            "fontSize": 16,
            "fontWeight": 600,
        },
        "view": {"stroke": None},
        "mark": {"color": colours.series},
        "text": {"color": colours.ink},
        "axis": {
            **labels,
            **titles,
            "gridColor": colours.line,
            "ticks": False,
            "domain": False,
            "labelPadding": 8,
        },
        "legend": {**labels, **titles, "symbolStrokeWidth": 2},
        "range": {
            "category": _option(colours.theme, "chartCategoricalColors"),
            "ramp": _option(colours.theme, "chartSequentialColors"),
            "heatmap": _option(colours.theme, "chartSequentialColors"),
            "diverging": _option(colours.theme, "chartDivergingColors"),
        },
    }


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        both = isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        found[key] = _merged(found[key], value) if both else value
    return found


def _option(section: str, name: str) -> Any:
    return st.get_option(f"theme.{section}.{name}")
