"""The one wide question to the facts: every measure of every period and group, in one query."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from kpis.model import Where
from kpis.scorecard.daily import Daily
from kpis.scorecard.selection import Facts, Window, column_of, matching

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
"""Each sum of measure_sums: over which days (a column of _per_window), and of which measure."""
_SUMMED = sorted({measure for _, measure in _SUMS.values()})


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
    if by is None:
        daily = facts.daily(where)
        rows = [_whole(daily, window, facts.as_of) for window in windows]
        sums = pd.DataFrame(rows, columns=list(_SUMS), dtype="float64")
        whole = {"window": range(len(windows)), "group": "", "seen": True}
    else:
        sums = _by_group(facts, windows, column_of(by, facts), where or {})
        whole = {name: sums.pop(name) for name in ("window", "group", "seen")}
    sums["clv_active_days"] = sums.pop("started_days") - sums.pop("ended_days")
    seen = whole.pop("seen")
    return pd.DataFrame(whole | dict(sums.items()) | {"seen": seen})


def _by_group(facts: Facts, windows: Sequence[Window], column: str, where: Where) -> pd.DataFrame:
    """The sums of each window and group, with seen; ``column`` of the facts is the group."""
    rows = matching(facts, where)
    rows = rows.filter(rows.measure.isin(_SUMMED))
    is_conversion = rows.measure == "converted_leads"
    cohort = ibis.ifelse(is_conversion, rows.cohort_day, ibis.null("date"))
    daily = rows.group_by("measure", "day", cohort_day=cohort, group=rows[column]).agg(
        value=rows.value.sum()
    )
    long: pd.DataFrame = _per_window(daily, _windows_table(facts, windows)).to_pandas()
    wide = long.pivot(index=["window", "group"], columns="measure").fillna(0.0)
    sums = wide.reindex(columns=pd.MultiIndex.from_tuples(_SUMS.values()), fill_value=0.0)
    sums.columns = pd.Index(_SUMS)
    seen = long.groupby(["window", "group"])["facts"].sum() > 0
    return sums.assign(seen=seen).reset_index()


def _whole(daily: Mapping[str, Daily], window: Window, as_of: date) -> list[float]:
    """The sums of a window over everything that is selected; see _per_window."""
    start, end = window.period.start, window.period.end
    last_day = min(end, as_of)
    year_ago = last_day - timedelta(days=CLV_WINDOW_DAYS - 1)
    over: dict[str, Callable[[Daily], float]] = {
        "in_period": lambda one: one.total(start, end),
        "in_cohort": lambda one: one.total_of_cohort(start, end, window.horizon),
        "in_clv_window": lambda one: one.total(year_ago, last_day),
        "so_far": lambda one: one.total(date.min, last_day),
        "days_so_far": lambda one: one.days_active(year_ago, last_day),
        "on_last_day": lambda one: one.total(last_day, last_day),
    }
    return [over[days](daily[measure]) for days, measure in _SUMS.values()]


def _windows_table(facts: Facts, windows: Sequence[Window]) -> ir.Table:
    last_days = [min(w.period.end, facts.as_of) for w in windows]
    before = timedelta(days=CLV_WINDOW_DAYS - 1)
    return ibis.memtable(
        pd.DataFrame(
            {
                "window": range(len(windows)),
                "start": [w.period.start for w in windows],
                "end": [w.period.end for w in windows],
                "horizon": [w.horizon for w in windows],
                "clv_start": [day - before for day in last_days],
                "last_day": last_days,
            }
        ),
        schema={
            "window": "int64",
            **dict.fromkeys(("start", "end", "horizon", "clv_start", "last_day"), "date"),
        },
    )


def _per_window(daily: ir.Table, windows: ir.Table) -> ir.Table:
    """The daily sums of each measure added up over the days that a window counts.

    One row per window, group and measure rather than a column per measure: Ibis takes longer to
    turn thirty columns into SQL than the engine takes to answer.
    """
    rows = daily.cross_join(windows).select(*daily.columns, *windows.columns)
    in_period = rows.day.between(rows.start, rows.end)
    in_cohort = rows.cohort_day.between(rows.start, rows.end) & (rows.day <= rows.horizon)
    so_far = rows.day <= rows.last_day
    first_active = ibis.greatest(rows.day, rows.clv_start)
    days_left = rows.last_day.delta(first_active, unit="day") + 1
    return rows.group_by("window", "group", "measure").agg(
        in_period=rows.value.sum(where=in_period),
        in_cohort=rows.value.sum(where=in_cohort),
        in_clv_window=rows.value.sum(where=rows.day.between(rows.clv_start, rows.last_day)),
        so_far=rows.value.sum(where=so_far),
        days_so_far=(rows.value * days_left.cast("float64")).sum(where=so_far),
        on_last_day=rows.value.sum(where=rows.day == rows.last_day),
        facts=rows.count(where=in_period),
    )


def median_cycles(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> pd.Series:
    """Return the median sales cycle in days, indexed by (window, group); absent where none is.

    The median is weighted by credit: half of the credit has a cycle that is shorter, half a longer
    one; where that falls between two cycles, it is their mean. Without a filter on campaigns
    every customer weighs 1 and this is the plain median.
    """
    if by is None:
        cycles = facts.daily(where)["cycles"]
        lengths = [cycles.lengths(w.period.start, w.period.end) for w in windows]
        known = {(n, ""): weighted_median(*one) for n, one in enumerate(lengths) if len(one[0])}
        return pd.Series(known, dtype="float64")
    rows = matching(facts, where or {}).filter(lambda t: t.measure == "cycles")
    cycle = rows.day.delta(rows.cohort_day, unit="day")
    grouped = rows.group_by("day", group=rows[column_of(by, facts)], cycle=cycle)
    daily = grouped.agg(value=rows.value.sum())
    in_period = daily.cross_join(_windows_table(facts, windows))
    in_period = in_period.filter(lambda t: t.day.between(t.start, t.end))
    weights = (
        in_period.group_by("window", "group", "cycle")
        .agg(value=in_period.value.sum())
        .order_by("window", "group", "cycle")
        .to_pandas()
    )
    medians = {
        key: weighted_median(rows["cycle"].to_numpy(float), rows["value"].to_numpy(float))
        for key, rows in weights.groupby(["window", "group"])
    }
    return pd.Series(medians, dtype="float64")


def usual_cycle(facts: Facts) -> float:
    """The median days from a lead created to the customer won, of the year up to ``as_of``.

    The age of a cohort is held against it. That counts from the day its leads were created, so
    this does, too, whatever ``cycle_from`` says: a lead of 1 January whose deal was created on
    1 April and won on the 11th took 100 days, not 10. Customers without a lead are in no cohort
    and left out, as are those won before their lead was created. NaN when nobody is left.
    """
    since = facts.as_of - timedelta(days=CLV_WINDOW_DAYS - 1)
    days, weights = facts.daily()["converted_leads"].lengths(since, facts.as_of)
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
