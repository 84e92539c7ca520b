"""A company that holds meetings and makes their minutes without a page; readers of documents."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.notebook.notebook import Notebook, open_notebook
from connectors.settings.file import load_settings
from kpis.calendar import period_of
from kpis.document import Block, Bullets, Document, Heading, Table
from kpis.records import Action, Meeting, Record
from pages.parts.frame.selection import Selection
from pages.parts.meeting.meeting_answers import figures_shown
from pages.parts.meeting.minutes import minutes_of, shown_in
from tests.kept_snapshots import refreshed


class Company:
    """Settings in a folder, read by the pages while they make minutes, with a notebook."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.file = folder / "settings.toml"
        self.text = settings
        self.file.write_text(settings, encoding="utf-8")

    def as_of(self, day: date) -> Selection:
        """Everything as it is seen on a day: the month so far, and all campaigns."""
        self.file.write_text(f"as_of = {day}\n{self.text}", encoding="utf-8")
        snapshot = refreshed(load_settings(self.file))
        company, agreed = snapshot.manifest.company, snapshot.manifest.definitions
        return Selection(snapshot, period_of("month", day, company), (), agreed.attribution)

    @property
    def notebook(self) -> Notebook:
        return open_notebook(load_settings(self.file))

    def minutes(self, chosen: Selection, meeting: Meeting) -> Document:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ALLIANCE_SETTINGS", str(self.file))
            return minutes_of(chosen, meeting)

    def shown_in(self, meeting: Meeting, chosen: Selection) -> Selection:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ALLIANCE_SETTINGS", str(self.file))
            return shown_in(meeting, chosen)

    def write(self, *records: Record) -> None:
        for record in records:
            self.notebook.add(record, "Ann")

    def meeting(self, chosen: Selection, *, is_closed: bool = False) -> Meeting:
        """A meeting over the selection: the one that is open, else a new one."""
        now = datetime.now(UTC)
        held = self.notebook.open_meeting(
            Meeting(
                held_on=chosen.as_of,
                opened_at=now,
                snapshot=chosen.snapshot.name,
                definitions=chosen.manifest.definitions_hash,
                attribution=chosen.model,
                period_start=chosen.period.start,
                period_end=chosen.period.end,
                shown=figures_shown(chosen),
            ),
            "Ann",
        )
        return self.notebook.edit(held, "Ann", closed_at=now) if is_closed else held

    def action(self, what: str, made_on: date, meeting: Meeting | None = None, **more) -> Action:
        due = made_on + timedelta(days=7)
        held = meeting.id if meeting else None
        action = Action(meeting_id=held, made_on=made_on, what=what, owner="Mia", due=due, **more)
        return self.notebook.add(action, "Ann")

    def settle(self, action: Action) -> None:
        self.notebook.edit(action, "Tom", status="done")


def under(document: Document, heading: str) -> list[Block]:
    """The blocks beneath a heading, up to the next."""
    titles = [n for n, block in enumerate(document.blocks) if isinstance(block, Heading)]
    (start,) = (n for n in titles if document.blocks[n].text == heading)
    end = next((n for n in titles if n > start), len(document.blocks))
    return list(document.blocks[start + 1 : end])


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def rows_of(block: Block) -> list[list[str]]:
    assert isinstance(block, Table)
    return [[cell.text for cell in row] for row in block.rows]


def items_of(block: Block) -> tuple[str, ...]:
    assert isinstance(block, Bullets)
    return block.items
