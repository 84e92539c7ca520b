"""The largest deals won in a period: with whom, for how much, through which campaign, by whom.

A won deal is credited through the lead of its customer, as its revenue is (see kpis.facts.events),
so a selection lists the deals that its revenue is made of. What is dated, priced and credited is so
by the same functions, of the deals of the period alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan
from typing import Any

import ibis
import ibis.expr.types as ir

from kpis.calendar import Period
from kpis.definitions import AttributionModel
from kpis.display import money, short_day
from kpis.facts.credit import credit_weights
from kpis.facts.currency import priced
from kpis.facts.customers import Sales, sales
from kpis.facts.events import set_apart
from kpis.facts.leads import counted_touches, existing_leads
from kpis.facts.sales_cycles import leads_won, won_deals
from kpis.model import NONE, Where
from kpis.scorecard.selection import Facts, column_of, filtered_by

Credited = Mapping[str, Any]
"""A won deal, one campaign that it is credited to, and its labels, as :func:`_described`."""


@dataclass(frozen=True)
class WonDeal:
    """A deal that was won.

    customer: the company of its lead, else what the deal is called. amount: in ``currency``, as
    the deal says; value: in the company's currency; NaN where unknown or without a rate.
    campaign_id, campaign: the one with most of the credit, and its name; None without one.
    won_on: the day it was closed, or paid, as ``customer_when`` says.
    """

    deal_id: str
    customer: str
    amount: float
    currency: str
    value: float
    campaign_id: str | None
    campaign: str | None
    owner: str | None
    won_on: date

    def price(self, company_currency: str) -> str:
        """The amount as text, with its value where that is another currency: ``$200 (€180)``."""
        if isnan(self.amount):
            return "amount unknown"
        text = money(self.amount, self.currency)
        if self.currency == company_currency:
            return text
        value = "no exchange rate" if isnan(self.value) else money(self.value, company_currency)
        return f"{text} ({value})"

    @property
    def circumstances(self) -> str:
        """Through which campaign, by whom, and when: ``Spring fair, Jana, 12 Nov``."""
        day = short_day(self.won_on)
        return ", ".join(text for text in (self.campaign, self.owner, day) if text)


def credited_deals(
    tables: Mapping[str, ir.Table], facts: Facts, model: AttributionModel, period: Period
) -> list[Credited]:
    """Return the deals won in a period, a row for each campaign that they are credited to.

    tables: every canonical table by name. facts: those of the same snapshot, for its day, company
    and definitions. Each selection's largest are found in them, without another question.
    """
    tables, apart = set_apart(tables, facts.dimensions)
    definitions, company, as_of = facts.definitions, facts.company, facts.as_of
    leads = existing_leads(tables, apart, definitions, company, as_of)
    sold = sales(tables["deals"], leads, apart, definitions, company, as_of)
    won = _won_in(period, sold)
    concerned = leads.semi_join(won, leads.lead_id == won.lead_id).mutate(lead=leads.lead_id)
    touches = counted_touches(tables["touches"], concerned, leads_won(sold), company, as_of)
    half_life = definitions.time_decay_half_life_days
    credit = credit_weights(concerned, touches, (model,), half_life).rename(weight=model)
    rows = _described(won, concerned, credit, tables, apart)
    rows = priced(rows.mutate(stated=rows.amount), tables["rates"], company, day="won_day")
    found: list[Credited] = rows.to_pyarrow().to_pylist()
    return found


def largest_deals(
    credited: Sequence[Credited], facts: Facts, where: Where | None = None, count: int = 5
) -> list[WonDeal]:
    """Return the largest of the deals won, by their value in the company's currency.

    credited: see credited_deals, of the same facts. where: the selection. A deal is in it when its
    lead's owner and dimension values are (without a lead, its own), and some of its credit goes to
    a campaign that is. Deals without a value come last, ties by deal_id.

    Raises UsageError for a dimension that does not exist.
    """
    shown = list(credited)
    for name, values in filtered_by(where).items():
        column, kept = column_of(name, facts), set(values)
        column = f"dimension_{name}" if name in facts.dimensions else column
        shown = [row for row in shown if row[column] in kept]
    of_deal: dict[str, Credited] = {}
    for row in sorted(shown, key=lambda row: (-row["weight"], row["campaign_id"])):
        of_deal.setdefault(row["deal_id"], row)
    largest = sorted(of_deal.values(), key=_by_value)[:count]
    return [_deal(row, facts.company.currency) for row in largest]


def _by_value(row: Credited) -> tuple[bool, float, str]:
    return row["amount"] is None, -(row["amount"] or 0.0), row["deal_id"]


def _won_in(period: Period, sold: Sales) -> ir.Table:
    """The deals won in a period, each with the lead that it is credited through."""
    won = won_deals(sold)
    return won.filter(won.won_day.between(period.start, period.end))


def _described(
    won: ir.Table,
    leads: ir.Table,
    credit: ir.Table,
    tables: Mapping[str, ir.Table],
    dimensions: tuple[str, ...],
) -> ir.Table:
    """A row per deal and campaign that it is credited to, labelled as facts are."""
    known = leads.select(
        known_lead="lead_id", lead_owner="owner", **{f"lead_{name}": name for name in dimensions}
    )
    companies = tables["leads"].select(company_lead="lead_id", company="company")
    weights = credit.select(credited="lead", campaign_id="campaign_id", weight="weight")
    campaigns = tables["campaigns"].select(named="campaign_id", name="name", channel="channel")
    rows = won.left_join(known, won.lead_id == known.known_lead)
    rows = rows.left_join(companies, rows.lead_id == companies.company_lead)
    rows = rows.left_join(weights, rows.lead_id == weights.credited)
    rows = rows.left_join(campaigns, rows.campaign_id == campaigns.named)
    labels = {
        name: ibis.coalesce(rows[f"lead_{name}"], rows[f"deal_{name}"], NONE)
        for name in ("owner", *dimensions)
    }
    return rows.select(
        *("deal_id", "amount", "currency", "won_day", "company", "name"),
        campaign_id=rows.campaign_id.fill_null(NONE),
        channel=rows.channel.fill_null(NONE),
        weight=rows.weight.fill_null(1.0),
        **labels,
    )


def _deal(row: Credited, company_currency: str) -> WonDeal:
    campaign_id = None if row["campaign_id"] == NONE else row["campaign_id"]
    return WonDeal(
        deal_id=row["deal_id"],
        customer=row["company"] or f"Deal {row['deal_id']}",
        amount=nan if row["stated"] is None else row["stated"],
        currency=row["currency"] or company_currency,
        value=nan if row["amount"] is None else row["amount"],
        campaign_id=campaign_id,
        campaign=row["name"] or campaign_id,
        owner=None if row["owner"] == NONE else row["owner"],
        won_on=row["won_day"],
    )
