"""How many rows the condition of a query leaves out, such as those that are deleted in the CRM."""

import duckdb

from connectors.sources.queries.asked import Asked
from connectors.sources.queries.tree import Tree, replaced
from connectors.sources.raw import RawNote


def filtered_notes(asked: Asked, tree: Tree, kept: int) -> tuple[RawNote, ...]:
    """Return a note on the rows that the WHERE of a query leaves out; kept: those it returns.

    It is silent where the source does not answer in time, or DuckDB's parser cannot write a query.
    """
    select = tree["statements"][0]["node"]
    condition = select.get("where_clause")
    if not condition:
        return ()
    try:
        whole = asked.text(replaced(tree, {id(condition): None}))
        counted = asked.rows(f"SELECT count(*) AS n FROM ({whole}) AS r")
        left_out = int(counted[0][0]) - kept if counted else 0
        what = f"were left out by the query, which keeps {asked.shown(condition)}"
        return (RawNote(rows=left_out, what=what),) if left_out > 0 else ()
    except duckdb.Error:
        return ()
