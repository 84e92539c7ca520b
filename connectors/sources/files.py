"""Files of a folder: CSV and TSV as text, Excel and Parquet with the types they hold."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.settings.settings import FilesSource
from connectors.settings.tables import TableSettings
from connectors.sources.csv_text import read_csv
from connectors.sources.header import Wanted, wanted_of
from connectors.sources.queries.query import answer_of, parsed_query, wanted_by
from connectors.sources.raw import Progress, RawTable, no_progress
from connectors.sources.typed_columns import typed_frame
from kpis.errors import SourceError, nearest

TEXT, EXCEL, PARQUET = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".parquet", ".pq")
KNOWN = (*TEXT, *EXCEL, *PARQUET)
_HEAD = 1024
_PAGE = re.compile(
    r"\s*(?:<!doctype html|<(?:html|head|meta|style|body|table)[\s>])", re.IGNORECASE
)
"""How a page begins."""


def read(
    name: str,
    source: FilesSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
    time_zone: str = "UTC",
) -> dict[str, RawTable]:
    """Read the files of ``requests`` from the source's folder, relative to ``folder``.

    ``from`` is a file's name with or without its suffix; ``book.xlsx#Sheet`` picks a worksheet
    of a workbook, else it is the first. Cells of text files are text, missing where blank ("NA"
    and "null" stay text); those of Excel are Python objects, None where blank; columns of Parquet
    stay in Arrow. Row numbers are those of the file or sheet, the first row of a Parquet file is 2;
    blank rows are left out. A ``query`` names files the same way, in double quotes, and counts days
    in ``time_zone``.

    Raises SourceError: no such folder, file or worksheet, a file that is damaged, of an unknown
    kind or encoding, without a header, or with rows that do not fit it; a query that is refused.
    """
    files = _Folder(name, source, folder, time_zone)
    return {part: files.part(part, request, progress) for part, request in requests.items()}


def fingerprint(
    source: FilesSource, requests: Mapping[str, TableSettings], folder: Path
) -> str | None:
    """Return a text that changes when the files may have; None while one of them is missing."""
    files = _Folder("", source, folder)
    try:
        paths = {
            files.find(file)[0]
            for part, request in requests.items()
            for file in _named(part, request)
        }
        stats = [(path, path.stat()) for path in sorted(paths)]
    except (SourceError, OSError):
        return None
    return "|".join(f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in stats)


def _named(part: str, request: TableSettings) -> tuple[str, ...]:
    """The files that a part is read from, as the settings name them."""
    if request.query is None:
        return (request.from_ or "",)
    return parsed_query("", part, request).tables


@dataclass(frozen=True)
class _Folder:
    """The folder of a source, and the files in it."""

    name: str
    source: FilesSource
    beside: Path
    time_zone: str = "UTC"

    def part(self, part: str, request: TableSettings, progress: Progress) -> RawTable:
        """A part of a table: a file or worksheet, or the answer to a query of some."""
        if request.query is None:
            return self.table(request.from_ or "", part, wanted_of(part, request), progress)
        query = parsed_query(self.name, part, request)
        columns = wanted_by(query, part, request)
        return answer_of(
            query,
            part,
            lambda file: self.table(file, part, columns, no_progress),
            progress,
            self.time_zone,
        )

    def table(self, wanted: str, part: str, columns: Wanted, progress: Progress) -> RawTable:
        """The file or worksheet that ``wanted`` names, read."""
        path, sheet = self.find(wanted)
        where = f"Source '{self.name}', file '{path.name}'"
        suffix = path.suffix.lower()
        try:
            if suffix in TEXT:
                separator = self.source.separator or ("\t" if suffix == ".tsv" else None)
                return read_csv(
                    path,
                    where,
                    self.source.encoding,
                    separator,
                    columns,
                    lambda rows: progress(part, rows),
                )
            if suffix in EXCEL:
                from connectors.sources.workbooks import read_workbook  # brings openpyxl

                found = read_workbook(path, sheet, columns, where)
            else:
                found = _parquet(path, where, columns)
        except OSError as error:
            raise SourceError(f"{where} cannot be read: {error.strerror or error}.") from None
        progress(part, len(found.frame))
        return found

    def find(self, wanted: str) -> tuple[Path, str]:
        """The file that ``wanted`` means, and the worksheet after its ``#`` (or none)."""
        name = self.name
        root = Path(os.path.abspath(self.beside / Path(self.source.folder).expanduser()))
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
        if _is_page(path):
            raise SourceError(
                f"Source '{name}': '{path.name}' is a web page (HTML) with a table, as some "
                "programs export it for Excel. Export it as CSV or .xlsx, or open it in a "
                "spreadsheet and save it as one of these."
            )
        if path.suffix.lower() not in KNOWN:
            raise SourceError(
                f"Source '{name}': '{path.name}' is of a kind that cannot be read. Save it as one "
                f"of {', '.join(KNOWN)}."
            )
        if sheet and path.suffix.lower() not in EXCEL:
            raise SourceError(
                f"Source '{name}': '{path.name}' has no worksheets, so '#' names none."
            )
        return path, sheet


def _is_page(path: Path) -> bool:
    """Whether a file that should be a workbook or of text begins as HTML does."""
    if path.suffix.lower() in PARQUET or not os.access(path, os.R_OK):
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return _PAGE.match(head.decode(encoding, "replace")) is not None


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
            "change 'from' or 'query' in the settings."
        )
    return same[0]


def _parquet(path: Path, where: str, columns: Wanted) -> RawTable:
    if columns.row is not None and not columns.is_for_query:
        raise SourceError(
            f"{where} names its columns itself. Remove header_row from [tables.{columns.table}]."
        )
    try:
        table = pq.read_table(path)
    except pa.ArrowException:
        raise SourceError(f"{where} is not a readable Parquet file. Export it again.") from None
    if not any(table.column_names):
        raise SourceError(f"{where} is empty. It has no columns.")
    rows = np.arange(2, table.num_rows + 2, dtype=np.int64)
    return RawTable(typed_frame(table), rows, f"file '{path.name}'")
