"""Actions that came back: who, by when, what their KPI did since, and their status in one click."""

from collections.abc import Sequence

import streamlit as st

from kpis.display import brief
from kpis.errors import NotebookError
from kpis.meeting.action_effect import Effect
from kpis.records import STATUSES, Action
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.answers import effects_of
from pages.parts.meeting.room import row_height, rows_that_fit
from pages.parts.records.edit import draw_edit_button
from pages.parts.records.notebook import notebook, who
from pages.parts.records.texts import kpi_short, short_day

SLIDE_WIDTH, SLIDE_HEIGHT = 330, 354
"""The room for actions on a slide, in pixels; beside each stands its status."""
NO_BREAK_HYPHEN = "\u2011"
NO_BREAK = "\u00a0"
BETTER = {True: "green", False: "red", None: "gray"}
WRITTEN = "since-written"
"""Where the session keeps the actions it wrote, by id: a quick second click finds its own first."""
REFUSED = "since-refused"
"""Where the session keeps why a status was not written, until it was read."""


def draw_actions(actions: Sequence[Action], chosen: Selection) -> None:
    """Draw actions, the most urgent first: all of them, or those that fit on a slide."""
    refused = st.session_state.pop(REFUSED, None)
    if refused:
        st.warning(plain(refused))
    ordered = sorted(actions, key=lambda action: (action.status != "open", action.due, action.id))
    room = len(ordered)
    if is_presenting():
        heights = [
            row_height(action.what, SLIDE_WIDTH, _lines_beneath(action)) for action in ordered
        ]
        (room,) = rows_that_fit([heights], SLIDE_HEIGHT, heading=0)
    shown = ordered[:room]
    for action, effect in zip(shown, effects_of(chosen, shown), strict=True):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(
                f"{plain(action.what)}  \n:small[{_details(action, effect, chosen)}]",
                width="stretch",
            )
            _draw_status(action)
            draw_edit_button(action, chosen)
    if room < len(ordered):
        st.caption(f"{len(ordered) - room} more")


def _lines_beneath(action: Action) -> int:
    return 2 if action.kpi is not None and action.campaign is not None else 1


def _details(action: Action, effect: Effect | None, chosen: Selection) -> str:
    """Owner, due date, campaign, and what the KPI did since, as Markdown."""
    due = f"due {short_day(action.due, chosen)}".replace(" ", NO_BREAK)
    is_late = action.status == "open" and action.due < chosen.as_of
    text = [plain(action.owner), f":red[**late**,{NO_BREAK}{due}]" if is_late else f":gray[{due}]"]
    if action.campaign is not None:
        names = campaign_labels(chosen.snapshot)
        text.append(f":gray[{plain(names.get(action.campaign, action.campaign))}]")
    if action.kpi is not None:
        text.append(effect_text(action.kpi, effect, chosen))
    return " · ".join(text)


def effect_text(kpi: str, effect: Effect | None, chosen: Selection) -> str:
    """What a KPI did since, as Markdown: ``MQLs 20 → 26 +30%``, coloured by what is better."""
    if effect is None:
        return f":gray[{plain(kpi_short(kpi))}]"
    if effect.reason:
        return f":gray[{plain(f'{effect.kpi.short}: {effect.reason}')}]"
    then, now = (
        plain(brief(effect.kpi, value, chosen.currency))
        for value in (effect.value_then, effect.value_now)
    )
    defined = f"{plain(effect.kpi.short)} {then} → {now}"
    if effect.change is not None:
        colour = BETTER[effect.change.better]
        defined += f" :{colour}[**{plain(effect.change.text)}**]"
    return defined.replace(" ", NO_BREAK).replace("\\-", NO_BREAK_HYPHEN)  # as plain writes it


def _draw_status(action: Action) -> None:
    """Draw the three statuses, on the one that the notebook holds now."""
    key = f"since-status-{action.id}"
    st.session_state[key] = action.status
    st.segmented_control(
        plain(f"Status of {action.what}"),
        STATUSES,
        format_func=str.capitalize,
        required=True,
        key=key,
        on_change=_set_status,
        args=(action, key),
        label_visibility="collapsed",
        width="content",
    )


def _set_status(action: Action, key: str) -> None:
    """Write a status, over the one drawn or over what this session has just written itself."""
    written = st.session_state.setdefault(WRITTEN, {})
    seen = max(action, written.get(action.id, action), key=lambda each: each.version)
    try:
        written[action.id] = notebook().edit(seen, who(), status=st.session_state[key])
    except NotebookError as error:  # also when somebody else changed it meanwhile
        st.session_state[REFUSED] = str(error)
