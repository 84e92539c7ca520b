"""The minutes of a meeting: what was on the screen and what was agreed on, as one file to send."""

from collections.abc import Callable
from functools import partial
from typing import cast

import streamlit as st

from connectors.documents.html import html
from connectors.documents.markdown import markdown
from connectors.documents.pdf import pdf
from connectors.snapshots.snapshots import Snapshot, kept_snapshots
from kpis.calendar import Period, period_of
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.display import day_text, days_label
from kpis.document import Block, Bullets, Document, Heading, Paragraph
from kpis.errors import AllianceError
from kpis.records import Meeting
from pages.parts.frame.data import settings
from pages.parts.frame.filters import filters_text
from pages.parts.frame.selection import Selection
from pages.parts.meeting.minutes_figures import figure_blocks
from pages.parts.meeting.minutes_records import agreed_text, record_blocks
from pages.parts.meeting.minutes_summary import seen_in, summary

FORMATS: dict[str, tuple[str, str, Callable[[Document], str | bytes]]] = {
    "HTML": ("html", "text/html", html),
    "PDF": ("pdf", "application/pdf", pdf),
    "Markdown": ("md", "text/markdown", markdown),
}
"""Name → ending, media type, and what makes it."""


def draw_minutes(chosen: Selection, meeting: Meeting) -> None:
    """Draw a button for each format; the file is made when one is clicked, not before."""
    with st.container(horizontal=True, gap="small", key="minutes-formats"):
        for name, (ending, mime, make) in FORMATS.items():
            st.download_button(
                name,
                partial(_made, make, chosen, meeting),
                file_name=f"minutes-{meeting.held_on}.{ending}",
                mime=mime,
                key=f"minutes-{ending}",
                icon=":material/download:",
                on_click="ignore",
            )


def _made(
    make: Callable[[Document], str | bytes], chosen: Selection, meeting: Meeting
) -> str | bytes:
    """The file, or one that says why there is none: while it is made no page can say so."""
    try:
        document = minutes_of(chosen, meeting)
    except AllianceError as error:
        title = f"Minutes of {day_text(meeting.held_on)} cannot be made"
        document = Document(title, "", (Paragraph(str(error)),))
    return make(document)


def minutes_of(chosen: Selection, meeting: Meeting) -> Document:
    """The minutes of a meeting. Raises NotebookError when its records cannot be read.

    Of one that goes on, the figures are those of the selection; of one that is closed, those of
    the data, period, filters and attribution model that it had on the screen in the end.
    """
    looked_at = shown_in(meeting, chosen)
    seen = seen_in(looked_at)
    dashboard = settings().outbox.dashboard
    return Document(
        title=f"{chosen.manifest.company.name}: weekly meeting, {day_text(meeting.held_on)}",
        subtitle=_subtitle(looked_at),
        blocks=(
            *_if_its_data_is_gone(looked_at, meeting),
            Heading("Summary"),
            Bullets((*summary(seen), agreed_text(meeting))),
            *figure_blocks(seen, meeting),
            *record_blocks(looked_at, meeting),
        ),
        link=f"{dashboard.rstrip('/')}/meeting" if dashboard else None,
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
    return next(kept, chosen.snapshot)


def _if_its_data_is_gone(seen: Selection, meeting: Meeting) -> list[Block]:
    if meeting.closed_at is None or seen.snapshot.name == meeting.snapshot:
        return []
    text = "The data that this meeting looked at is no longer kept. The figures are those of "
    return [Paragraph(f"{text}{day_text(seen.as_of)}.", "warning")]


def _subtitle(seen: Selection) -> str:
    manifest = seen.manifest
    return " · ".join(
        (
            f"{days_label(seen.period.until(seen.as_of))}, as of {day_text(seen.as_of)}",
            filters_text(seen),
            f"Attribution: {ATTRIBUTION_MODELS[seen.model]}",
            f"Definitions: {manifest.definitions_hash[:8]}",
        )
    )
