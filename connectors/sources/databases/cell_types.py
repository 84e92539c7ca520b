"""Times and money as databases mean them, where their drivers give less.

MySQL and MariaDB have two types: DATETIME is what a clock on the wall showed, TIMESTAMP an instant,
which they show in the session's zone. Read in a session in UTC, and marked as UTC, it is that
instant again. PostgreSQL has dates that Python has not: infinity, and years past 9999. Its type
money has no currency: the sign that it is shown with depends on the server's settings alone.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection, CursorResult

MYSQL = ("mysql", "mariadb")

_TIMESTAMP = 7
"""FIELD_TYPE.TIMESTAMP of the protocol, which all drivers of MySQL give as the type of a column."""


def keep_values(connection: Connection) -> None:
    """Let ``connection`` give times and money as they are; see :func:`instant_columns`, too."""
    if connection.dialect.name in MYSQL:
        connection.exec_driver_sql("SET SESSION time_zone = '+00:00'")
    elif connection.dialect.driver == "psycopg":
        connection.exec_driver_sql("SET lc_monetary = 'C'")
        _adapt_psycopg(connection.dialect.dbapi, connection.connection.driver_connection)


def column_kinds(connection: Connection, result: CursorResult[Any]) -> tuple[str, ...]:
    """Return the name and type of each column of ``result``; SQLite's change with its schema."""
    described = [] if result.cursor is None else result.cursor.description or []
    kinds = tuple(f"{name} {kind}" for name, kind, *_ in described)
    if connection.dialect.name != "sqlite":
        return kinds
    (version,) = connection.exec_driver_sql("PRAGMA schema_version").one()
    return (*kinds, f"schema {version}")


def instant_columns(connection: Connection, result: CursorResult[Any]) -> list[str]:
    """Return the columns of ``result`` whose times without a zone are instants in UTC."""
    if connection.dialect.name not in MYSQL or result.cursor is None:
        return []
    described = zip(result.keys(), result.cursor.description, strict=True)
    return [column for column, (_, kind, *_) in described if kind == _TIMESTAMP]


def mark_as_utc(frame: pd.DataFrame, columns: list[str]) -> None:
    """Give the times of ``columns`` their zone, UTC, in place."""
    for column in columns:
        marked = [v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for v in frame[column]]
        frame[column] = pd.Series(marked, index=frame.index, dtype=object)


def _adapt_psycopg(psycopg: Any, connection: Any) -> None:
    """Let PostgreSQL's driver give a date that Python has not as text, and money as a number."""
    text = psycopg.pq.Format.TEXT

    class OrText:
        format = text
        driver: Any

        def __init__(self, oid: int, context: Any = None) -> None:
            self._driver = self.driver(oid, context)

        def load(self, data: Any) -> Any:
            try:
                return self._driver.load(data)
            except psycopg.DataError:
                return bytes(data).decode()

    class Money:
        format = text

        def __init__(self, oid: int, context: Any = None) -> None:
            pass

        def load(self, data: Any) -> Decimal:
            return Decimal(bytes(data).decode().replace("$", "").replace(",", ""))

    for name in ("date", "timestamp", "timestamptz"):
        driver = connection.adapters.get_loader(connection.adapters.types[name].oid, text)
        connection.adapters.register_loader(name, type(name, (OrText,), {"driver": driver}))
    connection.adapters.register_loader("money", Money)
