"""Data health: what is wrong with the rows, how many they are, and what it does to which KPI."""

import streamlit as st

from pages.parts.frame.freshness import draw_freshness
from pages.parts.frame.selection import selection
from pages.parts.health.health import (
    draw_definitions,
    draw_findings,
    draw_tables,
    draw_verdict,
)

HEIGHT = 846

chosen = selection()
# No period or campaign matters here. The filters stay alive, unseen: else the page that somebody
# goes back to would have lost them.
st.html("<style>.st-key-filters { display: none }</style>")
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.header("Data health", anchor=False, width="content")
    st.caption("all rows read; filters of other pages do not apply", width="stretch")
    draw_freshness(chosen.snapshot)

draw_verdict(chosen.snapshot)
left, right = st.columns([4, 7], gap="small")
with left.container(border=True, height=HEIGHT):
    draw_tables(chosen.snapshot)
    st.page_link(
        "pages/sources.py",
        label="What was read and rejected: see the sources",
        icon=":material/database:",
        help="",
    )
    draw_definitions(chosen.snapshot)
with right.container(border=True, height=HEIGHT, key="findings"):
    draw_findings(chosen.snapshot)
