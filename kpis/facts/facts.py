"""Facts: everything the KPIs are made of, as one long additive table.

``measure, day, cohort_day, campaign_id, channel, <dimensions>, owner``, and a column of values per
attribution model: any KPI for any period, filter or grouping is a sum over these rows and one
formula. Written once in Ibis.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions
from kpis.facts.credit import credit_weights
from kpis.facts.currency import priced
from kpis.facts.events import Happened, set_apart
from kpis.facts.kept_tables import AS_A_WHOLE, Keep
from kpis.facts.numbers import in_numbers, numbered
from kpis.model import NONE

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


def credited_facts(
    happened: Happened,
    tables: Mapping[str, ir.Table],
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    models: Sequence[AttributionModel],
    as_of: date,
    keep: Keep = AS_A_WHOLE,
) -> ir.Table:
    """Return the facts as of a day, under attribution models, sorted for filtered questions.

    happened, keep: see kpis.facts.events.what_happened. tables: every canonical table by name,
    dimension columns included; empty where not mapped.
    Nothing dated after ``as_of`` exists in the result. The value under a model is not rounded, and
    null where the model gives the campaign no credit: see :func:`under`. Words are numbers until
    the end: an engine groups and sorts these in half of the time.
    """
    own, apart = set_apart(tables, dimensions)
    leads = happened.leads.mutate(lead=ibis.row_number().over(order_by="lead_id"))
    leads = keep.apart("numbered_leads", leads)
    events = keep.apart("labelled_events", _labelled(happened.events, leads, apart))
    costs = keep.apart("cost_events", _cost_events(own, company, apart, as_of))
    measures, campaigns, labels = (
        keep.apart(f"{name}_words", numbered(f"{name}_number", words, of))
        for name, words, of in (
            ("measure", ["measure"], [events, costs]),
            ("campaign", ["campaign_id"], [leads, happened.touches, costs]),
            ("label", ["owner", *apart], [events, costs]),
        )
    )
    credit = _credit(happened, leads, campaigns, models, definitions.time_decay_half_life_days)
    credited = _credited(events, keep.apart("credit", credit), models)
    spent = in_numbers(costs, [campaigns]).mutate(**dict.fromkeys(models, ibis._.quantity))
    facts = _summed([in_numbers(one, [measures, labels]) for one in (credited, spent)], models)
    return _in_words(facts, [measures, campaigns, labels], own["campaigns"]).select(
        *("measure", "day", "cohort_day", "campaign_id", "channel"),
        **dict(zip(dimensions, apart, strict=True)),
        **{name: name for name in ("owner", *models)},
    )


def under(facts: ir.Table, model: AttributionModel) -> ir.Table:
    """The facts under one attribution model: those that it credits, with their ``value``."""
    credited = facts.filter(facts[model].notnull())
    columns = [name for name in facts.columns if name not in ATTRIBUTION_MODELS]
    return credited.select(*columns, value=model)


def _labelled(events: ir.Table, leads: ir.Table, dimensions: tuple[str, ...]) -> ir.Table:
    """Events with the number of their ``lead``, owner and dimension values.

    These are the lead's, else the deal's, else ``(none)``.
    """
    own = {name: name for name in ("owner", *dimensions)}
    described = leads.select("lead", known="lead_id", began="created_day", **own)
    rows = events.left_join(described, events.lead_id == described.known)
    labels = {name: ibis.coalesce(rows[name], rows[f"deal_{name}"], NONE) for name in own}
    cohort_day = ibis.coalesce(rows.cohort_day, rows.began)
    return rows.select("lead", "measure", "day", "quantity", cohort_day=cohort_day, **labels)


def _credit(
    happened: Happened,
    leads: ir.Table,
    campaigns: ir.Table,
    models: Sequence[AttributionModel],
    half_life_days: float,
) -> ir.Table:
    """The credit of leads by their number, over ``campaigns`` by theirs: see credit_weights."""
    touches = happened.touches.inner_join(leads.select("lead_id", "lead"), "lead_id")
    leads, touches = (
        in_numbers(rows, [campaigns])
        .drop("lead_id")
        .rename(lead_id="lead", campaign_id="campaign_number")
        for rows in (leads, touches)
    )
    credit = credit_weights(leads, touches, models, half_life_days)
    return credit.rename(credited="lead_id", campaign_number="campaign_id")


def _summed(parts: Sequence[ir.Table], models: Sequence[AttributionModel]) -> ir.Table:
    keys = ["measure_number", "day", "cohort_day", "campaign_number", "label_number"]
    rows = ibis.union(*(part.select(*keys, *models) for part in parts))
    return rows.group_by(keys).agg(**{model: rows[model].sum() for model in models})


def _credited(events: ir.Table, credit: ir.Table, models: Sequence[AttributionModel]) -> ir.Table:
    """Spread each event over its lead's campaigns; without a lead it goes to no campaign."""
    rows = events.left_join(credit, events.lead == credit.credited)
    is_nobodys = rows.credited.isnull()
    values = {m: rows.quantity * ibis.ifelse(is_nobodys, 1.0, rows[m]) for m in models}
    return rows.select(*events.columns, "campaign_number", **values)


def _cost_events(
    tables: Mapping[str, ir.Table], company: Company, dimensions: tuple[str, ...], as_of: date
) -> ir.Table:
    """Costs by team up to a day; a cost's dimension value is its own, else its campaign's."""
    campaigns = tables["campaigns"].select(
        campaign="campaign_id", **{f"campaign_{name}": name for name in dimensions}
    )
    costs = priced(tables["costs"], tables["rates"], company, day="spent_on")
    costs = costs.left_join(campaigns, costs.campaign_id == campaigns.campaign)
    shared = ibis.ifelse(costs.campaign_id.isnull(), "shared_", "")
    labels = {
        name: ibis.coalesce(costs[name], costs[f"campaign_{name}"], NONE) for name in dimensions
    }

    def rows(measure: ir.Value, quantity: ir.Value) -> ir.Table:
        return costs.select(
            "campaign_id",
            measure=measure,
            day="spent_on",
            cohort_day=ibis.null("date"),
            quantity=quantity,
            owner=ibis.literal(NONE),
            **labels,
        ).filter(lambda t: t.quantity.notnull() & (t.day <= as_of))

    return rows(shared + costs.team + "_cost", costs.amount).union(
        rows(ibis.literal("unpriced_") + costs.team + "_cost", costs.unpriced)
    )


def _in_words(facts: ir.Table, known: Sequence[ir.Table], campaigns: ir.Table) -> ir.Table:
    """Facts in the order of their numbers, with the words that these stand for, and channels."""
    for words in known:
        facts = facts.left_join(words, words.columns[-1])
    channels = campaigns.select(named="campaign_id", channel="channel")
    facts = facts.left_join(channels, facts.campaign_id == channels.named)
    return facts.mutate(
        campaign_id=facts.campaign_id.fill_null(NONE), channel=facts.channel.fill_null(NONE)
    ).order_by(["measure_number", "day", ibis.asc("campaign_number", nulls_first=True)])
