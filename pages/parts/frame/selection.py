"""What everyone is looking at, handed from the dashboard to the page that runs inside it."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import pandas as pd
import streamlit as st

from connectors.snapshots.manifest import Manifest
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import RECORDED_WITHIN, Period, unit_of
from kpis.definitions import AttributionModel
from kpis.display import days_label
from kpis.scorecard.scorecard import compared
from kpis.scorecard.selection import Window
from pages.parts.frame.data import Filters, recorded_since

PAGES = Path(__file__).parents[2]
_SELECTION = "selection"
_ASKED: ContextVar[dict[Hashable, Any] | None] = ContextVar("asked-in-this-run", default=None)

T = TypeVar("T")


@dataclass(frozen=True)
class Selection:
    """A snapshot, a period, a filter and an attribution model."""

    snapshot: Snapshot
    period: Period
    where: Filters
    model: AttributionModel

    @property
    def manifest(self) -> Manifest:
        """What the snapshot says about itself."""
        return self.snapshot.manifest

    @property
    def as_of(self) -> date:
        """The day the numbers are as of."""
        return self.snapshot.manifest.as_of

    @property
    def seen_on(self) -> date:
        """The day to look at the period from: the day after it, or that of the numbers before."""
        return min(self.period.end + timedelta(days=1), self.as_of)

    @property
    def is_closed(self) -> bool:
        """Whether the period is a month, quarter or year that is over."""
        unit = unit_of(self.period, self.manifest.company)
        return unit not in (None, "week") and self.period.end < self.as_of

    @property
    def campaign(self) -> str | None:
        """The one campaign that is selected; None where none or several are."""
        chosen = dict(self.where).get("campaign", ())
        return chosen[0] if len(chosen) == 1 else None

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.snapshot.manifest.company.currency


def selection() -> Selection:
    """The selection as the filters stand in this run; only while a page of the dashboard runs."""
    if _SELECTION not in st.session_state:
        _run_the_dashboard_instead()
    return cast(Selection, st.session_state[_SELECTION])


@contextmanager
def shared(chosen: Selection) -> Iterator[None]:
    """Let the page that runs inside read ``chosen`` with :func:`selection`."""
    st.session_state[_SELECTION] = chosen
    before = _ASKED.set({})
    try:
        yield
    finally:
        del st.session_state[_SELECTION]
        _ASKED.reset(before)


def once_a_run(key: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` returns, asked once while a page of the dashboard runs; elsewhere each time."""
    asked = _ASKED.get()
    if asked is None:
        return ask()
    if key not in asked:
        asked[key] = ask()
    answer: T = asked[key]
    return answer


def _run_the_dashboard_instead() -> NoReturn:
    """Leave a page that was run by itself, and run the dashboard around it.

    Streamlit's older way of finding pages in a folder called ``pages`` runs the very first page
    after a start of the server alone. Any call of st.navigation ends that for good; it names that
    page, else the browser would be told that there is none and go to the first one.
    """
    pages = [st.Page(file) for file in PAGES.glob("*.py")]
    st.navigation(
        [st.Page(lambda: None, title="Alliance", default=True), *pages], position="hidden"
    )
    st.rerun()


@dataclass(frozen=True)
class Comparison:
    """The period and its like-for-like predecessor.

    is_known: whether the predecessor was recorded from its beginning; else comparing with it would
    mislead. text: with what the period is compared, or why with nothing, in words.
    """

    now: Window
    before: Window
    is_known: bool
    text: str

    @property
    def windows(self) -> tuple[Window, Window]:
        """Both windows, the later one first."""
        return self.now, self.before

    def earlier(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the predecessor in an answer for both, without values where not known."""
        rows = frame[frame["window"] == 1]
        if self.is_known:
            return rows
        numbers = map(str, rows.select_dtypes("float"))
        return rows.assign(**dict.fromkeys(numbers, float("nan")))


def comparison(chosen: Selection) -> Comparison:
    """The comparison for the selection's period; not known before the first lead was recorded."""
    now, before = compared(chosen.period, chosen.as_of, chosen.manifest.company)
    since = recorded_since(chosen.snapshot.folder)
    if since is None or before.period.start + RECORDED_WITHIN >= since:
        text = f"compared with {days_label(before.period)}, like for like"
        return Comparison(now, before, True, text)
    begin = days_label(Period(since, since))
    return Comparison(now, before, False, f"no comparison, since records begin on {begin}")
