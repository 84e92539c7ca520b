"""The checks that look at rows of one table: for each a flag, and an example, in every row."""

from collections.abc import Callable, Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company
from kpis.facts.currency import priced
from kpis.facts.events import Happened

Tables = Mapping[str, ir.Table]
Flags = Callable[[Tables, Happened, Company, date], ir.Table]


def row_flags(
    table: str, tables: Tables, happened: Happened, company: Company, as_of: date
) -> ir.Table:
    """The rows of a table with a column per check of its own; as they are where it has none."""
    flags = _FLAGS.get(table)
    return flags(tables, happened, company, as_of) if flags else tables[table]


def _lead_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    """Each flag is null where there is nothing to check; ``<check>_example`` names the row."""
    leads = happened.leads
    created, mql, sql = leads.created_day, leads.mql_day, leads.sql_day
    return _with_flags(
        leads,
        leads.lead_id,
        mql_before_created=mql < created,
        sql_before_created=sql < created,
        sql_before_mql=sql < mql,
        contacted_before_created=leads.contacted_day < created,
    )


def _deal_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    sold = happened.sold
    began = happened.leads.select(known_lead="lead_id", lead_day="created_day")
    lengths = happened.cycles.select(first_deal="deal_id", cycle="days")
    rows = sold.deals.mutate(has_amount=sold.deals.amount.notnull())
    rows = priced(rows, tables["rates"], company, day="won_day")
    rows = rows.left_join(began, rows.lead_id == began.known_lead)
    rows = rows.left_join(lengths, rows.deal_id == lengths.first_deal)
    won = rows.status == "won"
    is_negative = rows.cycle < 0
    is_open = (rows.status == "open") & rows.has_amount
    return _with_flags(
        rows,
        rows.deal_id,
        open_past_close=_where(is_open, (rows.closed_day < as_of).fill_null(False)),
        won_without_date=_where(won, rows.closed_day.isnull()),
        lost_without_date=_where(rows.status == "lost", rows.closed_day.isnull()),
        won_without_amount=_where(won, ~rows.has_amount),
        won_without_rate=_where(rows.won_day.notnull() & rows.has_amount, rows.unpriced.notnull()),
        negative_cycle=is_negative,
        won_before_lead=(rows.won_day < rows.lead_day) & ~is_negative.fill_null(False),
    )


def _customer_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    customers = tables["customers"]
    won = happened.sold.customers.select(buyer="customer_id", won_day="won_day")
    paid = tables["payments"].select(payer="customer_id").distinct()
    rows = customers.left_join(won, customers.customer_id == won.buyer)
    rows = rows.left_join(paid, rows.customer_id == paid.payer)
    started = ibis.coalesce(rows.started_on, rows.won_day)
    return _with_flags(
        rows,
        rows.customer_id,
        customer_ended_before_started=rows.ended_on < started,
        customer_without_start=_where(
            rows.payer.notnull() | rows.ended_on.notnull(), started.isnull()
        ),
    )


def _campaign_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    campaigns = tables["campaigns"]
    return _with_flags(
        campaigns,
        campaigns.campaign_id,
        campaign_ended_before_started=campaigns.ends_on < campaigns.starts_on,
    )


def _rate_flags(name: str, day: str) -> Flags:
    def flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
        rows = priced(tables[name], tables["rates"], company, day=day)
        return _with_flags(rows, rows.currency, **{f"{name}_without_rate": rows.unpriced.notnull()})

    return flags


def _where(rows: ir.Value, flag: ir.Value) -> ir.Value:
    return ibis.ifelse(rows, flag, ibis.null("boolean"))


def _with_flags(rows: ir.Table, example: ir.Value, **flags: ir.Value) -> ir.Table:
    return rows.mutate(**flags, **{f"{key}_example": example for key in flags})


_FLAGS: dict[str, Flags] = {
    "leads": _lead_flags,
    "deals": _deal_flags,
    "customers": _customer_flags,
    "campaigns": _campaign_flags,
    "costs": _rate_flags("costs", "spent_on"),
    "payments": _rate_flags("payments", "paid_on"),
}
