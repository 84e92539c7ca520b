"""The trend: a KPI week by week, with what is usual and what happened."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import COHORT_KPI, Kpi
from kpis.display import days_label, shown
from kpis.records import Annotation
from pages.parts.charts.axes import AXIS_FORMATS
from pages.parts.charts.theme import Colours, Drawing
from pages.parts.charts.weekly.annotations import annotated, markers


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
    x = alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b", grid=False, tickCount=8))
    ticks = alt.Axis(
        format=AXIS_FORMATS[kpi.unit], tickCount=5, tickMinStep=1 if kpi.unit == "count" else 0
    )
    scale = alt.Scale(zero=kpi.unit != "return", nice=True)
    base = alt.Chart(_by_week(weeks, kpi, currency)).encode(
        x=x, y=alt.Y("value:Q", title=None, scale=scale, axis=ticks)
    )
    return alt.layer(
        *_usual(weeks, limits, x, colours),
        *_line(base, kpi),
        *_annotations(weeks, annotations, x, colours),
    ).properties(height=height)


def _by_week(weeks: pd.DataFrame, kpi: Kpi, currency: str) -> pd.DataFrame:
    values = weeks[kpi.key].astype(float)
    is_open = weeks["running"] | (weeks["immature"] & (kpi.key == COHORT_KPI))
    periods = [Period(s, e) for s, e in zip(weeks["start"], weeks["end"], strict=True)]
    return pd.DataFrame(
        {
            "week": pd.to_datetime(weeks["start"]),
            "value": values,
            "shown": [shown(kpi, value, currency) for value in values],
            "days": [days_label(period) for period in periods],
            "state": is_open.map({True: "not final yet", False: "final"}),
            "solid": ~is_open,
        }
    )


def _line(base: alt.Chart, kpi: Kpi) -> list[alt.Chart]:
    """The line over its area, dashed from the last final week on, and its points."""
    final = base.transform_filter("datum.solid")
    pending = base.transform_filter("!datum.solid || datum.week == " + _last_solid(base.data))
    tooltip = [
        alt.Tooltip("days:N", title="Week"),
        alt.Tooltip("shown:N", title=kpi.short),
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


def _last_solid(frame: pd.DataFrame) -> str:
    """The last final week as a Vega timestamp, where the dashed line begins."""
    solid = frame.loc[frame["solid"] & frame["value"].notna(), "week"]
    return str(int(solid.max().timestamp() * 1000)) if len(solid) else "0"


def _usual(
    weeks: pd.DataFrame, limits: pd.DataFrame | None, x: alt.X, colours: Colours
) -> list[alt.Chart]:
    """The band of what is usual."""
    if limits is None or limits.empty:
        return []
    drawn = limits[limits["start"].between(weeks["start"].min(), weeks["start"].max())]
    band = drawn.assign(week=pd.to_datetime(drawn["start"]))[["week", "lower", "upper"]]
    usual = alt.Chart(band).mark_area(opacity=0.13, color=colours.quiet)
    return [usual.encode(x=x, y=alt.Y("lower:Q", title=None), y2="upper:Q")]


def _annotations(
    weeks: pd.DataFrame, annotations: Sequence[Annotation], x: alt.X, colours: Colours
) -> list[alt.Chart]:
    """The numbers of annotations at the top of their weeks, in the order of days."""
    rows = pd.DataFrame(
        {
            "half": "week",
            "place": pd.to_datetime(weeks["start"]),
            "start": [start.isoformat() for start in weeks["start"]],
            "end": [end.isoformat() for end in weeks["end"]],
        }
    )
    noted = annotated(rows, annotations)
    if noted.empty:
        return []
    texts = (noted["day"] + ": " + noted["text"]).groupby(noted["place"], sort=False).agg("; ".join)
    found = markers(noted).rename(columns={"place": "week"}).assign(text=texts.to_list())
    tooltip = [alt.Tooltip("text:N", title="What happened")]
    base = alt.Chart(found).encode(x=x, tooltip=tooltip)
    line = base.mark_rule(strokeDash=[2, 3], color=colours.quiet).encode(y=alt.value(14))
    number = base.mark_text(fontSize=12, fontWeight="bold", baseline="top", color=colours.quiet)
    return [line, number.encode(y=alt.value(0), text="shown:N")]
