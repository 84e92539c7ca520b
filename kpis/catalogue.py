"""The catalogue of KPIs as data: cards, tables, tooltips, exports and docs are all read from it."""

from dataclasses import dataclass
from typing import Literal

from kpis.errors import UsageError, nearest

COHORT_KPI = "lead_conversion_rate"
LOOK_BACK_A_YEAR = ("clv", "clv_to_cac", "cac_payback_months")
"""KPIs over 365 days or all time: a week has nearly the same days as the one before, so moving
ranges do not show what is usual."""

Unit = Literal["count", "share", "days", "money", "return", "ratio", "months"]
Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Kpi:
    """One KPI: what it is called, what it means, and which way is better.

    short: the label where room is scarce. formula: the definition in words.
    measures: the facts it needs (kpis.facts.measures.MEASURES); customer lifetime value uses
        payments instead where they are mapped.
    additive: whether its values over parts of a period sum to the whole's; such a KPI's target is
        prorated by working days, a ratio's is not.
    source: where the definition is taken from.
    undefined: when there is no value, and other edges. example: worked by hand; its numbers are
        those of tests/kpis/test_worked_examples.py.
    """

    key: str
    label: str
    short: str
    formula: str
    unit: Unit
    better: Direction
    measures: tuple[str, ...]
    source: str
    undefined: str
    example: str
    additive: bool = False


CLV_OBSERVED = (
    "Revenue per active customer-month × margin × expected months (1 ÷ monthly churn), over the "
    "365 days up to the period's end. Without payments, customers and their ends: won revenue × "
    "margin ÷ customers won, so far."
)
CLV_PREDICTIVE = (
    "Margin that a customer who paid in the 365 days up to the day of the report is expected to "
    "bring in the months agreed on, estimated from how often, how recently and how much customers "
    "pay."
)
"""The two formulas of customer lifetime value, by ``clv_basis`` of the definitions."""

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
        undefined="0 when there are no MQLs. Undefined without MQL dates.",
        example="Lead a became an MQL in December and again in January, b and c in January: 2 "
        "in January, where counting entries would give 4.",
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
        undefined="0 when there are no SQLs. Undefined without SQL dates.",
        example="Of January's 2 MQLs, b became an SQL in January: 1.",
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
        undefined="When no leads were created in the period. Leads younger than the usual time "
        "to a sale are marked as still maturing.",
        example="Of January's 4 leads 2 became customers, whenever that was: 2 ÷ 4 = 50%. "
        "January's 4 customers ÷ its leads would be 100%.",
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
        undefined="When no customer (or deal) with a known cycle was won. Cycles that are negative "
        "or have no beginning are left out, and the card says how many; a cycle within one day "
        "counts as 0.",
        example="Cycles of 10, 20 and 90 days: 120 ÷ 3 = 40 days; the median beside it is 20.",
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
        undefined="When no customers were won, when there is no cost above zero in the period, or "
        "when costs lack the dimension you filter or group by.",
        example="Costs of 800 for 3 customers: 266.67. Campaign ads, with 3 of the 4 SQLs: (300 "
        "+ 400 × 3/4) ÷ 2 = 300.",
    ),
    Kpi(
        "clv",
        "Customer lifetime value",
        "CLV",
        f"Observed: {CLV_OBSERVED} Predictive: {CLV_PREDICTIVE}",
        "money",
        "up",
        ("revenue", "new_customers"),
        "Skok: SaaS Metrics 2.0, lifetime value = ARPA × gross margin ÷ churn; Fader, Hardie, Lee "
        "(2005), “Counting Your Customers” the Easy Way: An Alternative to the Pareto/NBD Model; "
        "Fader, Hardie (2013), The Gamma-Gamma Model of Monetary Value",
        undefined="When no customer was active in the 365 days; from won revenue, when no customer "
        "has been won yet. Without churn the value is capped, and the card says so. Predictive: "
        "for periods that do not contain the day of the report, when nobody paid in the 365 days, "
        "when fewer than 100 customers paid on a second day, or when payments do not show when "
        "customers leave.",
        example="8,000 paid in 80 customer-months × 80% margin = 80 a month; churn 2 ÷ 80 = "
        "2.5%, so 40 months: 80 × 40 = 3,200. Predictive: customers expected to bring 400, 100 "
        "and 40: 540 ÷ 3 = 180.",
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
        undefined="When there is no marketing cost above zero, or when costs lack the dimension "
        "you filter or group by.",
        example="(10,000 × 40% margin − 2,000) ÷ 2,000 = 100%; revenue ÷ cost would be 500%.",
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
        undefined="0 when there are no leads. Undefined without a table of leads.",
        example="Two leads of January, one of them with three touches, and one of February: 2 "
        "in January, where joining to touches would count lead a 3 times.",
        additive=True,
    ),
    Kpi(
        "follow_up_rate",
        "MQLs followed up in time",
        "Follow-up",
        "Of the period's MQLs whose time to answer is up: those that sales answered within the "
        "working days agreed on ÷ all of them.",
        "share",
        "up",
        ("follow_ups_in_time", "follow_ups_late"),
        "Oldroyd, McElheran, Elkington: The Short Life of Online Sales Leads, Harvard Business "
        "Review 89 (3), 2011",
        undefined="When no MQL of the period has used up its time: answered or not, an MQL counts "
        "from the working day after its due day. A contact (also an earlier one), a "
        "disqualification, and the steps to SQL and customer count as answers.",
        example="Of Friday's 4 MQLs, due within 1 working day, a was answered on Friday, b on "
        "Monday, c on Tuesday, d not yet: from Tuesday on 2 ÷ 4 = 50%; undefined before. "
        "In calendar days b would be late: 25%.",
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
        undefined="0 when there are no customers. A won deal without a date is not won yet.",
        example="One lead with four touches and two won deals: one customer.",
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
        undefined="0 when there are no won deals. Amounts without an exchange rate are "
        "left out, and the card says how many.",
        example="One lead with four touches and two won deals, 100 + 50: 150, where joining to "
        "touches would give 600.",
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
        undefined="When no leads were created, when there is no marketing cost above zero, or when "
        "costs lack the dimension you filter or group by.",
        example="100 for 1 lead and 100 for 9: 200 ÷ 10 = 20, not the mean of 100 and 11.11.",
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
        undefined="When no deals were closed. Open deals are neither won nor lost.",
        example="3 won, 1 lost, 2 open: 3 ÷ 4 = 75%; of all deals it would be 50%.",
    ),
    Kpi(
        "clv_to_cac",
        "CLV : CAC",
        "CLV : CAC",
        "Customer lifetime value ÷ customer acquisition cost.",
        "ratio",
        "up",
        ("revenue", "new_customers", "marketing_cost"),
        "Skok: SaaS Metrics 2.0, LTV : CAC",
        undefined="When lifetime value or acquisition cost is undefined.",
        example="3,200 ÷ (800 ÷ 2 customers) = 8.",
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
        undefined="When acquisition cost is undefined, without payments and churn, or when "
        "customers paid nothing in the 365 days.",
        example="400 ÷ (100 × 80% margin) = 5 months; from revenue it would be 4.",
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
