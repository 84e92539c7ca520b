"""Sales and how long they took: won deals, the leads that became customers, and their cycles."""

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company, Definitions
from kpis.facts.customers import Sales, day_in


def leads_won(sold: Sales) -> ir.Table:
    """Leads that became customers: lead_id, won_day and won_at, of their first sale."""
    traced = sold.customers.filter(sold.customers.lead_id.notnull())
    return traced.group_by("lead_id").agg(won_day=traced.won_day.min(), won_at=traced.won_at.min())


def sales_cycles(
    sold: Sales, leads: ir.Table, touches: ir.Table, definitions: Definitions, company: Company
) -> ir.Table:
    """Sales with the day their cycle began, and its days: negative where dates are wrong.

    Both are null where no beginning is known. leads, touches: those that count. Sales are
    customers, by their first won deal, or all won deals, as ``definitions.cycle_over`` says;
    ``lead_id`` is the lead that earns the credit, the customer's.
    It begins with the lead created (without a lead: the deal), the lead's first touch (without
    one: the lead created), or the deal created, as ``definitions.cycle_from`` says; of a deal, its
    own lead's.
    """
    if definitions.cycle_over == "customers":
        rows = sold.customers.mutate(own_lead=sold.customers.lead_id)
    else:
        rows = won_deals(sold).rename(deal_created_day="created_day")
        rows = rows.filter(rows.won_day.notnull())
    lead_or_deal = ibis.coalesce(rows.lead_created_day, rows.deal_created_day)
    match definitions.cycle_from:
        case "lead_created":
            start = lead_or_deal
        case "first_touch":
            first = touches.group_by("lead").agg(first_touch=touches.touched_at.min())
            first = first.inner_join(leads.select("lead", touched_lead="lead_id"), "lead")
            first = first.drop("lead")
            rows = rows.left_join(first, rows.own_lead == first.touched_lead)
            first_day = day_in(company, rows.first_touch.cast("timestamp('UTC')"))
            start = ibis.coalesce(first_day, lead_or_deal)
        case "deal_created":
            start = rows.deal_created_day
    days = rows.won_day.delta(start, unit="day").cast("float64")
    return rows.mutate(start_day=start, days=days)


def won_deals(sold: Sales) -> ir.Table:
    """Won deals, a date or not: ``own_lead``, and ``lead_id``, the lead that earns the credit.

    That is the customer's lead, even where the deal came through another one.
    """
    through = sold.customers.select(buyer="customer_id", buyer_lead="lead_id")
    won = sold.deals.filter(sold.deals.status == "won")
    won = won.left_join(through, won.customer_id == through.buyer)
    credited = ibis.ifelse(won.buyer.notnull(), won.buyer_lead, won.lead_id)
    return won.mutate(own_lead=won.lead_id, lead_id=credited).drop("buyer", "buyer_lead")
