"""Lifetime value once more, from the words of the contract: by payments, else by what was won."""

from datetime import date, timedelta
from fractions import Fraction

from tests.kpis.reference.company import ReferenceCompany, Selection

WINDOW_DAYS = 365
DAYS_PER_MONTH = Fraction(304375, 10000)
A_RESIDUE = Fraction(1, 10**9)
"""So few months, such as old touches have left under time decay, are those of no customer: floats
cannot tell them from what sums leave by rounding."""


def lifetime_value(company: ReferenceCompany, end: date, selection: Selection) -> Fraction | None:
    """As of ``end``; None where undefined.

    Predictive, it takes a hundred customers that paid again: more than any small company has.
    """
    if company.agreed["clv_basis"] == "predictive":
        return None
    if company.maps("payments") and company.maps("customers", "ended_on"):
        return _by_payments(company, end, selection)
    return _by_deals(company, end, selection)


def _by_payments(company: ReferenceCompany, end: date, selection: Selection) -> Fraction | None:
    """Revenue per active month × margin × the months of 1 ÷ churn, or the cap if that is less."""
    start = end - timedelta(days=WINDOW_DAYS - 1)
    active_days, churned, paid = Fraction(0), Fraction(0), Fraction(0)
    for row in company.rows("customers"):
        name = row["customer_id"]
        share = company.share_of_customer(name, selection)
        ended = date.fromisoformat(row["ended_on"]) if "ended_on" in row else None
        if ended and start <= ended <= end:
            churned += share
        won = company.won_day(company.first_deals[name]) if name in company.first_deals else None
        began = date.fromisoformat(row["started_on"]) if "started_on" in row else won
        if began is not None and share:
            active_days += share * _days_active(max(began, start), end, ended)
    for payment in company.rows("payments"):
        day = date.fromisoformat(payment["paid_on"])
        if start <= day <= end:
            share = company.share_of_customer(payment["customer_id"], selection)
            paid += share * company.priced(payment, day)
    months = active_days / DAYS_PER_MONTH
    if months < A_RESIDUE:
        return None
    cap = Fraction(company.agreed["clv_max_months"])
    expected = min(months / churned, cap) if churned else cap
    return paid / months * Fraction(company.agreed["gross_margin"]) * expected


def _days_active(first: date, last: date, ended: date | None) -> int:
    """Days from ``first`` to ``last``; the day on which it ended is none of them."""
    until = min(last, ended - timedelta(days=1)) if ended else last
    return max(0, (until - first).days + 1)


def _by_deals(company: ReferenceCompany, end: date, selection: Selection) -> Fraction | None:
    """Won revenue × margin ÷ customers won, up to ``end``."""
    revenue, customers = Fraction(0), Fraction(0)
    for deal in company.won_deals:
        won = company.won_day(deal)
        if won is None or won > end:
            continue
        name = company.customer_of(deal)
        first = company.first_deals[name]
        share = company.share(first.get("lead_id"), deal, selection)
        revenue += share * company.priced(deal, won)
        if deal is first:
            customers += share
    return revenue * Fraction(company.agreed["gross_margin"]) / customers if customers else None
