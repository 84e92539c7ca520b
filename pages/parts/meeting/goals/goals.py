"""The step "Goals": every KPI against month and quarter, and the weeks and months of one."""

from collections.abc import Callable, Iterable
from functools import partial

import pandas as pd
import streamlit as st

from kpis.catalogue import Kpi
from kpis.display import listed
from kpis.document import Tone
from kpis.goals.standing import behind_first, by_period
from kpis.signs.attention import Attention
from pages.parts.charts.theme import Picture, colours_seen, described_once
from pages.parts.charts.weekly.chart import weekly_chart
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.present import draw_chart, is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.goals.box import draw_box
from pages.parts.meeting.goals.review import draw_review
from pages.parts.meeting.meeting_answers import KEY, attention, chosen_kpi, picked_kpi, review_of
from pages.parts.records.notebook import annotations
from pages.parts.week.cards import COLOURS, verdict_badge

STANDS_OUT: dict[str, tuple[str, Tone]] = {
    "good": ("Record", "good"),
    "warning": ("Unusual", "bad"),
}
"""The tone of a sign of the last week → its word and tone."""
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
    st.markdown(standings_text(seen))
    with st.container(border=True, gap="xsmall"):
        _draw_picture(looked_at, chosen)


def ready(chosen: Selection) -> Callable[[], None]:
    """What makes the answers and the picture of this step for the reader, before they are drawn."""
    picked, height, colours = picked_kpi(), _height(), colours_seen()

    def make() -> None:
        if review_of(chosen) is None:
            looked_at = chosen_kpi(attention(chosen), picked)
            described_once(_picture(looked_at, chosen, height), colours)

    return make


def _draw_choice(seen: list[Attention]) -> Attention:
    """Draw the KPIs to choose from, leading ones first, and return the one that is looked at."""
    by_key = {one.kpi.key: one for one in seen}
    looked_at = chosen_kpi(seen, picked_kpi())
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


def standings_text(seen: list[Attention]) -> str:
    """Each period with its verdicts, the worst first, then the KPIs with an unusual week."""
    held = by_period(standing for one in seen for standing in one.held).values()
    text = [
        f":small[{found[0].period_name}] "
        + _grouped((_badge(one.word, one.tone), one.kpi) for one in behind_first(found))
        for found in held
    ]
    unusual = [
        (_badge(*STANDS_OUT[one.unusual.tone]), one.kpi)
        for one in sorted(seen, key=lambda one: one.urgency)
        if one.unusual and not one.worst
    ]
    if unusual:
        text.append(_grouped(unusual))
    rest = sum(not one.held and not one.unusual for one in seen)
    if rest:
        others = "others" if text else "KPIs"
        text.append(f"{_badge('Nothing unusual', 'quiet')} :gray[{rest} {others}]")
    return "&emsp;".join(text)


def _badge(words: str, tone: Tone) -> str:
    return f":{COLOURS[tone]}-badge[{words}]"


def _grouped(found: Iterable[tuple[str, Kpi]]) -> str:
    """The KPIs behind each badge: ``Off track Revenue won At risk MQLs and SQLs``."""
    groups: dict[str, list[str]] = {}
    for badge, kpi in found:
        groups.setdefault(badge, []).append(kpi.short)
    return " ".join(f"{badge} {listed(names)}" for badge, names in groups.items())


def _draw_picture(one: Attention, chosen: Selection) -> None:
    frame, currency = one.frame, chosen.currency
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{one.kpi.label}**", width="content")
        st.markdown(goals_text(one), width="stretch")
        picture = _picture(one, chosen, _height())
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


def _picture(one: Attention, chosen: Selection, height: int) -> Picture:
    noted = annotations(chosen)
    return partial(weekly_chart, one.frame, chosen.currency, annotations=noted, height=height)


def _height() -> int:
    return ON_A_SLIDE if is_presenting() else HEIGHT


def goals_text(one: Attention) -> str:
    """The goals of month and quarter in a line: ``Q4 2026 At risk 87% 609 of 701 due, needs …``."""
    return "&emsp;".join(
        f":small[{held.period_name} {verdict_badge(held)} "
        f":gray[{', '.join(filter(None, (held.due_text, held.needs_text)))}]]"
        for held in one.held
    )
