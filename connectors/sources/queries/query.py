"""Queries of files and sheets: one SELECT in DuckDB's SQL over tables of text, and nothing else.

The engine has no files, no network, no extensions, no Python variables and no settings to change;
beside that, a query is refused before it runs that is not one SELECT of tables of its source.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.settings.tables import TableSettings, table_of
from connectors.sources.cell_text import text_of, with_bytes_as_text
from connectors.sources.header import Wanted, check_named_once, folded, names_currency
from connectors.sources.queries.asked import of_engine, rows_of
from connectors.sources.queries.cut_instants import cut_columns, cut_notes
from connectors.sources.queries.doubts import query_notes
from connectors.sources.queries.repeated_rows import repeated_rows
from connectors.sources.queries.tree import ENGINE, Tree, nodes_of, tree_of
from connectors.sources.raw import Progress, RawNote, RawTable
from connectors.sources.typed_columns import as_objects
from kpis.errors import SourceError
from kpis.model import TABLES

TABLE_FUNCTIONS = {"unnest", "range", "generate_series"}
"""The only ones that a query may read from: others reach files, settings or memory."""
INNER_FUNCTIONS = {"current_setting", "getenv", "getvariable", "which_secret"}
"""Functions that tell of the machine, and nothing of the source."""


@dataclass(frozen=True)
class Query:
    """A query that may run.

    tables: as it names them. columns: their columns that it names. takes_all: it has a ``*``.
    cuts: of each column that it computes, those of which it may cut the zone.
    tree: the query as DuckDB parses it. amount: the column of its answer whose rows all count, as
    they have no key, "" for none. request: what the settings say of the part.
    """

    sql: str
    where: str
    place: str
    tables: tuple[str, ...]
    columns: frozenset[str]
    takes_all: bool
    cuts: Mapping[str, frozenset[str]]
    tree: Tree = field(repr=False)
    amount: str
    request: TableSettings = field(repr=False)


def parsed_query(source: str, part: str, request: TableSettings) -> Query:
    """Return the query of a part of a table, its text checked by DuckDB's own parser.

    Raises SourceError: not one SELECT, or one that reads anything but tables of its source.
    """
    sql = request.query or ""
    place = f"the query of {part}"
    where = f"Source '{source}', {place}"
    tree = tree_of(sql)
    if tree.get("error_type") == "parser":
        raise SourceError(f"{where} cannot be understood: {tree['error_message']}.")
    if tree.get("error") or len(tree.get("statements", [])) != 1:
        raise SourceError(
            f"{where} is not one SELECT. Write a single SELECT; nothing else is run on files and "
            "worksheets."
        )
    nodes = list(nodes_of(tree))
    table = TABLES[table_of(part)]
    money = [] if table.key else [column.name for column in table.columns if column.kind == "money"]
    _refuse_functions(nodes, where)
    return Query(
        sql=sql,
        where=where,
        place=place,
        tables=tuple(dict.fromkeys(_tables(tree, frozenset(), where))),
        columns=frozenset(n["column_names"][-1] for n in nodes if n.get("class") == "COLUMN_REF"),
        takes_all=any(node.get("class") == "STAR" for node in nodes),
        cuts=cut_columns(nodes),
        tree=tree,
        amount=next((request.columns.get(name, name) for name in money), ""),
        request=request,
    )


def _refuse_functions(nodes: list[dict[str, Any]], where: str) -> None:
    for node in nodes:
        name = str((node.get("function") or {}).get("function_name", "")).lower()
        if node.get("type") == "TABLE_FUNCTION" and name not in TABLE_FUNCTIONS:
            raise SourceError(
                f"{where} reads from {name}(), which is no table of the source. Name a file or "
                'worksheet in double quotes, such as FROM "leads.csv".'
            )
        name = str(node.get("function_name", "")).lower()
        if name in INNER_FUNCTIONS:
            raise SourceError(f"{where} calls {name}(), which no query of a source may. Remove it.")


def _tables(tree: Any, hidden: frozenset[str], where: str) -> Iterator[str]:
    """The tables that are read; ``hidden`` are the names that WITH has given to others."""
    if isinstance(tree, list):
        for child in tree:
            yield from _tables(child, hidden, where)
    if not isinstance(tree, dict):
        return
    for named in tree.get("cte_map", {}).get("map", []):
        own = frozenset({named["key"].casefold()})
        is_recursive = named["value"]["query_node"]["type"] == "RECURSIVE_CTE_NODE"
        yield from _tables(named["value"], hidden | own if is_recursive else hidden, where)
        hidden |= own
    if tree.get("type") == "BASE_TABLE":
        name, schema = tree["table_name"], tree["schema_name"] or tree["catalog_name"]
        if schema:
            raise SourceError(
                f"{where} reads from {schema}.{name}. Put the name of a file or worksheet in "
                f'double quotes: FROM "{schema}.{name}".'
            )
        if name.casefold() not in hidden:
            yield name
    for key, child in tree.items():
        if key != "cte_map":
            yield from _tables(child, hidden, where)


def wanted_by(query: Query, part: str, request: TableSettings) -> Wanted:
    """Return the columns by which the headers of the query's tables are known."""
    return Wanted(
        table_of(part),
        welcome=query.columns,
        has_currency=names_currency(request),
        row=request.header_row,
        is_for_query=True,
    )


def answer_of(
    query: Query,
    part: str,
    read: Callable[[str], RawTable],
    progress: Progress,
    time_zone: str = "UTC",
) -> RawTable:
    """Run the query on its tables, each of which ``read`` returns by its name in the query.

    Their cells are text: dates in ISO form, numbers in their shortest. Cells of the answer are
    Python objects, None for NULL; rows are numbered from 1. An instant that the query makes a day
    or a time of day is one of ``time_zone``, in which the answer's times are read, too.

    Raises SourceError: DuckDB refuses the query, a column of the answer stands twice, or formulas
    in a column that the query names were never calculated.
    """
    tables = {name: read(name) for name in query.tables}
    texts: dict[str, pa.Table] = {}
    notes: tuple[RawNote, ...] = ()
    with duckdb.connect(":memory:", config={**ENGINE, "lock_configuration": False}) as engine:
        engine.execute(f"SET TimeZone = '{time_zone}'")
        engine.execute("SET lock_configuration = true")
        for name, table in tables.items():
            _check_calculated(query, table)
            texts[name] = _texts(query, table)
            engine.register(name, texts[name])
            notes += tuple(_named(query, table))
        frame = _run(engine, query)
        notes += tuple(repeated_rows(engine, query.tree, query.amount, tables, texts))
        doubts = query_notes(of_engine(engine), query.sql, query.tree, part, query.request, frame)
    if "currency" in folded(list(frame.columns)):
        notes = tuple(note for note in notes if not note.currency)
    notes += doubts + tuple(cut_notes(query.cuts, frame, tables.values(), time_zone))
    progress(part, len(frame))
    numbers = np.arange(1, len(frame) + 1, dtype=np.int64)
    above = tuple(line for table in tables.values() for line in table.above)
    return RawTable(frame, numbers, query.place, has_fixed_rows=False, notes=notes, above=above)


def _run(engine: duckdb.DuckDBPyConnection, query: Query) -> pd.DataFrame:
    try:
        engine.execute(query.sql)
        columns, rows = [c[0] for c in engine.description or []], rows_of(engine)
    except duckdb.Error as error:
        raise SourceError(f"{query.where}: DuckDB says: {_one_line(error)}") from None
    check_named_once(columns, query.where)
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _reads(query: Query, header: str) -> bool:
    """Whether the query reads a column of this header."""
    return query.takes_all or folded([header]) <= folded(query.columns)


def _check_calculated(query: Query, table: RawTable) -> None:
    for position in table.uncalculated:
        if _reads(query, str(table.frame.columns[position])):
            raise SourceError(f"{query.where}: {table.uncalculated_problem(position)}")


def _texts(query: Query, table: RawTable) -> pa.Table:
    headers = list(table.frame.columns)
    counts = Counter(header.casefold() for header in headers)
    twice = next((header for header in headers if counts[header.casefold()] > 1), None)
    # One that no query can name does no harm; with SELECT * nobody can tell which is which.
    if twice is not None and _reads(query, twice):
        raise SourceError(
            f"{query.where}: {table.place} has more than one column '{twice}'. Rename all but one."
        )
    objects = (as_objects(table.frame.iloc[:, at]) for at in range(len(headers)))
    cells = [with_bytes_as_text(column)[0] for column in objects]
    texts = {
        header: pa.array([_text(cell) for cell in cells[position]], pa.string())
        for position, header in enumerate(headers)
        if counts[header.casefold()] == 1
    }
    return pa.table(texts)


def _text(cell: Any) -> str | None:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return text_of(cell)


def _named(query: Query, table: RawTable) -> Iterator[RawNote]:
    """The notes on what a query reads of a table, which have no column of the answer."""
    for note in table.notes:
        header = "" if note.at is None else str(table.frame.columns[note.at])
        if note.at is None:
            yield note
        elif _reads(query, header):
            what = f"{note.what} (column '{header}' of {table.place})"
            # What the query computes with such numbers is not known.
            yield replace(note, what=what, at=None, is_doubt=note.is_doubt and not note.factor)


def _one_line(error: duckdb.Error) -> str:
    """What DuckDB says without the picture of the place, on one line."""
    reason = str(error).partition("\n\nLINE ")[0]
    return " ".join(reason.split())
