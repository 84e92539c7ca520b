"""Data health: which rows of the canonical tables are not what they seem, and how many are sound.

A row that no KPI can use rightly is still loaded; here it is counted, with what it does to which
KPI. Rows that could not be loaded at all are the rejects of connectors.mapping.mapping.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from kpis.coverage import Mapped
from kpis.definitions import Company, Definitions
from kpis.facts.events import Happened
from kpis.facts.kept_tables import AS_A_WHOLE, Keep
from kpis.health.alike import alike_ids, visible
from kpis.health.campaign_names import campaign_names
from kpis.health.checks import HARMS, Check, row_checks
from kpis.health.doubtful_dates import DATE_CHECKS, date_flags
from kpis.health.future import future_checks, future_rows
from kpis.health.marked_values import MarkedValues, with_marks
from kpis.health.references import REFERENCES, reference_checks, unknown_ids
from kpis.health.row_flags import row_flags
from kpis.health.same_number import NUMBER_CHECKS, twin_numbers
from kpis.health.same_rows import SAME_ROWS_CHECKS, same_rows
from kpis.health.shared_ids import SHARED_CHECKS, shared_ids
from kpis.health.stage_names import stage_checks, stage_flags
from kpis.health.writings import (
    KEYS,
    campaign_writings,
    id_checks,
    id_writings,
    writing_checks,
)

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
        """Per table the share of rows read that are neither rejected nor affected by any check.

        A table without a row is left out.
        """
        return {n: sound / rows_read[n] for n, sound in self.sound.items() if rows_read[n]}


@dataclass(frozen=True)
class LookedAt:
    """What the checks look at.

    tables: every canonical table by name. happened, keep: see kpis.facts.events.what_happened.
    names: see campaign_names. lead_ids: the ids of leads, see alike_ids.
    """

    tables: Mapping[str, ir.Table]
    happened: Happened
    names: ir.Table
    lead_ids: ir.Table
    keep: Keep

    @classmethod
    def of(
        cls, tables: Mapping[str, ir.Table], happened: Happened, keep: Keep = AS_A_WHOLE
    ) -> "LookedAt":
        """What is looked at of these tables."""
        names = keep.once("campaign_names", campaign_names(tables))
        lead_ids = keep.once("lead_ids", alike_ids(tables["leads"], "lead_id"))
        return cls(tables, happened, names, lead_ids, keep)


def checks(definitions: Definitions) -> dict[str, Check]:
    """Every check by its key."""
    by_row = (*row_checks(definitions), *DATE_CHECKS, *stage_checks(definitions))
    by_id = (*SHARED_CHECKS, *NUMBER_CHECKS, *SAME_ROWS_CHECKS, *reference_checks())
    by_writing = (*writing_checks(), *id_checks())
    found = (*by_row, *by_id, *by_writing, *future_checks())
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


def questions(
    table: str,
    asked: Sequence[Check],
    lead_dates: Collection[str],
    looked_at: LookedAt,
    definitions: Definitions,
    company: Company,
    as_of: date,
    of_examples: bool = False,
) -> list[ir.Table]:
    """Return what data_health needs to know of a table: tables of one row each.

    asked: the checks wanted of it. lead_dates: the columns of leads that came from a source.
    of_examples: ask for the examples of the checks, else how many rows each found, and of how many.

    Only what is asked is written: most of a small company's refresh is the writing of its SQL, and
    the engine's reading of it. So examples are asked for only where something was found.
    Days are compared, not instants: a bare date is its midnight, so a lead created at noon that
    became an MQL "on that date" would otherwise be wrong.
    """
    tables, happened = looked_at.tables, looked_at.happened
    dated, ahead = future_rows(table, tables, definitions, company, as_of)
    to_come = [check for check in asked if check in ahead]
    known = [check for check in asked if check not in ahead]
    answers = []
    if to_come:
        answers.append(
            _examples(dated, to_come) if of_examples else _counts(dated, to_come, "to_come")
        )
    if known:
        keys = {check.key for check in known}
        rows = row_flags(table, tables, happened, company, as_of)
        rows = date_flags(rows, table, keys, happened, company)
        if table == "lead_stages":  # joins its rows to themselves: first, while they are short
            rows = stage_flags(rows, lead_dates, definitions)
        rows = looked_at.keep.apart(f"{table}_flags", rows)
        rows = _with_marked_ids(rows, table, keys, looked_at)
        answers.append(_examples(rows, known) if of_examples else _counts(rows, known, "affected"))
    return answers


def _with_marked_ids(rows: ir.Table, table: str, keys: Set[str], looked_at: LookedAt) -> ir.Table:
    """The flags of rows, with those of the checks of ids."""
    own = [column for column in rows.columns if column.removesuffix("_example") in keys]
    if table in KEYS:  # with the ids that the source gives: those of no lead are blank here
        source, rows = looked_at.tables[table], rows.select(*own, own_id=KEYS[table])
        named = [column for column in source.columns if column.endswith(("_id", "status"))]
        source = source.select(*named)
        rows = rows.left_join(source, rows.own_id == source[KEYS[table]]).drop("own_id")
    found = _marked_ids(table, keys, looked_at)
    apart = [
        replace(one, values=looked_at.keep.apart(f"{one.keys[0]}_marks", one.values))
        for one in found
    ]
    return with_marks(rows, apart, own)


def _marked_ids(table: str, keys: Set[str], looked_at: LookedAt) -> list[MarkedValues]:
    """The ids of a table that the checks asked of it mark."""
    tables, names, lead_ids = looked_at.tables, looked_at.names, looked_at.lead_ids
    found = [
        unknown_ids(tables, looked_at.happened.sold, names, lead_ids, reference)
        for reference in REFERENCES
        if reference.table == table and keys & {*reference.keys}
    ]
    if table == "deals":
        found += [*shared_ids(keys, tables["deals"]), *twin_numbers(keys, tables)]
    found += [*same_rows(keys, tables), *campaign_writings(table, keys, names)]
    return [*found, *id_writings(table, keys, tables, lead_ids)]


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
    sound = {name: _sound(answer) for name, answer in answers.items()}
    return Health(findings=tuple(found), sound=sound)


def _sound(answer: Mapping[str, Any]) -> int:
    affected = answer.get("affected", 0) + answer.get("to_come", 0)
    return int(answer["loaded"] - affected)


def _counts(rows: ir.Table, asked: Sequence[Check], affected: str) -> ir.Table:
    """How many rows any check but a doubt affects, and what each found of how many: one row."""
    flags = {check.key: cast(ir.BooleanColumn, rows[check.key]) for check in asked}
    sums: dict[str, ir.Scalar] = {}
    for key, flag in flags.items():
        sums[f"{key}:rows"], sums[f"{key}:of"] = flag.sum(), flag.count()
    harmed = [flags[check.key].fill_null(False) for check in asked if check.harm != "doubt"]
    if harmed:
        sums[affected] = rows.count(where=ibis.or_(*harmed))
    return rows.agg(**sums)


def _examples(rows: ir.Table, asked: Sequence[Check]) -> ir.Table:
    """At most five examples of each check: one row."""
    found = {}
    flags = [cast(ir.BooleanColumn, rows[check.key]) for check in asked]
    rows = rows.filter(ibis.or_(*flags))  # examples are texts, which few rows need
    for check in asked:
        flag = cast(ir.BooleanColumn, rows[check.key])
        examples = rows[f"{check.key}_example"].collect(where=flag, distinct=True)
        found[f"{check.key}:examples"] = examples.sort()[:EXAMPLES]
    return rows.agg(**found)
