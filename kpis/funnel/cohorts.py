"""Conversion by the week or month in which leads were created, compared at equal age.

An old cohort has had longer to convert than a young one. To date, the young one always looks
worse; at the same number of days after its start, it is seen as the old one was then.
"""

from collections.abc import Sequence
from datetime import timedelta
from math import isnan, nan
from typing import Literal

import pandas as pd

from kpis.calendar import Period, last_whole
from kpis.errors import UsageError, nearest
from kpis.funnel.funnel import STAGES, funnel
from kpis.model import Where
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import is_immature

CohortUnit = Literal["week", "month"]
AGE_STEPS: dict[CohortUnit, int] = {"week": 7, "month": 30}
"""Days between the ages at which cohorts are seen."""

_COLUMNS = ["start", "end", "leads", "age_days", "converted", "rate", "is_mature", "immature"]
_COLUMNS += ["reason"]


def cohorts(
    facts: Facts, unit: CohortUnit, count: int, where: Where | None = None, stage: str = "customer"
) -> pd.DataFrame:
    """Return the conversion of the last ``count`` whole weeks or months at each age.

    where: the selection. stage: ``mql``, ``sql`` or ``customer``; leads that skipped it count.

    One row per cohort (the oldest first) and age, with the columns

    - start, end (days): the leads created from one to the other, both included; leads: how many
    - age_days: days after the cohort's first day, 7, 14, 21… for weeks and 30, 60, 90… for months,
      as far as the oldest cohort has come
    - converted: leads that came to the stage by then, that day included; rate: converted ÷ leads.
      NaN where the cohort has not come to that age by ``facts.as_of``; the rate also where it has
      no leads
    - is_mature: whether at that age its last leads had had the usual cycle (kpis.scorecard.sums);
      never where the stage is unknown
    - immature: whether they have not had it by ``facts.as_of``
    - reason: why there is no rate, else ""

    Always a cohort, whatever ``conversion`` of the definitions says. Raises UsageError for a
    stage or dimension that does not exist.
    """
    periods = last_whole(unit, count, facts.as_of, facts.company)
    oldest = (facts.as_of - periods[0].start).days if periods else 0
    step = AGE_STEPS[unit]
    ages = range(step, max(oldest, step) + 1, step)
    seen = [(period, age) for period in periods for age in ages]
    return _at_ages(facts, seen, where, stage)


def _at_ages(
    facts: Facts, seen: Sequence[tuple[Period, int]], where: Where | None, stage: str
) -> pd.DataFrame:
    """Cohorts, each at a number of days after its start, by one question to the facts."""
    if stage not in STAGES[1:]:
        raise UsageError(f"Leads do not convert to '{stage}'. {nearest(stage, STAGES[1:])}")
    windows = [Window(period, period.start + timedelta(days=age)) for period, age in seen]
    stages = funnel(facts, windows, None, where).to_dict("records")
    leads = [row["passed"] for row in stages if row["stage"] == "lead"]
    reached = [row for row in stages if row["stage"] == stage]
    rows = []
    for (period, age), window, count, row in zip(seen, windows, leads, reached, strict=True):
        is_reached, is_unknown = window.horizon <= facts.as_of, isnan(row["passed"])
        reason = row["reason"] if is_unknown else ""
        reason = reason or ("" if count else "no leads were created")
        rows.append(
            {
                "start": period.start,
                "end": period.end,
                "leads": count,
                "age_days": age,
                "converted": row["passed"] if is_reached else nan,
                "rate": row["of_leads"] if is_reached else nan,
                "is_mature": is_reached and not (is_unknown or row["immature"]),
                "immature": is_immature(Window(period, facts.as_of), facts),
                "reason": reason or ("" if is_reached else f"not yet {age} days old"),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)
