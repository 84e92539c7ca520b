"""Questions about a query to the source that answered it: read-only, and in little time.

A refresh reads from systems that others work with: all questions on one query have a few seconds.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from connectors.sources.queries.tree import ENGINE, STAR, Tree, replaced, select_of, sql_of

Row = tuple[Any, ...]

MOST = 10_000
"""Rows of an answer; beyond them nothing is counted."""
SECONDS = 10.0
"""For all questions about one query together; what is not answered by then is not doubted."""
_DUCKDB = "duckdb"
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|count_star\(\)|!~~ |~~ ")
_OTHERS = {"count_star()": "count(*)", "!~~ ": "NOT LIKE ", "~~ ": "LIKE "}
"""What DuckDB writes as no other database and no person does."""


@dataclass(frozen=True)
class Mend:
    """A query in which one thing is mended that may lose rows or change them.

    tree: the mended query. cause: how the query does it, for "…, because {cause}". remedy: what
    to write in its place. of_amounts: only other amounts count, as a day may be cut on purpose.
    """

    tree: Tree
    cause: str
    remedy: str
    of_amounts: bool = False


@dataclass(frozen=True)
class Asked:
    """A source that can be asked. dialect: of its SQL. parser: a DuckDB that writes SQL.

    _run: the rows of a query, None where the source refuses it or takes longer than the seconds
        given. _end: when no more is asked, by the monotonic clock.
    """

    dialect: str
    parser: duckdb.DuckDBPyConnection
    _run: Callable[[str, float], list[Row] | None]
    _end: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def rows(self, sql: str) -> list[Row] | None:
        """Return at most 10,000 rows of a query in the source's SQL; None where it has none."""
        left = self._end - time.monotonic()
        if left <= 0:
            return None
        # A hint to MySQL, and a comment for others.
        hint = f"/*+ MAX_EXECUTION_TIME({_milliseconds(left)}) */"
        return self._run(f"SELECT {hint} * FROM ({sql}) AS asked LIMIT {MOST}", left)

    def text(self, tree: Tree) -> str:
        """Return the text of a query, or of an expression, in the source's SQL."""
        united = list(_united(tree)) if self.dialect == "sqlite" else []
        names = [f"united {at}" for at in range(len(united))]
        rows = [self._rows_named(*pair) for pair in zip(names, united, strict=True)]
        tree = replaced(tree, {id(node): one for node, one in zip(united, rows, strict=True)})
        sql = sql_of(self.parser, tree).replace('"trim"(', "trim(").replace("= ANY(", "IN (")
        sql = sql if self.dialect == _DUCKDB else _TOKEN.sub(self._token, sql)
        for name, node in zip(names, united, strict=True):
            sql = sql.replace(f'"{name}"', f"({self._without_brackets(node)})")
        return sql

    def _rows_named(self, name: str, united: Tree) -> Tree:
        """A SELECT of all rows of a name, with the WITH and ORDER BY of a UNION."""
        table: Tree = {"type": "BASE_TABLE", "alias": "", "sample": None, "table_name": name}
        table |= {"schema_name": "", "catalog_name": "", "column_name_alias": []}
        kept = {key: united[key] for key in ("cte_map", "modifiers")}
        return select_of(self.parser, [STAR], from_table=table, **kept)

    def _without_brackets(self, united: Tree) -> str:
        """The text of a UNION without brackets around its parts, which SQLite cannot read."""
        word = f" {united['setop_type']}{' ALL' if united['setop_all'] else ''} "
        parts = united.get("children") or [united["left"], united["right"]]
        return word.join(f"SELECT * FROM ({self.text(part)})" for part in parts)

    def shown(self, condition: Tree) -> str:
        """Return the text of an expression as people write it, without brackets around it."""
        text = _TOKEN.sub(self._token, self.text(condition))
        return text[1:-1] if "class" in condition and text.startswith("(") else text

    def _token(self, match: re.Match[str]) -> str:
        if match[0].startswith('"') and self.dialect in ("mysql", "mariadb"):
            return "`" + match[0][1:-1].replace('""', '"') + "`"
        return _OTHERS.get(match[0], match[0])

    def only_in(self, one: str, other: str, columns: Sequence[str] = ()) -> list[Row] | None:
        """Return rows of a query that another does not return, or not as often.

        SQLite compares rows without their number, unless the names of their columns are given.
        """
        is_numbered = self.dialect == "sqlite" and bool(columns)
        names = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
        which = f", row_number() OVER (PARTITION BY {names})" if is_numbered else ""
        each = "" if self.dialect == "sqlite" else " ALL"
        found = self.rows(
            f"SELECT *{which} FROM ({one}\n) AS one EXCEPT{each} "
            f"SELECT *{which} FROM ({other}\n) AS other"
        )
        return [row[:-1] for row in found] if found and is_numbered else found

    def values(self, select: Tree, known: list[Tree], expression: Tree) -> list[Row]:
        """Return the distinct values of an expression in the rows of a SELECT, with their count.

        select, known: as ``tree.selects_of`` gives them. Empty where the source refuses it.
        """
        parts = {key: select[key] for key in ("from_table", "where_clause", "sample")}
        items = [{**expression, "alias": "v"}]
        asked = select_of(self.parser, items, cte_map={"map": known}, **parts)
        found = self.rows(f"SELECT v, count(*) AS n FROM ({self.text(asked)}) AS r GROUP BY v")
        return [row for row in found or [] if row[0] is not None]


def _united(tree: Tree) -> Iterator[Tree]:
    """The UNION nodes of a tree, but for those within others, and their kin."""
    if isinstance(tree, dict) and tree.get("type") == "SET_OPERATION_NODE":
        yield tree
        return
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for child in children:
        yield from _united(child)


def of_engine(engine: duckdb.DuckDBPyConnection) -> Asked:
    """Return the engine that holds the tables of files and worksheets."""

    def run(sql: str, seconds: float) -> list[Row] | None:
        try:
            return rows_of(engine.execute(sql))
        except duckdb.Error:
            return None

    return Asked(_DUCKDB, engine, run)


def rows_of(engine: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the rows of an answer; instants by way of Arrow, else they need another library."""
    if not any(str(column[1]).endswith("WITH TIME ZONE") for column in engine.description or []):
        return engine.fetchall()
    answer: pa.Table = engine.to_arrow_table()
    return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))


@contextmanager
def of_database(connection: Connection) -> Iterator[Asked]:
    """Yield a database; the transaction that its tables are read in stays as it is."""

    def run(sql: str, seconds: float) -> list[Row] | None:
        point = connection.begin_nested()
        try:
            with _limited(connection, seconds):
                options = {"no_parameters": True}
                found = connection.exec_driver_sql(sql, execution_options=options)
                return [tuple(row) for row in found]
        except SQLAlchemyError:
            return None
        finally:
            point.rollback()

    with duckdb.connect(":memory:", config=ENGINE) as parser:
        yield Asked(connection.dialect.name, parser, run)


@contextmanager
def _limited(connection: Connection, seconds: float) -> Iterator[None]:
    """Let a database give up after some seconds; PostgreSQL until the savepoint is undone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_milliseconds(seconds)}")
        yield
        # Else the limit might end the statement that undoes the savepoint, and with it the read.
        connection.exec_driver_sql("SET LOCAL statement_timeout = DEFAULT")
        return
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    end = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
