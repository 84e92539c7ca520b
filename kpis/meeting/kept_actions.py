"""Which kept records belong to a day's meeting, and which come back to it from earlier ones."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from kpis.calendar import Period
from kpis.records import Action, Change, Decision, Meeting

D = TypeVar("D", Decision, Action)

MEETING_EVERY = timedelta(days=7)
"""How far back is looked where no meeting was ever closed."""


def meeting_before(meetings: Iterable[Meeting], day: date) -> Meeting | None:
    """The last closed meeting that was held before a day; one of that day is not before it."""
    closed = [each for each in meetings if each.held_on < day and each.closed_at is not None]
    return max(closed, key=lambda meeting: (meeting.held_on, meeting.id), default=None)


def looks_back_to(before: Meeting | None, day: date) -> date:
    """The day of the meeting before a day, which the day's own looks back to."""
    return before.held_on if before else day - MEETING_EVERY


def of_meeting(found: Iterable[D], meeting: Meeting | None, day: date) -> list[D]:
    """Those of a meeting, if there is one, and those of the day of its report."""
    held = meeting.id if meeting else None
    return [
        record
        for record in found
        if record.made_on == day or (held is not None and record.meeting_id == held)
    ]


def come_back(
    actions: Sequence[Action],
    changes: Iterable[Change],
    before: Meeting | None,
    meeting: Meeting | None,
    day: date,
) -> list[Action]:
    """The actions of before a day that its meeting looks back on.

    Those that are open, those made since the meeting before was held, and those that were settled
    since it was closed, whenever they were made: what is settled in a meeting stays in its sight.
    changes: of actions.
    """
    todays = {action.id for action in of_meeting(actions, meeting, day)}
    since = looks_back_to(before, day)
    settled = _settled_since(changes, before, since)
    return [
        action
        for action in actions
        if action.made_on < day
        and action.id not in todays
        and (action.status == "open" or action.made_on >= since or action.id in settled)
    ]


def _settled_since(changes: Iterable[Change], before: Meeting | None, since: date) -> set[int]:
    """The ids of the actions that were open once more after a meeting, by the kept changes."""
    closed_at = before.closed_at if before else None
    return {
        change.record_id
        for change in changes
        if change.before is not None
        and change.after is not None
        and change.before["status"] == "open"
        and change.after["status"] != "open"
        and (change.at >= closed_at if closed_at else change.at.date() >= since)
    }


def made_in(period: Period, found: Iterable[D]) -> list[D]:
    """Those that were made on a day of a period."""
    return [record for record in found if period.start <= record.made_on <= period.end]
