"""Goals: the targets of a period, held against what was reached, and said in one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpis.calendar import Period, Unit, period_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.goals.pace import Pace, pace
from kpis.goals.targets import target_for

RUNNING: tuple[Literal["month", "quarter"], ...] = ("month", "quarter")
"""The units of the running periods whose goals are looked at, the shortest first."""


@dataclass(frozen=True)
class Goal:
    """A target with where its KPI stands."""

    kpi: Kpi
    actual: float
    pace: Pace


def goals(
    targets: Sequence[Target],
    actuals: Mapping[str, float],
    period: Period,
    as_of: date,
    company: Company,
) -> list[Goal]:
    """The goals of a period: every KPI with a target and a value, in the order of the targets.

    targets: of one selection. actuals: KPI → its value for the period as of the day; NaN is no
    value.
    """
    found = []
    for key in dict.fromkeys(target.kpi for target in targets):
        target = target_for(targets, key, period, company)
        actual = actuals.get(key, float("nan"))
        if target is not None and actual == actual:
            kpi = kpi_named(key)
            found.append(Goal(kpi, actual, pace(kpi, actual, target, period, as_of, company)))
    return found


def running_goals(
    targets: Sequence[Target],
    so_far: Mapping[Unit, Mapping[str, float]],
    as_of: date,
    company: Company,
) -> dict[Period, list[Goal]]:
    """The goals of the periods that run on a day, by period, in the order of ``so_far``.

    targets: of one selection. so_far: month, quarter or year → KPI → its value of the running one
    up to the day; NaN is no value.
    """
    periods = {period_of(unit, as_of, company): actuals for unit, actuals in so_far.items()}
    return {
        period: goals(targets, actuals, period, as_of, company)
        for period, actuals in periods.items()
    }


def worst_first(found: Iterable[Goal]) -> list[Goal]:
    """Goals that are behind, the furthest behind first."""
    behind = [g for g in found if g.pace.status in ("at_risk", "off_track")]
    return sorted(behind, key=lambda goal: goal.pace.attainment or 0.0)
