"""What the mapped tables and columns allow to be computed, and what each missing one costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kpis.catalogue import SEVEN
from kpis.definitions import Definitions
from kpis.display import listed

Mapped = Mapping[str, frozenset[str]]
"""Per canonical table the columns that came from a source; unmapped tables are absent."""

COST_MEASURES = ("marketing_cost", "sales_cost", "shared_marketing_cost", "shared_sales_cost")


@dataclass(frozen=True)
class _Need:
    """Measures that need one of some ``table.column`` places, and what to say without them.

    A measure has every one of its needs; the first that is not met is its reason.
    """

    measures: tuple[str, ...]
    any_of: tuple[str, ...]
    reason: str


def _needs(definitions: Definitions) -> tuple[_Need, ...]:
    won = "closed_at" if definitions.customer_when == "booked" else "paid_at"
    sold = ("new_customers", "converted_leads", "cycles", "cycle_days", "revenue")
    closed, paid = ("deals_won", "deals_lost"), ("payments",)
    disqualified = ("disqualified_leads", "bad_fit_leads")
    return (
        _milestone("mql", definitions),
        _milestone("sql", definitions),
        _Need(
            ("leads", "converted_leads", "mqls", "sqls"), ("leads.lead_id",), "no leads are mapped"
        ),
        *_follow_ups(definitions),
        _Need((*sold, *closed), ("deals.deal_id",), "no deals are mapped"),
        _Need(sold, (f"deals.{won}",), f"deals.{won} is not mapped"),
        _Need(closed, ("deals.closed_at",), "deals.closed_at is not mapped"),
        _Need(
            ("converted_leads",),
            ("deals.lead_id",),
            "deals.lead_id is not mapped, so no customer can be traced to a lead",
        ),
        _Need(("revenue",), ("deals.amount",), "deals.amount is not mapped"),
        *_beginnings(definitions),
        _Need(paid, ("payments.amount",), "no payments are mapped"),
        _Need(paid, ("customers.customer_id",), "no customers are mapped, so churn is unknown"),
        _Need(
            paid, ("customers.ended_on",), "customers.ended_on is not mapped, so churn is unknown"
        ),
        _Need(disqualified, ("leads.disqualified_at",), "leads.disqualified_at is not mapped"),
        _Need(
            ("bad_fit_leads",),
            ("leads.disqualified_reason",),
            "leads.disqualified_reason is not mapped",
        ),
        _Need(("predicted_margin",), ("payments.amount",), "no payments are mapped"),
        _Need(COST_MEASURES, ("costs.amount",), "no costs are mapped"),
    )


def _follow_ups(definitions: Definitions) -> tuple[_Need, ...]:
    """When MQLs were answered: without contacts, nobody knows."""
    measures = ("follow_ups_in_time", "follow_ups_late")
    return (
        replace(_milestone("mql", definitions), measures=measures),
        _Need(
            measures,
            ("leads.first_contacted_at", "activities.lead_id"),
            "no contacts are mapped (leads.first_contacted_at or activities)",
        ),
    )


def _milestone(name: str, definitions: Definitions) -> _Need:
    """Where the dates of MQLs or SQLs may come from, as ``milestones_from`` says."""
    column, stages = f"leads.{name}_at", "lead_stages.stage"
    any_of = {"columns": (column,), "stages": (stages,), "either": (column, stages)}
    text = {"columns": column, "stages": "lead_stages", "either": f"{column} or lead_stages"}
    agreed = definitions.milestones_from
    reason = f"no {name.upper()} date is mapped ({text[agreed]})"
    return _Need((f"{name}s",), any_of[agreed], reason)


def _beginnings(definitions: Definitions) -> tuple[_Need, ...]:
    """What a sales cycle begins with, as ``cycle_from`` says."""
    cycles = ("cycles", "cycle_days")
    match definitions.cycle_from:
        case "lead_created":
            return (
                _Need(
                    cycles,
                    ("deals.lead_id", "deals.created_at"),
                    "neither deals.lead_id nor deals.created_at is mapped, so no cycle has a "
                    "beginning",
                ),
                _Need(
                    cycles,
                    ("leads.lead_id", "deals.created_at"),
                    "neither leads nor deals.created_at are mapped, so no cycle has a beginning",
                ),
            )
        case "first_touch":
            so = "so no cycle can begin with a first touch"
            return (
                _Need(cycles, ("touches.lead_id",), f"no touches are mapped, {so}"),
                _Need(cycles, ("leads.lead_id",), f"no leads are mapped, {so}"),
                _Need(cycles, ("deals.lead_id",), f"deals.lead_id is not mapped, {so}"),
            )
        case "deal_created":
            so = "so no cycle can begin with the deal"
            return (_Need(cycles, ("deals.created_at",), f"deals.created_at is not mapped, {so}"),)


def places_needed(measures: Iterable[str], definitions: Definitions) -> list[str]:
    """The places that measures need, such as ``leads.mql_at or lead_stages.stage``, each once."""
    wanted = set(measures)
    needs = (need for need in _needs(definitions) if wanted.intersection(need.measures))
    return list(dict.fromkeys(" or ".join(need.any_of) for need in needs))


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

    Such as: "no costs are mapped; undefined: Customer acquisition cost and Marketing ROI".
    A KPI that lacks several things is named with each of them. What no mapped table could make use
    of is left out.
    """
    by_reason: dict[str, list[str]] = {}
    missing = missing_measures(mapped, definitions)
    predictive = definitions.clv_basis == "predictive"
    why_historic = None if predictive else missing.get("payments")
    historic_is_known = not missing.keys() & {"revenue", "new_customers"}
    for kpi in SEVEN:
        measures = kpi.measures
        if kpi.key == "clv" and not why_historic:
            measures = ("predicted_margin",) if predictive else ()
        for reason in dict.fromkeys(missing[m] for m in measures if m in missing):
            by_reason.setdefault(reason, []).append(kpi.label)
    sentence = [f"{reason}; undefined: {listed(labels)}" for reason, labels in by_reason.items()]
    if why_historic and historic_is_known:
        sentence.append(f"{why_historic}: lifetime value is won revenue per customer so far")
    return sentence + [
        text
        for place, (of_use_to, text) in _WITHOUT.items()
        if not _is_mapped(place, mapped) and any(_is_mapped(one, mapped) for one in of_use_to)
    ]


_CAMPAIGNS = ("leads.campaign_id", "touches.campaign_id", "costs.campaign_id")
_CURRENCIES = ("deals.currency", "costs.currency", "payments.currency")
_WITHOUT = {
    "touches.lead_id": (
        ("leads.lead_id",),
        "no touches are mapped: each lead is credited to its own campaign alone",
    ),
    "leads.campaign_id": (
        ("leads.lead_id",),
        "leads.campaign_id is not mapped: leads without touches have no campaign",
    ),
    "campaigns.campaign_id": (
        _CAMPAIGNS,
        "no campaigns are mapped: campaigns show as ids, without channel",
    ),
    "deals.currency": (
        ("deals.amount",),
        "deals.currency is not mapped: amounts that name no currency are read in the company's",
    ),
    "rates.rate": (
        _CURRENCIES,
        "no rates are mapped: amounts in other currencies are counted, not priced",
    ),
}
"""What else is lost when a place is not mapped, and the places that could make use of it."""


def _is_mapped(place: str, mapped: Mapped) -> bool:
    table, column = place.split(".")
    return column in mapped.get(table, frozenset())
