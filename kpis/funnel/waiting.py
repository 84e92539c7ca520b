"""Who waits: the leads in each stage on the day of the report, and for how long."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kpis.coverage import missing_measures
from kpis.display import is_above
from kpis.errors import UsageError, nearest
from kpis.funnel.funnel import MEASURE_OF, STAGES
from kpis.model import Where
from kpis.scorecard.daily import Daily, DailyFacts
from kpis.scorecard.selection import Facts
from kpis.scorecard.sums import weighted_median

_WAITING = {"lead": "waiting_leads", "mql": "waiting_mqls", "sql": "waiting_sqls"}
_WAITS = ("leads", "median_days", "too_long", "oldest_days")
_COLUMNS = ["stage", "group", *_WAITS, "reason"]
_UNKNOWN = float("nan")


def _daily(facts: Facts, by: str | None, where: Where) -> DailyFacts:
    """The facts by day; by groups, those alone in which leads wait."""
    if by is None:
        return facts.daily(where)
    return facts.daily(where, by, frozenset(_WAITING.values()))


def waiting(
    facts: Facts, limits: Mapping[str, int], by: str | None = None, where: Where | None = None
) -> pd.DataFrame:
    """Return the leads that wait in each stage on ``facts.as_of``, and for how long.

    limits: per stage (``lead``, ``mql``, ``sql``) how many days are agreed on; a stage may have
        none. by: a dimension to group by. where: the selection.

    One row per group and stage, in the order of the funnel (without ``by`` one set, zeros included;
    with it, one per group in which leads wait), with the columns

    - stage, group (a value of ``by``, or "")
    - leads: those in the stage, by credit; customers, disqualified leads and those without an open
      deal left wait no more (see kpis.facts.stages.lead_progress)
    - median_days: the median calendar days since they came into it, weighted by credit;
      oldest_days: the most. NaN where nobody waits
    - too_long: those of them that wait longer than the stage's limit; NaN where it has none
    - reason: why the stage is unknown (see :func:`_undefined`), else ""

    Raises UsageError for a dimension or a limit's stage that does not exist.
    """
    for stage in limits:
        if stage not in _WAITING:
            raise UsageError(f"Leads do not wait in a stage '{stage}'. {nearest(stage, _WAITING)}")
    daily = _daily(facts, by, where or {})
    missing, today = missing_measures(facts.mapped, facts.definitions), np.datetime64(facts.as_of)
    table = []
    for place, name in enumerate(daily.groups):
        for stage, measure in _WAITING.items():
            reason = _undefined(stage, missing)
            unknown = dict.fromkeys(_WAITS, _UNKNOWN)
            limit = limits.get(stage)
            waits = unknown if reason else _waits(daily[measure], place, today, limit)
            table.append({"stage": stage, "group": name, **waits, "reason": reason})
    return pd.DataFrame(table, columns=_COLUMNS).astype(dict.fromkeys(_WAITS, "float64"))


def share_too_long(leads: float, too_long: float) -> float:
    """The share of the leads waiting in a stage that do so for longer than agreed; 0 of none."""
    return too_long / leads if leads else 0.0


def too_many_wait(leads: float, too_long: float, line: float) -> bool:
    """Whether a larger share of the leads waiting than ``line`` waits for longer than agreed.

    Exactly the line is not too many. NaN, for what is unknown, is not either.
    """
    return is_above(share_too_long(leads, too_long), line)


def _undefined(stage: str, missing: Mapping[str, str]) -> str:
    """Why nobody knows who waits in a stage: it is not mapped, or no stage after it is."""
    here, *after = (missing.get(MEASURE_OF[name]) for name in STAGES[STAGES.index(stage) :])
    return here or (after[0] if all(after) else None) or ""


def _waits(leads: Daily, group: int, today: np.datetime64, limit: int | None) -> dict[str, float]:
    """One stage and group in numbers; leads: by the day on which they came into the stage."""
    own = leads.groups == group
    waited = (today - leads.days[own]).astype(int)
    order = np.argsort(waited, kind="stable")
    days, credit = waited[order].astype(float), leads.values[own][order]
    return {
        "leads": float(credit.sum()),
        "median_days": weighted_median(days, credit) if len(days) else _UNKNOWN,
        "too_long": _UNKNOWN if limit is None else float(credit[days > limit].sum()),
        "oldest_days": float(days[-1]) if len(days) else _UNKNOWN,
    }
