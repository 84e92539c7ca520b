"""The only cached access to data: settings, snapshots, and answers to questions.

Answers are keyed by their snapshot, so a new one is seen at the next run and no old answer is
shown for it. Every cache is bounded: the oldest entries go first.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from connectors.deployment import active_settings
from connectors.engine import filter_values, open_facts
from connectors.failures import last_failure
from connectors.refresh import fresh_snapshot, refresh
from connectors.settings import Settings
from connectors.settings_file import settings_path
from connectors.snapshots import (
    Snapshot,
    current_snapshot,
    last_good_snapshot,
    opened,
    read_table,
)
from kpis.definitions import AttributionModel
from kpis.drivers import Drivers, drivers
from kpis.errors import AllianceError, SnapshotError
from kpis.scorecard import scorecard
from kpis.sums import Facts, Window

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of dimension and the values that may hold; hashable, so that answers can be kept."""


@dataclass(frozen=True)
class Question:
    """What a page asks of the facts (see kpis.scorecard.scorecard)."""

    windows: tuple[Window, ...]
    model: AttributionModel
    by: str | None = None
    where: Filters = ()


def settings() -> Settings:
    """The settings that hold now; a changed file is read again. Raises SettingsError."""
    path = settings_path()
    changed = path.stat().st_mtime_ns if path is not None and path.exists() else None
    return _settings(path, changed)


@st.cache_resource(max_entries=2, show_spinner=False)
def _settings(path: Path | None, changed: int | None) -> Settings:
    return active_settings(str(path) if path else None)


def shown_snapshot() -> Snapshot:
    """The snapshot to show: the current one, else the last good one; the very first is made here.

    Raises the AllianceError of the refresh when there is nothing to show yet. A source that failed
    is not tried again by every reader, only when somebody asks for it.
    """
    agreed = settings()
    found = current_snapshot(agreed)
    if found is not None:
        return found
    failure = last_failure(agreed)
    if failure is None:
        try:
            with st.spinner("Reading your data for the first time …"):
                return fresh_snapshot(agreed, datetime.now(UTC))
        except AllianceError as error:
            why = str(error)
    else:
        why = failure.why
    found = last_good_snapshot(agreed)
    if found is None:
        raise SnapshotError(why)
    return found


def refresh_now() -> Snapshot:
    """Read every source anew and publish; raises the AllianceError of what cannot be read."""
    return refresh(settings(), datetime.now(UTC))


def answer(snapshot: Snapshot, question: Question) -> pd.DataFrame:
    """The scorecard that answers ``question`` from a snapshot."""
    return _answer(snapshot.folder, question)


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(folder: Path, question: Question) -> pd.DataFrame:
    facts, one_at_a_time = _facts(folder, question.model)
    with one_at_a_time:
        return scorecard(facts, question.windows, question.by, dict(question.where))


@st.cache_data(max_entries=500, show_spinner=False)
def change_by_campaign(
    folder: Path, model: AttributionModel, kpi: str, now: Window, before: Window, where: Filters
) -> Drivers:
    """How a KPI changed between two windows, split over campaigns (see kpis.drivers.drivers)."""
    facts, one_at_a_time = _facts(folder, model)
    with one_at_a_time:
        return drivers(facts, kpi, now, before, "campaign", dict(where))


@st.cache_resource(max_entries=6, show_spinner=False)
def _facts(folder: Path, model: AttributionModel) -> tuple[Facts, threading.Lock]:
    """The opened facts; their connection answers one question at a time."""
    return open_facts(folder, model), threading.Lock()


@st.cache_data(max_entries=50, show_spinner=False)
def values_of(folder: Path, dimension: str) -> list[str]:
    """The values to filter a dimension by: the same under every attribution model."""
    facts, one_at_a_time = _facts(folder, opened(folder).manifest.definitions.attribution)
    with one_at_a_time:
        return filter_values(folder, facts, dimension)


@st.cache_data(max_entries=4, show_spinner=False)
def campaigns(folder: Path) -> pd.DataFrame:
    """Each campaign's name and channel as the sources call them, indexed by campaign id."""
    table = read_table(folder, "campaigns").set_index("campaign_id")
    return table[["name", "channel"]]
