"""Which rows are equal in some columns, found with numbers in place of what the columns hold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Numbers = npt.NDArray[np.int64]
_MOST = 2**62
"""Numbers of several columns are one as long as there are no more than these."""


def numbered_rows(columns: Iterable[Any]) -> Numbers:
    """Return for each row the number of what it holds in ``columns``, in order of appearance.

    columns: at least one, of Arrow. Blank equals blank.
    """
    found, several = np.zeros(0, dtype=np.int64), 1
    for column in columns:
        codes, count = _codes(column)
        if several * count > _MOST:
            found, values = pd.factorize(found)
            several = len(values)
        found = found * count + codes if len(found) else codes
        several *= count
    return pd.factorize(found)[0].astype(np.int64, copy=False)


def _codes(column: Any) -> tuple[Numbers, int]:
    """A number for what each row holds in a column, and how many there are."""
    if pa.types.is_floating(column.type):  # Arrow keeps 0 and -0 apart
        codes, values = pd.factorize(column.to_pandas(), use_na_sentinel=False)
        return codes.astype(np.int64, copy=False), len(values)
    coded = column.dictionary_encode(null_encoding="encode")
    parts = coded.chunks if isinstance(coded, pa.ChunkedArray) else [coded]
    found: Numbers = np.concatenate([np.zeros(0, np.int64), *(p.indices.to_numpy() for p in parts)])
    return found, max((len(part.dictionary) for part in parts), default=0)


def first_rows(numbers: Numbers) -> npt.NDArray[np.bool_]:
    """Return which rows hold what no earlier one does; numbers: of :func:`numbered_rows`."""
    so_far = np.maximum.accumulate(numbers)
    is_first: npt.NDArray[np.bool_] = np.diff(so_far, prepend=-1) > 0
    return is_first
