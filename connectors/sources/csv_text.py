"""CSV text: its separator, and its records without one cell lost or shifted."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from connectors.sources.csv_beyond import Beyond, CutOff, refuse_lines_in_one_cell
from connectors.sources.csv_encoding import encoding_of, guess_notes, in_one_encoding
from connectors.sources.header import (
    Wanted,
    header_at,
    lines_above,
    rows_above,
    sure_header,
    titles,
)
from connectors.sources.raw import RawNote, RawTable
from kpis.errors import SourceError

SEPARATORS = ("\t", ";", "|", ",")
"""In the order in which they win a tie: a comma also stands in numbers and in prose."""

_LONGEST_CELL = 2**31 - 1
_SAMPLE_CHARACTERS = 65_536
_BATCH_ROWS = 100_000
_ESCAPED_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)\\"')


class _Unfit(SourceError):
    """A record that is no valid CSV, or has more cells than the header."""


def read_csv(
    path: Path,
    where: str,
    encoding: str | None,
    separator: str | None,
    wanted: Wanted,
    progress: Callable[[int], None],
) -> RawTable:
    """Return the records of a CSV file as text, missing where blank.

    The header is found as in :mod:`connectors.sources.header`; columns without a name are left
    out. Rows are numbered as a spreadsheet shows the file: a blank line counts, a cell of several
    lines does not. Short records end in missing cells. Quotes within a cell are doubled; a file
    that fits only with a backslash before them is read so, with a note. ``cut_off``
    is set where the last line alone is short, and has no end.

    Raises SourceError, beginning with ``where``: undecodable, no header, a record with more cells
    than the header, a number cut in two, a quote that is not closed, a cell that swallowed rows.
    """
    data = path.read_bytes()
    found = encoding_of(data, where, encoding)
    data, found, mixed = in_one_encoding(data, found, encoding)
    data, zeros = _without_zeros(data, found)
    # Else a cell of more than 131,072 characters, such as the body of a mail, is an error.
    csv.field_size_limit(_LONGEST_CELL)

    def read(text: TextIO) -> RawTable:
        return _table(text, where, f"file '{path.name}'", separator, wanted, progress)

    try:
        table = read(io.TextIOWrapper(io.BytesIO(data), found, newline="", errors="strict"))
    except _Unfit as unfit:
        table = _with_escaped_quotes(data.decode(found), read, unfit)
    guess = guess_notes(table.frame, found, encoding)
    if data.rstrip(b"\0").endswith((b"\n", b"\r")):
        table = replace(table, cut_off="")
    elif table.cut_off and wanted.is_for_query:
        table = _without_last(table)
    return replace(table, notes=(*table.notes, *zeros, *mixed, *guess))


def _without_zeros(data: bytes, encoding: str) -> tuple[bytes, tuple[RawNote, ...]]:
    """The file without bytes that are no text in its encoding, and a note on the lines with any."""
    if b"\0" not in data or encoding.startswith(("utf-16", "utf-32")):
        return data, ()
    lines = sum(1 for line in data.splitlines() if b"\0" in line)
    note = RawNote(lines, "have zero bytes in their text, which were left out")
    return data.replace(b"\0", b""), (note,)


def _without_last(table: RawTable) -> RawTable:
    """The table without the row that is cut off, for a query: it could reject none."""
    what = f"was left out: the last one {table.cut_off}"
    note = RawNote(1, what, remedy="Export the file again.", is_doubt=True)
    frame, notes = table.frame.iloc[:-1], (*table.notes, note)
    return replace(table, frame=frame, rows=table.rows[:-1], notes=notes, cut_off="")


def _with_escaped_quotes(text: str, read: Callable[[TextIO], RawTable], unfit: _Unfit) -> RawTable:
    """What ``read`` makes of the text with quotes doubled that stand after a backslash.

    Raises ``unfit``, what is wrong with the text as it is, where it has none or does not fit so.
    """
    lines = sum(1 for line in text.splitlines() if _ESCAPED_QUOTE.search(line))
    if not lines:
        raise unfit
    try:
        table = read(io.StringIO(_ESCAPED_QUOTE.sub(r'\1""', text), newline=""))
    except _Unfit:
        raise unfit from None
    note = RawNote(lines, "have quotes after a backslash, which were read as quotes")
    return replace(table, notes=(*table.notes, note))


def _table(
    text: TextIO,
    where: str,
    place: str,
    separator: str | None,
    wanted: Wanted,
    progress: Callable[[int], None],
) -> RawTable:
    first = re.match(r"(?i)sep=(.)[\r\n]", text.read(8))
    text.seek(0)
    above = 1 if first else 0
    if first:
        # Excel writes this line for itself, above the header.
        text.readline()
    sample = text.read(_SAMPLE_CHARACTERS)
    text.seek(0)
    separator = separator or (first[1] if first else _separator(sample, wanted))
    _refuse_longer(separator, where)
    reader = csv.reader(islice(text, above, None), delimiter=separator, strict=True)
    records = _numbered(reader, above + 1, where)
    head = [[""]] * above + [record for _, record in islice(records, wanted.rows_to_search)]
    at = header_at(head, wanted, where)
    names = {column: name for column, name in enumerate(titles(head[at])) if name}
    below = chain(enumerate(head[at + 1 :], start=at + 2), records)
    beyond, end = Beyond(names, len(head[at]), separator), CutOff(len(head[at]))
    frame = _frame(below, names, len(head[at]), where, separator, beyond, end, progress)
    filled = frame.notna().any(axis=1).to_numpy()
    numbers = np.arange(at + 2, at + 2 + len(frame), dtype=np.int64)[filled]
    frame = frame[filled].reset_index(drop=True)
    if len(names) == 1:
        refuse_lines_in_one_cell(next(iter(names.values())), frame.iloc[:, 0], separator, where)
    # Only now: a header may stand twice, and the mapping knows whether it is needed.
    frame.columns = pd.Index(list(names.values()), dtype=object)
    notes = rows_above(head, at, wanted) + beyond.notes(where)
    lines = lines_above(head, at)
    return RawTable(frame, numbers, place, notes=notes, cut_off=end.problem(), above=lines)


def _refuse_longer(separator: str, where: str) -> None:
    if len(separator) > 1:
        raise SourceError(
            f"{where}: a separator is one character, '{separator}' has {len(separator)}. Name it "
            'in the source\'s settings, such as separator = ";" or "\\t" for a tab.'
        )


def _separator(sample: str, wanted: Wanted) -> str:
    """The separator that gives the header several names and most records as many cells."""

    def score(separator: str) -> tuple[bool, float, int]:
        try:
            lines = io.StringIO(sample, newline="")
            reader = csv.reader(lines, delimiter=separator)
            records = list(islice(reader, wanted.rows_to_search))
        except csv.Error:
            return False, 0.0, 0
        header = sure_header(records, wanted)
        widths = [len(record) for record in records[header or 0 :] if any(record)]
        if not widths or widths[0] < 2:
            return False, 0.0, 0
        share = sum(width == widths[0] for width in widths) / len(widths)
        return header is not None, share, widths[0]

    best = max(SEPARATORS, key=score)
    is_sure, share, _ = score(best)
    return best if is_sure or share > 0.5 else _of_most_records(sample)


def _of_most_records(sample: str) -> str:
    """The separator below a title, or of ragged rows: the one that most lines have as often."""
    lines = [line for line in sample.splitlines() if line.strip()]

    def score(separator: str) -> int:
        counts = [line.count(separator) for line in lines if separator in line]
        return max((counts.count(count) for count in set(counts)), default=0)

    best = max(SEPARATORS, key=score)
    return best if score(best) > 1 else ","


def _numbered(
    reader: Iterator[list[str]], first: int, where: str
) -> Iterator[tuple[int, list[str]]]:
    number = first - 1
    try:
        for number, record in enumerate(reader, start=first):
            yield number, record
    except csv.Error as error:
        raise _Unfit(
            f"{where}: row {number + 1} is not valid CSV ({error}). Close every quote, and double "
            'the quotes within a cell: "5"" disc".'
        ) from None


def _frame(
    records: Iterator[tuple[int, list[str]]],
    names: dict[int, str],
    width: int,
    where: str,
    separator: str,
    beyond: Beyond,
    end: CutOff,
    progress: Callable[[int], None],
) -> pd.DataFrame:
    """The cells of the named columns, which are called by their position."""
    batches = [pd.DataFrame(columns=list(names), dtype="str")]
    rows = 0
    while batch := list(islice(records, _BATCH_ROWS)):
        for number, record in batch:
            _refuse_swallowed(number, record, width, where, separator)
            if beyond.is_needed:
                beyond.look(number, record)
        end.look(batch)
        squared = [_squared(number, record, width, where, separator) for number, record in batch]
        columns = list(zip(*squared, strict=True))
        batches.append(pd.DataFrame({at: _cells(columns[at]) for at in names}))
        rows += len(batch)
        progress(rows)
    return pd.concat(batches, ignore_index=True)


def _refuse_swallowed(
    number: int, record: list[str], width: int, where: str, separator: str
) -> None:
    """Raise where a cell holds lines that look like rows: two stray quotes make one of them."""
    for cell in record:
        if "\n" not in cell and "\r" not in cell:
            continue
        lines = [_looks_like_row(line, width, separator) for line in cell.splitlines()[1:]]
        if sum(lines) > 1 and all(lines[:-1]):
            raise _Unfit(
                f"{where}: the cell that begins in row {number} holds {sum(lines)} lines that look "
                "like rows. A quote before them is not closed: close it, or double it if it "
                'belongs to the text: "5"" disc".'
            )


def _looks_like_row(line: str, width: int, separator: str) -> bool:
    """Whether a line has the header's separators, and none as prose has it, before a blank."""
    cells = line.split(separator)
    is_prose = any(cell.startswith(" ") for cell in cells[1:])
    return len(cells) == width and sum(map(bool, cells)) > 1 and not is_prose


def _squared(number: int, record: list[str], width: int, where: str, separator: str) -> list[str]:
    """The record with as many cells as the header: spreadsheets leave out blanks at the end."""
    missing = width - len(record)
    if missing >= 0:
        return record + [""] * missing
    if any(cell.strip() for cell in record[width:]):
        shown = {"\t": "tab"}.get(separator, separator)
        raise _Unfit(
            f"{where}: row {number} has {len(record)} cells but the header only {width}. "
            f"Put cells that contain the separator ({shown}) in double quotes, or set the "
            "source's separator if it is another one."
        )
    return record[:width]


def _cells(column: tuple[str, ...]) -> "pd.Series[str]":
    cells = pd.Series(column, dtype="str")
    return cells.where(cells.str.strip() != "")
