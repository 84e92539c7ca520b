"""Which rows are equal in some columns, found with numbers in place of what the columns hold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
Positions = npt.NDArray[np.intp]

_MOST = 2**63


def row_numbers(columns: Iterable[Any]) -> Numbers:
    """Return a number for each row that all rows equal in ``columns`` share, and no other.

    columns: at least one, of Arrow. Blank equals blank.
    """
    found, span = np.zeros(0, dtype=np.int64), 0
    for column in columns:
        codes, size = _codes(column)
        if not span:
            found, span = codes.astype(np.int64), size
            continue
        if span * size >= _MOST:  # at most one number for each row from here on
            found = pd.factorize(found)[0].astype(np.int64, copy=False)
            span = len(found)
        found *= size
        found += codes
        span *= size
    return found


def repeated_rows(numbers: Numbers) -> tuple[Positions, Positions]:
    """Return the positions of rows that an earlier row equals, and of the first row that does.

    numbers: of :func:`row_numbers`.
    """
    ordered = np.sort(numbers)  # in half of the memory, and of the time, that hashing takes
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    if not len(twice):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    is_twice = pc.is_in(pa.array(numbers), pa.array(twice)).to_numpy(zero_copy_only=False)
    among = np.flatnonzero(is_twice)
    which, _ = pd.factorize(numbers[among])
    is_first = np.diff(np.maximum.accumulate(which), prepend=-1) > 0
    return among[~is_first], among[is_first][which[~is_first]]


def _codes(column: Any) -> tuple[npt.NDArray[np.integer[Any]], int]:
    """A number below the second one for what each row holds; blank has a number of its own."""
    if pa.types.is_floating(column.type):  # Arrow keeps 0 and -0 apart, and NaN and null
        codes, values = pd.factorize(column.to_pandas(), use_na_sentinel=False)
        return codes, len(values)
    encoded = column.dictionary_encode(null_encoding="encode")
    parts = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    if not parts:
        return np.zeros(0, dtype=np.int32), 1
    return np.concatenate([part.indices.to_numpy() for part in parts]), len(parts[-1].dictionary)
