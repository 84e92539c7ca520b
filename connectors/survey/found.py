"""What a survey finds: the tables of a source, each with a sample and the profiles of its columns.

Only a sample is read: at most MOST_ROWS rows of a table, fewer where it is wide.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from connectors.settings.settings import Source
from connectors.sources.cell_text import text_of
from connectors.sources.raw import RawTable
from connectors.sources.typed_columns import as_objects
from connectors.survey.profile import Profile, profile

MOST_ROWS = 10_000
"""Rows of a table that a survey reads."""
MOST_CELLS = 2_000_000
"""Cells of a table that a survey reads: 10,000 rows of 200 columns."""
MOST_COUNTED = 100_000
"""Rows of a table of a database that a survey counts."""
MOST_TABLES = 200
"""Tables of a source that a survey reads rows of."""


MOST_ASKED = 200
"""Values of one table that a survey looks for in another that it did not read as a whole."""

Known = Callable[[str, Sequence[str]], frozenset[str] | None]


def rows_for(columns: int) -> int:
    """Return how many rows a survey reads of a table with so many columns."""
    return min(MOST_ROWS, MOST_CELLS // max(columns, 1))


@dataclass(frozen=True)
class FoundTable:
    """One table, worksheet or file.

    name: as ``from`` of the settings names it; schema: of a database, "" for the usual one.
    rows: at least so many; is_whole: exactly so many, and the sample holds all of them.
    columns: names of all columns. problem: why no sample could be read, "" where it was.
    known: of texts, at most MOST_ASKED, those that a column holds anywhere in the table, beyond the
    sample; None where nobody can tell.
    """

    name: str
    columns: tuple[str, ...]
    schema: str = ""
    rows: int = 0
    is_whole: bool = True
    is_counted: bool = True
    raw: RawTable | None = field(default=None, repr=False)
    problem: str = ""
    known: Known | None = field(default=None, repr=False, compare=False)
    _profiles: dict[str, Profile] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _positions(self) -> dict[str, int]:
        names = [] if self.raw is None else list(map(str, self.raw.frame.columns))
        return {name: at for at, name in reversed(list(enumerate(names)))}

    def profile_of(self, column: str) -> Profile:
        """Return the profile of a column, of the first one where a name stands twice.

        Each is made once; of a column that was not read it is empty.
        """
        if column not in self._profiles:
            at = self._positions.get(column)
            self._profiles[column] = (
                Profile(column, 0) if at is None or self.raw is None else profile(self.raw, at)
            )
        return self._profiles[column]

    def cells_of(self, column: str) -> "pd.Series[Any]":
        """Return the cells of a column of the sample as text, "" where blank."""
        assert self.raw is not None, "only a table with a sample has cells"
        cells = as_objects(self.raw.frame.iloc[:, self._positions[column]])
        blank = cells.isna()
        return cells.map(text_of, na_action="ignore").mask(blank, "").astype(str).str.strip()

    @property
    def place(self) -> str:
        """The name with its schema, as people write it."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @property
    def profiles(self) -> list[Profile]:
        """The profile of each column."""
        return [self.profile_of(column) for column in self._positions]

    @property
    def rows_text(self) -> str:
        """How many rows there are: ``8,800 rows``, or ``more than 10,000 rows``."""
        more = "" if self.is_counted else "more than "
        return f"{more}{self.rows:,} row{'' if self.rows == 1 and not more else 's'}"


@dataclass(frozen=True)
class Found:
    """A source as a person named it, and its tables.

    name: of its section in the settings. source: what reads it. keys: what the section says, in
    order. dialect: of a database, as SQLAlchemy calls it: ``postgresql``, ``sqlite``; "" of others.
    """

    name: str
    source: Source
    keys: Mapping[str, Any]
    tables: tuple[FoundTable, ...]
    dialect: str = ""
