"""Which KPIs ask for attention: those behind a goal, or with an unusual week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpis.calendar import Unit
from kpis.catalogue import CATALOGUE, Kpi
from kpis.goals.goals import Goal, worst_first
from kpis.signs.sign import Rule, Sign
from kpis.weeks.frame import WeeklyFrame

LEADING_FIRST = (
    *("leads", "mqls", "follow_up_rate", "sqls", "lead_conversion_rate"),
    *("sales_cycle_days", "cac", "revenue", "clv", "marketing_roi"),
)
"""The seven KPIs and three beside them, those that can be steered first in front."""
OF_LAST_WEEK: tuple[Rule, ...] = ("unusual_week", "record")
"""The rules whose signs say that a KPI's last week is unusual."""
PASSED = 4
"""The urgency of a KPI that the meeting passes."""


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


def leading_first(
    frames: Mapping[str, WeeklyFrame],
    held: Mapping[Unit, Sequence[Goal]],
    found: Iterable[Sign] = (),
) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each.

    frames: of each of ``LEADING_FIRST``. held: the goals of a month, quarter or year, by its unit.
    found: signs of whichever rules; those of the last week count, of several the last one.
    """
    unusual = {sign.kpi: sign for sign in found if sign.rule in OF_LAST_WEEK}
    by_kpi = {unit: {goal.kpi.key: goal for goal in goals} for unit, goals in held.items()}
    return [
        Attention(
            CATALOGUE[key],
            frames[key],
            {unit: goals[key] for unit, goals in by_kpi.items() if key in goals},
            unusual.get(key),
        )
        for key in LEADING_FIRST
    ]


def most_urgent(seen: Iterable[Attention]) -> Attention:
    """The one of least urgency number, the first of several; ``seen`` must not be empty."""
    return min(seen, key=lambda one: one.urgency)


def so_far(
    frames: Mapping[str, WeeklyFrame], units: Iterable[Unit]
) -> dict[Unit, dict[str, float]]:
    """Month, quarter or year → KPI → its value of the running one."""
    boxes = {key: frame.box.set_index("name")["value"] for key, frame in frames.items()}
    return {
        unit: {key: float(values[f"{unit} to date"]) for key, values in boxes.items()}
        for unit in units
    }
