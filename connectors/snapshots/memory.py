"""What a refresh lets the engine hold in memory; the rest lies on the disk while it runs."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import ibis
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend as DuckDB

from kpis.model import TABLES

LEAST_MEGABYTES = 700
BYTES_A_ROW = 75
"""Of all canonical tables: ten million leads with thirty million touches need more than 40."""


@contextlib.contextmanager
def engine_in(folder: Path) -> Iterator[DuckDB]:
    """An engine for facts of the tables in ``folder``, where it keeps what it has no memory for."""
    rows = sum(pq.read_metadata(folder / f"{name}.parquet").num_rows for name in TABLES)
    with tempfile.TemporaryDirectory(prefix=".engine-", dir=folder) as spilled:
        engine = ibis.duckdb.connect()
        try:
            engine.con.execute("SET temp_directory = ?", [spilled])
            engine.con.execute("SET preserve_insertion_order = false")  # what must be, is sorted
            _limit(engine.con, max(LEAST_MEGABYTES, BYTES_A_ROW * rows // 10**6))
            yield engine
        finally:
            engine.disconnect()


def run(
    engine: duckdb.DuckDBPyConnection, statement: str | duckdb.Statement
) -> duckdb.DuckDBPyConnection:
    """Run a statement; if it does not fit, with a quarter more memory, as often as there is some.

    Not every step can go to the disk. An engine without a limit of ours gets no more.

    Raises duckdb.OutOfMemoryException when the machine has no more.
    """
    while True:
        try:
            return engine.execute(statement)
        except duckdb.OutOfMemoryException:
            held = megabytes_of(engine)
            if held is None or held * 10**6 > _of_machine():
                raise
            _limit(engine, held + held // 4 + 1)


def megabytes_of(engine: duckdb.DuckDBPyConnection) -> int | None:
    """Return the limit of an engine, None where it has none of ours."""
    found = engine.execute("SELECT getvariable('megabytes')").fetchall()
    megabytes: int | None = found[0][0]
    return megabytes


def _limit(engine: duckdb.DuckDBPyConnection, megabytes: int) -> None:
    engine.execute("SET VARIABLE megabytes = ?", [megabytes])
    engine.execute("SET memory_limit = ?", [f"{megabytes}MB"])


def _of_machine() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
