"""What a connector hands to the mapping: one table as its source holds it, nothing interpreted."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Progress = Callable[[str, int], None]
"""Called while reading with the canonical table's name and the rows read so far."""


def no_progress(table: str, rows: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class RawTable:
    """One table of a source, as read.

    frame: the source's own column names; cells are text, numbers, dates, or None for no value.
    rows: the row number of each line as a person finds it in the source (a sheet's or a file's
        first data row is 2; a query's first row is 1), same length as ``frame``.
    place: where it stands, for messages: ``worksheet 'Leads'``, ``table crm.contacts``.
    serial_dates: numbers in date columns are spreadsheet serials (days since 1899-12-30).
    """

    frame: pd.DataFrame
    rows: npt.NDArray[np.int64] = field(repr=False)
    place: str
    serial_dates: bool = False
