"""The pages' access to the teams' own records: what was agreed in meetings, and who writes now.

With them, the targets and annotations of the sources' tables, which nobody changes here.

Read anew in every run, as others write at the same time. A notebook that cannot be reached is left
alone for a while, so that no click waits for it; pages that can do without it go on.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TypeVar

import streamlit as st
from cachetools import TTLCache

from connectors.notebook.notebook import Notebook, open_notebook
from connectors.snapshots.beside_figures import table_annotations, table_targets
from connectors.snapshots.snapshots import Snapshot, definitions_history
from kpis.definitions import Definitions
from kpis.errors import NotebookError
from kpis.meeting import kept_actions
from kpis.meeting.agreements import Agreements
from kpis.meeting.agreements import agreements as joined
from kpis.records import Action, AgreedTarget, Annotation, Meeting, Record, TableTarget
from pages.parts.frame.data import settings
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection, once_a_run
from pages.parts.frame.text import plain
from pages.parts.kept import kept_last

R = TypeVar("R", bound=Record)

TRY_AGAIN_SECONDS = 15
_TROUBLES: TTLCache[tuple[str | None, Path], str] = TTLCache(2, TRY_AGAIN_SECONDS)
"""Why notebooks could not be reached, by their place."""
_ONE_AT_A_TIME = Lock()
SHARED_SCREEN = "Shared screen"
WRITER = "meeting-writer"
"""Where the session keeps the name that was typed under "Writing as"."""


def notebook() -> Notebook:
    """The teams' notebook, opened once; raises NotebookError while it cannot be reached."""
    trouble = _trouble()
    if trouble:
        raise NotebookError(trouble)
    try:
        return _notebook(*_place())
    except NotebookError as error:
        _note_trouble(error)
        raise


@kept_last(2)
def _notebook(url: str | None, folder: Path) -> Notebook:
    return open_notebook(settings())


def _place() -> tuple[str | None, Path]:
    kept = settings()
    return kept.notebook.url, kept.folder


def _trouble() -> str | None:
    """Why the notebook could not be reached; forgotten after a while."""
    with _ONE_AT_A_TIME:
        return _TROUBLES.get(_place())


def _note_trouble(error: NotebookError) -> None:
    """Leave the notebook alone from now on, for as long as its trouble is kept."""
    with _ONE_AT_A_TIME:
        _TROUBLES[_place()] = str(error)


def records(kind: type[R], **equals: object) -> list[R]:
    """The records of a kind, oldest first; raises NotebookError when they cannot be read."""
    book = notebook()
    try:
        return book.all(kind, **equals)
    except NotebookError as error:
        _note_trouble(error)
        raise


def records_if_up(kind: type[R], **equals: object) -> list[R]:
    """The records of a kind where a page can do without: none while they cannot be read."""
    try:
        return records(kind, **equals)
    except NotebookError:
        return []  # draw_if_down says so


def draw_if_down() -> None:
    """Say quietly, on pages that go on without it, that the notebook cannot be read."""
    trouble = _trouble()
    if trouble:
        st.caption(
            ":material/cloud_off: Goals, actions and annotations agreed in meetings are missing.",
            help=plain(trouble),
        )


def agreements(snapshot: Snapshot) -> Agreements:
    """What both teams agreed on by the day of a snapshot; read once in a run of a page."""
    return once_a_run(("agreements", snapshot.folder), lambda: _agreements(snapshot))


def _agreements(snapshot: Snapshot) -> Agreements:
    kept = settings()
    return joined(
        snapshot.manifest.as_of,
        snapshot.manifest.company,
        targets=kept.targets,
        owners=kept.owners,
        thresholds=kept.signs,
        labels=campaign_labels(snapshot),
        table_targets=_table_targets(snapshot.folder),
        agreed_targets=records_if_up(AgreedTarget),
        meetings=records_if_up(Meeting),
        definitions=_definitions(snapshot.folder, kept.company.name),
    )


@kept_last(4)
def _definitions(folder: Path, company: str) -> tuple[tuple[date, Definitions], ...]:
    """Those of the company's kept snapshots; a new one is in another folder."""
    return definitions_history(settings())


@kept_last(4)
def _table_targets(folder: Path) -> list[TableTarget]:
    return table_targets(folder)


@kept_last(4)
def _table_annotations(folder: Path) -> list[Annotation]:
    return table_annotations(folder)


def of_tables(kind: type[Record], chosen: Selection) -> list[Record]:
    """The annotations, or the targets that hold, of the sources' tables; none of other kinds."""
    folder = chosen.snapshot.folder
    if kind is Annotation:
        return [*_table_annotations(folder)]
    if kind is not AgreedTarget:
        return []
    of_meetings = {(one.kpi, one.period, one.campaign) for one in records_if_up(AgreedTarget)}
    return [
        one
        for one in _table_targets(folder)
        if (one.kpi, one.period, one.campaign) not in of_meetings
    ]


def annotations(chosen: Selection) -> list[Annotation]:
    """Annotations in charts of a selection: what is about all, or about a campaign in it.

    Those of the notebook and of the sources' table.

    The text of one about a campaign begins with its name, unless that is the only one chosen.
    """
    campaigns, names = dict(chosen.where).get("campaign"), campaign_labels(chosen.snapshot)
    return [
        found
        if found.campaign in (None, chosen.campaign)
        else replace(found, text=f"{names.get(found.campaign, found.campaign)}: {found.text}")
        for found in (*records_if_up(Annotation), *_table_annotations(chosen.snapshot.folder))
        if found.campaign is None or not campaigns or found.campaign in campaigns
    ]


def open_actions() -> list[Action]:
    """Every action that is still open, oldest first."""
    return records_if_up(Action, status="open")


def current_meeting() -> Meeting | None:
    """The meeting that is running; raises NotebookError."""
    return next(iter(records(Meeting, closed_at=None)), None)


def meeting_before(day: date) -> Meeting | None:
    """See kpis.meeting.kept_actions; raises NotebookError."""
    return kept_actions.meeting_before(records(Meeting), day)


def come_back(meeting: Meeting | None, day: date) -> list[Action]:
    """See kpis.meeting.kept_actions; raises NotebookError."""
    changes = notebook().changes(Action)
    return kept_actions.come_back(records(Action), changes, meeting_before(day), meeting, day)


def signed_in() -> str | None:
    """The name of the person who signed in, their address without one; None without sign-in."""
    if not st.user.get("is_logged_in"):
        return None
    return str(st.user.get("name") or st.user.get("email") or "") or None


def who() -> str:
    """Who writes: the person signed in, else the name typed, else the screen that all share."""
    return signed_in() or str(st.session_state.get(WRITER) or "").strip() or SHARED_SCREEN


def draw_writer() -> None:
    """Draw "Writing as": the name under which records are kept; known where people sign in."""
    name = signed_in()
    if name is not None:
        st.caption(plain(f"Writing as {name}"))
        return
    st.text_input(
        "Writing as",
        key=WRITER,
        persist_state="session",
        placeholder=SHARED_SCREEN,
        autocomplete="name",
        icon=":material/edit:",
        label_visibility="collapsed",
    )
