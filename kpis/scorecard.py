"""Facts + periods + filter → KPIs. The formulas stand here, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pandas as pd

from kpis.calendar import Period, previous
from kpis.catalogue import CATALOGUE
from kpis.costs import untold, with_costs
from kpis.coverage import COST_MEASURES, missing_measures
from kpis.definitions import Company, Definitions
from kpis.notes import notes_on
from kpis.sums import Facts, Where, Window, measure_sums, median_cycles

DAYS_PER_MONTH = 30.4375
"""365.25 ÷ 12."""

Sums = Mapping[str, float]


@dataclass(frozen=True)
class Undefined:
    """A KPI without a value, and why: never 0, never infinite."""

    reason: str


Value = float | Undefined
Amount = Callable[[Sums, Definitions], float]
Formula = Callable[[Sums, Definitions], Value]


@dataclass(frozen=True)
class Ratio:
    """The formula of a KPI that is one sum ÷ another, each of which adds up over groups.

    per: what the denominator counts. undefined: why there is no value where it is zero.
    """

    numerator: Amount
    denominator: Amount
    per: str
    undefined: str

    def __call__(self, s: Sums, d: Definitions) -> Value:
        """The value for these sums."""
        return _divided(self.numerator(s, d), self.denominator(s, d), self.undefined)


def _divided(numerator: float, denominator: float, undefined: str) -> Value:
    return numerator / denominator if denominator else Undefined(undefined)


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


def _follow_ups(s: Sums, d: Definitions) -> float:
    return s["follow_ups_in_time"] + s["follow_ups_late"]


def _deals_closed(s: Sums, d: Definitions) -> float:
    return s["deals_won"] + s["deals_lost"]


def _active_months(s: Sums, d: Definitions) -> float:
    return s["clv_active_days"] / DAYS_PER_MONTH


def _monthly_margin(s: Sums, d: Definitions) -> Value:
    """Revenue per active customer-month × margin."""
    months = _active_months(s, d)
    if months < 1e-9:  # starts and ends of the same day leave a residue of rounding
        return Undefined("no customer was active in the 365 days")
    return _paid_margin(s, d) / months


def _is_capped(s: Sums, d: Definitions) -> bool:
    return _active_months(s, d) >= d.clv_max_months * s["clv_churned"]


def _lifetime_ratio(s: Sums, d: Definitions) -> Ratio:
    """Monthly margin × expected months (1 ÷ monthly churn, at most the cap), months cancelled."""
    never = "no customer was active in the 365 days"
    if _is_capped(s, d):
        cap = d.clv_max_months
        return Ratio(_paid_margin, lambda s, d: _active_months(s, d) / cap, "active months", never)
    return Ratio(_paid_margin, _sum("clv_churned"), "customers lost", never)


def _subscription_clv(s: Sums, d: Definitions) -> Value:
    monthly = _monthly_margin(s, d)
    return monthly if isinstance(monthly, Undefined) else _lifetime_ratio(s, d)(s, d)


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
def _formulas(subscriptions: bool) -> dict[str, Formula]:
    """The formula of each KPI; ``subscriptions``: whether churn and payments are known."""
    historic = Ratio(
        _won_margin, _sum("won_customers"), "customers won", "no customers have been won yet"
    )
    clv = _subscription_clv if subscriptions else historic
    leads = (_sum("leads"), "leads", "no leads were created")
    customers = (_sum("new_customers"), "customers won", "no customers were won")
    cac = Ratio(_sum("acquisition_cost"), *customers)
    return {
        "mqls": _sum("mqls"),
        "sqls": _sum("sqls"),
        "lead_conversion_rate": Ratio(converted_leads, *leads),
        "sales_cycle_days": Ratio(
            _sum("cycle_days"),
            _sum("cycles"),
            "customers won",
            "no customer with a known cycle was won",
        ),
        "cac": cac,
        "clv": clv,
        "marketing_roi": Ratio(
            _marketing_gain, _sum("roi_cost"), "marketing cost", "there is no marketing cost"
        ),
        "leads": _sum("leads"),
        "new_customers": _sum("new_customers"),
        "revenue": _sum("revenue"),
        "cost_per_lead": Ratio(_sum("roi_cost"), *leads),
        "follow_up_rate": Ratio(
            _sum("follow_ups_in_time"), _follow_ups, "MQLs due", "no MQL was due yet"
        ),
        "win_rate": Ratio(_sum("deals_won"), _deals_closed, "deals closed", "no deals were closed"),
        "clv_to_cac": _quotient(clv, cac, "customers cost nothing to acquire"),
        "cac_payback_months": _quotient(
            cac, _monthly_margin, "customers paid nothing in the 365 days"
        ),
    }


def untold_measures(facts: Facts, by: str | None, where: Where) -> dict[str, str]:
    """The measures that cannot be told of such groups and selection, each with the reason why."""
    why_no_costs = untold(facts, by, where)
    costs = dict.fromkeys(COST_MEASURES, why_no_costs) if why_no_costs else {}
    return costs | missing_measures(facts.mapped, facts.definitions)


def _measures_needed(key: str, subscriptions: bool) -> tuple[str, ...]:
    """What the KPI cannot do without; lifetime value does without deals where payments are."""
    if key == "clv_to_cac":
        return _measures_needed("clv", subscriptions) + CATALOGUE["cac"].measures
    return () if key == "clv" and subscriptions else CATALOGUE[key].measures


def kpi_value(key: str, s: Sums, missing: Mapping[str, str], d: Definitions) -> Value:
    """The KPI of these sums (kpis.costs.with_costs); ``missing``: as of untold_measures."""
    subscriptions = "payments" not in missing
    needs = _measures_needed(key, subscriptions)
    reason = next((missing[measure] for measure in needs if measure in missing), None)
    return Undefined(reason) if reason else _formulas(subscriptions)[key](s, d)


def as_ratio(key: str, s: Sums, missing: Mapping[str, str], d: Definitions) -> Ratio | None:
    """The KPI's formula as a ratio whose parts add up over groups; None where it is none.

    s: the sums of the whole, which decide whether its lifetime value is capped.
    """
    if key == "clv" and "payments" not in missing:
        return _lifetime_ratio(s, d)
    formula = _formulas("payments" not in missing)[key]
    return formula if isinstance(formula, Ratio) else None


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
    missing = untold_measures(facts, by, where)
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
    values: dict[str, object] = {}
    reasons: dict[str, str] = {}
    for key in CATALOGUE:
        value = kpi_value(key, sums, missing, definitions)
        if isinstance(value, Undefined):
            reasons[key] = value.reason
        values[key] = float("nan") if isinstance(value, Undefined) else float(value)
    for name, (need, read) in _MEASURES.items():
        values[name] = float("nan") if need in missing else read(sums, definitions)
        if need in missing:
            reasons[name] = missing[need]
    subscriptions = "payments" not in missing
    capped = subscriptions and _is_capped(sums, definitions)
    notes = notes_on(sums, definitions, subscriptions, capped, immature)
    values["notes"] = {key: note for key, note in notes.items() if key not in reasons}
    return values | {"reasons": reasons}
