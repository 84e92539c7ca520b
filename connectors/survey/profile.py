"""The profile of a column: its kind, its values with their counts, how its dates are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.blanks import without_blanks
from connectors.mapping.cells import Cells, distinct, texts_of
from connectors.mapping.dates.dates import moments
from connectors.mapping.dates.order import both_formats
from connectors.mapping.ids import unguarded
from connectors.sources.cell_text import with_bytes_as_text
from connectors.sources.raw import RawTable
from kpis.errors import MappingError
from kpis.model import Column

Kind = Literal["empty", "flag", "time", "number", "text"]
"""What the cells are: ``time`` is a day or an instant, ``number`` an amount, too."""

_FLAGS = {"true", "false", "t", "f", "yes", "no", "y", "n", "ja", "nein", "wahr", "falsch"}
_MOST = 0.9
"""The share of cells that must read as a kind for the column to be of it."""
_TRIED = 200
"""Distinct values that decide whether a column is worth reading as a kind."""


@dataclass(frozen=True)
class Profile:
    """One column of a sample.

    rows: of the sample. values: each text with its rows, the most frequent first; blanks and
    markers of blanks are none. share: of the filled cells, those that read as ``kind``.
    formats: of dates that read both ways the two that they may be written in. problem: why
    dates or amounts cannot be read as they are, empty where they can. first, last: the days of a
    column of times, those of no sense left out. largest: of a column of numbers; marks: the signs
    and codes of currencies beside them, with their rows.
    """

    name: str
    rows: int
    kind: Kind = "empty"
    values: Mapping[str, int] = field(default_factory=dict, repr=False)
    share: float = 1.0
    formats: tuple[str, ...] = ()
    problem: str = ""
    first: date | None = None
    last: date | None = None
    largest: float | None = None
    marks: Mapping[str, int] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """Rows that have a value."""
        return sum(self.values.values())

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value, and each another one."""
        return 0 < self.rows == len(self.values) == self.filled


def profile(raw: RawTable, position: int) -> Profile:
    """Return the profile of the column at ``position`` of a sample."""
    name, rows = str(raw.frame.columns[position]), len(raw.frame)
    texts, _ = with_bytes_as_text(raw.frame.iloc[:, position])
    cells, _ = unguarded(distinct(texts))
    cells = without_blanks(cells, Column(name, "time"), [], is_named=False, date_format=None)
    counts = np.bincount(cells.codes[cells.codes >= 0], minlength=len(cells.values))
    written = texts_of(cells.values)
    values = {written[at]: int(counts[at]) for at in np.argsort(-counts, kind="stable")}
    values = {text: count for text, count in values.items() if count}
    if not values:
        return Profile(name, rows)
    if {text.casefold() for text in values} <= _FLAGS:
        return Profile(name, rows, "flag", values)
    found = _as_times(name, rows, raw, cells, counts, values)
    return found or _as_numbers(name, rows, cells, counts, values)


def _as_times(
    name: str,
    rows: int,
    raw: RawTable,
    cells: Cells,
    counts: "np.ndarray[Any, Any]",
    values: Mapping[str, int],
) -> Profile | None:
    """The profile of a column of times; None where it is none."""
    if cells.values.dtype == object and not _reads(cells.values[:_TRIED], raw.serial_dates):
        return None
    if cells.values.dtype != object and cells.values.dtype.kind in "iufb":
        return None  # days that are counted need a name, see proposal
    try:
        found = moments(cells.values, serial_dates=raw.serial_dates, date_format=None, where="")
    except MappingError as error:
        formats = tuple(fmt for fmt in _both(cells) if _reads(cells.values, False, fmt))
        return Profile(name, rows, "time", values, formats=formats, problem=str(error))
    there = ~np.isnat(found.wall)
    share = float(counts[there].sum() / counts.sum())
    if share < _MOST:
        return None
    days = found.wall[there].astype("M8[D]").astype(object)
    return Profile(name, rows, "time", values, share, first=min(days), last=max(days))


def _reads(values: "pd.Index[Any]", serial_dates: bool, date_format: str | None = None) -> bool:
    """Whether most of the values are times; also where nothing shows the order of their parts."""
    if all(isinstance(value, int | float) for value in values):
        return False
    try:
        found = moments(values, serial_dates=serial_dates, date_format=date_format, where="")
    except MappingError:
        return True
    return bool((~np.isnat(found.wall)).mean() >= _MOST)


def _both(cells: Cells) -> tuple[str, ...]:
    texts = (text for text in cells.texts.to_pylist() if text)
    return next(filter(None, map(both_formats, texts)), ())


def _as_numbers(
    name: str,
    rows: int,
    cells: Cells,
    counts: "np.ndarray[Any, Any]",
    values: Mapping[str, int],
) -> Profile:
    """The profile of a column of numbers, else of text."""
    try:
        tried = amounts(cells.values[:_TRIED], kind="money", decimal=None, where="")
        if len(tried.reasons) > (1 - _MOST) * min(len(cells.values), _TRIED):
            return Profile(name, rows, "text", values)
        found = amounts(cells.values, kind="money", decimal=None, where="")
    except MappingError as error:
        return Profile(name, rows, "number", values, problem=str(error))
    read = np.ones(len(counts), bool)
    read[list(found.reasons)] = False
    share = float(counts[read].sum() / counts.sum())
    if share < _MOST:
        return Profile(name, rows, "text", values)
    numbers = np.array([n for n in found.values.to_pylist() if n is not None])
    marks: dict[str, int] = {}
    for at, mark in found.marks.items():
        marks[mark] = marks.get(mark, 0) + int(counts[at])
    largest = float(numbers.max())
    return Profile(name, rows, "number", values, share, largest=largest, marks=marks)
