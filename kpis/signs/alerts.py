"""Alerts: when a KPI crosses a line that the settings draw, and the message about it.

A value exactly on the line has not crossed it. What is undefined has neither crossed nor come back.
What is due is counted up to the evening before: on the morning of a working day, what that day
should bring cannot be missing yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan, nan
from typing import Any

from kpis.calendar import Period, last_whole, period_of
from kpis.catalogue import COHORT_KPI, Kpi, kpi_named
from kpis.definitions import Company, Target
from kpis.display import agreed_percent, day_text, is_above, period_label, shown
from kpis.document import Bullets, Document
from kpis.goals.standing import standing
from kpis.goals.targets import target_for, targets_of
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts
from kpis.signs.thresholds import AlertRule


@dataclass(frozen=True)
class Reading:
    """The value of a rule's KPI beside its line, as of a day.

    period: the week, or the running month or quarter. value: the KPI, NaN where undefined.
    line: in the KPI's unit, NaN where a target is needed and there is none. due: what the target
    asks for by the evening before, NaN unless the rule is one of pace.
    is_crossed: None where it cannot be judged, for ``reason``.
    """

    rule: AlertRule
    kpi: Kpi
    period: Period
    as_of: date
    value: float
    line: float
    due: float
    is_crossed: bool | None
    reason: str | None


def readings(
    facts: Facts, rules: Sequence[AlertRule], targets: Sequence[Target] = ()
) -> list[Reading]:
    """Return the reading of each rule as of ``facts.as_of``, in their order.

    targets: all that were agreed; a rule of a campaign is held against the campaign's own.
    The conversion of leads that are still maturing only rises: that it is below a line says nothing
    yet. Raises UsageError for a KPI that does not exist.
    """
    periods = {rule: _period(rule, facts.as_of, facts.company) for rule in rules}
    rows: dict[tuple[str | None, Period], Mapping[Any, Any]] = {}
    for campaign in dict.fromkeys(rule.campaign for rule in rules):
        asked = list(dict.fromkeys(periods[r] for r in rules if r.campaign == campaign))
        where = {} if campaign is None else {"campaign": [campaign]}
        found = scorecard_rows(facts, asked, None, where)
        rows |= {(campaign, period): row for period, row in zip(asked, found, strict=True)}
    return [
        _reading(rule, periods[rule], rows[rule.campaign, periods[rule]], targets, facts)
        for rule in rules
    ]


def alert_sentence(reading: Reading, labels: Mapping[str, str], company: Company) -> str:
    """A crossed line in words: KPI, campaign, period, value and line, as plain text.

    labels: names of campaigns for people, by id. Such as "MQLs of Spring Webinar, November 2026 so
    far: 150, below 168, which is 80% of the 210 due by the evening
    before."
    """
    rule, kpi = reading.rule, reading.kpi
    of = "" if rule.campaign is None else f" of {labels.get(rule.campaign) or rule.campaign}"
    value, line, due = (
        shown(kpi, number, company.currency)
        for number in (reading.value, reading.line, reading.due)
    )
    side = "above" if reading.value > reading.line else "below"
    beyond = f"just {side}" if value == line else side
    goal = ""
    if rule.pace_below is not None:
        part = agreed_percent(rule.pace_below)
        asked = f"the {due} due by the evening before" if kpi.additive else f"the goal of {due}"
        of_goal = f"is {part} of {asked}" if kpi.better == "up" else f"reaches {asked} to {part}"
        goal = f", which {of_goal}"
    so_far = " so far" if reading.as_of <= reading.period.end else ""
    when = f"{period_label(reading.period, company)}{so_far}"
    return f"{kpi.label}{of}, {when}: {value}, {beyond} {line}{goal}."


def alerts_document(
    crossed: Sequence[Reading],
    labels: Mapping[str, str],
    company: Company,
    link: str | None = None,
) -> Document:
    """The message about the lines that were crossed; at least one. link: the dashboard."""
    first = crossed[0]
    many = len(crossed) > 1
    title = f"{len(crossed)} alerts" if many else f"Alert: {first.kpi.short} crossed its line"
    text = tuple(alert_sentence(reading, labels, company) for reading in crossed)
    subtitle = f"{company.name}, as of {day_text(first.as_of)}"
    return Document(title, subtitle, (Bullets(text),), link)


def _period(rule: AlertRule, as_of: date, company: Company) -> Period:
    if rule.period == "week":
        return last_whole("week", 1, as_of, company)[0]
    return period_of(rule.period, as_of, company)


def _reading(
    rule: AlertRule,
    period: Period,
    row: Mapping[Any, Any],
    targets: Sequence[Target],
    facts: Facts,
) -> Reading:
    kpi, value = kpi_named(rule.kpi), float(row[rule.kpi])
    is_upper, line, due = rule.above is not None, nan, nan
    reason: str | None = row["reasons"].get(rule.kpi) if isnan(value) else None
    if rule.pace_below is None:
        line = next(number for number in (rule.below, rule.above) if number is not None)
    else:
        is_upper = kpi.better == "down"
        due, unpaced = _due(rule, kpi, period, targets, facts)
        line = due / rule.pace_below if is_upper else due * rule.pace_below
        reason = reason or unpaced
    if not reason and not is_upper and rule.kpi == COHORT_KPI and row["immature"]:
        reason = "its leads are younger than the usual cycle"
    crossed = None
    if not reason:
        crossed = is_above(value, line) if is_upper else is_above(line, value)
    return Reading(rule, kpi, period, facts.as_of, value, line, due, crossed, reason)


def _due(
    rule: AlertRule, kpi: Kpi, period: Period, targets: Sequence[Target], facts: Facts
) -> tuple[float, str | None]:
    """What is due by the evening before, NaN without a target, and why there is no pace, if so."""
    where = {} if rule.campaign is None else {"campaign": [rule.campaign]}
    target = target_for(targets_of(targets, where), rule.kpi, period, facts.company)
    if target is None:
        return nan, "it has no target for the period"
    evening_before = facts.as_of - timedelta(days=1)
    held = standing(kpi, 0.0, target, period, evening_before, facts.company)
    if held.status == "too_early":
        return held.due, "nothing is due yet"
    return held.due, None if held.due > 0 else "there is no share of a target up to zero"
