"""The cohorts of leads as a heat map: conversion by created month or week, at the same ages."""

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.display import days_label, short_day
from kpis.funnel.cohorts import CohortUnit
from pages.parts.charts.theme import Colours, Drawing, layered

ROW_STEP = 36
FULL = {"light": 0.55, "dark": 0.38}
"""From this share of the range of colours on, the colour of the page reads better than the ink."""


def cohort_chart(ages: pd.DataFrame, unit: CohortUnit, frames: bool, colours: Colours) -> Drawing:
    """Cohorts from the oldest down to the youngest, at each age one field with its conversion.

    The fuller a field, the further its colour is from the paper.

    ages: as of kpis.funnel.cohorts.cohorts. frames: whether to frame what is still maturing.
    """
    frame = _fields(ages[ages["rate"].notna()], unit, frames)
    ages_axis = alt.Axis(labelAngle=0, labelFlush=False, ticks=False, domain=False)
    names_axis = alt.Axis(labelBaseline="middle", ticks=False, domain=False)
    base = alt.Chart(frame).encode(
        x=alt.X("age:O", title=f"Days after the first of the {unit}", axis=ages_axis),
        y=alt.Y("cohort:O", sort=None, title=None, axis=names_axis),
    )
    fields = base.mark_rect(cornerRadius=3, stroke=colours.ink).encode(
        color=alt.Color("rate:Q", legend=None),
        strokeWidth=alt.condition("datum.framed", alt.value(1), alt.value(0)),
        tooltip=[
            alt.Tooltip("days:N", title="Created"),
            alt.Tooltip("age:Q", title="Days after the first"),
            alt.Tooltip("shown:N", title="Conversion"),
            alt.Tooltip("of:N", title="Converted"),
            alt.Tooltip("state:N", title="Age"),
        ],
    )
    low, high = float(frame["rate"].min()), float(frame["rate"].max())
    is_full = f"datum.rate > {low + FULL[colours.theme] * (high - low)}"
    colour = alt.condition(is_full, alt.value(colours.paper), alt.value(colours.ink))
    texts = base.mark_text(fontSize=11).encode(text=alt.Text("shown:N"), color=colour)
    return layered(fields, texts, height=alt.Step(ROW_STEP))


def _fields(known: pd.DataFrame, unit: CohortUnit, frames: bool) -> pd.DataFrame:
    """The fields to draw, with their texts."""
    periods = [Period(s, e) for s, e in zip(known["start"], known["end"], strict=True)]
    counts = zip(known["converted"], known["leads"], strict=True)
    is_month = unit == "month"
    return pd.DataFrame(
        {
            "cohort": [f"{p.start:%b %Y}" if is_month else short_day(p.start) for p in periods],
            "days": [days_label(period) for period in periods],
            "age": known["age_days"],
            "rate": known["rate"],
            "shown": [f"{rate:.1%}" for rate in known["rate"]],
            "of": [f"{converted:,.0f} of {leads:,.0f} leads" for converted, leads in counts],
            "state": known["is_mature"].map({True: "mature", False: "still maturing"}),
            "framed": ~known["is_mature"] & frames,
        }
    )
