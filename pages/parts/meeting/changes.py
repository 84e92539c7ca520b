"""The step "Changes": what moved each KPI that asks for attention, as a sentence and a picture."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from kpis.change.drivers import Drivers, drivers
from kpis.display import listed, sentence_case
from kpis.signs.attention import Attention
from pages.parts.charts.drivers import driver_chart
from pages.parts.frame.answers import asked
from pages.parts.frame.downloads import draw_downloads
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import draw_chart, is_presenting
from pages.parts.frame.selection import Comparison, Selection, comparison
from pages.parts.frame.text import plain
from pages.parts.meeting.meeting_answers import KEY, attention, chosen_kpi, picked_kpi
from pages.parts.records.actions import draw_make_action, finding_named
from pages.parts.week.overview import what_changed

SHOWN = 4
BARS = 9
PICTURE = 470
"""The width of the picture on a slide, in pixels."""


def draw(chosen: Selection) -> None:
    """Draw the sentences of the exceptions, each with its way to an action, beside one picture."""
    seen = attention(chosen)
    shown = _shown(seen, is_presenting())
    looked_at = chosen_kpi(shown, picked_kpi())
    left, right = st.columns([5, 6], gap="medium")
    with left:
        for one in shown:
            _draw_sentence(one, one is looked_at, chosen)
        passed = [one.kpi.short for one in seen if one not in shown]
        if passed:
            st.caption(f"Nothing unusual in: {listed(passed)}.")
    with right.container(border=True, height="stretch"):
        _draw_drivers(looked_at, chosen)


def ready(chosen: Selection) -> Callable[[], None]:
    """What makes the answers of this step for the reader, before they are drawn."""
    is_slide = is_presenting()

    def make() -> None:
        for one in _shown(attention(chosen), is_slide):
            what_changed(chosen, one.kpi)

    return make


def _shown(seen: list[Attention], is_slide: bool) -> list[Attention]:
    """The exceptions, the most urgent first; without any, every KPI."""
    exceptions = sorted((one for one in seen if one.is_exception), key=lambda one: one.urgency)
    return (exceptions or seen)[: SHOWN if is_slide else None]


def _draw_sentence(one: Attention, is_looked_at: bool, chosen: Selection) -> None:
    text, campaign = what_changed(chosen, one.kpi), _main_campaign(one, chosen)
    with st.container(gap=None, key=f"change-{one.kpi.key}"):
        st.markdown(plain(text))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Shown" if is_looked_at else "Show",
                key=f"show-{one.kpi.key}",
                type="tertiary",
                icon=":material/bar_chart:",
                disabled=is_looked_at,
                on_click=st.session_state.__setitem__,
                args=(KEY, one.kpi.key),
            )
            finding = finding_named("change", one.kpi.key, campaign)
            draw_make_action(text, one.kpi.key, campaign, chosen, "act-change", finding)


def _main_campaign(one: Attention, chosen: Selection) -> str | None:
    """The campaign to do something about: the one selected, else the one that moved the KPI."""
    pair = comparison(chosen)
    if chosen.campaign or not pair.is_known:
        return chosen.campaign
    return _split(one, pair, chosen).main_group


def _split(one: Attention, pair: Comparison, chosen: Selection) -> Drivers:
    return asked(chosen, drivers, one.kpi.key, *pair.windows, where=dict(chosen.where))


def _draw_drivers(one: Attention, chosen: Selection) -> None:
    pair = comparison(chosen)
    st.markdown(f"**{one.kpi.label} by campaign**")
    if not pair.is_known:
        st.info(f"{sentence_case(pair.text)}.")
        return
    split = _split(one, pair, chosen)
    if split.frame.empty:
        why = split.reason or "it was zero in both periods"
        st.info(plain(f"It cannot be split by campaign: {why}."))
        return
    labels = campaign_labels(chosen.snapshot)
    picture = partial(driver_chart, split, labels, rows=BARS)
    draw_chart(picture, PICTURE)
    if not is_presenting():
        table = split.frame.assign(group=[labels.get(id, id) for id in split.frame["group"]])
        name = f"{one.kpi.key}-by-campaign"
        draw_downloads(
            name, picture, table, key="drivers-chart", title=f"{one.kpi.label} by campaign"
        )
    st.caption(f"{sentence_case(pair.text)}.")
