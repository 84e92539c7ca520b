"""The standings of periods: the facts asked once for what was reached, once for the forecasts."""

from collections.abc import Sequence

from kpis.calendar import Period, Unit, period_of
from kpis.catalogue import Kpi
from kpis.definitions import Target
from kpis.goals.forecast import Forecast, NotForecast, PeriodSums
from kpis.goals.forecast_periods import view_of
from kpis.goals.standing import Standing, standing
from kpis.goals.targets import targets_in, targets_of
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, filtered_by

RUNNING: tuple[Unit, ...] = ("month", "quarter")
"""The units of the running periods whose goals are looked at, the shortest first."""


def running_standings(
    facts: Facts, targets: Sequence[Target], where: Where | None = None
) -> list[Standing]:
    """Those of the running month, then of the running quarter (see :func:`standings`)."""
    periods = [period_of(unit, facts.as_of, facts.company) for unit in RUNNING]
    return standings(facts, targets, periods, where)


def standings(
    facts: Facts,
    targets: Sequence[Target],
    periods: Sequence[Period],
    where: Where | None = None,
) -> list[Standing]:
    """Every KPI of a selection with a target and a value, in the order of periods and targets.

    targets: all that were agreed on; the selection has those of all, or of the one campaign
    selected. A period that is over, or not begun, needs no forecast. Raises UsageError for a KPI
    that does not exist.
    """
    company, as_of, where = facts.company, facts.as_of, filtered_by(where)
    own = targets_of(targets, where)
    agreed = {
        (period, kpi): target
        for period in periods
        for kpi, target in targets_in(own, period, company).items()
    }
    asked = list(dict.fromkeys(period for period, _ in agreed))
    if not asked:
        return []
    cards = dict(zip(asked, scorecard_rows(facts, asked, None, where), strict=True))
    ends = _forecasts(facts, list(agreed), where)
    found = [
        standing(
            *(kpi, float(cards[period][kpi.key]), target, period, as_of, company),
            ends.get((period, kpi)),
        )
        for (period, kpi), target in agreed.items()
    ]
    return [one for one in found if one.status != "undefined"]


def _forecasts(
    facts: Facts, wanted: Sequence[tuple[Period, Kpi]], where: Where
) -> dict[tuple[Period, Kpi], Forecast | NotForecast]:
    """Where KPIs will be at the end of the periods that run, by period and KPI."""
    running = {period for period, _ in wanted if period.start <= facts.as_of <= period.end}
    if not running:
        return {}
    views = {period: view_of(period, facts.as_of, facts.company) for period in sorted(running)}
    sums = PeriodSums(facts, where, [one for view in views.values() for one in view.asked])
    return {
        (period, kpi): sums.forecast(kpi, views[period])
        for period, kpi in wanted
        if period in views
    }
