"""The records in the minutes of a meeting: decisions, actions, what earlier ones did, notes."""

from collections.abc import Sequence
from datetime import date

from connectors.notebook_records import Action, Decision, Meeting, Note, SignOff
from kpis.action_effect import Effect
from kpis.display import UNDEFINED
from kpis.document import Block, Bullets, Cell, Heading, Paragraph, Table, Tone
from pages.parts.filters import campaign_labels
from pages.parts.meeting_answers import effects_of
from pages.parts.notebook import meeting_before, records
from pages.parts.selection import Selection
from pages.parts.step_decide_words import kpi_short, short_day


def agreed_told(meeting: Meeting) -> str:
    """How much was agreed on, in a sentence; raises NotebookError."""
    told = [
        f"{count or 'no'} {name}{'' if count == 1 else 's'}"
        for kind, name in ((Decision, "decision"), (Action, "action"))
        for count in [sum(_is_of(found, meeting) for found in records(kind))]
    ]
    return f"Agreed on: {told[0]} and {told[1]}."


def record_blocks(seen: Selection, meeting: Meeting) -> list[Block]:
    """Decisions, actions, earlier actions, notes and sign-offs; raises NotebookError."""
    decisions = [found for found in records(Decision) if _is_of(found, meeting)]
    decided = [" · ".join([found.text, *_about(found, seen)]) for found in decisions]
    noted = [note.text for note in records(Note, meeting_id=meeting.id)]
    signed = [
        f"{found.team.capitalize()} goes by these figures: {found.name}"
        for found in records(SignOff, meeting_id=meeting.id)
    ]
    return [
        Heading("Decisions"),
        _listed(decided, "Nothing was decided."),
        *_action_blocks(seen, meeting),
        *([Heading("Notes"), Bullets(tuple(noted))] if noted else []),
        Heading("Sign-off"),
        _listed(signed, "Neither team has signed these figures."),
    ]


def _is_of(record: Decision | Action, meeting: Meeting) -> bool:
    """Whether a record was made in the meeting, or outside of any on its day."""
    if record.meeting_id is None:
        return record.made_on == meeting.held_on
    return record.meeting_id == meeting.id


def _action_blocks(seen: Selection, meeting: Meeting) -> list[Block]:
    actions = records(Action)
    new = [action for action in actions if _is_of(action, meeting)]
    earlier = _earlier(actions, meeting)
    blocks: list[Block] = [Heading("Actions")]
    if new:
        rows = tuple((*_who_does_what(action, seen), _status(action, seen)) for action in new)
        blocks.append(Table(("What", "Owner", "Due", "About", "Status"), rows))
    else:
        blocks.append(Paragraph("No action was agreed on.", "quiet"))
    if earlier:
        effects = effects_of(seen, earlier)
        columns = ("What", "Owner", "Due", "Status", "Since it was agreed on")
        told = tuple(
            (*_who_does_what(action, seen)[:3], _status(action, seen), _since(effect))
            for action, effect in zip(earlier, effects, strict=True)
        )
        blocks += [Heading("Actions agreed on before"), Table(columns, told)]
    return blocks


def _earlier(actions: Sequence[Action], meeting: Meeting) -> list[Action]:
    """What was still open when the meeting before was held, was made then, or is open today."""
    before = meeting_before(meeting.held_on)
    since = before.held_on if before else date.min
    return [
        action
        for action in actions
        if action.made_on < meeting.held_on
        and not _is_of(action, meeting)
        and (action.status == "open" or action.made_on >= since)
    ]


def _who_does_what(action: Action, seen: Selection) -> tuple[Cell, Cell, Cell, Cell]:
    about = ", ".join(_about(action, seen)) or UNDEFINED
    due = short_day(action.due, seen)
    return Cell(action.what), Cell(action.owner), Cell(due), Cell(about)


def _status(action: Action, seen: Selection) -> Cell:
    if action.status == "open" and action.due < seen.as_of:
        return Cell("overdue", "bad")
    return Cell(action.status, "good" if action.status == "done" else "quiet")


def _since(effect: Effect | None) -> Cell:
    if effect is None:
        return Cell(UNDEFINED)
    better = effect.change.better if effect.change else None
    tones: dict[bool | None, Tone | None] = {True: "good", False: "bad", None: None}
    return Cell(effect.sentence, tones[better])


def _about(record: Decision | Action, seen: Selection) -> list[str]:
    """The KPI and the campaign that a record is about, by the names that people know."""
    campaigns = campaign_labels(seen.snapshot)
    kpi = [kpi_short(record.kpi)] if record.kpi else []
    return kpi + ([campaigns.get(record.campaign, record.campaign)] if record.campaign else [])


def _listed(texts: Sequence[str], none: str) -> Block:
    return Bullets(tuple(texts)) if texts else Paragraph(none, "quiet")
