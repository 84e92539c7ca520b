"""The trend: a KPI week by week, with what is usual and what happened."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import COHORT_KPI, Kpi, Unit
from kpis.display import days_label, shown
from kpis.records import Annotation
from pages.parts.charts.axes import AXIS_FORMATS
from pages.parts.charts.theme import Colours, Drawing, Template
from pages.parts.charts.weekly.annotations import annotated, markers

WEEKS, USUAL, NOTED = "weeks", "usual", "noted"
"""The tables that the chart is drawn from."""


def trend_chart(
    weeks: pd.DataFrame,
    kpi: Kpi,
    currency: str,
    height: int,
    colours: Colours,
    limits: pd.DataFrame | None = None,
    annotations: Sequence[Annotation] = (),
) -> Drawing:
    """A KPI week by week: a line, hollow and dashed where a week is running or still immature.

    weeks: scorecard rows with ``start``, ``end``, ``running`` and ``immature``. limits: ``start``,
    ``lower`` and ``upper`` of the weeks that have a usual range, drawn as a band. annotations: each
    a numbered line at its week, with its text on hover.
    """
    tables = {
        WEEKS: _by_week(weeks, kpi, currency),
        USUAL: _usual(weeks, limits),
        NOTED: _noted(weeks, annotations),
    }
    filled = {name: rows for name, rows in tables.items() if rows}
    return Template(_drawn(kpi.unit, kpi.short, height, colours, frozenset(filled)), filled)


@lru_cache(maxsize=64)
def _drawn(
    unit: Unit, name: str, height: int, colours: Colours, tables: frozenset[str]
) -> Mapping[str, Any]:
    """The chart but for its tables: to write it takes Altair longer than all else on a click."""
    x = alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b", grid=False, tickCount=8))
    ticks = alt.Axis(
        format=AXIS_FORMATS[unit], tickCount=5, tickMinStep=1 if unit == "count" else 0
    )
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=unit != "return", nice=True), axis=ticks)
    base = alt.Chart(alt.NamedData(WEEKS)).encode(x=x, y=y)
    layers = [*_line(base, name)]
    if USUAL in tables:
        usual = alt.Chart(alt.NamedData(USUAL)).mark_area(opacity=0.13, color=colours.quiet)
        layers.insert(0, usual.encode(x=x, y=alt.Y("lower:Q", title=None), y2="upper:Q"))
    if NOTED in tables:
        layers += _annotations(x, colours)
    chart: Mapping[str, Any] = alt.layer(*layers).properties(height=height).to_dict()
    return chart


def _line(base: alt.Chart, name: str) -> list[alt.Chart]:
    """The line over its area, dashed from the last final week on, and its points."""
    final = base.transform_filter("datum.solid")
    pending = base.transform_filter("datum.dashed")
    tooltip = [
        alt.Tooltip("days:N", title="Week"),
        alt.Tooltip("shown:N", title=name),
        alt.Tooltip("state:N", title="Figures"),
    ]
    return [
        final.mark_area(opacity=0.12),
        final.mark_line(strokeWidth=2.5),
        pending.mark_line(strokeDash=[4, 4], strokeWidth=2),
        base.mark_point(size=45, filled=True).encode(
            opacity=alt.condition("datum.solid", alt.value(1), alt.value(0.45)), tooltip=tooltip
        ),
    ]


def _annotations(x: alt.X, colours: Colours) -> list[alt.Chart]:
    """The numbers of annotations at the top of their weeks."""
    tooltip = [alt.Tooltip("text:N", title="What happened")]
    base = alt.Chart(alt.NamedData(NOTED)).encode(x=x, tooltip=tooltip)
    line = base.mark_rule(strokeDash=[2, 3], color=colours.quiet).encode(y=alt.value(14))
    number = base.mark_text(fontSize=12, fontWeight="bold", baseline="top", color=colours.quiet)
    return [line, number.encode(y=alt.value(0), text="shown:N")]


def _by_week(weeks: pd.DataFrame, kpi: Kpi, currency: str) -> list[dict[str, Any]]:
    values = weeks[kpi.key].astype(float)
    is_open = weeks["running"] | (weeks["immature"] & (kpi.key == COHORT_KPI))
    final = weeks.index[~is_open & values.notna()]
    is_last = weeks.index == (final[-1] if len(final) else None)
    periods = [Period(s, e) for s, e in zip(weeks["start"], weeks["end"], strict=True)]
    return [
        {
            "week": _midnight(period.start),
            "value": None if pd.isna(value) else value,
            "shown": shown(kpi, value, currency),
            "days": days_label(period),
            "state": "not final yet" if pending else "final",
            "solid": not pending,
            "dashed": bool(pending or last),
        }
        for period, value, pending, last in zip(periods, values, is_open, is_last, strict=True)
    ]


def _midnight(day: date) -> str:
    """The begin of a day, as the browser's own time: a bare date would be one in UTC."""
    return f"{day.isoformat()}T00:00:00"


def _usual(weeks: pd.DataFrame, limits: pd.DataFrame | None) -> list[dict[str, Any]]:
    """What is usual of each week drawn that has limits."""
    if limits is None or limits.empty:
        return []
    drawn = limits[limits["start"].between(weeks["start"].min(), weeks["start"].max())]
    found = zip(drawn["start"], drawn["lower"], drawn["upper"], strict=True)
    return [
        {"week": _midnight(start), "lower": lower, "upper": upper} for start, lower, upper in found
    ]


def _noted(weeks: pd.DataFrame, annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    """The numbers and texts of annotations by their weeks, in the order of days."""
    if not annotations:
        return []
    rows = pd.DataFrame(
        {
            "half": "week",
            "place": [_midnight(start) for start in weeks["start"]],
            "start": [start.isoformat() for start in weeks["start"]],
            "end": [end.isoformat() for end in weeks["end"]],
        }
    )
    noted = annotated(rows, annotations)
    if noted.empty:
        return []
    texts = (noted["day"] + ": " + noted["text"]).groupby(noted["place"], sort=False).agg("; ".join)
    found = markers(noted).rename(columns={"place": "week"}).assign(text=texts.to_list())
    return [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]
