"""What is proposed: a canonical table from a table of a source, each column with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.survey.found import FoundTable

TAKEN = 0.6
"""The score from which a proposal is taken; below it is asked about, or left as a comment."""
SHOWN = 0.3
"""The score from which a proposal is worth a comment."""


@dataclass(frozen=True)
class Choice:
    """A source column for a canonical one, from 0 to 1 how sure it is, and why.

    remedy: what would decide it, where it is not taken. date_formats: see Profile.formats.
    takes_first: a cell may list several ids, of which the first counts.
    """

    name: str
    column: str
    score: float
    reason: str
    is_taken: bool = True
    date_formats: tuple[str, ...] = ()
    remedy: str = ""
    takes_first: bool = False


@dataclass(frozen=True)
class Statuses:
    """What the values of a status mean, each with its rows; ``unknown`` ones decide nothing yet.

    by_rows: those whose rows say it, as no word of theirs does.
    """

    meanings: Mapping[str, str]
    counts: Mapping[str, int]
    by_rows: tuple[str, ...] = ()

    @property
    def unknown(self) -> list[str]:
        """The values of which nothing says what they mean."""
        return [value for value in self.counts if value not in self.meanings]


@dataclass(frozen=True)
class ProposedPart:
    """A part of a canonical table, as the settings would say it.

    source: the name of the section. score, reason: of the table as a whole. choices: of each
    canonical column, those worth showing, taken or not. statuses: of deals. problem: why it is not
    taken, "" where it is.
    """

    table: str
    source: str
    found: FoundTable = field(repr=False)
    score: float
    reason: str
    choices: tuple[Choice, ...]
    statuses: Statuses | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""

    @property
    def taken(self) -> dict[str, Choice]:
        """The choices that are taken, by their canonical column."""
        return {choice.name: choice for choice in self.choices if choice.is_taken}


def lacking_text(lacking: Sequence[str], choices: Sequence[Choice]) -> str:
    """Return what is not sure about columns that every row needs; "" where none is lacking."""
    why = [f"'{c.column}': {c.remedy}" for c in choices if c.name in lacking and c.remedy]
    return "; ".join(why) or (
        f"nothing shows for sure what {' and '.join(lacking)} is" if lacking else ""
    )
