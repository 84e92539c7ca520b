"""What a campaign and a step have in common in depth: the message, numbers, heights of charts."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kpis.catalogue import Kpi
from kpis.display import sentence_case
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.actions import draw_make_action, finding_named
from pages.parts.week.cards import draw_metric

ICONS = {"red": "error", "green": "thumb_up", "gray": "info"}
KPI_OF = {"mql": "mqls", "sql": "sqls", "customer": "lead_conversion_rate"}
"""The KPI that suffers where leads do not come to a stage."""
HEIGHT, REASON = 360, 27
"""How high charts are, and on a slide the line that says why it is shown, in pixels."""


@dataclass(frozen=True)
class Message:
    """One sentence or two on a campaign or a step of the funnel; all of it plain text.

    tone: ``red`` for what is wrong, ``green`` for what is right, else ``gray``. kpi, campaign: what
    an action would be about.
    """

    name: str
    remark: str
    tone: str
    text: str
    kpi: str
    campaign: str | None = None


def draw_message(message: Message, why: str, heading: DeltaGenerator, chosen: Selection) -> None:
    """Draw the message, with the way to an action where something is wrong.

    why: why it is shown, or "" where somebody chose it. heading: a row beside the choice.
    """
    with heading:
        st.subheader(plain(message.name), anchor=False, width="content")
        st.caption(plain(message.remark), width="stretch")
        if message.tone == "red":
            what = f"{message.name}: {message.text[:1].lower()}{message.text[1:]}"
            campaign = message.campaign or chosen.campaign
            finding = finding_named("depth", message.kpi, campaign)
            draw_make_action(what, message.kpi, campaign, chosen, "depth-action", finding)
    icon = f":{message.tone}[:material/{ICONS[message.tone]}:]"
    st.markdown(f"{icon} **{plain(message.text)}**")
    if why:
        st.caption(plain(why))


def draw_kpi(
    kpi: Kpi, label: str, explained: str, now: pd.Series, before: pd.Series, currency: str
) -> None:
    """Draw a KPI of two scorecard rows, and why it is undefined: a slide has no room for that."""
    values = float(now[kpi.key]), float(before[kpi.key])
    draw_metric(label, kpi, values, currency, explained)
    reason = now["reasons"].get(kpi.key)
    if reason and not is_presenting():
        st.caption(sentence_case(reason))


def chart_height(why: str, on_a_slide: int) -> int:
    """How high charts are, in pixels: on a slide higher where no line says why it is shown."""
    if not is_presenting():
        return HEIGHT
    return on_a_slide if why else on_a_slide + REASON
