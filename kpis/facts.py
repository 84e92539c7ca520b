"""Facts: everything the KPIs are made of, as one long additive table.

``measure, day, cohort_day, campaign_id, channel, <dimensions>, owner, value``: any KPI for any
period, filter or grouping is a sum over these rows and one formula. Written once in Ibis.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from kpis.credit import credit_weights
from kpis.currency import priced
from kpis.customers import Sales, day_in, sales
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.model import NONE

MEASURES: dict[str, str] = {
    "leads": "leads, on the day they were created",
    "mqls": "leads, on the day they became marketing-qualified",
    "sqls": "leads, on the day they became sales-qualified",
    "converted_leads": "leads, on the day they became a customer",
    "new_customers": "customers, on the day they were won",
    "cycles": "customers with a known cycle; cohort_day is the day the cycle began",
    "cycle_days": "days from the beginning of that cycle to the customer won",
    "revenue": "amounts of won deals, in company currency",
    "unpriced": "amounts left out of revenue, payments and costs for want of a rate",
    "deals_won": "won deals, on the day they were closed",
    "deals_lost": "lost deals, on the day they were closed",
    "payments": "payments, in company currency",
    "customers_started": "customer relationships, on the day they began",
    "customers_ended": "customer relationships, on the day they stopped being active",
    "customers_churned": "customer relationships, on the day they ended",
    "marketing_cost": "marketing costs of a campaign, in company currency",
    "sales_cost": "sales costs of a campaign, in company currency",
    "shared_marketing_cost": "marketing costs of no campaign, in company currency",
    "shared_sales_cost": "sales costs of no campaign, in company currency",
}


def build_facts(
    tables: Mapping[str, ir.Table],
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    model: AttributionModel,
    as_of: date,
) -> ir.Table:
    """Return the facts as of a day, under one attribution model, sorted for filtered questions.

    tables: every canonical table by name, dimension columns included; empty where not mapped.
    Nothing dated after ``as_of`` exists in the result. ``value`` is never null or rounded.
    """
    leads = _existing_leads(tables, dimensions, company, as_of)
    sold = sales(tables["deals"], leads, dimensions, definitions, company, as_of)
    converted = sold.customers.filter(sold.customers.lead_id.notnull())
    became_customer = converted.group_by("lead_id").agg(won_day=converted.won_day.min())
    counted = _counted_touches(tables["touches"], became_customer, company, as_of)
    credit = credit_weights(leads, counted, model)

    happened = _union(
        _lead_events(leads, became_customer, dimensions)
        + _deal_events(sold, tables["rates"], company, dimensions)
        + _customer_events(tables, sold, company, dimensions)
    )
    campaigns = tables["campaigns"]
    facts = _credited(happened, leads, credit, dimensions).union(
        _cost_facts(tables, company, dimensions)
    )
    channels = campaigns.select(campaign="campaign_id", channel="channel")
    keys = ["measure", "day", "cohort_day", "campaign_id", "channel", *dimensions, "owner"]
    return (
        facts.filter(facts.day <= as_of)
        .left_join(channels, facts.campaign_id == channels.campaign)
        .mutate(channel=channels.channel.fill_null(NONE))
        .group_by(keys)
        .agg(value=lambda t: t.value.sum())
        .order_by(["measure", "day", "campaign_id"])
    )


def _existing_leads(
    tables: Mapping[str, ir.Table], dimensions: tuple[str, ...], company: Company, as_of: date
) -> ir.Table:
    """Leads created by ``as_of``, with the days of their milestones.

    A lead's own mql_at and sql_at win; where blank, its first entry of that stage counts.
    """
    leads, stages = tables["leads"], tables["lead_stages"]
    stage = stages.stage.lower()
    entries = stages.group_by(stage_lead="lead_id").agg(
        first_mql=stages.entered_at.min(where=stage == "mql"),
        first_sql=stages.entered_at.min(where=stage == "sql"),
    )
    staged = leads.left_join(entries, leads.lead_id == entries.stage_lead)
    days = staged.select(
        "lead_id",
        "campaign_id",
        "owner",
        *dimensions,
        created_day=day_in(company, staged.created_at),
        mql_day=day_in(company, ibis.coalesce(staged.mql_at, staged.first_mql)),
        sql_day=day_in(company, ibis.coalesce(staged.sql_at, staged.first_sql)),
    )
    return days.filter(days.created_day <= as_of)


def _counted_touches(
    touches: ir.Table, became_customer: ir.Table, company: Company, as_of: date
) -> ir.Table:
    """Touches up to and including the day their lead became a customer, or ``as_of``."""
    customer = became_customer.select(customer_lead="lead_id", won_day="won_day")
    dated = touches.left_join(customer, touches.lead_id == customer.customer_lead)
    last_day = dated.won_day.fill_null(as_of)
    return dated.filter(day_in(company, dated.touched_at) <= last_day).select(
        "lead_id", "campaign_id", "touched_at"
    )


def _event(
    rows: ir.Table,
    measure: str,
    day: ir.Value,
    dimensions: tuple[str, ...],
    quantity: ir.Value | float = 1.0,
    cohort_day: ir.Value | None = None,
) -> ir.Table:
    """One thing that happened per row, not yet credited; a null day or quantity is no event.

    The deal's own values (``deal_owner``, …) stand in where the lead has none.
    """
    own = [f"deal_{name}" for name in ("owner", *dimensions)]
    return rows.select(
        "lead_id",
        measure=ibis.literal(measure),
        day=day,
        cohort_day=ibis.null("date") if cohort_day is None else cohort_day,
        quantity=ibis.literal(quantity) if isinstance(quantity, float) else quantity,
        **{name: rows[name] if name in rows.columns else ibis.null("string") for name in own},
    ).filter(lambda t: t.day.notnull() & t.quantity.notnull())


def _lead_events(
    leads: ir.Table, became_customer: ir.Table, dimensions: tuple[str, ...]
) -> list[ir.Table]:
    converted = leads.inner_join(became_customer, "lead_id")
    return [
        _event(leads, "leads", leads.created_day, dimensions),
        _event(leads, "mqls", leads.mql_day, dimensions),
        _event(leads, "sqls", leads.sql_day, dimensions),
        _event(converted, "converted_leads", converted.won_day, dimensions),
    ]


def _deal_events(
    sold: Sales, rates: ir.Table, company: Company, dimensions: tuple[str, ...]
) -> list[ir.Table]:
    """Customers, cycles and amounts. A customer's won deals are credited through its own lead."""
    customers = sold.customers
    cycle_days = customers.won_day.delta(customers.start_day, unit="day").cast("float64")
    cycles = customers.mutate(days=cycle_days).filter(cycle_days >= 0)
    through = customers.select(buyer="customer_id", buyer_lead="lead_id")
    deals = sold.deals.left_join(through, sold.deals.customer_id == through.buyer)
    won = deals.filter(deals.status == "won").mutate(
        lead_id=ibis.ifelse(deals.buyer.notnull(), deals.buyer_lead, deals.lead_id)
    )
    lost = deals.filter(deals.status == "lost")
    revenue = priced(won.filter(won.won_day.notnull()), rates, company, day="won_day")
    return [
        _event(customers, "new_customers", customers.won_day, dimensions),
        _event(cycles, "cycles", cycles.won_day, dimensions, cohort_day=cycles.start_day),
        _event(cycles, "cycle_days", cycles.won_day, dimensions, cycles.days, cycles.start_day),
        _event(revenue, "revenue", revenue.won_day, dimensions, revenue.amount),
        _event(revenue, "unpriced", revenue.won_day, dimensions, revenue.unpriced),
        _event(won, "deals_won", won.closed_day, dimensions),
        _event(lost, "deals_lost", lost.closed_day, dimensions),
    ]


def _customer_events(
    tables: Mapping[str, ir.Table], sold: Sales, company: Company, dimensions: tuple[str, ...]
) -> list[ir.Table]:
    """Relationships and payments, credited through the lead of the customer's first won deal.

    A relationship without a start began when the customer was won. One that ended before it
    began was never active, but its end still counts as churn.
    """
    customers, payments = tables["customers"], tables["payments"]
    won = sold.customers.rename(buyer="customer_id")
    known = customers.left_join(won, customers.customer_id == won.buyer)
    started = ibis.coalesce(known.started_on, known.won_day)
    known = known.mutate(started=started)
    active = known.filter((known.started <= known.ended_on).fill_null(known.started.notnull()))
    paid = payments.left_join(won, payments.customer_id == won.buyer)
    paid = priced(paid, tables["rates"], company, day="paid_on")
    return [
        _event(active, "customers_started", active.started, dimensions),
        _event(active, "customers_ended", active.ended_on, dimensions),
        _event(known, "customers_churned", known.ended_on, dimensions),
        _event(paid, "payments", paid.paid_on, dimensions, paid.amount),
        _event(paid, "unpriced", paid.paid_on, dimensions, paid.unpriced),
    ]


def _credited(
    events: ir.Table, leads: ir.Table, credit: ir.Table, dimensions: tuple[str, ...]
) -> ir.Table:
    """Spread each event over its lead's campaigns; without a lead it goes to ``(none)``.

    Dimension values and owner are the lead's, else the deal's, else ``(none)``.
    """
    described = leads.select(
        lead="lead_id", owner="owner", began="created_day", **{name: name for name in dimensions}
    )
    weights = credit.select(credited="lead_id", campaign_id="campaign_id", weight="weight")
    rows = events.left_join(described, events.lead_id == described.lead)
    rows = rows.left_join(weights, rows.lead_id == weights.credited)
    labels = {
        name: ibis.coalesce(rows[name], rows[f"deal_{name}"], NONE)
        for name in (*dimensions, "owner")
    }
    return rows.select(
        "measure",
        "day",
        cohort_day=ibis.coalesce(rows.cohort_day, rows.began),
        campaign_id=rows.campaign_id.fill_null(NONE),
        **labels,
        value=rows.quantity * rows.weight.fill_null(1.0),
    )


def _cost_facts(
    tables: Mapping[str, ir.Table], company: Company, dimensions: tuple[str, ...]
) -> ir.Table:
    """Costs by team; a cost's dimension value is its own, else its campaign's."""
    campaigns = tables["campaigns"].select(
        campaign="campaign_id", **{f"campaign_{name}": name for name in dimensions}
    )
    costs = priced(tables["costs"], tables["rates"], company, day="spent_on")
    costs = costs.left_join(campaigns, costs.campaign_id == campaigns.campaign)
    shared = ibis.ifelse(costs.campaign_id.isnull(), "shared_", "")
    labels = {
        name: ibis.coalesce(costs[name], costs[f"campaign_{name}"], NONE) for name in dimensions
    }

    def rows(measure: ir.Value, value: ir.Value) -> ir.Table:
        return costs.select(
            measure=measure,
            day="spent_on",
            cohort_day=ibis.null("date"),
            campaign_id=costs.campaign_id.fill_null(NONE),
            **labels,
            owner=ibis.literal(NONE),
            value=value,
        ).filter(lambda t: t.value.notnull())

    return rows(shared + costs.team + "_cost", costs.amount).union(
        rows(ibis.literal("unpriced"), costs.unpriced)
    )


def _union(tables: list[ir.Table]) -> ir.Table:
    return reduce(lambda above, below: above.union(below), tables)
