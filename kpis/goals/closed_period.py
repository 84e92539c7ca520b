"""A month or quarter that is over: which targets were reached, and what its middle had forecast.

By hand: October 2026 was to bring 60 leads and brought 55: 92 %, missed by 5. On its midpoint, the
15th, 44 had been forecast: 11 too few, and outside of the range of 37 to 51 (see
tests/kpis/goals/test_forecast_record.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpis.calendar import Period, Unit, unit_of
from kpis.catalogue import COHORT_KPI, Kpi
from kpis.definitions import Company, Target
from kpis.display import period_label, short_day
from kpis.errors import UsageError
from kpis.goals.forecast import Forecast, NotForecast, PeriodSums
from kpis.goals.forecast_periods import view_of
from kpis.goals.forecast_record import is_inside, midpoint_of
from kpis.goals.standing import Standing, standing
from kpis.goals.targets import targets_in, targets_of
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, filtered_by

UNITS: tuple[Unit, ...] = ("month", "quarter", "year")
"""The units that targets are agreed on for."""


@dataclass(frozen=True)
class Outcome:
    """A goal of a closed period, and what came of it.

    standing: the KPI as it is known today, undefined where it has no value (reason says why).
    is_immature: whether leads of the period may still become customers.
    forecast: the one of the midpoint, or why there is none. is_inside: whether the outcome was
    within its range; None without either.
    """

    standing: Standing
    is_immature: bool
    forecast: Forecast | NotForecast
    is_inside: bool | None
    reason: str | None = None

    @property
    def sentence(self) -> str:
        """The verdict, and whether the forecast of the midpoint held."""
        text = self.standing.sentence
        if self.reason:
            text = f"{text.removesuffix('.')}: {self.reason}."
        return f"{text} {self._forecast_text}"

    @property
    def _forecast_text(self) -> str:
        end = self.forecast
        if isinstance(end, NotForecast):
            return f"No forecast: {end.reason}."
        made_on = short_day(end.made_on)
        range_text = end.text(self.standing.company.currency)
        if self.is_inside is None:
            return f"Forecast on {made_on}: {range_text}."
        beyond = "above" if self.standing.actual > end.high else "below"
        where = "within" if self.is_inside else beyond
        return f"Forecast on {made_on}: {range_text}; the outcome is {where} that range."


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
        """How many goals were reached."""
        return sum(outcome.standing.status == "reached" for outcome in self.outcomes)


def is_closed(period: Period, as_of: date, company: Company) -> bool:
    """Whether ``period`` is a whole month, quarter or year that is over on ``as_of``."""
    return period.end < as_of and unit_of(period, company) in UNITS


def closed_period(
    facts: Facts, period: Period, targets: Sequence[Target], where: Where | None = None
) -> ClosedPeriod:
    """Return what became of the targets of a period that is over.

    targets: those agreed on; where: the selection, which has those of all, or of the one campaign
    selected (kpis.goals.targets). Outcomes, and the records from which the forecasts of the
    midpoint are computed, are those known today, not those shown then.

    Raises UsageError for a period that is not over, or is no month, quarter or year.
    """
    company, where = facts.company, filtered_by(where)
    if not is_closed(period, facts.as_of, company):
        raise UsageError(
            f"{period_label(period, company)} cannot be reviewed as of {facts.as_of}: choose a "
            "month, quarter or year that is over."
        )
    midpoint = midpoint_of(period, company)
    agreed = targets_in(targets_of(targets, where), period, company)
    if not agreed:
        of_what = "this selection" if where else period_label(period, company)
        return ClosedPeriod(period, midpoint, (), f"no target was agreed on for {of_what}")
    (card,) = scorecard_rows(facts, [period], None, where)
    made = _forecasts(list(agreed), period, midpoint, facts, where)
    outcomes = [
        _outcome(kpi, target, card, made[kpi.key], period, facts) for kpi, target in agreed.items()
    ]
    return ClosedPeriod(period, midpoint, tuple(outcomes))


def _forecasts(
    kpis: Sequence[Kpi], period: Period, midpoint: date | None, facts: Facts, where: Where
) -> dict[str, Forecast | NotForecast]:
    """The forecast of each KPI as computed on the midpoint, or why there is none."""
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
    held = standing(kpi, float(card[kpi.key]), target, period, facts.as_of, facts.company)
    inside = None
    if isinstance(forecast, Forecast) and held.status != "undefined":
        inside = is_inside(forecast, held.actual)
    is_immature = kpi.key == COHORT_KPI and bool(card["immature"])
    return Outcome(held, is_immature, forecast, inside, card["reasons"].get(kpi.key))
