"""The agenda of the weekly meeting: its steps, how long each should take, the way through it."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace

import streamlit as st

from kpis.errors import NotebookError
from pages.parts.charts.theme import load_charts
from pages.parts.frame.choice import draw_choice
from pages.parts.frame.selection import Selection
from pages.parts.meeting import changes as step_changes
from pages.parts.meeting import decisions as step_decide
from pages.parts.meeting import signs as step_signs
from pages.parts.meeting import since as step_since
from pages.parts.meeting import wins as step_wins
from pages.parts.meeting.clock import draw_clock
from pages.parts.meeting.depth import depth as step_depth
from pages.parts.meeting.goals import goals as step_goals
from pages.parts.records.notebook import current_meeting

KEY = "step"


@dataclass(frozen=True)
class Step:
    """One step: its key, its name on the tab and in the URL, its title, minutes, what draws it.

    ready: returns what makes its answers before it is drawn, where it asks what others do not.
    """

    key: str
    name: str
    title: str
    minutes: int
    draw: Callable[[Selection], None]
    ready: Callable[[Selection], Callable[[], None]] | None = None


WEEKLY = (
    Step("wins", "Wins", "What went well", 1, step_wins.draw),
    Step("goals", "Goals", "The KPIs against their goals", 2, step_goals.draw, step_goals.ready),
    Step("changes", "Changes", "What changed, and why", 2, step_changes.draw, step_changes.ready),
    Step("signs", "Signs", "Warning signs", 1, step_signs.draw),
    Step("depth", "In depth", "In depth", 2, step_depth.draw, step_depth.ready),
    Step("decide", "Decisions", "Decisions and actions", 1, step_decide.draw),
    Step("since", "Last week", "Since last week", 1, step_since.draw, step_since.ready),
)
"""Ten minutes: first what went well, then the numbers, then what both teams do about them."""

_WHEN_OVER = {
    "wins": ("Wins", "What was reached"),
    "goals": ("Goals", "Goals, forecasts and outcomes"),
    "since": ("Decided", "Decisions, and what came of them"),
}
"""Other names and titles, for a month or a quarter that is over."""
AHEAD = "next-step"
"""The name of the thread that makes the next step ready."""
MAKER = ThreadPoolExecutor(1, AHEAD)
_ASKED: deque[Future[None]] = deque(maxlen=8)
"""The last steps that it was asked to make, of all readers."""


def agenda(chosen: Selection) -> tuple[Step, ...]:
    """The steps for the selection: of a running period, or of a closed one, without its signs."""
    if not chosen.is_closed:
        return WEEKLY
    return tuple(
        replace(step, name=name, title=title)
        for step in WEEKLY
        if step.key != "signs"
        for name, title in [_WHEN_OVER.get(step.key, (step.name, step.title))]
    )


def draw_stepper(steps: tuple[Step, ...]) -> Step:
    """Draw the steps with a clock and the ways back and on, also by arrow keys; return the chosen.

    The step is in the URL.
    """
    keys = [step.key for step in steps]
    if KEY in st.session_state and st.session_state[KEY] not in keys:
        st.session_state[KEY] = keys[0]  # a closed period has fewer steps
    with st.container(horizontal=True, vertical_alignment="center", key="meeting-stepper"):
        back = st.container(width="content")
        names = {step.key: step.name for step in steps}
        at = keys.index(draw_choice("Step of the meeting", names, keys[0], KEY))
        with back:
            _draw_way("Back", "Left", keys[at - 1] if at else None)
        draw_clock(f"{_meeting()} {steps[at].key}", steps[at].minutes)
        _draw_way("Next", "Right", keys[at + 1] if at + 1 < len(keys) else None)
    return steps[at]


def make_next_ready(steps: tuple[Step, ...], step: Step, chosen: Selection) -> None:
    """Make the answers of the step behind ``step`` while the reader looks at this one.

    What goes wrong there goes wrong again when that step is drawn, which says so. Wins has no
    chart, and what draws those of later steps is loaded by then.
    """
    if step == steps[0]:
        load_charts()
    following = steps[steps.index(step) + 1 :][:1]
    for ready in (one.ready for one in following if one.ready):
        if len(_ASKED) == _ASKED.maxlen:
            _ASKED[0].cancel()  # its reader has probably moved on
        _ASKED.append(MAKER.submit(copy_context().run, ready(chosen)))


def _meeting() -> int | None:
    """The meeting that is running, if any: a clock that ran before it starts over with it."""
    try:
        meeting = current_meeting()
    except NotebookError:
        return None  # the steps that write say why
    return meeting.id if meeting else None


def _draw_way(label: str, arrow: str, step: str | None) -> None:
    """Draw the button to another step, pressed by its arrow key, too."""
    is_next = label == "Next"
    st.button(
        label,
        key=f"meeting-{label.lower()}",
        shortcut=arrow,
        type="primary" if is_next and step else "secondary",
        disabled=step is None,
        on_click=_go_to,
        args=(step,),
    )


def _go_to(step: str | None) -> None:
    st.session_state[KEY] = step
