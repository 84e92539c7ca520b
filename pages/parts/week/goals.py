"""Goals on screen: the strip that says in ten seconds whether month and quarter are on pace."""

import pandas as pd
import streamlit as st

from kpis.calendar import Period, Unit, period_of, working_days
from kpis.catalogue import Kpi
from kpis.display import brief, period_label
from kpis.goals.forecast import Forecast, NotForecast
from kpis.goals.goals import RUNNING, Goal, goals, running_goals, worst_first
from kpis.goals.targets import target_for, targets_of
from kpis.scorecard.sums import Window
from pages.parts.frame.answers import Question, answer, forecasts_of
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements, draw_if_down
from pages.parts.week.cards import STATUS

WIDTHS = (5, 5, 6, 4)
EXPLAINED = (
    "**Due**: the goal's share of the working days that are over. **Heading for**: what there is "
    "so far and, for the days to come, what the last 13 weeks brought per working day; four in "
    "five outcomes should be within the range. **Needs**: what each working day left must bring."
)


def draw_goals(chosen: Selection) -> None:
    """Draw a card each for the running month and quarter, all campaigns together, if any."""
    company = chosen.manifest.company
    windows = tuple(
        Window(period_of(unit, chosen.as_of, company), chosen.as_of) for unit in RUNNING
    )
    agreed = chosen.manifest.definitions.attribution
    frame = answer(chosen.snapshot, Question(windows, agreed))
    actuals = [_actuals(row) for _, row in frame.iterrows()]
    so_far: dict[Unit, dict[str, float]] = dict(zip(RUNNING, actuals, strict=True))
    targets = targets_of(agreements(chosen.snapshot).targets, {})
    held = running_goals(targets, so_far, chosen.as_of, company)
    lines = [(period, found) for period, found in held.items() if found]
    if lines:
        with st.grid(len(lines), gap="small", key="goals"):
            for period, found in lines:
                _draw_period(period, found, chosen)
    draw_if_down()


def card_goals(row: pd.Series, chosen: Selection) -> dict[str, Goal]:
    """The goals that the cards are held against: of the whole, or of the one campaign chosen."""
    company, targets = chosen.manifest.company, agreements(chosen.snapshot).targets
    agreed = targets_of(targets, dict(chosen.where))
    found = goals(agreed, _actuals(row), chosen.period, chosen.as_of, company)
    return {goal.kpi.key: goal for goal in found}


def target_of(chosen: Selection, kpi: Kpi) -> float | None:
    """The target of a KPI for the selection and its period; None where none was agreed."""
    agreed = targets_of(agreements(chosen.snapshot).targets, dict(chosen.where))
    return target_for(agreed, kpi.key, chosen.period, chosen.manifest.company)


def _actuals(row: pd.Series) -> dict[str, float]:
    return {str(key): value for key, value in row.items() if isinstance(value, float)}


def _draw_period(period: Period, found: list[Goal], chosen: Selection) -> None:
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
                help=EXPLAINED,
            )
        keys = tuple(goal.kpi.key for goal in found)
        agreed = chosen.manifest.definitions.attribution
        ends = forecasts_of(chosen.snapshot.folder, agreed, keys, period, ())
        rows = [
            _verdict_text(goal, ends[goal.kpi.key], chosen.currency)
            for goal in behind + [goal for goal in found if goal not in behind]
        ]
        for column, texts in zip(
            st.columns(WIDTHS, gap="small"), zip(*rows, strict=True), strict=True
        ):
            column.markdown("  \n".join(f":small[{text or '&nbsp;'}]" for text in texts))


def _verdict(behind: int, all_goals: int) -> str:
    if behind == 0:
        return "on pace"
    return "behind on every goal" if behind == all_goals else f"behind on {behind} of {all_goals}"


def _verdict_text(
    goal: Goal, end: Forecast | NotForecast, currency: str
) -> tuple[str, str, str, str]:
    """A goal in four texts: ``MQLs 88%`` coloured by status, due by now, heading for, and needs."""
    pace, kpi = goal.pace, goal.kpi
    heading = f":gray[{_heading(end, currency)}]" if isinstance(end, Forecast) else ""
    if pace.status is None:
        return f"**{kpi.short}**", ":gray[too early to say]", heading, ""
    colour, words = STATUS[pace.status]
    attained = words if pace.attainment is None else f"{pace.attainment:.0%}"
    actual, expected = brief(kpi, goal.actual, currency), brief(kpi, pace.expected, currency)
    due = f"{actual} of {expected} due" if kpi.additive else f"{actual}, goal {expected}"
    needs = ""
    if pace.status != "on_track" and pace.required_per_day is not None:
        needs = f":gray[needs {brief(kpi, pace.required_per_day, currency)} a day]"
    return f"**{kpi.short}** :{colour}[**{attained}**]", f":gray[{due}]", heading, needs


def _heading(end: Forecast, currency: str) -> str:
    """``heading for 352 ± 23``: the forecast of the period's end, and how far off it may be."""
    width = max(end.high - end.value, end.value - end.low)
    value, spread = (brief(end.kpi, number, currency) for number in (end.value, width))
    return f"heading for {value} ± {spread}"
