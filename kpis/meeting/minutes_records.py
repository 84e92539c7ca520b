"""The records in the minutes: decisions, actions, what earlier ones did, notes, sign-offs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.catalogue import CATALOGUE
from kpis.display import UNDEFINED, agrees_text, counted, near_day
from kpis.document import Block, Bullets, Cell, Heading, Paragraph, Table, bullets_or, change_tone
from kpis.meeting.action_effect import Effect
from kpis.records import Action, Decision, Note, SignOff

ActionsSince = Sequence[tuple[Action, Effect | None]]
"""Actions, each with what became of its KPI."""


@dataclass(frozen=True)
class OfPeriod:
    """What was agreed on in the meetings of a period that is over, and what that did."""

    name: str
    decisions: Sequence[tuple[Decision, Effect | None]]
    actions: ActionsSince


@dataclass(frozen=True)
class MeetingRecords:
    """The records of a meeting, as of the day of the report.

    earlier: actions that come back to it. of_period: of a period that is over. labels: campaign
    id → what people call it.
    """

    as_of: date
    decisions: Sequence[Decision]
    actions: Sequence[Action]
    earlier: ActionsSince
    of_period: OfPeriod | None
    notes: Sequence[Note]
    signed: Sequence[SignOff]
    labels: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """How much was agreed on: ``Agreed on: 2 decisions and 1 action.``."""
        decisions, actions = (
            counted(len(found), name) if found else f"no {name}s"
            for found, name in ((self.decisions, "decision"), (self.actions, "action"))
        )
        return f"Agreed on: {decisions} and {actions}."

    def day(self, day: date) -> str:
        """A day, with its year when it is another one than the report's."""
        return near_day(day, self.as_of)

    def about(self, record: Decision | Action) -> list[str]:
        """The KPI and the campaign that a record is about, by the names that people know."""
        kpi = CATALOGUE[record.kpi].short if record.kpi in CATALOGUE else record.kpi
        campaign = record.campaign and self.labels.get(record.campaign, record.campaign)
        return [text for text in (kpi, campaign) if text]


def record_blocks(kept: MeetingRecords) -> list[Block]:
    """Decisions, actions, earlier actions, notes and sign-offs."""
    decided = [" · ".join([found.text, *kept.about(found)]) for found in kept.decisions]
    noted = tuple(note.text for note in kept.notes)
    signed = [f"{agrees_text(one.team)}: {one.name}" for one in kept.signed]
    return [
        Heading("Decisions"),
        bullets_or(decided, "Nothing was decided."),
        *_action_blocks(kept),
        *(_period_blocks(kept.of_period, kept) if kept.of_period else ()),
        *((Heading("Notes"), Bullets(noted)) if noted else ()),
        Heading("Sign-off"),
        bullets_or(signed, "Neither team has signed these figures."),
    ]


def _action_blocks(kept: MeetingRecords) -> list[Block]:
    blocks: list[Block] = [Heading("Actions")]
    if kept.actions:
        columns = ("What", "Owner", "Due", "About", "Status")
        rows = tuple(
            (
                *_who_does_what(action, kept),
                Cell(", ".join(kept.about(action)) or UNDEFINED),
                _status(action, kept),
            )
            for action in kept.actions
        )
        blocks.append(Table(columns, rows))
    else:
        blocks.append(Paragraph("No action was agreed on.", "quiet"))
    if kept.earlier:
        blocks += [Heading("Actions agreed on before"), _what_they_did(kept.earlier, kept)]
    return blocks


def _what_they_did(acted: ActionsSince, kept: MeetingRecords) -> Table:
    columns = ("What", "Owner", "Due", "Status", "Since it was agreed on")
    rows = tuple(
        (*_who_does_what(action, kept), _status(action, kept), _since(effect))
        for action, effect in acted
    )
    return Table(columns, rows)


def _period_blocks(period: OfPeriod, kept: MeetingRecords) -> list[Block]:
    blocks: list[Block] = [Heading(f"Decided in {period.name}")]
    if period.decisions:
        rows = tuple(
            (
                Cell(found.text),
                Cell(kept.day(found.made_on)),
                Cell(", ".join(kept.about(found)) or UNDEFINED),
                _since(effect),
            )
            for found, effect in period.decisions
        )
        blocks.append(Table(("What", "On", "About", "Since it was decided"), rows))
    else:
        blocks.append(Paragraph("Nothing was decided.", "quiet"))
    if period.actions:
        blocks += [Heading(f"Actions of {period.name}"), _what_they_did(period.actions, kept)]
    return blocks


def _who_does_what(action: Action, kept: MeetingRecords) -> tuple[Cell, Cell, Cell]:
    return Cell(action.what), Cell(action.owner), Cell(kept.day(action.due))


def _status(action: Action, kept: MeetingRecords) -> Cell:
    if action.status == "open" and action.due < kept.as_of:
        return Cell("overdue", "bad")
    return Cell(action.status, "good" if action.status == "done" else "quiet")


def _since(effect: Effect | None) -> Cell:
    if effect is None:
        return Cell(UNDEFINED)
    return Cell(effect.sentence, change_tone(effect.change.better if effect.change else None))
