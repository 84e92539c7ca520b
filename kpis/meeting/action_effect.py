"""What became of an action's KPI since it was made: the last whole week of then, and of now.

By hand: made on Friday 13 November, when the last whole week was that of the 2nd to the 8th, with
20 MQLs of the action's campaign. On Friday the 20th it is that of the 9th to the 15th, with 26:
+30 %. The running weeks of both days are left out, and so is every other campaign.

Conversion is seen at equal age. On the 20th the leads of the 9th have had 11 days, so those of the
2nd count with what they had become on the 13th, 11 days after the 2nd, not by today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import nan
from typing import Any

from kpis.calendar import Period, last_whole
from kpis.catalogue import LOOK_BACK_A_YEAR, Kpi, kpi_named
from kpis.display import Change, change, days_label, short_day, shown
from kpis.scorecard.scorecard import scorecard_rows
from kpis.scorecard.selection import Facts, Window


@dataclass(frozen=True)
class Acted:
    """What an action is about: its KPI, the day of the report it was made on, its campaign."""

    kpi: str
    made_on: date
    campaign: str | None = None


@dataclass(frozen=True)
class Effect:
    """The KPI of an action then and now; NaN is undefined.

    then, now: the last whole weeks as of the day it was made and of the report. change: None where
    there is none. reason: why not, else None. sentence: all of it in words.
    """

    kpi: Kpi
    then: Period
    now: Period
    value_then: float
    value_now: float
    change: Change | None
    reason: str | None
    sentence: str


def action_effects(facts: Facts, actions: Sequence[Acted]) -> list[Effect]:
    """Return what became of the KPI of each action, in their order.

    One question to the facts for each campaign, whatever the number of actions, and one for those
    of none.

    Raises UsageError for a KPI that does not exist.
    """
    cards = _cards(facts, actions)
    return [_effect(action, facts, cards) for action in actions]


def _windows(action: Acted, facts: Facts) -> tuple[Window, Window]:
    """The last whole week of the action's day and that of the report, leads at equal age."""
    (now,) = last_whole("week", 1, facts.as_of, facts.company)
    (then,) = last_whole("week", 1, min(action.made_on, facts.as_of), facts.company)
    age = facts.as_of - now.start
    return Window(then, min(then.start + age, facts.as_of)), Window(now, facts.as_of)


_Cards = dict[tuple[str | None, Window], Mapping[Any, Any]]


def _cards(facts: Facts, actions: Sequence[Acted]) -> _Cards:
    """Campaign (None for all) and window → the row of the scorecard."""
    windows: dict[str | None, list[Window]] = {}
    for action in actions:
        windows.setdefault(action.campaign, []).extend(_windows(action, facts))
    cards: _Cards = {}
    for campaign, repeated in windows.items():
        asked = list(dict.fromkeys(repeated))
        where = {} if campaign is None else {"campaign": [campaign]}
        rows = scorecard_rows(facts, asked, None, where)
        cards |= {(campaign, window): row for window, row in zip(asked, rows, strict=True)}
    return cards


def _effect(action: Acted, facts: Facts, cards: _Cards) -> Effect:
    kpi, windows = kpi_named(action.kpi), _windows(action, facts)
    text = partial(shown, kpi, currency=facts.company.currency)
    rows = [cards[action.campaign, window] for window in windows]
    then, now = (float(row[kpi.key]) for row in rows)
    before, last = (window.period for window in windows)
    first, second = _when(kpi, before), _when(kpi, last)
    if before == last:
        why = "no whole week has passed since"
        sentence = f"{kpi.short}: {text(then)} {first}; {why}."
        return Effect(kpi, before, last, then, nan, None, why, sentence)
    reasons = [row["reasons"].get(kpi.key) for row in rows]
    values = [
        f"{text(value)} {when}{f' ({reason})' if reason else ''}"
        for value, when, reason in zip((then, now), (first, second), reasons, strict=True)
    ]
    moved = change(kpi, now, then)
    tail = f" ({moved.text})" if moved else ""
    undefined = next((reason for reason in reversed(reasons) if reason), None)
    sentence = f"{kpi.short}: {', '.join(values)}{tail}."
    return Effect(kpi, before, last, then, now, moved, undefined, sentence)


def _when(kpi: Kpi, week: Period) -> str:
    if kpi.key in LOOK_BACK_A_YEAR:
        return f"over the year to {short_day(week.end)}"
    return f"in {days_label(week, with_year=False)}"
