"""Dates that one row may have and many hardly can: swapped, of an import, long before any deal."""

from collections.abc import Callable, Collection

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company
from kpis.facts.customers import wall_clock
from kpis.facts.events import Happened
from kpis.health.checks import Check

SWAPPED_SHARE = 0.5
"""From this share of closed deals on, the two columns may be swapped."""
AT_ONCE, AT_ONCE_SHARE = 10, 0.2
"""So many leads, and that share of all, do not come within a second: they are imported."""
RENEWAL_DAYS, RENEWALS, RENEWALS_SHARE = 31, 3, 0.1
"""A customer who started so long before the first won deal has an older one; from how many on."""
_QUARTER_HOUR = 900
"""Seconds. Clocks of all time zones differ by whole quarters, so midnight is one of them."""

_CLOSED = ("deals", "closed deals with both dates")
_BOTH = ("deals.created_at", "deals.closed_at")

DATE_CHECKS = (
    Check(
        "closed_before_created",
        *_CLOSED,
        "were closed before they were created",
        "If the closing date is wrong, they count in the wrong period.",
        "Correct the dates where they are kept; if a deal was entered after the sale, nothing is "
        "wrong.",
        "doubt",
        _BOTH,
    ),
    Check(
        "created_and_closed_swapped",
        *_CLOSED,
        "were closed before they were created, which is half of them or more",
        "closed_at and created_at may be swapped: each deal then counts on the day it was created, "
        "and customers, revenue, CAC and win rate are those of other periods.",
        "See which column holds which date, and swap them in columns of [tables.deals]. If the "
        "deals were entered after the sale, nothing is wrong.",
        "doubt",
        _BOTH,
    ),
    Check(
        "leads_created_at_once",
        "leads",
        "leads",
        "were created within the same second as many others",
        "created_at is probably the moment of an import: leads of earlier periods count in that "
        "one, and cost per lead, conversion and sales cycle are off.",
        "Map the original creation date to created_at under [tables.leads].",
        "doubt",
        ("leads.created_at",),
    ),
    Check(
        "customers_started_before_deals",
        "customers",
        "customers with a start and a won deal",
        f"started more than {RENEWAL_DAYS} days before their first won deal",
        "If older deals are missing, renewals count as new customers: customers are too many, and "
        "CAC is too low.",
        "Add the deals from the day on which the first of them started. If started_on is only the "
        "day on which the account was entered, map the start of the relationship, or leave it out.",
        "doubt",
        ("customers.started_on", "deals.deal_id"),
    ),
)


def date_flags(
    rows: ir.Table, table: str, keys: Collection[str], happened: Happened, company: Company
) -> ir.Table:
    """Add to rows of a table, as row_flags returns them, a flag and an example for each check.

    keys: of the checks asked. A flag is null where a row lacks one of the dates.
    """
    asked = {check.key for check in DATE_CHECKS if check.table == table} & {*keys}
    return _FLAGS[table](rows, happened, company) if asked else rows


def _deal_flags(rows: ir.Table, happened: Happened, company: Company) -> ir.Table:
    """Days are compared: a deal created at noon may be closed on that date, without a time."""
    nothing = ibis.null("boolean")
    rows = rows.mutate(
        is_early=ibis.ifelse(rows.status != "open", rows.closed_day < rows.created_day, nothing)
    )
    is_half = rows.is_early.mean().over(ibis.window()) >= SWAPPED_SHARE
    few, half = ("closed_before_created", "created_and_closed_swapped")
    return rows.mutate(
        **{
            few: ibis.ifelse(is_half, nothing, rows.is_early),
            half: ibis.ifelse(is_half, rows.is_early, nothing),
            f"{few}_example": rows.deal_id,
            f"{half}_example": rows.deal_id,
        }
    )


def _lead_flags(rows: ir.Table, happened: Happened, company: Company) -> ir.Table:
    """A moment that is midnight somewhere may be a day without a time, which leads do share."""
    # Without its zone, which an engine needs ten times as long to cut.
    rows = rows.mutate(second=rows.created_at.cast("timestamp").truncate("s"))
    together = rows.group_by(crowded="second").agg(leads=ibis._.count())
    together = together.filter(together.leads >= AT_ONCE).cross_join(rows.agg(of=rows.count()))
    is_share = together.leads >= AT_ONCE_SHARE * together.of
    is_many = is_share & (together.crowded.epoch_seconds() % _QUARTER_HOUR != 0)
    crowded = together.filter(is_many).select("crowded")
    rows = rows.left_join(crowded, rows.second == crowded.crowded)
    moment = rows.second.cast("timestamp('UTC')")
    return rows.mutate(
        leads_created_at_once=rows.crowded.notnull(),
        leads_created_at_once_example=wall_clock(company, moment).cast("string"),
    ).drop("second", "crowded")


def _customer_flags(rows: ir.Table, happened: Happened, company: Company) -> ir.Table:
    """Deals count from their closing, for payment may well come a month after the start."""
    deals = happened.sold.deals
    won = deals.filter(deals.status == "won").group_by(won_buyer="customer_id")
    won = won.agg(first_closed=ibis._.closed_day.min())
    rows = rows.left_join(won, rows.customer_id == won.won_buyer)
    is_early = rows.first_closed.delta(rows.started_on, unit="day") > RENEWAL_DAYS
    everywhere = ibis.window()
    is_many = is_early.sum().over(everywhere) >= RENEWALS
    is_share = is_early.mean().over(everywhere) >= RENEWALS_SHARE
    return rows.mutate(
        customers_started_before_deals=is_early & is_many & is_share,
        customers_started_before_deals_example=rows.customer_id,
    )


_FLAGS: dict[str, Callable[[ir.Table, Happened, Company], ir.Table]] = {
    "deals": _deal_flags,
    "leads": _lead_flags,
    "customers": _customer_flags,
}
