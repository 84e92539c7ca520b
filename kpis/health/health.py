"""Data health: which rows of the canonical tables are not what they seem, and how many are sound.

A row that no KPI can use rightly is still loaded; here it is counted, with what it does to which
KPI. Rows that could not be loaded at all are the rejects of connectors.mapping.mapping.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import cast

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from kpis.coverage import Mapped
from kpis.definitions import Company, Definitions
from kpis.facts.currency import priced
from kpis.facts.customers import Sales, sales
from kpis.facts.events import leads_won, sales_cycles, set_apart
from kpis.facts.kept import Keep, as_it_is
from kpis.facts.leads import counted_touches, existing_leads
from kpis.health.checks import HARMS, Check, row_checks
from kpis.health.references import REFERENCES, reference_checks, reference_flags
from kpis.health.shared_ids import SHARED_CHECKS, shared_flags
from kpis.health.writings import normal_campaign, visible, writing_checks, writing_flags

EXAMPLES = 5


class Finding(BaseModel):
    """Rows of a table that failed a check.

    check: its key in :func:`checks`. of: how many rows it looked at, such as all won deals.
    examples: ids, at most five; characters that nobody sees are written as escapes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    table: str
    rows: int
    of: int
    examples: tuple[str, ...]


class Health(BaseModel):
    """What the checks found, the most harmful first, and per table the rows that passed them all.

    sound: loaded rows that no check but a doubt affects; a row with two problems is missing once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    findings: tuple[Finding, ...] = ()
    sound: dict[str, int] = {}

    def sound_shares(self, rows_read: Mapping[str, int]) -> dict[str, float]:
        """Per table the share of rows read that are neither rejected nor affected by any check."""
        return {name: sound / rows_read[name] for name, sound in self.sound.items()}


def checks(definitions: Definitions) -> dict[str, Check]:
    """Every check by its key."""
    found = (*row_checks(definitions), *SHARED_CHECKS, *reference_checks(), *writing_checks())
    return {check.key: check for check in found}


def data_health(
    tables: Mapping[str, ir.Table],
    mapped: Mapped,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    keep: Keep = as_it_is,
) -> Health:
    """Run every check on the canonical tables, as of a day.

    tables: every canonical table by name. mapped: what came from a source; other checks are left
    out. keep: for large tables; without it, each question computes leads and sales anew.

    Days are compared, not instants: a bare date is its midnight, so a lead created at noon that
    became an MQL "on that date" would otherwise be wrong.
    """
    own = set_apart(tables, dimensions)[0]
    places = {f"{table}.{column}" for table, columns in mapped.items() for column in columns}
    wanted = {
        key: check
        for key, check in checks(definitions).items()
        if all(places.intersection(need.split(" or ")) for need in check.needs)
    }
    leads = keep("checked_leads", existing_leads(own, (), definitions, company, as_of))
    sold = sales(own["deals"], leads, (), definitions, company, as_of)
    sold = Sales(keep("checked_deals", sold.deals), keep("checked_customers", sold.customers))
    if "campaigns" in mapped:  # then its ids say how a campaign is written
        wanted = {key: c for key, c in wanted.items() if c not in writing_checks()}
    flagged = _flagged(own, leads, sold, definitions, company, as_of)
    found: list[Finding] = []
    sound: dict[str, int] = {}
    for name in mapped:
        rows = flagged.get(name, own[name])
        for reference in REFERENCES:
            if reference.table == name and reference.unknown in wanted:
                rows = reference_flags(rows, own, sold, reference)
        rows = writing_flags(rows, name, own)
        affected, findings = _counted(rows, [c for c in wanted.values() if c.table == name])
        sound[name] = int(own[name].count().to_pyarrow().as_py()) - affected
        found += findings
    found.sort(key=lambda f: (list(HARMS).index(wanted[f.check].harm), -f.rows, f.check))
    return Health(findings=tuple(found), sound=sound)


def _flagged(
    tables: Mapping[str, ir.Table],
    leads: ir.Table,
    sold: Sales,
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> dict[str, ir.Table]:
    """The rows of each table that is checked by itself, with a column per check."""
    touches = counted_touches(tables["touches"], leads_won(sold), company, as_of)
    cycles = sales_cycles(sold, touches, definitions, company)
    return {
        "leads": _lead_flags(leads),
        "deals": _deal_flags(tables, sold, leads, cycles, company, as_of),
        "customers": _customer_flags(tables["customers"], sold),
        "campaigns": _campaign_flags(tables["campaigns"]),
        "costs": _rate_flags(tables, "costs", "spent_on", company),
        "payments": _rate_flags(tables, "payments", "paid_on", company),
    }


def _lead_flags(leads: ir.Table) -> ir.Table:
    """Each flag is null where there is nothing to check; ``<check>_example`` names the row."""
    created, mql, sql = leads.created_day, leads.mql_day, leads.sql_day
    return _with_flags(
        leads,
        leads.lead_id,
        mql_before_created=mql < created,
        sql_before_created=sql < created,
        sql_before_mql=sql < mql,
        contacted_before_created=leads.contacted_day < created,
    )


def _deal_flags(
    tables: Mapping[str, ir.Table],
    sold: Sales,
    leads: ir.Table,
    cycles: ir.Table,
    company: Company,
    as_of: date,
) -> ir.Table:
    began = leads.select(known_lead="lead_id", lead_day="created_day")
    lengths = cycles.select(first_deal="deal_id", cycle="days")
    named = tables["deals"].select(own_id="deal_id", named_lead="lead_id")
    rows = sold.deals.mutate(has_amount=sold.deals.amount.notnull())
    rows = priced(rows, tables["rates"], company, day="won_day")
    rows = rows.left_join(began, rows.lead_id == began.known_lead)
    rows = rows.left_join(lengths, rows.deal_id == lengths.first_deal)
    rows = rows.inner_join(named, rows.deal_id == named.own_id)
    won = rows.status == "won"
    is_negative = rows.cycle < 0
    is_open = (rows.status == "open") & rows.has_amount
    flagged = _with_flags(
        rows.drop("lead_id").rename(lead_id="named_lead"),
        rows.deal_id,
        open_past_close=_where(is_open, (rows.closed_day < as_of).fill_null(False)),
        won_without_date=_where(won, rows.closed_day.isnull()),
        lost_without_date=_where(rows.status == "lost", rows.closed_day.isnull()),
        won_without_amount=_where(won, ~rows.has_amount),
        won_without_rate=_where(rows.won_day.notnull() & rows.has_amount, rows.unpriced.notnull()),
        negative_cycle=is_negative,
        won_before_lead=(rows.won_day < rows.lead_day) & ~is_negative.fill_null(False),
    )
    return shared_flags(flagged, tables["deals"])


def _customer_flags(customers: ir.Table, sold: Sales) -> ir.Table:
    won = sold.customers.select(buyer="customer_id", won_day="won_day")
    rows = customers.left_join(won, customers.customer_id == won.buyer)
    started = ibis.coalesce(rows.started_on, rows.won_day)
    return _with_flags(
        rows, rows.customer_id, customer_ended_before_started=rows.ended_on < started
    )


def _campaign_flags(campaigns: ir.Table) -> ir.Table:
    alike = ibis.window(group_by=normal_campaign(campaigns.campaign_id))
    return _with_flags(
        campaigns,
        campaigns.campaign_id,
        campaign_ended_before_started=campaigns.ends_on < campaigns.starts_on,
        campaigns_written_otherwise=campaigns.campaign_id.count().over(alike) > 1,
    )


def _rate_flags(tables: Mapping[str, ir.Table], name: str, day: str, company: Company) -> ir.Table:
    rows = priced(tables[name], tables["rates"], company, day=day)
    return _with_flags(rows, rows.currency, **{f"{name}_without_rate": rows.unpriced.notnull()})


def _where(rows: ir.Value, flag: ir.Value) -> ir.Value:
    return ibis.ifelse(rows, flag, ibis.null("boolean"))


def _with_flags(rows: ir.Table, example: ir.Value, **flags: ir.Value) -> ir.Table:
    return rows.mutate(**flags, **{f"{key}_example": example for key in flags})


def _counted(rows: ir.Table, asked: list[Check]) -> tuple[int, list[Finding]]:
    """How many rows any check but a doubt affects, and what each found: one question."""
    if not asked:
        return 0, []
    flags = {check.key: cast(ir.BooleanColumn, rows[check.key]) for check in asked}
    sums: dict[str, ir.Scalar] = {}
    for key, flag in flags.items():
        sums[f"{key}:rows"], sums[f"{key}:of"] = flag.sum(), flag.count()
        examples = rows[f"{key}_example"].collect(where=flag, distinct=True)
        sums[f"{key}:examples"] = examples.sort()[:EXAMPLES]
    harmed = (flags[check.key].fill_null(False) for check in asked if check.harm != "doubt")
    affected = reduce(or_, harmed, ibis.literal(False))
    (answer,) = rows.agg(affected=affected.sum(), **sums).to_pyarrow().to_pylist()
    found = [
        Finding(
            check=check.key,
            table=check.table,
            rows=answer[f"{check.key}:rows"],
            of=answer[f"{check.key}:of"],
            examples=tuple(visible(text) for text in answer[f"{check.key}:examples"]),
        )
        for check in asked
        if answer[f"{check.key}:rows"]
    ]
    return answer["affected"] or 0, found
