"""Which KPIs ask for attention in the meeting over a selection (see kpis.signs.attention)."""

import streamlit as st

from kpis.calendar import Unit, unit_of
from kpis.goals.goals import RUNNING, Goal, goals, running_goals
from kpis.goals.targets import targets_of
from kpis.scorecard.sums import Window
from kpis.signs.attention import LEADING_FIRST, Attention, leading_first, most_urgent, so_far
from kpis.weeks.frame import WeeklyFrame
from pages.parts.frame.answers import Question, answer
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements
from pages.parts.week.answers import signs_of, weekly_frames

__all__ = ["KEY", "LEADING_FIRST", "Attention", "attention", "chosen_kpi"]

KEY = "focus"


def attention(chosen: Selection) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each."""
    frames = weekly_frames(chosen, LEADING_FIRST)
    unit = unit_of(chosen.period, chosen.manifest.company)
    if chosen.is_closed and unit:
        return leading_first(frames, {unit: _goals_when_over(chosen)})
    found = signs_of(chosen.snapshot, chosen.model, chosen.where)
    return leading_first(frames, _running_goals(frames, chosen), found)


def chosen_kpi(seen: list[Attention]) -> Attention:
    """The KPI that the meeting looks at: the one picked, else the most urgent, leading first."""
    picked = st.session_state.get(KEY)
    return next((one for one in seen if one.kpi.key == picked), most_urgent(seen))


def _running_goals(frames: dict[str, WeeklyFrame], chosen: Selection) -> dict[Unit, list[Goal]]:
    """The goals of the running month and quarter, for the selection."""
    company, targets = chosen.manifest.company, agreements(chosen.snapshot).targets
    agreed = targets_of(targets, dict(chosen.where))
    held = running_goals(agreed, so_far(frames, RUNNING), chosen.as_of, company)
    return dict(zip(RUNNING, held.values(), strict=True))


def _goals_when_over(chosen: Selection) -> list[Goal]:
    """The goals of the period that is over."""
    window = Window(chosen.period, chosen.as_of)
    row = answer(chosen.snapshot, Question((window,), chosen.model, where=chosen.where)).iloc[0]
    actuals = {key: float(row[key]) for key in LEADING_FIRST}
    agreed = targets_of(agreements(chosen.snapshot).targets, dict(chosen.where))
    return goals(agreed, actuals, chosen.period, chosen.as_of, chosen.manifest.company)
