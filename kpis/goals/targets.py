"""Targets: which were agreed on, which of them hold for a selection, and for a period."""

from collections.abc import Iterable, Sequence

from kpis.calendar import Period, name_of, unit_of
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.model import Where


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


def targets_in(targets: Sequence[Target], period: Period, company: Company) -> dict[Kpi, float]:
    """KPI → its target for a whole month, quarter or year, in the order of the targets.

    targets: of one selection. Raises UsageError for a KPI that does not exist.
    """
    kpis = [kpi_named(key) for key in dict.fromkeys(target.kpi for target in targets)]
    found = {kpi: target_for(targets, kpi.key, period, company) for kpi in kpis}
    return {kpi: value for kpi, value in found.items() if value is not None}
