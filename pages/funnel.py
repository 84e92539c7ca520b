"""Funnel: how far leads come, stage by stage, where they wait, and how cohorts convert."""

import streamlit as st

from pages.parts.answers import cohorts_by_age
from pages.parts.cohorts import cohort_chart, draw_cohort_choice
from pages.parts.funnel import draw_groups, draw_stages, draw_waiting, stages
from pages.parts.selection import selection
from pages.parts.title import draw_title, ink, paper

chosen = selection()
seen = stages(chosen)
draw_title(chosen, f"how far the leads created in these days have come, {seen.pair.said}")
draw_stages(seen, chosen)

left, right = st.columns([6, 5], gap="small")
with left.container(border=True, height="stretch"):
    unit, stage = draw_cohort_choice()
    ages = cohorts_by_age(chosen.snapshot.folder, chosen.model, unit, stage, chosen.where)
    if ages["rate"].notna().any():
        is_sale = stage == "customer"
        st.altair_chart(cohort_chart(ages, unit, is_sale, ink(), paper()))
        framed = " Framed: its last leads are still younger than the usual time to a sale."
        st.caption(
            "In each column all rows are equally old, so that they can be compared."
            + (framed if is_sale else "")
        )
    else:
        st.info("None of these leads has come that far yet, or nobody recorded it.")
with right.container(border=True):
    draw_waiting(chosen)
with right.container(border=True, height="stretch"):
    draw_groups(chosen)
