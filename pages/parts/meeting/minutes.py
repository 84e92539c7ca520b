"""The minutes of a meeting: what was on the screen and what was agreed on, as one file to send."""

from collections.abc import Callable
from functools import partial
from typing import cast

import streamlit as st

from connectors.snapshots.newest_sound import is_sound
from connectors.snapshots.snapshots import Snapshot, kept_snapshots
from kpis.calendar import Period, period_of
from kpis.catalogue import CATALOGUE, SEVEN_KEYS
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import change, day_text, days_label, period_label
from kpis.document import Document, Figure, Paragraph
from kpis.errors import AllianceError
from kpis.health.rejected import rejected_text
from kpis.meeting.kept_actions import made_in, of_meeting
from kpis.meeting.minutes import minutes
from kpis.meeting.minutes_figures import Moved, Seen
from kpis.meeting.minutes_records import ActionsSince, MeetingRecords, OfPeriod
from kpis.records import Action, Decision, Meeting, Note, SignOff
from kpis.scorecard.scorecard import scorecard
from kpis.signs.attention import LEADING_FIRST, Attention
from pages.parts.charts.theme import for_file
from pages.parts.charts.weekly.chart import weekly_chart
from pages.parts.frame.answers import asked
from pages.parts.frame.data import settings
from pages.parts.frame.filters import campaign_labels, filters_text
from pages.parts.frame.selection import Comparison, Selection, comparison
from pages.parts.meeting.meeting_answers import attention, effects_of, restated, review_of, wins_of
from pages.parts.records.notebook import annotations, come_back, meeting_before, records
from pages.parts.week.overview import what_changed
from pages.parts.week.week_answers import signs_of

FORMATS = {
    "HTML": ("html", "text/html"),
    "PDF": ("pdf", "application/pdf"),
    "Markdown": ("md", "text/markdown"),
}
"""Name → ending and media type."""


CHART_WIDTH, CHART_HEIGHT = 860, 235
"""In pixels; as wide as a page of A4 without its margins, its letters are 7 points high."""
MOST_TELLING = ("sign", "goal", "deal", "week")
"""The kinds of wins, the most telling first; records go before all of them."""


def draw_minutes(chosen: Selection, meeting: Meeting) -> None:
    """Draw a button for each format; the file is made when one is clicked, not before."""
    with st.container(horizontal=True, gap="small", key="minutes-formats"):
        for name, (ending, mime) in FORMATS.items():
            st.download_button(
                name,
                partial(_made, ending, chosen, meeting),
                file_name=f"minutes-{meeting.held_on}.{ending}",
                mime=mime,
                key=f"minutes-{ending}",
                icon=":material/download:",
                on_click="ignore",
            )


def _made(ending: str, chosen: Selection, meeting: Meeting) -> str | bytes:
    """The file, or one that says why there is none: while it is made no page can say so."""
    try:
        document = minutes_of(chosen, meeting)
    except AllianceError as error:
        title = f"Minutes of {day_text(meeting.held_on)} cannot be made"
        document = Document(title, "", (Paragraph(str(error)),))
    return _file(ending, document)


def _file(ending: str, document: Document) -> str | bytes:
    """The document in the format of this ending; its libraries load with the first download."""
    from connectors.documents.html import html
    from connectors.documents.markdown import markdown
    from connectors.documents.pdf import pdf

    makers: dict[str, Callable[[Document], str | bytes]]
    makers = {"html": html, "pdf": pdf, "md": markdown}
    return makers[ending](document)


def minutes_of(chosen: Selection, meeting: Meeting) -> Document:
    """The minutes of a meeting. Raises NotebookError when its records cannot be read.

    Of one that runs, the figures are those of the selection; of one that is closed, those of
    the data, period, filters and attribution model that it had on the screen in the end.
    """
    looked_at = shown_in(meeting, chosen)
    dashboard = settings().outbox.dashboard
    return minutes(
        _seen(looked_at, meeting),
        _kept(looked_at, meeting),
        meeting.held_on,
        _selected(looked_at),
        rejected=rejected_text(looked_at.snapshot.manifest.rejected, "Sources"),
        link=f"{dashboard.rstrip('/')}/meeting" if dashboard else None,
        is_replaced=meeting.closed_at is not None and looked_at.snapshot.name != meeting.snapshot,
    )


def shown_in(meeting: Meeting, chosen: Selection) -> Selection:
    """What a meeting looks at, or looked at when it was closed.

    The month of the meeting, where its period was not kept. Data that is no longer kept is replaced
    by that of the selection.
    """
    if meeting.closed_at is None:
        return chosen
    snapshot = _snapshot_of(meeting, chosen)
    known = meeting.attribution in ATTRIBUTION_MODELS
    model = cast(AttributionModel, meeting.attribution) if known else chosen.model
    return Selection(snapshot, _period_of(meeting, snapshot), meeting.where, model)


def _period_of(meeting: Meeting, snapshot: Snapshot) -> Period:
    if meeting.period_start is None or meeting.period_end is None:
        return period_of("month", meeting.held_on, snapshot.manifest.company)
    return Period(meeting.period_start, meeting.period_end)


def _snapshot_of(meeting: Meeting, chosen: Selection) -> Snapshot:
    if meeting.snapshot == chosen.snapshot.name:
        return chosen.snapshot
    kept = (found for found in kept_snapshots(settings()) if found.name == meeting.snapshot)
    return next(filter(is_sound, kept), chosen.snapshot)


def _selected(seen: Selection) -> str:
    manifest = seen.manifest
    return " · ".join(
        (
            f"{days_label(seen.period.until(seen.as_of))}, as of {day_text(seen.as_of)}",
            filters_text(seen),
            f"Attribution: {ATTRIBUTION_MODELS[seen.model]}",
            f"Definitions: {manifest.definitions_hash[:8]}",
        )
    )


def _seen(chosen: Selection, meeting: Meeting) -> Seen:
    """Ask for all that a meeting sees of a selection; raises NotebookError."""
    review, pair, kpis = review_of(chosen), comparison(chosen), attention(chosen)
    signs = [] if review else signs_of(chosen)
    wins = [] if review else wins_of(chosen)
    before = meeting_before(meeting.held_on)
    return Seen(
        company=chosen.manifest.company,
        days=chosen.period.until(chosen.as_of),
        compared=pair.text,
        is_comparable=pair.is_known,
        kpis=kpis,
        moved=_moved(chosen, pair),
        why={one.kpi.key: what_changed(chosen, one.kpi) for one in kpis},
        warnings=[sign for sign in signs if sign.tone == "warning"],
        wins=sorted(wins, key=lambda win: (not win.is_record, MOST_TELLING.index(win.kind))),
        review=review,
        charts=[_chart(one, chosen) for one in kpis if one.kpi.key in SEVEN_KEYS],
        restated=(before.held_on, restated(chosen, before)) if before else None,
    )


def _moved(chosen: Selection, pair: Comparison) -> dict[str, Moved]:
    frame = asked(chosen, scorecard, pair.windows, where=dict(chosen.where))
    now, before = frame.iloc[0], pair.earlier(frame).iloc[0]
    return {
        key: Moved(
            float(now[key]),
            now["reasons"].get(key),
            change(CATALOGUE[key], float(now[key]), float(before[key])),
        )
        for key in LEADING_FIRST
    }


def _chart(one: Attention, chosen: Selection) -> Figure:
    happened = annotations(chosen)
    spec = for_file(
        partial(
            weekly_chart, one.frame, chosen.currency, annotations=happened, height=CHART_HEIGHT
        ),
        CHART_WIDTH,
    )
    alt = f"{spec['description']}. Last week: {one.frame.usual_range}."
    return Figure(one.kpi.label, spec, alt, is_wide=True)


def _kept(seen: Selection, meeting: Meeting) -> MeetingRecords:
    """The records of a meeting; raises NotebookError."""
    actions, decisions = records(Action), records(Decision)
    earlier, of_period = come_back(meeting, meeting.held_on), None
    if seen.is_closed:
        of_period = _of_period(seen, decisions, actions)
        earlier = [action for action in earlier if action not in made_in(seen.period, earlier)]
    return MeetingRecords(
        as_of=seen.as_of,
        decisions=of_meeting(decisions, meeting, meeting.held_on),
        actions=of_meeting(actions, meeting, meeting.held_on),
        earlier=_acted(seen, earlier),
        of_period=of_period,
        notes=records(Note, meeting_id=meeting.id),
        signed=records(SignOff, meeting_id=meeting.id),
        labels=campaign_labels(seen.snapshot),
    )


def _of_period(seen: Selection, decisions: list[Decision], actions: list[Action]) -> OfPeriod:
    """What was agreed on in a period that is over."""
    decided = made_in(seen.period, decisions)
    effects = effects_of(seen, decided)
    return OfPeriod(
        period_label(seen.period, seen.manifest.company),
        list(zip(decided, effects, strict=True)),
        _acted(seen, made_in(seen.period, actions)),
    )


def _acted(seen: Selection, actions: list[Action]) -> ActionsSince:
    return list(zip(actions, effects_of(seen, actions), strict=True))
