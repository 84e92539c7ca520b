"""Which KPIs ask for attention: those behind a goal, or with an unusual week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpis.catalogue import CATALOGUE, Kpi
from kpis.goals.standing import Standing, worst_first
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

    held: how it compares with its goals of the running month and quarter, or of the period that is
    over, where there are any.
    """

    kpi: Kpi
    frame: WeeklyFrame
    held: tuple[Standing, ...]
    unusual: Sign | None

    @property
    def worst(self) -> Standing | None:
        """The goal that it is furthest behind; None where it is behind on none."""
        return next(iter(worst_first(self.held)), None)

    @property
    def is_exception(self) -> bool:
        """Whether the meeting should stop at it."""
        return self.urgency < PASSED

    @property
    def urgency(self) -> int:
        """0 off track or missed, 1 at risk, 2 an unusual week, 3 good news, else PASSED."""
        if self.worst:
            return 1 if self.worst.status == "at_risk" else 0
        if self.unusual:
            return 3 if self.unusual.tone == "good" else 2
        return PASSED


def leading_first(
    frames: Mapping[str, WeeklyFrame],
    held: Sequence[Standing],
    found: Iterable[Sign] = (),
) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each.

    frames: of each of ``LEADING_FIRST``. held: the standings of one period or of several.
    found: signs of whichever rules; those of the last week count, of several the last one.
    """
    unusual = {sign.kpi: sign for sign in found if sign.rule in OF_LAST_WEEK}
    return [
        Attention(
            CATALOGUE[key],
            frames[key],
            tuple(one for one in held if one.kpi.key == key),
            unusual.get(key),
        )
        for key in LEADING_FIRST
    ]


def most_urgent(seen: Iterable[Attention]) -> Attention:
    """The one of least urgency number, the first of several; ``seen`` must not be empty."""
    return min(seen, key=lambda one: one.urgency)
