"""What went well: the week's deals, revenue and new customers, goals, good news, largest deals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.display import days_label, is_above, lower_first, shown
from kpis.goals.standing import Standing
from kpis.meeting.won_deals import WonDeal
from kpis.model import Where
from kpis.scorecard.scorecard import undefined_measures
from kpis.scorecard.selection import Facts, Window, filtered_by
from kpis.scorecard.sums import measure_sums
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
    held: Sequence[Standing] = (),
    good: Sequence[Sign] = (),
    deals: Sequence[WonDeal] = (),
    agreed: Thresholds | None = None,
    changed_on: Mapping[str, Collection[date]] | None = None,
) -> list[Win]:
    """Return what went well as of ``facts.as_of``: the week, goals, good news, the largest deals.

    where: the selection. held: its standings of the running periods (kpis.goals.standings).
    good: signs, of which the good news count (kpis.signs.signs); that a goal was reached early is a
    win by itself. deals: the largest of the last whole week (kpis.meeting.won_deals). agreed: from
    how many weeks on there is a record. changed_on: per KPI the days from which its values mean
    something else: a record is one since then.

    Nothing is won where none was counted, or where nothing is mapped.
    """
    where, agreed = filtered_by(where), agreed or Thresholds()
    return [
        *_of_the_week(facts, where, agreed, changed_on or {}),
        *(_goal(one) for one in held if _is_won(one)),
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
    sums = measure_sums(facts, [Window(week, facts.as_of) for week in weeks], None, where).values
    unknown = undefined_measures(facts, None, where)
    found = []
    for measure, (label, kpi) in _WEEK.items():
        values = dict(zip(weeks, sums[measure][0].tolist(), strict=True))
        if measure not in unknown and values[weeks[-1]] > 0:
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


def _is_won(one: Standing) -> bool:
    """Whether a goal was reached, or its KPI is on track to."""
    return one.is_well or one.is_reached_early


def _goal(one: Standing) -> Win:
    if one.is_reached_early:
        due = f"{one.text(one.due)} were due by today."
        return Win("goal", one.reached_early_text, due, one.kpi.key)
    headline = f"{one.kpi.short}, {one.period_name}: {lower_first(one.verdict)}."
    return Win("goal", headline, f"{one.evidence}.", one.kpi.key)


def _deal(deal: WonDeal, currency: str) -> Win:
    headline = f"{deal.customer}: {deal.price(currency)}"
    return Win("deal", headline, deal.circumstances, campaign=deal.campaign_id)
