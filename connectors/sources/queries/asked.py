"""Questions about a query to the source that answered it: read-only, and in little time.

A refresh reads from systems that others work with: all questions on one query have a few seconds.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from connectors.sources.queries.tree import ENGINE, Tree, select_of, sql_of

Row = tuple[Any, ...]

MOST = 10_000
"""Rows of an answer; beyond them nothing is counted."""
SECONDS = 10.0
"""For all questions about one query together; what is not answered by then is not doubted."""
_DUCKDB = "duckdb"
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|count_star\(\)|!~~ |~~ ")
_OTHERS = {"count_star()": "count(*)", "!~~ ": "NOT LIKE ", "~~ ": "LIKE "}
"""What DuckDB writes as no other database does."""


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
        sql = sql_of(self.parser, tree).replace('"trim"(', "trim(").replace("= ANY(", "IN (")
        return sql if self.dialect == _DUCKDB else _TOKEN.sub(self._token, sql)

    def shown(self, condition: Tree) -> str:
        """Return the text of an expression without the brackets around it."""
        text = self.text(condition)
        return text[1:-1] if "class" in condition and text.startswith("(") else text

    def _token(self, match: re.Match[str]) -> str:
        if match[0].startswith('"') and self.dialect in ("mysql", "mariadb"):
            return "`" + match[0][1:-1].replace('""', '"') + "`"
        return _OTHERS.get(match[0], match[0])

    def only_in(self, one: str, other: str) -> list[Row] | None:
        """Return rows of a query that another does not return, or not as often where that counts.

        SQLite compares rows without their number.
        """
        each = "" if self.dialect == "sqlite" else " ALL"
        return self.rows(
            f"SELECT * FROM ({one}\n) AS one EXCEPT{each} SELECT * FROM ({other}\n) AS other"
        )

    def values(self, select: Tree, known: list[Tree], expression: Tree) -> list[Row]:
        """Return the distinct values of an expression in the rows of a SELECT, with their count.

        select, known: as ``tree.selects_of`` gives them. Empty where the source refuses it.
        """
        parts = {key: select[key] for key in ("from_table", "where_clause", "sample")}
        items = [{**expression, "alias": "v"}]
        asked = select_of(self.parser, items, cte_map={"map": known}, **parts)
        found = self.rows(f"SELECT v, count(*) AS n FROM ({self.text(asked)}) AS r GROUP BY v")
        return [row for row in found or [] if row[0] is not None]


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
