"""Leads as of a day: when each thing happened to them, and which touches count."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company, Definitions
from kpis.facts.customers import begins_a_day, day_in


def existing_leads(
    tables: Mapping[str, ir.Table],
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> ir.Table:
    """Return the leads created by ``as_of``, with the instants and days of their milestones.

    Columns: lead_id, campaign_id, owner, the dimensions, created_at, sql_at (null when after
    ``as_of``), the days created_day, mql_day, sql_day, contacted_day (by default of the first
    activity) and disqualified_day (all but the first may be after ``as_of``), bad_fit.
    """
    staged = _with_first_entries(tables)

    def known(instant: ir.Value) -> ir.Value:
        """The instant, null when after ``as_of``: the column was blank then."""
        is_known = day_in(company, instant) <= as_of
        return ibis.ifelse(is_known, instant, ibis.null("timestamp('UTC')"))

    def milestone(name: str) -> ir.Value:
        """Of the lead's own column, its first entry of the stage, or that where it is blank."""
        own, first = staged[f"{name}_at"], staged[f"first_{name}"]
        either = ibis.coalesce(known(own), first)
        return {"columns": own, "stages": first, "either": either}[definitions.milestones_from]

    contacted_at = ibis.coalesce(known(staged.first_contacted_at), staged.first_contact)
    unfit = [reason.strip().lower() for reason in definitions.bad_fit_reasons]
    dated = staged.select(
        *("lead_id", "campaign_id", "owner", *dimensions, "created_at"),
        sql_at=milestone("sql"),
        created_day=day_in(company, staged.created_at),
        mql_day=day_in(company, milestone("mql")),
        sql_day=day_in(company, milestone("sql")),
        contacted_day=day_in(company, contacted_at),
        disqualified_day=day_in(company, staged.disqualified_at),
        bad_fit=staged.disqualified_reason.lower().isin(unfit).fill_null(False),
    )
    reached = ibis.ifelse(dated.sql_day <= as_of, dated.sql_at, ibis.null("timestamp('UTC')"))
    return dated.mutate(sql_at=reached).filter(dated.created_day <= as_of)


def _with_first_entries(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Leads with their first entry of MQL and of SQL, and their first activity."""
    leads, stages, activities = tables["leads"], tables["lead_stages"], tables["activities"]
    stage = stages.stage.lower()
    entries = stages.group_by(stage_lead="lead_id").agg(
        first_mql=stages.entered_at.min(where=stage == "mql"),
        first_sql=stages.entered_at.min(where=stage == "sql"),
    )
    contacts = activities.group_by(contacted_lead="lead_id").agg(
        first_contact=activities.happened_at.min()
    )
    staged = leads.left_join(entries, leads.lead_id == entries.stage_lead)
    return staged.left_join(contacts, staged.lead_id == contacts.contacted_lead)


def counted_touches(
    touches: ir.Table, leads: ir.Table, became_customer: ir.Table, company: Company, as_of: date
) -> ir.Table:
    """Touches of leads up to the moment they became a customer, or through ``as_of``.

    leads: lead_id, lead, created_at, sql_at. became_customer: lead_id, won_at, won_day. A sale
    whose moment is the first of its day carries no time: the touches of all that day count.
    Columns: lead, campaign_id, touched_at, and created_at and sql_at of the lead, all three times
    in UTC without a zone.
    """
    has_time = ~begins_a_day(company, became_customer.won_at)
    customer = became_customer.select(
        customer_lead="lead_id",
        last_moment=ibis.ifelse(has_time, became_customer.won_at, ibis.null("timestamp('UTC')")),
        last_day="won_day",
    )
    known = leads.select(
        known_lead="lead_id",
        lead="lead",
        created_at=_without_zone(leads.created_at),
        sql_at=_without_zone(leads.sql_at),
    )
    known = known.left_join(customer, known.known_lead == customer.customer_lead)
    dated = touches.inner_join(known, touches.lead_id == known.known_lead)
    in_time = (dated.touched_at <= dated.last_moment).fill_null(True)
    by_day = day_in(company, dated.touched_at) <= dated.last_day.fill_null(as_of)
    counted = dated.filter(in_time & by_day)
    return counted.select(
        *("lead", "campaign_id", "created_at", "sql_at"),
        touched_at=_without_zone(counted.touched_at),
    )


def _without_zone(instant: ir.Value) -> ir.Value:
    """The instant as a time in UTC, which an engine subtracts in a tenth of the time."""
    return instant.cast("timestamp")
