"""Which KPIs ask for attention in the meeting over a selection (see kpis.signs.attention)."""

import streamlit as st

from kpis.signs.attention import LEADING_FIRST, Attention, leading_first, most_urgent
from pages.parts.frame.selection import Selection
from pages.parts.meeting.answers import review_of
from pages.parts.week.answers import signs_of, standings_of, weekly_frames

__all__ = ["KEY", "LEADING_FIRST", "Attention", "attention", "chosen_kpi"]

KEY = "focus"


def attention(chosen: Selection) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each."""
    frames = weekly_frames(chosen, LEADING_FIRST)
    review = review_of(chosen)
    if review is not None:
        return leading_first(frames, [outcome.standing for outcome in review.outcomes])
    return leading_first(frames, standings_of(chosen), signs_of(chosen))


def chosen_kpi(seen: list[Attention]) -> Attention:
    """The KPI that the meeting looks at: the one picked, else the most urgent, leading first."""
    picked = st.session_state.get(KEY)
    return next((one for one in seen if one.kpi.key == picked), most_urgent(seen))
