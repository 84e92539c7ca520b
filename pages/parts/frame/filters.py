"""The shared filters: drawn above every page, kept in the URL, checked against known values."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from connectors.snapshots.manifest import Manifest
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import Period, named_periods
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import day_text, label_of, listed
from kpis.meeting import agreements
from pages.parts.frame.data import campaigns, values_of
from pages.parts.frame.selection import Selection
from pages.parts.frame.text import plain
from pages.parts.kept import kept_last

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
        drawn = [
            _campaign_filter(snapshot),
            _values_filter(snapshot, "channel", "Channel"),
        ]
        for name, label in manifest.dimensions.items():
            drawn.append(_values_filter(snapshot, name, label))
    for one in drawn:
        if one.unknown:
            _draw_unknown(one, manifest)
    filters = tuple((one.name, one.values) for one in drawn if one.values)
    return Selection(snapshot, period, filters, model)


def unfiltered(snapshot: Snapshot) -> Selection:
    """What the filter bar stands on for a reader who comes without a link."""
    manifest = snapshot.manifest
    period = named_periods(manifest.as_of, manifest.company)[DEFAULT_PERIOD]
    return Selection(snapshot, period, (), manifest.definitions.attribution)


@dataclass(frozen=True)
class _Filter:
    """A filter as it is drawn: the values picked, and those of them that the data does not have.

    Unknown values stay selected and find nothing: without them the numbers would be of more than
    was asked for, and nobody would notice.
    """

    name: str
    label: str
    values: tuple[str, ...]
    unknown: tuple[str, ...]


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


def _campaign_filter(snapshot: Snapshot) -> _Filter:
    names = campaign_labels(snapshot)
    known = values_of(snapshot.folder, "campaign")
    return _multiselect("campaign", "Campaign", sorted(known, key=lambda c: names.get(c, c)), names)


def _values_filter(snapshot: Snapshot, name: str, label: str) -> _Filter:
    return _multiselect(name, label, values_of(snapshot.folder, name), {})


def _multiselect(name: str, label: str, known: list[str], labels: dict[str, str]) -> _Filter:
    def read_as(value: str) -> str:
        return labels.get(value) or label_of(value, label)

    shown = {read_as(value): value for value in known}
    asked = [shown.get(value, value) for value in _asked_for(name)]
    unknown = [value for value in asked if value not in known]
    if name not in st.session_state and asked:  # a link may name ids, too
        st.session_state[name] = asked
    picked = st.multiselect(
        label,
        [*known, *unknown],
        format_func=read_as,
        key=name,
        bind="query-params",
        placeholder="All",
    )
    return _Filter(name, label, tuple(picked), tuple(v for v in picked if v in unknown))


def _asked_for(name: str) -> list[str]:
    """What a filter holds; before it was drawn, what the address names. Each once, no blanks."""
    drawn = name in st.session_state
    asked = st.session_state[name] if drawn else st.query_params.get_all(name)
    return list(dict.fromkeys(value for value in asked or () if value.strip()))


def _draw_unknown(one: _Filter, manifest: Manifest) -> None:
    """Say which values find nothing, and offer to take them out of the filter."""

    def clear() -> None:
        kept = [value for value in one.values if value not in one.unknown]
        st.session_state[one.name] = kept

    with st.container(horizontal=True, vertical_alignment="center", key=f"unknown-{one.name}"):
        values = listed([f"'{value}'" for value in one.unknown])
        st.warning(
            f"{plain(f'No data for {one.label.lower()} {values}')}: unknown in the data of "
            f"{day_text(manifest.as_of)}. It may be gone, or the link may be wrong.",
        )
        st.button("Clear", key=f"clear-{one.name}", on_click=clear)


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
    """Campaign id → what people call it (see kpis.meeting.agreements); not to be changed."""
    return _campaign_labels(snapshot.folder)


@kept_last(4)
def _campaign_labels(folder: Path) -> dict[str, str]:
    table = campaigns(folder)["name"].dropna()
    names = {str(key): str(name) for key, name in table.items()}
    return agreements.campaign_labels(names, values_of(folder, "campaign"))
