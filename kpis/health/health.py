"""Data health: which rows of the canonical tables are not what they seem, and how many are sound.

A row that no KPI can use rightly is still loaded; here it is counted, with what it does to which
KPI. Rows that could not be loaded at all are the rejects of connectors.mapping.mapping.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from kpis.coverage import Mapped
from kpis.definitions import Company, Definitions
from kpis.facts.currency import priced
from kpis.facts.events import Happened
from kpis.health.checks import HARMS, Check, row_checks
from kpis.health.references import REFERENCES, reference_checks, reference_flags
from kpis.health.shared_ids import SHARED_CHECKS, shared_flags
from kpis.health.writings import (
    id_checks,
    id_flags,
    normal_campaign,
    visible,
    writing_checks,
    writing_flags,
)

EXAMPLES = 5
Tables = Mapping[str, ir.Table]
Flags = Callable[[Tables, Happened, Company, date], ir.Table]


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

    def soundness(self, rows_read: Mapping[str, int]) -> float:
        """The share of sound rows of the worst table; NaN when no table was checked."""
        return min(self.sound_shares(rows_read).values(), default=float("nan"))


def checks(definitions: Definitions) -> dict[str, Check]:
    """Every check by its key."""
    by_row = (*row_checks(definitions), *SHARED_CHECKS)
    found = (*by_row, *reference_checks(), *writing_checks(), *id_checks())
    return {check.key: check for check in found}


def wanted(mapped: Mapped, definitions: Definitions) -> dict[str, tuple[Check, ...]]:
    """The checks to make in each mapped table: those of which every column came from a source."""
    places = {f"{table}.{column}" for table, columns in mapped.items() for column in columns}
    # Where campaigns are mapped, their own ids say how a campaign is written.
    superfluous = set(writing_checks()) if "campaigns" in mapped else set()
    found: dict[str, tuple[Check, ...]] = dict.fromkeys(mapped, ())
    for check in checks(definitions).values():
        is_known = all(places.intersection(need.split(" or ")) for need in check.needs)
        if is_known and check.table in found and check not in superfluous:
            found[check.table] += (check,)
    return found


def question(
    table: str,
    asked: Sequence[Check],
    tables: Tables,
    happened: Happened,
    company: Company,
    as_of: date,
) -> ir.Table:
    """Return what data_health needs to know of a table: one row.

    asked: the checks wanted of it. tables: every canonical table by name. happened: see
    kpis.facts.events.what_happened.

    Days are compared, not instants: a bare date is its midnight, so a lead created at noon that
    became an MQL "on that date" would otherwise be wrong.
    """
    flags = _FLAGS.get(table)
    rows = flags(tables, happened, company, as_of) if flags else tables[table]
    keys = {check.key for check in asked}
    for reference in REFERENCES:
        if reference.table == table and reference.unknown in keys:
            rows = reference_flags(rows, tables, happened.sold, reference)
    rows = id_flags(writing_flags(rows, table, tables), table, tables)
    return _counts(rows, asked).mutate(loaded=tables[table].count().as_scalar())


def data_health(
    asked: Mapping[str, Sequence[Check]], answers: Mapping[str, Mapping[str, Any]]
) -> Health:
    """Return what the checks ``asked`` of each table found; answers: to the table's question."""
    checked = {check.key: check for of_table in asked.values() for check in of_table}
    found = [
        Finding(
            check=key,
            table=check.table,
            rows=answers[check.table][f"{key}:rows"],
            of=answers[check.table][f"{key}:of"],
            examples=tuple(visible(text) for text in answers[check.table][f"{key}:examples"]),
        )
        for key, check in checked.items()
        if answers[check.table][f"{key}:rows"]
    ]
    found.sort(key=lambda f: (list(HARMS).index(checked[f.check].harm), -f.rows, f.check))
    sound = {name: answer["loaded"] - answer["affected"] for name, answer in answers.items()}
    return Health(findings=tuple(found), sound=sound)


def _lead_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    """Each flag is null where there is nothing to check; ``<check>_example`` names the row."""
    leads = happened.leads
    created, mql, sql = leads.created_day, leads.mql_day, leads.sql_day
    return _with_flags(
        leads,
        leads.lead_id,
        mql_before_created=mql < created,
        sql_before_created=sql < created,
        sql_before_mql=sql < mql,
        contacted_before_created=leads.contacted_day < created,
    )


def _deal_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    sold = happened.sold
    began = happened.leads.select(known_lead="lead_id", lead_day="created_day")
    lengths = happened.cycles.select(first_deal="deal_id", cycle="days")
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


def _customer_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    customers = tables["customers"]
    won = happened.sold.customers.select(buyer="customer_id", won_day="won_day")
    rows = customers.left_join(won, customers.customer_id == won.buyer)
    started = ibis.coalesce(rows.started_on, rows.won_day)
    return _with_flags(
        rows, rows.customer_id, customer_ended_before_started=rows.ended_on < started
    )


def _campaign_flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
    campaigns = tables["campaigns"]
    alike = ibis.window(group_by=normal_campaign(campaigns.campaign_id))
    return _with_flags(
        campaigns,
        campaigns.campaign_id,
        campaign_ended_before_started=campaigns.ends_on < campaigns.starts_on,
        campaigns_written_otherwise=campaigns.campaign_id.count().over(alike) > 1,
    )


def _rate_flags(name: str, day: str) -> Flags:
    def flags(tables: Tables, happened: Happened, company: Company, as_of: date) -> ir.Table:
        rows = priced(tables[name], tables["rates"], company, day=day)
        return _with_flags(rows, rows.currency, **{f"{name}_without_rate": rows.unpriced.notnull()})

    return flags


def _where(rows: ir.Value, flag: ir.Value) -> ir.Value:
    return ibis.ifelse(rows, flag, ibis.null("boolean"))


def _with_flags(rows: ir.Table, example: ir.Value, **flags: ir.Value) -> ir.Table:
    return rows.mutate(**flags, **{f"{key}_example": example for key in flags})


def _counts(rows: ir.Table, asked: Sequence[Check]) -> ir.Table:
    """How many rows any check but a doubt affects, and what each found: one row."""
    flags = {check.key: cast(ir.BooleanColumn, rows[check.key]) for check in asked}
    sums: dict[str, ir.Scalar] = {}
    for key, flag in flags.items():
        sums[f"{key}:rows"], sums[f"{key}:of"] = flag.sum(), flag.count()
        examples = rows[f"{key}_example"].collect(where=flag, distinct=True)
        sums[f"{key}:examples"] = examples.sort()[:EXAMPLES]
    harmed = (flags[check.key].fill_null(False) for check in asked if check.harm != "doubt")
    return rows.agg(affected=rows.count(where=ibis.or_(*harmed)), **sums)


_FLAGS: dict[str, Flags] = {
    "leads": _lead_flags,
    "deals": _deal_flags,
    "customers": _customer_flags,
    "campaigns": _campaign_flags,
    "costs": _rate_flags("costs", "spent_on"),
    "payments": _rate_flags("payments", "paid_on"),
}
"""The rows of each table that is checked by itself, with a column per check."""
