"""Which KPIs ask for attention in the meeting: those behind a goal, or with an unusual week."""

from dataclasses import dataclass

import streamlit as st

from kpis.calendar import Period, Unit, period_of, unit_of
from kpis.catalogue import CATALOGUE, Kpi
from kpis.goals import Goal, goals, targets_of, worst_first
from kpis.sign import Sign
from kpis.sums import Window
from kpis.weekly import WeeklyFrame
from pages.parts.answers import Question, answer, signs_of
from pages.parts.meeting_answers import weekly_frames
from pages.parts.notebook import agreed_targets
from pages.parts.selection import Selection

LEADING_FIRST = (
    *("leads", "mqls", "follow_up_rate", "sqls", "lead_conversion_rate"),
    *("sales_cycle_days", "cac", "revenue", "clv", "marketing_roi"),
)
"""The seven KPIs and three beside them, those that can be steered first in front."""
GOALS_OF: tuple[Unit, ...] = ("month", "quarter")
OF_LAST_WEEK = ("unusual_week", "record")
"""The rules of signs that say that a KPI's last week stands out."""
PASSED = 4
"""The urgency of a KPI that the meeting passes."""
KEY = "focus"


@dataclass(frozen=True, eq=False)
class Attention:
    """A KPI in the meeting: its weeks, its goals, and what is unusual about its last week.

    goals: of the running month and quarter, or of the period that is over, where there are any.
    """

    kpi: Kpi
    frame: WeeklyFrame
    goals: dict[Unit, Goal]
    unusual: Sign | None

    @property
    def worst(self) -> Goal | None:
        """The goal that it is furthest behind; None where it is behind on none."""
        return next(iter(worst_first(self.goals.values())), None)

    @property
    def is_exception(self) -> bool:
        """Whether the meeting should stop at it."""
        return self.urgency < PASSED

    @property
    def urgency(self) -> int:
        """0 off track, 1 at risk, 2 an unusual week, 3 good news, else PASSED."""
        if self.worst:
            return 0 if self.worst.pace.status == "off_track" else 1
        if self.unusual:
            return 3 if self.unusual.tone == "good" else 2
        return PASSED


def attention(chosen: Selection) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each."""
    frames = weekly_frames(chosen, LEADING_FIRST)
    unusual: dict[str | None, Sign] = {}
    unit = unit_of(chosen.period, chosen.manifest.company)
    if chosen.is_closed and unit:
        held = {unit: _goals_when_over(chosen)}
    else:
        held = {unit: _running_goals(frames, unit, chosen) for unit in GOALS_OF}
        found = signs_of(chosen.snapshot, chosen.model, chosen.where)
        unusual = {sign.kpi: sign for sign in found if sign.rule in OF_LAST_WEEK}
    return [
        Attention(
            CATALOGUE[key],
            frames[key],
            {unit: of_unit[key] for unit, of_unit in held.items() if key in of_unit},
            unusual.get(key),
        )
        for key in LEADING_FIRST
    ]


def chosen_kpi(seen: list[Attention]) -> Attention:
    """The KPI that the meeting looks at: the one picked, else the most urgent, leading first."""
    picked = st.session_state.get(KEY)
    first = min(seen, key=lambda one: one.urgency)
    return next((one for one in seen if one.kpi.key == picked), first)


def _running_goals(
    frames: dict[str, WeeklyFrame], unit: Unit, chosen: Selection
) -> dict[str, Goal]:
    """KPI → its goal of the running month or quarter, for the selection."""
    so_far = {key: frame.box.set_index("name")["value"] for key, frame in frames.items()}
    actuals = {key: float(values[f"{unit} to date"]) for key, values in so_far.items()}
    period = period_of(unit, chosen.as_of, chosen.manifest.company)
    return _goals(actuals, period, chosen)


def _goals_when_over(chosen: Selection) -> dict[str, Goal]:
    """KPI → its goal of the period that is over."""
    window = Window(chosen.period, chosen.as_of)
    row = answer(chosen.snapshot, Question((window,), chosen.model, where=chosen.where)).iloc[0]
    return _goals({key: float(row[key]) for key in LEADING_FIRST}, chosen.period, chosen)


def _goals(actuals: dict[str, float], period: Period, chosen: Selection) -> dict[str, Goal]:
    agreed = targets_of(agreed_targets(), dict(chosen.where))
    found = goals(agreed, actuals, period, chosen.as_of, chosen.manifest.company)
    return {goal.kpi.key: goal for goal in found}
