"""Amounts in company currency, by dated rates; what has no rate is counted, not priced."""

from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company


def priced(rows: ir.Table, rates: ir.Table, company: Company, day: str = "day") -> ir.Table:
    """Return ``rows`` with ``amount`` in company currency, at the rate valid on the row's day.

    rows: any table with amount, currency (null: company currency) and the column named by
        ``day``; rates: the canonical table.
    A rate is valid from its ``valid_from`` (null: since ever) until the next one of its currency.
    The amount is null where there is no rate; ``unpriced`` is 1.0 there and null elsewhere.
    """
    currency = rates.currency.upper()
    since = rates.valid_from.fill_null(date(1, 1, 1))
    following = ibis.window(group_by=currency, order_by=since)
    valid = rates.select(
        rate_currency=currency,
        rate="rate",
        since=since,
        until=since.lead().over(following),
    )
    stated = rows.mutate(
        amount_stated=rows.amount, row_currency=rows.currency.fill_null(company.currency)
    )
    at_rate = stated.left_join(
        valid,
        [
            stated.row_currency == valid.rate_currency,
            stated[day] >= valid.since,
            (stated[day] < valid.until) | valid.until.isnull(),
        ],
    )
    rate = ibis.ifelse(at_rate.row_currency == company.currency, 1.0, at_rate.rate)
    is_unpriced = at_rate.amount_stated.notnull() & rate.isnull()
    return at_rate.mutate(
        amount=at_rate.amount_stated * rate,
        unpriced=ibis.ifelse(is_unpriced, 1.0, ibis.null("float64")),
    ).drop("amount_stated", "row_currency", "rate_currency", "rate", "since", "until")
