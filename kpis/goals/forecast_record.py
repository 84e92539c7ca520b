"""How good the forecasts of a KPI have been: those of past midpoints held against what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan

import pandas as pd

from kpis.calendar import Period, Unit, last_whole, until_working_day, working_days
from kpis.catalogue import Kpi, kpi_named
from kpis.definitions import Company
from kpis.goals.forecast import Forecast, NotForecast, PeriodSums
from kpis.goals.forecast_periods import view_of
from kpis.model import Where
from kpis.scorecard.selection import Facts

_ROUNDING = 1e-9
"""An outcome that misses its range by less than this, in proportion, misses it by rounding only."""

_RECORD = {
    **dict.fromkeys(("start", "end", "made_on"), "object"),
    **dict.fromkeys(("forecast", "low", "high", "outcome", "error"), "float64"),
    "inside": "bool",
}
"""The columns of a record and their types."""


@dataclass(frozen=True, eq=False)
class ForecastRecord:
    """How good the forecasts of a KPI have been, each made at the midpoint of a past period.

    frame: one row per period, oldest first: start, end, made_on (days), forecast, low, high,
        outcome (in the KPI's unit), error (forecast − outcome: the difference for shares and
        returns, else a share of the outcome, NaN where that is zero), inside (whether the outcome
        was within low and high). Periods without a forecast or an outcome have no row.
    reason: why there is no row at all; None where there is one.
    """

    kpi: Kpi
    unit: Unit
    frame: pd.DataFrame
    reason: str | None = None

    @property
    def inside(self) -> int:
        """How many outcomes were within their range."""
        return int(self.frame["inside"].sum())

    @property
    def typical_error(self) -> float:
        """The median size of the errors; NaN without any."""
        return float(self.frame["error"].abs().median())

    @property
    def sentence(self) -> str:
        """The record in words, or why there is none."""
        if self.reason:
            return f"No record of forecasts: {self.reason}"
        made, typical = len(self.frame), self.typical_error
        text = f"{self.inside} of the last {made} mid-{self.unit} forecasts were within their range"
        if made == 1:
            was = "was" if self.inside else "was not"
            text = f"The last mid-{self.unit} forecast {was} within its range"
        if isnan(typical):
            return text
        points = self.kpi.unit in ("share", "return")
        size = f"{100 * typical:,.1f} points" if points else f"{typical:.0%}"
        return f"{text}; typically off by {size}"


def forecast_record(
    facts: Facts,
    kpi_keys: Sequence[str],
    unit: Unit,
    where: Where | None = None,
    count: int = 6,
) -> dict[str, ForecastRecord]:
    """Return for each KPI how forecasts at the midpoint of the last ``count`` periods have done.

    unit: of the periods, the last that were over on ``facts.as_of``; count: at least 1. The
    midpoint is the day on which half of the working days (rounded down) are done; weeks with a
    single one have none.

    Each forecast is made from what happened up to its midpoint, as known today: records that came
    in late are in it, and credit is that of today's touches. So it may flatter a little.
    Raises UsageError for a KPI or dimension that does not exist.
    """
    kpis, company = [kpi_named(key) for key in kpi_keys], facts.company
    past, views = last_whole(unit, count, facts.as_of, company), []
    for period in past:
        midpoint = midpoint_of(period, company)
        if midpoint:
            views.append(view_of(period, midpoint, company))
    asked = [part for view in views for part in view.asked]
    sums = PeriodSums(facts, where or {}, [*past, *asked])
    records = {}
    for kpi in kpis:
        rows, reason = [], f"no {unit} had two working days"
        for view in views:
            forecast = sums.forecast(kpi, view)
            if isinstance(forecast, NotForecast):
                reason = forecast.reason
                continue
            outcome = sums.value(kpi, view.period)
            reason = sums.undefined(kpi)
            if not isnan(outcome):
                rows.append(_against(forecast, outcome))
        frame = pd.DataFrame(rows, columns=list(_RECORD)).astype(_RECORD)
        records[kpi.key] = ForecastRecord(kpi, unit, frame, None if rows else reason)
    return records


def midpoint_of(period: Period, company: Company) -> date | None:
    """The day when half of the working days (rounded down) are done; None with fewer than two."""
    half = working_days(period, company) // 2
    return until_working_day(period, half, company).end if half else None


def is_inside(forecast: Forecast, outcome: float) -> bool:
    """Whether what came is within the range of its forecast."""
    slack = _ROUNDING * abs(outcome)
    return forecast.low - slack <= outcome <= forecast.high + slack


def _against(forecast: Forecast, outcome: float) -> dict[str, object]:
    """A row of the record: a forecast and what came."""
    error = forecast.value - outcome
    if forecast.kpi.unit not in ("share", "return"):
        error = error / abs(outcome) if outcome else nan
    return {
        "start": forecast.period.start,
        "end": forecast.period.end,
        "made_on": forecast.made_on,
        "forecast": forecast.value,
        "low": forecast.low,
        "high": forecast.high,
        "outcome": outcome,
        "error": error,
        "inside": is_inside(forecast, outcome),
    }
