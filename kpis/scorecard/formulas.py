"""The formulas of the KPIs: sums of one selection and period → a value, or why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kpis.catalogue import CATALOGUE
from kpis.definitions import Definitions
from kpis.scorecard.undefined import Undefined, Value

DAYS_PER_MONTH = 30.4375
"""365.25 ÷ 12."""
_RESIDUE = 1e-9
"""What rounding leaves over where days cancel out: nothing."""

Sums = Mapping[str, float]

Basis = Literal["predictive", "payments", "won"]
"""What lifetime value comes from: payments to come, payments and churn, or won revenue so far."""

Amount = Callable[[Sums, Definitions], float]
Formula = Callable[[Sums, Definitions], Value]


@dataclass(frozen=True)
class Ratio:
    """The formula of a KPI that is one sum ÷ another, each of which adds up over groups.

    per: what the denominator counts. undefined: why there is no value where it is zero or less.
    unspent: why there is none where the numerator is, if that means that nothing is known of it.
    """

    numerator: Amount
    denominator: Amount
    per: str
    undefined: str
    unspent: str = ""

    def __call__(self, s: Sums, d: Definitions) -> Value:
        """The value for these sums."""
        numerator = self.numerator(s, d)
        value = _divided(numerator, self.denominator(s, d), self.undefined)
        is_unspent = self.unspent and numerator <= 0 and not isinstance(value, Undefined)
        return Undefined(self.unspent) if is_unspent else value


def _divided(numerator: float, denominator: float, undefined: str) -> Value:
    return numerator / denominator if denominator > 0 else Undefined(undefined)


def _sum(measure: str) -> Amount:
    return lambda s, d: s[measure]


def converted_leads(s: Sums, d: Definitions) -> float:
    """Leads of the period that became customers (cohort), or customers with a lead won in it."""
    return s["cohort_converted"] if d.conversion == "cohort" else s["converted"]


def _marketing_gain(s: Sums, d: Definitions) -> float:
    return s["revenue"] * d.gross_margin - s["roi_cost"]


def _won_margin(s: Sums, d: Definitions) -> float:
    return s["won_revenue"] * d.gross_margin


def _paid_margin(s: Sums, d: Definitions) -> float:
    return s["clv_payments"] * d.gross_margin


def due_follow_ups(s: Sums, d: Definitions) -> float:
    """MQLs whose time to be followed up is over."""
    return s["follow_ups_in_time"] + s["follow_ups_late"]


def _deals_closed(s: Sums, d: Definitions) -> float:
    return s["deals_won"] + s["deals_lost"]


def _active_months(s: Sums, d: Definitions) -> float:
    return s["clv_active_days"] / DAYS_PER_MONTH


def _monthly_margin(s: Sums, d: Definitions) -> Value:
    """Revenue per active customer-month × margin."""
    months = _active_months(s, d)
    if months <= _RESIDUE:
        return Undefined("no customer was active in the 365 days")
    return _paid_margin(s, d) / months


def is_capped(s: Sums, d: Definitions) -> bool:
    """Whether the expected months, 1 ÷ monthly churn, are more than lifetime value counts."""
    return _active_months(s, d) >= d.clv_max_months * s["clv_churned"]


def lifetime_basis(missing: Mapping[str, str], d: Definitions) -> Basis:
    """The basis of lifetime value: the agreed one, as far as the measures not missing allow."""
    if d.clv_basis == "predictive":
        return "predictive"
    return "won" if "payments" in missing else "payments"


def _lifetime_ratio(basis: Basis, s: Sums, d: Definitions) -> Ratio:
    """Lifetime value of these sums as one sum ÷ another.

    From payments it is monthly margin × expected months (1 ÷ monthly churn, at most the cap), with
    the months cancelled. What is predicted is known on the day of the report only.
    """
    match basis:
        case "predictive":
            never = "no customer paid in the 365 days"
            past = (
                "it is predicted as of the day of the report only; for an earlier period, ask as "
                "of its last day"
            )
            why = past if s["clv_payments"] > 0 else never
            margin, customers = _sum("predicted_margin"), _sum("predicted_customers")
            return Ratio(margin, customers, "customers that paid", why)
        case "payments":
            never = "no customer was active in the 365 days"
            if is_capped(s, d):
                cap = d.clv_max_months
                return Ratio(
                    _paid_margin, lambda s, d: _active_months(s, d) / cap, "active months", never
                )
            return Ratio(_paid_margin, _sum("clv_churned"), "customers lost", never)
        case "won":
            customers, never = _sum("won_customers"), "no customers have been won yet"
            return Ratio(_won_margin, customers, "customers won", never)


def _lifetime_value(basis: Basis) -> Formula:
    def formula(s: Sums, d: Definitions) -> Value:
        if basis == "payments":
            monthly = _monthly_margin(s, d)
            if isinstance(monthly, Undefined):
                return monthly
        return _lifetime_ratio(basis, s, d)(s, d)

    return formula


def _quotient(above: Formula, below: Formula, undefined: str) -> Formula:
    def formula(s: Sums, d: Definitions) -> Value:
        numerator, denominator = above(s, d), below(s, d)
        if isinstance(numerator, Undefined):
            return numerator
        if isinstance(denominator, Undefined):
            return denominator
        return _divided(numerator, denominator, undefined)

    return formula


@cache
def _formulas(basis: Basis, cycle_over: Literal["customers", "deals"]) -> dict[str, Formula]:
    """The formula of each KPI; ``basis``: what lifetime value is computed from."""
    sale = cycle_over.removesuffix("s")
    clv = _lifetime_value(basis)
    leads = (_sum("leads"), "leads", "no leads were created")
    customers = (_sum("new_customers"), "customers won", "no customers were won")
    no_cost = "there is no cost above zero in the period"
    cac = Ratio(_sum("acquisition_cost"), *customers, no_cost)
    return {
        "mqls": _sum("mqls"),
        "sqls": _sum("sqls"),
        "lead_conversion_rate": Ratio(converted_leads, *leads),
        "sales_cycle_days": Ratio(
            _sum("cycle_days"),
            _sum("cycles"),
            f"{cycle_over} won",
            f"no {sale} with a known cycle was won",
        ),
        "cac": cac,
        "clv": clv,
        "marketing_roi": Ratio(
            _marketing_gain,
            _sum("roi_cost"),
            "marketing cost",
            "there is no marketing cost above zero",
        ),
        "leads": _sum("leads"),
        "new_customers": _sum("new_customers"),
        "revenue": _sum("revenue"),
        "cost_per_lead": Ratio(_sum("roi_cost"), *leads, "there is no marketing cost above zero"),
        "follow_up_rate": Ratio(
            _sum("follow_ups_in_time"), due_follow_ups, "MQLs due", "no MQL was due yet"
        ),
        "win_rate": Ratio(_sum("deals_won"), _deals_closed, "deals closed", "no deals were closed"),
        "clv_to_cac": _quotient(clv, cac, no_cost),
        "cac_payback_months": _quotient(
            cac, _monthly_margin, "customers paid nothing in the 365 days"
        ),
    }


def _measures_needed(key: str, basis: Basis) -> tuple[str, ...]:
    """What the KPI cannot do without; lifetime value does without deals where payments are."""
    if key == "clv_to_cac":
        return _measures_needed("clv", basis) + CATALOGUE["cac"].measures
    if key != "clv" or basis == "won":
        return CATALOGUE[key].measures
    return ("predicted_margin",) if basis == "predictive" else ()


def kpi_value(key: str, s: Sums, missing: Mapping[str, str], d: Definitions) -> Value:
    """The KPI of these sums (kpis.scorecard.costs.with_costs).

    missing: the measures that are undefined, with the reason
    (kpis.scorecard.scorecard.undefined_measures).
    """
    basis = lifetime_basis(missing, d)
    needs = _measures_needed(key, basis)
    reason = next((missing[measure] for measure in needs if measure in missing), None)
    return Undefined(reason) if reason else _formulas(basis, d.cycle_over)[key](s, d)


def as_ratio(key: str, s: Sums, missing: Mapping[str, str], d: Definitions) -> Ratio | None:
    """The KPI's formula as a ratio whose parts add up over groups; None where it is none.

    s: the sums of the whole, which decide whether its lifetime value is capped.
    """
    basis = lifetime_basis(missing, d)
    formula = _lifetime_ratio(basis, s, d) if key == "clv" else _formulas(basis, d.cycle_over)[key]
    return formula if isinstance(formula, Ratio) else None
