"""The step "Signs": what the rules that both teams agreed on found, each a way to an action."""

import streamlit as st

from kpis.signs.sign import NO_SIGNS, Sign
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.actions import draw_sign_action
from pages.parts.week.signs import LOOKS
from pages.parts.week.week_answers import signs_of

ON_A_SLIDE = 4
PER_ROW = 2


def draw(chosen: Selection) -> None:
    """Draw the warnings, the worst first; good news is among the wins."""
    found = signs_of(chosen)
    warnings = [sign for sign in found if sign.tone == "warning"]
    if not warnings:
        st.success(NO_SIGNS, icon=":material/check_circle:")
        return
    shown = warnings[: ON_A_SLIDE if is_presenting() else None]
    with st.grid(PER_ROW, gap="small", key="sign-cards"):
        for sign in shown:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _draw_card(sign, chosen)
    rest = warnings[len(shown) :]
    if rest:
        text = " ".join(sign.headline for sign in rest)
        st.caption(plain(f"Also: {text}"))


def _draw_card(sign: Sign, chosen: Selection) -> None:
    colour, icon = LOOKS[sign.tone]
    st.markdown(f":{colour}[{icon}] **{plain(sign.headline)}**")
    evidence = sign.evidence[:2] if is_presenting() else sign.evidence
    st.markdown("  \n".join(f":small[{plain(text)}]" for text in evidence))
    draw_sign_action(sign, chosen, "act-sign")
