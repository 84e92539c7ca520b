"""Answers to what pages ask of the facts, each kept for the snapshot that gave it."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import Period, Unit
from kpis.change.drivers import Drivers, drivers
from kpis.coverage import missing_measures
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.funnel.cohorts import CohortUnit, cohorts
from kpis.funnel.funnel import funnel, waiting
from kpis.funnel.spotlight import Difference, beside_others, falls
from kpis.goals.forecast import Forecast, NotForecast, forecasts
from kpis.goals.forecast_record import ForecastRecord, forecast_record
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.sensitivity import sensitivity
from kpis.scorecard.sums import Window
from kpis.signs.lead_signs import cohort_sums
from pages.parts.frame.data import Filters, facts_under

COHORTS = 12
"""Weeks or months whose leads are compared at equal age."""


@dataclass(frozen=True)
class Question:
    """What a page asks of the facts."""

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
    """How a KPI changed between two windows, split over campaigns."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return drivers(facts, kpi, now, before, "campaign", dict(where))


@st.cache_data(max_entries=100, show_spinner=False)
def under_every_model(
    folder: Path, windows: tuple[Window, ...], by: str | None, where: Filters
) -> pd.DataFrame:
    """The KPIs under each attribution model."""
    opened_facts = {model: facts_under(folder, model) for model in ATTRIBUTION_MODELS}
    with ExitStack() as one_at_a_time:
        for _, lock in opened_facts.values():  # in one order everywhere, so nobody waits in a ring
            one_at_a_time.enter_context(lock)
        facts = {model: facts for model, (facts, _) in opened_facts.items()}
        return sensitivity(facts, windows, by, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def stage_by_stage(folder: Path, question: Question) -> pd.DataFrame:
    """How far the leads created in each window came."""
    facts, one_at_a_time = facts_under(folder, question.model)
    with one_at_a_time:
        return funnel(facts, question.windows, question.by, dict(question.where))


@st.cache_data(max_entries=200, show_spinner=False)
def falls_of(folder: Path, question: Question, min_evidence: float) -> list[Difference]:
    """How far each step is below the same step before."""
    return falls(stage_by_stage(folder, question), min_evidence)


@st.cache_data(max_entries=200, show_spinner=False)
def beside_of(folder: Path, question: Question, min_evidence: float) -> list[Difference]:
    """Each step of each group beside that of all others."""
    return beside_others(stage_by_stage(folder, question), min_evidence)


@st.cache_data(max_entries=200, show_spinner=False)
def now_waiting(
    folder: Path, model: AttributionModel, limits: tuple[tuple[str, int], ...], where: Filters
) -> pd.DataFrame:
    """The leads that wait in each stage."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return waiting(facts, dict(limits), None, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def came_of_leads(
    folder: Path, model: AttributionModel, created: Period, where: Filters
) -> dict[str, float]:
    """What came of the leads of a period, by measure mapped."""
    facts, one_at_a_time = facts_under(folder, model)
    unknown = missing_measures(facts.mapped, facts.definitions)
    with one_at_a_time:
        came = cohort_sums(facts, created, dict(where))
    return {measure: value for measure, value in came.items() if measure not in unknown}


@st.cache_data(max_entries=200, show_spinner=False)
def cohorts_by_age(
    folder: Path, model: AttributionModel, unit: CohortUnit, stage: str, where: Filters
) -> pd.DataFrame:
    """The conversion of the last cohorts at each age."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return cohorts(facts, unit, COHORTS, dict(where), stage)


@st.cache_data(max_entries=200, show_spinner=False)
def forecasts_of(
    folder: Path, model: AttributionModel, kpis: tuple[str, ...], period: Period, where: Filters
) -> dict[str, Forecast | NotForecast]:
    """Where KPIs will be at the end of a period."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return forecasts(facts, kpis, period, dict(where))


@st.cache_data(max_entries=200, show_spinner=False)
def forecast_record_of(
    folder: Path, model: AttributionModel, kpi: str, unit: Unit, where: Filters
) -> ForecastRecord:
    """How good forecasts of a KPI have been."""
    facts, one_at_a_time = facts_under(folder, model)
    with one_at_a_time:
        return forecast_record(facts, [kpi], unit, dict(where))[kpi]
