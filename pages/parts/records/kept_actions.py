"""Which kept records belong to a day's meeting, and which come back to it from earlier ones."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from kpis.calendar import Period
from kpis.records import Action, Decision, Meeting
from pages.parts.records.notebook import meeting_before, notebook, records

D = TypeVar("D", Decision, Action)

WITHOUT_A_MEETING = timedelta(days=7)
"""How far back is looked where no meeting was ever closed."""


def of_today(found: Sequence[D], meeting: Meeting | None, day: date) -> list[D]:
    """Those of a meeting, if there is one, and those of the day of its report."""
    held = meeting.id if meeting else None
    return [
        record
        for record in found
        if record.made_on == day or (held is not None and record.meeting_id == held)
    ]


def come_back(meeting: Meeting | None, day: date) -> list[Action]:
    """The actions of before a day that its meeting looks back on; raises NotebookError.

    Those that are open, those made since the meeting before was held, and those that were settled
    since it was closed, whenever they were made: what is settled in a meeting stays in its sight.
    """
    actions = records(Action)
    todays = {action.id for action in of_today(actions, meeting, day)}
    before = meeting_before(day)
    since = before.held_on if before else day - WITHOUT_A_MEETING
    settled = _settled_since(before, since)
    return [
        action
        for action in actions
        if action.made_on < day
        and action.id not in todays
        and (action.status == "open" or action.made_on >= since or action.id in settled)
    ]


def _settled_since(before: Meeting | None, since: date) -> set[int]:
    """The ids of the actions that were open once more after a meeting, by the kept changes."""
    closed_at = before.closed_at if before else None
    return {
        change.record_id
        for change in notebook().changes(Action)
        if change.before is not None
        and change.after is not None
        and change.before["status"] == "open"
        and change.after["status"] != "open"
        and (change.at >= closed_at if closed_at else change.at.date() >= since)
    }


def made_in(period: Period, found: Sequence[D]) -> list[D]:
    """Those that were made on a day of a period."""
    return [record for record in found if period.start <= record.made_on <= period.end]


def as_action(decision: Decision) -> Action:
    """A decision as what its effect is asked of (see pages.parts.meeting.answers.effects_of)."""
    return Action(
        meeting_id=decision.meeting_id,
        made_on=decision.made_on,
        what=decision.text,
        owner="",
        due=decision.made_on,
        kpi=decision.kpi,
        campaign=decision.campaign,
    )
