"""Claims about the notebook, on SQLite and PostgreSQL: what is kept, refused and remembered."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from connectors.notebook.notebook import AlreadyThere, EditConflict, Notebook, open_notebook
from connectors.settings.settings import Settings
from kpis.definitions import Company
from kpis.errors import NotebookError
from kpis.records import (
    Action,
    AgreedTarget,
    AlertState,
    Annotation,
    Decision,
    Meeting,
    Note,
    Record,
    ShownFigure,
    SignOff,
)

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MEETING = Meeting(
    held_on=DAY,
    opened_at=MORNING,
    snapshot="2026-11-23T05-00-00Z",
    definitions="0a1b2c3d4e5f",
    attribution="linear",
    where=(("campaign", ("c1", "<b>c2</b>")), ("segment", ("SMB",))),
    shown=(
        ShownFigure("mqls", date(2026, 11, 1), DAY, 120.0),
        ShownFigure("cac", date(2026, 11, 1), DAY, None),
    ),
)
CALL = Action(
    meeting_id=None, made_on=DAY, what="Call Acme", owner="Ann", due=date(2026, 11, 30), kpi="sqls"
)
FAIR = Annotation(day=DAY, text="Fair in Berlin", campaign="c1")
GOAL = AgreedTarget(kpi="mqls", period="month", value=40.0)


@pytest.fixture
def notebook(notebook_settings: Settings) -> Notebook:
    return open_notebook(notebook_settings)


def test_a_new_notebook_is_empty(notebook: Notebook) -> None:
    assert notebook.all(Meeting) == [] and notebook.all(Action, status="open") == []
    assert notebook.changes() == [] and notebook.changes(Action, 1) == []


def test_a_notebook_opened_to_read_creates_no_file_and_is_never_written(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path)
    notebook = open_notebook(settings, to_read=True)
    assert notebook.all(Meeting) == [] and notebook.changes() == []
    with pytest.raises(TypeError, match="opened to read"):
        notebook.add(FAIR, "Ann")
    assert list(tmp_path.iterdir()) == []
    kept = open_notebook(settings).add(FAIR, "Ann")
    assert notebook.all(Annotation) == [kept], "made in between by somebody else"


def test_every_kind_of_record_comes_back_as_it_was_kept(notebook: Notebook) -> None:
    held = notebook.open_meeting(MEETING, "Ann")
    records: list[Record] = [
        Note(meeting_id=held.id, step="wins", text="Well done\nall of you 🎉"),
        Decision(meeting_id=held.id, made_on=DAY, text="Stop c2", kpi="cac", campaign="c2"),
        replace(CALL, meeting_id=held.id),
        FAIR,
        GOAL,
        SignOff(meeting_id=held.id, team="sales", name="Ben"),
        AlertState(rule="cac week below 2", channel="slack", is_crossed=True, since=DAY, value=1.5),
    ]
    for record in records:
        kept = notebook.add(record, "Ann")
        assert kept == replace(record, id=1, version=1)
        assert notebook.all(type(record)) == [kept]
    assert notebook.all(Meeting) == [replace(MEETING, id=1, version=1)] == [held]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "=1+1",
        "'; DROP TABLE notebook_action; --",
        "50 % of שלום",
        "a\\b",
    ],
)
def test_text_stays_text(notebook: Notebook, text: str) -> None:
    kept = notebook.add(replace(CALL, what=text, owner=text, campaign=text), text)
    assert notebook.all(Action, campaign=text) == [kept]
    assert (kept.what, notebook.changes(Action, kept.id)[0].who) == (text, text)


def test_a_moment_is_the_same_instant_in_any_zone(notebook: Notebook) -> None:
    """09:00 UTC is 10:00 at +01:00; SQLite keeps no zone of its own."""
    there = timezone(timedelta(hours=1))
    held = notebook.open_meeting(replace(MEETING, opened_at=MORNING.astimezone(there)), "Ann")
    assert held.opened_at == MORNING
    (read,) = notebook.all(Meeting)
    assert read.opened_at == MORNING and read.opened_at.tzinfo is UTC


def test_records_are_found_by_their_fields_oldest_first(notebook: Notebook) -> None:
    call = notebook.add(CALL, "Ann")
    mail = notebook.add(replace(CALL, what="Mail Acme", kpi=None), "Ann")
    done = notebook.edit(call, "Ann", status="done")
    assert notebook.all(Action) == [done, mail]
    assert notebook.all(Action, status="open") == [mail]
    assert notebook.all(Action, kpi=None) == [mail]
    assert notebook.all(Action, id=call.id, made_on=DAY) == [done]


def test_what_cannot_be_asked_for_is_a_mistake_in_the_code(notebook: Notebook) -> None:
    held = notebook.open_meeting(MEETING, "Ann")
    with pytest.raises(TypeError, match="'colour'"):
        notebook.all(Action, colour="red")
    with pytest.raises(TypeError, match="'shown'"):
        notebook.all(Meeting, shown=())
    with pytest.raises(TypeError, match="colour"):
        notebook.edit(held, "Ann", colour="red")
    with pytest.raises(TypeError, match="version"):
        notebook.edit(held, "Ann", version=7)


def test_each_change_keeps_who_when_before_and_after(notebook: Notebook) -> None:
    started = datetime.now(UTC)
    call = notebook.add(CALL, " Ann ")
    done = notebook.edit(call, "Ben", status="done", owner="Cy")
    notebook.remove(done, "Dora")

    added, edited, removed = notebook.changes(Action, call.id)
    assert [change.who for change in (added, edited, removed)] == ["Ann", "Ben", "Dora"]
    assert [change.version for change in (added, edited, removed)] == [1, 2, 3]
    assert started <= added.at <= edited.at <= removed.at <= datetime.now(UTC)
    assert added.before is None and removed.after is None
    assert added.after == edited.before
    assert added.after == {**asdict(call), "made_on": "2026-11-23", "due": "2026-11-30"}
    assert edited.after == {**added.after, "status": "done", "owner": "Cy", "version": 2}
    assert removed.before == edited.after
    assert notebook.all(Action) == []


def test_changes_of_all_records_stand_in_the_order_they_were_made(notebook: Notebook) -> None:
    notebook.add(FAIR, "Ann")
    call = notebook.add(CALL, "Ben")
    notebook.edit(call, "Cy", status="done")
    assert [(c.kind, c.record_id, c.who) for c in notebook.changes()] == [
        ("Annotation", 1, "Ann"),
        ("Action", 1, "Ben"),
        ("Action", 1, "Cy"),
    ]
    assert [change.who for change in notebook.changes(Annotation)] == ["Ann"]


def test_what_a_meeting_showed_is_among_its_changes(notebook: Notebook) -> None:
    held = notebook.open_meeting(MEETING, "Ann")
    (added,) = notebook.changes(Meeting, held.id)
    assert added.after is not None
    assert added.after["where"] == [["campaign", ["c1", "<b>c2</b>"]], ["segment", ["SMB"]]]
    figures = [
        {"kpi": "mqls", "start": "2026-11-01", "end": "2026-11-23", "value": 120.0},
        {"kpi": "cac", "start": "2026-11-01", "end": "2026-11-23", "value": None},
    ]
    assert added.after["shown"] == figures


def test_an_edit_that_changes_nothing_is_none(notebook: Notebook) -> None:
    call = notebook.add(CALL, "Ann")
    assert notebook.edit(call, "Ben", owner="Ann", status="open") == call
    assert notebook.edit(call, "Ben") == call
    assert len(notebook.changes(Action, call.id)) == 1


def test_an_edit_of_a_changed_record_is_refused_and_shows_both(notebook: Notebook) -> None:
    seen = notebook.add(CALL, "Ann")
    by_ben = notebook.edit(seen, "Ben", owner="Ben", what="Call Acme on Monday")
    with pytest.raises(EditConflict) as caught:
        notebook.edit(seen, "Cy", status="done")
    assert caught.value.theirs == by_ben
    assert caught.value.yours == replace(seen, status="done")
    at = notebook.changes(Action, seen.id)[-1].at
    assert str(caught.value) == (
        f"Ben changed this action on {at:%Y-%m-%d at %H:%M}: its what from 'Call Acme' to 'Call "
        "Acme on Monday', its owner from 'Ann' to 'Ben'; that was after you had read it. Nothing "
        "was written. Look at both versions, then change the present one."
    )
    assert notebook.all(Action) == [by_ben] and len(notebook.changes()) == 2


def test_a_conflict_names_all_who_changed_the_record_since(notebook: Notebook) -> None:
    seen = notebook.add(CALL, "Ann")
    now = seen
    for who, owner in (("Ben", "Ben"), ("Cy", "Cy"), ("Ben", "Dora")):
        now = notebook.edit(now, who, owner=owner)
    with pytest.raises(EditConflict, match="^Ben and Cy changed .* from 'Ann' to 'Dora';"):
        notebook.edit(seen, "Eve", owner="Eve")


def test_the_time_in_a_conflict_is_the_companys(notebook_settings: Settings) -> None:
    """Tokyo is nine hours ahead of UTC all year."""
    company = Company(time_zone="Asia/Tokyo")
    notebook = open_notebook(notebook_settings.model_copy(update={"company": company}))
    seen = notebook.add(CALL, "Ann")
    notebook.edit(seen, "Ben", owner="Ben")
    at = notebook.changes(Action, seen.id)[-1].at + timedelta(hours=9)
    with pytest.raises(EditConflict, match=f"on {at:%Y-%m-%d at %H:%M}"):
        notebook.edit(seen, "Cy", owner="Cy")


def test_a_removed_record_is_neither_edited_nor_removed_again(notebook: Notebook) -> None:
    seen = notebook.add(FAIR, "Ann")
    notebook.remove(seen, "Ben")
    for write in (
        lambda: notebook.edit(seen, "Cy", text="Fair in Bonn"),
        lambda: notebook.remove(seen, "Cy"),
    ):
        with pytest.raises(EditConflict, match="^Ben removed this annotation on ") as caught:
            write()
        assert caught.value.theirs is None
    assert len(notebook.changes()) == 2


def test_a_changed_record_is_not_removed(notebook: Notebook) -> None:
    seen = notebook.add(FAIR, "Ann")
    now = notebook.edit(seen, "Ben", text="Fair in Bonn")
    with pytest.raises(EditConflict, match="^Ben changed this annotation"):
        notebook.remove(seen, "Cy")
    assert notebook.all(Annotation) == [now]


def test_an_id_is_never_given_twice(notebook: Notebook) -> None:
    """Else the changes of two records would read as those of one."""
    first = notebook.add(FAIR, "Ann")
    notebook.remove(first, "Ann")
    second = notebook.add(FAIR, "Ann")
    assert second.id != first.id
    assert len(notebook.changes(Annotation, second.id)) == 1


def test_a_record_that_was_never_kept_is_not_edited(notebook: Notebook) -> None:
    with pytest.raises(EditConflict, match="There is no such action in the notebook"):
        notebook.edit(CALL, "Ann", status="done")


def test_one_meeting_is_open_at_most(notebook: Notebook) -> None:
    """A closed one makes room for the next; a closed one is not opened again beside it."""
    first = notebook.open_meeting(MEETING, "Ann")
    assert notebook.open_meeting(replace(MEETING, snapshot="another"), "Ben") == first
    with pytest.raises(AlreadyThere, match="A meeting is open already"):
        notebook.add(MEETING, "Ben")
    closed = notebook.edit(first, "Ann", closed_at=MORNING + timedelta(minutes=10))
    second = notebook.open_meeting(MEETING, "Ben")
    assert second.id != first.id
    with pytest.raises(AlreadyThere, match="A meeting is open already"):
        notebook.edit(closed, "Ann", closed_at=None)
    assert notebook.all(Meeting) == [closed, second]
    assert notebook.all(Meeting, closed_at=None) == [second]


def test_a_meeting_stays(notebook: Notebook) -> None:
    held = notebook.open_meeting(MEETING, "Ann")
    with pytest.raises(NotebookError, match="A meeting cannot be removed"):
        notebook.remove(held, "Ann")
    assert notebook.all(Meeting) == [held]


def test_a_target_is_agreed_on_once_per_kpi_period_and_campaign(notebook: Notebook) -> None:
    kept = notebook.add(GOAL, "Ann")
    of_c1 = notebook.add(replace(GOAL, campaign="c1"), "Ann")
    notebook.add(replace(GOAL, period="2026-11"), "Ann")
    with pytest.raises(AlreadyThere) as caught:
        notebook.add(replace(GOAL, value=50.0), "Ben")
    assert caught.value.existing == kept
    message = "A target of 'mqls' for 'month' was agreed on already (40). Edit it."
    assert str(caught.value) == message
    with pytest.raises(AlreadyThere, match="of campaign 'c1' was agreed on already"):
        notebook.add(replace(GOAL, campaign="c1"), "Ben")
    with pytest.raises(AlreadyThere, match="for 'month' was agreed on already"):
        notebook.edit(of_c1, "Ben", campaign=None)
    assert notebook.edit(kept, "Ben", value=50.0).value == 50.0
    notebook.remove(of_c1, "Ann")
    assert notebook.add(replace(GOAL, campaign="c1"), "Ben").version == 1


def test_a_team_signs_a_meeting_off_once(notebook: Notebook) -> None:
    held = notebook.open_meeting(MEETING, "Ann")
    notebook.add(SignOff(meeting_id=held.id, team="sales", name="Ben"), "Ben")
    notebook.add(SignOff(meeting_id=held.id, team="marketing", name="Ben"), "Ben")
    with pytest.raises(
        AlreadyThere, match="sales team has signed off this meeting already, as Ben"
    ):
        notebook.add(SignOff(meeting_id=held.id, team="sales", name="Cy"), "Cy")


def test_an_alert_has_one_state_per_channel(notebook: Notebook) -> None:
    state = AlertState(rule="cac above 500", channel="slack", is_crossed=True, since=DAY)
    notebook.add(state, "digest")
    notebook.add(replace(state, channel="email"), "digest")
    with pytest.raises(AlreadyThere, match="'cac above 500' is kept for slack already"):
        notebook.add(state, "digest")


def test_a_refused_record_leaves_no_trace(notebook: Notebook) -> None:
    notebook.add(GOAL, "Ann")
    with pytest.raises(AlreadyThere):
        notebook.add(GOAL, "Ben")
    with pytest.raises(NotebookError, match="there is no meeting 7"):
        notebook.add(replace(CALL, meeting_id=7), "Ben")
    assert [change.who for change in notebook.changes()] == ["Ann"]
    assert notebook.all(Action) == []


REFUSED: list[tuple[Record, str]] = [
    (replace(CALL, what=" \n"), "This action cannot be kept: its what is not right: it is empty"),
    (replace(CALL, what="x" * 4001), "it has 4,001 characters, 4,000 are the most"),
    (replace(CALL, owner="x" * 301), "it has 301 characters, 300 are the most"),
    (replace(CALL, what="a\0b"), "it holds a character that is no text"),
    (replace(FAIR, text="\ud800"), "it holds a character that is no text"),
    (replace(CALL, campaign=""), "its campaign is not right: it is empty"),
    (replace(CALL, **{"status": "opne"}), "its status is not right: it should be 'open', 'done'"),
    (replace(CALL, **{"due": "soon"}), "its due is not right"),
    (replace(GOAL, period="2026-13"), "or for one by name such as 2026-11, 2026-Q4 or 2026"),
    (replace(GOAL, value=float("nan")), "its value is not right"),
    (replace(GOAL, value=float("inf")), "its value is not right"),
    (replace(MEETING, opened_at=datetime(2026, 11, 23, 9)), "names no time zone"),
    (replace(MEETING, shown=(ShownFigure("cac", DAY, DAY, float("nan")),)), "nan, which is no"),
    (replace(MEETING, where=(("campaign", ("a\0b",)),)), "its where.0.1.0 is not right"),
]


@pytest.mark.parametrize(("record", "why"), REFUSED, ids=[why[-20:] for _, why in REFUSED])
def test_what_cannot_be_kept_is_refused_with_its_field(
    notebook: Notebook, record: Record, why: str
) -> None:
    with pytest.raises(NotebookError) as caught:
        notebook.add(record, "Ann")
    assert why in str(caught.value)
    assert notebook.all(type(record)) == []


def test_an_edit_is_held_to_the_same(notebook: Notebook) -> None:
    call = notebook.add(CALL, "Ann")
    wrong: list[dict[str, Any]] = [{"status": "opne"}, {"what": ""}, {"meeting_id": 7}]
    for changes in wrong:
        with pytest.raises(NotebookError, match="This action cannot be kept"):
            notebook.edit(call, "Ann", **changes)
    assert notebook.all(Action) == [call]


@pytest.mark.parametrize("who", ["", "  ", "x" * 301])
def test_nobody_writes_without_a_name(notebook: Notebook, who: str) -> None:
    call = notebook.add(CALL, "Ann")
    for write in (
        lambda: notebook.add(FAIR, who),
        lambda: notebook.edit(call, who, owner="Ben"),
        lambda: notebook.remove(call, who),
    ):
        with pytest.raises(NotebookError, match="the writer's name"):
            write()
    assert len(notebook.changes()) == 1
