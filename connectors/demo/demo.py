"""The demo: eighteen months of a software company's marketing and sales, made up, up to today.

The same seed, day and number of leads give the same rows, and a demo made tomorrow keeps today's
rows apart from a few that the stories touch. Five stories are worth finding; ``STORIES`` names
the places, :mod:`connectors.demo.story` lists them:

1. ``stalled_campaign``: five weeks ago "Search: Free trial" stopped converting. It still costs
   money and brings leads, but none of them becomes an MQL: the form behind it broke.
2. ``late_week``: three weeks ago, sales first contacted that week's MQLs after four days, not
   four hours.
3. ``quarter_start``: since the quarter began, fewer leads become MQLs, fewer of these SQLs, and
   fewer deals are won. MQLs, SQLs and revenue lag the quarter's targets; the month's MQLs do not.
4. ``losing_campaign``: "Facebook: Lookalike audience" never earned what it costs.
5. Dirty rows: leads with no date, an impossible date or an id that stands twice; deals with an
   unknown status, an amount "n/a" or a currency without rate; costs of an unknown campaign.

Leads carry ``segment`` and ``region``; costs do not, so CAC and ROI by segment are undefined.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from connectors.demo import campaigns as demo_campaigns
from connectors.demo import deals as demo_deals
from connectors.demo import leads as demo_leads
from connectors.demo.days import Draws, daily_noise, days_of, expected_leads
from connectors.demo.story import STORIES, with_dirty_costs, with_dirty_deals, with_dirty_leads
from connectors.settings.settings import DemoSource
from connectors.sources.raw import RawTable
from kpis.definitions import Company
from kpis.errors import SourceError, nearest
from kpis.model import FIGURE_TABLES

__all__ = ["STORIES", "first_day", "read"]

MONTHS = 18
USUAL_LEADS = 20_000


def first_day(today: date) -> date:
    """The first day of a demo that ends ``today``: eighteen months earlier."""
    return (pd.Timestamp(today) - pd.DateOffset(months=MONTHS)).date()


def read(
    source: DemoSource, tables: Iterable[str], today: date, company: Company
) -> dict[str, RawTable]:
    """Make the raw ``tables``: canonical columns, times local to the company, rows from 1.

    Nothing in them is dated after ``today``. Raises SourceError for a table that the demo lacks.
    """
    wanted = list(tables)
    for name in wanted:
        if name not in FIGURE_TABLES:
            raise SourceError(
                f"The demo has no table '{name}'. {nearest(name, FIGURE_TABLES)} Change 'from' in "
                "the settings of the table that is read from the demo."
            )
    made = _tables(source, today, company)
    return {
        name: RawTable(
            frame=made[name],
            rows=np.arange(1, len(made[name]) + 1, dtype=np.int64),
            place=f"demo table '{name}'",
            has_fixed_rows=False,
        )
        for name in wanted
    }


def _tables(source: DemoSource, today: date, company: Company) -> dict[str, pd.DataFrame]:
    start, seed = first_day(today), source.seed % 2**32
    days = days_of(start, today)
    currencies = (company.currency, "EUR" if company.currency == "USD" else "USD")
    campaigns = demo_campaigns.plan(start, today)
    expected = expected_leads(days, source.leads)
    noise = daily_noise(seed, days, 1 + len(campaigns))
    counts = np.floor(expected + noise[:, 0]).astype(np.int64)
    draws = Draws(seed, days, counts)

    leads = demo_leads.leads_of(campaigns, days, counts, draws, today)
    deals = demo_deals.deals_of(leads, draws, today)
    chances = demo_campaigns.weights(campaigns, days)
    campaign_leads = expected[:, None] * chances / chances.sum(axis=1, keepdims=True)
    costs = demo_campaigns.costs_table(
        campaigns, days, campaign_leads, noise[:, 1:], source.leads / USUAL_LEADS, currencies
    )
    won = demo_deals.won_by_lead(leads, deals)
    return {
        "leads": with_dirty_leads(demo_leads.leads_table(leads, draws, today), today),
        "touches": demo_leads.touches_table(leads, campaigns, days, draws, today),
        "deals": with_dirty_deals(demo_deals.deals_table(leads, deals, draws, today, currencies)),
        "deal_stages": demo_deals.deal_stages_table(deals, today),
        "lead_stages": demo_leads.lead_stages_table(leads, won, today),
        "campaigns": demo_campaigns.campaigns_table(campaigns),
        "costs": with_dirty_costs(costs),
        "customers": demo_deals.customers_table(leads, deals, today),
        "payments": demo_deals.payments_table(leads, deals, today, currencies),
        "activities": demo_leads.activities_table(leads, draws, today),
        "rates": demo_campaigns.rates_table(start, today, seed, currencies),
    }
