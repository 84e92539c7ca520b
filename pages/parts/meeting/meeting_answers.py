"""Answers to what the meeting asks, each kept for the snapshot and selection that gave it.

And for all else that decides them, such as targets. Like pages.parts.frame.answers, thin: kpis does
the arithmetic.
"""

from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path

import streamlit as st

from connectors.snapshots.engine import open_facts, open_tables
from connectors.snapshots.manifest import Manifest
from connectors.snapshots.newest_sound import is_sound
from connectors.snapshots.snapshots import Snapshot, kept_snapshots, opened
from kpis.calendar import Period, last_whole
from kpis.catalogue import CATALOGUE
from kpis.change.restatement import (
    EarlierSnapshot,
    Figure,
    Restated,
    Shown,
    restatements,
    shown_figures,
)
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.goals.closed_period import ClosedPeriod, closed_period
from kpis.meeting.action_effect import Acted, Effect, action_effects
from kpis.meeting.wins import Win, wins
from kpis.meeting.won_deals import Credited, WonDeal, credited_deals, largest_deals
from kpis.records import Action, Decision, Meeting, ShownFigure
from kpis.signs.attention import LEADING_FIRST, Attention, leading_first, most_urgent
from pages.parts.frame.answers import asked
from pages.parts.frame.data import Filters, asked_facts, settings
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements
from pages.parts.week.week_answers import signs_of, standings_of, weekly_frames

KEY = "focus"


def figures_shown(chosen: Selection) -> tuple[ShownFigure, ...]:
    """What a meeting over this selection is shown, for its record (see kpis.change.restatement)."""
    figures = asked(chosen, shown_figures, dict(chosen.where))
    return tuple(
        ShownFigure(kpi, period.start, period.end, None if isnan(value) else value)
        for kpi, period, value in figures
    )


def restated(chosen: Selection, meeting: Meeting) -> Restated:
    """What the figures of an earlier meeting say now, and why (see kpis.change.restatement).

    Under the meeting's own filters, and the attribution model that is looked at now.
    """
    return _restated(chosen.snapshot.folder, chosen.model, meeting)


@st.cache_data(max_entries=50, show_spinner="Comparing with the last meeting …")
def _restated(folder: Path, model: AttributionModel, meeting: Meeting) -> Restated:
    named = [name for name in ATTRIBUTION_MODELS if name == meeting.attribution]
    shown = Shown(
        tuple(
            Figure(f.kpi, Period(f.start, f.end), nan if f.value is None else f.value)
            for f in meeting.shown
        ),
        meeting.held_on,
        dict(meeting.where),
        named[0] if named else model,
    )
    return restatements(
        shown,
        open_facts(folder, model),  # of its own: under a filter it takes long, and others wait
        model,
        _kept(meeting, opened(folder).manifest),
        lambda day: open_facts(folder, model, as_of=day),
    )


def _kept(meeting: Meeting, today: Manifest) -> EarlierSnapshot | None:
    """The snapshot that a meeting looked at, else one of the same day, company and definitions."""
    every = kept_snapshots(settings())
    same = (one for one in every if one.name == meeting.snapshot and is_sound(one))
    alike = (one for one in every if _stands_in(one, meeting, today) and is_sound(one))
    found = next(same, None) or next(alike, None)
    if found is None:
        return None
    folder = found.folder
    return EarlierSnapshot(
        company=found.manifest.company,
        definitions=found.manifest.definitions,
        under=lambda model, definitions: open_facts(folder, model, definitions=definitions),
        is_the_same=found.name == meeting.snapshot,
        same_sources=_sources(found.manifest) == _sources(today),
    )


def _stands_in(snapshot: Snapshot, meeting: Meeting, today: Manifest) -> bool:
    manifest = snapshot.manifest
    return (
        manifest.as_of == meeting.held_on
        and manifest.company.name == today.company.name
        and manifest.definitions_hash == meeting.definitions
        and manifest.dimensions == today.dimensions
    )


def _sources(manifest: Manifest) -> dict[str, tuple[object, ...]]:
    """Where each table comes from, and which of its columns."""
    return {name: (t.source, t.place, t.mapped) for name, t in manifest.tables.items()}


def wins_of(chosen: Selection) -> list[Win]:
    """What went well, good-news signs and the largest deals of last week included."""
    agreed = agreements(chosen.snapshot)
    return asked(
        chosen,
        wins,
        dict(chosen.where),
        held=standings_of(chosen),
        good=signs_of(chosen),
        deals=_largest_deals(chosen.snapshot.folder, chosen.model, chosen.where),
        agreed=agreed.thresholds,
        changed_on=agreed.changed_on,
    )


def _largest_deals(folder: Path, model: AttributionModel, where: Filters) -> list[WonDeal]:
    credited = _deals_of_last_week(folder, model)
    with asked_facts(folder, model) as facts:
        return largest_deals(credited, facts, dict(where))


@st.cache_data(max_entries=2 * len(ATTRIBUTION_MODELS), show_spinner=False)
def _deals_of_last_week(folder: Path, model: AttributionModel) -> list[Credited]:
    """The deals won in the last whole week, from the tables: facts do not name deals."""
    with asked_facts(folder, model) as facts:
        (week,) = last_whole("week", 1, facts.as_of, facts.company)
        return credited_deals(open_tables(folder), facts, model, week)


def effects_of(chosen: Selection, records: Sequence[Action | Decision]) -> list[Effect | None]:
    """What became of the KPI of each record, in their order; None for those without a KPI.

    Of the record's own campaign, whatever the filters say.
    """
    acted = [
        Acted(record.kpi, record.made_on, record.campaign) if record.kpi in CATALOGUE else None
        for record in records
    ]
    known = tuple(dict.fromkeys(one for one in acted if one))
    found = dict(zip(known, asked(chosen, action_effects, known), strict=True))
    return [found[one] if one else None for one in acted]


def review_of(chosen: Selection) -> ClosedPeriod | None:
    """The targets of the chosen period and what came of them (see kpis.goals.closed_period).

    None while it runs, and where it is no whole month, quarter or year.
    """
    if not chosen.is_closed:
        return None
    targets = agreements(chosen.snapshot).targets
    return asked(chosen, closed_period, chosen.period, targets, dict(chosen.where))


def attention(chosen: Selection) -> list[Attention]:
    """The KPIs of the meeting, leading ones first, with what asks for attention about each."""
    frames = weekly_frames(chosen, LEADING_FIRST)
    review = review_of(chosen)
    if review is not None:
        return leading_first(frames, [outcome.standing for outcome in review.outcomes])
    return leading_first(frames, standings_of(chosen), signs_of(chosen))


def picked_kpi() -> str | None:
    """The key of the KPI that the reader picked for the meeting to look at, if any."""
    picked: str | None = st.session_state.get(KEY)
    return picked


def chosen_kpi(seen: list[Attention], picked: str | None) -> Attention:
    """The KPI that the meeting looks at: the one picked, else the most urgent, leading first."""
    return next((one for one in seen if one.kpi.key == picked), most_urgent(seen))
