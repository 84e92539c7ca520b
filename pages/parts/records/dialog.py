"""A record in a dialog: change it, remove it, read its history, and settle two people's changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import streamlit as st

from connectors.notebook.notebook import EditConflict
from kpis.display import near_day
from kpis.errors import NotebookError
from kpis.records import AgreedTarget, Change, Record
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.records.forms import fields_of
from pages.parts.records.notebook import notebook, who
from pages.parts.records.record_words import FIELDS, KINDS, as_fields, field_text, headline

CONFLICT = "decide-conflict"
"""Where the session keeps an edit that met a newer version, until somebody settles it."""

Changes = dict[str, Any] | None
"""Fields and what they are to be; None: the record is to be removed."""


@dataclass(frozen=True)
class Conflict:
    """The newer version (None: removed), and what somebody wanted to make of theirs."""

    theirs: Record | None
    changes: Changes


def draw_edit_button(record: Record, chosen: Selection) -> None:
    """Draw the pencil that opens a record."""
    kind = KINDS[type(record)]
    if st.button(
        "",
        icon=":material/edit:",
        type="tertiary",
        key=f"decide-open-{kind.lower()}-{record.id}",
        help=plain(f"Change “{headline(record, chosen)}”, or see its history"),
    ):
        st.session_state.pop(CONFLICT, None)
        st.dialog(kind, width="medium")(_draw_record)(record, chosen)


def _draw_record(seen: Record, chosen: Selection) -> None:
    met = st.session_state.get(CONFLICT)
    try:
        if met is None:
            _draw_form(seen, chosen)
            _draw_history(seen, chosen)
        else:
            _draw_conflict(seen, met, chosen)
    except NotebookError as error:
        st.error(plain(str(error)))


def _draw_form(seen: Record, chosen: Selection) -> None:
    key = f"decide-edit-{KINDS[type(seen)].lower()}-{seen.id}"
    if isinstance(seen, AgreedTarget):
        st.markdown(f"**{plain(headline(seen, chosen))}**")
    with st.form(key, border=False):
        values = fields_of(type(seen), chosen, seen, key)
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            is_saved = st.form_submit_button("Save", type="primary")
            is_removed = st.form_submit_button("Remove", icon=":material/delete:")
    if is_removed:
        _settle(seen, None)
    if is_saved:
        changes = {name: value for name, value in values.items() if value != getattr(seen, name)}
        _settle(seen, changes)


def _settle(seen: Record, changes: Changes) -> None:
    """Change a record, or remove it (None); draw the page anew, or both versions in a conflict."""
    try:
        if changes is None:
            notebook().remove(seen, who())
        elif changes:
            notebook().edit(seen, who(), **changes)
    except EditConflict as met:
        if changes is None and met.theirs is None:
            _close()  # both removed it
        st.session_state[CONFLICT] = Conflict(met.theirs, changes)
        st.rerun(scope="fragment")
    _close()


def _close() -> None:
    st.session_state.pop(CONFLICT, None)
    st.rerun()


def _draw_conflict(seen: Record, met: Conflict, chosen: Selection) -> None:
    """Draw the newer version beside the one to be saved, and let the person choose."""
    last = next(iter(notebook().changes(type(seen), seen.id)[::-1]), None)
    if last is None:
        st.error("This record is no longer in the notebook, which was restored or started over.")
        return
    did = "removed" if met.theirs is None else "changed"
    st.warning(
        f"**{plain(last.who)}** {did} this in the meantime, {_when(last.at, chosen)}. "
        "Your changes are not saved yet."
    )
    theirs = as_fields(met.theirs) if met.theirs else None
    yours = None if met.changes is None else as_fields(seen) | met.changes
    for column, title, version, other in zip(
        st.columns(2, gap="small", border=True),
        (f"{last.who}’s version", "Your version"),
        (theirs, yours),
        (yours, theirs),
        strict=True,
    ):
        with column:
            st.markdown(f"**{plain(title)}**")
            _draw_version(version, other, chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if st.button("Keep theirs", key="decide-take-theirs"):
            _close()
        over = st.button("Overwrite with mine", key="decide-write-mine")
    if over and met.theirs is not None:
        _settle(met.theirs, yours)
    elif over and met.changes is not None:
        notebook().add(replace(seen, id=0, version=0, **met.changes), who())
        _close()


def _draw_version(
    version: dict[str, object] | None, other: dict[str, object] | None, chosen: Selection
) -> None:
    """Draw the fields of a version, those marked that differ from the other one."""
    if version is None:
        st.markdown(":gray[Removed]")
        return
    lines = []
    for field, label in FIELDS.items():
        if field in version:
            text = plain(field_text(field, version, chosen))
            differs = other is not None and version[field] != other[field]
            lines.append(f":gray[{label}] " + (f":orange-background[{text}]" if differs else text))
    st.markdown("  \n".join(lines))


def _draw_history(seen: Record, chosen: Selection) -> None:
    """Draw every change of a record, the newest first: who, when, what it was and became."""
    lines = [
        f":gray[{_when(change.at, chosen)}] **{plain(change.who)}** {_change_text(change, chosen)}"
        for change in reversed(notebook().changes(type(seen), seen.id))
    ]
    st.markdown("**History**")
    st.markdown("  \n".join(f":small[{line}]" for line in lines))


def _change_text(change: Change, chosen: Selection) -> str:
    """What a change did, as Markdown."""
    before, after = change.before, change.after
    if before is None:
        return "added it"
    if after is None:
        return "removed it"
    return ", ".join(
        f"{label}: {plain(field_text(field, before, chosen))} → "
        f"{plain(field_text(field, after, chosen))}"
        for field, label in FIELDS.items()
        if before.get(field) != after.get(field)
    )


def _when(at: datetime, chosen: Selection) -> str:
    local = at.astimezone(chosen.manifest.company.zone)
    return f"{near_day(local.date(), chosen.as_of)}, {local:%H:%M}"
