"""The worksheets of a Google spreadsheet, a bounded sample of each."""

from pathlib import Path

from connectors.settings.settings import SheetsSource
from connectors.settings.tables import TableSettings
from connectors.sources.google import sheets as google_sheets
from connectors.sources.raw import no_progress
from connectors.survey.folders import sampled
from connectors.survey.found import FoundTable
from kpis.errors import SourceError

MOST_SHEET_CELLS = 2_000_000
"""A worksheet with a larger grid is named, and not read: Google sends it as a whole."""


def tables_of_spreadsheet(name: str, source: SheetsSource, folder: Path) -> tuple[FoundTable, ...]:
    """Return every worksheet; one that cannot be read has the problem, in words.

    Raises SourceError (no access, no such spreadsheet) and SettingsError (no usable key).
    """
    sizes = google_sheets.worksheet_sizes(name, source, folder)
    return tuple(_table(name, source, folder, title, cells) for title, cells in sizes.items())


def _table(name: str, source: SheetsSource, folder: Path, title: str, cells: int) -> FoundTable:
    if cells > MOST_SHEET_CELLS:
        problem = f"has a grid of {cells:,} cells, and was not looked into"
        return FoundTable(title, (), problem=problem)
    quoted = title.replace('"', '""')
    # A query has the dates of a worksheet as dates, and needs to know no column.
    request = TableSettings(source=name, query=f'SELECT * FROM "{quoted}"')
    try:
        found = google_sheets.read(name, source, {"leads": request}, folder, no_progress)
    except SourceError as error:
        return FoundTable(title, (), problem=str(error))
    return sampled(title, found["leads"])
