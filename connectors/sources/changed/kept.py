"""What is kept of a part from one refresh to the next, and who keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import pyarrow as pa


class AllRows(Exception):
    """Why all rows must be read this time, as the end of "all rows were read, …"."""


class NeverKept(AllRows):
    """Why all rows must be read each time, until somebody changes the settings or the source."""


@dataclass(frozen=True)
class KeptRows:
    """The rows of a part as they were read.

    table: in the order of their keys, as ``exact_cells.kept_table`` makes it. kinds: each column's
    name and type as the database calls them. since: the value of ``updated_at`` from which rows are
    read next, as ``exact_cells`` writes it. full_at: when all rows were read.
    """

    table: pa.Table
    kinds: tuple[str, ...]
    since: str
    full_at: datetime


class Keeper(Protocol):
    """Keeps the rows of parts. what: all that decides which rows a part has.

    now: the moment of the refresh.
    """

    now: datetime

    def rows(self, what: tuple[str, ...]) -> KeptRows:
        """The rows that are kept; raises AllRows where none are, or all must be read again."""

    def keep(self, what: tuple[str, ...], rows: KeptRows) -> None:
        """Keep ``rows`` in place of those before."""

    def drop(self, what: tuple[str, ...]) -> None:
        """Keep none: there are none, or they cannot be kept."""

    def note(self, part: str, how: str) -> None:
        """Remember how a part was read, for who looks at the refresh."""
