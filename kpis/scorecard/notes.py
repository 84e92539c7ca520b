"""What to know about a value that is there: its basis, its cap, what had to be left out of it."""

import math
from collections.abc import Mapping

from kpis.definitions import Definitions
from kpis.display import counted
from kpis.scorecard.formulas import Basis, is_capped

_COSTS = ("unpriced_marketing_cost", "unpriced_sales_cost")
_LEFT_OUT = {
    "revenue": ("unpriced_revenue",),
    "marketing_roi": ("unpriced_revenue", "unpriced_marketing_cost"),
    "cac": _COSTS,
    "cost_per_lead": ("unpriced_marketing_cost",),
    "cac_payback_months": ("clv_unpriced", *_COSTS),
}
"""The sums that count the amounts each KPI leaves out for want of an exchange rate."""


def notes_on(
    s: Mapping[str, float], d: Definitions, basis: Basis, immature: bool
) -> dict[str, str]:
    """Return KPI → what to know about its value, such as "on revenue, capped at 60 months".

    s: the sums it was computed from (kpis.scorecard.sums.measure_sums, with median_cycle_days).
    basis: what lifetime value is computed from. immature: whether the leads are younger than the
        usual cycle.

    Amounts without a rate are counted by credit, so a selection may hold a part of one: it counts
    as one, and only for the KPIs that would have used it.
    """
    margin = "on revenue" if d.gross_margin == 1.0 else "on gross margin"
    notes = {"clv": [margin], "marketing_roi": [margin]}
    months = counted(d.clv_max_months, "month")
    if basis == "predictive":
        notes["clv"].append(f"predicted for the next {months}")
    elif basis == "won":
        notes["clv"].append("won per customer so far")
    elif is_capped(s, d):
        notes["clv"].append(f"capped at {months}")
    if immature:
        notes["lead_conversion_rate"] = ["still maturing: younger than the usual time to a sale"]
    if s["cycles"]:
        notes["sales_cycle_days"] = [f"median {s['median_cycle_days']:.0f} days"]
    if uncounted := math.ceil(s["cycles_left_out"] - 1e-9):
        sales = counted(uncounted, "customer" if d.cycle_over == "customers" else "deal")
        why = "won before the cycle began, or its beginning is unknown"
        notes.setdefault("sales_cycle_days", []).append(f"{sales} left out: {why}")
    lifetime = "won_unpriced" if basis == "won" else "clv_unpriced"
    left_out = _LEFT_OUT | {"clv": (lifetime,), "clv_to_cac": (lifetime, *_COSTS)}
    for key, measures in left_out.items():
        amounts = math.ceil(sum(s[measure] for measure in measures) - 1e-9)
        if amounts > 0:
            left_out_text = f"{counted(amounts, 'amount')} left out: no exchange rate"
            notes.setdefault(key, []).append(left_out_text)
    return {key: ", ".join(texts) for key, texts in notes.items()}
