"""Goals: the targets of a period, held against what was reached, and said in one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.calendar import Period, name_of, unit_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.pace import Pace, pace


@dataclass(frozen=True)
class Goal:
    """A target with where its KPI stands."""

    kpi: Kpi
    actual: float
    pace: Pace


def target_for(
    targets: Sequence[Target],
    kpi: str,
    period: Period,
    company: Company,
    campaign: str | None = None,
) -> float | None:
    """The target of a KPI for a whole month, quarter or year, or None where none was agreed.

    A target for that very period ("2026-11") wins over one for every such period ("month").
    """
    own = {t.period: t.value for t in targets if t.kpi == kpi and t.campaign == campaign}
    named = own.get(name_of(period, company))
    return named if named is not None else own.get(unit_of(period, company) or "")


def goals(
    targets: Sequence[Target],
    actuals: Mapping[str, float],
    period: Period,
    as_of: date,
    company: Company,
    campaign: str | None = None,
) -> list[Goal]:
    """The goals of a period: every KPI with a target and a value, in the order of the targets.

    actuals: KPI → its value for the period as of the day; NaN is no value.
    """
    found = []
    for key in dict.fromkeys(target.kpi for target in targets):
        target = target_for(targets, key, period, company, campaign)
        actual = actuals.get(key, float("nan"))
        if target is not None and actual == actual:
            kpi = kpi_named(key)
            found.append(Goal(kpi, actual, pace(kpi, actual, target, period, as_of, company)))
    return found


def worst_first(found: Iterable[Goal]) -> list[Goal]:
    """Goals that are behind, the furthest behind first."""
    behind = [g for g in found if g.pace.status in ("at_risk", "off_track")]
    return sorted(behind, key=lambda goal: goal.pace.attainment or 0.0)
