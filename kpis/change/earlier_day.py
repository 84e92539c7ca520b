"""Figures as of an earlier day T from the facts of today, cut at T.

Facts made anew as of T are exact, but take seconds, with a million leads a minute. Without a filter
the cut gives the same figures, as no later touch moves a total. Leads created after T are left out,
and the follow-up rate counts the MQLs whose time was up on T. It misses a stage dated twice (by its
column after T, by its stage before), a deal won before its lead was created, and a customer that a
deal of after T names by the id of a lead.

By hand: on Monday 16 November the MQL of Friday the 13th still has the day to be answered in. The
follow-up rate of 9–15 November as of that Monday is therefore the one of 9–12 November.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import nan

from kpis.calendar import Period, is_working_day
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts

FOLLOW_UP = "follow_up_rate"
_OF_LEADS = (
    *("leads", "mqls", "sqls", "converted_leads", "customers_with_lead"),
    *("follow_ups_in_time", "follow_ups_late"),
)
"""Measures of leads; their cohort_day is the day that the lead was created."""

Asked = tuple[str, Period]
"""A KPI, by its key, of a period."""
Figures = Mapping[Asked, tuple[float, str]]
"""KPI and period → its value, NaN where undefined, and why it is."""


def figures_today(facts: Facts, asked: Iterable[Asked], where: Where) -> Figures:
    """Return what the facts say as of their own day, in one question; of nothing, in none."""
    asked = list(asked)
    if not asked:
        return {}
    periods = list(dict.fromkeys(period for _, period in asked))
    cards = dict(zip(periods, scorecard_rows(facts, periods, None, where), strict=True))
    return {
        (key, period): (float(cards[period][key]), cards[period]["reasons"].get(key, ""))
        for key, period in asked
    }


def figures_on(day: date, facts: Facts, asked: Iterable[Asked]) -> Figures:
    """Return what facts of a later day say of an earlier one, without a filter."""
    up, cut = _time_was_up_until(day, facts), dict[Asked, Asked]()
    for key, period in asked:
        is_cut = key == FOLLOW_UP and up >= period.start
        cut[key, period] = (key, period.until(up) if is_cut else period)
    rows = facts.every_model
    is_to_come = (rows.measure.isin(_OF_LEADS) & (rows.cohort_day > day)).fill_null(False)
    then = replace(facts.of_rows(rows.filter(~is_to_come)), as_of=day)
    values = figures_today(then, cut.values(), {})
    found = {whole: values[seen] for whole, seen in cut.items()}
    none_due = [whole for whole in cut if whole[0] == FOLLOW_UP and up < whole[1].start]
    return found | dict.fromkeys(none_due, (nan, "no MQL was due yet"))


def _time_was_up_until(as_of: date, facts: Facts) -> date:
    """The last day whose MQLs count for the follow-up rate by then."""
    day, worked, agreed = as_of, 0, facts.definitions.follow_up_working_days
    while worked <= (agreed if is_working_day(day, facts.company) else max(agreed, 1)):
        worked += is_working_day(day, facts.company)
        day -= timedelta(days=1)
    return day
