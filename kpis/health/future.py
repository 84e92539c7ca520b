"""Rows dated after the day of the report: they are in no figure yet, or never if it is a slip."""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from kpis.definitions import Company, Definitions
from kpis.facts.customers import day_in
from kpis.health.checks import Check

_DATED = {
    "leads": ("leads", "created_at"),
    "deals": ("won or lost deals", "closed_at"),
    "costs": ("costs", "spent_on"),
    "touches": ("touches", "touched_at"),
    "payments": ("payments", "paid_on"),
}
"""What rows of a table are called, and the column that says from which day on they count."""
_MOST = 0.5


def _checks(table: str) -> tuple[Check, Check]:
    rows_are, column = _DATED[table]
    needs = (f"{table}.{column}",)
    few = Check(
        f"{table}_in_the_future",
        table,
        rows_are,
        "have a date after the day of the report",
        "They count from that day on, and in no figure yet.",
        "If they are planned, nothing is wrong; correct the dates that are slips.",
        "doubt",
        needs,
    )
    most = Check(
        f"most_{table}_in_the_future",
        table,
        rows_are,
        "have a date after the day of the report, more than before it",
        "They are in no figure: a date setting may be wrong.",
        f"See whether date_format of {column} under [tables.{table}], or as_of, is right.",
        "doubt" if table == "costs" else "totals",  # a budget has its months ahead
        needs,
    )
    return few, most


def future_checks() -> tuple[Check, ...]:
    """Two for each table whose rows count from a day on: some, or most, are still to come."""
    return tuple(check for table in _DATED for check in _checks(table))


def future_rows(
    name: str,
    tables: Mapping[str, ir.Table],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> tuple[ir.Table, list[Check]]:
    """Return the rows of a table with a flag and an example for each of its checks.

    The flags are null where a row has no date; no checks where the table has none.
    """
    rows = tables[name]
    if name not in _DATED:
        return rows, []
    column = _DATED[name][1]
    if name == "deals":
        rows = rows.filter(rows.status != "open")
    is_day = rows[column].type().is_date()
    day = rows[column] if is_day else day_in(company, rows[column])
    if name == "deals" and definitions.customer_when == "paid":
        paid = ibis.ifelse(rows.status == "won", day_in(company, rows.paid_at), ibis.null("date"))
        day = ibis.coalesce(ibis.greatest(day, paid), day, paid)
    key = next(c for c in (f"{name[:-1]}_id", "campaign_id", "customer_id") if c in rows.columns)
    rows = rows.mutate(day=day, is_future=day > as_of)
    is_most = rows.is_future.mean().as_scalar() > _MOST
    example = rows.day.cast("string")
    if name != "costs":
        example = rows[key] + " (" + example + ")"
    nothing = ibis.null("boolean")
    few, most = _checks(name)
    rows = rows.mutate(
        **{
            few.key: ibis.ifelse(is_most, nothing, rows.is_future),
            most.key: ibis.ifelse(is_most, rows.is_future, nothing),
            f"{few.key}_example": example,
            f"{most.key}_example": example,
        }
    )
    return rows, [few, most]
