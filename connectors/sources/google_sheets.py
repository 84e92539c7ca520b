"""Google Sheets through gspread: one call for the list of worksheets, one for all their cells.

Cells are read unformatted: 1200.5 rather than "$1,200.50", and dates as serial numbers. Amounts are
asked for as they are shown, too, where nothing but that names their currency.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from gspread.utils import absolute_range_name, rowcol_to_a1

from connectors.settings.secrets import service_account
from connectors.settings.settings import SheetsSource
from connectors.settings.tables import TableSettings
from connectors.sources.google_api import Client, problems, session
from connectors.sources.header import Wanted, wanted_of
from connectors.sources.number_formats import (
    currency_beside,
    shown_columns,
    with_shown_currencies,
)
from connectors.sources.queries.query import Query, answer_of, parsed_query, wanted_by
from connectors.sources.raw import Progress, RawTable
from connectors.sources.worksheet_table import Merge, table_of_grid
from kpis.errors import SourceError, nearest

_FIELDS = "sheets(properties(title,sheetType),merges)"
_SIZES = "sheets(properties(title,sheetType,gridProperties(rowCount,columnCount)))"
_FIRST_DAY = datetime(1899, 12, 30)


def read(
    name: str,
    source: SheetsSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
    time_zone: str = "UTC",
) -> dict[str, RawTable]:
    """Read the worksheets of ``requests`` from one spreadsheet, all in one batch.

    ``from`` is a worksheet's title; a ``query`` names worksheets in double quotes, counts days in
    ``time_zone``, and one more batch says which of their numbers are dates. Another says in which
    currency amounts are shown that have neither a column nor a setting of it. Columns without a
    header and blank rows are left out, but row numbers stay those of the sheet. Cells are text,
    numbers, booleans or None; a date is its serial number, and an amount shown in a currency the
    text "$ 1200.50".

    Raises SourceError (no access, no such spreadsheet or worksheet, no header, a query that is
    refused, Google not reachable) and SettingsError (no usable service account key).
    """
    key = service_account(source.credentials, folder, f"Source '{name}', credentials")
    spreadsheet = _spreadsheet_id(name, source.spreadsheet)
    queries = {
        part: parsed_query(name, part, request)
        for part, request in requests.items()
        if request.query is not None
    }
    titles = _titles(requests, queries)
    with problems(name, source, spreadsheet, key):
        client = Client(session(name, source, key), source.api)
        merges = _merges(client.fetch_sheet_metadata(spreadsheet, {"fields": _FIELDS}))
        _check_titles(name, titles, list(merges))
        asked = list(dict.fromkeys(title for _, title in titles))
        values = dict(zip(asked, _values(client, spreadsheet, asked), strict=True))
        queried = list(dict.fromkeys(title for part, title in titles if part in queries))
        formatted = _values(client, spreadsheet, queried, "FORMATTED_STRING") if queried else []
    dated = {
        title: _with_dates(name, title, values[title], as_shown)
        for title, as_shown in zip(queried, formatted, strict=True)
    }
    sheets = _Worksheets(name, merges, values, dated)
    wanted = {
        part: wanted_by(queries[part], part, request)
        if part in queries
        else wanted_of(part, request)
        for part, request in requests.items()
    }
    found = {(part, title): sheets.table(title, wanted[part]) for part, title in titles}
    with problems(name, source, spreadsheet, key):
        marks = _marks(client, spreadsheet, found, wanted)
    tables: dict[str, dict[str, RawTable]] = {part: {} for part in requests}
    for (part, title), table in found.items():
        mark_at = partial(_mark, marks, title)
        tables[part][title] = with_shown_currencies(table, wanted[part], mark_at)
    return {
        part: answer_of(queries[part], part, sheets_of.__getitem__, progress, time_zone)
        if part in queries
        else _only(part, sheets_of, progress)
        for part, sheets_of in tables.items()
    }


def worksheet_sizes(name: str, source: SheetsSource, folder: Path) -> dict[str, int]:
    """Return the worksheets of a spreadsheet by title, each with how many cells its grid has.

    Raises SourceError and SettingsError as :func:`read` does.
    """
    key = service_account(source.credentials, folder, f"Source '{name}', credentials")
    spreadsheet = _spreadsheet_id(name, source.spreadsheet)
    with problems(name, source, spreadsheet, key):
        client = Client(session(name, source, key), source.api)
        found = client.fetch_sheet_metadata(spreadsheet, {"fields": _SIZES})
    of_sheets = (sheet["properties"] for sheet in found["sheets"])
    grids = {
        one["title"]: one.get("gridProperties", {})
        for one in of_sheets
        if one.get("sheetType") != "OBJECT"  # a chart on a sheet of its own
    }
    return {
        title: grid.get("rowCount", 0) * grid.get("columnCount", 0) for title, grid in grids.items()
    }


def _only(part: str, worksheets: Mapping[str, RawTable], progress: Progress) -> RawTable:
    """The one worksheet that a part without a query is read from."""
    (table,) = worksheets.values()
    progress(part, len(table.frame))
    return table


def _spreadsheet_id(name: str, spreadsheet: str) -> str:
    text = spreadsheet.strip()
    # With several Google accounts the address says which, /u/1/; one with /d/e/ is a publication.
    address = re.search(r"/spreadsheets/(?:u/\d+/)?d/(?!e/)([\w-]+)", text)
    found = address[1] if address else text
    if not re.fullmatch(r"[\w-]+", found):
        raise SourceError(
            f"Source '{name}': '{spreadsheet}' is no spreadsheet. Copy its address from the "
            "browser, such as https://docs.google.com/spreadsheets/d/1AbC…/edit."
        )
    return found


def _titles(
    requests: Mapping[str, TableSettings], queries: Mapping[str, Query]
) -> list[tuple[str, str]]:
    """The parts of tables, each with every worksheet that it is read from."""
    return [
        (part, title)
        for part, request in requests.items()
        for title in (queries[part].tables if part in queries else [request.from_ or ""])
    ]


def _merges(metadata: Mapping[str, Any]) -> dict[str, list[Merge]]:
    """The merged cells of each worksheet; a chart on a sheet of its own has no cells."""
    found = {}
    for sheet in metadata["sheets"]:
        properties = sheet["properties"]
        if properties.get("sheetType") != "OBJECT":
            found[properties["title"]] = [
                Merge(m.get("startRowIndex", 0), m.get("startColumnIndex", 0), m["endRowIndex"])
                for m in sheet.get("merges", [])
            ]
    return found


def _check_titles(name: str, titles: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
    for part, title in titles:
        if title not in known:
            hint = nearest(title, known)
            if not hint.startswith("Known:"):
                hint += f" Its worksheets: {', '.join(known)}."
            raise SourceError(
                f"Source '{name}': the spreadsheet has no worksheet '{title}' for {part}. {hint}"
            )


def _values(
    client: Client, spreadsheet: str, titles: list[str], dates: str = "SERIAL_NUMBER"
) -> list[list[list[Any]]]:
    # In quotes, or a worksheet called D3 or FY2026 would be read as a cell of the first one.
    answer = client.values_batch_get(
        spreadsheet,
        [absolute_range_name(title) for title in titles],
        params={"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": dates},
    )
    return [found.get("values", []) for found in answer["valueRanges"]]


_Columns = Mapping[tuple[str, int], Sequence[str]]
"""By worksheet and position of a column, something of each of its cells."""


def _marks(
    client: Client,
    spreadsheet: str,
    tables: Mapping[tuple[str, str], RawTable],
    wanted: Mapping[str, Wanted],
) -> _Columns:
    """The currency with which each amount of unnamed currency is shown, "" for none.

    tables: by part and worksheet.
    """
    unclear = (
        (title, table.positions[at])
        for (part, title), table in tables.items()
        for at in shown_columns(table, wanted[part])
    )
    asked = list(dict.fromkeys(unclear))
    if not asked:
        return {}
    letters = [rowcol_to_a1(1, at + 1).rstrip("1") for _, at in asked]
    answer = client.values_batch_get(
        spreadsheet,
        [
            absolute_range_name(title, f"{letter}:{letter}")
            for (title, _), letter in zip(asked, letters, strict=True)
        ],
        params={"valueRenderOption": "FORMATTED_VALUE"},
    )
    return {
        column: [currency_beside(str(row[0])) if row else "" for row in found.get("values", [])]
        for column, found in zip(asked, answer["valueRanges"], strict=True)
    }


def _mark(marks: _Columns, title: str, row: int, column: int) -> str:
    """The currency of one cell; what is blank at the end of a column is not in the answer."""
    of_column = marks[title, column]
    return of_column[row] if row < len(of_column) else ""


def _with_dates(
    name: str, title: str, values: list[list[Any]], as_shown: list[list[Any]]
) -> list[list[Any]]:
    """The cells with dates in place of their numbers: those that are text as Google shows them."""
    if [len(row) for row in values] != [len(row) for row in as_shown]:
        raise SourceError(
            f"Source '{name}': worksheet '{title}' was edited while it was read. Read it again."
        )
    return [
        [
            _moment(cell) if isinstance(shown, str) and _is_serial(cell) else cell
            for cell, shown in zip(row, shown_row, strict=True)
        ]
        for row, shown_row in zip(values, as_shown, strict=True)
    ]


def _is_serial(cell: Any) -> bool:
    """Whether a cell is a number of days; less than one is a time of day or a duration."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 1


def _moment(serial: float) -> datetime:
    """The moment that a serial number is, to the second: its fraction is no exact one."""
    seconds = round(serial * 86_400)
    return _FIRST_DAY + timedelta(seconds=seconds)


@dataclass(frozen=True)
class _Worksheets:
    """What was read of a source's worksheets, by title; ``dated`` with dates for its queries."""

    source: str
    merges: Mapping[str, Sequence[Merge]]
    values: Mapping[str, list[list[Any]]]
    dated: Mapping[str, list[list[Any]]]

    def table(self, title: str, wanted: Wanted) -> RawTable:
        """One worksheet; its dates are serial numbers, but for a query."""
        values = self.dated if wanted.is_for_query else self.values
        place = f"worksheet '{title}'"
        where = f"Source '{self.source}': {place}"
        found = table_of_grid(values[title], self.merges[title], wanted, where, place)
        return replace(found, serial_dates=not wanted.is_for_query)
