"""Which rows are equal in some columns, found with numbers in place of what the columns hold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.int64]


def numbered_rows(columns: Iterable[Any]) -> Numbers:
    """Return for each row the number of what it holds in ``columns``, in order of appearance.

    columns: at least one, of Arrow. Blank equals blank.
    """
    found = np.zeros(0, dtype=np.int64)
    for column in columns:
        cells = column.to_pandas(date_as_object=False)
        codes, values = pd.factorize(cells, use_na_sentinel=False)
        if len(found):
            codes, _ = pd.factorize(found * len(values) + codes)
        found = codes.astype(np.int64, copy=False)
    return found


def first_rows(numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Return which rows hold what no earlier one does; numbers: of :func:`numbered_rows`."""
    so_far = np.maximum.accumulate(numbers)
    is_first: npt.NDArray[np.bool_] = np.diff(so_far, prepend=-1) > 0
    return is_first
