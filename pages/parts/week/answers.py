"""Answers that rest on what was agreed: weekly frames and warning signs of a selection."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import streamlit as st

from connectors.snapshots.history import definitions_history
from connectors.snapshots.snapshots import Snapshot, opened
from kpis.definitions import AttributionModel, Target
from kpis.records import Action, Meeting
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from kpis.weeks.usual_range import new_meanings
from pages.parts.frame.data import Filters, facts_under, settings
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreed_targets, open_actions, records_if_up

Targets = tuple[Target, ...]

MEETING_EVERY = timedelta(days=7)


def signs_of(snapshot: Snapshot, model: AttributionModel, where: Filters) -> list[Sign]:
    """The warning signs and good news of a selection, by what was agreed on until now."""
    agreed = settings()
    targets = agreed_targets()
    actions = open_actions()
    since = _last_meeting(snapshot.manifest.as_of)
    lines = agreed.model_dump_json(include={"owners", "signs"}) + repr((targets, actions))
    return _signs(snapshot.folder, model, where, lines, since, targets, actions)


def _last_meeting(as_of: date) -> date:
    """The day of the last meeting that was closed before a day; a week before it without any."""
    held = [each.held_on for each in records_if_up(Meeting) if each.closed_at is not None]
    return max((day for day in held if day < as_of), default=as_of - MEETING_EVERY)


@st.cache_data(max_entries=200, show_spinner=False)
def _signs(
    folder: Path,
    model: AttributionModel,
    where: Filters,
    lines: str,
    since: date,
    _targets: Sequence[Target],
    _actions: Sequence[Action],
) -> list[Sign]:
    """See :func:`signs_of`; ``lines`` keeps answers to other targets, actions and lines apart."""
    agreed, manifest = settings(), opened(folder).manifest
    history = definitions_history(agreed)
    facts, one_at_a_time = facts_under(folder, model)
    rows_read = {name: table.read for name, table in manifest.tables.items()}
    with one_at_a_time:
        return signs(
            facts,
            dict(where),
            targets=_targets,
            owners=agreed.owners,
            agreed=agreed.signs,
            soundness=manifest.health.sound_shares(rows_read),
            definitions_before=history.on(since),
            changed_on=new_meanings(history.changes),
            actions=_actions,
        )


def weekly_frames(
    chosen: Selection, kpis: Sequence[str], targets: Targets | None = None
) -> dict[str, WeeklyFrame]:
    """The weekly frame of each KPI for the selection (see kpis.weeks.frame), by one question.

    targets: those agreed on, unless others are given.
    """
    agreed = agreed_targets() if targets is None else targets
    return _weekly_frames(chosen.snapshot.folder, chosen.model, tuple(kpis), chosen.where, agreed)


@st.cache_data(max_entries=300, show_spinner=False)
def _weekly_frames(
    folder: Path, model: AttributionModel, kpis: tuple[str, ...], where: Filters, targets: Targets
) -> dict[str, WeeklyFrame]:
    changed_on = new_meanings(definitions_history(settings()).changes)
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return weekly_frame(facts, kpis, dict(where), targets, changed_on=changed_on)
