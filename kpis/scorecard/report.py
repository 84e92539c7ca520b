"""The report for scripts: the seven KPIs of a question, as plain data that turns into JSON."""

import math
from collections.abc import Mapping
from typing import Any, cast

from kpis.calendar import Period, Unit, period_of, split
from kpis.catalogue import BESIDE, SEVEN_KEYS
from kpis.errors import UsageError, nearest
from kpis.model import BUILT_IN_DIMENSIONS, Where
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts

MEASURES = (
    "leads",
    "new_customers",
    "converted_leads",
    "revenue",
    "marketing_cost",
    "sales_cost",
    "median_cycle_days",
)
"""The measures that stand beside the KPIs of a row."""

PERIOD_GROUPS = ("week", "month")


def report(
    facts: Facts,
    period: Period,
    attribution: str,
    by: str | None = None,
    where: Where | None = None,
) -> dict[str, Any]:
    """Return the KPIs of a period as of ``facts.as_of``, one row per group.

    by: None for one row, ``week`` or ``month`` for parts of the period (up to as_of), or a
    dimension. Groups are ids; a week is named by its first day, a month as ``2026-10``.
    Beside the seven KPIs stand the further ones of the catalogue, under ``more``.
    Undefined KPIs are None and have a reason; measures that are not known are None.
    Numbers carry twelve digits, so that sums of weights such as 1/7 show no residue of rounding;
    large amounts carry as many as a hundredth of a cent takes, at most fifteen.

    Raises UsageError for an unknown dimension; for ``by`` the hint offers week and month, too.
    """
    known = (*BUILT_IN_DIMENSIONS, *facts.dimensions, *PERIOD_GROUPS)
    if by is not None and by not in known:
        raise UsageError(f"There is no dimension '{by}'. {nearest(by, known)}")
    if by in PERIOD_GROUPS:
        parts = split(period, cast(Unit, by), facts.company)
        begun = [part for part in parts if part.start <= facts.as_of]
        found = scorecard_rows(facts, begun or parts[:1], None, where)
    else:
        found = scorecard_rows(facts, [period], by, where)
    rows = [_row(row, by, facts) for row in found]
    return {
        "as_of": facts.as_of.isoformat(),
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "currency": facts.company.currency,
        "attribution": attribution,
        "rows": rows,
    }


def _row(row: Mapping[str, Any], by: str | None, facts: Facts) -> dict[str, Any]:
    reasons = {key: reason for key, reason in row["reasons"].items() if key in SEVEN_KEYS}
    further = [kpi.key for kpi in BESIDE if kpi.key not in MEASURES]
    why_not = {key: row["reasons"][key] for key in further if key in row["reasons"]}
    return {
        "group": _group(row, by, facts),
        "kpis": {key: _number(row[key]) for key in SEVEN_KEYS},
        "reasons": reasons,
        "measures": {name: _number(row[name]) for name in MEASURES},
        "more": {key: _number(row[key]) for key in further},
        "more_reasons": why_not,
    }


def _group(row: Mapping[str, Any], by: str | None, facts: Facts) -> dict[str, str]:
    match by:
        case None:
            return {}
        case "week":
            return {"week": period_of("week", row["start"], facts.company).start.isoformat()}
        case "month":
            return {"month": f"{row['start']:%Y-%m}"}
        case _:
            return {by: row["group"]}


def _number(value: float) -> float | None:
    """The value to twelve digits, or to four decimals where those are more; a float holds fifteen.

    ``+ 0.0`` turns a negative zero into zero.
    """
    if math.isnan(value):
        return None
    digits = min(15, max(12, len(str(abs(int(value)))) + 4))
    return float(f"{value:.{digits}g}") + 0.0
