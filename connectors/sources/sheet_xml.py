"""What openpyxl does not say of a worksheet that it reads row by row: merges, formulas, hiding.

Only a worksheet whose text mentions one of the first two is parsed for them, so that large tables
stay fast; hidden rows are found in the text.
"""

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

from connectors.sources.worksheet_table import Merge

_MENTIONS = re.compile(rb"mergeCell|[<:]f[ />]")
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b([^>]*?\bhidden="(?:1|true)"[^>]*)>')
_ROW = re.compile(rb'\br="(\d+)"')
_FILTERS = b"filterColumn"
_LONGEST_MENTION = 1024
_CHUNK = 1 << 20


@dataclass
class SheetExtras:
    """Merged cells and formulas of one worksheet; rows and columns from 0.

    without_value, zeros: the cells whose formula has no value, or a 0. calculated: the columns in
    which some formula has another value. hidden: rows that are, from 1; is_filtered: a filter is
    set, on the worksheet or on a table in it.
    """

    merges: list[Merge] = field(default_factory=list)
    without_value: list[tuple[int, int]] = field(default_factory=list)
    zeros: list[tuple[int, int]] = field(default_factory=list)
    calculated: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    is_filtered: bool = False

    def uncalculated(self, header: int, is_unfinished: bool) -> dict[int, int]:
        """Return by column how many formulas below the row ``header`` have no calculated value.

        is_unfinished: the workbook asks to be calculated when it is opened. Some programs write a
        0 for each formula of such a workbook; a column of nothing else counts as not calculated.
        """
        cells = list(self.without_value)
        if is_unfinished:
            cells += [cell for cell in self.zeros if cell[1] not in self.calculated]
        return dict(Counter(column for row, column in cells if row > header))


def sheet_extras(workbook: Path, sheet: str) -> SheetExtras:
    """Return what is merged, computed and hidden in the worksheet at ``sheet`` in the zip.

    Raises ParseError, KeyError and zipfile's errors where the workbook is damaged.
    """
    found = SheetExtras()
    with zipfile.ZipFile(workbook) as archive:
        with archive.open(sheet) as text:
            mentions, has_table = _scan(text, found)
        if found.hidden and has_table:
            tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
            found.is_filtered |= any(_FILTERS in archive.read(name) for name in tables)
        if mentions:
            with archive.open(sheet) as text:
                _parse(text, found)
    return found


def _scan(text: IO[bytes], found: SheetExtras) -> tuple[bool, bool]:
    """Add what is hidden; return whether merged cells or formulas are mentioned, and a table."""
    tail, mentions, has_table = b"", False, False
    while chunk := text.read(_CHUNK):
        piece = tail + chunk
        mentions = mentions or _MENTIONS.search(piece) is not None
        has_table = has_table or b"tablePart" in piece
        found.is_filtered = found.is_filtered or _FILTERS in piece
        if b"hidden=" in piece:
            rows = (_ROW.search(tag) for tag in _HIDDEN.findall(piece))
            found.hidden.update(int(row[1]) for row in rows if row)
        tail = chunk[-_LONGEST_MENTION:]
    return mentions, has_table


def _parse(text: IO[bytes], found: SheetExtras) -> None:
    row = -1
    for _, element in iterparse(text):
        # Ends only: those of a row's cells come first, then the row's own.
        match element.tag.rpartition("}")[2]:
            case "row":
                row = int(element.get("r") or row + 2) - 1
                _note_formulas(found, element, row)
                element.clear()
            case "mergeCell":
                left, top, _, bottom = range_boundaries(element.get("ref"))
                found.merges.append(Merge(top - 1, left - 1, bottom))


def _note_formulas(found: SheetExtras, cells: Element, row: int) -> None:
    column = -1
    for cell in cells:
        place = cell.get("r")
        parts = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
        column += 1
        if "f" not in parts:
            continue
        if place:
            column = column_index_from_string(coordinate_from_string(place)[0]) - 1
        value = parts.get("v", "").strip()
        if not value and not ("v" in parts and cell.get("t") == "str"):  # a text that is blank
            found.without_value.append((row, column))
        elif value == "0":
            found.zeros.append((row, column))
        else:
            found.calculated.add(column)
