"""Facts + periods + filter → KPIs. The formulas stand here, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from kpis.calendar import Period, previous
from kpis.catalogue import CATALOGUE
from kpis.costs import untold, with_costs
from kpis.coverage import COST_MEASURES, missing_measures
from kpis.definitions import Company, Definitions
from kpis.sums import Facts, Where, Window, measure_sums, median_cycles

DAYS_PER_MONTH = 30.4375
"""365.25 ÷ 12."""

Sums = Mapping[str, float]


@dataclass(frozen=True)
class Undefined:
    """A KPI without a value, and why: never 0, never infinite."""

    reason: str


Value = float | Undefined
Formula = Callable[[Sums, Definitions], Value]


def _ratio(numerator: float, denominator: float, undefined: str) -> Value:
    return numerator / denominator if denominator else Undefined(undefined)


def _counted(measure: str) -> Formula:
    return lambda s, d: s[measure]


def converted_leads(s: Sums, d: Definitions) -> float:
    """Leads of the period that became customers (cohort), or became customers in it (period)."""
    return s["cohort_converted"] if d.conversion == "cohort" else s["converted"]


def _lead_conversion_rate(s: Sums, d: Definitions) -> Value:
    return _ratio(converted_leads(s, d), s["leads"], "no leads were created")


def _sales_cycle_days(s: Sums, d: Definitions) -> Value:
    return _ratio(s["cycle_days"], s["cycles"], "no customer with a known cycle was won")


def _cac(s: Sums, d: Definitions) -> Value:
    return _ratio(s["acquisition_cost"], s["new_customers"], "no customers were won")


def _marketing_roi(s: Sums, d: Definitions) -> Value:
    gain = s["revenue"] * d.gross_margin - s["roi_cost"]
    return _ratio(gain, s["roi_cost"], "there is no marketing cost")


def _historic_clv(s: Sums, d: Definitions) -> Value:
    won = s["won_revenue"] * d.gross_margin
    return _ratio(won, s["won_customers"], "no customers have been won yet")


def _monthly_margin(s: Sums, d: Definitions) -> Value:
    """Revenue per active customer-month × margin."""
    months = s["clv_active_days"] / DAYS_PER_MONTH
    if months < 1e-9:  # starts and ends of the same day leave a residue of rounding
        return Undefined("no customer was active in the 365 days")
    return s["clv_payments"] * d.gross_margin / months


def _is_capped(s: Sums, d: Definitions) -> bool:
    months = s["clv_active_days"] / DAYS_PER_MONTH
    return months >= d.clv_max_months * s["clv_churned"]


def _subscription_clv(s: Sums, d: Definitions) -> Value:
    """Monthly margin × expected months: 1 ÷ monthly churn, at most the cap."""
    monthly = _monthly_margin(s, d)
    if isinstance(monthly, Undefined):
        return monthly
    if _is_capped(s, d):
        return monthly * d.clv_max_months
    return monthly * s["clv_active_days"] / DAYS_PER_MONTH / s["clv_churned"]


def _cost_per_lead(s: Sums, d: Definitions) -> Value:
    return _ratio(s["roi_cost"], s["leads"], "no leads were created")


def _win_rate(s: Sums, d: Definitions) -> Value:
    return _ratio(s["deals_won"], s["deals_won"] + s["deals_lost"], "no deals were closed")


def _quotient(above: Formula, below: Formula, undefined: str) -> Formula:
    def formula(s: Sums, d: Definitions) -> Value:
        numerator, denominator = above(s, d), below(s, d)
        if isinstance(numerator, Undefined):
            return numerator
        if isinstance(denominator, Undefined):
            return denominator
        return _ratio(numerator, denominator, undefined)

    return formula


def _formulas(subscriptions: bool) -> dict[str, Formula]:
    """The formula of each KPI; ``subscriptions``: whether churn and payments are known."""
    clv = _subscription_clv if subscriptions else _historic_clv
    return {
        "mqls": _counted("mqls"),
        "sqls": _counted("sqls"),
        "lead_conversion_rate": _lead_conversion_rate,
        "sales_cycle_days": _sales_cycle_days,
        "cac": _cac,
        "clv": clv,
        "marketing_roi": _marketing_roi,
        "leads": _counted("leads"),
        "new_customers": _counted("new_customers"),
        "revenue": _counted("revenue"),
        "cost_per_lead": _cost_per_lead,
        "win_rate": _win_rate,
        "clv_to_cac": _quotient(clv, _cac, "customers cost nothing to acquire"),
        "cac_payback_months": _quotient(
            _cac, _monthly_margin, "customers paid nothing in the 365 days"
        ),
    }


_MEASURES: dict[str, tuple[str, Callable[[Sums, Definitions], float]]] = {
    "converted_leads": ("converted_leads", converted_leads),
    "marketing_cost": (
        "marketing_cost",
        lambda s, d: s["marketing_cost"] + s["shared_marketing_cost"],
    ),
    "sales_cost": ("sales_cost", lambda s, d: s["sales_cost"] + s["shared_sales_cost"]),
    "median_cycle_days": ("cycles", lambda s, d: s["median_cycle_days"]),
}
"""Measures shown beside the KPIs: what they need, and how they are read from the sums."""

COLUMNS = (*CATALOGUE, *_MEASURES)
"""The numeric columns of a scorecard."""


def scorecard(
    facts: Facts,
    windows: Sequence[Window | Period],
    by: str | None = None,
    where: Where | None = None,
) -> pd.DataFrame:
    """Return the KPIs of each window and group.

    windows: periods; a Window also says up to which day conversions of its leads count (default:
        ``facts.as_of``). by: a dimension to group by. where: the selection.

    One row per window and group (without ``by``: one per window), with the columns

    - window (position in ``windows``), start, end (days), group (a value of ``by``, or "")
    - one per KPI of the catalogue and per measure of ``COLUMNS``: NaN where undefined
    - immature: whether the leads of the window are younger than the median sales cycle
    - reasons: dict of column → why it is undefined
    - notes: dict of KPI → what to know about its value, such as "capped at 60 months"

    Raises UsageError for a dimension that does not exist.
    """
    asked = [w if isinstance(w, Window) else Window(w, facts.as_of) for w in windows]
    where = {name: values for name, values in (where or {}).items() if values}
    missing = missing_measures(facts.mapped, facts.definitions)
    why_no_costs = untold(facts, by, where)
    if why_no_costs:
        missing = dict.fromkeys(COST_MEASURES, why_no_costs) | missing
    sums = with_costs(measure_sums(facts, asked, by, where), facts, asked, by, where)
    medians = median_cycles(facts, asked, by, where)
    cards = []
    for row in sums.to_dict("records"):
        number, group = int(row["window"]), str(row["group"])
        window = asked[number]
        median = float(medians.get((number, group), float("nan")))
        measured = {str(k): v for k, v in row.items()} | {"median_cycle_days": median}
        age = (window.horizon - window.period.end).days
        immature = facts.definitions.conversion == "cohort" and age < facts.usual_cycle_days
        cards.append(
            {
                "window": number,
                "start": window.period.start,
                "end": window.period.end,
                "group": group,
                **_card(measured, missing, facts.definitions, immature),
                "immature": immature,
            }
        )
    columns = ["window", "start", "end", "group", *COLUMNS, "immature", "reasons", "notes"]
    return pd.DataFrame(cards, columns=columns)


def compared(period: Period, as_of: date, company: Company) -> tuple[Window, Window]:
    """A period and the one to compare it with, cohorts at equal age.

    The earlier one is cut like for like (see kpis.calendar.previous), and conversions of its
    leads count only up to as many days after its start as the period has had by ``as_of``.
    """
    before = previous(period, as_of, company)
    age = max(as_of - period.start, timedelta(0))
    return Window(period, as_of), Window(before, min(before.start + age, as_of))


def _card(
    sums: Mapping[str, float], missing: Mapping[str, str], definitions: Definitions, immature: bool
) -> dict[str, object]:
    subscriptions = "payments" not in missing
    values: dict[str, object] = {}
    reasons: dict[str, str] = {}
    for key, formula in _formulas(subscriptions).items():
        needs = () if key == "clv" and subscriptions else CATALOGUE[key].measures
        reason = next((missing[measure] for measure in needs if measure in missing), None)
        value = Undefined(reason) if reason else formula(sums, definitions)
        if isinstance(value, Undefined):
            reasons[key] = value.reason
        values[key] = float("nan") if isinstance(value, Undefined) else float(value)
    for name, (need, read) in _MEASURES.items():
        values[name] = float("nan") if need in missing else read(sums, definitions)
        if need in missing:
            reasons[name] = missing[need]
    notes = _notes(sums, definitions, subscriptions, immature)
    values["notes"] = {key: note for key, note in notes.items() if key not in reasons}
    return values | {"reasons": reasons}


def _notes(s: Sums, d: Definitions, subscriptions: bool, immature: bool) -> dict[str, str]:
    notes = {}
    if immature:
        notes["lead_conversion_rate"] = "still maturing: younger than the median sales cycle"
    if s["cycles"]:
        notes["sales_cycle_days"] = f"median {s['median_cycle_days']:.0f} days"
    if not subscriptions:
        notes["clv"] = "won revenue per customer so far"
    elif _is_capped(s, d):
        notes["clv"] = f"capped at {d.clv_max_months} months"
    if s["unpriced"]:
        left_out = f"{s['unpriced']:.0f} amounts left out: no exchange rate"
        notes |= {"revenue": left_out, "marketing_roi": left_out, "cac": left_out}
    return notes
