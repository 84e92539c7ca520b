"""What is usual of a KPI, where it is heading, and how good such forecasts have been."""

import pandas as pd

from kpis.calendar import unit_of
from kpis.catalogue import COHORT_KPI, Kpi
from kpis.goals.forecast import Forecast, forecast_sentence, forecasts
from kpis.goals.forecast_record import forecast_record
from pages.parts.frame.answers import asked
from pages.parts.frame.selection import Selection
from pages.parts.week.goals import target_of
from pages.parts.week.week_answers import judged_weeks


def usual_limits(chosen: Selection, kpi: Kpi) -> pd.DataFrame:
    """The limits of what is usual, for the weeks that have any: start, lower, upper.

    None for the conversion of cohorts: what is usual there is computed at the age of the last week,
    and the trend shows conversions to date.
    """
    weeks = judged_weeks(chosen, kpi.key)
    points = weeks.chart.points if weeks.chart and not _is_cohort(chosen, kpi) else ()
    rows = [
        {"start": week.start, "lower": point.limits.lower, "upper": point.limits.upper}
        for week, point in zip(weeks.history, points, strict=False)
        if point.limits
    ]
    return pd.DataFrame(rows, columns=["start", "lower", "upper"])


def usual_range_text(chosen: Selection, kpi: Kpi) -> str:
    """What the last whole week is, measured by what is usual; empty where no trend shows it."""
    if _is_cohort(chosen, kpi) or chosen.period.end < chosen.as_of:
        return ""
    return f"Last week: {judged_weeks(chosen, kpi.key).usual_range}."


def _is_cohort(chosen: Selection, kpi: Kpi) -> bool:
    return kpi.key == COHORT_KPI and chosen.manifest.definitions.conversion == "cohort"


def outlook(chosen: Selection, kpi: Kpi) -> str:
    """One or two sentences, or why nothing is forecast; empty where the period is not running."""
    company, period = chosen.manifest.company, chosen.period
    unit = unit_of(period, company)
    if unit is None or not period.start <= chosen.as_of <= period.end:
        return ""
    where = dict(chosen.where)
    end = asked(chosen, forecasts, [kpi.key], period, where)[kpi.key]
    if not isinstance(end, Forecast):
        return f"No forecast: {end.reason}."
    target = target_of(chosen, kpi)
    text = forecast_sentence(end, target, chosen.currency)
    record = asked(chosen, forecast_record, [kpi.key], unit, where)[kpi.key]
    return f"{text}. {record.sentence}."
