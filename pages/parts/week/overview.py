"""One question for the whole of "This week": the period, the one before, and the weeks behind."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import pandas as pd

from kpis.calendar import Period, last_whole
from kpis.catalogue import COHORT_KPI, Kpi
from kpis.change.change_sentence import sentence
from kpis.change.drivers import drivers
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Window
from pages.parts.frame.answers import asked
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection, comparison

TREND_WEEKS = 26
SPARK_WEEKS = 13


@dataclass(frozen=True)
class Overview:
    """The scorecards behind the cards and the trend.

    now, before: one scorecard row each. weeks: a row per week, oldest first; ``running`` marks a
    last week that was not over. compared: in words, with what ``now`` is compared.
    """

    now: pd.Series
    before: pd.Series
    weeks: pd.DataFrame
    compared: str

    @cached_property
    def whole_weeks(self) -> pd.DataFrame:
        """The last 13 weeks that were over; no conversion while it is still maturing."""
        over = self.weeks[~self.weeks["running"]].tail(SPARK_WEEKS)
        final = over[COHORT_KPI].where(~over["immature"].astype(bool))
        return over.assign(**{COHORT_KPI: final})


def overview(chosen: Selection) -> Overview:
    """Ask for the selection's period, its like-for-like predecessor and the weeks up to its end."""
    pair = comparison(chosen)
    whole = last_whole("week", TREND_WEEKS, chosen.seen_on, chosen.manifest.company)
    weeks = [*whole, *_running_week(whole[-1], chosen)]
    windows = (*pair.windows, *(Window(week, chosen.as_of) for week in weeks))
    frame = asked(chosen, scorecard, windows, where=dict(chosen.where))
    running = [week not in whole for week in weeks]
    trend = frame.iloc[2:].assign(running=running)
    return Overview(frame.iloc[0], pair.earlier(frame).iloc[0], trend, pair.text)


@dataclass(frozen=True)
class ByCampaign:
    """The scorecards by campaign of a period and of its like-for-like predecessor."""

    now: pd.DataFrame
    before: pd.DataFrame
    compared: str


def by_campaign(chosen: Selection) -> ByCampaign:
    """Ask for the selection's period and its predecessor by campaign."""
    pair = comparison(chosen)
    frame = asked(chosen, scorecard, pair.windows, "campaign", dict(chosen.where))
    return ByCampaign(frame[frame["window"] == 0], pair.earlier(frame), pair.text)


def what_changed(chosen: Selection, kpi: Kpi) -> str:
    """One sentence: how the KPI changed since the period before, and which campaign moved it."""
    pair = comparison(chosen)
    if not pair.is_known:
        return f"{kpi.label}: {pair.text}."
    split = asked(chosen, drivers, kpi.key, *pair.windows, where=dict(chosen.where))
    return sentence(split, campaign_labels(chosen.snapshot))


def _running_week(last: Period, chosen: Selection) -> list[Period]:
    """The days after the last whole week, up to the period's end or the day of the numbers."""
    first, end = last.end + timedelta(days=1), min(chosen.period.end, chosen.as_of)
    return [Period(first, end)] if first <= end else []
