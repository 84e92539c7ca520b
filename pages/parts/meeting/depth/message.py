"""The message of the step "In depth": what is looked into, what is to be said of it, and why."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.actions import draw_make_action, finding_named

ICONS = {"red": "error", "green": "thumb_up", "gray": "info"}
PLURAL = {"lead": "leads", "mql": "MQLs", "sql": "SQLs", "customer": "customers"}
KPI_OF = {"mql": "mqls", "sql": "sqls", "customer": "lead_conversion_rate"}
"""The KPI that suffers where leads do not come to a stage."""
WHY = 27
"""How high the line is that says why, in pixels."""


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


def room_beneath(why: str, height: int) -> int:
    """How high charts may be on a slide: ``height``, and the line that says why where none does."""
    return height if why else height + WHY
