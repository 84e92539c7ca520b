"""A company with one campaign and a notebook of its own, for the pages that read and write it.

Reported as of Friday 2026-11-20. MQLs of whole weeks: 10 from the 5th and 12 from the 12th of
October, 20 from the 2nd and 26 from the 9th of November; each lead is an MQL on the day it comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import Locator

from connectors.notebook.notebook import Notebook, open_notebook
from kpis.records import Action, Meeting, ShownFigure
from tests.pages.served import Screen, Served
from tests.pages.small_company import settings_of

WEEKS = {"2026-10-06": 10, "2026-10-13": 12, "2026-11-03": 20, "2026-11-10": 26}
FRIDAY, A_WEEK_AGO = date(2026, 11, 20), date(2026, 11, 13)


@dataclass(frozen=True)
class SpringFair:
    """The dashboard, and the notebook that it shares with the test."""

    served: Served
    notebook: Notebook

    def step(self, screen: Screen, step: str, **others: str) -> Screen:
        """Open a step of the meeting, by its name."""
        return screen.open(self.served.address("meeting", step=step, **others))

    def meeting(self, held_on: date, shown: tuple[ShownFigure, ...] = ()) -> Meeting:
        """Open a meeting at ten o'clock of a day."""
        opened = datetime(held_on.year, held_on.month, held_on.day, 10, tzinfo=UTC)
        return self.notebook.open_meeting(
            Meeting(
                held_on=held_on,
                opened_at=opened,
                snapshot=self.served.snapshot.name,
                definitions=self.served.snapshot.manifest.definitions_hash,
                attribution="linear",
                shown=shown,
            ),
            "Ann",
        )

    def held(self, held_on: date, shown: tuple[ShownFigure, ...] = ()) -> Meeting:
        """A meeting of a day that was closed."""
        meeting = self.meeting(held_on, shown)
        closed = meeting.opened_at.replace(minute=10)
        return self.notebook.edit(meeting, "Ann", closed_at=closed)

    def action(self, what: str, made_on: date = A_WEEK_AGO, **others: object) -> Action:
        """An action of Ann's, for the next Friday after a week ago unless told otherwise."""
        fields: dict[str, object] = {"owner": "Ann", "due": FRIDAY, "meeting_id": None} | others
        action = Action(made_on=made_on, what=what, **fields)  # type: ignore[arg-type]  # any field
        return self.notebook.add(action, "Ann")


def spring_fair(company: Callable[[str], Served], folder: Path, more: str = "") -> SpringFair:
    """The company in the folder of the test; ``more`` is added to its settings."""
    rows = [
        {"lead_id": f"{day}-{n}", "created_at": day, "mql_at": day, "campaign_id": "c1"}
        for day, count in WEEKS.items()
        for n in range(count)
    ]
    campaigns = [{"campaign_id": "c1", "name": "Spring fair", "channel": "Events"}]
    served = company(f"{settings_of(folder, leads=rows, campaigns=campaigns)}\n{more}")
    served.refresh()
    return SpringFair(served, open_notebook(served.settings))


def dialog(screen: Screen) -> Locator:
    """The dialog that is open."""
    return screen.page.get_by_role("dialog")


def edit(screen: Screen, kind: str, number: int) -> Locator:
    """Open a record, by its kind and id, and return its dialog."""
    screen.page.locator(f".st-key-decide-open-{kind}-{number} button:visible").click()
    dialog(screen).get_by_role("button", name="Save").wait_for()
    return dialog(screen)


def choose(screen: Screen, kind: str) -> None:
    """Choose what to write."""
    form = screen.page.locator(".st-key-decide-write")
    form.get_by_role("radio", name=kind, exact=True).click()
    screen.settle()


def agreed(screen: Screen) -> Locator:
    """What was agreed, on the left of the decisions."""
    return screen.page.locator(".st-key-decide-agreed")
