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
from kpis.facts.measures import measure_words
from kpis.facts.numbers import in_numbers, numbered
from kpis.model import NONE


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
    """Return the facts as of a day, under attribution models, sorted but for what joins mix.

    happened, keep: see kpis.facts.events.what_happened. tables: every canonical table by name,
    dimension columns included; empty where not mapped.
    Nothing is dated after ``as_of``. Values are not rounded, and null where a model gives no
    credit: see :func:`under`. Words come last: engines sort numbers in half of the time.
    """
    own, apart = set_apart(tables, dimensions)
    described = _described(happened.leads, apart)
    others = keep.once("labelled_events", _labelled(happened, apart))
    costs = keep.once("cost_events", _cost_events(own, company, apart, as_of))
    labels = numbered("label_number", ["owner", *apart], [described, others, costs])
    labels = keep.once("label_words", labels)
    described = keep.once("described_leads", in_numbers(described, [labels]))
    credit = keep.once("credit", _credit(happened, models, definitions))
    words = [measure_words(), happened.campaigns, labels]
    spent = in_numbers(costs, words).cast({"measure_number": "int8"})
    parts = {
        "lead_facts": _credited_to_leads(happened.lead_events, described, credit, models),
        "stage_facts": _credited_to_leads(happened.stage_events, described, credit, models),
        "other_facts": _credited(in_numbers(others, [labels]), credit, models),
        "cost_facts": spent.mutate(**dict.fromkeys(models, ibis._.quantity)),
    }
    # Apart, for no measure is in two of them and together they take three times the memory.
    facts = ibis.union(*(keep.once(name, _summed(rows, models)) for name, rows in parts.items()))
    return _in_words(facts, words, own["campaigns"]).select(
        *("measure", "day", "cohort_day", "campaign_id", "channel"),
        **dict(zip(dimensions, apart, strict=True)),
        **{name: name for name in ("owner", *models)},
    )


def under(facts: ir.Table, model: AttributionModel) -> ir.Table:
    """The facts under one attribution model: those that it credits, with their ``value``."""
    credited = facts.filter(facts[model].notnull())
    columns = [name for name in facts.columns if name not in ATTRIBUTION_MODELS]
    return credited.select(*columns, value=model)


def _described(leads: ir.Table, dimensions: tuple[str, ...]) -> ir.Table:
    """Each lead with its owner and dimension values, ``(none)`` where it has none."""
    labels = {name: leads[name].fill_null(NONE) for name in ("owner", *dimensions)}
    return leads.select("lead", cohort_day="created_day", **labels)


def _labelled(happened: Happened, dimensions: tuple[str, ...]) -> ir.Table:
    """Events that are no lead's own, with the number of their ``lead``, owner and dimension values.

    These are the lead's, else the deal's, else ``(none)``.
    """
    events, own = happened.other_events, {name: name for name in ("owner", *dimensions)}
    described = happened.leads.select("lead", known="lead_id", began="created_day", **own)
    rows = events.left_join(described, events.lead_id == described.known)
    labels = {name: ibis.coalesce(rows[name], rows[f"deal_{name}"], NONE) for name in own}
    cohort_day = ibis.coalesce(rows.cohort_day, rows.began)
    return rows.select("lead", "measure_number", "day", "quantity", cohort_day=cohort_day, **labels)


def _credit(
    happened: Happened, models: Sequence[AttributionModel], definitions: Definitions
) -> ir.Table:
    """The credit of leads by their number, over campaigns by theirs: see credit_weights."""
    leads = in_numbers(happened.leads.select("lead", "campaign_id"), [happened.campaigns])
    leads = leads.rename(campaign_id="campaign_number")
    half_life_days = definitions.time_decay_half_life_days
    credit = credit_weights(leads, happened.touches, models, half_life_days)
    return credit.rename(credited="lead", campaign_number="campaign_id")


def _summed(rows: ir.Table, models: Sequence[AttributionModel]) -> ir.Table:
    keys = ["measure_number", "day", "cohort_day", "campaign_number", "label_number"]
    return rows.group_by(keys).agg(**{model: rows[model].sum() for model in models})


def _credited_to_leads(
    events: ir.Table, leads: ir.Table, credit: ir.Table, models: Sequence[AttributionModel]
) -> ir.Table:
    """Spread each event of a lead over its campaigns; leads: with cohort_day and label_number."""
    shares = credit.inner_join(leads, credit.credited == leads.lead).drop("lead")
    rows = events.inner_join(shares, events.lead == shares.credited)
    return rows.mutate(**{model: rows.quantity * rows[model] for model in models})


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
    """Facts with the words that their numbers stand for, and channels.

    Sorted before that, for filtered questions: a row is half as wide then. Engines that join in
    parallel may write some thousand rows out of order, which costs such questions nothing.
    """
    order = ["measure_number", "day", ibis.asc("campaign_number", nulls_first=True)]
    facts = facts.order_by(order)
    for words in known:
        facts = facts.left_join(words, words.columns[-1])
    channels = campaigns.select(named="campaign_id", channel="channel")
    facts = facts.left_join(channels, facts.campaign_id == channels.named)
    return facts.mutate(
        campaign_id=facts.campaign_id.fill_null(NONE), channel=facts.channel.fill_null(NONE)
    )
