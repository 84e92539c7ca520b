"""Files of a folder: CSV and TSV as text, Excel and Parquet with the types they hold."""

import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources.csv_text import header_names, read_csv
from connectors.sources.raw import Progress, RawTable
from kpis.errors import SourceError, nearest

TEXT, EXCEL, PARQUET = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".parquet", ".pq")
KNOWN = (*TEXT, *EXCEL, *PARQUET)


def read(
    name: str,
    source: FilesSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
) -> dict[str, RawTable]:
    """Read the files of ``requests`` from the source's folder, relative to ``folder``.

    ``from`` is a file's name with or without its suffix; ``book.xlsx#Sheet`` picks a worksheet
    of a workbook, else it is the first. Cells of text files are text, missing where blank ("NA"
    and "null" stay text); those of Excel and Parquet are Python objects, None where blank. The
    header is row 1 and the first row below it row 2, in Parquet too; blank rows are left out.

    Raises SourceError: no such folder, file or worksheet, a file that is damaged, of an unknown
    kind or encoding, without a header, with a header twice, or with rows that do not fit it.
    """
    tables = {}
    for table, request in requests.items():
        path, sheet = _find(name, source, request.from_ or "", folder)
        where = f"Source '{name}', file '{path.name}'"
        try:
            tables[table] = _table(table, path, sheet, where, source, progress)
        except OSError as error:
            raise SourceError(f"{where} cannot be read: {error.strerror or error}.") from None
    return tables


def fingerprint(
    source: FilesSource, requests: Mapping[str, TableSettings], folder: Path
) -> str | None:
    """Return a text that changes when the files may have; None while one of them is missing."""
    try:
        paths = {_find("", source, request.from_ or "", folder)[0] for request in requests.values()}
        stats = [(path, path.stat()) for path in sorted(paths)]
    except (SourceError, OSError):
        return None
    return "|".join(f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in stats)


def _table(
    table: str, path: Path, sheet: str, where: str, source: FilesSource, progress: Progress
) -> RawTable:
    suffix = path.suffix.lower()
    place = f"file '{path.name}'"
    if suffix in TEXT:
        frame, rows = read_csv(
            path,
            where,
            source.encoding,
            source.separator or ("\t" if suffix == ".tsv" else None),
            lambda read: progress(table, read),
        )
        return RawTable(frame, rows, place)
    found = _excel(path, sheet, where) if suffix in EXCEL else _parquet(path, where)
    progress(table, len(found.frame))
    return found


def _find(name: str, source: FilesSource, wanted: str, folder: Path) -> tuple[Path, str]:
    """The file that ``wanted`` means, and the worksheet after its ``#`` (or none)."""
    root = Path(os.path.abspath(folder / Path(source.folder).expanduser()))
    if not root.is_dir():
        raise SourceError(
            f"Source '{name}': there is no folder {root}. Correct sources.{name}.folder; it is "
            "relative to the settings file."
        )
    file, _, sheet = (wanted, "", "") if (root / wanted).is_file() else wanted.partition("#")
    path = Path(os.path.abspath(root / file))
    if not path.is_relative_to(root):
        raise SourceError(
            f"Source '{name}': '{wanted}' is outside of the source's folder {root}. Move the "
            "file there, or name its folder in the settings."
        )
    if not path.is_file():
        path = _by_stem(name, path, root)
    if path.suffix.lower() not in KNOWN:
        raise SourceError(
            f"Source '{name}': '{path.name}' is of a kind that cannot be read. Save it as one of "
            f"{', '.join(KNOWN)}."
        )
    if sheet and path.suffix.lower() not in EXCEL:
        raise SourceError(f"Source '{name}': '{path.name}' has no worksheets, so '#' names none.")
    return path, sheet


def _by_stem(name: str, path: Path, root: Path) -> Path:
    files = [file for file in path.parent.glob("*") if file.suffix.lower() in KNOWN]
    same = sorted(file for file in files if file.stem == path.name)
    if len(same) > 1:
        names = ", ".join(f"'{file.name}'" for file in same)
        raise SourceError(
            f"Source '{name}': '{path.name}' may be any of {names}. Write the name with its suffix."
        )
    if not same:
        hint = nearest(path.name, [file.name for file in files])
        hint = hint or f"The folder holds no file of a known kind ({', '.join(KNOWN)})."
        raise SourceError(
            f"Source '{name}': there is no file '{path.name}' in {root}. {hint} Put it there, or "
            "change 'from' in the settings."
        )
    return same[0]


_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException),
    *(KeyError, ValueError, TypeError, EOFError),
)
"""What reading a workbook raises, depending on which of its parts is not as it should be."""


def _unreadable(where: str) -> SourceError:
    return SourceError(
        f"{where} is not a readable workbook: damaged, protected by a password, or of "
        "another kind. Open it and save it again as .xlsx without a password."
    )


def _excel(path: Path, sheet: str, where: str) -> RawTable:
    try:
        # Values as last calculated; row by row, so that a large workbook fits into memory.
        workbook = load_workbook(path, read_only=True, data_only=True)
    except _DAMAGED:
        raise _unreadable(where) from None
    with closing(workbook):
        worksheets = {found.title: found for found in workbook.worksheets}
        if sheet and sheet not in worksheets:
            raise SourceError(f"{where} has no worksheet '{sheet}'. {nearest(sheet, worksheets)}")
        worksheet = worksheets[sheet] if sheet else next(iter(worksheets.values()))
        # Some programs write a wrong size, and cells beyond it would be left out.
        worksheet.reset_dimensions()
        try:
            cells = [
                [None if isinstance(cell, str) and not cell.strip() else cell for cell in row]
                for row in worksheet.iter_rows(values_only=True)
            ]
        except _DAMAGED:
            raise _unreadable(where) from None
        serial = workbook.epoch == WINDOWS_EPOCH
    header_at = next((at for at, row in enumerate(cells) if any(c is not None for c in row)), 0)
    header = cells[header_at] if cells else []
    titles = ["" if cell is None else str(cell).strip() for cell in header]
    names = header_names(titles, f"{where}, worksheet '{worksheet.title}'")
    records = {
        number: _picked(row, list(names))
        for number, row in enumerate(cells[header_at + 1 :], start=header_at + 2)
    }
    kept = [n for n, record in records.items() if any(cell is not None for cell in record)]
    frame = pd.DataFrame([records[n] for n in kept], columns=list(names.values()), dtype=object)
    place = f"file '{path.name}', worksheet '{worksheet.title}'"
    return RawTable(frame, np.array(kept, dtype=np.int64), place, serial_dates=serial)


def _picked(row: Sequence[Any], columns: Sequence[int]) -> list[Any]:
    return [row[at] if at < len(row) else None for at in columns]


def _parquet(path: Path, where: str) -> RawTable:
    try:
        table = pq.read_table(path)
    except pa.ArrowException:
        raise SourceError(f"{where} is not a readable Parquet file. Export it again.") from None
    header_names(list(table.column_names), where)
    # Integers with gaps would become floats, and long ids others.
    frame = table.to_pandas(integer_object_nulls=True, ignore_metadata=True).astype(object)
    frame = frame.where(frame.notna(), None)
    rows = np.arange(2, len(frame) + 2, dtype=np.int64)
    return RawTable(frame, rows, f"file '{path.name}'")
