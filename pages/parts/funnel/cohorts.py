"""Cohorts drawn: conversion by created month or week, each at the same ages."""

from typing import cast

import altair as alt
import pandas as pd
import streamlit as st

from kpis.calendar import Period
from kpis.display import days_label
from kpis.funnel.cohorts import CohortUnit
from pages.parts.charts.theme import Colours

STAGES = {"mql": "MQL", "sql": "SQL", "customer": "Customer"}
A = {"mql": "MQLs", "sql": "SQLs", "customer": "customers"}
UNITS: dict[CohortUnit, str] = {"month": "Month", "week": "Week"}
ROW_STEP = 36
FULL = {"light": 0.55, "dark": 0.38}
"""From this share of the range of colours on, the colour of the page reads better than the ink."""


def draw_cohort_choice() -> tuple[CohortUnit, str]:
    """Draw the heading and the two choices; return the unit of cohorts and the stage reached."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Conversion by the time leads were created**", width="stretch")
        stage = st.segmented_control(
            "Leads that became",
            list(STAGES),
            default="customer",
            required=True,
            format_func=STAGES.__getitem__,
            key="became",
            bind="query-params",
            label_visibility="collapsed",
            width="content",
        )
        unit = st.segmented_control(
            "Created in the same",
            list(UNITS),
            default="month",
            required=True,
            format_func=UNITS.__getitem__,
            key="cohort",
            bind="query-params",
            label_visibility="collapsed",
            width="content",
        )
    return cast(CohortUnit, unit or "month"), stage or "customer"


def cohort_text(unit: CohortUnit, stage: str) -> str:
    """The chart's title in a file, where no heading stands above it."""
    return f"Leads that became {A[stage]}, by the {unit} they were created in"


def cohort_chart(
    ages: pd.DataFrame, unit: CohortUnit, frames: bool, colours: Colours
) -> alt.LayerChart:
    """Cohorts from the oldest down to the youngest, at each age one field with its conversion.

    The fuller a field, the further its colour is from the paper.

    ages: as of kpis.funnel.cohorts.cohorts. frames: whether to frame what is still maturing.
    """
    known = ages[ages["rate"].notna()]
    periods = [Period(s, e) for s, e in zip(known["start"], known["end"], strict=True)]
    frame = pd.DataFrame(
        {
            "cohort": [_name(period, unit) for period in periods],
            "days": [days_label(period) for period in periods],
            "age": known["age_days"],
            "rate": known["rate"],
            "shown": [f"{rate:.1%}" for rate in known["rate"]],
            "of": [
                f"{n:,.0f} of {leads:,.0f} leads"
                for n, leads in zip(known["converted"], known["leads"], strict=True)
            ],
            "state": known["is_mature"].map({True: "mature", False: "still maturing"}),
            "framed": ~known["is_mature"] & frames,
        }
    )
    base = alt.Chart(frame).encode(
        x=alt.X(
            "age:O",
            title=f"Days after the first of the {unit}",
            axis=alt.Axis(labelAngle=0, labelFlush=False, ticks=False, domain=False),
        ),
        y=alt.Y(
            "cohort:O",
            sort=None,
            title=None,
            axis=alt.Axis(labelBaseline="middle", ticks=False, domain=False),
        ),
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
    full = low + FULL[colours.theme] * (high - low)
    texts = base.mark_text(fontSize=11).encode(
        text="shown:N",
        color=alt.condition(
            f"datum.rate > {full}", alt.value(colours.paper), alt.value(colours.ink)
        ),
    )
    return alt.layer(fields, texts).properties(height=alt.Step(ROW_STEP))


def _name(period: Period, unit: CohortUnit) -> str:
    return f"{period.start:%b %Y}" if unit == "month" else f"{period.start.day} {period.start:%b}"
