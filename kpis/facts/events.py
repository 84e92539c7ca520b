"""What happened, as of a day: one row per event of a lead, deal, customer or payment.

Nothing is credited to campaigns yet, so this part of the facts is the same under every
attribution model and is worked out once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company, Definitions
from kpis.facts.currency import priced
from kpis.facts.customers import Sales, sales
from kpis.facts.kept_tables import AS_A_WHOLE, Keep
from kpis.facts.leads import counted_touches, existing_leads
from kpis.facts.measures import NUMBERS
from kpis.facts.numbers import in_numbers, numbered
from kpis.facts.sales_cycles import leads_won, sales_cycles, won_deals
from kpis.facts.stages import lead_progress


@dataclass(frozen=True)
class Happened:
    """Everything that facts are made of.

    leads: as returned by existing_leads, and ``lead``, a number. sold: deals and customers.
    cycles: as returned by sales_cycles. campaigns: each campaign_id that is named, and its
    campaign_number. touches: those that count, as returned by counted_touches, with that number
    for campaign_id.
    lead_events, stage_events: lead, measure_number, day, quantity; of the cohort, owner and
    dimension values of the lead. other_events: lead_id (null without a lead), measure_number, day,
    cohort_day, quantity, deal_owner and deal_<dimension>, which stand in where the lead has none.
    """

    leads: ir.Table
    sold: Sales
    cycles: ir.Table
    campaigns: ir.Table
    touches: ir.Table
    lead_events: ir.Table
    stage_events: ir.Table
    other_events: ir.Table


def what_happened(
    tables: Mapping[str, ir.Table],
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    predicted: ir.Table | None = None,
    keep: Keep = AS_A_WHOLE,
) -> Happened:
    """Return what happened by ``as_of``; tables: every canonical table by name.

    keep: spares the engine, and Ibis, from working out again what many events are made of.
    predicted: what customers are expected to bring (customer_id, expected_margin), where lifetime
        value is predictive. Dimensions are called ``dimension_<name>`` in the result (see
        :func:`set_apart`).
    """
    tables, dimensions = set_apart(tables, dimensions)
    leads = _in_order(existing_leads(tables, dimensions, definitions, company, as_of))
    leads = keep.once("leads", leads)
    sold = sales(tables["deals"], leads, dimensions, definitions, company, as_of, keep)
    became_customer = keep.once("leads_won", leads_won(sold))
    campaigns = keep.once("campaign_words", _campaigns_named(tables))
    touches = counted_touches(tables["touches"], leads, became_customer, company, as_of)
    touches = in_numbers(touches, [campaigns]).rename(campaign_id="campaign_number")
    touches = keep.once("counted_touches", touches)
    stages = lead_progress(leads, became_customer, sold.deals, definitions, company, as_of)
    stages = keep.once("lead_progress", stages)
    cycles = keep.once("sales_cycles", sales_cycles(sold, leads, touches, definitions, company))
    others = {
        "deal_events": _deal_events(sold, cycles, tables["rates"], company, dimensions),
        "customer_events": _customer_events(tables, sold, company, dimensions),
    }
    if predicted is not None:
        others["predicted_events"] = _predicted_events(predicted, sold, as_of, dimensions)
    own, staged = _lead_events(leads, became_customer), _stage_events(stages)
    found = ibis.union(*own), ibis.union(*staged), _in_parts(others, keep)
    names = ("lead_events", "stage_events", "other_events")
    known = [rows.filter(rows.day <= as_of) for rows in found]
    events = map(keep.once, names, known)
    return Happened(leads, sold, cycles, campaigns, touches, *events)


def _in_order(leads: ir.Table) -> ir.Table:
    """Leads with ``lead``, the number of each in the order of their ids."""
    return leads.mutate(lead=ibis.row_number().over(order_by="lead_id").cast("int32"))


def _campaigns_named(tables: Mapping[str, ir.Table]) -> ir.Table:
    naming = [tables[name] for name in ("leads", "touches", "costs")]
    return numbered("campaign_number", ["campaign_id"], naming)


def _in_parts(events: Mapping[str, Sequence[ir.Table]], keep: Keep) -> ir.Table:
    """All of these events, each part written by itself."""
    return ibis.union(*(keep.apart(name, ibis.union(*found)) for name, found in events.items()))


def set_apart(
    tables: Mapping[str, ir.Table], dimensions: tuple[str, ...]
) -> tuple[dict[str, ir.Table], tuple[str, ...]]:
    """Call each dimension's column ``dimension_<name>``: users choose names, we have our own.

    Returns the tables with their columns renamed, and the new names in the same order.
    """
    renamed = {
        name: table.rename({f"dimension_{d}": d for d in dimensions if d in table.columns})
        for name, table in tables.items()
    }
    return renamed, tuple(f"dimension_{d}" for d in dimensions)


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
        measure_number=_number(measure),
        day=day,
        cohort_day=ibis.null("date") if cohort_day is None else cohort_day,
        quantity=ibis.literal(quantity) if isinstance(quantity, float) else quantity,
        **{name: rows[name] if name in rows.columns else ibis.null("string") for name in own},
    ).filter(lambda t: t.day.notnull() & t.quantity.notnull())


def _number(measure: str) -> ir.Value:
    return ibis.literal(NUMBERS[measure], "int8")


def _lead_event(rows: ir.Table, measure: str, day: ir.Value, quantity: int = 1) -> ir.Table:
    """One thing that happened to the ``lead`` of each row; a null day is no event."""
    number = ibis.literal(quantity, "int8")
    events = rows.select("lead", measure_number=_number(measure), day=day, quantity=number)
    return events.filter(events.day.notnull())


def _lead_events(leads: ir.Table, became_customer: ir.Table) -> list[ir.Table]:
    converted = leads.inner_join(became_customer, "lead_id")
    return [
        _lead_event(leads, "leads", leads.created_day),
        _lead_event(leads, "mqls", leads.mql_day),
        _lead_event(leads, "sqls", leads.sql_day),
        _lead_event(converted, "converted_leads", converted.won_day),
    ]


def _stage_events(progress: ir.Table) -> list[ir.Table]:
    """Stages skipped, leads waiting, MQLs accepted, answered in time or late, those disqualified.

    A stage that was skipped counts 1 from the day it was passed, and is taken back on the day the
    lead reached it after all. MQLs are in time or late once their time is up, not before.
    """
    events = []
    for stage in ("mql", "sql"):
        passed, measure = progress[f"skipped_{stage}_day"], f"skipped_{stage}"
        skipped = progress.filter(passed.notnull())
        events += [
            _lead_event(skipped, measure, skipped[f"skipped_{stage}_day"]),
            _lead_event(skipped, measure, skipped[f"{stage}_day"], -1),
        ]
    for stage in ("lead", "mql", "sql"):
        waiting = progress.filter(progress.stage == stage)
        events.append(_lead_event(waiting, f"waiting_{stage}s", waiting.waiting_since))
    # A stage that was skipped came first: its own date, if there is one, is later.
    accepted_day = ibis.coalesce(progress.skipped_sql_day, progress.sql_day)
    accepted = progress.mutate(accepted_day=accepted_day)
    # Engines differ on nulls in ``greatest``.
    accepted = accepted.filter(accepted.mql_day.notnull() & accepted.accepted_day.notnull())
    both_day = ibis.greatest(accepted.mql_day, accepted.accepted_day)
    in_time, late = progress.filter(progress.in_time), progress.filter(~progress.in_time)
    unfit = progress.filter(progress.bad_fit)
    return [
        *events,
        _lead_event(accepted, "accepted_mqls", both_day),
        _lead_event(in_time, "follow_ups_in_time", in_time.mql_day),
        _lead_event(late, "follow_ups_late", late.mql_day),
        _lead_event(progress, "disqualified_leads", progress.disqualified_day),
        _lead_event(unfit, "bad_fit_leads", unfit.disqualified_day),
    ]


def _deal_events(
    sold: Sales, cycles: ir.Table, rates: ir.Table, company: Company, dimensions: tuple[str, ...]
) -> list[ir.Table]:
    """Customers, cycles and amounts; cycles: every sale, those of no use counted as left out."""
    customers = sold.customers
    is_known = (cycles.days >= 0).fill_null(False)
    known, left_out = cycles.filter(is_known), cycles.filter(~is_known)
    # Described by the lead alone, as are the leads that the conversion rate divides them by.
    traced = customers.filter(customers.lead_id.notnull()).select("lead_id", "won_day")
    won = won_deals(sold)
    lost = sold.deals.filter(sold.deals.status == "lost")
    revenue = priced(won.filter(won.won_day.notnull()), rates, company, day="won_day")
    return [
        _event(customers, "new_customers", customers.won_day, dimensions),
        _event(traced, "customers_with_lead", traced.won_day, dimensions),
        _event(known, "cycles", known.won_day, dimensions, cohort_day=known.start_day),
        _event(known, "cycle_days", known.won_day, dimensions, known.days, known.start_day),
        _event(left_out, "cycles_left_out", left_out.won_day, dimensions),
        _event(revenue, "revenue", revenue.won_day, dimensions, revenue.amount),
        _event(revenue, "unpriced_revenue", revenue.won_day, dimensions, revenue.unpriced),
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
        _event(paid, "unpriced_payments", paid.paid_on, dimensions, paid.unpriced),
    ]


def _predicted_events(
    predicted: ir.Table, sold: Sales, as_of: date, dimensions: tuple[str, ...]
) -> list[ir.Table]:
    """What customers are expected to bring from ``as_of`` on, credited like their payments."""
    won = sold.customers.rename(buyer="customer_id")
    known = predicted.left_join(won, predicted.customer_id == won.buyer)
    today = ibis.literal(as_of)
    return [
        _event(known, "predicted_customers", today, dimensions),
        _event(known, "predicted_margin", today, dimensions, known.expected_margin),
    ]
