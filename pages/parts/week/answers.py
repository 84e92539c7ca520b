"""Answers that rest on what was agreed: standings, warning signs and weekly frames."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st

from connectors.snapshots.snapshots import Snapshot, opened
from kpis.calendar import Period, period_of
from kpis.definitions import AttributionModel, Target
from kpis.goals.standing import Standing
from kpis.goals.standings import RUNNING, standings
from kpis.meeting.agreements import Agreements
from kpis.records import Action
from kpis.signs.sign import Sign
from kpis.signs.signs import signs
from kpis.weeks.frame import WeeklyFrame, weekly_frame
from pages.parts.frame.data import Filters, asked_facts
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements, open_actions

Targets = tuple[Target, ...]
Periods = tuple[Period, ...]


def standings_of(
    snapshot: Snapshot, model: AttributionModel, where: Filters, period: Period | None = None
) -> list[Standing]:
    """How KPIs compare with their goals of a period; without one, of the running ones.

    The same answer for cards, strip, signs and every step of the meeting.
    """
    as_of, company = snapshot.manifest.as_of, snapshot.manifest.company
    running = tuple(period_of(unit, as_of, company) for unit in RUNNING)
    periods = running if period is None or period in running else (period,)
    found = _standings(snapshot.folder, model, where, periods, agreements(snapshot).targets)
    return [one for one in found if period is None or one.period == period]


@st.cache_data(max_entries=200, show_spinner=False)
def _standings(
    folder: Path, model: AttributionModel, where: Filters, periods: Periods, targets: Targets
) -> list[Standing]:
    with asked_facts(folder, model) as facts:
        return standings(facts, targets, periods, dict(where))


def signs_of(snapshot: Snapshot, model: AttributionModel, where: Filters) -> list[Sign]:
    """The warning signs and good news of a selection, by what was agreed on until now."""
    agreed = replace(agreements(snapshot), labels={})  # no sign asks for them, and they are many
    held = standings_of(snapshot, model, where)
    return _signs(snapshot.folder, model, where, agreed, open_actions(), held)


@st.cache_data(max_entries=200, show_spinner=False)
def _signs(
    folder: Path,
    model: AttributionModel,
    where: Filters,
    agreed: Agreements,
    actions: Sequence[Action],
    _held: Sequence[Standing],
) -> list[Sign]:
    manifest = opened(folder).manifest
    rows_read = {name: table.read for name, table in manifest.tables.items()}
    with asked_facts(folder, model) as facts:
        return signs(
            facts,
            dict(where),
            targets=agreed.targets,
            held=_held,
            owners=agreed.owners,
            agreed=agreed.thresholds,
            soundness=manifest.health.sound_shares(rows_read),
            definitions_before=agreed.definitions_before,
            changed_on=agreed.changed_on,
            actions=actions,
        )


def weekly_frames(
    chosen: Selection, kpis: Sequence[str], targets: Targets | None = None
) -> dict[str, WeeklyFrame]:
    """The weekly frame of each KPI for the selection (see kpis.weeks.frame), by one question.

    targets: those agreed on, unless others are given.
    """
    agreed = agreements(chosen.snapshot)
    targets = agreed.targets if targets is None else targets
    what = (chosen.where, targets, agreed.changed_on)
    return _weekly_frames(chosen.snapshot.folder, chosen.model, tuple(kpis), *what)


@st.cache_data(max_entries=300, show_spinner=False)
def _weekly_frames(
    folder: Path,
    model: AttributionModel,
    kpis: tuple[str, ...],
    where: Filters,
    targets: Targets,
    changed_on: Mapping[str, Sequence[date]],
) -> dict[str, WeeklyFrame]:
    with asked_facts(folder, model) as facts:
        return weekly_frame(facts, kpis, dict(where), targets, changed_on=changed_on)
