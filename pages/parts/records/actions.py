"""From a finding to an action in one click, with its KPI and campaign filled in."""

from collections.abc import Iterable
from zlib import crc32

import streamlit as st

from kpis.display import near_day
from kpis.errors import NotebookError
from kpis.records import DUE_IN, Action
from kpis.signs.sign import Sign
from pages.parts.frame.selection import Selection, once_a_run
from pages.parts.frame.text import plain
from pages.parts.records.notebook import agreements, current_meeting, notebook, open_actions, who

NOBODY_YET = "Both teams"
EVERY = "*"
"""In a finding's name: no KPI, or all campaigns."""


def draw_make_action(
    what: str, kpi: str | None, campaign: str | None, chosen: Selection, key: str, finding: str
) -> None:
    """Draw the button that makes an open action of a finding, or who does it where it is one.

    what: plain text. kpi, campaign: what the action is about. key: what the button's key begins
    with. finding: what names the finding (see :func:`finding_named`).
    """
    place = st.empty()
    known = _of(finding, once_a_run("open actions", open_actions))
    # Named by the finding: the second half of a double click must not meet the next one in a list.
    if known is None and place.button(
        "Make it an action",
        key=f"{key}-{crc32(finding.encode())}",
        type="tertiary",
        icon=":material/add_task:",
    ):
        try:
            known = _of(finding, open_actions()) or _added(what, kpi, campaign, finding, chosen)
        except NotebookError as error:
            st.toast(plain(str(error)), icon=":material/error:")
            return
        st.toast(plain(f"Action for {known.owner}: {what}"), icon=":material/task_alt:")
    if known is not None:
        text = plain(f"{known.owner}, due {near_day(known.due, chosen.as_of)}")
        place.markdown(f":small[:green[:material/task_alt:] Action: {text}]")


def draw_sign_action(sign: Sign, chosen: Selection, key: str) -> None:
    """Draw the button of a sign, as :func:`draw_make_action` does, where there is an action to it.

    key: what the button's key begins with.
    """
    if _asks_for_one(sign):
        finding = _finding_of(sign, chosen)
        draw_make_action(sign.headline, sign.kpi, chosen.campaign, chosen, key, finding)


def finding_named(*parts: str | None) -> str:
    """The name of a finding, the same whatever its figures say: its kind, KPI, campaign."""
    return ":".join(part or EVERY for part in parts)


def not_acted_on(found: Iterable[Sign], chosen: Selection) -> list[Sign]:
    """The warnings that ask for an action and have none that is open."""
    taken = {action.finding for action in open_actions()}
    return [
        sign
        for sign in found
        if sign.tone == "warning" and _asks_for_one(sign) and _finding_of(sign, chosen) not in taken
    ]


def _asks_for_one(sign: Sign) -> bool:
    return sign.rule != "action_overdue"  # there is one already


def _finding_of(sign: Sign, chosen: Selection) -> str:
    parts = [sign.rule, sign.kpi, chosen.campaign]
    if sign.tone == "good":  # goals of a month and of its quarter may be reached on one day
        parts.append(sign.explains.get("period"))
    return finding_named(*parts)


def _of(finding: str, actions: Iterable[Action]) -> Action | None:
    return next((action for action in actions if action.finding == finding), None)


def _added(
    what: str, kpi: str | None, campaign: str | None, finding: str, chosen: Selection
) -> Action:
    meeting = current_meeting()
    action = Action(
        meeting_id=meeting.id if meeting else None,
        made_on=chosen.as_of,
        what=what,
        owner=agreements(chosen.snapshot).owners.get(kpi or "", NOBODY_YET),
        due=chosen.as_of + DUE_IN,
        kpi=kpi,
        campaign=campaign,
        finding=finding,
    )
    return notebook().add(action, who())
