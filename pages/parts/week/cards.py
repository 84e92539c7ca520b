"""KPI cards: value, change, thirteen weeks, target and pace, or the reason why there is none."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from kpis.catalogue import SEVEN, Kpi
from kpis.definitions import Definitions
from kpis.display import change, formula_of, sentence_case, shown
from kpis.document import Tone
from kpis.goals.standing import Standing
from pages.parts.week.overview import Overview

COLOURS: dict[Tone, Literal["green", "orange", "red", "gray"]] = {
    "good": "green",
    "warning": "orange",
    "bad": "red",
    "quiet": "gray",
}
"""The tone of a verdict → its colour."""

NOTHING_TO_COMPARE = "no comparison"
_CHANGE_COLOURS: dict[bool | None, Literal["green", "red", "gray"]] = {
    True: "green",
    False: "red",
    None: "gray",
}
_ARROWS: dict[str, Literal["up", "down"]] = {"+": "up", "−": "down"}


def draw_cards(
    overview: Overview, held: Sequence[Standing], definitions: Definitions, currency: str
) -> None:
    """Draw the seven cards in one row (fewer per row where the screen is narrow)."""
    by_kpi = {one.kpi.key: one for one in held}
    with st.grid(7, min_column_width=150, gap="small", key="cards"):
        for kpi in SEVEN:
            with st.container(border=True, height="stretch", key=f"card-{kpi.key}", gap="xsmall"):
                _draw_card(kpi, overview, by_kpi.get(kpi.key), definitions, currency)


def _draw_card(
    kpi: Kpi, overview: Overview, held: Standing | None, definitions: Definitions, currency: str
) -> None:
    draw_metric(
        kpi.short,
        kpi,
        (float(overview.now[kpi.key]), float(overview.before[kpi.key])),
        currency,
        f"**{kpi.label}.** {formula_of(kpi, definitions)}",
        _spark(overview.whole_weeks[kpi.key]),
    )
    below = _below(kpi, overview)
    if below:
        st.caption(below)
    if held is not None:
        st.markdown(f"{verdict_badge(held)} :small[:gray[goal {held.text(held.target)}]]")


def draw_metric(
    label: str,
    kpi: Kpi,
    now_and_before: tuple[float, float],
    currency: str,
    explained: str,
    weeks: list[float] | None = None,
) -> None:
    """Draw a value with its change, coloured by whether it is for the better, and its weeks."""
    now, before = now_and_before
    changed = change(kpi, now, before)
    st.metric(
        label,
        shown(kpi, now, currency),
        delta=changed.text if changed else NOTHING_TO_COMPARE,
        delta_color=_CHANGE_COLOURS[changed.better if changed else None],
        delta_arrow=_ARROWS.get(changed.text[0], "off") if changed else "off",
        help=explained,
        chart_data=weeks,
        chart_type="area",
    )


def verdict_badge(one: Standing) -> str:
    """The verdict as a coloured badge: ``On track 95%``."""
    return f":{COLOURS[one.tone]}-badge[{one.verdict}]"


def _below(kpi: Kpi, overview: Overview) -> str:
    """Why there is no value, or what to know about it."""
    reason = overview.now["reasons"].get(kpi.key)
    return sentence_case(reason or overview.now["notes"].get(kpi.key) or "")


def _spark(values: pd.Series) -> list[float] | None:
    """The weeks as they are, NaN where undefined; None when fewer than half have a value."""
    return values.astype(float).to_list() if values.count() * 2 >= len(values) > 1 else None
