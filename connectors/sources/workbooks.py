"""Excel workbooks through openpyxl: cells with the types they hold, as last calculated."""

import zipfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from connectors.sources.grid import table_of_grid
from connectors.sources.header import Wanted
from connectors.sources.number_formats import currency_shown, with_shown_currencies
from connectors.sources.raw import RawTable
from connectors.sources.sheet_xml import sheet_extras
from kpis.errors import SourceError, nearest

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException),
    *(KeyError, ValueError, TypeError, EOFError),
)
"""What reading a workbook raises, depending on which of its parts is not as it should be."""


def read_workbook(path: Path, sheet: str, wanted: Wanted, where: str) -> RawTable:
    """Read the worksheet ``sheet`` of a workbook, or its first where that is "".

    Cells are Python objects, None where blank.

    Raises SourceError, beginning with ``where``: damaged, no such worksheet, no header.
    """
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
            shows_currency = any(map(currency_shown, workbook._number_formats))
            typed = list(worksheet.iter_rows()) if shows_currency else []
            cells = [tuple(cell.value for cell in row) for row in typed] or list(
                worksheet.iter_rows(values_only=True)
            )
            extras = sheet_extras(path, worksheet._worksheet_path)
        except _DAMAGED:
            raise _unreadable(where) from None
        serial = workbook.epoch == WINDOWS_EPOCH
        calculation = workbook.calculation
    is_unfinished = bool(calculation and calculation.fullCalcOnLoad)
    table = table_of_grid(
        cells,
        extras.merges,
        wanted,
        f"{where}, worksheet '{worksheet.title}'",
        f"file '{path.name}', worksheet '{worksheet.title}'",
        lambda header: extras.uncalculated(header, is_unfinished),
    )
    if typed:
        table = with_shown_currencies(table, wanted, lambda row, at: _mark(typed[row], at))
    return replace(table, serial_dates=serial, from_1904=not serial)


def _mark(row: Sequence[Any], at: int) -> str:
    """The currency with which a workbook shows a cell of a row, "" for none."""
    is_held = at < len(row) and row[at].value is not None
    return currency_shown(row[at].number_format) if is_held else ""


def _unreadable(where: str) -> SourceError:
    return SourceError(
        f"{where} is not a readable workbook: damaged, protected by a password, or of "
        "another kind. Open it and save it again as .xlsx without a password."
    )
