"""What a connector hands to the mapping: one table as its source holds it, nothing interpreted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Progress = Callable[[str, int], None]
"""Called while reading, by several threads, with the part of a table and its rows so far."""

ALL_READ = ("", 0)
"""What it is called with once all is read, and figures are computed."""

TOGETHER = " + "
"""Stands between the parts, in place of one, where several are read; rows are those of all."""


def no_progress(table: str, rows: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class RawNote:
    """What a reader did unasked: see connectors.mapping.notes.Note, which it becomes.

    at: the position in the frame of the column that it is about, None for whole rows.
    currency: a sign or code; there is nothing to note where it means the company's own.
    factor: of amounts in units of it, as "1000"; there is nothing to note where they are scaled.
    """

    rows: int
    what: str
    at: int | None = None
    examples: tuple[str, ...] = ()
    remedy: str = ""
    is_doubt: bool = False
    currency: str = ""
    factor: str = ""


@dataclass(frozen=True)
class RawTable:
    """One table of a source, as read.

    frame: the source's own column names; cells are text, numbers, dates, or None for no value, as
        Python objects or in Arrow: see connectors.sources.typed_columns.
    rows: the row number of each line as a person finds it in the source (a sheet's or a file's
        first data row is 2; a query's first row is 1), same length as ``frame``.
    place: where it stands, for messages: ``worksheet 'Leads'``, ``table crm.contacts``.
    serial_dates: numbers in date columns are spreadsheet serials (days since 1899-12-30).
    from_1904: the workbook counts its days since 1904-01-01, so that numbers are no such serials.
    has_fixed_rows: reading again gives each line the same row number; not so for queries.
    notes: what the reader did unasked.
    uncalculated: by position of a column, how many formulas in it have no calculated value.
    positions: of each column that of its sheet, from 0, where the table is one of a sheet.
    cut_off: how the last row breaks off, as in "has 2 cells of 4 …", "" where it is whole.
    above: what stands above the header of a file or worksheet, a text for each line and cell.
    """

    frame: pd.DataFrame
    rows: npt.NDArray[np.int64] = field(repr=False)
    place: str
    serial_dates: bool = False
    from_1904: bool = False
    has_fixed_rows: bool = True
    notes: tuple[RawNote, ...] = ()
    uncalculated: Mapping[int, int] = field(default_factory=dict)
    positions: tuple[int, ...] = ()
    cut_off: str = ""
    above: tuple[str, ...] = ()

    def uncalculated_problem(self, position: int) -> str:
        """What to say where a column that is needed holds formulas without values."""
        count, header = self.uncalculated[position], self.frame.columns[position]
        return (
            f"{self.place} has {count:,} formulas without calculated values in column '{header}': "
            "a program wrote it and nothing has calculated it yet. Open the workbook once in Excel "
            "or LibreOffice, and save it."
        )
