"""Two at once: the message when a record changed meanwhile, or is there already."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from textwrap import shorten
from zoneinfo import ZoneInfo

from connectors.notebook.tables import KINDS
from kpis.errors import NotebookError
from kpis.records import AgreedTarget, AlertState, Change, Meeting, Record, SignOff


class EditConflict(NotebookError):
    """An edit or removal of a record that somebody else has changed since it was read.

    theirs: what stands there now; None when it was removed. yours: what was to be written, for a
    removal what was to be removed. Nothing was changed; ``str()`` says who changed what, and when.
    """

    def __init__(self, message: str, theirs: Record | None, yours: Record) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.yours = yours


class AlreadyThere(NotebookError):
    """There may be one such record only, and there is; ``existing`` is it, None if it just left."""

    def __init__(self, message: str, existing: Record | None) -> None:
        super().__init__(message)
        self.existing = existing


def edit_conflict(
    seen: Record, theirs: Record | None, yours: Record, since: Sequence[Change], zone: ZoneInfo
) -> EditConflict:
    """The conflict of an edit of ``seen``, whose changes ``since`` then are given, oldest first."""
    what, nothing = KINDS[type(seen)], "Nothing was written"
    if not since:
        message = (
            f"This {what} is not in the notebook as it was read. {nothing}: read it again."
            if theirs
            else f"There is no such {what} in the notebook. {nothing}."
        )
        return EditConflict(message, theirs, yours)
    when = f"{since[-1].at.astimezone(zone):%Y-%m-%d at %H:%M}"
    if theirs is None:
        did = f"{since[-1].who} removed this {what} on {when}"
        remedy = "Add it anew if it is still needed."
    else:
        who = " and ".join(dict.fromkeys(change.who for change in since))
        differences = ", ".join(_differences(seen, theirs))
        did = f"{who} changed this {what} on {when}{': ' if differences else ''}{differences}"
        remedy = "Look at both versions, then change the present one."
    return EditConflict(
        f"{did}; that was after you had read it. {nothing}. {remedy}", theirs, yours
    )


def _differences(before: Record, after: Record) -> Iterable[str]:
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name != "version":
            name = field.name.removesuffix("_at").replace("_", " ")
            yield f"its {name} from {_quoted(old)} to {_quoted(new)}"


def _quoted(value: object) -> str:
    if value is None:
        return "none"
    return f"'{shorten(str(value), 80, placeholder='…')}'"


def already_there(wanted: Record, existing: Record | None) -> AlreadyThere:
    """The refusal of ``wanted``, as there is one like it."""
    match wanted:
        case Meeting():
            what = "A meeting is open already. Close it before another one is opened"
        case AgreedTarget(kpi=kpi, period=period, campaign=campaign):
            of = f" of campaign '{campaign}'" if campaign else ""
            value = f" ({existing.value:g})" if isinstance(existing, AgreedTarget) else ""
            what = f"A target of '{kpi}' for '{period}'{of} was agreed on already{value}. Edit it"
        case SignOff(team=team):
            name = f", as {existing.name}" if isinstance(existing, SignOff) else ""
            what = f"The {team} team has signed off this meeting already{name}. Edit that"
        case AlertState(rule=rule, channel=channel):
            what = f"The state of the alert '{rule}' is kept for {channel} already. Edit it"
        case _:
            what = f"This {KINDS[type(wanted)]} is there already. Edit it"
    return AlreadyThere(f"{what}.", existing)
