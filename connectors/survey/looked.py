"""What a person names as a source is looked into: a database, a folder or a spreadsheet."""

from pathlib import Path

from connectors.settings.settings import DatabaseSource, FilesSource, SheetsSource
from connectors.survey.found import Found
from connectors.survey.given import Given


def looked_into(given: Given, folder: Path) -> Found:
    """Return the tables of a source; relative paths begin at ``folder``, that of the settings.

    Raises SourceError and SettingsError where it cannot be reached at all.
    """
    match given.source:
        case DatabaseSource():
            from connectors.survey.databases import tables_of_database  # a kind's own libraries

            tables, has_schemas = tables_of_database(given.name, given.source, folder)
            return Found(given.name, given.source, given.keys, tables, has_schemas)
        case SheetsSource():
            from connectors.survey.spreadsheets import tables_of_spreadsheet

            tables = tables_of_spreadsheet(given.name, given.source, folder)
        case FilesSource():
            from connectors.survey.folders import tables_of_folder

            tables = tables_of_folder(given.source, folder)
    return Found(given.name, given.source, given.keys, tables)
