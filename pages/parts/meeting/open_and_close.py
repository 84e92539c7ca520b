"""The meeting as a record: opened, signed by both teams, closed, and what to send afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import streamlit as st

from kpis.display import agrees_text, day_text, days_label, sentence_case
from kpis.errors import AllianceError
from kpis.records import Meeting, SignOff, Team
from pages.parts.frame.filters import filters_text
from pages.parts.frame.freshness import draw_freshness
from pages.parts.frame.present import draw_present_button, is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.agenda import Step
from pages.parts.meeting.meeting_answers import figures_shown
from pages.parts.meeting.minutes import draw_minutes
from pages.parts.records.notebook import current_meeting, meeting_before, notebook, records, who

ONE_LINE = 40
"""Letters of the filters that stand in one line with the title of a slide."""


def draw_meeting_title(chosen: Selection, step: Step) -> None:
    """Draw the step's title, what is looked at, the meeting's own controls, and "Present"."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(step.title, anchor=False, width="content")
        st.caption(_looked_at(chosen), width="stretch")
        if not is_presenting():
            draw_freshness(chosen.snapshot)
        _draw_meeting(chosen)
        draw_present_button()


def _looked_at(chosen: Selection) -> str:
    period, filters = days_label(chosen.period.until(chosen.as_of)), filters_text(chosen)
    if is_presenting() and len(filters) > ONE_LINE:
        filters = f"{sum(len(values) for _, values in chosen.where)} filters"
    return plain(f"{period} · {filters}")


def _draw_meeting(chosen: Selection) -> None:
    """Draw "Start the meeting" and the last minutes, or what there is to do in a running one."""
    try:
        meeting = current_meeting()
        last = meeting_before(chosen.as_of + timedelta(days=1))
        signed = records(SignOff, meeting_id=meeting.id) if meeting else []
    except AllianceError:
        return  # the steps that write say why
    if meeting is None:
        if last is not None and not is_presenting():
            with st.popover("Minutes", icon=":material/description:", key="meeting-minutes"):
                st.caption(f"Of the meeting of {day_text(last.held_on)}")
                draw_minutes(chosen, last)
        st.button("Start the meeting", key="meeting-start", on_click=_start, args=(chosen,))
        return
    opened = meeting.opened_at.astimezone(chosen.manifest.company.zone)
    with st.popover(f"Meeting since {opened:%H:%M}", key="meeting-open"):
        for team in get_args(Team):
            name = next((one.name for one in signed if one.team == team), None)
            _draw_sign_off(team, name, meeting)
        st.button(
            "Close the meeting",
            key="meeting-close",
            type="primary",
            on_click=_close,
            args=(chosen, meeting),
        )


def _draw_sign_off(team: Team, name: str | None, meeting: Meeting) -> None:
    """Draw who agreed with the figures for a team, or the field to do so."""
    if name is not None:
        st.markdown(f":green[:material/verified:] {sentence_case(team)}: {plain(name)}")
        return
    key = f"meeting-sign-{team}"
    st.text_input(
        agrees_text(team),
        key=key,
        placeholder="Name",
        on_change=_sign,
        args=(team, meeting, key),
    )


@contextmanager
def _refusal_text() -> Iterator[None]:
    """Say why nothing was written: what a callback raises would take the whole page away."""
    try:
        yield
    except AllianceError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def _sign(team: Team, meeting: Meeting, key: str) -> None:
    name = str(st.session_state[key]).strip()
    if not name:
        return
    with _refusal_text():
        notebook().add(SignOff(meeting_id=meeting.id, team=team, name=name), who())


def _start(chosen: Selection) -> None:
    with _refusal_text():
        meeting = Meeting(opened_at=datetime.now(UTC), **_on_screen(chosen))
        notebook().open_meeting(meeting, who())


def _close(chosen: Selection, meeting: Meeting) -> None:
    """Close the meeting; what counts as shown is what was on the screen in the end."""
    with _refusal_text():
        notebook().edit(meeting, who(), closed_at=datetime.now(UTC), **_on_screen(chosen))


def _on_screen(chosen: Selection) -> dict[str, Any]:
    """What a meeting's record keeps of the screen, by field."""
    return {
        "held_on": chosen.as_of,
        "snapshot": chosen.snapshot.name,
        "definitions": chosen.manifest.definitions_hash,
        "attribution": chosen.model,
        "period_start": chosen.period.start,
        "period_end": chosen.period.end,
        "where": chosen.where,
        "shown": figures_shown(chosen),
    }
