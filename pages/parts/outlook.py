"""Where a KPI is heading by the period's end, and how good such forecasts have been."""

from kpis.calendar import unit_of
from kpis.catalogue import Kpi
from kpis.forecast import Forecast, forecast_sentence
from pages.parts.data import forecast_record_of, forecasts_of
from pages.parts.goals import target_of
from pages.parts.selection import Selection


def outlook(chosen: Selection, kpi: Kpi) -> str:
    """One or two sentences, or why nothing is forecast; empty where the period is not running."""
    company, period = chosen.manifest.company, chosen.period
    unit = unit_of(period, company)
    if unit is None or not period.start <= chosen.as_of < period.end:
        return ""
    folder, model, where = chosen.snapshot.folder, chosen.model, chosen.where
    end = forecasts_of(folder, model, (kpi.key,), period, where)[kpi.key]
    if not isinstance(end, Forecast):
        return f"No forecast: {end.reason}."
    target = target_of(chosen, kpi)
    said = forecast_sentence(end, target, chosen.currency)
    record = forecast_record_of(folder, model, kpi.key, unit, where)
    return f"{said}. {record.sentence}."
