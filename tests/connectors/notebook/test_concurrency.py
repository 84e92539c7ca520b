"""Claims about many writers at once, on SQLite and PostgreSQL: nothing is lost, nobody locked out.

The writers are processes with connections of their own.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from connectors.notebook.notebook import AlreadyThere, EditConflict, Notebook, open_notebook
from connectors.settings.settings import Settings
from kpis.records import Action, AgreedTarget, Annotation, Meeting, SignOff
from tests.connectors.notebook.notebook_writer import DAY, append_tokens, in_processes

T = TypeVar("T")
WRITERS, TEXTS = 20, 10


def in_threads(settings: Settings, count: int, work: Callable[[Notebook, int], T]) -> list[T]:
    """What ``work`` returns to ``count`` threads, each with a notebook of its own, all at once."""
    notebooks = [open_notebook(settings) for _ in range(count)]
    barrier = Barrier(count)

    def at_once(number: int) -> T:
        barrier.wait(timeout=30)
        return work(notebooks[number], number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(at_once, range(count)))


def test_twenty_writers_and_five_hundred_edits_lose_nothing(notebook_settings: Settings) -> None:
    """20 writers append 25 words each to 10 texts: 500 edits, each a version and a change.

    Where edits were lost, words are missing; where one was written twice, a word is there twice.
    """
    notebook = open_notebook(notebook_settings)
    for number in range(TEXTS):
        notebook.add(Annotation(day=DAY, text=f"text{number}"), "Ann")

    refused = in_processes(WRITERS, append_tokens, notebook_settings)

    assert sum(refused) > 0, "nobody wrote at the same time as somebody else"
    texts = notebook.all(Annotation)
    words = sorted(word for text in texts for word in text.text.split()[1:])
    assert words == sorted(f"w{writer}e{edit}" for writer in range(WRITERS) for edit in range(25))
    assert sum(text.version - 1 for text in texts) == 500
    assert len(notebook.changes()) == TEXTS + 500
    for text in texts:
        changes = notebook.changes(Annotation, text.id)
        assert [change.version for change in changes] == list(range(1, text.version + 1))
        for before, change in zip(changes, changes[1:], strict=False):
            assert change.before == before.after
            assert change.before is not None and change.after is not None
            added = str(change.after["text"]).removeprefix(str(change.before["text"]))
            assert added.startswith(f" w{change.who.removeprefix('writer ')}e")


def test_one_of_many_who_agree_on_the_same_target_is_taken(notebook_settings: Settings) -> None:
    """No campaign is NULL in the table, which no database takes for equal to another NULL."""

    def agree(notebook: Notebook, number: int) -> str:
        try:
            target = AgreedTarget(kpi="mqls", period="month", value=float(number))
            return f"kept {notebook.add(target, 'Ann').value}"
        except AlreadyThere as error:
            assert isinstance(error.existing, AgreedTarget)
            return f"kept {error.existing.value}"

    message = in_threads(notebook_settings, 8, agree)
    (kept,) = open_notebook(notebook_settings).all(AgreedTarget)
    assert set(message) == {f"kept {kept.value}"}


def test_all_who_open_a_meeting_at_once_are_in_the_same(notebook_settings: Settings) -> None:
    def enter(notebook: Notebook, number: int) -> Meeting:
        return notebook.open_meeting(meeting(), f"writer {number}")

    entered = in_threads(notebook_settings, 8, enter)
    assert open_notebook(notebook_settings).all(Meeting) == [entered[0]]
    assert set(entered) == {entered[0]}


def test_one_of_two_who_close_a_meeting_is_reported(notebook_settings: Settings) -> None:
    opened = open_notebook(notebook_settings).open_meeting(meeting(), "Ann")
    closed_at = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)

    def close(notebook: Notebook, number: int) -> str:
        try:
            return f"closed in version {notebook.edit(opened, 'Ann', closed_at=closed_at).version}"
        except EditConflict:
            return "refused"

    assert sorted(in_threads(notebook_settings, 2, close)) == ["closed in version 2", "refused"]


def test_a_record_is_removed_or_edited_but_not_both(notebook_settings: Settings) -> None:
    action = open_notebook(notebook_settings).add(call_acme(), "Ann")

    def either(notebook: Notebook, number: int) -> str:
        try:
            if number:
                return f"edited: {notebook.edit(action, 'Ben', owner='Cy').owner}"
            notebook.remove(action, "Ann")
            return "removed"
        except EditConflict as conflict:
            return f"theirs: {conflict.theirs and getattr(conflict.theirs, 'owner', '')}"

    message = in_threads(notebook_settings, 2, either)
    assert message in (["removed", "theirs: None"], ["theirs: Cy", "edited: Cy"])


def test_one_sign_off_per_team_and_meeting(notebook_settings: Settings) -> None:
    notebook = open_notebook(notebook_settings)
    held = notebook.open_meeting(meeting(), "Ann")

    def sign(notebook: Notebook, number: int) -> bool:
        try:
            notebook.add(SignOff(meeting_id=held.id, team="sales", name=f"writer {number}"), "Ann")
        except AlreadyThere:
            return False
        return True

    assert sum(in_threads(notebook_settings, 6, sign)) == 1
    notebook.add(SignOff(meeting_id=held.id, team="marketing", name="Ann"), "Ann")


def test_threads_may_share_one_notebook(notebook_settings: Settings) -> None:
    """As the sessions of the dashboard do."""
    shared = open_notebook(notebook_settings)

    def write(number: int) -> int:
        return shared.add(Annotation(day=DAY, text=f"by {number}"), "Ann").id

    with ThreadPoolExecutor(12) as pool:
        ids = list(pool.map(write, range(60)))
    assert sorted(ids) == list(range(1, 61))
    assert len(shared.changes(Annotation)) == 60


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    """SQLite, while another connection holds the right to write: what was there before is read."""
    notebook = open_notebook(Settings(folder=tmp_path))
    notebook.add(call_acme(), "Ann")
    writer = sqlite3.connect(tmp_path / "notebook.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE notebook_action SET owner = 'nobody yet'")
    assert [action.owner for action in notebook.all(Action)] == ["Ann"]
    writer.execute("ROLLBACK")
    writer.close()


def meeting() -> Meeting:
    opened_at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    return Meeting(
        held_on=DAY, opened_at=opened_at, snapshot="s1", definitions="d1", attribution="linear"
    )


def call_acme() -> Action:
    due = date(2026, 11, 30)
    return Action(meeting_id=None, made_on=DAY, what="Call Acme", owner="Ann", due=due)
