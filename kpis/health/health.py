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
from kpis.facts.customers import Sales, sales
from kpis.facts.events import set_apart
from kpis.facts.kept import Keep, as_it_is
from kpis.facts.leads import existing_leads
from kpis.health.checks import HARMS, Check, row_checks
from kpis.health.future import future_checks, future_rows
from kpis.health.references import REFERENCES, reference_checks, reference_flags
from kpis.health.row_flags import row_flags
from kpis.health.shared_ids import SHARED_CHECKS
from kpis.health.stage_names import stage_checks, stage_flags
from kpis.health.writings import visible, writing_checks, writing_flags

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

    def soundness(self, rows_read: Mapping[str, int]) -> float:
        """The share of sound rows of the worst table; NaN when no table was checked."""
        return min(self.sound_shares(rows_read).values(), default=float("nan"))


def checks(definitions: Definitions) -> dict[str, Check]:
    """Every check by its key."""
    found = (
        *(*row_checks(definitions), *SHARED_CHECKS, *reference_checks(), *writing_checks()),
        *(*future_checks(), *stage_checks(definitions)),
    )
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
    flagged = row_flags(own, leads, sold, definitions, company, as_of)
    found: list[Finding] = []
    sound: dict[str, int] = {}
    for name in mapped:
        rows = flagged.get(name, own[name])
        for reference in REFERENCES:
            if reference.table == name and reference.unknown in wanted:
                rows = reference_flags(rows, own, sold, reference)
        rows = writing_flags(rows, name, own)
        if name == "lead_stages":
            rows = stage_flags(rows, mapped, definitions)
        asked = [check for check in wanted.values() if check.table == name]
        dated, ahead = future_rows(name, own, definitions, company, as_of)
        affected, findings = _counted(rows, [check for check in asked if check not in ahead])
        to_come, unseen = _counted(dated, [check for check in asked if check in ahead])
        sound[name] = int(own[name].count().to_pyarrow().as_py()) - affected - to_come
        found += findings + unseen
    found.sort(key=lambda f: (list(HARMS).index(wanted[f.check].harm), -f.rows, f.check))
    return Health(findings=tuple(found), sound=sound)


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
    harmed = [flags[check.key].fill_null(False) for check in asked if check.harm != "doubt"]
    affected = reduce(or_, harmed).sum() if harmed else ibis.literal(0)
    (answer,) = rows.agg(affected=affected, **sums).to_pyarrow().to_pylist()
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
