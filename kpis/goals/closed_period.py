"""A month or quarter that is over: which targets were reached, and what its middle had forecast.

By hand: October 2026 was to bring 60 leads and brought 55: 92 %, missed by 5. On its midpoint, the
15th, 44 had been forecast: 11 too few, and outside of the range of 37 to 51 (see
tests/kpis/test_forecast_record.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import isnan
from typing import Any

from kpis.calendar import RECORDED_WITHIN, Period, Unit, last_whole, unit_of
from kpis.catalogue import COHORT_KPI, Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.display import day_text, is_above, period_label, shown
from kpis.errors import UsageError
from kpis.goals.forecast import Forecast, NotForecast, PeriodSums
from kpis.goals.forecast_record import is_inside, midpoint_of
from kpis.goals.forecast_view import view_of
from kpis.goals.pace import pace
from kpis.goals.targets import target_for, targets_of
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.sums import Facts, filtered_by

UNITS: tuple[Unit, ...] = ("month", "quarter", "year")
"""The units that targets are agreed on for."""


@dataclass(frozen=True)
class Outcome:
    """A target of a closed period, and what came of it.

    outcome: the KPI as it is known today, NaN where undefined (reason says why). attainment: share
    of the target that was reached, mirrored where down is better; None where the signs leave none.
    is_reached: None without an outcome. gap: outcome − target, in the KPI's unit.
    is_immature: whether leads of the period may still become customers.
    forecast: the one of the midpoint, or why there is none. is_inside: whether the outcome was
    within its range; None without either.
    """

    kpi: Kpi
    target: float
    outcome: float
    attainment: float | None
    is_reached: bool | None
    gap: float
    is_immature: bool
    forecast: Forecast | NotForecast
    is_inside: bool | None
    sentence: str
    reason: str | None = None


@dataclass(frozen=True)
class ClosedPeriod:
    """A period that is over. midpoint: the day half of its working days were done; None if never.

    outcomes: one for each target, in the order of the targets. reason: why there is none.
    """

    period: Period
    midpoint: date | None
    outcomes: tuple[Outcome, ...]
    reason: str | None = None

    @property
    def reached(self) -> int:
        """How many targets were reached."""
        return sum(outcome.is_reached is True for outcome in self.outcomes)


def is_closed(period: Period, as_of: date, company: Company) -> bool:
    """Whether ``period`` is a whole month, quarter or year that is over by the end of ``as_of``."""
    return period.end <= as_of and unit_of(period, company) in UNITS


def closed_periods(unit: Unit, since: date | None, as_of: date, company: Company) -> list[Period]:
    """The whole months (quarters, …) of the records that are over, the newest first.

    since: the day the records begin; None where there are none. A period counts when they began
    within its first week.
    """
    found: list[Period] = []
    for period in reversed(last_whole(unit, _count(unit, since, as_of), as_of, company)):
        if since is not None and since <= period.start + RECORDED_WITHIN:
            found.append(period)
    return found


def _count(unit: Unit, since: date | None, as_of: date) -> int:
    """At least as many units as lie between the two days."""
    days = {"week": 7, "month": 28, "quarter": 89, "year": 365}[unit]
    return 0 if since is None or since > as_of else (as_of - since).days // days + 2


def closed_period(
    facts: Facts, period: Period, targets: Sequence[Target], where: Where | None = None
) -> ClosedPeriod:
    """Return what became of the targets of a period that is over.

    targets: those agreed on; where: the selection, which has those of all, or of the one campaign
    selected (kpis.goals.goals). Outcomes are what is known today, so are the records that the
    forecasts of the midpoint are told from (see kpis.goals.forecast_record): neither is what was
    shown then.

    Raises UsageError for a period that is not over, or is no month, quarter or year.
    """
    company, where = facts.company, filtered_by(where)
    if not is_closed(period, facts.as_of, company):
        raise UsageError(
            f"{period_label(period, company)} cannot be reviewed as of {facts.as_of}: choose a "
            "month, quarter or year that is over."
        )
    midpoint, agreed = midpoint_of(period, company), _agreed(targets, period, where, company)
    if not agreed:
        of_what = "this selection" if where else period_label(period, company)
        return ClosedPeriod(period, midpoint, (), f"no target was agreed on for {of_what}")
    (card,) = scorecard(facts, [period], None, where).to_dict("records")
    made = _forecasts([kpi for kpi, _ in agreed], period, midpoint, facts, where)
    outcomes = [_outcome(kpi, target, card, made[kpi.key], period, facts) for kpi, target in agreed]
    return ClosedPeriod(period, midpoint, tuple(outcomes))


def _agreed(
    targets: Sequence[Target], period: Period, where: Where, company: Company
) -> list[tuple[Kpi, float]]:
    own = targets_of(targets, where)
    found = {
        key: target_for(own, key, period, company) for key in dict.fromkeys(t.kpi for t in own)
    }
    return [(kpi_named(key), target) for key, target in found.items() if target is not None]


def _forecasts(
    kpis: Sequence[Kpi], period: Period, midpoint: date | None, facts: Facts, where: Where
) -> dict[str, Forecast | NotForecast]:
    """The forecast of each KPI as it is told on the midpoint, or why there is none."""
    if midpoint is None:
        never = NotForecast("the period has fewer than two working days")
        return {kpi.key: never for kpi in kpis}
    view = view_of(period, midpoint, facts.company)
    sums = PeriodSums(facts, where, view.asked)
    return {kpi.key: sums.forecast(kpi, view) for kpi in kpis}


def _outcome(
    kpi: Kpi,
    target: float,
    card: Mapping[Any, Any],
    forecast: Forecast | NotForecast,
    period: Period,
    facts: Facts,
) -> Outcome:
    outcome, reason = float(card[kpi.key]), card["reasons"].get(kpi.key)
    attainment = is_reached = inside = None
    if not isnan(outcome):
        attainment = pace(kpi, outcome, target, period, period.end, facts.company).attainment
        is_reached = not (
            is_above(target, outcome) if kpi.better == "up" else is_above(outcome, target)
        )
        inside = is_inside(forecast, outcome) if isinstance(forecast, Forecast) else None
    is_immature = kpi.key == COHORT_KPI and bool(card["immature"])
    currency = facts.company.currency
    text = [
        _goal_text(kpi, target, outcome, is_reached, reason, currency),
        _forecast_text(forecast, outcome, inside, currency),
    ]
    return Outcome(
        *(kpi, target, outcome, attainment, is_reached, outcome - target, is_immature),
        *(forecast, inside, " ".join(text), reason),
    )


def _goal_text(
    kpi: Kpi,
    target: float,
    outcome: float,
    is_reached: bool | None,
    reason: str | None,
    currency: str,
) -> str:
    """``MQLs: 55, missed the goal of 60 by 5.``, or why there is no outcome."""
    text = partial(shown, kpi, currency=currency)
    if is_reached is None:
        return f"{kpi.short}: {text(outcome)}, the goal was {text(target)} ({reason})."
    size, nothing = (text(gap).replace("%", " points") for gap in (abs(outcome - target), 0.0))
    goal = f"the goal of {text(target)}"
    if size == nothing:  # at the precision shown; 59.7 of 60 is not reached all the same
        return f"{kpi.short}: {text(outcome)}, {'reached' if is_reached else 'just missed'} {goal}."
    verb = "beat" if is_reached else "missed"
    return f"{kpi.short}: {text(outcome)}, {verb} {goal} by {size}."


def _forecast_text(
    forecast: Forecast | NotForecast, outcome: float, is_inside: bool | None, currency: str
) -> str:
    if isinstance(forecast, NotForecast):
        return f"No forecast: {forecast.reason}."
    text = partial(shown, forecast.kpi, currency=currency)
    made_on = day_text(forecast.made_on).rsplit(" ", 1)[0]
    sentence = f"Forecast on {made_on}: {text(forecast.value)} ({text(forecast.low)} to "
    sentence += f"{text(forecast.high)})"
    if is_inside is None:
        return f"{sentence}."
    beyond = "above" if outcome > forecast.high else "below"
    return f"{sentence}; the outcome is {'within' if is_inside else beyond} that range."
