"""The step "Decisions and actions": what was agreed today, and the form to agree on more.

The form is no Streamlit form, whose fields are lost with another tab or step: its fields reach the
server with the next click, the session keeps them, and a button or Enter takes them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from connectors.notebook.notebook import AlreadyThere
from kpis.errors import NotebookError
from kpis.meeting.kept_actions import of_meeting
from kpis.records import Action, AgreedTarget, Annotation, Decision, Meeting, Note, Record
from pages.parts.frame.present import is_presenting
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.meeting.slide_space import panel_height, row_height, rows_that_fit
from pages.parts.records.actions import draw_sign_action, not_acted_on
from pages.parts.records.dialog import draw_edit_button
from pages.parts.records.forms import Values, fields_of
from pages.parts.records.notebook import (
    current_meeting,
    draw_writer,
    notebook,
    of_tables,
    open_actions,
    records,
    who,
)
from pages.parts.records.record_words import KINDS, details, headline, is_of_a_table, value_text
from pages.parts.week.week_answers import signs_of

KIND = "decide-kind"
SLIDE_WIDTH, SLIDE_HEIGHT = 460, 410
"""The room for what was agreed on a slide, in pixels."""
SUGGESTED = 4
"""Warning signs that are offered to act on; each line that was agreed takes the place of one."""
IN_A_POPOVER, POPOVER_HEIGHT = 6, 300
"""Records that a popover shows without scrolling, and its height beyond these, in pixels."""
OF_TABLES = 30
"""Records of a source's table that a popover shows: a table may hold thousands."""

STEP = "decide"
_ENTER = st.components.v2.component(
    "decide_enter",
    html="<span></span>",
    js="""
export default function () {
  const fields = "[data-testid=stTextInput], [data-testid=stNumberInput]"
  const enter = (event) => {
    const field = event.target.closest?.(fields)
    const isNew = field?.closest("[class*=st-key-decide-new-]")
    if (event.key !== "Enter" || event.isComposing || !isNew) return
    const add = "[class*=st-key-decide-new-] .stButton button"
    setTimeout(() => field.closest(".st-key-decide-write")?.querySelector(add)?.click())
  }
  document.addEventListener("keydown", enter)
  return () => document.removeEventListener("keydown", enter)
}
""",
)
"""Enter in a field presses the button, once the field has taken what was typed."""


def draw(chosen: Selection) -> None:
    """Draw what was decided today on the left, and on the right the form to write in.

    The form stays where the notebook cannot be read for a while: what was typed is not lost.
    """
    meeting, trouble = None, None
    try:
        meeting = current_meeting()
    except NotebookError as error:
        trouble = str(error)
    left, right = st.columns([6, 5], gap="small")
    with right.container(border=True, height=panel_height(), key="decide-write"):
        _draw_write(meeting, trouble is not None, chosen)
    with left.container(border=True, height=panel_height(), gap="xsmall", key="decide-agreed"):
        if trouble is None:
            with _or_why_not():
                _draw_agreed(meeting, chosen)
        else:
            st.error(plain(trouble))


@contextmanager
def _or_why_not() -> Iterator[None]:
    """Draw why the notebook cannot be read: the page around it would take it for no figures."""
    try:
        yield
    except NotebookError as error:
        st.error(plain(str(error)))


def _draw_write(meeting: Meeting | None, is_down: bool, chosen: Selection) -> None:
    has_notes = meeting is not None or is_down
    kinds = {name: kind for kind, name in KINDS.items() if has_notes or kind is not Note}
    if st.session_state.get(KIND) not in kinds:
        st.session_state.pop(KIND, None)  # notes belong to a meeting, which has been closed
    picked = st.segmented_control(
        "What to write",
        list(kinds),
        default=KINDS[Action],
        required=True,
        key=KIND,
        persist_state="session",
        label_visibility="collapsed",
    )
    kind = kinds[picked or KINDS[Action]]
    _draw_new(kind, meeting, chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Writing as", width="content")
        draw_writer()
        _ENTER(key="decide-enter", width="content")
        if kind in (Annotation, AgreedTarget) and not is_down:
            with _or_why_not():
                _draw_kept(kind, chosen)


def _draw_new(kind: type[Record], meeting: Meeting | None, chosen: Selection) -> None:
    """Draw the form of a new record, and add the record when it is complete."""
    name = KINDS[kind].lower()
    written = f"decide-written-{name}"  # counted: a form that was taken is followed by an empty one
    key = f"decide-new-{name}-{st.session_state.get(written, 0)}"
    with st.container(key=key):
        values = fields_of(kind, chosen, None, key)
        is_sent = st.button(f"Add the {name}", type="primary", key=f"{key}-add")
    if not is_sent:
        return
    try:
        _add(kind, values, meeting, chosen)
    except NotebookError as error:
        st.error(plain(str(error)))
        return
    st.session_state[written] = st.session_state.get(written, 0) + 1
    st.rerun()


def _add(kind: type[Record], values: Values, meeting: Meeting | None, chosen: Selection) -> None:
    """Add a record. Raises NotebookError, also for a target that was agreed on already."""
    held = meeting.id if meeting else None
    more: Values = {}
    if kind in (Decision, Action):
        more = {"meeting_id": held, "made_on": chosen.as_of}
    if kind is Note:
        more = {"meeting_id": held, "step": STEP}
    try:
        notebook().add(kind(**values, **more), who())
    except AlreadyThere as there:
        if not isinstance(there.existing, AgreedTarget):
            raise
        target = there.existing
        by = notebook().changes(AgreedTarget, target.id)[-1].who
        value = value_text(target.kpi, target.value, chosen)
        raise NotebookError(
            f"Agreed already: {value} by {by}. Change it with the pencil."
        ) from None


def _draw_kept(kind: type[Record], chosen: Selection) -> None:
    """Draw the way to the records of a kind that belong to no meeting, the newest first.

    Below them those of the sources' table, which cannot be changed here.
    """
    elsewhere = of_tables(kind, chosen)
    kept = [*records(kind)[::-1], *elsewhere[: -OF_TABLES - 1 : -1]]
    if not kept:
        return
    name, left_out = KINDS[kind].lower(), max(0, len(elsewhere) - OF_TABLES)
    total = len(kept) + left_out
    many = f"{total} {name}s" if total > 1 else f"One {name}"
    is_long = len(kept) > IN_A_POPOVER
    with (
        st.popover(many, key=f"decide-kept-{name}"),
        st.container(height=POPOVER_HEIGHT if is_long else "content", border=False, gap="xsmall"),
    ):
        _draw_lines(kept, chosen)
        if left_out:
            st.caption(f"and {left_out:,} more in the table {name}s")


def _draw_agreed(meeting: Meeting | None, chosen: Selection) -> None:
    """Draw the decisions, actions and notes of the meeting, and of the day of the report."""
    groups: dict[str, Sequence[Record]] = {
        "Decided": of_meeting(records(Decision), meeting, chosen.as_of),
        "To do": of_meeting(records(Action), meeting, chosen.as_of),
        "Notes": records(Note, meeting_id=meeting.id) if meeting else [],
    }
    if not any(groups.values()):
        _draw_nothing_yet(meeting)
    rooms = _rooms(list(groups.values()), chosen)
    for (title, found), room in zip(groups.items(), rooms, strict=True):
        if found:
            left_out = f" · showing the last {room}" if room < len(found) else ""
            st.markdown(f"**{title}** :small[:gray[{len(found)}{left_out}]]")
            _draw_lines(found[len(found) - room :], chosen)
    _draw_worth_an_action(SUGGESTED - sum(rooms), chosen)


def _draw_worth_an_action(count: int, chosen: Selection) -> None:
    """Draw the warning signs that nobody acts on yet, while there is room for them."""
    before = open_actions()
    signs = not_acted_on(signs_of(chosen), chosen)
    if count <= 0 or not signs:
        return
    st.markdown("**Worth an action**")
    for sign in signs[:count]:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(f":small[{plain(sign.headline)}]", width="stretch")
            with st.container(width="content"):
                draw_sign_action(sign, chosen, "decide-sign")
    if len(open_actions()) != len(before):
        st.rerun()  # the list above is drawn with it


def _rooms(groups: Sequence[Sequence[Record]], chosen: Selection) -> list[int]:
    """How many records of each group are shown: all, and on a slide the newest that fit."""
    if not is_presenting():
        return [len(found) for found in groups]
    heights = [
        [
            row_height(headline(record, chosen), SLIDE_WIDTH, bool(details(record, chosen)))
            for record in reversed(found)
        ]
        for found in groups
    ]
    return rows_that_fit(heights, SLIDE_HEIGHT)


def _draw_nothing_yet(meeting: Meeting | None) -> None:
    st.markdown("**Nothing decided yet**")
    st.markdown(
        ":gray[What you add on the right appears here: what both teams decided, and who does what "
        "by when. Next week it comes back, with how its KPI has changed.]"
    )
    if meeting is None:
        st.caption("No meeting running; you can still add decisions and actions.")


def _draw_lines(found: Sequence[Record], chosen: Selection) -> None:
    """Draw records one under the other: what each says, its details, and the pencil."""
    for record in found:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
            sentence = plain(headline(record, chosen))
            more = " · ".join(plain(text) for text in details(record, chosen))
            st.markdown(
                f"{sentence}  \n:small[:gray[{more}]]" if more else sentence, width="stretch"
            )
            if not is_of_a_table(record):
                draw_edit_button(record, chosen)
