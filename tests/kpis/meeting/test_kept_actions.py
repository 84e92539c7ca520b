"""Which records belong to a day's meeting, and which come back to it from earlier ones."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from kpis.calendar import Period
from kpis.meeting.kept_actions import come_back, looks_back_to, made_in, meeting_before, of_meeting
from kpis.records import Action, Change, Meeting

FRIDAY, A_WEEK_AGO = date(2026, 11, 20), date(2026, 11, 13)
CLOSED = datetime(2026, 11, 13, 10, tzinfo=UTC)


def meeting(held_on: date, id: int = 1, *, closed_at: datetime | None = CLOSED) -> Meeting:
    return Meeting(
        id=id,
        held_on=held_on,
        opened_at=CLOSED,
        closed_at=closed_at,
        snapshot="s",
        definitions="d",
        attribution="linear",
    )


def action(made_on: date, id: int = 1, **more: Any) -> Action:
    of = {"meeting_id": None, "what": f"{id}", "owner": "Ann", "due": FRIDAY} | more
    return Action(id=id, made_on=made_on, **of)


def settled(id: int, at: datetime, before: str = "open") -> Change:
    return Change(at, "Tom", "action", id, 2, {"status": before}, {"status": "done"})


def test_without_a_closed_meeting_a_day_looks_back_a_week() -> None:
    going_on = meeting(A_WEEK_AGO, closed_at=None)
    assert meeting_before([], FRIDAY) is None and meeting_before([going_on], FRIDAY) is None
    assert looks_back_to(None, FRIDAY) == A_WEEK_AGO


def test_a_meeting_closed_on_a_day_is_not_the_one_before_it() -> None:
    """Else what was agreed a week ago would be gone as soon as today's meeting is closed."""
    last, today = meeting(date(2026, 11, 12), 1), meeting(FRIDAY, 2)
    assert meeting_before([today, last], FRIDAY) is last
    assert meeting_before([today], FRIDAY) is None
    assert meeting_before([today, last], date(2026, 11, 21)) is today
    assert looks_back_to(last, FRIDAY) == date(2026, 11, 12)


def test_of_two_meetings_of_one_day_the_later_one_is_the_last() -> None:
    first, second = meeting(A_WEEK_AGO, 1), meeting(A_WEEK_AGO, 2)
    assert meeting_before([second, first], FRIDAY) is second


def test_records_belong_to_their_meeting_and_to_its_day() -> None:
    """A meeting over midnight: made the day after, but in the meeting."""
    late = action(date(2026, 11, 21), meeting_id=7)
    without, old = action(FRIDAY), action(A_WEEK_AGO)
    held = meeting(FRIDAY, 7)
    assert of_meeting([late, without, old], held, FRIDAY) == [late, without]
    assert of_meeting([late, without, old], None, FRIDAY) == [without]


def test_what_is_open_new_or_settled_since_the_last_meeting_comes_back() -> None:
    """Settled before the last meeting was closed, its minutes have it; done twice is done once."""
    long_ago = date(2026, 11, 6)
    done = {number: action(long_ago, number, status="done") for number in (1, 2, 3)}
    still_open, new = action(long_ago, 4), action(A_WEEK_AGO, 5, status="done")
    today, of_today = action(FRIDAY, 6), action(long_ago, 7, meeting_id=9)
    changes = [
        settled(1, CLOSED),
        settled(2, CLOSED.replace(hour=9)),
        settled(3, CLOSED.replace(hour=11), before="done"),
    ]
    actions = [*done.values(), still_open, new, today, of_today]
    before, held = meeting(A_WEEK_AGO), meeting(FRIDAY, 9)
    assert come_back(actions, changes, before, held, FRIDAY) == [done[1], still_open, new]
    assert come_back([], [], None, None, FRIDAY) == []


def test_without_a_meeting_what_was_settled_in_the_last_week_comes_back() -> None:
    old = replace(action(date(2026, 10, 1)), status="done")
    for day, comes in ((13, [old]), (12, [])):
        change = settled(1, datetime(2026, 11, day, 9, tzinfo=UTC))
        assert come_back([old], [change], None, None, FRIDAY) == comes


def test_the_first_and_the_last_day_of_a_period_are_in_it() -> None:
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    made = [action(date(2026, month, day)) for month, day in ((9, 30), (10, 1), (10, 31), (11, 1))]
    assert made_in(october, made) == made[1:3]
