"""The step "Wins": last week's deals and customers, goals on track, records, the largest deals."""

import streamlit as st

from kpis.meeting.wins import Win
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.goals.review import draw_reached
from pages.parts.meeting.meeting_answers import review_of, wins_of

ON_A_SLIDE = 4
LOOKS = {"goal": ":green[:material/flag:]", "sign": ":green[:material/trophy:]"}


def draw(chosen: Selection) -> None:
    """Draw what went well, the week's numbers first; of a closed period what was reached in it."""
    review = review_of(chosen)
    if review is not None:
        draw_reached(review, chosen)
        return
    found = wins_of(chosen)
    week = [win for win in found if win.kind == "week"]
    deals = [win for win in found if win.kind == "deal"]
    others = [win for win in found if win.kind in LOOKS]
    if not found:
        st.info("Nothing was won in the last whole week, and no goal is on track. On to the KPIs.")
        return
    if week:
        with st.grid(len(week), gap="small", key="wins-of-the-week"):
            for win in week:
                _draw_number(win)
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_list(
            "Goals and records", others, "No goal is on track yet, and no week was a record."
        )
    with right:
        _draw_list("Largest deals won last week", deals, "No deal was won last week.")


def _draw_number(win: Win) -> None:
    with st.container(border=True, height="stretch", gap=None):
        st.metric(win.label, win.value)
        record = ":green-badge[:material/trophy: record] " if win.is_record else ""
        st.markdown(f"{record}:small[:gray[{plain(win.detail)}]]")


def _draw_list(title: str, found: list[Win], nothing: str) -> None:
    shown = found[: ON_A_SLIDE if is_presenting() else None]
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**{title}**")
        if not found:
            st.caption(nothing)
        for win in shown:
            icon = LOOKS.get(win.kind, ":green[:material/handshake:]")
            detail = f"  \n:small[:gray[{plain(win.detail)}]]" if win.detail else ""
            st.markdown(f"{icon} {plain(win.headline)}{detail}")
        if len(found) > len(shown):
            st.caption(f"And {len(found) - len(shown)} more.")
