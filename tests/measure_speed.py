"""How long a refresh and a question take: ``python -m tests.measure_speed LEADS``.

Prints the seconds of each step on demo data of that many leads; docs/performance.md keeps them.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.settings.file import demo_settings
from connectors.settings.settings import DemoSource, Settings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.refresh import mapped_parts, refresh
from kpis.calendar import last_whole, month_of
from kpis.scorecard.scorecard import compared, scorecard
from kpis.scorecard.selection import Window

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@contextmanager
def timed(step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{step:<55} {time.perf_counter() - start:8.2f} s", flush=True)


def settings_for(leads: int, folder: Path) -> Settings:
    settings = demo_settings(folder)
    source = DemoSource(kind="demo", leads=leads)
    return settings.model_copy(update={"sources": {"demo": source}})


def main(leads: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(leads, Path(folder))
        with timed("make and map every table"):
            list(mapped_parts(settings, "demo", settings.report_day(NOW)))
        with timed("the whole refresh, all attribution models"):
            snapshot = refresh(settings, NOW)
        with timed("open the facts"):
            facts = open_facts(snapshot.folder)
        print(f"{int(facts.table.count().to_pandas()):,} facts")
        company = facts.company
        current, before = compared(month_of(facts.as_of, company), facts.as_of, company)
        weeks = [Window(w, facts.as_of) for w in last_whole("week", 26, facts.as_of, company)]
        for where in ({}, {"region": ["DACH"]}, {"campaign": ["cmp-search-trial"]}):
            with timed(f"cards and 26 weeks, where {where}"):
                scorecard(facts, [current, before, *weeks], where=where)
            with timed(f"by campaign, where {where}"):
                scorecard(facts, [current, before], "campaign", where)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
