"""What the mapped tables and columns allow to be computed, and what each missing one costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.catalogue import SEVEN
from kpis.definitions import Definitions

Mapped = Mapping[str, frozenset[str]]
"""Per canonical table the columns that came from a source; unmapped tables are absent."""

COST_MEASURES = ("marketing_cost", "sales_cost", "shared_marketing_cost", "shared_sales_cost")


@dataclass(frozen=True)
class _Need:
    """Measures that need one of some ``table.column`` places, and what to say without them."""

    measures: tuple[str, ...]
    any_of: tuple[str, ...]
    reason: str


def _needs(definitions: Definitions) -> tuple[_Need, ...]:
    won = "closed_at" if definitions.customer_when == "booked" else "paid_at"
    sold = ("new_customers", "converted_leads", "cycles", "revenue")
    closed = ("deals_won", "deals_lost")
    return (
        _Need(("leads", "converted_leads"), ("leads.lead_id",), "no leads are mapped"),
        _Need(
            ("mqls",),
            ("leads.mql_at", "lead_stages.stage"),
            "no MQL date is mapped (leads.mql_at or lead_stages)",
        ),
        _Need(
            ("sqls",),
            ("leads.sql_at", "lead_stages.stage"),
            "no SQL date is mapped (leads.sql_at or lead_stages)",
        ),
        _Need((*sold, *closed), ("deals.deal_id",), "no deals are mapped"),
        _Need(sold, (f"deals.{won}",), f"deals.{won} is not mapped"),
        _Need(closed, ("deals.closed_at",), "deals.closed_at is not mapped"),
        _Need(
            ("converted_leads",),
            ("deals.lead_id",),
            "deals.lead_id is not mapped, so no customer can be traced to a lead",
        ),
        _Need(("revenue",), ("deals.amount",), "deals.amount is not mapped"),
        _Need(
            ("cycles",),
            ("deals.lead_id", "deals.created_at"),
            "neither deals.lead_id nor deals.created_at is mapped, so no cycle has a beginning",
        ),
        _Need(
            ("payments",),
            ("payments.amount",),
            "customers and payments are not both mapped",
        ),
        _Need(
            ("payments",),
            ("customers.customer_id",),
            "customers and payments are not both mapped",
        ),
        _Need(COST_MEASURES, ("costs.amount",), "no costs are mapped"),
    )


def missing_measures(mapped: Mapped, definitions: Definitions) -> dict[str, str]:
    """Return the measures that cannot be counted, each with the reason why."""
    places = {f"{table}.{column}" for table, columns in mapped.items() for column in columns}
    missing: dict[str, str] = {}
    for need in _needs(definitions):
        if not places.intersection(need.any_of):
            for measure in need.measures:
                missing.setdefault(measure, need.reason)
    return missing


def effects(mapped: Mapped, definitions: Definitions) -> list[str]:
    """Return what each missing table or optional column costs, one sentence each.

    Such as: "no costs are mapped: Customer acquisition cost and Marketing ROI are undefined".
    """
    by_reason: dict[str, list[str]] = {}
    missing = missing_measures(mapped, definitions)
    for kpi in SEVEN:
        reason = next((missing[m] for m in kpi.measures if m in missing), None)
        if reason and not (kpi.key == "clv" and "payments" not in missing):
            by_reason.setdefault(reason, []).append(kpi.label)
    undefined = [
        f"{reason}: {_listed(labels)} {'is' if len(labels) == 1 else 'are'} undefined"
        for reason, labels in by_reason.items()
    ]
    return undefined + [text for place, text in _WITHOUT.items() if not _is_mapped(place, mapped)]


_WITHOUT = {
    "touches.lead_id": "no touches are mapped: each lead is credited to its own campaign alone",
    "leads.campaign_id": "leads.campaign_id is not mapped: leads without touches have no campaign",
    "campaigns.campaign_id": "no campaigns are mapped: campaigns show as ids, without channel",
    "payments.amount": "no payments are mapped: lifetime value is won revenue per customer so far",
    "customers.customer_id": "no customers are mapped: churn is unknown to lifetime value",
    "deals.currency": "deals.currency is not mapped: amounts without a sign are company currency",
    "rates.rate": "no rates are mapped: amounts in other currencies are counted, not priced",
}
"""What else is lost when a place is not mapped."""


def _is_mapped(place: str, mapped: Mapped) -> bool:
    table, column = place.split(".")
    return column in mapped.get(table, frozenset())


def _listed(labels: list[str]) -> str:
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
