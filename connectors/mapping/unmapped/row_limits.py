"""Tables of exactly as many rows as exports and spreadsheets hold: the rest may be missing."""

import re
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.notes import Note
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable

_PAGES = (1_000, 2_000, 5_000, 10_000, 50_000, 100_000)
_SHEETS = (65_536, 1_048_576)
"""Rows of a worksheet, in .xls and in .xlsx; its header may be one of them."""
_LIMITS = frozenset((*_PAGES, *_SHEETS, *(rows - 1 for rows in _SHEETS)))
_OF_QUERY = re.compile(r"\b(?:LIMIT|TOP|FETCH\s+(?:FIRST|NEXT)|ROWNUM\s*<=)\s*\(?\s*(\d+)", re.I)


def limit_notes(
    table: str, raw: RawTable, settings: TableSettings, rows: pa.Table, zone: str
) -> list[Note]:
    """Return a doubt where a file or worksheet has just as many rows as exports hold at most.

    rows: those loaded. A query is doubted where it has as many as its own LIMIT says. A table of a
    database is read whole, whatever its size, and the demo is made.
    """
    size = len(raw.frame)
    if settings.query is None:
        is_limit = raw.has_fixed_rows and size in _LIMITS
        cause = "which is where many exports and spreadsheets stop"
        remedy = (
            "Compare with the number of records in the source. If it has more, export in parts."
        )
    else:
        is_limit = str(size) in _OF_QUERY.findall(settings.query)
        cause = "which is the LIMIT of the query"
        remedy = "If the source has more, take the limit out of the query."
    if not is_limit:
        return []
    what = f"were read, {cause}{_oldest(rows, zone)}"
    return [Note(table=table, column="", rows=size, what=what, remedy=remedy, is_doubt=True)]


def _oldest(rows: pa.Table, zone: str) -> str:
    """The first day of the first column of dates that holds any, as a clause."""
    for name, kind in zip(rows.schema.names, rows.schema.types, strict=True):
        if pa.types.is_temporal(kind) and rows[name].null_count < rows.num_rows:
            first = pc.min(rows[name]).as_py()
            if pa.types.is_timestamp(kind):
                first = first.astimezone(ZoneInfo(zone)).date()
            return f"; the first {name} is {first}"
    return ""
