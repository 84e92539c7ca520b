"""The step "Since last week": what became of the actions, and which figures read otherwise now."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from kpis.change.restatement import Restatement
from kpis.display import period_label
from kpis.errors import AllianceError
from kpis.meeting.kept_actions import made_in
from kpis.records import STATUSES, Action, Decision, Meeting
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.answers import effects_of, restated
from pages.parts.meeting.room import panel_height, row_height, rows_that_fit
from pages.parts.meeting.since.actions import draw_actions, effect_text
from pages.parts.records.edit import draw_edit_button
from pages.parts.records.notebook import come_back, current_meeting, meeting_before, records
from pages.parts.records.texts import short_day

DECISIONS_WIDTH, DECISIONS_HEIGHT = 290, 354
FIGURES_WIDTH, FIGURES_HEIGHT = 323, 322
"""The room beside the actions on a slide, in pixels."""
SMALL = 0.87
"""The size of small text, measured by other text."""
AT_FIRST = 8
"""Restated figures that are told at once; the others on a click."""
WORD_JOINER = "\u2060"
SINCE_THEN = (
    "A KPI's change: its last whole week when the action was agreed, and its last whole week now."
)


def draw(chosen: Selection) -> None:
    """Draw what came of the last meeting; for a closed period, of all that was decided in it."""
    try:
        if chosen.is_closed:
            _draw_closed_period(chosen)
        else:
            _draw_since(chosen)
    except AllianceError as error:
        st.error(plain(str(error)))


def _draw_since(chosen: Selection) -> None:
    meeting = meeting_before(chosen.as_of)
    actions = come_back(current_meeting(), chosen.as_of)
    if meeting is None and not actions:
        _draw_first_meeting()
        return
    left, right = st.columns([5, 3], gap="small")
    with left.container(border=True, height=panel_height(), gap="xsmall", key="since-actions"):
        if meeting is not None:
            _draw_heading(f"Agreed until {short_day(meeting.held_on, chosen)}", actions)
        else:
            _draw_heading("Agreed until now", actions)
        if not actions:
            st.markdown(":gray[No action was agreed at the last meeting, and none is open.]")
        draw_actions(actions, chosen)
    with right.container(border=True, height=panel_height(), gap="xsmall", key="since-figures"):
        _draw_figures(meeting, chosen)


def _draw_heading(title: str, actions: Sequence[Action]) -> None:
    counts = Counter(action.status for action in actions)
    text = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    st.markdown(f"**{plain(title)}** :small[:gray[{text}]]", help=SINCE_THEN)


def _draw_first_meeting() -> None:
    with st.container(border=True):
        st.markdown("**Nothing to look back on yet**")
        st.markdown(
            ":gray[From the next meeting on, this step shows what became of every action that "
            "was agreed, with its KPI's change since, and which figures of the last meeting read "
            "otherwise now, and why. Start the meeting to keep what it shows, and close it when "
            "it is over.]"
        )


def _draw_figures(meeting: Meeting | None, chosen: Selection) -> None:
    """Draw which figures of a meeting read otherwise now, each with its reasons."""
    if meeting is None:
        st.markdown("**What was shown then**")
        st.markdown(
            ":gray[No meeting was closed yet. From the next one on, its figures are held against "
            "what the same days say later.]"
        )
        return
    found = restated(chosen, meeting)
    st.markdown(f"**What was shown on {short_day(meeting.held_on, chosen)}**")
    compared = len(found.changed) + found.unchanged
    if compared:
        colour = "orange" if found.changed else "green"
        text = f"{found.unchanged} of {compared} figures read the same"
        st.markdown(f":{colour}[{text}]")
    if is_presenting():
        heights = [_height(each) for each in found.changed]
        (room,) = rows_that_fit([heights], FIGURES_HEIGHT, heading=0)
    else:
        room = AT_FIRST
    for each in found.changed[:room]:
        _draw_restated(each)
    rest = found.changed[room:]
    if rest and is_presenting():
        st.caption(f"{len(rest)} more")
    elif rest:
        with st.expander(f"{len(rest)} more"):
            for each in rest:
                _draw_restated(each)
    for reason in found.not_comparable:
        st.caption(plain(reason))


def _draw_restated(each: Restatement) -> None:
    """Draw a sentence, first of all which figure it is about; no line ends after a sign."""
    figure, mark, reads = each.sentence.partition(": ")
    for sign in "(+−":
        reads = reads.replace(sign, f"{sign}{WORD_JOINER}")
    st.markdown(f":small[**{plain(figure)}**{mark}{plain(reads)}]")


def _height(each: Restatement) -> int:
    return row_height(each.sentence, round(FIGURES_WIDTH / SMALL))


def _draw_closed_period(chosen: Selection) -> None:
    """Draw what was decided in a period that is over, with its status and what it did."""
    period, name = chosen.period, period_label(chosen.period, chosen.manifest.company)
    actions, decisions = made_in(period, records(Action)), made_in(period, records(Decision))
    if not (actions or decisions):
        with st.container(border=True):
            st.markdown(f"**Nothing was written down in {name}**")
            st.markdown(
                ":gray[Decisions and actions of meetings in this period would stand here, with "
                "their status and what their KPIs did since.]"
            )
        return
    left, right = st.columns([5, 3], gap="small")
    with left.container(border=True, height=panel_height(), gap="xsmall", key="since-actions"):
        _draw_heading(f"Actions of {name}", actions)
        if not actions:
            st.markdown(":gray[None was agreed.]")
        draw_actions(actions, chosen)
    with right.container(border=True, height=panel_height(), gap="xsmall", key="since-decisions"):
        st.markdown(f"**Decided in {name}** :small[:gray[{len(decisions)}]]")
        if not decisions:
            st.markdown(":gray[Nothing was decided.]")
        _draw_decisions(decisions, chosen)


def _draw_decisions(decisions: Sequence[Decision], chosen: Selection) -> None:
    room = len(decisions)
    if is_presenting():
        heights = [row_height(decision.text, DECISIONS_WIDTH, 2) for decision in decisions]
        (room,) = rows_that_fit([heights], DECISIONS_HEIGHT, heading=0)
    shown = decisions[:room]
    names = campaign_labels(chosen.snapshot)
    effects = effects_of(chosen, shown)
    for decision, effect in zip(shown, effects, strict=True):
        sentence = [f":gray[{short_day(decision.made_on, chosen)}]"]
        if decision.campaign is not None:
            sentence.append(f":gray[{plain(names.get(decision.campaign, decision.campaign))}]")
        if decision.kpi is not None:
            sentence.append(effect_text(decision.kpi, effect, chosen))
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            text = f"{plain(decision.text)}  \n:small[{' · '.join(sentence)}]"
            st.markdown(text, width="stretch")
            draw_edit_button(decision, chosen)
    if room < len(decisions):
        st.caption(f"{len(decisions) - room} more")
