"""What stands out this week: warning signs and good news, each with its evidence and a link."""

import streamlit as st

from kpis.sign import Sign
from pages.parts.data import signs_of
from pages.parts.selection import Selection
from pages.parts.text import plain

SHOWN = 3
LOOKS = {"warning": ("red", ":material/warning:"), "good": ("green", ":material/trophy:")}
"""Tone → colour and icon."""
PAGES = {
    "this_week": ("pages/this_week.py", "This week"),
    "campaigns": ("pages/campaigns.py", "Campaigns"),
    "funnel": ("pages/funnel.py", "Funnel"),
    "health": ("pages/health.py", "Data health"),
}


def draw_signs(chosen: Selection) -> None:
    """Draw the worst signs side by side, and all of them with their evidence on a click."""
    found = signs_of(chosen.snapshot, chosen.model, chosen.where)
    with st.container(border=True, key="signs"):
        if not found:
            st.markdown(
                ":green[:material/check_circle:] Nothing unusual: every line agreed on is kept."
            )
            return
        *places, last = st.columns([*[5] * SHOWN, 2], vertical_alignment="center")
        for place, sign in zip(places, found, strict=False):
            colour, icon = LOOKS[sign.tone]
            place.markdown(f":small[:{colour}[{icon}] {plain(sign.headline)}]")
        with last.popover(f"All {len(found)}", type="tertiary", key="all-signs", width="stretch"):
            for sign in found:
                _draw_sign(sign)


def _draw_sign(sign: Sign) -> None:
    colour, icon = LOOKS[sign.tone]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":{colour}[{icon}] **{plain(sign.headline)}**")
        st.markdown("\n".join(f"- :small[{plain(text)}]" for text in sign.evidence))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(sign.agreed))
            page, name = PAGES[sign.page]
            st.page_link(page, label=f"See {name}", query_params=dict(sign.explains), help="")
