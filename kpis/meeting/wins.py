"""What went well: the week's deals, revenue and new customers, goals, good news, largest deals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

from kpis.calendar import Period, Unit, period_of, working_days
from kpis.catalogue import CATALOGUE
from kpis.definitions import Target
from kpis.display import days_label, is_above, period_label, shown
from kpis.goals.goals import RUNNING, Goal, running_goals
from kpis.goals.targets import targets_of
from kpis.meeting.won_deals import WonDeal
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard, undefined_measures
from kpis.scorecard.sums import Facts, Window, filtered_by, measure_sums
from kpis.signs.sign import Sign
from kpis.signs.thresholds import Thresholds
from kpis.weeks.usual_range import judged_weeks

Kind = Literal["week", "goal", "sign", "deal"]

_WEEK: dict[str, tuple[str, str]] = {
    "deals_won": ("Deals won", "win_rate"),
    "revenue": ("Revenue won", "revenue"),
    "new_customers": ("New customers", "new_customers"),
}
"""Measure of the week → what it is called, and the KPI that changes its meaning when it does."""


@dataclass(frozen=True)
class Win:
    """Something that went well, in plain text.

    headline: one sentence with the number. detail: what to hold it against; may be empty.
    kpi, campaign: what it is about, where it is about one. label, value: of the week, what was
    counted and how much, to be shown large.
    """

    kind: Kind
    headline: str
    detail: str = ""
    kpi: str | None = None
    campaign: str | None = None
    is_record: bool = False
    label: str = ""
    value: str = ""


def wins(
    facts: Facts,
    where: Where | None = None,
    *,
    targets: Sequence[Target] = (),
    good: Sequence[Sign] = (),
    deals: Sequence[WonDeal] = (),
    agreed: Thresholds | None = None,
    changed_on: Mapping[str, Collection[date]] | None = None,
) -> list[Win]:
    """Return what went well as of ``facts.as_of``: the week, goals, good news, the largest deals.

    where: the selection. targets: those agreed on. good: signs, of which the good news count
    (kpis.signs.signs); that a target was reached early is told as a goal. deals: the largest of the
    last whole week (kpis.meeting.won_deals). agreed: from how many weeks on there is a record.
    changed_on: per KPI the days from which its values mean something else: a record is one since
    then.

    Nothing is won where none was counted, and nothing told of what is not mapped.
    """
    where, agreed = filtered_by(where), agreed or Thresholds()
    held = _goals(facts, where, targets)
    return [
        *_of_the_week(facts, where, agreed, changed_on or {}),
        *(_goal(goal, period, facts) for period, goal in held),
        *(
            Win("sign", sign.headline, next(iter(sign.evidence), ""), sign.kpi)
            for sign in good
            if sign.tone == "good" and sign.rule != "target_reached_early"
        ),
        *(_deal(deal, facts.company.currency) for deal in deals),
    ]


def _of_the_week(
    facts: Facts, where: Where, agreed: Thresholds, changed_on: Mapping[str, Collection[date]]
) -> list[Win]:
    """Deals, revenue and customers of the last whole week, beside the week before."""
    weeks = judged_weeks(facts.as_of, facts.company)
    sums = measure_sums(facts, [Window(week, facts.as_of) for week in weeks], None, where)
    unknown = undefined_measures(facts, None, where)
    found = []
    for measure, (label, kpi) in _WEEK.items():
        values = dict(zip(weeks, sums[measure], strict=True))
        if measure not in unknown and sums[measure].iloc[-1] > 0:
            since = max(changed_on.get(kpi, ()), default=None)
            found.append(_week(measure, label, values, facts, agreed, since))
    return found


def _week(
    measure: str,
    label: str,
    values: Mapping[Period, float],
    facts: Facts,
    agreed: Thresholds,
    since: date | None,
) -> Win:
    """A measure of the last whole week, beside the week before and its best so far.

    A record is strictly the best of enough weeks. The week of the selection's first is mostly cut,
    so they count from the one after it, or since the values' meaning changed.
    """
    kpi = CATALOGUE.get(measure, CATALOGUE["new_customers"])
    text = partial(shown, kpi, currency=facts.company.currency)
    weeks = list(values)
    begun = next(n for n, week in enumerate(weeks) if values[week] > 0)
    known = [week for week in weeks[begun + 1 :] if since is None or week.start >= since]
    last, before = weeks[-1], weeks[-2]
    best = max(reversed(known[:-1]), key=values.__getitem__, default=before)
    is_record = (
        len(known) >= agreed.record_weeks
        and is_above(values[last], values[best])
        and text(values[last]) != text(values[best])
    )
    headline = f"{label}: {text(values[last])} in the week of {days_label(last)}"
    detail = f"{text(values[before])} the week before"
    if is_record:
        headline += f", the best of {len(known)} weeks"
        detail += f"; the best so far was {text(values[best])}, {days_label(best)}"
    return Win(
        kind="week",
        headline=f"{headline}.",
        detail=f"{detail}.",
        kpi=measure if measure in CATALOGUE else None,
        is_record=is_record,
        label=label,
        value=text(values[last]),
    )


def _goals(facts: Facts, where: Where, targets: Sequence[Target]) -> list[tuple[Period, Goal]]:
    """The goals of month and quarter that are on track; on the last day those that are reached."""
    agreed = targets_of(targets, where)
    if not agreed:
        return []
    periods = [period_of(unit, facts.as_of, facts.company) for unit in RUNNING]
    cards = scorecard(facts, periods, None, where).to_dict("records")
    actuals = [{key: float(card[key]) for key in CATALOGUE} for card in cards]
    so_far: dict[Unit, dict[str, float]] = dict(zip(RUNNING, actuals, strict=True))
    held = running_goals(agreed, so_far, facts.as_of, facts.company)
    return [
        (period, goal)
        for period, found in held.items()
        for goal in found
        if goal.pace.status == "on_track" and (facts.as_of < period.end or _is_reached(goal))
    ]


def _is_reached(goal: Goal) -> bool:
    worse, better = goal.pace.target, goal.actual
    if goal.kpi.better == "down":
        worse, better = better, worse
    return not is_above(worse, better)


def _goal(goal: Goal, period: Period, facts: Facts) -> Win:
    kpi, pace = goal.kpi, goal.pace
    text = partial(shown, kpi, currency=facts.company.currency)
    when, tomorrow = period_label(period, facts.company), facts.as_of + timedelta(days=1)
    is_over = tomorrow > period.end
    left = 0 if is_over else working_days(Period(tomorrow, period.end), facts.company)
    actual, target, due = (text(v) for v in (goal.actual, pace.target, pace.expected))
    if _is_reached(goal) and (kpi.additive or is_over):
        days = f"{left} working day{'' if left == 1 else 's'}"
        early = f"With {days} left; {due} were due by today." if left else ""
        headline = f"{kpi.short} reached the goal of {when}: {actual} of {target}."
        return Win("goal", headline, early, kpi.key)
    so_far = f"{due} are due by today. " if kpi.additive else ""
    headline = f"{kpi.short} on track for {when}: {actual}."
    return Win("goal", headline, f"{so_far}The goal is {target}.", kpi.key)


def _deal(deal: WonDeal, currency: str) -> Win:
    headline = f"{deal.customer}: {deal.price(currency)}"
    return Win("deal", headline, deal.circumstances, campaign=deal.campaign_id)
