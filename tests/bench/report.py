"""docs/performance.md: a section per part, as it was last measured, and notes kept by hand.

A part that was not measured now keeps its section; below NOTES nothing is touched.
"""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.measured import HEADER, Row

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "performance.md"
NOTES = "<!-- Below: kept by hand. Above: written by `make bench`. -->"
_INTRODUCTION = """# Performance

`make bench` measures what is here on your machine and writes it; `make bench ARGS="--only clicks"`
one part of it. Each figure is a median, with the least and the most beside it, and each ratio is to
what was measured in the same run. Data: the demo (20,000 leads), and companies of one million leads
and three million touches or more (`tests/bench/data.py`).
"""
_LIBRARIES = ("streamlit", "duckdb", "ibis-framework", "pandas", "numpy", "pyarrow")


def write(titles: Mapping[str, str], measured: Mapping[str, Sequence[Row]]) -> None:
    """Write the sections of parts that were measured, in the order of ``titles``.

    titles: of every part. measured: rows by part.
    """
    old = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    above, marker, notes = old.partition(NOTES)
    sections = dict(re.findall(r"<!-- part: ([\w-]+) -->\n(.*?)<!-- end -->", above, re.DOTALL))
    for part, rows in measured.items():
        sections[part] = section(titles[part], rows)
    parts = [f"<!-- part: {p} -->\n{sections[p]}<!-- end -->\n" for p in titles if p in sections]
    text = "\n".join([_INTRODUCTION, *parts, f"{NOTES}{notes if marker else ''}"])
    FILE.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def section(title: str, rows: Iterable[Row]) -> str:
    """A title, under which circumstances it was measured, and a table."""
    lines = [f"## {title}", "", circumstances(), "", *HEADER, *(row.line() for row in rows)]
    return "\n".join(lines) + "\n"


def circumstances() -> str:
    """The day, the commit, the machine with its load, and the versions of what counts."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}; {_processor()}, {os.cpu_count()} cores,"
        f" {memory:.0f} GiB, load {os.getloadavg()[2]:.1f} over 15 minutes;"
        f" Python {platform.python_version()}, {libraries}."
    )


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", file.read_text()) if file.exists() else None
    return found[1] if found else platform.processor() or platform.machine()
