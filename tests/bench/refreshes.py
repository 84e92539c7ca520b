"""A refresh from Parquet and from PostgreSQL, beside hand-written SQL of the same facts.

Each refresh runs in a process of its own, as ``cli.py refresh`` does, whose peak of memory is read.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg

from connectors.snapshots.engine import FACTS
from tests.bench.data import AS_OF, COLUMNS, DATA, NOW, SETTINGS, company_of, mapped_to
from tests.bench.measured import Row, taken
from tests.bench.raw_facts import check_same, write_raw_facts

_GB = 1024 * 1024
"""The kilobytes of a gigabyte, as the system counts peaks in kilobytes."""
_REFRESH = f"""
import gc, re, sys
from datetime import datetime
from pathlib import Path
from connectors.settings.file import load_settings
from connectors.snapshots.apart import NEW_OBJECTS
from connectors.snapshots.refresh import refresh
gc.set_threshold(NEW_OBJECTS)
refresh(load_settings(Path(sys.argv[1])), datetime.fromisoformat("{NOW.isoformat()}"))
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def from_parquet(name: str, folder: Path, leads: int, times: int) -> Iterator[Row]:
    """The rows of the report on a company of so many leads, made in ``folder``."""
    company_of(folder, leads)
    seconds, peaks = _refreshes(folder, times)
    raw = folder / "raw.parquet"
    beside = taken(lambda: write_raw_facts(folder / DATA, raw, AS_OF), times)
    check_same(_newest(folder) / FACTS, raw)
    is_million = leads == 1_000_000
    yield Row(
        f"{name}: refresh from Parquet",
        seconds,
        beside="DuckDB SQL of the same facts",
        beside_values=beside,
        at_most=30 if is_million else None,
        ratio_at_most=2 if is_million else None,
    )
    most = {1_000_000: 1.2, 10_000_000: 6.0}.get(leads)
    yield Row(f"{name}: peak of memory in that refresh", peaks, "GB", at_most=most)


def from_postgres(
    name: str, folder: Path, data: Path, url: str, times: int, ratio_at_most: float | None
) -> Iterator[Row]:
    """The same from an empty database at ``url``; data: a folder of files of data.py."""
    folder.mkdir(exist_ok=True)
    _fill(url, data)
    source = f'\n[sources.bench]\nkind = "database"\nurl = "{url}"\n'
    text = f"{SETTINGS}{source}\n{mapped_to('bench')}"
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    seconds, _ = _refreshes(folder, times)
    raw = folder / "raw.parquet"

    def copied() -> None:
        _copy(url, folder / "copied")
        write_raw_facts(folder / "copied", raw, AS_OF)

    beside = taken(copied, times)
    check_same(_newest(folder) / FACTS, raw)
    yield Row(
        f"{name}: refresh from PostgreSQL",
        seconds,
        beside="COPY and DuckDB SQL of the same facts",
        beside_values=beside,
        ratio_at_most=ratio_at_most,
    )


def _refreshes(folder: Path, times: int) -> tuple[list[float], list[float]]:
    """Seconds and the peak in GB of each of so many refreshes, of which the last one is kept."""
    seconds, peaks = [], []
    for _ in range(times):
        shutil.rmtree(folder / "snapshots", ignore_errors=True)
        command = [sys.executable, "-c", _REFRESH, str(folder / "settings.toml")]
        began = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds.append(time.perf_counter() - began)
        peaks.append(int(done.stdout.split()[-1]) / _GB)
    return seconds, peaks


def _newest(folder: Path) -> Path:
    return max(file.parent for file in folder.glob(f"snapshots/*/{FACTS}"))


_TYPES = {
    "lead_id": "bigint",
    "deal_id": "bigint",
    "amount": "double precision",
    "spent_on": "date",
}


def _fill(url: str, data: Path) -> None:
    """Create the tables in a database, and copy the files into them."""
    with psycopg.connect(url, autocommit=True) as target:
        for table, columns in COLUMNS.items():
            typed = ", ".join(
                f"{name} {_TYPES.get(name, 'timestamptz' if name.endswith('_at') else 'text')}"
                for name in columns
            )
            target.execute(f"CREATE TABLE {table} ({typed})")
            file = data / f"{table}.csv"
            duckdb.execute(f"COPY (FROM '{data}/{table}.parquet') TO '{file}' (HEADER false)")
            into = target.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)")
            with file.open("rb") as rows, into as copy:
                while part := rows.read(1 << 20):
                    copy.write(part)
            file.unlink()


def _copy(url: str, folder: Path) -> None:
    """Copy every table out of the database into Parquet, through CSV."""
    folder.mkdir(exist_ok=True)
    with psycopg.connect(url) as source, duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        for table, columns in COLUMNS.items():
            file = folder / f"{table}.csv"
            rows = source.cursor().copy(f"COPY {table} TO STDOUT (FORMAT csv)")
            with file.open("wb") as out, rows as copy:
                out.writelines(copy)
            types = {name: _DUCKDB.get(name, "VARCHAR") for name in columns}
            engine.execute(
                f"COPY (FROM read_csv('{file}', header = false, columns = {types}))"
                f" TO '{folder}/{table}.parquet' (FORMAT parquet)"
            )


_DUCKDB = {
    "lead_id": "BIGINT",
    "deal_id": "BIGINT",
    "amount": "DOUBLE",
    "spent_on": "DATE",
    **{f"{name}_at": "TIMESTAMPTZ" for name in ("created", "mql", "sql", "touched", "closed")},
}
