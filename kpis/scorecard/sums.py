"""Every measure of every period and group, from the selection's facts by day."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kpis.model import Where
from kpis.scorecard.daily import Daily, DailyFacts, Values, as_days
from kpis.scorecard.selection import Facts, Window, starts_and_ends

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
_COHORTS_OF = frozenset({"converted_leads", "cycles"})


def measure_sums(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> pd.DataFrame:
    """Return the measures of each window and group: columns window, group and one per measure.

    window: the position in ``windows``; group: the value of ``by``, or "" without ``by``.
    Beside the measures of the period: ``cohort_converted`` (leads created in it and converted by
    the horizon), ``converted`` (customers with a lead won in it) and, for customer lifetime value,
    ``clv_payments``, ``clv_churned`` and ``clv_active_days`` over the 365 days to its last day,
    ``won_revenue`` and ``won_customers`` up to that day, ``predicted_margin`` and
    ``predicted_customers`` where it is the day of the report; ``clv_unpriced`` and ``won_unpriced``
    are the amounts without a rate that payments and won revenue leave out of these.
    Without ``by`` there is one row per window, zeros included. With it, one per group of which
    anything that is summed here happened on a day of the window: leads, MQLs, SQLs and their
    follow-ups, customers won, deals, revenue, costs, payments, relationships that began or ended,
    and a prediction. Not one where leads only wait, skipped a stage or were disqualified, where a
    cycle only began, or which merely has the sums that look back (see :func:`sums_of_all_groups`).
    """
    sums = sums_of_all_groups(facts, windows, by, where)
    return sums[sums.pop("seen")].reset_index(drop=True)


def sums_of_all_groups(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> pd.DataFrame:
    """Return measure_sums with a row per window for every group that there ever was.

    One more column, seen: whether measure_sums has the row. Where it has not, the measures of the
    period are 0; those of lifetime value may not be, as they look back to days before.
    """
    daily, over = _daily(facts, by, where), _over(windows, facts.as_of)
    sums = {name: over[days](daily[measure]) for name, (days, measure) in _SUMS.items()}
    sums["clv_active_days"] = sums.pop("started_days") - sums.pop("ended_days")
    starts, ends = starts_and_ends(windows)
    seen = np.any([daily[m].has_any(starts, ends) for _, m in _SUMS.values()], axis=0)
    if by is None:
        seen = np.ones_like(seen)
    asked = {
        "window": np.repeat(range(len(windows)), len(daily.groups)),
        "group": list(daily.groups) * len(windows),
    }
    found = {name: values.T.reshape(-1) for name, values in (sums | {"seen": seen}).items()}
    return pd.DataFrame(asked | found)


def _daily(facts: Facts, by: str | None, where: Where | None) -> DailyFacts:
    """The facts by day; of groups only what is summed, as there are many."""
    if by is None:
        return facts.daily(where)
    return facts.daily(where, by, _MEASURES, _COHORTS_OF)


def _over(windows: Sequence[Window], as_of: date) -> dict[str, Callable[[Daily], Values]]:
    """The sums of a measure over the days that a window counts: (groups, windows)."""
    starts, ends = starts_and_ends(windows)
    horizons = as_days([window.horizon for window in windows])
    last_days = np.minimum(ends, np.datetime64(as_of))
    year_ago = last_days - np.timedelta64(CLV_WINDOW_DAYS - 1)
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
) -> pd.Series:
    """Return the median sales cycle in days, indexed by (window, group); absent where none is.

    The median is weighted by credit: half of the credit has a cycle that is shorter, half a longer
    one; where that falls between two cycles, it is their mean. Without a filter on campaigns
    every customer weighs 1 and this is the plain median.
    """
    daily = _daily(facts, by, where)
    starts, ends = starts_and_ends(windows)
    lengths = daily["cycles"].lengths(starts, ends)
    medians = {(n, daily.groups[g]): weighted_median(*one) for (g, n), one in lengths.items()}
    return pd.Series(medians, dtype="float64")


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
