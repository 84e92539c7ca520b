"""All doubts on what a query does to its rows, asked of the source that answered it."""

import duckdb
import pandas as pd
from sqlalchemy.engine import Connection

from connectors.settings.tables import TableSettings
from connectors.sources.queries.asked import Asked, of_database
from connectors.sources.queries.converted import converted_notes
from connectors.sources.queries.cut_numbers import cut_number_notes
from connectors.sources.queries.filtered import filtered_notes
from connectors.sources.queries.left_out import left_out_notes
from connectors.sources.queries.tree import Tree, tree_of
from connectors.sources.raw import RawNote


def query_notes(
    asked: Asked, sql: str, tree: Tree, part: str, request: TableSettings, answer: pd.DataFrame
) -> tuple[RawNote, ...]:
    """Return the doubts on a query, given as it is written and parsed, and on its answer."""
    try:
        return (
            *left_out_notes(asked, sql, tree, part, request, answer),
            *cut_number_notes(asked, tree),
            *converted_notes(tree, part, request, answer),
        )
    except duckdb.Error:  # the query ran: it is a part of it that DuckDB's parser cannot write
        return ()


def database_query_notes(
    connection: Connection, part: str, request: TableSettings, answer: pd.DataFrame
) -> tuple[RawNote, ...]:
    """Return the doubts of :func:`query_notes` on a database's query; none where it has none."""
    sql = request.query
    tree = tree_of(sql) if sql else {}
    if sql is None or len(tree.get("statements", [])) != 1:
        return ()
    with of_database(connection) as asked:
        kept = filtered_notes(asked, tree, len(answer)) if request.optional else ()
        return (*kept, *query_notes(asked, sql, tree, part, request, answer))
