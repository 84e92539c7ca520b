"""The funnel: how far leads come, stage by stage.

Every lead is followed from the day it was created, so that the conversions of the stages multiply
to the lead conversion rate. Stages that leads pass without a date of their own are counted as
skipped: left out, they would let more leads come out of a stage than went into it.

Source: Forrester (SiriusDecisions), Demand Unit Waterfall.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import numpy as np
import pandas as pd

from kpis.calendar import Period
from kpis.coverage import missing_measures
from kpis.model import Where
from kpis.scorecard.daily import Cuts, DailyFacts, as_days
from kpis.scorecard.selection import Facts, Window, as_windows, starts_and_ends
from kpis.scorecard.sums import is_immature

NAMES = {"lead": "Lead", "mql": "MQL", "sql": "SQL", "customer": "Customer"}
ONE = {"lead": "a lead", "mql": "an MQL", "sql": "an SQL", "customer": "a customer"}
PLURAL = {"lead": "leads", "mql": "MQLs", "sql": "SQLs", "customer": "customers"}

Stage = Literal["lead", "mql", "sql", "customer"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""The stages in the order of the funnel."""

MEASURE_OF = {"lead": "leads", "mql": "mqls", "sql": "sqls", "customer": "converted_leads"}
"""What counts those who reached a stage."""
_SKIPPED = {"mql": "skipped_mql", "sql": "skipped_sql"}
_MEASURES = frozenset([*MEASURE_OF.values(), *_SKIPPED.values()])
_FOLLOWED = _MEASURES | {"accepted_mqls", "disqualified_leads", "bad_fit_leads"}
_NOBODY = {
    "lead": "no leads were created",
    "mql": "no lead came as far as MQL",
    "sql": "no lead came as far as SQL",
}
_NUMBERS = ("reached", "skipped", "passed", "conversion", "of_leads")
_UNKNOWN = float("nan")
_RESIDUE = 1e-9
"""A stage that was skipped and made up for leaves a residue of rounding, no part of a lead."""

_FUNNEL_COLUMNS = ["window", "start", "end", "group", "stage", *_NUMBERS, "immature", "reason"]


def step_name(stage: str) -> str:
    """The step that leads to a stage: ``MQL → SQL``."""
    return f"{NAMES[STAGES[STAGES.index(stage) - 1]]} → {NAMES[stage]}"


def followed(facts: Facts, where: Where) -> DailyFacts:
    """What came of leads, by the day they were created: one answer for the funnel and its signs."""
    return facts.daily(where, None, _FOLLOWED, _FOLLOWED)


def funnel(
    facts: Facts,
    windows: Sequence[Window | Period],
    by: str | None = None,
    where: Where | None = None,
) -> pd.DataFrame:
    """Return how far the leads created in each window had come by its horizon.

    windows: periods; the leads of a Window are followed up to its horizon (default: ``as_of``).
        by: a dimension to group by. where: the selection.

    One row per window, group and stage, in the order of the funnel (without ``by`` one set per
    window, zeros included; with it, one per group that has leads in it), with the columns

    - window (position in ``windows``), start, end (days), group (a value of ``by``, or "")
    - stage: ``lead``, ``mql``, ``sql`` or ``customer``
    - reached: leads, by credit, with a date of that stage; skipped: those that went past it without
    - passed: reached + skipped; never more than in the stage before
    - conversion: passed ÷ passed of the last known stage before; NaN for the first one
    - of_leads: passed ÷ leads
    - immature: whether leads of the window are younger than the usual cycle (kpis.scorecard.sums)
    - reason: why the stage or its conversion is undefined (NaN), else ""

    A stage that is not mapped is unknown, and going past it is no skip. Always a cohort, whatever
    ``conversion`` is. Raises UsageError for a dimension that does not exist.
    """
    asked = as_windows(windows, facts)
    missing = missing_measures(facts.mapped, facts.definitions)
    rows = []
    for (number, group), sums in _sums(facts, asked, by, where or {}).items():
        period, immature = asked[number].period, is_immature(asked[number], facts)
        described = {"window": number, "start": period.start, "end": period.end}
        described |= {"group": group, "immature": immature}
        rows += [described | stage for stage in _stages(sums, missing)]
    kinds = dict.fromkeys(_NUMBERS, "float64") | {"immature": "bool"}
    return pd.DataFrame(rows, columns=_FUNNEL_COLUMNS).astype(kinds)


def steps_by_group(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per group of a funnel over one window, the most leads first, names breaking ties.

    Columns: group, lead (leads), and per later stage its conversion; NaN where undefined.
    """
    wide = frame.pivot(index="group", columns="stage", values=["passed", "conversion"])
    steps = {stage: wide["conversion", stage].astype(float) for stage in STAGES[1:]}
    table = pd.DataFrame({"lead": wide["passed", "lead"].astype(float), **steps})
    return table.sort_values("lead", ascending=False, kind="stable").reset_index()


def _sums(
    facts: Facts, windows: Sequence[Window], by: str | None, where: Where
) -> dict[tuple[int, str], dict[str, float]]:
    """The measures of the funnel per window and group."""
    starts, ends = starts_and_ends(windows)
    horizons, day = as_days([window.horizon for window in windows]), np.timedelta64(1)
    if by is None:
        daily = followed(facts, where)
    else:  # of many groups, only what tells these windows apart
        cuts = Cuts.of(starts, [starts, ends + day, horizons + day], of_cohorts=True)
        daily = facts.daily(where, by, _MEASURES, _MEASURES, cuts)
    always = as_days([date.max] * len(windows))
    sums = {
        name: daily[name].cohort_sums(
            starts, ends, always if name == MEASURE_OF["lead"] else horizons
        )
        for name in _MEASURES
    }
    return {
        (number, group): {name: float(values[place, number]) for name, values in sums.items()}
        for number in range(len(windows))
        for place, group in enumerate(daily.groups)
        if by is None or any(values[place, number] for values in sums.values())
    }


def _stages(sums: Mapping[str, float], missing: Mapping[str, str]) -> list[dict[str, object]]:
    """The stages of one window and group; each is measured against the last known one."""
    stages: list[dict[str, object]] = []
    leads = sums.get(MEASURE_OF["lead"], 0.0)
    before: tuple[str, float] | None = None
    for stage in STAGES:
        measure = MEASURE_OF[stage]
        if measure in missing:
            unknown = dict.fromkeys(_NUMBERS, _UNKNOWN)
            stages.append({"stage": stage, **unknown, "reason": missing[measure]})
            continue
        reached, skipped = sums.get(measure, 0.0), sums.get(_SKIPPED.get(stage, ""), 0.0)
        skipped = skipped if abs(skipped) > _RESIDUE else 0.0
        passed = reached + skipped
        reason = _NOBODY[before[0]] if before and not before[1] else ""
        stages.append(
            {
                "stage": stage,
                "reached": reached,
                "skipped": skipped,
                "passed": passed,
                "conversion": passed / before[1] if before and before[1] else _UNKNOWN,
                "of_leads": passed / leads if leads else _UNKNOWN,
                "reason": reason,
            }
        )
        before = (stage, passed)
    return stages
