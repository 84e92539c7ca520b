"""The step "Goals": every KPI against month and quarter, and the weeks and months of one."""

from functools import partial

import pandas as pd
import streamlit as st

from kpis.calendar import period_of
from kpis.display import brief, listed, period_label
from kpis.goals.goals import Goal
from pages.parts.charts.weekly.chart import weekly_chart
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.present import draw_chart, is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.answers import review_of
from pages.parts.meeting.attention import KEY, Attention, attention, chosen_kpi
from pages.parts.meeting.goals.box import draw_box
from pages.parts.meeting.goals.review import draw_review
from pages.parts.records.notebook import annotations
from pages.parts.week.cards import STATUS

HEIGHT, ON_A_SLIDE = 330, 218
PICTURE = 926
"""The width of the picture on a slide, in pixels."""


def draw(chosen: Selection) -> None:
    """Draw the list of KPIs, leading ones first, and the picture of the one that is looked at."""
    review = review_of(chosen)
    if review is not None:
        draw_review(review, chosen)
        return
    seen = attention(chosen)
    looked_at = _draw_choice(seen)
    st.markdown(_standings(seen))
    with st.container(border=True, gap="xsmall"):
        _draw_picture(looked_at, chosen)


def _draw_choice(seen: list[Attention]) -> Attention:
    """Draw the KPIs to choose from, leading ones first, and return the one that is looked at."""
    by_key = {one.kpi.key: one for one in seen}
    looked_at = chosen_kpi(seen)
    key = st.segmented_control(
        "KPI",
        list(by_key),
        default=looked_at.kpi.key,
        required=True,
        format_func=lambda key: by_key[key].kpi.short,
        key=KEY,
        bind="query-params",
        label_visibility="collapsed",
        width="content",
    )
    return by_key.get(key or "", looked_at)


def _standings(seen: list[Attention]) -> str:
    """Who stands how, the worst first: ``Off track: Revenue won · Nothing unusual: 6 others``."""
    groups: dict[str, list[str]] = {}
    for one in sorted(seen, key=lambda one: one.urgency):
        groups.setdefault(_standing(one), []).append(one.kpi.short)
    passed = groups.pop("", [])
    text = [f"{standing} {listed(names)}" for standing, names in groups.items()]
    if passed:
        others = " others" if text else " KPIs"
        text.append(f":gray-badge[Nothing unusual] :gray[{len(passed)}{others}]")
    return "&emsp;".join(text)


def _standing(one: Attention) -> str:
    """What asks for attention about a KPI, as a badge; empty where nothing does."""
    if one.worst:
        colour, words = STATUS[one.worst.pace.status or "at_risk"]
        return f":{colour}-badge[{words}]"
    if one.unusual:
        return ":green-badge[Record]" if one.unusual.tone == "good" else ":red-badge[Unusual]"
    return ""


def _draw_picture(one: Attention, chosen: Selection) -> None:
    frame, currency = one.frame, chosen.currency
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{one.kpi.label}**", width="content")
        st.markdown(_goals_text(one, chosen), width="stretch")
        picture = partial(
            weekly_chart,
            frame,
            currency,
            annotations=annotations(chosen),
            height=ON_A_SLIDE if is_presenting() else HEIGHT,
        )
        if not is_presenting():
            draw_downloads(
                f"{one.kpi.key}-weeks-and-months",
                picture,
                pd.concat([frame.weeks, frame.months]),
                key="weekly-chart",
                title=one.kpi.label,
            )
    draw_chart(picture, PICTURE)
    draw_box(frame, currency)
    st.caption(plain(f"Last week: {frame.usual_range}."))


def _goals_text(one: Attention, chosen: Selection) -> str:
    """The goals of month and quarter in a line: ``November 2026 95% · Q4 2026 87%, needs 22 …``."""
    company = chosen.manifest.company
    return " · ".join(
        f":small[{period_label(period_of(unit, chosen.as_of, company), company)} "
        f"{_goal_text(goal, chosen.currency)}]"
        for unit, goal in one.goals.items()
    )


def _goal_text(goal: Goal, currency: str) -> str:
    pace = goal.pace
    if pace.status is None:
        return ":gray[too early to say]"
    colour, words = STATUS[pace.status]
    attained = words if pace.attainment is None else f"{pace.attainment:.0%}"
    expected = brief(goal.kpi, pace.expected, currency)
    text = f":{colour}[**{attained}**] :gray[of {expected} due]"
    if pace.status != "on_track" and pace.required_per_day is not None:
        text += f":gray[, needs {brief(goal.kpi, pace.required_per_day, currency)} a day]"
    return text
