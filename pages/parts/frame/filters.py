"""The shared filters: drawn above every page, kept in the URL, checked against known values."""

import streamlit as st

from connectors.snapshots.snapshots import Manifest, Snapshot
from kpis.calendar import Period, named_periods
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import label_of
from kpis.meeting import agreements
from pages.parts.frame.data import campaigns, values_of
from pages.parts.frame.selection import Selection

CUSTOM = "other days"
DEFAULT_PERIOD = "this month"
FIRST_FILTER = "period"
"""The key of a filter that is always there."""


def draw_filters(snapshot: Snapshot) -> Selection:
    """Draw the filter bar, and return what it stands on."""
    manifest = snapshot.manifest
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        period = _period_filter(manifest)
        model = _model_filter(manifest)
        where = [
            _campaign_filter(snapshot),
            _values_filter(snapshot, "channel", "Channel"),
        ]
        for name, label in manifest.dimensions.items():
            where.append(_values_filter(snapshot, name, label))
    filters = tuple((name, values) for name, values in where if values)
    return Selection(snapshot, period, filters, model)


def _period_filter(manifest: Manifest) -> Period:
    named = named_periods(manifest.as_of, manifest.company)
    choice = st.selectbox(
        "Period",
        [*named, CUSTOM],
        index=list(named).index(DEFAULT_PERIOD),
        format_func=str.capitalize,
        key=FIRST_FILTER,
        bind="query-params",
        width=170,
    )
    if choice in named:
        return named[choice]
    default = named[DEFAULT_PERIOD].until(manifest.as_of)
    days = st.date_input(
        "From – to",
        (default.start, default.end),
        format="YYYY-MM-DD",
        key="days",
        bind="query-params",
        width=230,
    )
    # one day only while a person picks; in any order from a link
    return Period(min(days), max(days)) if days else default


def _model_filter(manifest: Manifest) -> AttributionModel:
    agreed = manifest.definitions.attribution
    model = st.selectbox(
        "Attribution",
        list(ATTRIBUTION_MODELS),
        index=list(ATTRIBUTION_MODELS).index(agreed),
        format_func=ATTRIBUTION_MODELS.__getitem__,
        key="attribution",
        bind="query-params",
        width=150,
        help="How the credit for a lead is split over the campaigns that touched it.",
    )
    return model if model in ATTRIBUTION_MODELS else agreed


def _campaign_filter(snapshot: Snapshot) -> tuple[str, tuple[str, ...]]:
    names = campaign_labels(snapshot)
    known = values_of(snapshot.folder, "campaign")
    return _multiselect("campaign", "Campaign", sorted(known, key=lambda c: names.get(c, c)), names)


def _values_filter(snapshot: Snapshot, name: str, label: str) -> tuple[str, tuple[str, ...]]:
    return _multiselect(name, label, values_of(snapshot.folder, name), {})


def _multiselect(
    name: str, label: str, known: list[str], labels: dict[str, str]
) -> tuple[str, tuple[str, ...]]:
    picked = st.multiselect(
        label,
        known,
        format_func=lambda value: labels.get(value) or label_of(value, label),
        key=name,
        bind="query-params",
        placeholder="All",
    )
    return name, tuple(value for value in picked if value in known)


def filters_text(chosen: Selection) -> str:
    """What is selected, in words: ``All campaigns``, or ``Region: DACH · Campaign: A, B``."""
    names, labels = campaign_labels(chosen.snapshot), chosen.manifest.dimensions
    text = [
        f"{labels.get(name, name.capitalize())}: "
        + ", ".join(names.get(v, v) if name == "campaign" else label_of(v, name) for v in values)
        for name, values in chosen.where
    ]
    return " · ".join(text) or "All campaigns"


def campaign_labels(snapshot: Snapshot) -> dict[str, str]:
    """Campaign id → what people call it (see kpis.meeting.agreements)."""
    table = campaigns(snapshot.folder)["name"].dropna()
    names = {str(key): str(name) for key, name in table.items()}
    return agreements.campaign_labels(names, values_of(snapshot.folder, "campaign"))
