"""How fresh the numbers are, the banner when a refresh failed, and the watch for a new snapshot."""

from contextlib import nullcontext
from datetime import UTC, datetime

import streamlit as st

from connectors.settings.settings import Settings
from connectors.snapshots.failures import last_failure
from connectors.snapshots.newest_sound import current_snapshot, passed_over
from connectors.snapshots.snapshots import Snapshot
from connectors.snapshots.under_way import UnderWay, doing_text, under_way
from kpis.display import day_text, short_day
from kpis.errors import AllianceError
from kpis.health.rejected import rejected_text
from kpis.health.remarks import late_tables_text, late_text
from pages.parts.frame.data import refresh_now, settings
from pages.parts.frame.text import plain

WATCH_SECONDS, RUNNING_SECONDS = 15, 2
_JUST_DRAWN, _PLACE = "just-drawn", "place-of-under-way"


def draw_freshness(snapshot: Snapshot) -> None:
    """Draw "Data as of …" with what it was read from, and the button that refreshes it.

    Old figures (see Snapshots.old_after), and tables whose newest record is older than it usually
    is, say so in the colour of a warning. A refresh that runs is shown before it.
    """
    st.session_state[_PLACE] = st.container(width="content", key="under-way")
    manifest = snapshot.manifest
    made = manifest.created_at.astimezone(manifest.company.zone)
    late = [name for name, table in manifest.facts.tables.items() if table.is_late]
    marks = ["old"] if datetime.now(UTC) - made > settings().snapshots.old_after else []
    marks += [late_tables_text(late)] if late else []
    as_of = f"Data as of {day_text(made)}, {made:%H:%M}"
    with st.popover(
        f":orange[{as_of} ({', '.join(marks)})]" if marks else as_of,
        icon=":material/schedule:",
        type="tertiary",
        key="freshness",
    ):
        read = sum(table.read for table in manifest.tables.values())
        rejected = rejected_text(manifest.rejected, "Sources")
        st.markdown(f"{read:,} rows were read; {plain(rejected) or 'none was rejected'}.")
        for name in late:
            st.markdown(f":orange[**{name}**: {plain(late_text(manifest.facts.tables[name]))}.]")
        st.page_link("pages/sources.py", label="See the sources", help="")
        st.page_link("pages/health.py", label="See data health", help="")
        if st.button("Refresh now", icon=":material/refresh:", key="refresh"):
            _refresh_and_show()


def draw_banner(agreed: Settings, snapshot: Snapshot) -> None:
    """Say it when newer figures are damaged, refreshing has been failing, or settings are newer."""
    st.session_state.pop(_PLACE, None)  # of a run that was cut short
    zone = snapshot.manifest.company.zone
    damage = passed_over(agreed, snapshot)
    if damage is not None:
        st.error(plain(damage.text))
    failure = last_failure(agreed)
    if failure is not None:
        since = failure.since.astimezone(zone)
        st.error(
            f"**The data has not been refreshed since {short_day(since)}, {since:%H:%M}.** "
            f"The last good figures are shown.\n\n{plain(failure.why)}"
        )
    elif not _is_current(snapshot, agreed):
        st.warning(
            "The settings have changed since these figures were made. Read the sources again."
        )


def draw_nothing_to_show(error: AllianceError) -> None:
    """The page when there is no snapshot at all: what went wrong, and what to do."""
    st.error(f"**There are no figures to show.** {plain(str(error))}")
    if st.button("Try again", icon=":material/refresh:", key="retry"):
        _refresh_and_show()


State = tuple[str | None, str | None]


def state() -> State:
    """What a page has to be drawn anew for: another snapshot, or something else that is wrong."""
    try:
        agreed = settings()
    except AllianceError as error:
        return None, str(error)
    return state_with(current_snapshot(agreed), agreed)


def state_with(snapshot: Snapshot | None, agreed: Settings) -> State:
    """The state of a page that shows ``snapshot``."""
    failure = last_failure(agreed)
    newest = snapshot.name if snapshot and _is_current(snapshot, agreed) else None
    return newest, failure.why if failure else None


def _is_current(snapshot: Snapshot, agreed: Settings) -> bool:
    return snapshot.manifest.settings == agreed.fingerprint


def watch(drawn: State) -> None:
    """Draw the page anew as soon as its state is another than the one that was drawn.

    While a refresh runs, it shows what is read and since when, where the page has a place for it.
    """
    st.session_state[_JUST_DRAWN] = True
    place = st.session_state.pop(_PLACE, None)
    with place or nullcontext():
        _watch(drawn)


@st.fragment(run_every=WATCH_SECONDS)
def _watch(drawn: State) -> None:
    if not st.session_state.pop(_JUST_DRAWN, False) and state() != drawn:
        st.rerun(scope="app")
    if _running() is not None:
        _draw_running(drawn)


@st.fragment(run_every=RUNNING_SECONDS)
def _draw_running(drawn: State) -> None:
    """The line of a refresh that runs; when it ends, the page is drawn with what came of it."""
    running = _running()
    if running is not None:
        agreed = settings()
        since = running.since.astimezone(agreed.company.zone)
        doing = doing_text(agreed, running.part, running.rows)
        text = f"Refreshing since {since:%H:%M}: {doing}"
        st.caption(f":material/sync: {plain(text)}", width="content")
    elif state() != drawn:
        st.rerun(scope="app")


def _running() -> UnderWay | None:
    try:
        return under_way(settings())
    except AllianceError:  # of the settings: the state says it
        return None


def _refresh_and_show() -> None:
    try:
        refresh_now()
    except AllianceError as error:
        st.error(f"**The sources could not be read.** {plain(str(error))}")
        return
    st.rerun()
