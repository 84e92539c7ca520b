"""The step "Since last week": what became of the actions, and which figures have changed since.

Of a period that is over: all that was decided in it, and what it did.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from kpis.change.restatement import Restatement
from kpis.display import brief, near_day, period_label
from kpis.errors import AllianceError, NotebookError
from kpis.meeting.action_effect import Effect
from kpis.meeting.kept_actions import made_in
from kpis.records import STATUSES, Action, Decision, Meeting
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.meeting_answers import effects_of, restated
from pages.parts.meeting.slide_space import panel_height, row_height, rows_shown
from pages.parts.records.dialog import draw_edit_button
from pages.parts.records.notebook import (
    come_back,
    current_meeting,
    meeting_before,
    notebook,
    records,
    who,
)
from pages.parts.records.record_words import kpi_short

ACTIONS_WIDTH, DECISIONS_WIDTH, FIGURES_WIDTH = 330, 290, 323
LIST_HEIGHT, FIGURES_HEIGHT = 354, 322
"""The room for each on a slide, in pixels."""
SMALL = 0.87
"""The size of small text, measured by other text."""
AT_FIRST = 8
"""Changed figures that are shown at once; the others on a click."""
WORD_JOINER, NO_BREAK, NO_BREAK_HYPHEN = "\u2060", "\u00a0", "\u2011"
BETTER = {True: "green", False: "red", None: "gray"}
SINCE_THEN = (
    "How the KPI changed: its last whole week when the action was agreed, and its last whole "
    "week now."
)
WRITTEN = "since-written"
"""Where the session keeps the actions it wrote, by id: a quick second click finds its own first."""
REFUSED = "since-refused"
"""Where the session keeps why a status was not written, until it was read."""


def draw(chosen: Selection) -> None:
    """Draw what came of the last meeting; for a closed period, of all that was decided in it."""
    try:
        if chosen.is_closed:
            _draw_closed_period(chosen)
        else:
            _draw_since(chosen)
    except AllianceError as error:
        st.error(plain(str(error)))


def ready(chosen: Selection) -> Callable[[], None]:
    """What makes the figures of the last meeting as they are now, before they are drawn."""

    def make() -> None:
        meeting = None if chosen.is_closed else meeting_before(chosen.as_of)
        if meeting is not None:
            restated(chosen, meeting)

    return make


def _draw_since(chosen: Selection) -> None:
    meeting = meeting_before(chosen.as_of)
    actions = come_back(current_meeting(), chosen.as_of)
    if meeting is None and not actions:
        _draw_nothing(
            "Nothing to look back on yet",
            "From the next meeting on, this step shows what became of each agreed action, how its "
            "KPI has changed since, and which figures of the last meeting have changed, and why. "
            "Start the meeting to record what it shows, and close it at the end.",
        )
        return
    left, right = st.columns([5, 3], gap="small")
    with left.container(border=True, height=panel_height(), gap="xsmall", key="since-actions"):
        until = near_day(meeting.held_on, chosen.as_of) if meeting else "now"
        nothing = "No action was agreed at the last meeting, and none is open."
        _draw_actions(f"Agreed until {until}", actions, nothing, chosen)
    with right.container(border=True, height=panel_height(), gap="xsmall", key="since-figures"):
        _draw_figures(meeting, chosen)


def _draw_closed_period(chosen: Selection) -> None:
    """Draw what was decided in a period that is over, with its status and what it did."""
    period, name = chosen.period, period_label(chosen.period, chosen.manifest.company)
    actions, decisions = made_in(period, records(Action)), made_in(period, records(Decision))
    if not (actions or decisions):
        _draw_nothing(
            f"Nothing recorded in {name}",
            "Decisions and actions of meetings in this period appear here, with their status and "
            "how their KPIs have changed since.",
        )
        return
    left, right = st.columns([5, 3], gap="small")
    with left.container(border=True, height=panel_height(), gap="xsmall", key="since-actions"):
        _draw_actions(f"Actions of {name}", actions, "None was agreed.", chosen)
    with right.container(border=True, height=panel_height(), gap="xsmall", key="since-decisions"):
        st.markdown(f"**Decided in {name}** :small[:gray[{len(decisions)}]]")
        if not decisions:
            st.markdown(":gray[Nothing was decided.]")
        _draw_decisions(decisions, chosen)


def _draw_nothing(title: str, explained: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.markdown(f":gray[{explained}]")


def _draw_actions(title: str, actions: Sequence[Action], nothing: str, chosen: Selection) -> None:
    """Draw actions, the most urgent first, each with its status in one click."""
    counts = Counter(action.status for action in actions)
    text = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    st.markdown(f"**{plain(title)}** :small[:gray[{text}]]", help=SINCE_THEN)
    if not actions:
        st.markdown(f":gray[{nothing}]")
    if refused := st.session_state.pop(REFUSED, None):
        st.warning(plain(refused))
    ordered = sorted(actions, key=lambda action: (action.status != "open", action.due, action.id))
    shown = rows_shown(ordered, _height_of_action, LIST_HEIGHT)
    for action, effect in zip(shown, effects_of(chosen, shown), strict=True):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            details = " · ".join([*_who_and_when(action, chosen), *_about(action, effect, chosen)])
            st.markdown(f"{plain(action.what)}  \n:small[{details}]", width="stretch")
            _draw_status(action)
            draw_edit_button(action, chosen)
    _draw_rest(len(ordered) - len(shown))


def _height_of_action(action: Action) -> int:
    lines = 2 if action.kpi is not None and action.campaign is not None else 1
    return row_height(action.what, ACTIONS_WIDTH, lines)


def _who_and_when(action: Action, chosen: Selection) -> list[str]:
    due = f"due {near_day(action.due, chosen.as_of)}".replace(" ", NO_BREAK)
    is_late = action.status == "open" and action.due < chosen.as_of
    return [plain(action.owner), f":red[**late**,{NO_BREAK}{due}]" if is_late else f":gray[{due}]"]


def _about(record: Action | Decision, effect: Effect | None, chosen: Selection) -> list[str]:
    """The campaign of a record, and what its KPI did since, as Markdown."""
    text = []
    if record.campaign is not None:
        names = campaign_labels(chosen.snapshot)
        text.append(f":gray[{plain(names.get(record.campaign, record.campaign))}]")
    if record.kpi is not None:
        text.append(effect_text(record.kpi, effect, chosen))
    return text


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


def _draw_decisions(decisions: Sequence[Decision], chosen: Selection) -> None:
    shown = rows_shown(decisions, lambda one: row_height(one.text, DECISIONS_WIDTH, 2), LIST_HEIGHT)
    effects = effects_of(chosen, shown)
    for decision, effect in zip(shown, effects, strict=True):
        made_on = f":gray[{near_day(decision.made_on, chosen.as_of)}]"
        details = " · ".join([made_on, *_about(decision, effect, chosen)])
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(f"{plain(decision.text)}  \n:small[{details}]", width="stretch")
            draw_edit_button(decision, chosen)
    _draw_rest(len(decisions) - len(shown))


def _draw_rest(count: int) -> None:
    if count:
        st.caption(f"{count} more")


def _draw_figures(meeting: Meeting | None, chosen: Selection) -> None:
    """Draw which figures of a meeting have changed since, each with its reasons."""
    if meeting is None:
        st.markdown("**What was shown then**")
        st.markdown(
            ":gray[No meeting has been closed yet. From the next one on, its figures are compared "
            "with the latest ones of the same days.]"
        )
        return
    found = restated(chosen, meeting)
    st.markdown(f"**What was shown on {near_day(meeting.held_on, chosen.as_of)}**")
    changed = found.changed
    if found.summary:
        st.markdown(f":{'orange' if changed else 'green'}[{found.summary}]")
    shown = rows_shown(changed, _height_of_figure, FIGURES_HEIGHT, AT_FIRST)
    for each in shown:
        _draw_restated(each)
    rest = changed[len(shown) :]
    if rest and is_presenting():
        _draw_rest(len(rest))
    elif rest:
        with st.expander(f"{len(rest)} more"):
            for each in rest:
                _draw_restated(each)
    for reason in found.not_comparable:
        st.caption(plain(reason))


def _height_of_figure(each: Restatement) -> int:
    return row_height(each.sentence, round(FIGURES_WIDTH / SMALL))


def _draw_restated(each: Restatement) -> None:
    """Draw a sentence, first of all which figure it is about; no line ends after a sign."""
    figure, mark, reads = each.sentence.partition(": ")
    for sign in "(+−":
        reads = reads.replace(sign, f"{sign}{WORD_JOINER}")
    st.markdown(f":small[**{plain(figure)}**{mark}{plain(reads)}]")
