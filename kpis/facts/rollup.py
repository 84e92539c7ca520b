"""The rollup: facts without what most questions never ask, so that those read a tenth of them."""

import ibis
import ibis.expr.types as ir

from kpis.definitions import ATTRIBUTION_MODELS

DIMENSIONS_KEPT = frozenset({"campaign", "channel"})
"""What the rollup can be filtered and grouped by."""
COHORTS_KEPT = frozenset({"converted_leads", "cycles"})
"""The measures that KPIs take by cohort day; the funnel asks the facts themselves for others."""


def rolled_up(facts: ir.Table) -> ir.Table:
    """Return the sums of facts per measure, day, campaign, and of COHORTS_KEPT per cohort day.

    facts: as returned by kpis.facts.facts.credited_facts, and sorted alike. Null where no fact has
    credit under a model.
    """
    is_kept = facts.measure.isin(sorted(COHORTS_KEPT))
    cohort_day = ibis.ifelse(is_kept, facts.cohort_day, ibis.null("date"))
    keys = ["measure", "day", "campaign_id", "channel"]
    models = [name for name in facts.columns if name in ATTRIBUTION_MODELS]
    sums = facts.group_by(*keys, cohort_day=cohort_day).agg(**{m: facts[m].sum() for m in models})
    return sums.order_by(*keys[:3], "cohort_day")
