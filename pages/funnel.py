"""Funnel: how far leads come, stage by stage, where they wait, and how cohorts convert."""

import streamlit as st

from pages.parts.frame.selection import selection
from pages.parts.frame.title import draw_title
from pages.parts.funnel.cohorts import draw_cohorts
from pages.parts.funnel.funnel import draw_groups, draw_stages, draw_waiting, stages

chosen = selection()
seen = stages(chosen)
draw_title(chosen, f"how far leads created in this period got, {seen.pair.text}")
draw_stages(seen, chosen)

left, right = st.columns([6, 5], gap="small")
with left.container(border=True, height="stretch"):
    draw_cohorts(chosen)
with right.container(border=True):
    draw_waiting(seen, chosen)
with right.container(border=True, height="stretch"):
    draw_groups(chosen)
