"""The catalogue of KPIs as data: cards, tables, tooltips, exports and docs are all read from it."""

from dataclasses import dataclass
from typing import Literal

from kpis.definitions import Definitions
from kpis.errors import UsageError, nearest

Unit = Literal["count", "share", "days", "money", "return", "ratio", "months"]
Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Kpi:
    """One KPI: what it is called, what it means, and which way is better.

    short: the label where room is scarce. formula: the definition in words.
    measures: the facts it cannot do without (kpis.facts.MEASURES); customer lifetime value takes
        payments instead where they are mapped.
    additive: whether its values over parts of a period sum to the whole's; such a KPI's target is
        prorated by working days, a ratio's is not.
    source: where the definition is taken from.
    """

    key: str
    label: str
    short: str
    formula: str
    unit: Unit
    better: Direction
    measures: tuple[str, ...]
    source: str
    additive: bool = False


SEVEN: tuple[Kpi, ...] = (
    Kpi(
        "mqls",
        "Marketing-qualified leads",
        "MQLs",
        "Leads that became marketing-qualified for the first time in the period.",
        "count",
        "up",
        ("mqls",),
        "Forrester (SiriusDecisions), Demand Unit Waterfall: marketing-qualified stage",
        additive=True,
    ),
    Kpi(
        "sqls",
        "Sales-qualified leads",
        "SQLs",
        "Leads that became sales-qualified for the first time in the period.",
        "count",
        "up",
        ("sqls",),
        "Forrester (SiriusDecisions), Demand Unit Waterfall: sales-qualified stage",
        additive=True,
    ),
    Kpi(
        "lead_conversion_rate",
        "Lead conversion rate",
        "Conversion",
        "Leads created in the period that have become customers so far ÷ leads created in the "
        "period.",
        "share",
        "up",
        ("converted_leads", "leads"),
        "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), conversion rate",
    ),
    Kpi(
        "sales_cycle_days",
        "Sales cycle length",
        "Sales cycle",
        "Mean calendar days from lead created to customer won, over customers won in the period.",
        "days",
        "down",
        ("cycle_days", "cycles"),
        "Jordan, Vazzana: Cracking the Sales Management Code, sales cycle time",
    ),
    Kpi(
        "cac",
        "Customer acquisition cost",
        "CAC",
        "Marketing and sales cost of the period ÷ customers won in the period.",
        "money",
        "down",
        ("marketing_cost", "new_customers"),
        "Skok: SaaS Metrics 2.0, cost to acquire a customer",
    ),
    Kpi(
        "clv",
        "Customer lifetime value",
        "CLV",
        "Revenue per active customer-month × margin × expected months (1 ÷ monthly churn), over "
        "the 365 days up to the period's end; without customers and payments, won revenue × "
        "margin ÷ customers won, so far.",
        "money",
        "up",
        ("revenue", "new_customers"),
        "Skok: SaaS Metrics 2.0, lifetime value = ARPA × gross margin ÷ churn",
    ),
    Kpi(
        "marketing_roi",
        "Marketing ROI",
        "ROI",
        "(Revenue won in the period × margin − marketing cost) ÷ marketing cost.",
        "return",
        "up",
        ("revenue", "marketing_cost"),
        "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), marketing ROI",
    ),
)
"""The seven KPIs that both teams agreed on, in the order of the funnel."""

BESIDE: tuple[Kpi, ...] = (
    Kpi(
        "leads",
        "Leads",
        "Leads",
        "Leads created in the period.",
        "count",
        "up",
        ("leads",),
        "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), leads",
        additive=True,
    ),
    Kpi(
        "new_customers",
        "New customers",
        "New customers",
        "Customers won in the period, by their first won deal.",
        "count",
        "up",
        ("new_customers",),
        "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), acquisition",
        additive=True,
    ),
    Kpi(
        "revenue",
        "Revenue won",
        "Revenue won",
        "Amounts of all deals won in the period.",
        "money",
        "up",
        ("revenue",),
        "Jordan, Vazzana: Cracking the Sales Management Code, bookings",
        additive=True,
    ),
    Kpi(
        "cost_per_lead",
        "Cost per lead",
        "Cost per lead",
        "Marketing cost of the period ÷ leads created in the period.",
        "money",
        "down",
        ("marketing_cost", "leads"),
        "Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), cost per lead",
    ),
    Kpi(
        "win_rate",
        "Win rate",
        "Win rate",
        "Deals won ÷ deals closed (won or lost) in the period.",
        "share",
        "up",
        ("deals_won", "deals_lost"),
        "Jordan, Vazzana: Cracking the Sales Management Code, close rate",
    ),
    Kpi(
        "clv_to_cac",
        "CLV : CAC",
        "CLV : CAC",
        "Customer lifetime value ÷ customer acquisition cost.",
        "ratio",
        "up",
        ("marketing_cost", "new_customers"),
        "Skok: SaaS Metrics 2.0, LTV : CAC",
    ),
    Kpi(
        "cac_payback_months",
        "CAC payback",
        "CAC payback",
        "Customer acquisition cost ÷ (revenue per active customer-month × margin).",
        "months",
        "down",
        ("marketing_cost", "new_customers", "payments"),
        "Skok: SaaS Metrics 2.0, months to recover CAC",
    ),
)
"""KPIs beside the seven, from the same facts."""

CATALOGUE: dict[str, Kpi] = {kpi.key: kpi for kpi in SEVEN + BESIDE}
SEVEN_KEYS: tuple[str, ...] = tuple(kpi.key for kpi in SEVEN)


def kpi_named(key: str) -> Kpi:
    """The KPI of that key; raises UsageError with the nearest key when there is none."""
    if key not in CATALOGUE:
        raise UsageError(f"There is no KPI '{key}'. {nearest(key, CATALOGUE)}")
    return CATALOGUE[key]


def formula_of(kpi: Kpi, definitions: Definitions) -> str:
    """The KPI's formula in words as the definitions have it now."""
    if kpi.key == "lead_conversion_rate" and definitions.conversion == "period":
        return "Customers with a lead won in the period ÷ leads created in the period."
    if "margin" not in kpi.formula:
        return kpi.formula
    if definitions.gross_margin == 1.0:
        return f"{kpi.formula} On revenue (margin 100 %)."
    return f"{kpi.formula} On gross margin ({definitions.gross_margin:.0%})."
