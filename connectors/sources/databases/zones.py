"""Doubts on the zone of a database's times: what a query cuts off, what SQLite writes by itself.

DuckDB's parser reads PostgreSQL's SQL and what is common to most; a query that it cannot read is
not looked at. SQLite's clock knows UTC alone, and what it writes names no zone, as in
``closed_at TEXT DEFAULT CURRENT_TIMESTAMP``.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnClause, column, inspect, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from connectors.sources.databases.cell_types import instant_columns, mark_as_utc
from connectors.sources.header import folded
from connectors.sources.queries.cut_instants import cut_columns, cut_notes
from connectors.sources.queries.tree import nodes_of, tree_of
from connectors.sources.raw import RawNote, RawTable

_LOOKED_AT = 10_000
"""Rows of a table: the hours that are of another day have their share of them."""
_ALWAYS_UTC = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Atlantic/Reykjavik", "Africa/Abidjan")
_NOW = re.compile(r"current_timestamp|(?:datetime|strftime)\s*\(.*'now'", re.I | re.S)
_LOCAL = re.compile("localtime", re.I)
_WRITTEN = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
_SAYS_UTC = re.compile(r"(?:^|[\W_])(?:utc|gmt)(?:$|[\W_])", re.I)


def database_cut_notes(
    connection: Connection, query: str | None, answer: pd.DataFrame, time_zone: str
) -> list[RawNote]:
    """Return the doubts of ``cut_instants.cut_notes`` on a query's answer.

    Only where the query cuts columns are these read once more, up to 10,000 rows of each table.
    """
    nodes = [] if query is None else list(nodes_of(tree_of(query)))
    names = {str(name).casefold() for name in answer.columns}
    cuts = {name: columns for name, columns in cut_columns(nodes).items() if name in names}
    if not cuts:
        return []
    wanted = folded([name for columns in cuts.values() for name in columns])
    places = {
        (node["schema_name"] or None, node["table_name"])
        for node in nodes
        if node.get("type") == "BASE_TABLE" and not node.get("catalog_name")
    }
    tables = [
        found
        for schema, name in sorted(places, key=str)
        for found in _first_rows(connection, schema, name, wanted)
    ]
    return list(cut_notes(cuts, answer, tables, time_zone))


def _first_rows(
    connection: Connection, schema: str | None, name: str, wanted: set[str]
) -> Iterator[RawTable]:
    """The columns of a table that are ``wanted``, where the query's name means one.

    None where the database does not give them: what was read well is worth more than a doubt.
    """
    try:
        with connection.begin_nested():
            yield from _read_rows(connection, schema, name, wanted)
    except SQLAlchemyError:
        return


def _read_rows(
    connection: Connection, schema: str | None, name: str, wanted: set[str]
) -> Iterator[RawTable]:
    known = [found["name"] for found in inspect(connection).get_columns(name, schema)]
    columns: list[ColumnClause[Any]] = [column(one) for one in known if folded([one]) <= wanted]
    if not columns:
        return
    asked = select(*columns).select_from(table(name, schema=schema)).limit(_LOOKED_AT)
    result = connection.execute(asked)
    in_utc = instant_columns(connection, result)
    frame = pd.DataFrame(map(tuple, result), columns=list(result.keys()), dtype=object)
    mark_as_utc(frame, in_utc)
    place = f"table '{name}'"
    if len(frame) == _LOOKED_AT:
        place = f"the first {_LOOKED_AT:,} rows of {place}"
    yield RawTable(frame, np.arange(1, len(frame) + 1, dtype=np.int64), place)


def utc_default_notes(
    connection: Connection,
    schema: str | None,
    name: str,
    frame: pd.DataFrame,
    source: str,
    time_zone: str,
) -> Iterator[RawNote]:
    """Yield a doubt for each column of a SQLite table whose default is the present time in UTC.

    Only where cells hold times that name no zone, which would be taken in ``time_zone``. source:
    its name in the settings, which set no zone for it.
    """
    if connection.dialect.name != "sqlite" or time_zone in _ALWAYS_UTC:
        return
    defaults = {
        c["name"]: str(c.get("default") or "")
        for c in inspect(connection).get_columns(name, schema)
    }
    for at, header in enumerate(frame.columns):
        default = defaults.get(header, "")
        if not _NOW.search(default) or _LOCAL.search(default) or _SAYS_UTC.search(header):
            continue
        texts = frame.iloc[:, at].dropna().astype(str)
        times = texts[texts.str.fullmatch(_WRITTEN)]
        if len(times):
            yield RawNote(
                rows=len(times),
                what=f"were taken in {time_zone}, but the table says DEFAULT {default}, which "
                "SQLite writes in UTC",
                at=at,
                examples=tuple(times.iloc[:3]),
                remedy=f'Set time_zone = "UTC" under [sources.{source}], or "{time_zone}" if a '
                "program writes these times.",
                is_doubt=True,
            )
