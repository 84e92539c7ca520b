"""What the meeting should look into first: where a conversion fell further than chance explains.

A step of the funnel and a step of one campaign's leads are held against the same step before, and
the difference against what chance would make of so few leads. That is one measure for both, so
that 38 leads of which none came further outweigh two thousand that did a little worse.

Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 7.3.3, the test of whether two
proportions are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from math import isnan, sqrt
from typing import Literal

import pandas as pd

from kpis.funnel.funnel import STAGES, Stage, funnel
from kpis.model import NONE, Where
from kpis.scorecard.selection import Facts, Window

BEYOND_CHANCE = 3.0
"""Standard errors from which on chance is no explanation, as with the limits of an XmR chart. A
page compares some 75 steps; at two, chance alone would point at one of them in most meetings."""

STANDS_OUT = 2.0
"""The same for the three steps of one campaign that somebody looks at."""

ONE_LEAD = 0.5
"""From how many leads on a loss is written as one."""

_NOW, _BEFORE = 0, 1


@dataclass(frozen=True)
class Difference:
    """A step's conversion beside another: that of the period before, or of all other campaigns.

    stage: the one that leads come to; earlier: the last known one before it. group: a campaign, or
    "" for all. leads: those that came to ``earlier``, by credit; rate: the share of them that came
    to ``stage``, not NaN. other_leads, other_rate: the same of what it is held against.
    """

    stage: Stage
    earlier: Stage
    group: str
    leads: float
    rate: float
    other_leads: float
    other_rate: float

    @property
    def missing(self) -> float:
        """How many more leads would have come to the stage at the other rate; negative: fewer."""
        return self.leads * (self.other_rate - self.rate)

    @property
    def deviations(self) -> float:
        """By how many standard errors the rate is below the other; 0 where both are 0 or 1.

        Leads whose credit is shared count in parts, which makes the error a little too large.
        """
        leads, others = self.leads, self.other_leads
        common = (leads * self.rate + others * self.other_rate) / (leads + others)
        error = sqrt(max(common * (1 - common), 0.0) * (1 / leads + 1 / others))
        return (self.other_rate - self.rate) / error if error > 1e-9 else 0.0


@dataclass(frozen=True)
class Spotlight:
    """What to look into first, and why.

    comparison: the position of the comparison that it was found in. is_beyond_chance: whether the
    fall is; else nothing fell as far, and this is the step of all leads that fell furthest.
    """

    fall: Difference
    comparison: int
    is_beyond_chance: bool


def spotlight(comparisons: Sequence[Sequence[Difference]]) -> Spotlight | None:
    """Return the step that fell furthest in the first comparison in which any fell beyond chance.

    comparisons: the falls of all leads and of campaigns (see :func:`falls`), the one that people
    look at first. None where nothing fell, or nothing can be compared. Leads of no campaign are
    nobody's to look into: they count in the steps of all.
    """
    for number, found in enumerate(comparisons):
        worst = _worst(found)
        if worst and worst.deviations >= BEYOND_CHANCE:
            return Spotlight(worst, number, True)
    for number, found in enumerate(comparisons):
        worst = _worst([fall for fall in found if not fall.group])
        if worst and worst.deviations > 0:
            return Spotlight(worst, number, False)
    return None


def _worst(found: Sequence[Difference]) -> Difference | None:
    """The furthest beyond chance; a campaign before the whole where that is nothing but it."""
    named = [fall for fall in found if fall.group != NONE]
    return max(named, key=lambda fall: (round(fall.deviations, 6), fall.group != ""), default=None)


def falls(frame: pd.DataFrame, min_evidence: float) -> list[Difference]:
    """Each step of each group beside the same step before, the furthest fallen first.

    frame: as of kpis.funnel.funnel over two windows, the later one first. min_evidence: a step of
    fewer leads than this, in either, says nothing.
    """
    now, before = (_by_group(_passed(frame, window)) for window in (_NOW, _BEFORE))
    found = [
        fall
        for group in now
        if group in before
        for fall in _differences(group, now[group], before[group], min_evidence)
    ]
    return sorted(found, key=lambda fall: -fall.deviations)


def falls_between(
    facts: Facts, pairs: Sequence[Sequence[Window]], where: Where, min_evidence: float
) -> list[list[Difference]]:
    """Per pair of windows the falls of all leads, then of campaigns, from the second to the first.

    One question for all pairs.
    """
    windows = [window for pair in pairs for window in pair]
    frames = [funnel(facts, windows, by, where) for by in (None, "campaign")]
    return [
        [
            fall
            for frame in frames
            for fall in falls(frame.assign(window=frame["window"] - first), min_evidence)
        ]
        for first in range(0, len(windows), 2)
    ]


def lost_most(fallen: Sequence[Difference]) -> Difference | None:
    """The campaign that lost most leads of a step; None where it lost none as a whole, or nobody.

    fallen: the falls of one step, of all leads and of campaigns (see :func:`falls`).
    """
    losses = [fall for fall in fallen if fall.missing >= ONE_LEAD]
    if all(fall.group for fall in losses):
        return None
    campaigns = [fall for fall in losses if fall.group]
    return max(campaigns, key=lambda fall: fall.missing, default=None)


def beside_others(frame: pd.DataFrame, min_evidence: float) -> list[Difference]:
    """Each step of each group beside that of all other groups together.

    By group, and within it in the order of the funnel. frame: as of kpis.funnel.funnel by group;
    its first window counts. min_evidence: see falls.
    """
    own = _passed(frame, _NOW)
    known = own.notna().astype(int)
    others = own.sum() - own.where(own.notna(), 0.0)
    others = others.where(known.sum() > known)
    came, came_else = _by_group(own), _by_group(others)
    return [
        step
        for group in came
        for step in _differences(group, came[group], came_else[group], min_evidence)
    ]


@dataclass(frozen=True)
class Verdict:
    """The first thing to say about a campaign.

    step: the one that it is ``behind`` or ``ahead`` of all others in; None of any other kind.
    silent_weeks: for how many it brought leads of which none became anything; 0 for too few.
    """

    kind: Literal["behind", "silent", "loses_money", "ahead", "like_others", "too_few"]
    step: Difference | None
    silent_weeks: int


def verdict(beside: Sequence[Difference], silent_weeks: int, earns: bool | None) -> Verdict:
    """Return what is wrong or right with a campaign, the worst first.

    beside: its steps beside those of all others. silent_weeks: see :func:`weeks_without`; a single
    one says nothing. earns: see :func:`earns_its_cost`.
    """
    silent = silent_weeks if silent_weeks > 1 else 0
    worst = max(beside, key=lambda step: step.deviations, default=None)
    best = min(beside, key=lambda step: step.deviations, default=None)
    if worst and worst.deviations >= STANDS_OUT:
        return Verdict("behind", worst, silent)
    if silent:
        return Verdict("silent", None, silent)
    if earns is False:
        return Verdict("loses_money", None, silent)
    if best and best.deviations <= -STANDS_OUT:
        return Verdict("ahead", best, silent)
    return Verdict("like_others" if beside else "too_few", None, silent)


def earns_its_cost(returns: Sequence[float]) -> bool | None:
    """Whether a campaign earns its cost under every attribution model, under none, or it depends.

    returns: its marketing ROI under each model; 0 is its cost, NaN undefined. None where models do
    not agree, and where it is undefined under all.
    """
    verdicts = {value >= 0 for value in returns if not isnan(value)}
    return verdicts.pop() if len(verdicts) == 1 else None


def weeks_without(came: Sequence[float], became: Sequence[float], min_evidence: float) -> int:
    """For how many last weeks leads have come of which none became anything.

    came, became: per week, the last one last; NaN is unknown. 0 as well where none ever became any,
    as nothing stopped, and where fewer than ``min_evidence`` leads came in these weeks. A campaign
    that is over has no leads: it is not silent.
    """
    silent = list(
        takewhile(
            lambda week: week[0] > 0 and week[1] == 0, zip(came[::-1], became[::-1], strict=True)
        )
    )
    enough = sum(leads for leads, _ in silent) >= min_evidence
    return len(silent) if enough and any(value > 0 for value in became) else 0


def _passed(frame: pd.DataFrame, window: int) -> pd.DataFrame:
    """How many leads of a window came as far as each stage: a row per group, NaN is unknown."""
    here = frame[frame["window"] == window]
    return here.pivot(index="group", columns="stage", values="passed").astype(float)


def _by_group(passed: pd.DataFrame) -> dict[str, dict[Stage, float]]:
    """The same without what is unknown, by group, in the order of their names."""
    known = [stage for stage in STAGES if stage in passed.columns]
    rows = zip(passed.index, passed[known].to_numpy(), strict=True)
    return {
        str(group): {s: float(v) for s, v in zip(known, values, strict=True) if not isnan(v)}
        for group, values in rows
    }


def _differences(
    group: str,
    came: dict[Stage, float],
    others: dict[Stage, float],
    min_evidence: float,
) -> list[Difference]:
    known = [stage for stage in STAGES if stage in came and stage in others]
    return [
        Difference(
            stage=stage,
            earlier=earlier,
            group=group,
            leads=came[earlier],
            rate=came[stage] / came[earlier],
            other_leads=others[earlier],
            other_rate=others[stage] / others[earlier],
        )
        for earlier, stage in pairwise(known)
        if min(came[earlier], others[earlier]) >= max(min_evidence, 1e-9)
    ]
