"""What stands out this week: warning signs and good news, each with its evidence and a link."""

import streamlit as st

from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.signs.sign import NO_SIGNS, Sign
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.actions import draw_sign_action
from pages.parts.week.week_answers import signs_of

SHOWN = 3
POPOVER = "all-signs"
LOOKS = {"warning": ("red", ":material/warning:"), "good": ("green", ":material/trophy:")}
"""Tone → colour and icon."""
PAGES = {
    "campaigns": ("pages/campaigns.py", "Campaigns"),
    "funnel": ("pages/funnel.py", "Funnel"),
    "health": ("pages/health.py", "Data health"),
}
ON_FUNNEL = ("leads", "follow_up_rate")
"""KPIs that this page does not show, but the funnel."""


def draw_signs(chosen: Selection) -> None:
    """Draw the worst signs side by side, and a popover of all with their evidence.

    What is in the popover is drawn while it is open: it is as much as the rest of the page.
    """
    found = signs_of(chosen)
    if not found:
        st.markdown(f":green[:material/check_circle:] {NO_SIGNS}")
        return
    *places, last = st.columns([*[5] * SHOWN, 2], vertical_alignment="center")
    for place, sign in zip(places, found, strict=False):
        colour, icon = LOOKS[sign.tone]
        place.markdown(f":small[:{colour}[{icon}] {plain(sign.headline)}]")
    every = last.popover(
        f"All {len(found)} signs" if len(found) > 1 else "One sign",
        type="tertiary",
        key=POPOVER,
        on_change="rerun",
        width="stretch",
    )
    if every.open:
        with every:
            for number, sign in enumerate(found):
                _draw_sign(sign, chosen, f"sign-{number}")


def _draw_sign(sign: Sign, chosen: Selection, key: str) -> None:
    colour, icon = LOOKS[sign.tone]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":{colour}[{icon}] **{plain(sign.headline)}**")
        st.markdown("  \n".join(f":small[{plain(text)}]" for text in sign.evidence))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(sign.agreed))
            _draw_way(sign, key)
        draw_sign_action(sign, chosen, "act-sign")


def _draw_way(sign: Sign, key: str) -> None:
    """Draw the way to what explains a sign: on this page a button, to another page a link."""
    page, kpi = sign.page, sign.explains.get("kpi")
    if page == "this_week" and kpi in SEVEN_KEYS:
        label = f"Show {CATALOGUE[kpi].short}"
        shows = {**sign.explains, POPOVER: False}
        press = st.session_state.update
        st.button(label, key=key, type="tertiary", on_click=press, args=(shows,))
        return
    if kpi in ON_FUNNEL and page == "this_week":
        page = "funnel"
    if page != "this_week":
        file, name = PAGES[page]
        st.page_link(file, label=f"See {name}", help="")
