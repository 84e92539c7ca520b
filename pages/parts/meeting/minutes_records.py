"""The records in the minutes of a meeting: decisions, actions, what earlier ones did, notes."""

from collections.abc import Sequence

from kpis.display import UNDEFINED, period_label
from kpis.document import Block, Bullets, Cell, Heading, Paragraph, Table, Tone
from kpis.meeting.action_effect import Effect
from kpis.meeting.kept_actions import made_in, of_meeting
from kpis.records import Action, Decision, Meeting, Note, SignOff
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection
from pages.parts.meeting.answers import effects_of
from pages.parts.records.notebook import come_back, records
from pages.parts.records.texts import kpi_short, short_day


def agreed_text(meeting: Meeting) -> str:
    """How much was agreed on, in a sentence; raises NotebookError."""
    defined = [
        f"{count or 'no'} {name}{'' if count == 1 else 's'}"
        for kind, name in ((Decision, "decision"), (Action, "action"))
        for count in [len(of_meeting(records(kind), meeting, meeting.held_on))]
    ]
    return f"Agreed on: {defined[0]} and {defined[1]}."


def record_blocks(seen: Selection, meeting: Meeting) -> list[Block]:
    """Decisions, actions, earlier actions, notes and sign-offs; raises NotebookError.

    Of a period that is over also what was agreed on in it, and what that did.
    """
    decisions = of_meeting(records(Decision), meeting, meeting.held_on)
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
        *(_period_blocks(seen) if seen.is_closed else ()),
        *([Heading("Notes"), Bullets(tuple(noted))] if noted else []),
        Heading("Sign-off"),
        _listed(signed, "Neither team has signed these figures."),
    ]


def _action_blocks(seen: Selection, meeting: Meeting) -> list[Block]:
    new = of_meeting(records(Action), meeting, meeting.held_on)
    earlier = come_back(meeting, meeting.held_on)
    if seen.is_closed:  # those of the period are told by themselves
        own = made_in(seen.period, earlier)
        earlier = [action for action in earlier if action not in own]
    blocks: list[Block] = [Heading("Actions")]
    if new:
        rows = tuple((*_who_does_what(action, seen), _status(action, seen)) for action in new)
        blocks.append(Table(("What", "Owner", "Due", "About", "Status"), rows))
    else:
        blocks.append(Paragraph("No action was agreed on.", "quiet"))
    if earlier:
        blocks += [Heading("Actions agreed on before"), _what_they_did(earlier, seen)]
    return blocks


def _what_they_did(actions: Sequence[Action], seen: Selection) -> Table:
    columns = ("What", "Owner", "Due", "Status", "Since it was agreed on")
    defined = tuple(
        (*_who_does_what(action, seen)[:3], _status(action, seen), _since(effect))
        for action, effect in zip(actions, effects_of(seen, actions), strict=True)
    )
    return Table(columns, defined)


def _period_blocks(seen: Selection) -> list[Block]:
    """What was agreed on in the meetings of a period that is over, and what it did."""
    label = period_label(seen.period, seen.manifest.company)
    decisions = made_in(seen.period, records(Decision))
    blocks: list[Block] = [Heading(f"Decided in {label}")]
    if decisions:
        effects = effects_of(seen, decisions)
        rows = tuple(
            (
                Cell(found.text),
                Cell(short_day(found.made_on, seen)),
                Cell(", ".join(_about(found, seen)) or UNDEFINED),
                _since(effect),
            )
            for found, effect in zip(decisions, effects, strict=True)
        )
        blocks.append(Table(("What", "On", "About", "Since it was decided"), rows))
    else:
        blocks.append(Paragraph("Nothing was decided.", "quiet"))
    actions = made_in(seen.period, records(Action))
    if actions:
        blocks += [Heading(f"Actions of {label}"), _what_they_did(actions, seen)]
    return blocks


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
