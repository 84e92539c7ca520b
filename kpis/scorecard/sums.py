"""Every measure of every period and group, from the selection's facts by day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kpis.model import Where
from kpis.scorecard.daily import Cuts, Daily, DailyFacts, Days, Seen, Values, as_days
from kpis.scorecard.selection import Facts, Window, starts_and_ends

N = TypeVar("N", bound=np.generic)
CLV_WINDOW_DAYS = 365
_IN_PERIOD = (
    "leads",
    "mqls",
    "sqls",
    "new_customers",
    "cycles",
    "cycle_days",
    "cycles_left_out",
    "revenue",
    "unpriced_revenue",
    "deals_won",
    "deals_lost",
    "follow_ups_in_time",
    "follow_ups_late",
    "marketing_cost",
    "sales_cost",
    "shared_marketing_cost",
    "shared_sales_cost",
    "unpriced_marketing_cost",
    "unpriced_sales_cost",
)
_SUMS: dict[str, tuple[str, str]] = {
    **{measure: ("in_period", measure) for measure in _IN_PERIOD},
    "converted": ("in_period", "customers_with_lead"),
    "cohort_converted": ("in_cohort", "converted_leads"),
    "clv_payments": ("in_clv_window", "payments"),
    "clv_churned": ("in_clv_window", "customers_churned"),
    "clv_unpriced": ("in_clv_window", "unpriced_payments"),
    "won_revenue": ("so_far", "revenue"),
    "won_customers": ("so_far", "new_customers"),
    "won_unpriced": ("so_far", "unpriced_revenue"),
    "predicted_margin": ("on_last_day", "predicted_margin"),
    "predicted_customers": ("on_last_day", "predicted_customers"),
    "started_days": ("days_so_far", "customers_started"),
    "ended_days": ("days_so_far", "customers_ended"),
}
"""Each sum of measure_sums: over which days (see _over), and of which measure."""
_MEASURES = frozenset(measure for _, measure in _SUMS.values())


@dataclass(frozen=True, eq=False)
class WindowSums:
    """The measures of each window and group: arrays of (groups, windows).

    groups: every value of the dimension that there ever was, in the order of names, or "" alone.
    seen: of which groups anything that is summed here happened on a day of the window: leads, MQLs,
        SQLs and their follow-ups, customers won, deals, revenue, costs, payments, relationships
        that began or ended, and a prediction; always, where nothing is grouped. Not where leads
        only wait, skipped a stage or were disqualified, where a cycle only began, or which merely
        has the sums that look back: its measures of the period are 0, those of lifetime value may
        not be.
    """

    groups: tuple[str, ...]
    values: Mapping[str, Values]
    seen: Seen

    def rows(self, all_groups: bool = False) -> Iterator[tuple[int, str, dict[str, float]]]:
        """Yield position of the window, group and its sums by name, window after window.

        all_groups: also those that are not seen.
        """
        table = np.stack(list(self.values.values()), axis=-1)
        is_asked = np.ones_like(self.seen) if all_groups else self.seen
        for window, place in zip(*np.nonzero(is_asked.T), strict=True):
            sums = zip(self.values, table[place, window].tolist(), strict=True)
            yield int(window), self.groups[place], dict(sums)

    def adding(self, **values: Values) -> "WindowSums":
        """The same with further sums."""
        return replace(self, values={**self.values, **values})

    def of(self, groups: Sequence[str]) -> "WindowSums":
        """The same for other groups: zeros, and not seen, where one is not among its own."""
        known = {group: place for place, group in enumerate(self.groups)}
        places = [known.get(group, -1) for group in groups]  # the last row: of none

        def placed(values: npt.NDArray[N]) -> npt.NDArray[N]:
            return np.vstack([values, np.zeros_like(values, shape=(1, values.shape[1]))])[places]

        values = {name: placed(found) for name, found in self.values.items()}
        return WindowSums(tuple(groups), values, placed(self.seen))


def measure_sums(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> WindowSums:
    """Return the measures of each window and group; without ``by`` the one group is "".

    Beside the measures of the period: ``cohort_converted`` (leads created in it and converted by
    the horizon), ``converted`` (customers with a lead won in it) and, for customer lifetime value,
    ``clv_payments``, ``clv_churned`` and ``clv_active_days`` over the 365 days to its last day,
    ``won_revenue`` and ``won_customers`` up to that day, ``predicted_margin`` and
    ``predicted_customers`` where it is the day of the report; ``clv_unpriced`` and ``won_unpriced``
    are the amounts without a rate that payments and won revenue leave out of these.
    """
    return _window_sums(_daily(facts, windows, by, where), windows, facts.as_of, by)


def sums_by_model(
    facts: Facts, windows: Sequence[Window], by: str | None, where: Where
) -> dict[str, WindowSums]:
    """Return measure_sums under each attribution model, all with the same groups."""
    models = facts.daily_by_model(where, by, _MEASURES, _cuts(windows, facts.as_of))
    return {m: _window_sums(daily, windows, facts.as_of, by) for m, daily in models.items()}


def _daily(
    facts: Facts, windows: Sequence[Window], by: str | None, where: Where | None
) -> DailyFacts:
    """The facts by day; of groups only what is summed over these windows, as there are many."""
    if by is None or not windows:
        return facts.daily(where)
    return facts.daily(where, by, _MEASURES, cuts=_cuts(windows, facts.as_of))


def _cuts(windows: Sequence[Window], as_of: date) -> Cuts:
    """The days on which what is summed over a window begins, or has just ended: see _over."""
    (starts, ends), day = starts_and_ends(windows), np.timedelta64(1)
    last_days, year_ago = _looking_back(ends, as_of)
    return Cuts.of(starts, [starts, ends + day, last_days, last_days + day, year_ago])


def _looking_back(ends: Days, as_of: date) -> tuple[Days, Days]:
    """The last day that each window knows, and the first of the year that ends with it."""
    last_days: Days = np.minimum(ends, np.datetime64(as_of))
    return last_days, last_days - np.timedelta64(CLV_WINDOW_DAYS - 1)


def _window_sums(
    daily: DailyFacts, windows: Sequence[Window], as_of: date, by: str | None
) -> WindowSums:
    over = _over(windows, as_of)
    sums = {name: over[days](daily[measure]) for name, (days, measure) in _SUMS.items()}
    sums["clv_active_days"] = sums.pop("started_days") - sums.pop("ended_days")
    starts, ends = starts_and_ends(windows)
    seen = np.any([daily[m].has_any(starts, ends) for _, m in _SUMS.values()], axis=0)
    return WindowSums(daily.groups, sums, seen if by else np.ones_like(seen))


def _over(windows: Sequence[Window], as_of: date) -> dict[str, Callable[[Daily], Values]]:
    """The sums of a measure over the days that a window counts: (groups, windows)."""
    starts, ends = starts_and_ends(windows)
    horizons = as_days([window.horizon for window in windows])
    last_days, year_ago = _looking_back(ends, as_of)
    always = as_days([date.min] * len(windows))
    return {
        "in_period": lambda one: one.sums(starts, ends),
        "in_cohort": lambda one: one.cohort_sums(starts, ends, horizons),
        "in_clv_window": lambda one: one.sums(year_ago, last_days),
        "so_far": lambda one: one.sums(always, last_days),
        "days_so_far": lambda one: one.active_days(year_ago, last_days),
        "on_last_day": lambda one: one.sums(last_days, last_days),
    }


def median_cycles(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> dict[tuple[int, str], float]:
    """Return the median sales cycle in days by window and group; absent where none is.

    The median is weighted by credit: half of the credit has a cycle that is shorter, half a longer
    one; where that falls between two cycles, it is their mean. Without a filter on campaigns
    every customer weighs 1 and this is the plain median.
    """
    daily = _daily(facts, windows, by, where)
    starts, ends = starts_and_ends(windows)
    lengths = daily["cycles"].lengths(starts, ends)
    return {(n, daily.groups[g]): weighted_median(*one) for (g, n), one in lengths.items()}


def usual_cycle(facts: Facts) -> float:
    """The median days from a lead created to the customer won, of the year up to ``as_of``.

    The age of a cohort is held against it. That counts from the day its leads were created, so
    this does, too, whatever ``cycle_from`` says: a lead of 1 January whose deal was created on
    1 April and won on the 11th took 100 days, not 10. Customers without a lead are in no cohort
    and left out, as are those won before their lead was created. NaN when nobody is left.
    """
    since = facts.as_of - timedelta(days=CLV_WINDOW_DAYS - 1)
    converted = facts.daily()["converted_leads"].lengths(as_days([since]), as_days([facts.as_of]))
    days, weights = converted.get((0, 0), (np.empty(0), np.empty(0)))
    is_known = days >= 0
    if not is_known.any():
        return float("nan")
    return weighted_median(days[is_known], weights[is_known])


def is_immature(window: Window, facts: Facts) -> bool:
    """Whether the youngest leads of the window are younger at its horizon than usual_cycle."""
    return (window.horizon - window.period.end).days < facts.usual_cycle_days


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The weighted median of ``values``, which must be sorted; at least one.

    The mean of the lower and the upper weighted median, so that equal weights give the ordinary
    median: [1, 2, 3, 4] with weights of 1 gives 2.5. Weights that miss a half by rounding only
    (1e-9 of their sum) count as that half.
    """
    cumulated = np.cumsum(weights)
    half = cumulated[-1] / 2
    slack = cumulated[-1] * 1e-9
    lower = values[np.searchsorted(cumulated, half - slack)]
    upper = values[np.searchsorted(cumulated, half + slack)]
    return float(lower + upper) / 2
