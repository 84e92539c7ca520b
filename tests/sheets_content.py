"""What a Google spreadsheet of ours holds, and how Google's API shows it.

See ``tests/sheets_server.py``, which serves it.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gspread.utils import a1_range_to_grid_range, rowcol_to_a1


@dataclass(frozen=True)
class Formatted:
    """A cell whose number is shown in another way: ``Formatted(1200.5, "$1,200.50")``."""

    value: float
    text: str
    is_date: bool = False


@dataclass
class Spreadsheet:
    """Worksheets as rows of cells; ``grids`` are the sizes of those larger than their content.

    merges: by worksheet the ranges that are merged, such as ``B2:B4``.
    """

    worksheets: dict[str, list[list[Any]]]
    grids: dict[str, tuple[int, int]] = field(default_factory=dict)
    charts: tuple[str, ...] = ()
    merges: dict[str, list[str]] = field(default_factory=dict)
    time_zone: str = "Etc/GMT"


class Refusal(Exception):
    """Google does not do what it was asked: the status of its answer, and what it says."""

    def __init__(self, status: int, message: str | None = None) -> None:
        self.status, self.message = status, message


def metadata(name: str, spreadsheet: Spreadsheet) -> dict[str, Any]:
    """What ``GET /v4/spreadsheets/{id}?includeGridData=false`` says."""
    sheets: list[dict[str, Any]] = []
    for index, title in enumerate([*spreadsheet.worksheets, *spreadsheet.charts]):
        properties = {"sheetId": 1000 * index, "title": title, "index": index}
        if title in spreadsheet.charts:
            properties |= {"sheetType": "OBJECT"}
        else:
            rows, columns = _grid(spreadsheet, title)
            grid = {"rowCount": rows, "columnCount": columns}
            properties |= {"sheetType": "GRID", "gridProperties": grid}
        sheet = {"properties": properties}
        if merged := spreadsheet.merges.get(title):
            sheet["merges"] = [_grid_range(properties["sheetId"], range_) for range_ in merged]
        sheets.append(sheet)
    return {
        "spreadsheetId": name,
        "properties": {
            "title": f"Spreadsheet {name}",
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": spreadsheet.time_zone,
        },
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{name}/edit",
    }


def _grid_range(sheet: int, range_: str) -> dict[str, int]:
    """A range as Google writes it: the first worksheet's id, which is 0, is left out."""
    box: dict[str, int] = a1_range_to_grid_range(range_)
    return {**({"sheetId": sheet} if sheet else {}), **box}


def masked(content: Any, mask: str) -> Any:
    """Only the fields of ``mask``, such as ``sheets(properties(title),merges)``."""
    if mask == "*":
        return content
    if isinstance(content, list):
        return [masked(item, mask) for item in content]
    found = {}
    for name, inner in _fields(mask):
        if name in content:
            found[name] = masked(content[name], inner) if inner else content[name]
    return found


def _fields(mask: str) -> list[tuple[str, str]]:
    """Each field of a mask with the mask of what is in it, which may be blank."""
    parts, depth = [""], 0
    for sign in mask:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [(part.partition("(")[0], part.partition("(")[2][:-1]) for part in parts]


def _grid(spreadsheet: Spreadsheet, title: str) -> tuple[int, int]:
    cells = spreadsheet.worksheets[title]
    return spreadsheet.grids.get(title, (max(len(cells), 1), max(map(len, cells), default=0) or 1))


def values(spreadsheet: Spreadsheet, range_: str, query: dict[str, list[str]]) -> dict[str, Any]:
    """What a range of ``values:batchGet`` holds."""
    title, cells_of = _split_range(spreadsheet, range_)
    rows, columns = _grid(spreadsheet, title)
    # Of a range such as A:A, gspread leaves out the ends that are open.
    box = a1_range_to_grid_range(cells_of) if cells_of else {}
    top, left = box.get("startRowIndex", 0), box.get("startColumnIndex", 0)
    bottom, right = box.get("endRowIndex", rows), box.get("endColumnIndex", columns)
    rendered = [
        _trimmed([_rendered(cell, query) for cell in row[left:right]])
        for row in spreadsheet.worksheets[title][top:bottom]
    ]
    while rendered and not rendered[-1]:
        rendered.pop()
    # As recorded: Sheet1 stands bare, 'D3' and titles with other characters in quotes.
    plain = re.fullmatch(r"[A-Za-z_]\w*", title) and not _is_cell(title)
    shown = title if plain and title.isascii() else "'" + title.replace("'", "''") + "'"
    where = f"{shown}!{rowcol_to_a1(top + 1, left + 1)}:{rowcol_to_a1(bottom, right)}"
    answer: dict[str, Any] = {"range": where, "majorDimension": "ROWS"}
    return {**answer, "values": rendered} if rendered else answer


def _split_range(spreadsheet: Spreadsheet, range_: str) -> tuple[str, str]:
    """The worksheet and the cells that a range means; a bare ``D3`` is a cell, no worksheet."""
    quoted = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.+))?", range_)
    if quoted:
        title, cells = quoted[1].replace("''", "'"), quoted[2] or ""
    elif "!" in range_:
        title, _, cells = range_.rpartition("!")
    elif _is_cell(range_):
        title, cells = next(iter(spreadsheet.worksheets)), range_
    else:
        title, cells = range_, ""
    if title not in spreadsheet.worksheets:
        raise Refusal(400, f"Unable to parse range: {range_}")
    return title, cells


def _is_cell(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{1,3}[0-9]{1,7}(:[A-Za-z]{1,3}[0-9]{1,7})?", text) is not None


def _rendered(cell: Any, query: dict[str, list[str]]) -> Any:
    unformatted = query.get("valueRenderOption", [""]) == ["UNFORMATTED_VALUE"]
    as_text = query.get("dateTimeRenderOption", [""]) == ["FORMATTED_STRING"]
    if cell is None:
        return ""
    if isinstance(cell, Formatted):
        return cell.value if unformatted and not (cell.is_date and as_text) else cell.text
    if unformatted or isinstance(cell, str):
        return cell
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row = row[:-1]
    return row


def cells_from_csv(path: Path, dates: Collection[str] = ()) -> list[list[Any]]:
    """What Sheets holds after importing a CSV file: numbers as numbers, ISO dates as serials.

    dates: the columns that hold dates or times; a serial is the number of days since 1899-12-30.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    is_date = [column in dates for column in header]
    return [header] + [
        [_held(text, date) for text, date in zip(row, is_date, strict=True)] for row in rows
    ]


def _held(text: str, date: bool) -> Any:
    if date and text:
        since = datetime.fromisoformat(text) - datetime(1899, 12, 30)
        days = since.total_seconds() / 86_400
        return int(days) if days.is_integer() else days
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
