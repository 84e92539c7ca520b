"""The form of a new record: what is typed in it stays until the notebook has taken it.

It is no Streamlit form, whose fields are lost with another tab or step: its fields are told to the
server with the next click, kept by the session, and taken by the button or with Enter.
"""

import streamlit as st

from connectors.notebook.notebook import AlreadyThere
from kpis.catalogue import CATALOGUE, SEVEN
from kpis.errors import NotebookError
from kpis.records import Action, AgreedTarget, Decision, Meeting, Note, Record
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.forms import Values, fields_of, kpi_option
from pages.parts.records.notebook import notebook, who
from pages.parts.records.texts import KINDS, value_text

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


def draw_new(kind: type[Record], meeting: Meeting | None, chosen: Selection) -> None:
    """Draw the form of a new record, and add the record when it is complete."""
    name = KINDS[kind].lower()
    written = f"decide-written-{name}"  # counted: a form that was taken is followed by an empty one
    key = f"decide-new-{name}-{st.session_state.get(written, 0)}"
    with st.container(key=key):
        kpi = _kpi_of_target(key) if kind is AgreedTarget else None
        # A target's fields are those of its KPI: its value has another unit.
        values = fields_of(kind, chosen, None, f"{key}-{kpi}" if kpi else key, kpi)
        is_sent = st.button(f"Add the {name}", type="primary", key=f"{key}-add")
    if not is_sent:
        return
    try:
        _write(kind, values, meeting, chosen)
    except NotebookError as error:
        st.error(plain(str(error)))
        return
    st.session_state[written] = st.session_state.get(written, 0) + 1
    st.rerun()


def draw_enter() -> None:
    """Let Enter in a field of whichever form is drawn press its button; once, beside the form."""
    _ENTER(key="decide-enter", width="content")


def _write(kind: type[Record], values: Values, meeting: Meeting | None, chosen: Selection) -> None:
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


def _kpi_of_target(key: str) -> str:
    """The KPI of a new target; its fields follow it at once."""
    keys = list(CATALOGUE)
    picked = st.selectbox(
        "KPI",
        keys,
        index=keys.index(SEVEN[0].key),
        format_func=kpi_option,
        required=True,
        key=f"{key}-kpi",
        persist_state="session",
    )
    return picked or SEVEN[0].key
