"""Answers to what pages ask of the facts, each kept for the snapshot that gave it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import streamlit as st

from connectors.history import definitions_history
from connectors.notebook_records import Meeting
from connectors.snapshots import Snapshot, opened
from kpis.calendar import Period, Unit
from kpis.cohorts import CohortUnit, cohorts
from kpis.coverage import missing_measures
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Target
from kpis.drivers import Drivers, drivers
from kpis.forecast import Forecast, NotForecast, forecasts
from kpis.forecast_record import ForecastRecord, forecast_record
from kpis.funnel import funnel, waiting
from kpis.lead_signs import cohort_sums
from kpis.scorecard import scorecard
from kpis.sensitivity import sensitivity
from kpis.sign import OpenAction, Sign
from kpis.signs import signs
from kpis.spotlight import Difference, beside_others, falls
from kpis.sums import Window
from kpis.usual_range import new_meanings
from pages.parts.data import Filters, facts_under, settings
from pages.parts.notebook import agreed_targets, open_actions, records_if_up

MEETING_EVERY = timedelta(days=7)
COHORTS = 12
"""Weeks or months whose leads are compared at equal age."""


@dataclass(frozen=True)
class Question:
    """What a page asks of the facts (see kpis.scorecard.scorecard)."""

    windows: tuple[Window, ...]
    model: AttributionModel
    by: str | None = None
    where: Filters = ()


def answer(snapshot: Snapshot, question: Question) -> pd.DataFrame:
    """The scorecard that answers ``question`` from a snapshot."""
    return _answer(snapshot.folder, question)


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(folder: Path, question: Question) -> pd.DataFrame:
    facts, one_at_a_time = facts_under(folder, question.model)
    with one_at_a_time:
        return scorecard(facts, question.windows, question.by, dict(question.where))


@st.cache_data(max_entries=500, show_spinner=False)
def change_by_campaign(
    folder: Path, model: AttributionModel, kpi: str, now: Window, before: Window, where: Filters
) -> Drivers:
    """How a KPI changed between two windows, split over campaigns (see kpis.drivers.drivers)."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return drivers(facts, kpi, now, before, "campaign", dict(where))


@st.cache_data(max_entries=100, show_spinner=False)
def under_every_model(
    folder: Path, windows: tuple[Window, ...], by: str | None, where: Filters
) -> pd.DataFrame:
    """The KPIs under each attribution model (see kpis.sensitivity.sensitivity)."""
    opened_facts = {model: facts_under(folder, model) for model in ATTRIBUTION_MODELS}
    with ExitStack() as one_at_a_time:
        for _, lock in opened_facts.values():  # in one order everywhere, so nobody waits in a ring
            one_at_a_time.enter_context(lock)
        facts = {model: facts for model, (facts, _) in opened_facts.items()}
        return sensitivity(facts, windows, by, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def stage_by_stage(folder: Path, question: Question) -> pd.DataFrame:
    """How far the leads created in each window came (see kpis.funnel.funnel)."""
    facts, one_at_a_time = facts_under(folder, question.model)
    with one_at_a_time:
        return funnel(facts, question.windows, question.by, dict(question.where))


@st.cache_data(max_entries=200, show_spinner=False)
def falls_of(folder: Path, question: Question, min_evidence: float) -> list[Difference]:
    """How far each step is below the same step before (see kpis.spotlight.falls)."""
    return falls(stage_by_stage(folder, question), min_evidence)


@st.cache_data(max_entries=200, show_spinner=False)
def beside_of(folder: Path, question: Question, min_evidence: float) -> list[Difference]:
    """Each step of each group beside that of all others (see kpis.spotlight.beside_others)."""
    return beside_others(stage_by_stage(folder, question), min_evidence)


@st.cache_data(max_entries=200, show_spinner=False)
def now_waiting(
    folder: Path, model: AttributionModel, limits: tuple[tuple[str, int], ...], where: Filters
) -> pd.DataFrame:
    """The leads that wait in each stage (see kpis.funnel.waiting)."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return waiting(facts, dict(limits), None, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def came_of_leads(
    folder: Path, model: AttributionModel, created: Period, where: Filters
) -> dict[str, float]:
    """What came of the leads of a period (see kpis.lead_signs.cohort_sums), by measure mapped."""
    facts, one_at_a_time = facts_under(folder, model)
    unknown = missing_measures(facts.mapped, facts.definitions)
    with one_at_a_time:
        came = cohort_sums(facts, created, dict(where))
    return {measure: value for measure, value in came.items() if measure not in unknown}


@st.cache_data(max_entries=200, show_spinner=False)
def cohorts_by_age(
    folder: Path, model: AttributionModel, unit: CohortUnit, stage: str, where: Filters
) -> pd.DataFrame:
    """The conversion of the last cohorts at each age (see kpis.cohorts.cohorts)."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return cohorts(facts, unit, COHORTS, dict(where), stage)


def signs_of(snapshot: Snapshot, model: AttributionModel, where: Filters) -> list[Sign]:
    """The warning signs and good news of a selection, by what was agreed on until now."""
    agreed = settings()
    targets = agreed_targets()
    actions = [
        OpenAction(action.what, action.owner, action.due, action.kpi, action.campaign)
        for action in open_actions()
    ]
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
    _actions: Sequence[OpenAction],
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


@st.cache_data(max_entries=200, show_spinner=False)
def forecasts_of(
    folder: Path, model: AttributionModel, kpis: tuple[str, ...], period: Period, where: Filters
) -> dict[str, Forecast | NotForecast]:
    """Where KPIs will be at the end of a period (see kpis.forecast.forecasts)."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return forecasts(facts, kpis, period, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def forecast_record_of(
    folder: Path, model: AttributionModel, kpi: str, unit: Unit, where: Filters
) -> ForecastRecord:
    """How good forecasts of a KPI have been (see kpis.forecast_record.forecast_record)."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return forecast_record(facts, [kpi], unit, dict(where))[kpi]
