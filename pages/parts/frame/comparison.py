"""With what the selection's period is compared, if anything was recorded then."""

from dataclasses import dataclass

import pandas as pd

from kpis.calendar import RECORDED_WITHIN, Period
from kpis.display import days_label
from kpis.scorecard.scorecard import compared
from kpis.scorecard.sums import Window
from pages.parts.frame.data import recorded_since
from pages.parts.frame.selection import Selection


@dataclass(frozen=True)
class Comparison:
    """The period and its like-for-like predecessor.

    is_known: whether the predecessor was recorded from its beginning; else comparing with it would
    mislead. said: with what the period is compared, or why with nothing, in words.
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
