"""The theme's colours in charts: on a page those that its reader has, in a file the light ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import streamlit as st

FONT = "Source Sans Pro"
FILE_WIDTH = 960
"""Width of a chart in a file, in pixels; on a page it is as wide as its place."""
PADDING = dict.fromkeys(("left", "top", "right", "bottom"), 2)
"""Around a chart that says itself how much room it needs, in pixels."""
LABEL, TITLE = 12, 13
"""Sizes of text in a file, in pixels."""

_TURNED = (
    *("textColor", "backgroundColor", "borderColor", "redColor", "redTextColor", "greenColor"),
    *("greenTextColor", "grayColor", "grayTextColor", "chartCategoricalColors"),
)
"""The options of the theme whose dark colours a chart may name, to be turned into light ones."""


@dataclass(frozen=True)
class Colours:
    """The colours of a chart. ink, quiet: of text. line: of grids. series: of its first series.

    good, bad: of what is better or worse, as text and as bars.
    """

    ink: str
    paper: str
    quiet: str
    line: str
    series: str
    good: str
    bad: str


def theme_on(paper: str) -> Literal["light", "dark"]:
    """The theme whose page is ``paper``; the light one on any other."""
    return "dark" if paper == _option("dark", "backgroundColor") else "light"


def colours_on(paper: str) -> Colours:
    """The colours of the theme whose page is ``paper``."""
    section = theme_on(paper)
    return Colours(
        ink=_option(section, "textColor"),
        paper=_option(section, "backgroundColor"),
        quiet=_option(section, "grayTextColor"),
        line=_option(section, "borderColor"),
        series=_option(section, "chartCategoricalColors")[0],
        good=_option(section, "greenTextColor"),
        bad=_option(section, "redTextColor"),
    )


def light() -> Colours:
    """The colours of charts in files: of the light theme, whatever the reader has."""
    return colours_on(_option("light", "backgroundColor"))


def for_file(
    chart: alt.Chart | alt.LayerChart,
    width: int = FILE_WIDTH,
    height: int | None = None,
    title: str = "",
) -> dict[str, Any]:
    """Return the chart as Vega-Lite for a file: light colours and our font inside, a fixed width.

    Colours of the dark theme that the chart names are turned into the light ones of the same
    options; its data stays as it is. height: None keeps the chart's own. title: to write above it.
    """
    # Unchecked against the schema, which takes longer than all else here.
    spec = _turned(chart.to_dict(validate=False), _dark_to_light())
    spec |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    spec |= {"padding": 8} | ({} if height is None else {"height": height})
    spec |= {"title": {"text": title}} if title else {}
    # The theme first: what the chart itself asks for wins.
    return spec | {"config": _merged(_config(light()), _without_altairs_own(spec["config"]))}


def _config(colours: Colours) -> dict[str, Any]:
    """The light theme as a Vega-Lite config, as near as can be to what Streamlit makes of it."""
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
            "category": _option("light", "chartCategoricalColors"),
            "ramp": _option("light", "chartSequentialColors"),
            "heatmap": _option("light", "chartSequentialColors"),
            "diverging": _option("light", "chartDivergingColors"),
        },
    }


def _dark_to_light() -> dict[str, str]:
    pairs = [(_option("dark", name), _option("light", name)) for name in _TURNED]
    turned: dict[str, str] = {}
    for dark, light_ in pairs:
        both = zip(dark, light_, strict=True) if isinstance(dark, list) else [(dark, light_)]
        for old, new in both:
            turned.setdefault(old, new)
    return turned


def _turned(part: Any, colours: Mapping[str, str]) -> Any:
    """The spec in other colours; a campaign that is called like a colour keeps its name."""
    match part:
        case str():
            return colours.get(part, part)
        case list():
            return [_turned(item, colours) for item in part]
        case dict():
            return {
                key: item if key in ("data", "datasets") else _turned(item, colours)
                for key, item in part.items()
            }
        case _:
            return part


def _without_altairs_own(config: Mapping[str, Any]) -> dict[str, Any]:
    """The chart's config less what Altair puts into every one: a size for charts without one."""
    return {key: value for key, value in config.items() if key != "view"}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(one)
    for key, value in other.items():
        both = isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        found[key] = _merged(found[key], value) if both else value
    return found


def _option(section: str, name: str) -> Any:
    return st.get_option(f"theme.{section}.{name}")
