"""Small exports of files, looked into and proposed, as the tests of the proposal need them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from connectors.documents.command_line import NobodyAsked
from connectors.proposal.answers import Person, answered
from connectors.proposal.parts import ProposedPart
from connectors.proposal.proposal import Proposal, proposed
from connectors.survey.found import Found
from connectors.survey.given import given_sources
from connectors.survey.looked import looked_into
from kpis.definitions import Company

Files = Mapping[str, Sequence[str]]


def looked(folder: Path, files: Files) -> Found:
    """What a survey finds in a folder of files, each given as its lines."""
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (given,) = given_sources([str(folder)], "env:KEY", folder, folder)
    return looked_into(given, folder)


def proposal(folder: Path, files: Files, person: Person | None = None) -> Proposal:
    """What is proposed for files; nobody is asked unless there is a person."""
    someone = person or NobodyAsked()
    return proposed([looked(folder, files)], {}, Company(), lambda part: answered(part, someone))


def part(found: Proposal, table: str) -> ProposedPart:
    """The one part that is proposed for a table."""
    (only,) = [one for one in found.parts if one.table == table]
    return only


def taken(found: Proposal, table: str) -> dict[str, str]:
    """The columns that are taken for a table."""
    return {name: choice.column for name, choice in part(found, table).taken.items()}


def left(found: Proposal, table: str, column: str) -> list[str]:
    """Why source columns are not taken for a canonical one."""
    return [
        f"{choice.column}: {choice.reason}"
        for choice in part(found, table).choices
        if choice.name == column and not choice.is_taken
    ]
