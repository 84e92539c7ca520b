"""What is usual of a KPI's weeks: which weeks judge the last one, and what the chart says of it.

A natural process limit says something only of weeks that mean the same (see kpis.weeks.xmr): a week
that recording cut short is left out, and a change of definition begins the chart anew, for the KPIs
whose weekly values it changes.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from math import nan

from kpis.calendar import Period, last_whole, quarter_of
from kpis.catalogue import CATALOGUE, COHORT_KPI, LOOK_BACK_A_YEAR, Kpi
from kpis.definitions import Company
from kpis.display import shown
from kpis.model import Where
from kpis.scorecard.selection import Facts
from kpis.weeks.xmr import Xmr, sentence, xmr

EARLIER_WEEKS = 52
"""How many weeks before the last one its usual range is computed from, at most."""

_OF_COSTS = ("cac", "clv_to_cac", "cac_payback_months")
CHANGED_BY: Mapping[str, tuple[str, ...]] = {
    "customer_when": (
        *("lead_conversion_rate", "sales_cycle_days", "new_customers", "revenue"),
        *("marketing_roi", "clv", *_OF_COSTS),
    ),
    "milestones_from": ("mqls", "sqls", "follow_up_rate", *_OF_COSTS),
    "conversion": ("lead_conversion_rate",),
    "cycle_from": ("sales_cycle_days",),
    "cycle_over": ("sales_cycle_days",),
    "attribution": tuple(CATALOGUE),
    "time_decay_half_life_days": tuple(CATALOGUE),
    "gross_margin": ("clv", "marketing_roi", "clv_to_cac", "cac_payback_months"),
    "clv_max_months": ("clv", "clv_to_cac"),
    "clv_basis": ("clv", "clv_to_cac"),
    "follow_up_working_days": ("follow_up_rate",),
    "bad_fit_reasons": (),
}
"""Each switch of the definitions, and the KPIs whose weekly values it changes.

Attribution, and costs shared by SQLs, change values under a campaign or channel only. They are held
to change all: they rarely do, and a chart over two meanings is worse than a new one.
"""


def new_meanings(changes: Iterable[tuple[date, Iterable[str]]]) -> dict[str, list[date]]:
    """Return per KPI the days from which its weekly values mean something else.

    changes: pairs of a day and the switches that changed on it. A KPI that none of them changes
    has no entry: after another ``bad_fit_reasons`` every chart continues.
    """
    days: dict[str, list[date]] = {}
    for day, switches in changes:
        for key in {key for switch in switches for key in CHANGED_BY[switch]}:
            days.setdefault(key, []).append(day)
    return days


def judged_weeks(as_of: date, company: Company) -> list[Period]:
    """The last whole week and those it is judged by, oldest first: 40 to 53 weeks.

    Since the first fiscal quarter that began in the last 52 weeks, so that the limits stay where
    they are for a quarter.
    """
    weeks = last_whole("week", EARLIER_WEEKS + 1, as_of, company)
    anchor = quarter_of(weeks[0].start - timedelta(days=1), company).end
    return [week for week in weeks if week.start > anchor]


def first_days(facts: Facts, where: Where) -> dict[str, date]:
    """The first day of each measure that is a KPI by itself, in the selection."""
    daily = facts.daily(where)
    counted = [key for key, kpi in CATALOGUE.items() if kpi.additive and len(daily[key].days)]
    return {key: daily[key].days[0].item() for key in counted}


def usual_range(
    kpi: Kpi,
    values: Mapping[Period, float],
    since: date | None,
    changed_on: Collection[date],
    currency: str,
) -> tuple[Xmr | None, str]:
    """Return what the chart says of each week, and of the last one in words.

    values: of the weeks to judge, oldest first, NaN where undefined. since: the first day of the
        selection's own; a week that it cuts is none to judge by. changed_on: days from which
        values mean something else; the chart begins anew with the week of each.
    No chart for KPIs that look back over a year.
    """
    if kpi.key in LOOK_BACK_A_YEAR:
        return None, "looks back over a year: a single week has no usual range"
    weeks: Sequence[Period] = list(values)
    judged = [nan if since and week.start < since else value for week, value in values.items()]
    starts = {bisect_left(weeks, day, key=lambda week: week.end) for day in changed_on}
    is_part = kpi.unit == "share" and kpi.key != COHORT_KPI  # by period it may pass 1
    lowest, highest = None if kpi.unit == "return" else 0.0, 1.0 if is_part else None
    chart = xmr(judged, starts, lowest, highest)
    return chart, sentence(chart, partial(shown, kpi, currency=currency))
