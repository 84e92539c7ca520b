"""The stories of the demo: where they are, what they change, and which rows are broken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from connectors.demo.days import DAY, Flags, Floats, Index, Seconds, Words, first_second


@dataclass(frozen=True)
class Stories:
    """Names and places of the stories; the days follow from ``today``."""

    stalled_campaign: str = "cmp-search-free-trial"
    losing_campaign: str = "cmp-social-facebook"
    unknown_campaign: str = "cmp-search-old-account"
    unpriced_currency: str = "SEK"
    unknown_status: str = "on hold"
    unreadable_amount: str = "n/a"
    weak_mql_rate: float = 0.86
    weak_sql_rate: float = 0.95
    weak_win_rate: float = 0.85

    def stalled_since(self, today: date) -> date:
        """First day on which no new lead of the stalled campaign becomes an MQL: 5 weeks ago."""
        return today - timedelta(days=35)

    def late_week(self, today: date) -> date:
        """The Monday of the week in which sales followed up late: 3 weeks before this week's."""
        return today - timedelta(days=today.weekday() + 21)

    def quarter_start(self, today: date) -> date:
        """First day of the calendar quarter of ``today``, which runs behind its target."""
        return date(today.year, today.month - (today.month - 1) % 3, 1)


STORIES = Stories()


def is_stalled(campaign_id: Words, created: Seconds, today: date) -> Flags:
    """Which leads come from the stalled campaign after it stopped converting."""
    from_it = np.asarray(campaign_id == STORIES.stalled_campaign, dtype=np.bool_)
    return from_it & (created >= first_second(STORIES.stalled_since(today)))


def is_late(mql: Seconds, today: date) -> Flags:
    """Which leads became MQLs in the week in which sales followed up late."""
    monday = first_second(STORIES.late_week(today))
    return (mql >= monday) & (mql < monday + 7 * DAY)


def weakened(rate: Floats | float, by: float, happened: Seconds, today: date) -> Floats:
    """``rate``, multiplied by ``by`` for what happened in the current quarter."""
    this_quarter = happened >= first_second(STORIES.quarter_start(today))
    return np.asarray(rate * np.where(this_quarter, by, 1.0), dtype=np.float64)


def with_dirty_leads(leads: pd.DataFrame, today: date) -> pd.DataFrame:
    """Break 0.3 % of the leads, none of them an MQL: no date, impossible dates, ids twice."""
    share = max(1, round(len(leads) / 1000))
    places = _spread(leads["mql_at"].isna().to_numpy(), 3 * share)
    blank, impossible, twice = places[0::3], places[1::3], places[2::3]
    created: Any = leads["created_at"].astype(object).to_numpy(copy=True)
    created[blank] = None
    texts = (f"{today.year}-02-30", f"{today.year - 1}-13-05", "0000-00-00")
    for number, place in enumerate(impossible):
        created[place] = texts[number % len(texts)]
    broken = leads.assign(created_at=pd.Series(created, dtype=object, index=leads.index))
    order = np.sort(np.concatenate([np.arange(len(leads)), twice]))
    return broken.take(order).reset_index(drop=True)


def with_dirty_deals(deals: pd.DataFrame) -> pd.DataFrame:
    """Break some 1 % of the deals: a status that nobody knows, no amount, a currency unpriced."""
    share = max(1, len(deals) // 300)
    won = (deals["status"] == "won").to_numpy()
    places = _spread(won, 2 * share)
    unpriced, unreadable = places[0::2], places[1::2]
    unknown = _spread((deals["status"] == "open").to_numpy(), share)
    amount: Any = deals["amount"].astype(object).to_numpy(copy=True)
    amount[unreadable] = STORIES.unreadable_amount
    return deals.assign(
        status=_with(deals["status"], unknown, STORIES.unknown_status),
        currency=_with(deals["currency"], unpriced, STORIES.unpriced_currency),
        amount=pd.Series(amount, dtype=object, index=deals.index),
    )


def with_dirty_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Give one campaign cost in 700 a campaign id that the campaigns table lacks."""
    paid = costs["campaign_id"].notna().to_numpy()
    places = _spread(paid, max(1, int(paid.sum()) // 700))
    return costs.assign(campaign_id=_with(costs["campaign_id"], places, STORIES.unknown_campaign))


def _spread(candidates: Flags, count: int) -> Index:
    """At most ``count`` row places of ``candidates``, evenly over the table."""
    places = np.flatnonzero(candidates)
    if len(places) <= count:
        return places
    return np.asarray(places[np.linspace(0, len(places) - 1, count + 2).astype(int)[1:-1]])


def _with(column: pd.Series, places: Iterable[int], value: str) -> pd.Series:
    cells: Any = column.to_numpy(dtype=object, copy=True)
    cells[np.asarray(places, dtype=int)] = value
    return pd.Series(cells, index=column.index)
