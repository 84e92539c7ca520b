"""Targets: which were agreed on, which of them hold for a selection, and for a period."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from kpis.calendar import Period, Unit, name_of, period_of, unit_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.model import Where
from kpis.records import TableTarget

UNITS: tuple[Unit, ...] = ("month", "quarter", "year")
"""The units of which a period may have a target."""


def targets_of(targets: Sequence[Target], where: Where) -> list[Target]:
    """The targets of a selection: of all where nothing is selected, or of the one campaign that is.

    Any other selection has none: nobody agreed on what a channel or a segment should bring.
    """
    chosen = {name: list(values) for name, values in where.items() if values}
    campaigns = chosen.pop("campaign", [None])
    if chosen or len(campaigns) > 1:
        return []
    return [target for target in targets if target.campaign == campaigns[0]]


def agreed(*targets: Iterable[Target]) -> tuple[Target, ...]:
    """All targets that hold, of several places: one of a later place wins over an earlier one's.

    It takes the place of the one for the same KPI, period and campaign; others follow them. Of
    several of one place for the same, the last one holds.
    """
    found = {}
    for target in chain(*targets):
        found[target.kpi, target.period, target.campaign] = target
    return tuple(found.values())


def owners_named(targets: Iterable[TableTarget], as_of: date, company: Company) -> dict[str, str]:
    """KPI → the owner of its target for a running period, of all campaigns together.

    Of several, that of the shortest period; one for that very period wins over one for every such.
    """
    running = [period_of(unit, as_of, company) for unit in UNITS]
    pairs = zip(running, UNITS, strict=True)
    names = [name for period, unit in pairs for name in (name_of(period, company), unit)]
    found: dict[str, str] = {}
    named = [target for target in targets if target.campaign is None and target.period in names]
    for target in sorted(named, key=lambda target: names.index(target.period)):
        if target.owner:
            found.setdefault(target.kpi, target.owner)
    return found


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


def targets_in(targets: Sequence[Target], period: Period, company: Company) -> dict[Kpi, float]:
    """KPI → its target for a whole month, quarter or year, in the order of the targets.

    targets: of one selection. Raises UsageError for a KPI that does not exist.
    """
    kpis = [kpi_named(key) for key in dict.fromkeys(target.kpi for target in targets)]
    found = {kpi: target_for(targets, kpi.key, period, company) for kpi in kpis}
    return {kpi: value for kpi, value in found.items() if value is not None}
