"""Where a period will end: what is there so far, and what the recent weeks bring per working day.

The mean method. Let week i of the last n whole weeks have w_i working days, and let the KPI be
N ÷ D (D is 1 for counts and amounts). With N₀ and D₀ so far, r working days left and W = Σ w_i:

    ν = Σ N_i ÷ W     δ = Σ D_i ÷ W     forecast R = (N₀ + r ν) ÷ (D₀ + r δ)
    e_i = (N_i − ν w_i) − R (D_i − δ w_i)     σ² = Σ (e_i² ÷ w_i) ÷ (n − 1)  per working day
    80 % interval: R ± t σ √(r + r² ÷ W) ÷ (D₀ + r δ), t the 0.9 quantile with n − 1 degrees

Under the root, r is for the days to come, r² ÷ W for the mean that is known from W days only.

The floor. A count of independent arrivals varies at least as a Poisson count does, whose variance
is its mean: ν and δ per working day. e is linear in both parts, so σ² is at least what these
arrivals alone make of it (the delta method):

    a count                             Var N         = ν
    cost per case: D is a count         Var(R D)      = R² δ
    conversion in the period            Var(N − R D)  = ν + R² δ, for N and D are of other leads
    a share: N are p of the D           Var(N − R D)  ≥ p (1 − p) δ, p = (Σ N_i + 1) ÷ (Σ D_i + 2)

p is not R, for none of 20 so far does not say that none will come (Laplace's rule of succession).
Revenue, returns and the sales cycle have no floor: how amounts and days differ, their sum does not
tell. Weeks more even than the floor are luck, or made up. Where credit is split, c ≤ 1 of a case
arrives at a time, and varies by Σ c² ≤ Σ c: there the floor holds about, rather too high; so it
does where costs are paid by the lead.

By hand: a lead a day, and 1,000 booked on each 1st. In mid-November 10 of 21 leads are there, and
R = 47.62. Each week has 5 leads, so e_i = 0; but σ² ≥ 47.62² × 1, and the range from 13 weeks
is R ± 1.356 × 47.62 √(11 + 11² ÷ 65) ÷ 21 = 47.62 ± 11.03.

Costs of no campaign are salaries and tools, booked once a month: those of the 1st do not come again
by the 30th. In a period of whole months, each month still to begin brings the mean of the last
three whole ones (since the first on record), and the running one at least that. Any other period
brings Σ ÷ W × its working days, at least what is booked. These lumps are left out of e_i.

Sources: Hyndman, Athanasopoulos: Forecasting: Principles and Practice (3rd ed.), 5.2 and 5.5, the
mean method and its interval σ √(1 + 1/T); for weeks of equal length, and one of them left, this
is it. Cochran: Sampling Techniques (3rd ed.), chapter 6: a ratio varies as the residuals y − R x
do; 6.7: Σ y ÷ Σ x and the variance Σ (e² ÷ x) ÷ (n − 1) where weeks vary with their working days.
McCullagh, Nelder: Generalized Linear Models (2nd ed.), 6.2: Poisson variance and over-dispersion.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isnan, nan, sqrt

import numpy as np

from kpis.calendar import Period, working_days
from kpis.catalogue import COHORT_KPI, LOOK_BACK_A_YEAR, Kpi, kpi_named
from kpis.display import brief, counted
from kpis.goals.forecast_periods import View, view_of
from kpis.model import Where
from kpis.scorecard.costs import with_costs
from kpis.scorecard.formulas import Ratio, as_ratio
from kpis.scorecard.scorecard import undefined_measures
from kpis.scorecard.selection import Facts, Window, filtered_by
from kpis.scorecard.sums import measure_sums

T_QUANTILES = {
    4: 1.637744353696209,
    5: 1.533206274058944,
    6: 1.4758840488244815,
    7: 1.4397557472651483,
    8: 1.4149239276505086,
    9: 1.3968153097438654,
    10: 1.3830287383966329,
    11: 1.372183641110336,
    12: 1.3634303180205407,
    13: 1.356217334023205,
}
"""t by the number of weeks: the 0.9 quantile of Student's t, a degree of freedom less.

To load SciPy, which computes it, would take 0.2 s of a server's first page.
"""
FEWEST_WEEKS = min(T_QUANTILES)
"""With 2 weeks t would be 3.08."""


@dataclass(frozen=True)
class Forecast:
    """Where a KPI will be at the end of a period, as seen on the day ``made_on``.

    so_far: the KPI of the period up to that day; before it begins 0 for counts and amounts, NaN for
        ratios.
    value: the forecast for the whole period. low, high: four such intervals in five hold what
        comes. All in the KPI's unit; all three are what is there when no working day is left.
    weeks: how many recent weeks it is made from, 0 when no working day is left.
    """

    kpi: Kpi
    period: Period
    made_on: date
    so_far: float
    value: float
    low: float
    high: float
    weeks: int

    def text(self, currency: str) -> str:
        """The value with its range: "352 (329–375)"; without one where nothing is open."""
        value, low, high = (
            brief(self.kpi, number, currency) for number in (self.value, self.low, self.high)
        )
        dash = " to " if self.low < 0 else "–"
        return f"{value} ({low.removesuffix(' days')}{dash}{high})" if self.weeks else value


@dataclass(frozen=True)
class NotForecast:
    """A KPI without a forecast, and why."""

    reason: str


def forecasts(
    facts: Facts, kpi_keys: Sequence[str], period: Period, where: Where | None = None
) -> dict[str, Forecast | NotForecast]:
    """Return for each KPI where it will be at the end of ``period``, as seen on ``facts.as_of``.

    where: the selection. Figures from the last 13 whole weeks, of which those count that have a
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
    """The forecast in words, such as "Heading for 352 (329–375) by 30 November; goal 335"."""
    end = f"{forecast.period.end.day} {forecast.period.end:%B}"
    goal = "" if target is None else f"; goal {brief(forecast.kpi, target, currency)}"
    if forecast.made_on >= forecast.period.end:
        return f"{brief(forecast.kpi, forecast.value, currency)} by {end}{goal}"
    return f"Heading for {forecast.text(currency)} by {end}{goal}"


class PeriodSums:
    """The sums of a selection, all periods asked in one question, and what they forecast."""

    def __init__(self, facts: Facts, where: Where, asked: Iterable[Period]) -> None:
        """Ask the facts. Raises UsageError for a dimension that does not exist."""
        where = filtered_by(where)
        windows = [Window(period, facts.as_of) for period in dict.fromkeys(asked)]
        sums = with_costs(measure_sums(facts, windows, None, where), facts, windows, None, where)
        self._company, self._definitions = facts.company, facts.definitions
        self._missing = undefined_measures(facts, None, where)
        self._sums = {windows[window].period: found for window, _, found in sums.rows()}

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
                text = counted(weeks, "whole week")
                return NotForecast(f"too early to forecast: only {text} on record")
            per_day, shared_per_day = recent.sum(axis=0) / days
            own = own + left * per_day
            shared = self._all_shared(kpi, view, shared_per_day)
            residuals = recent[:, 0] - np.outer(worked, per_day)
        value = _quotient(own + shared)
        if isnan(value):
            return NotForecast(self.undefined(kpi))
        if left:
            above, below = residuals.T
            variance = ((above - value * below) ** 2 / worked).sum() / (weeks - 1)
            variance = max(variance, _floor(kpi, value, per_day, days))
            error = sqrt(variance * (left + left**2 / days)) / abs((own + shared)[1])
            spread = T_QUANTILES[weeks] * error
        lowest, highest = _bounds(kpi, so_far)
        low = min(value, max(lowest, value - spread))
        high = max(value, min(highest, value + spread))
        return Forecast(kpi, view.period, view.made_on, so_far, value, low, high, weeks)

    def value(self, kpi: Kpi, period: Period) -> float:
        """The KPI of a period that was asked for, as it is known today; NaN where undefined."""
        return _quotient(self._parts(kpi, period).sum(axis=0))

    def undefined(self, kpi: Kpi) -> str:
        """Why a KPI has no value where its denominator is zero."""
        ratio = self._ratio(kpi)
        return ratio.undefined if ratio else ""

    def _refused(self, kpi: Kpi) -> str | None:
        if kpi.key in LOOK_BACK_A_YEAR:
            return "it looks back over a year or more, so a period hardly moves it"
        if kpi.key == COHORT_KPI and self._definitions.conversion == "cohort":
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

    def _all_shared(self, kpi: Kpi, view: View, per_day: np.ndarray) -> np.ndarray:
        """The shared costs of the whole period: by whole months, or ``per_day`` for other ones."""
        booked = self._parts(kpi, view.so_far)[1]
        if view.months is None:
            return _larger(view.working_days * per_day, booked)
        this_month = self._parts(kpi, view.months.running)[1]
        months = (view.months.before, *view.months.recent)
        recent = np.array([self._parts(kpi, period)[1] for period in months])
        on_record = recent[1:][(recent != 0).any(axis=1).cumsum()[1:] > 0]
        usual = on_record.mean(axis=0) if len(on_record) else this_month
        rest = _larger(usual, this_month) - this_month if view.months.running else 0.0
        whole: np.ndarray = booked + rest + view.months.ahead * usual
        return whole

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


def _larger(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Part by part the larger amount; the costs in the numerator of a return are below zero."""
    return np.where(abs(a) > abs(b), a, b)


def _floor(kpi: Kpi, value: float, per_day: np.ndarray, days: float) -> float:
    """The least variance per working day that arrivals alone make, by the head of this file."""
    above, below = per_day
    if kpi.key == COHORT_KPI:
        return float(above + value**2 * below)
    match kpi.unit:
        case "count":
            return float(above)
        case "money":
            return float(value**2 * below)
        case "share":
            p = (above * days + 1) / (below * days + 2)
            return float(p * (1 - p) * below)
        case _:
            return 0.0


def _bounds(kpi: Kpi, so_far: float) -> tuple[float, float]:
    """What no value of the KPI lies below or above.

    A count does not shrink. Conversion within a period is no share of its own leads: it may pass 1.
    """
    lowest = {"count": so_far, "return": -inf}.get(kpi.unit, 0.0)
    return lowest, 1.0 if kpi.unit == "share" and kpi.key != COHORT_KPI else inf
