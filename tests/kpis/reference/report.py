"""The report once more, from the words of the contract: plain loops over rows, exact fractions.

It shares no code with kpis/ and makes no facts, so that an error would have to be made twice. The
parts: reference_company (leads, customers, selections), reference_credit (attribution),
reference_costs, reference_lifetime (lifetime value), reference_known (what no mapping tells).
"""

from datetime import date, timedelta
from fractions import Fraction

from tests.kpis.reference.company import NONE, ReferenceCompany, Row, Selection
from tests.kpis.reference.costs import costs_of
from tests.kpis.reference.known import knows, knows_costs
from tests.kpis.reference.lifetime import lifetime_value

Numbers = dict[str, float | None]
"""The seven KPIs and the measures beside them; None where undefined."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def expected_rows(
    company: ReferenceCompany,
    first: date,
    last: date,
    by: str | None,
    where: Selection,
    week_starts: str,
) -> dict[str, Numbers]:
    """The numbers of every group that there may be, by its name; ``""`` without grouping."""
    where = {dimension: values for dimension, values in where.items() if values}
    if by in ("week", "month"):
        parts = _weeks(first, last, week_starts) if by == "week" else _months(first, last)
        begun = {name: part for name, part in parts.items() if part[0] <= company.as_of}
        asked = begun or dict(list(parts.items())[:1])
        return {name: _numbers(company, *part, where, set(where)) for name, part in asked.items()}
    if by is None:
        return {"": _numbers(company, first, last, where, set(where))}
    found = {}
    for group in _groups(company, by):
        chosen = [group] if group in where.get(by, [group]) else []
        selection = {**where, by: chosen}
        found[group] = _numbers(company, first, last, selection, {*where, by})
    return found


def _weeks(first: date, last: date, starts: str) -> dict[str, tuple[date, date]]:
    """The days of each week in the period, by the day on which the whole week starts."""
    weeks: dict[str, tuple[date, date]] = {}
    day = first
    while day <= last:
        start = day
        while WEEKDAYS[start.weekday()] != starts:
            start -= timedelta(days=1)
        weeks[start.isoformat()] = weeks.get(start.isoformat(), (day, day))[0], day
        day += timedelta(days=1)
    return weeks


def _months(first: date, last: date) -> dict[str, tuple[date, date]]:
    months: dict[str, tuple[date, date]] = {}
    day = first
    while day <= last:
        name = day.isoformat()[:7]
        months[name] = months.get(name, (day, day))[0], day
        day += timedelta(days=1)
    return months


def _groups(company: ReferenceCompany, by: str) -> set[str]:
    column = "campaign_id" if by == "campaign" else by
    return {NONE} | {
        row[column] for table in company.tables.values() for row in table if column in row
    }


def _numbers(
    company: ReferenceCompany, first: date, last: date, selection: Selection, asked: set[str]
) -> Numbers:
    """KPIs and measures of the days from ``first`` to ``last``; asked: filtered or grouped by."""
    end = min(last, company.as_of)

    def within(day: date | None) -> bool:
        return day is not None and first <= day <= end

    by_cohort = company.agreed["conversion"] == "cohort"
    leads, mqls, sqls, converted = (Fraction(0) for _ in range(4))
    for name, lead in company.leads.items():
        share = company.share(name, {}, selection)
        if within(company.day(lead["created_at"])):
            leads += share
            if by_cohort and name in company.won_by_lead:
                converted += share
        mqls += share * within(company.reached_on(lead, "mql"))
        sqls += share * within(company.reached_on(lead, "sql"))

    customers = Fraction(0)
    cycles: list[tuple[int, Fraction]] = []
    for name, deal in company.first_deals.items():
        won = company.won_day(deal)
        if won is None or not within(won):
            continue
        if deal.get("lead_id") in company.leads and not by_cohort:
            converted += company.share(deal["lead_id"], {}, selection)  # as leads are described
        customers += company.share_of_customer(name, selection)

    first_deals = list(company.first_deals.values())
    counted = first_deals if company.agreed["cycle_over"] == "customers" else company.won_deals
    for deal in counted:
        won = company.won_day(deal)
        share = _share_of_deal(company, deal, selection)
        began = _cycle_began(company, deal)
        if won is not None and within(won) and share and began is not None and began <= won:
            cycles.append(((won - began).days, share))

    revenue = Fraction(0)
    for deal in company.won_deals:
        won = company.won_day(deal)
        if won is not None and within(won):
            revenue += _share_of_deal(company, deal, selection) * company.priced(deal, won)

    costs = costs_of(company, first, end, selection, asked)
    gain = revenue * Fraction(company.agreed["gross_margin"]) - costs.charged_marketing
    cycle_days = sum((days * share for days, share in cycles), Fraction(0))
    cycle_shares = sum((share for _, share in cycles), Fraction(0))
    exact: dict[str, Fraction | None] = {
        "mqls": mqls,
        "sqls": sqls,
        "lead_conversion_rate": quotient(converted, leads),
        "sales_cycle_days": quotient(cycle_days, cycle_shares),
        "cac": quotient(costs.acquisition, customers) if costs.acquisition else None,
        "clv": lifetime_value(company, end, selection),
        "marketing_roi": quotient(gain, costs.charged_marketing),
        "leads": leads,
        "new_customers": customers,
        "converted_leads": converted,
        "revenue": revenue,
        "marketing_cost": costs.shown_marketing,
        "sales_cost": costs.shown_sales,
        "median_cycle_days": weighted_median(cycles),
    }
    needs_costs = ("cac", "marketing_roi", "marketing_cost", "sales_cost")
    for name in exact:
        reported = knows(company, name) and (name not in needs_costs or knows_costs(company, asked))
        exact[name] = exact[name] if reported else None
    return {name: None if value is None else float(value) for name, value in exact.items()}


def _share_of_deal(company: ReferenceCompany, deal: Row, selection: Selection) -> Fraction:
    """How much of a won deal belongs to the selection: by its customer's lead."""
    first_deal = company.first_deals[company.customer_of(deal)]
    return company.share(first_deal.get("lead_id"), deal, selection)


def _cycle_began(company: ReferenceCompany, deal: Row) -> date | None:
    """With the lead created, its first touch or the deal created, as ``cycle_from`` says."""
    name = deal.get("lead_id")
    deal_created = company.day(deal["created_at"]) if "created_at" in deal else None
    cycle_from = company.agreed["cycle_from"]
    if cycle_from == "deal_created" or name not in company.leads:
        return deal_created
    if cycle_from == "first_touch" and company.touches[name]:
        return company.touches[name][0][0].astimezone(company.zone).date()
    return company.day(company.leads[name]["created_at"])


def quotient(above: Fraction, below: Fraction) -> Fraction | None:
    return above / below if below else None


def weighted_median(weighted: list[tuple[int, Fraction]]) -> Fraction | None:
    """Half of the weight below, half above; between two values, their mean."""
    if not weighted:
        return None
    half = sum((weight for _, weight in weighted), Fraction(0)) / 2
    below, lower, upper = Fraction(0), None, None
    for value, weight in sorted(weighted):
        below += weight
        if lower is None and below >= half:
            lower = value
        if upper is None and below > half:
            upper = value
    assert lower is not None and upper is not None
    return Fraction(lower + upper, 2)
