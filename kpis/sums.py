"""The one wide question to the facts: every measure of every period and group, in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import Company, Definitions
from kpis.errors import UsageError, nearest
from kpis.model import BUILT_IN_DIMENSIONS

Where = Mapping[str, Sequence[str]]
"""A filter: per dimension the values that may hold. Values are alternatives, dimensions all hold;
a dimension without values does not filter."""

CLV_WINDOW_DAYS = 365
_OWN_COHORT = ("converted_leads", "cycles")
_PERIOD_MEASURES = (
    "leads",
    "mqls",
    "sqls",
    "new_customers",
    "cycles",
    "cycle_days",
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


@dataclass(frozen=True)
class Facts:
    """The facts table with what is needed to read it.

    table: as returned by kpis.facts.build_facts. as_of: the day it was built for.
    mapped: what came from a source at all, to tell "none" from "not known".
    usual_cycle_days: median sales cycle of the last year (see usual_cycle), NaN where unknown.
    not_predicted: why no lifetime value is predicted, where definitions ask for one.
    """

    table: ir.Table
    as_of: date
    dimensions: tuple[str, ...]
    mapped: Mapped
    definitions: Definitions
    company: Company
    usual_cycle_days: float = float("nan")
    not_predicted: str = ""


@dataclass(frozen=True)
class Window:
    """A period to sum over; conversions of its leads count up to ``horizon``."""

    period: Period
    horizon: date


def column_of(dimension: str, facts: Facts) -> str:
    """The facts column of a dimension; raises UsageError with the nearest when there is none."""
    known = (*BUILT_IN_DIMENSIONS, *facts.dimensions)
    if dimension not in known:
        raise UsageError(f"There is no dimension '{dimension}'. {nearest(dimension, known)}")
    return "campaign_id" if dimension == "campaign" else dimension


def known_values(facts: Facts, dimension: str) -> list[str]:
    """The values that a dimension has in the facts, in alphabetical order, ``(none)`` included."""
    values = facts.table.select(value=facts.table[column_of(dimension, facts)]).distinct()
    return sorted(values.to_pandas()["value"].astype(str))


def matching(facts: Facts, where: Where) -> ir.Table:
    """The facts of a selection."""
    table = facts.table
    for dimension, values in where.items():
        column = column_of(dimension, facts)
        if values:
            table = table.filter(table[column].isin(list(values)))
    return table


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
    Without ``by`` there is one row per window, zeros included; with it, one per group that has
    any fact in the window.
    """
    rows = matching(facts, where or {})
    group = ibis.literal("") if by is None else rows[column_of(by, facts)]
    cohort = ibis.ifelse(rows.measure.isin(_OWN_COHORT), rows.cohort_day, ibis.null("date"))
    daily = rows.group_by("measure", "day", cohort_day=cohort, group=group).agg(
        value=rows.value.sum()
    )
    frame: pd.DataFrame = _wide(daily, _windows_table(facts, windows)).to_pandas()
    if by is None:
        index = pd.RangeIndex(len(windows), name="window")
        frame = frame.set_index("window").reindex(index).reset_index().assign(group="")
        return frame.fillna(0.0).drop(columns="in_period")
    frame = frame[frame["in_period"] > 0].drop(columns="in_period")
    return frame.sort_values(["window", "group"], ignore_index=True)


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


def _wide(daily: ir.Table, windows: ir.Table) -> ir.Table:
    """Each daily sum counted into every window that it belongs to, one column per measure."""
    rows = daily.cross_join(windows).select(*daily.columns, *windows.columns)
    in_period = rows.day.between(rows.start, rows.end)
    in_cohort = rows.cohort_day.between(rows.start, rows.end) & (rows.day <= rows.horizon)
    in_clv_window = rows.day.between(rows.clv_start, rows.last_day)
    so_far = rows.day <= rows.last_day

    def total(measure: str, condition: ir.Value, value: ir.Value = rows.value) -> ir.Value:
        return value.sum(where=(rows.measure == measure) & condition).fill_null(0.0)

    first_active = ibis.greatest(rows.day, rows.clv_start)
    days_left = rows.last_day.delta(first_active, unit="day") + 1
    active_days = rows.value * days_left.cast("float64")
    return rows.group_by("window", "group").agg(
        **{measure: total(measure, in_period) for measure in _PERIOD_MEASURES},
        converted=total("customers_with_lead", in_period),
        cohort_converted=total("converted_leads", in_cohort),
        clv_payments=total("payments", in_clv_window),
        clv_churned=total("customers_churned", in_clv_window),
        clv_active_days=total("customers_started", so_far, active_days)
        - total("customers_ended", so_far, active_days),
        won_revenue=total("revenue", so_far),
        won_customers=total("new_customers", so_far),
        predicted_margin=total("predicted_margin", rows.day == rows.last_day),
        predicted_customers=total("predicted_customers", rows.day == rows.last_day),
        clv_unpriced=total("unpriced_payments", in_clv_window),
        won_unpriced=total("unpriced_revenue", so_far),
        in_period=(in_period | in_cohort).sum(),
    )


def median_cycles(
    facts: Facts, windows: Sequence[Window], by: str | None = None, where: Where | None = None
) -> pd.Series:
    """Return the median sales cycle in days, indexed by (window, group); absent where none is.

    The median is weighted by credit: half of the credit has a cycle that is shorter, half a longer
    one; where that falls between two cycles, it is their mean. Without a filter on campaigns
    every customer weighs 1 and this is the plain median.
    """
    rows = matching(facts, where or {}).filter(lambda t: t.measure == "cycles")
    group = ibis.literal("") if by is None else rows[column_of(by, facts)]
    cycles = rows.group_by(
        "day", group=group, cycle=rows.day.delta(rows.cohort_day, unit="day")
    ).agg(value=rows.value.sum())
    periods = _windows_table(facts, windows)
    in_period = cycles.cross_join(periods).filter(lambda t: t.day.between(t.start, t.end))
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
    """The median cycle of everybody won in the year up to ``as_of``; NaN when nobody was."""
    year = Period(facts.as_of - timedelta(days=CLV_WINDOW_DAYS - 1), facts.as_of)
    return float(median_cycles(facts, [Window(year, facts.as_of)]).get((0, ""), float("nan")))


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
