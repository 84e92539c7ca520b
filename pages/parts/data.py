"""The only cached access to data: settings, snapshots, and answers to questions.

Answers are keyed by their snapshot, so a new one is seen at the next run and no old answer is
shown for it. Every cache is bounded: the oldest entries go first.
"""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import streamlit as st

from connectors.deployment import active_settings
from connectors.engine import filter_values, open_facts
from connectors.failures import last_failure
from connectors.history import definitions_history
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
from kpis.calendar import Period, Unit
from kpis.cohorts import CohortUnit, cohorts
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.drivers import Drivers, drivers
from kpis.errors import AllianceError, SnapshotError
from kpis.forecast import Forecast, NotForecast, forecasts
from kpis.forecast_record import ForecastRecord, forecast_record
from kpis.funnel import funnel, waiting
from kpis.scorecard import scorecard
from kpis.sensitivity import sensitivity
from kpis.sign import Sign
from kpis.signs import signs
from kpis.sums import Facts, Window

MEETING_EVERY = timedelta(days=7)
COHORTS = 12
"""Weeks or months whose leads are compared at equal age."""

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


@st.cache_data(max_entries=100, show_spinner=False)
def under_every_model(
    folder: Path, windows: tuple[Window, ...], by: str | None, where: Filters
) -> pd.DataFrame:
    """The KPIs under each attribution model (see kpis.sensitivity.sensitivity)."""
    opened_facts = {model: _facts(folder, model) for model in ATTRIBUTION_MODELS}
    with ExitStack() as one_at_a_time:
        for _, lock in opened_facts.values():  # in one order everywhere, so nobody waits in a ring
            one_at_a_time.enter_context(lock)
        facts = {model: facts for model, (facts, _) in opened_facts.items()}
        return sensitivity(facts, windows, by, dict(where))


@st.cache_resource(max_entries=2 * len(ATTRIBUTION_MODELS), show_spinner=False)
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


@st.cache_data(max_entries=200, show_spinner=False)
def stage_by_stage(folder: Path, question: Question) -> pd.DataFrame:
    """How far the leads created in each window came (see kpis.funnel.funnel)."""
    facts, one_at_a_time = _facts(folder, question.model)
    with one_at_a_time:
        return funnel(facts, question.windows, question.by, dict(question.where))


@st.cache_data(max_entries=200, show_spinner=False)
def now_waiting(
    folder: Path, model: AttributionModel, limits: tuple[tuple[str, int], ...], where: Filters
) -> pd.DataFrame:
    """The leads that wait in each stage (see kpis.funnel.waiting)."""
    facts, one_at_a_time = _facts(folder, model)
    with one_at_a_time:
        return waiting(facts, dict(limits), None, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def cohorts_by_age(
    folder: Path, model: AttributionModel, unit: CohortUnit, stage: str, where: Filters
) -> pd.DataFrame:
    """The conversion of the last cohorts at each age (see kpis.cohorts.cohorts)."""
    facts, one_at_a_time = _facts(folder, model)
    with one_at_a_time:
        return cohorts(facts, unit, COHORTS, dict(where), stage)


def signs_of(snapshot: Snapshot, model: AttributionModel, where: Filters) -> list[Sign]:
    """The warning signs and good news of a selection, by what the settings say now."""
    agreed = settings()
    lines = agreed.model_dump_json(include={"targets", "owners", "signs"})
    return _signs(snapshot.folder, model, where, lines)


@st.cache_data(max_entries=200, show_spinner=False)
def _signs(folder: Path, model: AttributionModel, where: Filters, lines: str) -> list[Sign]:
    """See :func:`signs_of`; ``lines`` keeps answers to other targets, owners and lines apart."""
    agreed, manifest = settings(), opened(folder).manifest
    history = definitions_history(agreed)
    facts, one_at_a_time = _facts(folder, model)
    rows_read = {name: table.read for name, table in manifest.tables.items()}
    with one_at_a_time:
        return signs(
            facts,
            dict(where),
            targets=agreed.targets,
            owners=agreed.owners,
            agreed=agreed.signs,
            soundness=manifest.health.sound_shares(rows_read),
            definitions_before=history.on(manifest.as_of - MEETING_EVERY),
            changed_on=history.changed_on,
        )


@st.cache_data(max_entries=200, show_spinner=False)
def forecasts_of(
    folder: Path, model: AttributionModel, kpis: tuple[str, ...], period: Period, where: Filters
) -> dict[str, Forecast | NotForecast]:
    """Where KPIs will be at the end of a period (see kpis.forecast.forecasts)."""
    facts, one_at_a_time = _facts(folder, model)
    with one_at_a_time:
        return forecasts(facts, kpis, period, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def forecast_record_of(
    folder: Path, model: AttributionModel, kpi: str, unit: Unit, where: Filters
) -> ForecastRecord:
    """How good forecasts of a KPI have been (see kpis.forecast_record.forecast_record)."""
    facts, one_at_a_time = _facts(folder, model)
    with one_at_a_time:
        return forecast_record(facts, [kpi], unit, dict(where))[kpi]
