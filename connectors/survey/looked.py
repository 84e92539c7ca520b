"""What a person names as a source is looked into: a database, a folder or a spreadsheet."""

from pathlib import Path

from connectors.settings.settings import DatabaseSource, FilesSource, SheetsSource
from connectors.sources.files import KNOWN
from connectors.survey.found import Found
from connectors.survey.given import Given
from kpis.errors import SourceError


def looked_into(given: Given, folder: Path) -> Found:
    """Return the tables of a source; relative paths begin at ``folder``, that of the settings.

    Raises SourceError where it holds nothing or cannot be reached, SettingsError for a secret that
    is not there.
    """
    match given.source:
        case DatabaseSource():
            from connectors.survey.databases import tables_of_database  # a kind's own libraries

            tables, dialect = tables_of_database(given.name, given.source, folder)
        case SheetsSource():
            from connectors.survey.spreadsheets import tables_of_spreadsheet

            tables, dialect = tables_of_spreadsheet(given.name, given.source, folder), ""
        case FilesSource():
            from connectors.survey.folders import tables_of_folder

            tables, dialect = tables_of_folder(given.source, folder), ""
    if not tables:
        what = "no table that this user may see"
        if given.source.kind == "files":
            what = f"no file of a known kind ({', '.join(KNOWN)})"
        raise SourceError(f"Source '{given.name}' holds {what}. Name another one, or fill it.")
    return Found(given.name, given.source, given.keys, tables, dialect)
