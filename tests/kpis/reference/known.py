"""What no mapping tells is not known, and so neither is what is made of it: null, never 0."""

from tests.kpis.reference.company import SPREAD, ReferenceCompany


def knows(company: ReferenceCompany, name: str) -> bool:
    """Whether the tables and columns that a KPI or measure is made of are mapped (but costs)."""
    has, stages = company.maps, company.maps("lead_stages")
    leads, deals, won = has("leads"), has("deals"), has("deals", company.won_column)
    from_lead = leads and has("deals", "lead_id")
    milestones = {
        "columns": {milestone: has("leads", f"{milestone}_at") for milestone in ("mql", "sql")},
        "stages": dict.fromkeys(("mql", "sql"), stages),
        "either": {m: stages or has("leads", f"{m}_at") for m in ("mql", "sql")},
    }[company.agreed["milestones_from"]]
    cycles_begin = {
        "lead_created": from_lead or has("deals", "created_at"),
        "first_touch": from_lead and has("touches"),
        "deal_created": has("deals", "created_at"),
    }[company.agreed["cycle_from"]]
    cycles = won and cycles_begin
    revenue = won and has("deals", "amount")
    by_payments = has("payments") and has("customers", "ended_on")
    known = {
        "leads": leads,
        "mqls": leads and milestones["mql"],
        "sqls": leads and milestones["sql"],
        "new_customers": deals and won,
        "converted_leads": won and from_lead,
        "lead_conversion_rate": won and from_lead,
        "sales_cycle_days": cycles,
        "median_cycle_days": cycles,
        "revenue": revenue,
        "cac": won,
        "clv": by_payments or revenue,
        "marketing_roi": revenue,
    }
    return known.get(name, True)


def knows_costs(company: ReferenceCompany, asked: set[str]) -> bool:
    """Whether costs are mapped and tell each dimension asked for, or their campaigns do."""
    return company.maps("costs") and all(
        name in SPREAD or company.maps("costs", name) or company.maps("campaigns", name)
        for name in asked
    )
