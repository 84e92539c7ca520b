"""Cohorts on screen: conversion by the month or week in which leads were created."""

from functools import partial

import streamlit as st

from kpis.funnel.cohorts import CohortUnit, cohorts
from kpis.funnel.funnel import NAMES, PLURAL, STAGES
from pages.parts.charts.cohorts import cohort_chart
from pages.parts.charts.theme import draw
from pages.parts.frame.answers import asked
from pages.parts.frame.choice import draw_choice
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.selection import Selection

UNITS: dict[CohortUnit, str] = {"month": "Month", "week": "Week"}
COHORTS = 12
"""Weeks or months whose leads are compared at equal age."""


def draw_cohorts(chosen: Selection) -> None:
    """Draw the cohorts of leads at each age, with the choice of their unit and the stage."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Conversion by when leads were created**", width="stretch")
        reached = {stage: NAMES[stage] for stage in STAGES[1:]}
        stage = draw_choice("Leads that became", reached, "customer", "became")
        unit = draw_choice("Created in the same", UNITS, "month", "cohort")
    ages = asked(chosen, cohorts, unit, COHORTS, dict(chosen.where), stage)
    if ages["rate"].isna().all():
        st.info("None of these leads got that far yet, or it was not recorded.")
        return
    is_sale = stage == "customer"
    picture = partial(cohort_chart, ages, unit, is_sale)
    draw(picture)
    framed = " Framed: its last leads are younger than the usual time to a sale."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "All rows of a column have the same age, so you can compare them."
            + (framed if is_sale else ""),
            width="stretch",
        )
        title = f"Leads that became {PLURAL[stage]}, by the {unit} they were created in"
        draw_downloads(f"{stage}-by-created-{unit}", picture, ages, title=title)
