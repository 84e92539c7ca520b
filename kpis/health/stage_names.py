"""Stages of leads that may be MQL or SQL but are called otherwise, so that they make none."""

from collections.abc import Collection
from typing import Literal, cast

import ibis
import ibis.expr.types as ir

from kpis.definitions import Definitions
from kpis.health.checks import Check

_LISTED = 5
_NAMES = ("mql", "sql")
_READS_LIKE = {
    "mql": r"^[^a-z]*(mqls?|market[a-z]*[ _-]*qualif[a-z]*)[ _-]*(leads?)?[^a-z]*$",
    "sql": r"^[^a-z]*(sqls?|sales?[ _-]*qualif[a-z]*)[ _-]*(leads?)?[^a-z]*$",
}


def _check(stage: Literal["mql", "sql"], words: str) -> Check:
    called = stage.upper()
    return Check(
        f"{stage}_stage_otherwise",
        "lead_stages",
        "stage entries of leads",
        f"may be {called}s by a stage that is not called {stage}",
        f"They make no lead an {called}: if that is what they mean, {called}s are too low, or 0.",
        f'Name your stage: values.stage = {{ {stage} = ["{words}"] }} under [tables.lead_stages].',
        "doubt",
        ("lead_stages.stage",),
    )


STAGE_CHECKS = (
    _check("mql", "Marketing Qualified Lead"),
    _check("sql", "Sales Qualified Lead"),
)


def stage_checks(definitions: Definitions) -> tuple[Check, ...]:
    """The checks that matter where milestones come from stages."""
    return () if definitions.milestones_from == "columns" else STAGE_CHECKS


def stage_flags(rows: ir.Table, lead_dates: Collection[str], definitions: Definitions) -> ir.Table:
    """Add to rows of lead_stages a flag and an example for each of the checks.

    lead_dates: the columns of leads that came from a source.

    Flagged are rows whose stage reads like it; else, where no row has the stage and no column of
    leads its dates, all of other stages. The examples are the commonest stages, with their rows.
    """
    for check in STAGE_CHECKS:
        stage = check.key.removesuffix("_stage_otherwise")
        name = cast(ir.StringColumn, rows.stage.lower())
        is_like = (name != stage) & name.re_search(_READS_LIKE[stage])
        rows = rows.mutate(is_like=is_like, is_it=name == stage)
        has_dates = f"{stage}_at" in lead_dates
        if definitions.milestones_from == "stages" or not has_dates:
            is_none = ~(rows.is_it | rows.is_like).any().over(ibis.window())
            rows = rows.mutate(is_like=rows.is_like | (is_none & ~rows.stage.lower().isin(_NAMES)))
        rows = rows.mutate(**{check.key: rows.is_like}).drop("is_like", "is_it")
        times = rows.filter(rows[check.key]).group_by(named="stage").agg(times=ibis._.count())
        times = times.order_by(times.times.desc(), times.named).limit(_LISTED)
        rows = rows.left_join(times, rows.stage == times.named)
        example = rows.named + " (" + rows.times.cast("string") + ")"
        rows = rows.mutate(**{f"{check.key}_example": example}).drop("named", "times")
    return rows
