"""Where a period will end: what is there so far, and what the recent weeks bring per working day.

The mean method. Let week i of the last n whole weeks have w_i working days, and let the KPI be
N ÷ D (D is 1 for counts and amounts). With N₀ and D₀ so far, r working days left and W = Σ w_i:

    ν = Σ N_i ÷ W     δ = Σ D_i ÷ W     forecast R = (N₀ + r ν) ÷ (D₀ + r δ)
    e_i = (N_i − ν w_i) − R (D_i − δ w_i)     σ² = Σ (e_i² ÷ w_i) ÷ (n − 1)  per working day
    80 % interval: R ± t σ √(r + r² ÷ W) ÷ (D₀ + r δ), t the 0.9 quantile with n − 1 degrees

Under the root, r is for the days to come, r² ÷ W for the mean that is known from W days only.

Counts of independent arrivals vary at least as a Poisson count does, whose variance is its mean:
σ² is at least ν. Weeks more even than that are luck, or made up. Where credit is split, c ≤ 1 of a
case arrives at a time, and varies by Σ c² ≤ Σ c: there the floor holds about, rather too high.

Costs of no campaign are salaries and tools, booked once a month: those of the 1st do not come again
by the 30th. They are forecast for the whole period, Σ ÷ W × its working days, at least what is
booked, and their lumps are left out of e_i.

Sources: Hyndman, Athanasopoulos: Forecasting: Principles and Practice (3rd ed.), 5.2 and 5.5, the
mean method and its interval σ √(1 + 1/T); for weeks of equal length, and one of them left, this
is it. Cochran: Sampling Techniques (3rd ed.), chapter 6: a ratio varies as the residuals y − R x
do; 6.7: Σ y ÷ Σ x and the variance Σ (e² ÷ x) ÷ (n − 1) where weeks vary with their working days.
McCullagh, Nelder: Generalized Linear Models (2nd ed.), 6.2: Poisson variance and over-dispersion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, isnan, nan, sqrt

import numpy as np
from scipy.special import stdtrit

from kpis.calendar import Period, last_whole, working_days
from kpis.catalogue import Kpi, kpi_named
from kpis.costs import with_costs
from kpis.definitions import Company
from kpis.display import brief
from kpis.formulas import Ratio, Sums, as_ratio
from kpis.scorecard import untold_measures
from kpis.sums import Facts, Where, Window, measure_sums

WEEKS = 13
"""How many whole weeks before the day of the forecast it is told from, at most."""
FEWEST_WEEKS = 4
"""With 4 weeks t is 1.64, with 13 1.36; with 2 it would be 3.08."""
COVERAGE = 0.8

_LOOK_BACK = ("clv", "clv_to_cac", "cac_payback_months")
_CONVERSION = "lead_conversion_rate"


@dataclass(frozen=True)
class Forecast:
    """Where a KPI will be at the end of a period, as seen on the day ``made_on``.

    so_far: the KPI of the period up to that day; NaN where undefined, such as before it begins.
    value: the forecast for the whole period. low, high: four such intervals in five hold what
        comes. All in the KPI's unit; all three are what is there when no working day is left.
    weeks: how many recent weeks it is told from, 0 when no working day is left.
    working_days_left: those of the period after ``made_on``.
    """

    kpi: Kpi
    period: Period
    made_on: date
    so_far: float
    value: float
    low: float
    high: float
    weeks: int
    working_days_left: int


@dataclass(frozen=True)
class NotForecast:
    """A KPI without a forecast, and why."""

    reason: str


@dataclass(frozen=True)
class View:
    """What there is to see of a period on the day ``made_on``.

    so_far: the period up to that day; None before it begins. working_days: those of all of it.
    left: those after that day. weeks: the last 13 whole ones, oldest first.
    """

    period: Period
    made_on: date
    so_far: Period | None
    working_days: int
    left: int
    weeks: tuple[Period, ...]

    @property
    def before(self) -> Period:
        """All days before the recent weeks."""
        return Period(date.min, self.weeks[0].start - timedelta(days=1))

    @property
    def asked(self) -> tuple[Period, ...]:
        """All periods to ask the facts for, to forecast from this view."""
        return (*([self.so_far] if self.so_far else []), self.before, *self.weeks)


def view_of(period: Period, made_on: date, company: Company) -> View:
    """What there is to see of ``period`` on the day ``made_on``, by the company's calendar."""
    so_far = period.until(made_on) if made_on >= period.start else None
    done = working_days(so_far, company) if so_far else 0
    total = working_days(period, company)
    weeks = tuple(last_whole("week", WEEKS, made_on, company))
    return View(period, made_on, so_far, total, total - done, weeks)


def forecasts(
    facts: Facts, kpi_keys: Sequence[str], period: Period, where: Where | None = None
) -> dict[str, Forecast | NotForecast]:
    """Return for each KPI where it will be at the end of ``period``, as seen on ``facts.as_of``.

    where: the selection. Told from the last 13 whole weeks, of which those count that have a
    working day and lie after the week in which the selection's first was recorded: a new campaign
    is not held to have idled. Fewer than four such weeks are too early to forecast. Days off at
    the period's end are taken to bring nothing.

    Not forecast: lifetime value and what is divided by it or by a year's revenue; the conversion
    of cohorts; what is undefined.
    Raises UsageError for a KPI or dimension that does not exist.
    """
    kpis = [kpi_named(key) for key in kpi_keys]
    view = view_of(period, facts.as_of, facts.company)
    sums = PeriodSums(facts, where or {}, view.asked)
    return {kpi.key: sums.forecast(kpi, view) for kpi in kpis}


def forecast_sentence(forecast: Forecast, target: float | None, currency: str) -> str:
    """The forecast in words, such as "On course for 352 (329 to 375) by 30 November; goal 335"."""

    def said(value: float) -> str:
        return brief(forecast.kpi, value, currency)

    end = f"{forecast.period.end.day} {forecast.period.end:%B}"
    goal = "" if target is None else f"; goal {said(target)}"
    if forecast.made_on >= forecast.period.end:
        return f"{said(forecast.value)} by {end}{goal}"
    low = said(forecast.low).removesuffix(" days")
    spread = f" ({low} to {said(forecast.high)})" if forecast.weeks else ""
    return f"On course for {said(forecast.value)}{spread} by {end}{goal}"


class PeriodSums:
    """The sums of a selection, all periods asked in one question, and what they forecast."""

    def __init__(self, facts: Facts, where: Where, asked: Iterable[Period]) -> None:
        """Ask the facts. Raises UsageError for a dimension that does not exist."""
        where = {name: values for name, values in where.items() if values}
        windows = [Window(period, facts.as_of) for period in dict.fromkeys(asked)]
        rows = with_costs(measure_sums(facts, windows, None, where), facts, windows, None, where)
        self._company, self._definitions = facts.company, facts.definitions
        self._missing = untold_measures(facts, None, where)
        self._sums: dict[Period, Sums] = {
            windows[int(row["window"])].period: {str(k): v for k, v in row.items()}
            for row in rows.to_dict("records")
        }

    def forecast(self, kpi: Kpi, view: View) -> Forecast | NotForecast:
        """The forecast of one KPI for a view asked for, by the formula at the head of this file."""
        reason = self._refused(kpi)
        if reason:
            return NotForecast(reason)
        own, shared = self._parts(kpi, view.so_far)
        so_far = _quotient(own + shared)
        spread, weeks, left = 0.0, 0, view.left
        if left:
            recent, worked = self._recent(kpi, view)
            weeks, days = len(recent), worked.sum()
            if weeks < FEWEST_WEEKS:
                said = "1 whole week" if weeks == 1 else f"{weeks} whole weeks"
                return NotForecast(f"too early to forecast: only {said} on record")
            per_day, shared_per_day = recent.sum(axis=0) / days
            own = own + left * per_day
            usual = view.working_days * shared_per_day
            shared = np.where(abs(usual) > abs(shared), usual, shared)
            residuals = recent[:, 0] - np.outer(worked, per_day)
        value = _quotient(own + shared)
        if isnan(value):
            return NotForecast(self.undefined(kpi))
        if left:
            above, below = residuals.T
            variance = ((above - value * below) ** 2 / worked).sum() / (weeks - 1)
            if kpi.unit == "count":
                variance = max(variance, per_day[0])
            error = sqrt(variance * (left + left**2 / days)) / abs((own + shared)[1])
            spread = float(stdtrit(weeks - 1, (1 + COVERAGE) / 2)) * error
        lowest, highest = _bounds(kpi, so_far)
        low = min(value, max(lowest, value - spread))
        high = max(value, min(highest, value + spread))
        return Forecast(kpi, view.period, view.made_on, so_far, value, low, high, weeks, left)

    def value(self, kpi: Kpi, period: Period) -> float:
        """The KPI of a period that was asked for, as it is known today; NaN where undefined."""
        return _quotient(self._parts(kpi, period).sum(axis=0))

    def undefined(self, kpi: Kpi) -> str:
        """Why a KPI has no value where its denominator is zero."""
        ratio = self._ratio(kpi)
        return ratio.undefined if ratio else ""

    def _refused(self, kpi: Kpi) -> str | None:
        if kpi.key in _LOOK_BACK:
            return "it looks back over a year or more, so a period hardly moves it"
        if kpi.key == _CONVERSION and self._definitions.conversion == "cohort":
            return "leads of a period go on converting after its end"
        return next((self._missing[m] for m in kpi.measures if m in self._missing), None)

    def _parts(self, kpi: Kpi, period: Period | None) -> np.ndarray:
        """Two rows of numerator and denominator that add up to the KPI's: its own, shared costs.

        The denominator of a count or an amount is 1.
        """
        ratio, d = self._ratio(kpi), self._definitions
        if period is None:
            return np.array([[0.0, 0.0 if ratio else 1.0], [0.0, 0.0]])
        sums = self._sums[period]
        if ratio is None:
            return np.array([[sums[kpi.key], 1.0], [0.0, 0.0]])
        marketing, sales = sums["marketing_cost"], sums["sales_cost"]
        unshared = {**sums, "acquisition_cost": marketing + sales, "roi_cost": marketing}
        whole, own = (
            np.array([ratio.numerator(s, d), ratio.denominator(s, d)]) for s in (sums, unshared)
        )
        return np.array([own, whole - own])

    def _ratio(self, kpi: Kpi) -> Ratio | None:
        return as_ratio(kpi.key, {}, self._missing, self._definitions)

    def _recent(self, kpi: Kpi, view: View) -> tuple[np.ndarray, np.ndarray]:
        """The parts and the working days of the weeks to forecast from.

        The week of the first case is chosen for having one, and mostly cut: weeks count after it.
        An amount per case needs both on record, as costs are often recorded later than cases.
        """
        parts = np.array([self._parts(kpi, period) for period in (view.before, *view.weeks)])
        worked = np.array([working_days(week, self._company) for week in view.weeks])
        needed = [0, 1] if kpi.unit == "money" else [1]
        if kpi.additive:
            parts[:, 0, 1], needed = 0.0, [0]
        seen = (parts.sum(axis=1)[:, needed] != 0).cumsum(axis=0).all(axis=1)
        known = seen[:-1] & (worked > 0)
        return parts[1:][known], worked[known]


def _quotient(parts: np.ndarray) -> float:
    return float(parts[0] / parts[1]) if parts[1] else nan


def _bounds(kpi: Kpi, so_far: float) -> tuple[float, float]:
    """What no value of the KPI lies below or above.

    A count does not shrink. Conversion within a period is no share of its own leads: it may pass 1.
    """
    lowest = {"count": so_far, "return": -inf}.get(kpi.unit, 0.0)
    return lowest, 1.0 if kpi.unit == "share" and kpi.key != _CONVERSION else inf
