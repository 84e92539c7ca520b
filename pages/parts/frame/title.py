"""The title row of a page: what is looked at, and how fresh it is."""

import streamlit as st

from kpis.display import days_label, period_label
from pages.parts.frame.freshness import draw_freshness
from pages.parts.frame.present import draw_present_button
from pages.parts.frame.selection import Selection


def draw_title(chosen: Selection, remark: str, may_present: bool = False) -> None:
    """Draw the period as the page's title, a remark beside it, and "Data as of …" on the right.

    may_present: whether "Present" stands there, too, which begins the meeting's slides.
    """
    period, company = chosen.period, chosen.manifest.company
    is_running = period.start <= chosen.as_of <= period.end
    so_far = f"{days_label(period.until(chosen.as_of))} so far, " if is_running else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(period_label(period, company), anchor=False, width="content")
        st.caption(so_far + remark, width="stretch")
        draw_freshness(chosen.snapshot)
        if may_present:
            draw_present_button()
