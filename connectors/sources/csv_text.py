"""CSV text: its encoding, its separator, and its records without one cell lost or shifted."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from charset_normalizer import from_bytes

from kpis.errors import SourceError

SEPARATORS = ("\t", ";", "|", ",")
"""In the order in which they win a tie: a comma also stands in numbers and in prose."""

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "big5", "cp949"]
_SAMPLE_CHARACTERS = 65_536
_SAMPLE_RECORDS = 50
_BATCH_ROWS = 100_000


def read_csv(
    path: Path,
    where: str,
    encoding: str | None,
    separator: str | None,
    progress: Callable[[int], None],
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Return the records of a CSV file as text, missing where blank, and their row numbers.

    The first record that is not blank is the header; columns without one are left out. Rows are
    numbered as a spreadsheet shows the file: the header is 1 where nothing stands above it, a
    blank line counts, a cell of several lines does not. Short records end in missing cells.

    Raises SourceError, beginning with ``where``: undecodable, no header, a header twice, a record
    with more cells than the header, a quote that is not closed.
    """
    data = path.read_bytes()
    found = _encoding(data, where, encoding)
    text = io.TextIOWrapper(io.BytesIO(data), found, newline="", errors="strict")
    first = re.match(r"(?i)sep=(.)\r?\n", text.read(8))
    text.seek(0)
    above = 1 if first else 0
    if first:
        # Excel writes this line for itself, above the header.
        text.readline()
    sample = text.read(_SAMPLE_CHARACTERS)
    text.seek(0)
    separator = separator or (first[1] if first else _separator(sample))
    _refuse_longer(separator, where)
    reader = csv.reader(islice(text, above, None), delimiter=separator, strict=True)
    try:
        return _frame(enumerate(reader, start=above + 1), where, separator, progress)
    except csv.Error as error:
        raise SourceError(
            f"{where}: the text near line {reader.line_num + above} is not valid CSV ({error}). "
            'Close every quote, and double the quotes within a cell: "5"" disc".'
        ) from None


def _refuse_longer(separator: str, where: str) -> None:
    if len(separator) > 1:
        raise SourceError(
            f"{where}: a separator is one character, '{separator}' has {len(separator)}. Name it "
            'in the source\'s settings, such as separator = ";" or "\\t" for a tab.'
        )


def _encoding(data: bytes, where: str, given: str | None) -> str:
    """The encoding that all of ``data`` can be read in: as given, by its BOM, UTF-8, detected."""
    by_bom = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    if given:
        try:
            "".encode(given)  # "base64" is a codec, too, but none of text
            found = codecs.lookup(given).name
        except LookupError:
            raise SourceError(
                f"{where}: there is no encoding '{given}'. Use a name such as 'utf-8', 'cp1252' "
                "(Western Windows) or 'utf-16'."
            ) from None
        candidates = ["utf-8-sig" if found == "utf-8" else found]
    else:
        candidates = [by_bom] if by_bom else ["utf-8", *_detected(data)]
    for candidate in candidates:
        try:
            data.decode(candidate)
        except UnicodeDecodeError:
            continue
        return candidate
    tried = f"is not {given or by_bom}" if given or by_bom else "has an encoding nobody knows"
    raise SourceError(
        f"{where}: the text {tried}. Save it as UTF-8, or name its encoding in the source's "
        'settings, such as encoding = "cp1252".'
    )


def _detected(data: bytes) -> Iterator[str]:
    # Only lines with other than ASCII characters show the encoding; a few are enough.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    matches = from_bytes(telling[:_SAMPLE_CHARACTERS], cp_isolation=_CODE_PAGES)
    best = matches.best()
    if best is None:
        return
    if best.encoding == "cp1250":
        # A few words of Western text read as well in the Central European code page, with wrong
        # accents. It is the Western one unless that puts signs within words, as in "¿ó³w".
        for match in matches:
            as_good = match.encoding == "cp1252" and match.chaos <= best.chaos
            if as_good and not re.search(r"[^\W\d_][¡-¿×÷][^\W\d_]", str(match)):
                yield "cp1252"
    yield best.encoding


def _separator(sample: str) -> str:
    """The separator that gives the header several names and most records as many cells."""

    def score(separator: str) -> tuple[float, int]:
        try:
            lines = io.StringIO(sample, newline="")
            records = list(islice(csv.reader(lines, delimiter=separator), _SAMPLE_RECORDS))
        except csv.Error:
            return 0.0, 0
        widths = [len(record) for record in records if any(record)]
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    best = max(SEPARATORS, key=score)
    return best if score(best) > (0.0, 0) else ","


def _frame(
    records: Iterator[tuple[int, list[str]]],
    where: str,
    separator: str,
    progress: Callable[[int], None],
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    header_row, header = next(
        ((number, [cell.strip() for cell in record]) for number, record in records if any(record)),
        (0, []),
    )
    names = header_names(header, where)
    batches = [pd.DataFrame(columns=list(names.values()), dtype="str")]
    rows = 0
    while batch := list(islice(records, _BATCH_ROWS)):
        squared = [_squared(number, record, header, where, separator) for number, record in batch]
        columns = list(zip(*squared, strict=True))
        batches.append(pd.DataFrame({name: _cells(columns[at]) for at, name in names.items()}))
        rows += len(batch)
        progress(rows)
    frame = pd.concat(batches, ignore_index=True)
    numbers = np.arange(header_row + 1, header_row + 1 + rows, dtype=np.int64)
    filled = frame.notna().any(axis=1).to_numpy()
    return frame[filled].reset_index(drop=True), numbers[filled]


def _squared(
    number: int, record: list[str], header: list[str], where: str, separator: str
) -> list[str]:
    """The record with as many cells as the header: spreadsheets leave out blanks at the end."""
    missing = len(header) - len(record)
    if missing >= 0:
        return record + [""] * missing
    if any(cell.strip() for cell in record[len(header) :]):
        shown = {"\t": "tab"}.get(separator, separator)
        raise SourceError(
            f"{where}: row {number} has {len(record)} cells but the header only {len(header)}. "
            f"Put cells that contain the separator ({shown}) in double quotes, or set the "
            "source's separator if it is another one."
        )
    return record[: len(header)]


def _cells(column: tuple[str, ...]) -> "pd.Series[str]":
    cells = pd.Series(column, dtype="str")
    return cells.where(cells.str.strip() != "")


def header_names(header: list[str], where: str) -> dict[int, str]:
    """Return the position and name of each column that has one.

    Raises SourceError where there is none, or one more than once.
    """
    names = {at: name for at, name in enumerate(header) if name}
    if not names:
        raise SourceError(f"{where} is empty. Its first row must name the columns.")
    twice = [name for name, times in Counter(names.values()).items() if times > 1]
    if twice:
        quoted = ", ".join(f"'{name}'" for name in twice)
        raise SourceError(
            f"{where} has the header {quoted} more than once. Rename or delete all but one."
        )
    return names
