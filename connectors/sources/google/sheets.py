"""Google Sheets through gspread: what its worksheets hold, as tables.

Cells are read unformatted: 1200.5 rather than "$1,200.50", and dates as serial numbers. Amounts are
asked for as they are shown, too, where nothing but that names their currency.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from connectors.settings.settings import SheetsSource
from connectors.settings.tables import TableSettings
from connectors.sources.google.api import Client, problems, session
from connectors.sources.google.login import login_of
from connectors.sources.google.state import Columns, State, of_one_state
from connectors.sources.google.zones import moment, sheet_zone_notes
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

_SIZES = "sheets(properties(title,sheetType,gridProperties(rowCount,columnCount)))"


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
    ``time_zone``, and one more batch says which of their numbers are dates. Two others say in which
    currency amounts are shown that have neither a column nor a setting of it. All are of one state
    of the spreadsheet: where it was edited between them, they are read again. Columns without a
    header and blank rows are left out, but row numbers stay those of the sheet. Cells are text,
    numbers, booleans or None; a date is its serial number, and an amount shown in a currency the
    text "$ 1200.50".

    Raises SourceError (no access, no such spreadsheet or worksheet, no header, a query that is
    refused, one that is edited all the time, Google not reachable) and SettingsError (no usable
    service account key).
    """
    login = login_of(name, source, folder)
    spreadsheet = _spreadsheet_id(name, source.spreadsheet)
    queries, wanted = _questions(name, requests)

    def tables_of(state: State) -> dict[str, dict[str, RawTable]]:
        found = _tables(name, requests, queries, wanted, state)
        if source.time_zone is not None:
            return found
        return _with_zone_notes(name, found, wanted, state.time_zone, time_zone)

    with problems(name, source, spreadsheet, login):
        tables = of_one_state(name, Client(session(login), source.api), spreadsheet, tables_of)
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
    login = login_of(name, source, folder)
    spreadsheet = _spreadsheet_id(name, source.spreadsheet)
    with problems(name, source, spreadsheet, login):
        client = Client(session(login), source.api)
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


def _questions(
    name: str, requests: Mapping[str, TableSettings]
) -> tuple[dict[str, Query], dict[str, Wanted]]:
    """The queries of parts that have one, and the columns that each part is read from."""
    queries = {
        part: parsed_query(name, part, request)
        for part, request in requests.items()
        if request.query is not None
    }
    wanted = {
        part: wanted_by(queries[part], part, request)
        if part in queries
        else wanted_of(part, request)
        for part, request in requests.items()
    }
    return queries, wanted


def _with_zone_notes(
    name: str,
    tables: Mapping[str, Mapping[str, RawTable]],
    wanted: Mapping[str, Wanted],
    own: str,
    taken: str,
) -> dict[str, dict[str, RawTable]]:
    """The tables with a doubt where times are taken in another zone than the spreadsheet's own."""
    found: dict[str, dict[str, RawTable]] = {part: {} for part in tables}
    for part, sheets in tables.items():
        for title, table in sheets.items():
            doubts = sheet_zone_notes(table, wanted[part], own, taken, name)
            found[part][title] = replace(table, notes=(*table.notes, *doubts))
    return found


def _tables(
    name: str,
    requests: Mapping[str, TableSettings],
    queries: Mapping[str, Query],
    wanted: Mapping[str, Wanted],
    state: State,
) -> dict[str, dict[str, RawTable]]:
    """By part the worksheets that it is read from, each by its title."""
    titles = _titles(requests, queries)
    _check_titles(name, titles, list(state.merges))
    values = state.values(list(dict.fromkeys(title for _, title in titles)))
    queried = list(dict.fromkeys(title for part, title in titles if part in queries))
    dated = {
        title: _with_dates(values[title], as_shown)
        for title, as_shown in state.as_shown(queried).items()
    }
    sheets = _Worksheets(name, state.merges, values, dated)
    found = {(part, title): sheets.table(title, wanted[part]) for part, title in titles}
    unclear = (
        (title, table.positions[at])
        for (part, title), table in found.items()
        for at in shown_columns(table, wanted[part])
    )
    texts = state.shown(list(dict.fromkeys(unclear)))
    marks = {column: [currency_beside(text) for text in cells] for column, cells in texts.items()}
    tables: dict[str, dict[str, RawTable]] = {part: {} for part in requests}
    for (part, title), table in found.items():
        mark_at = partial(_mark, marks, title)
        tables[part][title] = with_shown_currencies(table, wanted[part], mark_at)
    return tables


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


def _check_titles(name: str, titles: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
    for part, title in titles:
        if title not in known:
            hint = nearest(title, known)
            if not hint.startswith("Known:"):
                hint += f" Its worksheets: {', '.join(known)}."
            raise SourceError(
                f"Source '{name}': the spreadsheet has no worksheet '{title}' for {part}. {hint}"
            )


def _mark(marks: Columns, title: str, row: int, column: int) -> str:
    """The currency of one cell; what is blank at the end of a column is not in the answer."""
    of_column = marks[title, column]
    return of_column[row] if row < len(of_column) else ""


def _with_dates(values: list[list[Any]], as_shown: list[list[Any]]) -> list[list[Any]]:
    """The cells with dates in place of their numbers: those that are text as Google shows them."""
    return [
        [
            moment(cell) if isinstance(shown, str) and _is_serial(cell) else cell
            for cell, shown in zip(row, shown_row, strict=True)
        ]
        for row, shown_row in zip(values, as_shown, strict=True)
    ]


def _is_serial(cell: Any) -> bool:
    """Whether a cell is a number of days; less than one is a time of day or a duration."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 1


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
