"""The files of a folder, a bounded sample of each: one table a file, or worksheet of a workbook."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.settings.settings import FilesSource
from connectors.sources.csv_text import read_csv
from connectors.sources.files import EXCEL, KNOWN, PARQUET
from connectors.sources.header import Wanted
from connectors.sources.raw import RawTable
from connectors.sources.typed_columns import typed_frame
from connectors.sources.workbooks import read_workbook, sheet_titles
from connectors.survey.found import FoundTable, rows_for
from kpis.errors import AllianceError

MOST_BYTES = 8_000_000
"""How much of a file of text a survey reads."""
MOST_WORKBOOK_BYTES = 20_000_000
"""A larger workbook is named, and not read: it cannot be read in part."""
_TITLE_LINES = 10

Reader = Callable[[Wanted], RawTable]


def tables_of_folder(source: FilesSource, folder: Path) -> tuple[FoundTable, ...]:
    """Return every file of a known kind in the source's folder, and each worksheet of a workbook.

    folder: where the source's own folder begins. A file that cannot be read is a table with the
    problem, in words.
    """
    root = folder / Path(source.folder).expanduser()
    paths = sorted(path for path in root.iterdir() if path.suffix.lower() in KNOWN)
    return tuple(
        table
        for path in paths
        if path.is_file() and not path.name.startswith(("~$", "."))
        for table in _tables_of(path, source)
    )


def in_utf8(name: str) -> str:
    r"""Return the name of a file with bytes that are no UTF-8 as ``\xff``, so it can be printed."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _tables_of(path: Path, source: FilesSource) -> Iterator[FoundTable]:
    if (name := in_utf8(path.name)) != path.name:
        problem = "has a name that is not UTF-8, which settings cannot hold: rename the file"
        yield FoundTable(name, (), problem=problem)
        return
    try:
        if path.suffix.lower() in EXCEL:
            yield from _worksheets(path)
        elif path.suffix.lower() in PARQUET:
            yield _parquet(path)
        else:
            yield _text(path, source)
    except (AllianceError, OSError) as error:
        yield FoundTable(path.name, (), problem=str(error))


def _worksheets(path: Path) -> Iterator[FoundTable]:
    if path.stat().st_size > MOST_WORKBOOK_BYTES:
        size = f"{MOST_WORKBOOK_BYTES / 1e6:.0f} MB"
        yield FoundTable(path.name, (), problem=f"is larger than {size}, and was not looked into")
        return
    titles = sheet_titles(path, f"File '{path.name}'")
    for title in titles:
        name = path.name if len(titles) == 1 else f"{path.name}#{title}"
        try:
            rows = _with_header(partial(_worksheet, path, title, name))
        except AllianceError as error:
            yield FoundTable(name, (), problem=str(error))
        else:
            yield sampled(name, rows)


def _worksheet(path: Path, title: str, name: str, wanted: Wanted) -> RawTable:
    return read_workbook(path, title, wanted, name)


def _parquet(path: Path) -> FoundTable:
    try:
        with pq.ParquetFile(path) as file:
            rows = rows_for(len(file.schema_arrow.names))
            batches = list(file.iter_batches(batch_size=rows))[:1] if file.metadata.num_rows else []
            head = pa.Table.from_batches(batches, file.schema_arrow)
            total = file.metadata.num_rows
    except pa.ArrowException:
        return FoundTable(path.name, (), problem="is not a readable Parquet file")
    numbers = np.arange(2, head.num_rows + 2, dtype=np.int64)
    raw = RawTable(typed_frame(head), numbers, f"file '{path.name}'")
    found = sampled(path.name, raw)
    return replace(found, rows=total, is_whole=total == head.num_rows, known=None)


def _text(path: Path, source: FilesSource) -> FoundTable:
    """A file of text, or the whole lines at its beginning: where it is cut, it may hold more."""
    separator = source.separator or ("\t" if path.suffix.lower() == ".tsv" else None)

    def read(file: Path) -> RawTable:
        return _with_header(
            lambda wanted: read_csv(
                file, f"File '{path.name}'", source.encoding, separator, wanted, lambda rows: None
            )
        )

    if path.stat().st_size <= MOST_BYTES:
        return sampled(path.name, read(path))
    with tempfile.TemporaryDirectory() as beside, path.open("rb") as whole:
        head = Path(beside) / path.name
        head.write_bytes(whole.read(MOST_BYTES).rpartition(b"\n")[0] + b"\n")
        found = sampled(path.name, read(head))
        return replace(found, is_whole=False, is_counted=False, known=None)


def _with_header(read: Reader) -> RawTable:
    """A table read below its first row, or below the row that names most columns under titles."""
    try:
        first = read(Wanted("a table", is_for_query=True))
        if len(first.frame.columns) > 1:
            return first
    except AllianceError as error:
        first, problem = None, error
    others = [found for row in range(2, _TITLE_LINES + 1) if (found := _at_row(read, row))]
    best = max(others, key=lambda found: len(found.frame.columns), default=first)
    if best is None:
        raise problem
    return best if first is None or len(best.frame.columns) > 1 else first


def _at_row(read: Reader, row: int) -> RawTable | None:
    try:
        return read(Wanted("a table", is_for_query=True, row=row))
    except AllianceError:
        return None  # a blank row, or one with too few names: another row may do


def sampled(name: str, raw: RawTable) -> FoundTable:
    """Return a table of the first rows of ``raw``, which holds all that there are."""
    columns, total = [str(column) for column in raw.frame.columns], len(raw.frame)
    rows = rows_for(len(columns))
    head = replace(raw, frame=raw.frame.iloc[:rows], rows=raw.rows[:rows])
    is_whole = total <= rows
    known = None if is_whole else partial(_known_in, FoundTable(name, tuple(columns), raw=raw))
    return FoundTable(name, tuple(columns), rows=total, is_whole=is_whole, raw=head, known=known)


def _known_in(whole: FoundTable, column: str, texts: Sequence[str]) -> frozenset[str]:
    """Those of some texts that a column holds in the part of a file that was read."""
    return frozenset(whole.cells_of(column)) & frozenset(texts)
