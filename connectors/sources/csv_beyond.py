"""Rows of a CSV file that hold too little or too much: a number cut in two, a last line cut off."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from connectors.sources.raw import RawNote
from kpis.display import listed
from kpis.errors import SourceError

_LISTED = 3
_LEAST_WHOLE = 2
"""Rows that show how long a row of the file is."""
_BEGINS = re.compile(r"[^\d.,]*\d{1,3}")
_GOES_ON = re.compile(r"\d{3}(\.\d+)?[^\d.,]*|\d{1,2}[^\d.,]*")
"""``1,200.50 €`` is cut into ``1`` and ``200.50 €``, ``950,5`` into ``950`` and ``5``."""


class Beyond:
    """What stands behind the last named column of a file, collected row by row."""

    def __init__(self, names: Mapping[int, str], width: int, separator: str) -> None:
        self._names, self._separator = names, separator
        self._last = max(names, default=width)
        self.is_needed = width > self._last + 1
        self._values: list[str] = []
        self._numbers: list[str] = []

    def look(self, row: int, record: Sequence[str]) -> None:
        """Keep what stands behind the last named column of a row that has a named cell."""
        beyond = [cell for cell in record[self._last + 1 :] if cell.strip()]
        if not beyond or not any(record[at].strip() for at in self._names if at < len(record)):
            return
        before, first = record[self._last].strip(), record[self._last + 1].strip()
        self._values.append(f"row {row}: {beyond[0].strip()}")
        is_cut = _BEGINS.fullmatch(before) and _GOES_ON.fullmatch(first)
        if self._separator == "," and is_cut:
            self._numbers.append(f"{row} ('{before},{first}')")

    def notes(self, where: str) -> tuple[RawNote, ...]:
        """Return a doubt on the values that were left out, if there are any.

        Raises SourceError, beginning with ``where``, if rows hold a number across the border.
        """
        if self._numbers:
            more = len(self._numbers) - _LISTED
            rows = [*self._numbers[:_LISTED], *([f"{more} more"] if more > 0 else [])]
            raise SourceError(
                f"{where}: a number continues after '{self._names[self._last]}', the last named "
                f"column, in row {listed(rows)}. Put numbers with a comma in double quotes "
                '("1,200"), or name the column after it in the header if it is one of its own.'
            )
        if not self._values:
            return ()
        remedy = "Name their column in the header, or empty it. If a cell holds the separator "
        remedy += f"({self._separator}) without quotes, the cells behind it have moved: quote it."
        what = "have values behind the last named column, which were left out"
        examples = tuple(self._values[:_LISTED])
        return (RawNote(len(self._values), what, None, examples, remedy, is_doubt=True),)


class CutOff:
    """Whether the last row alone has fewer cells than the header, seen batch by batch."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._short, self._whole, self._last = 0, 0, 0

    def look(self, batch: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Count the rows of a batch; blank lines are none."""
        sizes = [len(record) for _, record in batch if record]
        short = sum(size < self._width for size in sizes)
        self._short, self._whole = self._short + short, self._whole + len(sizes) - short
        self._last = sizes[-1] if sizes else self._last

    def problem(self) -> str:
        """How the last row differs from all others, "" where it does not, or these are few."""
        if self._last == self._width or self._short != 1 or self._whole < _LEAST_WHOLE:
            return ""
        cells = "cell" if self._last == 1 else "cells"
        return (
            f"has {self._last} {cells} of {self._width} and no line end, as where a download stops"
        )


def refuse_lines_in_one_cell(
    name: str, cells: "pd.Series[str]", separator: str, where: str
) -> None:
    """Raise SourceError where quotes around each line make one cell of it, in a file of one column.

    name: what the column is called. A blank behind the separator, as in ``City, State``, is prose.
    """
    parts = name.split(separator)
    if len(parts) < 2 or any(not part or part.startswith(" ") for part in parts):
        return
    if cells.str.contains(separator, regex=False).all():
        raise SourceError(
            f"{where}: each line is one quoted cell, such as '\"{name}\"'. Export the file again "
            "without quotes around whole lines, or remove them."
        )
