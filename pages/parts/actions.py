"""From a finding to an action in one click, with its KPI and campaign filled in."""

from datetime import timedelta

import streamlit as st

from connectors.notebook_records import Action
from kpis.errors import NotebookError
from pages.parts.data import settings
from pages.parts.notebook import current_meeting, notebook, open_actions, who
from pages.parts.selection import Selection
from pages.parts.step_decide_words import short_day
from pages.parts.text import plain

DUE_IN = timedelta(days=7)
NOBODY_YET = "Both teams"


def draw_make_action(
    what: str, kpi: str | None, campaign: str | None, chosen: Selection, key: str
) -> None:
    """Draw the button that makes an open action of a finding, or who does it where it is one.

    what: plain text. kpi, campaign: what the action is about. key: of the button.
    """
    place = st.empty()
    known = _known(what)
    if known is None and place.button(
        "Make it an action", key=key, type="tertiary", icon=":material/add_task:"
    ):
        try:
            known = _known(what) or _added(what, kpi, campaign, chosen)
        except NotebookError as error:
            st.toast(plain(str(error)), icon=":material/error:")
            return
        st.toast(plain(f"Action for {known.owner}: {what}"), icon=":material/task_alt:")
    if known is not None:
        said = plain(f"{known.owner}, due {short_day(known.due, chosen)}")
        place.markdown(f":small[:green[:material/task_alt:] Action: {said}]")


def _known(what: str) -> Action | None:
    return next((action for action in open_actions() if action.what == what), None)


def _added(what: str, kpi: str | None, campaign: str | None, chosen: Selection) -> Action:
    meeting = current_meeting()
    action = Action(
        meeting_id=meeting.id if meeting else None,
        made_on=chosen.as_of,
        what=what,
        owner=settings().owners.get(kpi or "", NOBODY_YET),
        due=chosen.as_of + DUE_IN,
        kpi=kpi,
        campaign=campaign,
    )
    return notebook().add(action, who())
