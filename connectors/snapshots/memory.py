"""What a refresh lets the engine hold in memory; the rest lies on the disk while it runs."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend as DuckDB

from kpis.model import TABLES

LEAST_MEGABYTES = 700
BYTES_A_ROW = 90
"""Of all canonical tables: ten million leads with thirty million touches need 40 to 75 each."""


def limits(folder: Path) -> tuple[str | None, ...]:
    """Return the limits to try one after the other, for facts of the tables in ``folder``.

    Not every step can go to the disk as a whole, so a step may need more than its limit; then
    twice as much, then None, most of the machine's. To fail takes as long as to succeed: the first
    one grows with the rows.
    """
    rows = sum(pq.read_metadata(folder / f"{name}.parquet").num_rows for name in TABLES)
    megabytes = max(LEAST_MEGABYTES, BYTES_A_ROW * rows // 10**6)
    return f"{megabytes}MB", f"{2 * megabytes}MB", None


@contextlib.contextmanager
def engine_in(folder: Path, memory: str | None) -> Iterator[DuckDB]:
    """An engine that holds so much in memory, and the rest in ``folder`` as long as it runs.

    memory: None is most of the machine's.
    """
    with tempfile.TemporaryDirectory(prefix=".engine-", dir=folder) as spilled:
        engine = ibis.duckdb.connect()
        try:
            engine.con.execute("SET temp_directory = ?", [spilled])
            engine.con.execute("SET preserve_insertion_order = false")  # what must be, is sorted
            if memory is not None:
                engine.con.execute("SET memory_limit = ?", [memory])
            yield engine
        finally:
            engine.disconnect()
