"""Who became a customer, when, and through which lead: the joint between deals and leads."""

from dataclasses import dataclass
from datetime import date
from typing import cast

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company, Definitions
from kpis.facts.kept_tables import AS_A_WHOLE, Keep


def _in_zone(zone: str, instant: ir.Value) -> ir.Value:
    """The wall-clock time of ``instant`` in ``zone``: the engine's own function."""


_timezone = ibis.udf.scalar.builtin(
    _in_zone, name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp")
)


def wall_clock(company: Company, instant: ir.Value) -> ir.TimestampValue:
    """Day and time of an instant in the company's time zone; null where the instant is."""
    return cast(ir.TimestampValue, _timezone(company.time_zone, instant))


def day_in(company: Company, instant: ir.Value) -> ir.DateValue:
    """The company's calendar day of an instant; null where the instant is."""
    return cast(ir.DateValue, wall_clock(company, instant).date())


def begins_a_day(company: Company, instant: ir.Value) -> ir.BooleanValue:
    """Whether an instant is the first of the company's day, as a day without a time is stored.

    That is midnight, or 1:00 on a day whose clocks go forward at midnight.
    """
    just_before = instant - ibis.interval(microseconds=1)
    return cast(ir.BooleanValue, day_in(company, just_before) < day_in(company, instant))


@dataclass(frozen=True)
class Sales:
    """Deals and the customers they won, both as of a day.

    deals: deal_id, status, lead_id (null when there is no such lead), deal_owner, the deal's own
        dimension values as deal_<name>, lead_created_day, created_day, closed_day, won_day (null
        when not yet won), amount, currency, customer_id.
    customers: customer_id, lead_id, deal_id, deal_owner, deal_<name>, won_at (an instant), won_day,
        lead_created_day and deal_created_day (null when unknown): one row per customer won,
        described by its first won deal.
    """

    deals: ir.Table
    customers: ir.Table


def sales(
    deals: ir.Table,
    leads: ir.Table,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    keep: Keep = AS_A_WHOLE,
) -> Sales:
    """Return the deals and customers that exist on ``as_of``.

    deals: the canonical table. leads: lead_id and created_day of the leads that exist.

    A deal is won on the day it was closed (booked) or paid, by ``customer_when``. A customer is
    won by its first won deal, ties by the lowest deal_id; its lead is that deal's lead.
    """
    dated = keep.once("dated_deals", _dated(deals, leads, dimensions, definitions, company, as_of))
    existing = keep.once("existing_deals", _with_customers(dated))
    own = ["deal_owner", *(f"deal_{name}" for name in dimensions)]
    first = ibis.window(group_by="customer_id", order_by=["won_at", "deal_id"])
    won = existing.filter(existing.won_day.notnull())
    won = won.mutate(rank=ibis.row_number().over(first))
    customers = won.filter(won["rank"] == 0).select(
        *("customer_id", "lead_id", "deal_id", *own, "won_at", "won_day", "lead_created_day"),
        deal_created_day="created_day",
    )
    days = ["lead_created_day", "created_day", "closed_day", "won_day"]
    columns = ["deal_id", "status", "lead_id", *own, *days, "amount", "currency", "customer_id"]
    return Sales(existing.select(*columns), keep.once("customers_won", customers))


def _dated(
    deals: ir.Table,
    leads: ir.Table,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> ir.Table:
    """Each deal with its days and its lead, null where that does not exist (see :func:`sales`)."""
    counts_when = deals.closed_at if definitions.customer_when == "booked" else deals.paid_at
    known_lead = leads.select(known_id="lead_id", lead_created_day="created_day")
    described = (
        deals.mutate(
            closed_day=day_in(company, deals.closed_at),
            created_day=day_in(company, deals.created_at),
            won_at=ibis.ifelse(deals.status == "won", counts_when, ibis.null("timestamp('UTC')")),
            deal_owner=deals.owner,
            **{f"deal_{name}": deals[name] for name in dimensions},
        )
        .left_join(known_lead, deals.lead_id == known_lead.known_id)
        .mutate(
            named_lead=lambda t: t.lead_id,
            lead_id=lambda t: t.known_id,
            won_day=lambda t: day_in(company, t.won_at),
        )
    )
    return described.mutate(
        won_day=ibis.ifelse(described.won_day <= as_of, described.won_day, ibis.null("date"))
    )


def _with_customers(deals: ir.Table) -> ir.Table:
    """Each deal with the customer it belongs to: its own, else the one named by its lead.

    deals: customer_id, named_lead (of the source, known or not), deal_id, won_day. Ids of leads and
    of customers may come from two counters: where a deal won through another lead, or through none,
    names a customer by that very id, the lead's customer is called ``lead:<lead_id>`` instead.
    """
    elsewhere = deals.filter(
        deals.won_day.notnull()
        & deals.customer_id.notnull()
        & (deals.named_lead.isnull() | (deals.named_lead != deals.customer_id))
    )
    taken = elsewhere.select(taken_id="customer_id").distinct()
    rows = deals.left_join(taken, deals.named_lead == taken.taken_id)
    through_lead = ibis.ifelse(
        rows.taken_id.isnull(), rows.named_lead, ibis.literal("lead:") + rows.named_lead
    )
    own = ibis.literal("deal:") + rows.deal_id
    return rows.mutate(customer_id=ibis.coalesce(rows.customer_id, through_lead, own)).drop(
        "taken_id"
    )
