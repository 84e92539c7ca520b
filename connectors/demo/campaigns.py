"""The demo's marketing plan: campaigns, how many leads a day they bring, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from connectors.demo.days import DAY, Floats, Index
from connectors.demo.story import STORIES

HOME_REGIONS = (0.40, 0.25, 0.15, 0.20)
DACH, UKI, AMERICA = (0.94, 0.02, 0.02, 0.02), (0.02, 0.94, 0.02, 0.02), (0.02, 0.02, 0.02, 0.94)


@dataclass(frozen=True)
class Campaign:
    """A campaign as planned.

    weight, again: relative chance to bring a new lead, and to meet a known lead once more.
    quality: its leads' chance to become an MQL, relative to the average lead.
    cost_per_lead: in its currency; bookings: how the money is booked.
    """

    campaign_id: str
    name: str
    channel: str
    weight: float
    again: float
    quality: float
    cost_per_lead: float
    bookings: str = "daily"
    regions: tuple[float, ...] = HOME_REGIONS
    months: tuple[int, int] | None = None
    foreign: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    budget: float | None = None


SEARCH, SOCIAL, CONTENT = "Paid search", "Paid social", "Content"
WEBINARS, EVENTS, PARTNERS = "Webinars", "Events", "Partners"

ALWAYS = (
    Campaign("cmp-search-brand-dach", "Brand search DACH", SEARCH, 8, 6, 1.25, 105, regions=DACH),
    Campaign("cmp-search-brand-uki", "Brand search UK & Ireland", SEARCH, 5, 4, 1.2, 110,
             regions=UKI),
    Campaign("cmp-search-forecasting", "Search: Sales forecasting tool", SEARCH, 9, 4, 1.1, 150),
    Campaign(STORIES.stalled_campaign, "Search: Free trial", SEARCH, 8, 2, 1.15, 140),
    Campaign("cmp-search-america", "Search North America", SEARCH, 7, 3, 1.0, 170,
             regions=AMERICA, foreign=True),
    Campaign("cmp-social-linkedin", "LinkedIn: Revenue leaders", SOCIAL, 9, 5, 1.0, 150),
    Campaign("cmp-social-retargeting", "LinkedIn: Retargeting", SOCIAL, 3, 10, 1.1, 200),
    Campaign(STORIES.losing_campaign, "Facebook: Lookalike audience", SOCIAL, 9, 1, 0.3, 150),
    Campaign("cmp-content-newsletter", "Newsletter: Pipeline Notes", CONTENT, 7, 11, 0.85, 90,
             "weekly"),
    Campaign("cmp-content-benchmark", "Benchmark report: B2B funnels", CONTENT, 9, 6, 0.8, 85,
             "weekly"),
    Campaign("cmp-webinar-demo", "Weekly product demo", WEBINARS, 7, 7, 1.35, 115, "weekly"),
    Campaign("cmp-partner-acme", "Partner: Acme Cloud", PARTNERS, 6, 1, 1.35, 120, "weekly"),
    Campaign("cmp-partner-fabrikam", "Partner: Fabrikam Consulting", PARTNERS, 4, 1, 1.3, 130,
             "weekly"),
)  # fmt: skip
"""Campaigns that always run."""

SEASONAL = (
    Campaign("cmp-webinar-spring", "Spring webinar {}: Forecasting", WEBINARS, 9, 5, 1.2, 75,
             "weekly", months=(3, 5), budget=18_000),
    Campaign("cmp-webinar-autumn", "Autumn webinar {}: A handoff that works", WEBINARS, 9, 5, 1.2,
             75, "weekly", months=(9, 11), budget=18_000),
    Campaign("cmp-content-planning", "Year-end planning guide {}", CONTENT, 7, 5, 0.9, 55,
             "weekly", months=(10, 12), budget=15_000),
    Campaign("cmp-event-hannover", "Hannover trade fair {}", EVENTS, 9, 1, 1.1, 0, "lumps", DACH,
             months=(4, 5), budget=34_000),
    Campaign("cmp-event-london", "Revenue Summit London {}", EVENTS, 8, 1, 1.15, 0, "lumps", UKI,
             months=(10, 11), budget=30_000),
    Campaign("cmp-event-austin", "SaaS conference Austin {}", EVENTS, 8, 1, 1.05, 0, "lumps",
             AMERICA, months=(2, 3), foreign=True, budget=32_000),
)  # fmt: skip
"""Campaigns of a season: one for each year, from its first to the end of its last month."""

SHARED = (
    ("marketing", "Salaries", 27_000.0),
    ("marketing", "Tools", 6_500.0),
    ("sales", "Salaries", 46_000.0),
    ("sales", "Tools", 5_500.0),
)
"""Monthly costs of no campaign, in the company's currency, for a demo of 20,000 leads."""


def plan(start: date, today: date) -> list[Campaign]:
    """The campaigns that run between ``start`` and ``today``, those that always run first."""
    campaigns = [_in(campaign, start.year - 1, (1, 0)) for campaign in ALWAYS]
    for campaign in SEASONAL:
        for year in range(start.year, today.year + 1):
            if campaign.months and start <= date(year, campaign.months[0], 1) <= today:
                campaigns.append(_in(campaign, year, campaign.months))
    return campaigns


def _in(campaign: Campaign, year: int, months: tuple[int, int]) -> Campaign:
    first, last = months
    after = date(year + last // 12, last % 12 + 1, 1)
    ends = date.fromordinal(after.toordinal() - 1) if last else None
    seasonal = {"campaign_id": f"{campaign.campaign_id}-{year}"} if last else {}
    shown = {**vars(campaign), **seasonal, "name": campaign.name.format(year)}
    return Campaign(**{**shown, "starts_on": date(year, first, 1), "ends_on": ends})


def weights(campaigns: Sequence[Campaign], days: Index, again: bool = False) -> Floats:
    """Chance of each campaign on each day: shape (days, campaigns), zero while it does not run."""
    epoch = date(1970, 1, 1)
    columns = []
    for campaign in campaigns:
        first = (campaign.starts_on - epoch).days if campaign.starts_on else days[0]
        last = (campaign.ends_on - epoch).days if campaign.ends_on else days[-1]
        weight = campaign.again if again else campaign.weight
        columns.append(np.where((days >= first) & (days <= last), weight, 0.0))
    return np.column_stack(columns)


def campaigns_table(campaigns: Sequence[Campaign]) -> pd.DataFrame:
    """The raw table of campaigns."""
    columns = ["campaign_id", "name", "channel", "starts_on", "ends_on", "budget"]
    frame = pd.DataFrame([vars(campaign) for campaign in campaigns])[columns]
    for column in ("starts_on", "ends_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame


def costs_table(
    campaigns: Sequence[Campaign],
    days: Index,
    leads: Floats,
    noise: Floats,
    scale: float,
    currencies: tuple[str, str],
) -> pd.DataFrame:
    """The raw table of costs.

    leads, noise: expected new leads, and a number in [0, 1), per day and campaign.
    scale: leads of this demo, relative to 20,000; currencies: the company's and the foreign one.
    """
    parts = []
    for number, campaign in enumerate(campaigns):
        spent = leads[:, number] * campaign.cost_per_lead * (0.85 + 0.3 * noise[:, number])
        if campaign.bookings == "weekly":
            total = np.cumsum(spent)
            fridays = np.flatnonzero((days + 3) % 7 == 4)
            booked = days[fridays]
            spent = np.diff(total[fridays], prepend=0.0)
        elif campaign.bookings == "lumps" and campaign.starts_on and campaign.budget:
            opening = (campaign.starts_on - date(1970, 1, 1)).days
            booked = np.array([opening - 30, opening, opening + 12])
            spent = np.array([0.4, 0.5, 0.1]) * campaign.budget * scale
        else:
            booked = days
        category = "Event" if campaign.channel == EVENTS else "Media"
        parts.append(_cost_rows(booked, spent, campaign, category, currencies))
    months = pd.date_range(_day(days[0]), _day(days[-1]), freq="MS").to_numpy()
    firsts = months.astype("datetime64[D]").astype(np.int64)
    for team, category, amount in SHARED:
        shared = _cost_rows(
            firsts, np.full(len(firsts), amount * scale), None, category, currencies
        )
        parts.append(shared.assign(team=team))
    costs = pd.concat(parts, ignore_index=True)
    known = costs["spent_on"].between(_day(days[0]), _day(days[-1])) & (costs["amount"] > 0)
    return costs[known].sort_values("spent_on", kind="stable", ignore_index=True)


def _day(day: int) -> pd.Timestamp:
    return pd.Timestamp(int(day) * DAY, unit="s")


def _cost_rows(
    booked: Index,
    spent: Floats,
    campaign: Campaign | None,
    category: str,
    currencies: tuple[str, str],
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "spent_on": (booked * DAY).astype("datetime64[s]"),
            "amount": spent.round(2),
            "campaign_id": pd.Series(
                [campaign.campaign_id if campaign else None] * len(booked), dtype="str"
            ),
            "team": "marketing",
            "category": category,
            "currency": currencies[campaign.foreign if campaign else 0],
        }
    )


def rates_table(start: date, today: date, seed: int, currencies: tuple[str, str]) -> pd.DataFrame:
    """The raw table of exchange rates: one of the foreign currency a month, around 0.92."""
    months = pd.date_range(start.replace(day=1), today, freq="MS")
    drawn = [np.random.default_rng([seed, m.year, m.month]).random() for m in months]
    rates = (0.92 + 0.05 * (np.array(drawn) - 0.5)).round(4)
    return pd.DataFrame(
        {
            "currency": currencies[1],
            "rate": rates,
            "valid_from": months.to_numpy().astype("datetime64[s]"),
        }
    )
