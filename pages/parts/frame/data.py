"""The only cached access to data: settings, snapshots, and the facts that questions are asked of.

Everything read from a snapshot is keyed by it, so a new one is seen at the next run and nothing old
is shown for it. Every cache is bounded: the oldest entries go first.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from connectors.settings.file import active_settings, settings_path
from connectors.settings.settings import Settings
from connectors.snapshots.apart import first_snapshot, refresh_apart
from connectors.snapshots.engine import filter_values, open_facts, records_begin
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot, last_good_snapshot
from connectors.snapshots.snapshots import Snapshot, opened, read_table
from connectors.snapshots.under_way import doing_text
from connectors.sources.raw import Progress
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import sentence_case
from kpis.errors import AllianceError, SnapshotError
from kpis.scorecard.selection import Facts
from pages.parts.frame.text import plain
from pages.parts.kept import kept_last

PROGRESS_SECONDS = 0.5
"""How often at most the line of a running refresh is drawn anew."""

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of dimension and the values that may hold; hashable, so that answers can be kept."""


def settings() -> Settings:
    """The settings that hold now; a changed file is read again. Raises SettingsError."""
    path = settings_path()
    changed = path.stat().st_mtime_ns if path is not None and path.exists() else None
    return _settings(path, changed)


@kept_last(2)
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
            with progress_shown(agreed, "Reading your data for the first time …") as progress:
                return first_snapshot(agreed, datetime.now(UTC), progress)
        except AllianceError as error:
            why = str(error)
    else:
        why = failure.why
    found = last_good_snapshot(agreed)
    if found is None:
        raise SnapshotError(why)
    return found


def refresh_now() -> None:
    """Read every source anew and publish; raises the AllianceError of what cannot be read."""
    agreed = settings()
    with progress_shown(agreed, "Refreshing …") as progress:
        refresh_apart(agreed, datetime.now(UTC), progress)


@contextmanager
def progress_shown(agreed: Settings, what: str) -> Iterator[Progress]:
    """Show a spinner for what is done within, and below it what is read and how far."""
    line, last = st.empty(), [0.0]

    def show(part: str, rows: int) -> None:
        if time.monotonic() - last[0] >= PROGRESS_SECONDS or not part:
            last[0] = time.monotonic()
            line.caption(plain(sentence_case(doing_text(agreed, part, rows))))

    try:
        with st.spinner(what, show_time=True):
            yield show
    finally:
        line.empty()


@contextmanager
def asked_facts(folder: Path, model: AttributionModel | None = None) -> Iterator[Facts]:
    """The facts of a snapshot, by default under the agreed model, for one question at a time."""
    facts, one_at_a_time = _opened(folder, model or opened(folder).manifest.definitions.attribution)
    with one_at_a_time:
        yield facts


@kept_last(2 * len(ATTRIBUTION_MODELS))
def _opened(folder: Path, model: AttributionModel) -> tuple[Facts, threading.Lock]:
    return open_facts(folder, model), threading.Lock()


@kept_last(50)
def values_of(folder: Path, dimension: str) -> list[str]:
    """The values to filter a dimension by: the same under every attribution model."""
    with asked_facts(folder) as facts:
        return filter_values(folder, facts, dimension)


@kept_last(50)
def recorded_since(folder: Path) -> date | None:
    """The day of the first lead: the same under every attribution model."""
    with asked_facts(folder) as facts:
        return records_begin(facts)


@kept_last(4)
def campaigns(folder: Path) -> pd.DataFrame:
    """Each campaign's name and channel as the sources call them, indexed by campaign id."""
    table = read_table(folder, "campaigns").set_index("campaign_id")
    return table[["name", "channel"]]


@st.cache_resource(max_entries=2, show_spinner=False)
def rejected_rows(folder: Path) -> pd.DataFrame:
    """The rejected rows of a snapshot; everybody gets the very same, and may not change them."""
    return read_table(folder, "rejects")
