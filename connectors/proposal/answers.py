"""What a person decides about a proposal: what a value means, which order dates have, what to take.

Every question has the answer that holds without a person as its default: not taken.
"""

from dataclasses import replace
from typing import Protocol

from connectors.proposal.parts import Choice, ProposedPart
from connectors.proposal.statuses import status_reason
from kpis.display import counted
from kpis.model import DEAL_STATUSES, TABLES

SKIP = "skip"
"""The answer that leaves a value undecided."""
_ORDERS = ("day first", "month first")


class Person(Protocol):
    """Somebody who can be asked, or what stands for them."""

    def text(self, question: str, default: str) -> str:
        """Return what the person writes."""

    def choice(self, question: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of the choices."""

    def yes(self, question: str) -> bool:
        """Return whether the person agrees; by default they do not."""


def answered(part: ProposedPart, person: Person) -> ProposedPart:
    """Return the part with what the person decides about it."""
    where = f"{part.table} from {part.found.name}"
    if part.statuses is not None and part.statuses.unknown and not _is_rival(part):
        part = _with_meanings(part, person)
    if part.problem and not (
        _has_required(part) and person.yes(f"Map {where}? Not sure: {part.problem}.")
    ):
        return part
    part = replace(part, problem="")
    choices = tuple(_decided(part, choice, person) for choice in part.choices)
    return replace(part, choices=_one_of_each(choices))


def _is_rival(part: ProposedPart) -> bool:
    """Whether another table is in the way, and not what this one lacks."""
    return bool(part.problem) and _has_required(part)


def _has_required(part: ProposedPart) -> bool:
    required = {column.name for column in TABLES[part.table].columns if column.required}
    return required <= set(part.taken)


def _with_meanings(part: ProposedPart, person: Person) -> ProposedPart:
    statuses = part.statuses
    status = next((choice for choice in part.choices if choice.name == "status"), None)
    if statuses is None or status is None:
        return part
    meanings = dict(statuses.meanings)
    for value in statuses.unknown:
        rows = f"{counted(statuses.counts[value], 'row')} of {part.found.name}"
        question = f"'{value}' in '{status.column}' ({rows}) means"
        said = person.choice(question, (*DEAL_STATUSES, SKIP), SKIP)
        if said != SKIP:
            meanings[value] = said
    if meanings == dict(statuses.meanings):
        return part
    known = replace(statuses, meanings=meanings)
    reason = f"{status_reason(known)}, as answered"
    taken = replace(status, is_taken=True, score=1.0, reason=reason, remedy="")
    choices = tuple(taken if choice is status else choice for choice in part.choices)
    return replace(part, choices=choices, statuses=known)


def _decided(part: ProposedPart, choice: Choice, person: Person) -> Choice:
    if choice.is_taken or any(c.name == choice.name for c in part.choices if c.is_taken):
        return choice
    what = f"'{choice.column}' of {part.found.name}"
    if len(choice.date_formats) == 2:
        example = next(iter(part.found.profile_of(choice.column).values))
        question = f"Dates of {what}, such as {example}, have the"
        said = person.choice(question, (*_ORDERS, SKIP), SKIP)
        if said != SKIP:
            at = _ORDERS.index(said)
            formats = (choice.date_formats[at],)
            return replace(
                choice, is_taken=True, date_formats=formats, reason=f"{said}, as answered"
            )
        return choice
    more = f" {choice.remedy}." if choice.remedy else ""
    question = (
        f"Take {what} as {part.table}.{choice.name}? {choice.score:.2f}: {choice.reason}.{more}"
    )
    if person.yes(question):
        return replace(
            choice, is_taken=True, reason=f"{choice.reason}; taken as answered", remedy=""
        )
    return choice


def _one_of_each(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices, of each canonical column at most one taken: the first."""
    seen: set[str] = set()
    kept = []
    for choice in choices:
        is_taken = choice.is_taken and choice.name not in seen
        kept.append(choice if is_taken == choice.is_taken else replace(choice, is_taken=False))
        seen |= {choice.name} if is_taken else set()
    return tuple(kept)
