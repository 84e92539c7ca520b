"""Funnel: how far leads come, stage by stage, where they wait, and how cohorts convert."""

from functools import partial

import streamlit as st

from pages.parts.charts.theme import colours_seen
from pages.parts.frame.answers import cohorts_by_age
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.selection import selection
from pages.parts.frame.title import draw_title
from pages.parts.funnel.cohorts import cohort_chart, cohort_text, draw_cohort_choice
from pages.parts.funnel.funnel import draw_groups, draw_stages, draw_waiting, stages

chosen = selection()
seen = stages(chosen)
draw_title(chosen, f"how far the leads created in these days have come, {seen.pair.text}")
draw_stages(seen, chosen)

left, right = st.columns([6, 5], gap="small")
with left.container(border=True, height="stretch"):
    unit, stage = draw_cohort_choice()
    ages = cohorts_by_age(chosen.snapshot.folder, chosen.model, unit, stage, chosen.where)
    if ages["rate"].notna().any():
        is_sale = stage == "customer"
        draw = partial(cohort_chart, ages, unit, is_sale)
        st.altair_chart(draw(colours_seen()))
        framed = " Framed: its last leads are still younger than the usual time to a sale."
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                "In each column all rows are equally old, so that they can be compared."
                + (framed if is_sale else ""),
                width="stretch",
            )
            draw_downloads(f"{stage}-by-created-{unit}", draw, ages, title=cohort_text(unit, stage))
    else:
        st.info("None of these leads has come that far yet, or nobody recorded it.")
with right.container(border=True):
    draw_waiting(seen, chosen)
with right.container(border=True, height="stretch"):
    draw_groups(chosen)
