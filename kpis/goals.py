"""Goals: the targets of a period, held against what was reached, and said in one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpis.calendar import Period, Unit, name_of, period_of, unit_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.pace import Pace, pace
from kpis.sums import Where

RUNNING: tuple[Literal["month", "quarter"], ...] = ("month", "quarter")
"""The units of the running periods whose goals are looked at, the shortest first."""


@dataclass(frozen=True)
class Goal:
    """A target with where its KPI stands."""

    kpi: Kpi
    actual: float
    pace: Pace


def targets_of(targets: Sequence[Target], where: Where) -> list[Target]:
    """The targets of a selection: of all where nothing is selected, or of the one campaign that is.

    Any other selection has none: nobody agreed on what a channel or a segment should bring.
    """
    chosen = {name: list(values) for name, values in where.items() if values}
    campaigns = chosen.pop("campaign", [None])
    if chosen or len(campaigns) > 1:
        return []
    return [target for target in targets if target.campaign == campaigns[0]]


def agreed(
    settings_targets: Iterable[Target], notebook_targets: Iterable[Target]
) -> tuple[Target, ...]:
    """All targets that hold: those of the settings, where none was agreed in a meeting instead.

    One agreed in a meeting takes the place of the settings' for the same KPI, period and campaign;
    others follow them. Of several in the notebook for the same, the last one holds.
    """
    found = {}
    for target in (*settings_targets, *notebook_targets):
        found[target.kpi, target.period, target.campaign] = target
    return tuple(found.values())


def target_for(
    targets: Sequence[Target], kpi: str, period: Period, company: Company
) -> float | None:
    """The target of a KPI for a whole month, quarter or year, or None where none was agreed.

    targets: of one selection (see :func:`targets_of`). One for that very period ("2026-11") wins
    over one for every such period ("month").
    """
    own = {target.period: target.value for target in targets if target.kpi == kpi}
    named = own.get(name_of(period, company))
    return named if named is not None else own.get(unit_of(period, company) or "")


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
