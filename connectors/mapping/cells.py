"""The cells of one source column: each distinct value once, and text as people write it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.invisible_characters import trimmed
from connectors.sources.cell_text import text_of as text_of
from connectors.sources.typed_columns import as_objects

NOT_ASCII = r"[^\x00-\x7f]"
"""Where letters have another case, form or sight than their own: see :func:`matching`."""
Codes = npt.NDArray[np.int32]
"""Positions among distinct values: of thirty million rows, 120 MB in place of 240."""
SHOWN_LENGTH = 200
"""Characters of a value that a reject record or a message shows at most."""


@dataclass(frozen=True)
class Cells:
    """One column, each distinct value once, so that a value is understood once however often it is.

    values: the distinct values, text trimmed; numbers, times and days typed where the column was.
    codes: for each row the position in ``values``, or -1 where the cell is blank.
    markers: for each row that is blank because its cell holds a marker such as ``#N/A`` the
        position of the marker, else -1; empty where no cell does.
    """

    values: "pd.Index[Any]"
    codes: Codes
    markers: Codes = field(default_factory=lambda: np.empty(0, np.int32))

    @cached_property
    def texts(self) -> "pa.StringArray":
        """The values that are text, null where one is not; empty of a typed column."""
        held = [] if self.values.dtype != object else self.values.tolist()
        return pa.array([v if isinstance(v, str) else None for v in held], pa.string())

    def in_rows(self, of_values: "pa.Array[Any]") -> "pa.Array[Any]":
        """Return for each row what ``of_values`` holds for its value; null where it is blank."""
        positions: Any = pa.array(self.codes, mask=self.codes < 0)
        return of_values.take(positions)

    def without(self, rows: Sequence[int]) -> "Cells":
        """Return the cells with those of ``rows`` blank, and no value that only these hold."""
        codes, markers = self.codes.copy(), self.markers.copy()
        codes[rows] = -1
        markers[rows if len(markers) else []] = -1
        held = np.unique(np.append(codes, markers))
        held = held[held >= 0]
        position = np.full(len(self.values) + 1, -1, dtype=np.int32)
        position[held] = np.arange(len(held))
        is_marked = bool((markers >= 0).any())
        return Cells(
            self.values[held],
            position[codes],
            position[markers] if is_marked else np.empty(0, np.int32),
        )

    def with_text_for_blanks(self) -> "Cells":
        """Return the cells with those that are blank, or hold a marker, as the text ``""``."""
        values = pd.Index([*self.values.astype(object), ""], dtype=object)
        return Cells(values, np.where(self.codes < 0, len(self.values), self.codes))


@dataclass(frozen=True)
class Parsed:
    """What the distinct values of a column mean.

    values: the canonical value of each, null where it was not understood.
    reasons: for the position of each value that cannot be used, why.
    remarks: what was done with some of the values by a rule, or looks wrong in them.
    """

    values: "pa.Array[Any]"
    reasons: dict[int, str]
    remarks: tuple["Remark", ...] = ()


@dataclass(frozen=True)
class Remark:
    """What somebody should know about some of the distinct values of a column.

    positions: of these values. what, remedy, is_doubt: as in connectors.mapping.notes.Note.
    """

    positions: tuple[int, ...]
    what: str
    remedy: str = ""
    is_doubt: bool = False


def same_in_every_row(text: str, rows: int) -> Cells:
    """Return the cells of a column that holds ``text`` in each of ``rows`` rows."""
    return Cells(pd.Index([text], dtype=object), np.zeros(rows, dtype=np.int32))


def distinct(column: "pd.Series[Any]") -> Cells:
    """Return the distinct values of ``column``; None, NaN, NaT, NA and blank text are blanks.

    Values that Python calls equal but that read differently (``1``, ``1.0``, ``True``) stay apart.
    """
    if column.dtype != object:
        codes, values = _distinct_typed(column)
        if values.dtype != object:
            return Cells(values, codes)
        found = values.tolist()
    elif pd.api.types.infer_dtype(column, skipna=True) == "string":
        places, uniques = pd.factorize(column)
        codes, found = places.astype(np.int32), list(uniques)
    else:
        codes, found = _distinct_by_type(column)
    found = [_trimmed(value) if isinstance(value, str) else value for value in found]
    blank = np.array([isinstance(value, str) and not value for value in found], dtype=bool)
    position = np.append(np.where(blank, -1, np.cumsum(~blank) - 1), -1).astype(np.int32)
    kept = [value for value, is_blank in zip(found, blank, strict=True) if not is_blank]
    return Cells(pd.Index(kept, dtype=object), position[codes])


def _distinct_typed(column: "pd.Series[Any]") -> tuple[Codes, "pd.Index[Any]"]:
    """The codes and distinct values of a typed column; texts and decimals are Python objects."""
    kind = column.dtype.kind
    if kind == "f":  # where Arrow would keep 0 and -0 apart
        column = pd.Series(column.to_numpy(np.float64, na_value=np.nan))
    if isinstance(column.dtype, pd.ArrowDtype):
        codes, values = _encoded(column)
        if kind in "iu":
            values = pd.Index(values.to_numpy(np.uint64 if kind == "u" else np.int64))
        elif kind == "M" and not is_days(values):
            values = pd.DatetimeIndex(pa.array(values.array).to_pandas())
    else:
        places, found = pd.factorize(column)
        codes, values = places.astype(np.int32), pd.Index(found)
    if kind not in "iufM":
        values = pd.Index(as_objects(pd.Series(values)), dtype=object)
    return codes, values


def _encoded(column: "pd.Series[Any]") -> tuple[Codes, "pd.Index[Any]"]:
    """What pandas makes of a column in Arrow (factorize), but its codes of eight bytes."""
    codes = np.empty(len(column), np.int32)
    parts = pa.chunked_array(pa.array(column.array)).dictionary_encode().chunks
    if not parts:
        return codes, pd.Index(column.array)
    begin = 0
    for part in parts:
        codes[begin : begin + len(part)] = part.indices.fill_null(-1).to_numpy()
        begin += len(part)
    return codes, pd.Index(pd.array(parts[-1].dictionary, dtype=column.dtype))


def is_days(values: "pd.Index[Any]") -> bool:
    """Whether the values are days without a time of day, in Arrow."""
    return values.dtype == pd.ArrowDtype(pa.date32())


def _distinct_by_type(cells: "pd.Series[Any]") -> tuple[Codes, list[Any]]:
    blank = cells.isna().to_numpy(dtype=bool)
    codes = np.full(len(cells), -1, dtype=np.int32)
    positions: dict[tuple[type, Any], int] = {}
    for row, value in enumerate(cells.tolist()):
        if blank[row]:
            continue
        if isinstance(value, list | tuple | np.ndarray | dict):  # which cannot be hashed
            value = text_of(value)
        codes[row] = positions.setdefault((type(value), value), len(positions))
    return codes, [value for _, value in positions]


def _trimmed(text: str) -> str:
    text = trimmed(text)
    # Half of a surrogate pair, as broken JSON holds it, cannot be stored as UTF-8.
    if text.isascii():
        return text
    # An accent composed and the same one combined look alike, but make two ids.
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()


def matching(texts: "pa.StringArray", pattern: str) -> list[int]:
    """Return the positions of the texts in which a rule may find something to do.

    pattern: of RE2, wide enough for all that the rule finds; it reads a million texts at once.
    """
    found = pc.match_substring_regex(texts, pattern).fill_null(False)
    positions: list[int] = np.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist()
    return positions


def texts_of(values: "pd.Index[Any]") -> list[str]:
    """Return each value as its shortest text; see :func:`text_of`."""
    if values.dtype.kind in "iu":
        return [str(value) for value in values.tolist()]
    return [value if type(value) is str else text_of(value) for value in values]


def shown(text: str) -> str:
    """Return ``text`` short enough for a reject record or a message."""
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"
