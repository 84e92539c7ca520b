"""The title row of a page: what is looked at, and how fresh it is; and the page's ink."""

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
    is_running = period.start <= chosen.as_of < period.end
    so_far = f"{days_label(period.until(chosen.as_of))} so far, " if is_running else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(period_label(period, company), anchor=False, width="content")
        st.caption(so_far + remark, width="stretch")
        draw_freshness(chosen.snapshot)
        if may_present:
            draw_present_button()


def ink() -> str:
    """The colour of text in the theme that the reader sees."""
    return _colour("textColor")


def paper() -> str:
    """The colour of the page in the theme that the reader sees."""
    return _colour("backgroundColor")


def line() -> str:
    """The colour of borders in the theme that the reader sees."""
    return _colour("borderColor")


def _colour(name: str) -> str:
    section = "dark" if st.context.theme.type == "dark" else "light"
    return str(st.get_option(f"theme.{section}.{name}"))
