"""Goals on screen: the strip that says in ten seconds whether month and quarter are on pace."""

import pandas as pd
import streamlit as st

from kpis.calendar import Period, period_of, working_days
from kpis.display import brief, period_label
from kpis.goals import Goal, goals, worst_first
from kpis.sums import Window
from pages.parts.cards import STATUS
from pages.parts.data import Question, answer, settings
from pages.parts.selection import Selection

STRIP = ("month", "quarter")


def draw_goals(chosen: Selection) -> None:
    """Draw a card each for the running month and quarter, all campaigns together, if any."""
    company = chosen.manifest.company
    periods = [period_of(unit, chosen.as_of, company) for unit in STRIP]
    windows = tuple(Window(period, chosen.as_of) for period in periods)
    agreed = chosen.manifest.definitions.attribution
    frame = answer(chosen.snapshot, Question(windows, agreed))
    lines = [
        (period, found)
        for period, (_, row) in zip(periods, frame.iterrows(), strict=True)
        if (found := _goals(row, period, chosen))
    ]
    if lines:
        with st.grid(len(lines), gap="small", key="goals"):
            for period, found in lines:
                _draw_line(period, found, chosen)


def card_goals(row: pd.Series, chosen: Selection) -> dict[str, Goal]:
    """The goals that the cards are held against: of the whole, or of the one campaign chosen."""
    where = dict(chosen.where)
    campaigns = where.pop("campaign", ())
    if where or len(campaigns) > 1:
        return {}
    campaign = campaigns[0] if campaigns else None
    return {goal.kpi.key: goal for goal in _goals(row, chosen.period, chosen, campaign)}


def _goals(
    row: pd.Series, period: Period, chosen: Selection, campaign: str | None = None
) -> list[Goal]:
    actuals = {str(key): value for key, value in row.items() if isinstance(value, float)}
    company = chosen.manifest.company
    return goals(settings().targets, actuals, period, chosen.as_of, company, campaign)


def _draw_line(period: Period, found: list[Goal], chosen: Selection) -> None:
    company = chosen.manifest.company
    done = working_days(period.until(chosen.as_of), company)
    behind = worst_first(found)
    with st.container(border=True, height="stretch", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{period_label(period, company)}**", width="content")
            colour = STATUS[behind[0].pace.status or "at_risk"][0] if behind else "green"
            st.badge(_verdict(len(behind), len(found)), color=colour)
            st.caption(
                f"working day {done} of {working_days(period, company)} · all campaigns",
                width="content",
            )
        in_order = behind + [goal for goal in found if goal not in behind]
        for column, goal in zip(st.columns(len(found)), in_order, strict=True):
            column.markdown(_said(goal, chosen.currency))


def _verdict(behind: int, all_goals: int) -> str:
    if behind == 0:
        return "on pace"
    return "behind on every goal" if behind == all_goals else f"behind on {behind} of {all_goals}"


def _said(goal: Goal, currency: str) -> str:
    """``MQLs 88%`` coloured by status; beneath it what was due, and what each day must bring."""
    pace, kpi = goal.pace, goal.kpi
    if pace.status is None:
        return f"{kpi.short}  \n:small[:gray[too early to say]]"
    colour, words = STATUS[pace.status]
    attained = words if pace.attainment is None else f"{pace.attainment:.0%}"
    actual, expected = brief(kpi, goal.actual, currency), brief(kpi, pace.expected, currency)
    due = f"{actual} of {expected} due by now" if kpi.additive else f"{actual}, goal {expected}"
    to_recover = ""
    if pace.status != "on_track" and pace.required_per_day is not None:
        to_recover = (
            f"  \n:small[:gray[needs {brief(kpi, pace.required_per_day, currency)} a working day]]"
        )
    return f"{kpi.short} :{colour}[**{attained}**]  \n:small[:gray[{due}]]{to_recover}"
