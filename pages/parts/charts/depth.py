"""The small charts of the step "In depth"."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from kpis.calendar import Period
from kpis.catalogue import kpi_named
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import UNDEFINED, days_label, short_day, shown
from kpis.funnel.funnel import step_name
from kpis.funnel.spotlight import BEYOND_CHANCE, Difference
from pages.parts.charts.axes import LETTER, bars_axis, names_axis
from pages.parts.charts.theme import Colours, Drawing, inline, layered

ROI, RATE = kpi_named("marketing_roi"), kpi_named("lead_conversion_rate")
MONEY = kpi_named("revenue")
"""An amount, written as one."""
FAINT, FULL = 0.35, 1.0
NAME_WIDTH = 240
PADDING = {"left": 0, "right": 0, "top": 4, "bottom": 0}
"""On a slide, where room is scarce, panels have enough of their own."""
WITHIN_CHANCE = 0.7
BELOW, ABOVE = 9, 10
"""Pixels from the middle of a row to its bars and to the text above them."""
WIDE, NARROW, TEXT = 14, 8, 12
"""How high the bars behind and before are, and the size of the text."""


def leads_chart(weeks: pd.DataFrame, height: int, colours: Colours) -> Drawing:
    """Leads per week as light bars, those that became MQLs in the week as full ones before them.

    weeks: scorecard rows, oldest first.
    """
    frame = _by_week(weeks)
    for key in ("leads", "mqls"):
        frame[f"{key}_shown"] = [shown(kpi_named(key), value, "") for value in frame[key]]
    base = alt.Chart(inline(frame)).encode(
        x=_weeks_axis(False),
        tooltip=[
            alt.Tooltip("days:N", title="Week"),
            alt.Tooltip("leads_shown:N", title="Leads"),
            alt.Tooltip("mqls_shown:N", title="MQLs"),
        ],
    )
    axis = alt.Axis(tickCount=3, tickMinStep=1)
    bars = [
        base.mark_bar(width={"band": 0.75}, opacity=opacity, color=colours.series).encode(
            y=alt.Y(f"{key}:Q", title=None, axis=axis)
        )
        for key, opacity in (("leads", FAINT), ("mqls", FULL))
    ]
    return layered(*bars, height=height, padding=PADDING)


def cost_chart(weeks: pd.DataFrame, currency: str, height: int, colours: Colours) -> Drawing:
    """Cost per week as bars, none where it is undefined; weeks: scorecard rows, oldest first."""
    frame = _by_week(weeks)
    frame["shown"] = [shown(MONEY, value, currency) for value in frame["marketing_cost"]]
    base = alt.Chart(inline(frame)).encode(
        x=_weeks_axis(True),
        y=alt.Y("marketing_cost:Q", axis=None),
        tooltip=[alt.Tooltip("days:N", title="Week"), alt.Tooltip("shown:N", title="Cost")],
    )
    bars: alt.Chart = base.mark_bar(color=colours.quiet, opacity=0.6, width={"band": 0.75})
    return bars.properties(height=height, padding=PADDING)


def _by_week(weeks: pd.DataFrame) -> pd.DataFrame:
    """The numbers per week, with the week as a text in its place and all its days."""
    starts, ends = weeks["start"], weeks["end"]
    return weeks[["leads", "mqls", "marketing_cost"]].assign(
        week=[short_day(start) for start in starts],
        days=[days_label(Period(s, e)) for s, e in zip(starts, ends, strict=True)],
    )


def _weeks_axis(has_labels: bool) -> alt.X:
    axis = alt.Axis(labelAngle=0, labelOverlap=True, labelPadding=4, ticks=False)
    return alt.X("week:N", sort=None, title=None, axis=axis if has_labels else None)


def steps_chart(own: pd.DataFrame, every: pd.DataFrame, height: int, colours: Colours) -> Drawing:
    """The conversion of each step as a bar, before a light one for that of all campaigns.

    own, every: funnels indexed by stage, in the same order.
    """
    rates, all_rates = (frame["conversion"].astype(float) for frame in (own, every))
    reasons = own["reason"].fillna("")
    frame = pd.DataFrame(
        {
            "step": [step_name(stage) for stage in own.index],
            "rate": rates,
            "all": all_rates,
            "shown": [shown(RATE, value, "") for value in rates],
            "all_shown": [shown(RATE, value, "") for value in all_rates],
            "reason": reasons,
        }
    )
    frame["text"] = (frame["shown"] + ", all " + frame["all_shown"]).where(
        reasons == "", UNDEFINED + " " + reasons
    )
    y = alt.Y("step:N", sort=None, axis=None)
    tooltip = [
        alt.Tooltip("step:N", title="Step"),
        alt.Tooltip("shown:N", title="This campaign"),
        alt.Tooltip("all_shown:N", title="All campaigns"),
    ]
    base = alt.Chart(inline(frame)).encode(y=y, tooltip=tooltip)
    x = alt.X("rate:Q", axis=None, scale=alt.Scale(domainMin=0, nice=False))
    all_bars = base.mark_bar(size=WIDE, yOffset=BELOW, opacity=FAINT).encode(
        x=alt.X("all:Q", axis=None)
    )
    bars = base.mark_bar(size=NARROW, yOffset=BELOW).encode(x=x)
    style: dict[str, Any] = {"color": colours.ink, "yOffset": -ABOVE, "fontSize": TEXT}
    names = base.mark_text(align="left", **style).encode(x=alt.XValue(0), text=alt.Text("step:N"))
    numbers = base.mark_text(align="right", **style).encode(
        x=alt.XValue("width"), text=alt.Text("text:N")
    )
    return layered(all_bars, bars, names, numbers, height=height, padding=PADDING)


def models_chart(
    values: pd.Series, chosen: AttributionModel, currency: str, height: int, colours: Colours
) -> Drawing:
    """The ROI under each attribution model as bars from zero; the model that is looked at is full.

    values: by model, NaN where undefined.
    """
    texts = [shown(ROI, value, currency) for value in values]
    frame = pd.DataFrame(
        {
            "model": [ATTRIBUTION_MODELS[model] for model in values.index],
            "roi": values.to_numpy(),
            "shown": texts,
            "is_chosen": values.index == chosen,
        }
    )
    longest = LETTER * max(map(len, frame["model"]))
    base = alt.Chart(inline(frame)).encode(
        y=alt.Y("model:N", sort=None, title=None, axis=names_axis(NAME_WIDTH, longest)),
        opacity=alt.condition("datum.is_chosen", alt.value(FULL), alt.value(FAINT)),
        tooltip=[
            alt.Tooltip("model:N", title="Attribution"),
            alt.Tooltip("shown:N", title="ROI"),
        ],
    )
    bars = base.mark_bar(height={"band": 0.6}).encode(x=bars_axis("roi", texts))
    zero = (
        alt.Chart(inline(frame)).mark_rule(color=colours.ink, opacity=0.2).encode(x=alt.XDatum(0))
    )
    numbers = base.mark_text(align="right", color=colours.ink).encode(
        x=alt.XValue("width"), text=alt.Text("shown:N"), opacity=alt.value(1)
    )
    return layered(bars, zero, numbers, height=height, padding=PADDING)


def cohorts_chart(cohorts: pd.DataFrame, unit: str, height: int, colours: Colours) -> Drawing:
    """The conversion of a step by week or month, all at one age.

    cohorts: rows of the step in a funnel, oldest first.
    """
    rates = cohorts["conversion"].astype(float)
    pairs = zip(cohorts["start"], cohorts["end"], strict=True)
    frame = pd.DataFrame(
        {
            "cohort": [
                f"{start:%b}" if unit == "month" else short_day(start) for start in cohorts["start"]
            ],
            "days": [days_label(Period(start, end)) for start, end in pairs],
            "rate": rates.to_numpy(),
            "shown": [shown(RATE, rate, "") for rate in rates],
            "of": [f"{passed:,.0f}" for passed in cohorts["passed"]],
        }
    )
    base = alt.Chart(inline(frame)).encode(
        x=alt.X(
            "cohort:O",
            sort=None,
            title=None,
            axis=alt.Axis(labelAngle=0, labelOverlap=True, labelPadding=6, ticks=False, grid=False),
        ),
        y=alt.Y("rate:Q", title=None, axis=alt.Axis(format=".0%", tickCount=4)),
        tooltip=[
            alt.Tooltip("days:N", title="Leads created"),
            alt.Tooltip("shown:N", title="Conversion"),
            alt.Tooltip("of:N", title="Came so far"),
        ],
    )
    area = base.mark_area(opacity=0.12, color=colours.series)
    line = base.mark_line(strokeWidth=2.5, color=colours.series)
    points = base.mark_point(size=45, filled=True, opacity=1, color=colours.series)
    return layered(area, line, points, height=height, padding=PADDING)


def campaigns_chart(
    steps: Sequence[Difference], names: Sequence[str], height: int, colours: Colours
) -> Drawing:
    """A step by campaign as bars in their order; full where chance does not explain the rate."""
    frame = pd.DataFrame(
        {
            "campaign": names,
            "rate": [step.rate for step in steps],
            "shown": [shown(RATE, step.rate, "") for step in steps],
            "of": [f"{step.rate * step.leads:,.0f} of {step.leads:,.0f}" for step in steps],
            "others": [shown(RATE, step.other_rate, "") for step in steps],
            "stands_out": [abs(step.deviations) >= BEYOND_CHANCE for step in steps],
        }
    )
    base = alt.Chart(inline(frame)).encode(
        y=alt.Y("campaign:N", sort=None, title=None, axis=names_axis(NAME_WIDTH)),
        tooltip=[
            alt.Tooltip("campaign:N", title="Campaign"),
            alt.Tooltip("shown:N", title="Conversion"),
            alt.Tooltip("of:N", title="Came so far"),
            alt.Tooltip("others:N", title="All others"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.7}).encode(
        x=bars_axis("rate", frame["shown"]),
        opacity=alt.condition("datum.stands_out", alt.value(FULL), alt.value(FAINT)),
    )
    numbers = base.mark_text(align="right", color=colours.ink).encode(
        x=alt.XValue("width"),
        text=alt.Text("shown:N"),
        opacity=alt.condition("datum.stands_out", alt.value(FULL), alt.value(WITHIN_CHANCE)),
    )
    return layered(bars, numbers, height=height, padding=PADDING)
