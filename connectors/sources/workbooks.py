"""Excel workbooks through openpyxl: cells with the types they hold, as last calculated."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from connectors.sources.cell_styles import Styles, with_styles_named
from connectors.sources.header import Wanted, titles
from connectors.sources.hidden_rows import with_hidden_noted
from connectors.sources.raw import RawNote, RawTable
from connectors.sources.sheet_xml import SheetExtras, sheet_extras
from connectors.sources.worksheet_table import table_of_grid
from kpis.display import listed
from kpis.errors import SourceError, nearest

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException),
    *(KeyError, ValueError, TypeError, EOFError),
)
"""What reading a workbook raises, depending on which of its parts is not as it should be."""

_LISTED = 3
_CODE = re.compile("_x(00[01][0-9A-Fa-f]|005[Ff])_")
"""What a workbook holds for a character without a sign, and for a ``_`` that begins no such code.

Programs that do not write these codes leave others, such as ``_x2026_``, as they are meant.
"""


def sheet_titles(path: Path, where: str) -> list[str]:
    """Return the titles of a workbook's worksheets; SourceError, as of :func:`read_workbook`."""
    try:
        with closing(load_workbook(path, read_only=True)) as workbook:
            return [sheet.title for sheet in workbook.worksheets]
    except _DAMAGED:
        raise _unreadable(where) from None


def read_workbook(path: Path, sheet: str, wanted: Wanted, where: str) -> RawTable:
    """Read the worksheet ``sheet`` of a workbook, or its first where that is "".

    Cells are Python objects, None where blank. Other filled worksheets are noted where none is
    named.

    Raises SourceError, beginning with ``where``: damaged, no such worksheet, no header; none named
    where several fit.
    """
    with closing(_opened(path, where)) as workbook:
        worksheets = {found.title: found for found in workbook.worksheets}
        if sheet and sheet not in worksheets:
            raise SourceError(f"{where} has no worksheet '{sheet}'. {nearest(sheet, worksheets)}")
        worksheet = worksheets[sheet] if sheet else next(iter(worksheets.values()))
        all_sheets = list(worksheets.values())
        others, right = ((), "") if sheet else _other_sheets(path, all_sheets, wanted, where)
        held = _contents(path, workbook, worksheet, where)
        serial = workbook.epoch == WINDOWS_EPOCH
        calculation = workbook.calculation
    is_unfinished = bool(calculation and calculation.fullCalcOnLoad)

    def read() -> RawTable:
        return table_of_grid(
            held.cells,
            held.extras.merges,
            wanted,
            f"{where}, worksheet '{worksheet.title}'",
            f"file '{path.name}', worksheet '{worksheet.title}'",
            lambda header: held.extras.uncalculated(header, is_unfinished),
        )

    line = _line(path, right, wanted)
    table = _read_first(read, wanted, line, where) if right else read()
    select = "" if wanted.is_for_query else f'SELECT * FROM "{path.name}#{worksheet.title}"'
    table = with_hidden_noted(table, held.extras.hidden, held.extras.is_filtered, select)
    table = with_styles_named(table, held.styles, held.typed, wanted)
    if others:
        table = _with_others_noted(table, others, _line(path, others[0], wanted))
    return replace(table, serial_dates=serial, from_1904=not serial)


def _opened(path: Path, where: str) -> Workbook:
    try:
        # Values as last calculated; row by row, so that a large workbook fits into memory.
        return load_workbook(path, read_only=True, data_only=True)
    except _DAMAGED:
        raise _unreadable(where) from None


class _Contents(NamedTuple):
    """What a worksheet holds; typed: its cells with their styles, where these tell of them."""

    cells: list[tuple[Any, ...]]
    typed: list[Sequence[Any]]
    styles: Styles
    extras: SheetExtras


def _contents(
    path: Path, workbook: Workbook, worksheet: ReadOnlyWorksheet, where: str
) -> _Contents:
    # Some programs write a wrong size, and cells beyond it would be left out.
    worksheet.reset_dimensions()
    try:
        styles = Styles.of(workbook)
        typed = list(worksheet.iter_rows()) if styles.tell_of_cells else []
        untyped = [] if typed else worksheet.iter_rows(values_only=True)
        cells = [_decoded(cell.value for cell in row) for row in typed]
        cells += map(_decoded, untyped)
        return _Contents(cells, typed, styles, sheet_extras(path, worksheet._worksheet_path))
    except _DAMAGED:
        raise _unreadable(where) from None


def _other_sheets(
    path: Path, worksheets: Sequence[ReadOnlyWorksheet], wanted: Wanted, where: str
) -> tuple[tuple[str, ...], str]:
    """Return the titles of filled worksheets beside the first, as the settings name none.

    With them that of the one beside it that alone has rows below a header that names what is
    needed, "" for none.

    Raises SourceError, beginning with ``where``, where two of them or more have rows below a header
    that names what is wanted: nobody can know which one is meant.
    """
    heads = {one.title: _first_rows(one, wanted, where) for one in worksheets}
    filled = [title for title, rows in heads.items() if any(map(any, map(titles, rows)))]
    fit = [title for title in filled if _has_rows(heads[title], wanted)]
    if len(fit) > 1:
        named = [_line(path, title, wanted) for title in fit]
        parts = "UNION ALL" if wanted.is_for_query else f"one [[tables.{wanted.table}]] for each"
        raise SourceError(
            f"{where} has {len(fit)} worksheets with the columns that are read: name the one that "
            f"is meant, {', or '.join(named)}; or read them all, with {parts}."
        )
    others = tuple(title for title in filled if title != worksheets[0].title)
    return others, next((title for title in fit if title in others and wanted.needed), "")


def _read_first(read: Callable[[], RawTable], wanted: Wanted, line: str, where: str) -> RawTable:
    """What ``read`` makes of the first worksheet, where the one that ``line`` names fits.

    Raises SourceError, beginning with ``where``, where the first one does not: it may be a cover
    that somebody put before the table.
    """
    try:
        table = read()
        if wanted.is_named_by(list(table.frame.columns)):
            return table
    except SourceError:
        pass
    raise SourceError(
        f"{where}: its first worksheet does not name all columns that are read, and another one "
        f"does. Name it under [tables.{wanted.table}]: {line}."
    )


def _line(path: Path, title: str, wanted: Wanted) -> str:
    """How the settings name a worksheet."""
    return f'{"FROM" if wanted.is_for_query else "from ="} "{path.name}#{title}"'


def _with_others_noted(table: RawTable, others: Sequence[str], line: str) -> RawTable:
    more = len(others) - _LISTED
    names = [f"'{title}'" for title in others[:_LISTED]] + ([f"{more} more"] if more > 0 else [])
    what = f"were read from the first worksheet, as none is named; others are {listed(names)}"
    note = RawNote(len(table.rows), what, remedy=f"{line} reads one of them.")
    return replace(table, notes=(*table.notes, note))


def _first_rows(worksheet: ReadOnlyWorksheet, wanted: Wanted, where: str) -> list[Sequence[Any]]:
    worksheet.reset_dimensions()
    try:
        found = worksheet.iter_rows(max_row=wanted.rows_to_search + 1, values_only=True)
        return [_decoded(row) for row in found]
    except _DAMAGED:
        raise _unreadable(where) from None


def _decoded(row: Iterable[Any]) -> tuple[Any, ...]:
    """The cells of a row with the characters that codes stand for; ``_x000D_`` ends a line."""
    return tuple(
        _CODE.sub(lambda code: chr(int(code[1], 16)), cell)
        if isinstance(cell, str) and "_x00" in cell
        else cell
        for cell in row
    )


def _has_rows(rows: Sequence[Sequence[Any]], wanted: Wanted) -> bool:
    """Whether a header that names what is wanted is among the first rows, and a row below it."""
    for at, row in enumerate(rows):
        if wanted.is_named_by(row):
            return any(any(titles(below)) for below in rows[at + 1 :])
    return False


def _unreadable(where: str) -> SourceError:
    return SourceError(
        f"{where} is not a readable workbook: damaged, protected by a password, or of "
        "another kind. Open it and save it again as .xlsx without a password."
    )
