"""What facts count or sum: names, and the numbers that stand for them while facts are made."""

import ibis
import ibis.expr.types as ir

MEASURES: dict[str, str] = {
    "leads": "leads, on the day they were created",
    "mqls": "leads, on the day they became marketing-qualified",
    "sqls": "leads, on the day they became sales-qualified",
    "accepted_mqls": "MQLs that became SQL or went past it, on the day that both are true",
    "converted_leads": "leads, on the day they became a customer",
    "skipped_mql": "leads past MQL without having been one: 1 on that day, -1 if it came later",
    "skipped_sql": "leads past SQL without having been one: 1 on that day, -1 if it came later",
    "waiting_leads": "leads that are no MQL yet and not out, on the day they were created",
    "waiting_mqls": "MQLs that are no SQL yet and not out, on the day they became MQL",
    "waiting_sqls": "SQLs that are no customer yet and not out, on the day they became SQL",
    "follow_ups_in_time": "MQLs whose time is up, answered in time, on the day they became MQL",
    "follow_ups_late": "MQLs whose time is up, not answered in time, on the day they became MQL",
    "disqualified_leads": "leads, on the day they were disqualified",
    "bad_fit_leads": "those of them that were a bad fit",
    "new_customers": "customers, on the day they were won",
    "customers_with_lead": "those of them that came through a lead",
    "cycles": "customers (or won deals) with a known cycle; cohort_day is the day it began",
    "cycle_days": "days from the beginning of that cycle to the customer won",
    "cycles_left_out": "those without one: won before it began, or without a beginning",
    "revenue": "amounts of won deals, in company currency",
    "unpriced_revenue": "amounts left out of revenue for want of a rate",
    "deals_won": "won deals, on the day they were closed",
    "deals_lost": "lost deals, on the day they were closed",
    "payments": "payments, in company currency",
    "unpriced_payments": "amounts left out of payments for want of a rate",
    "predicted_customers": "customers that a lifetime value is predicted for, on the last day",
    "predicted_margin": "margin that they are expected to bring, in company currency",
    "customers_started": "customer relationships, on the day they began",
    "customers_ended": "customer relationships, on the day they stopped being active",
    "customers_churned": "customer relationships, on the day they ended",
    "marketing_cost": "marketing costs of a campaign, in company currency",
    "sales_cost": "sales costs of a campaign, in company currency",
    "shared_marketing_cost": "marketing costs of no campaign, in company currency",
    "shared_sales_cost": "sales costs of no campaign, in company currency",
    "unpriced_marketing_cost": "amounts left out of marketing costs for want of a rate",
    "unpriced_sales_cost": "amounts left out of sales costs for want of a rate",
}

NUMBERS = {measure: number for number, measure in enumerate(sorted(MEASURES))}


def measure_words() -> ir.Table:
    """Each ``measure`` and its ``measure_number``."""
    numbers = ibis.range(0, len(NUMBERS)).unnest().name("measure_number").as_table()
    number = numbers.measure_number
    return numbers.select(measure=ibis.array([*NUMBERS])[number], measure_number=number)
