"""Measure, print, and write docs/performance.md: ``python -m tests.bench``.

--only NAME ... measures these parts alone; --ten-million adds companies of ten million leads, which
takes long; --quick takes three of each instead of seven, of 200,000 leads, and writes nothing.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from connectors.settings.file import DEMO_FILE, load_settings
from connectors.snapshots.engine import FACTS
from connectors.snapshots.fresh import fresh_snapshot
from connectors.snapshots.snapshots import Snapshot
from tests.bench import (
    click_profile,
    clicks,
    first_page,
    questions,
    refreshes,
    report,
    server_cpu,
    viewers,
)
from tests.bench.data import DATA, NOW, company_of, snapshot_of
from tests.bench.measured import TIMES, Row
from tests.postgres_server import running_postgres

MILLION = 1_000_000


@dataclass(frozen=True)
class Bench:
    """folder: of the companies of this run. sizes: leads of each beside the demo."""

    folder: Path
    times: int
    sizes: tuple[int, ...]

    def demo(self) -> tuple[Path, Snapshot]:
        """The settings and the snapshot of the demo."""
        file = self.folder / "demo" / "settings.toml"
        file.parent.mkdir(exist_ok=True)
        text = DEMO_FILE.read_text(encoding="utf-8")
        file.write_text(f"as_of = {NOW.date()}\n{text}", encoding="utf-8")
        return file, fresh_snapshot(load_settings(file), NOW)

    def company(self, leads: int) -> tuple[Path, Snapshot]:
        """The settings and the snapshot of a company of so many leads."""
        folder = self.folder / f"{leads}"
        settings = company_of(folder, leads)
        return folder / "settings.toml", snapshot_of(settings)

    @property
    def shown(self) -> Iterator[tuple[str, Path, Snapshot]]:
        """Name, settings and snapshot of the demo and of every company."""
        yield "demo", *self.demo()
        for leads in self.sizes:
            yield f"{leads:,} leads", *self.company(leads)


def _questions(bench: Bench) -> Iterator[Row]:
    for leads in bench.sizes:
        at_most = 0.1 if leads == MILLION else None
        snapshot = bench.company(leads)[1]
        yield from questions.measured(f"{leads:,} leads", snapshot, bench.times, at_most)


def _server_cpu(bench: Bench) -> Iterator[Row]:
    parts: list[Row] = []
    for name, settings, snapshot in bench.shown:
        limits = {"demo": (0.3, None), f"{MILLION:,} leads": (0.4, 3)}.get(name, (None, None))
        for row in server_cpu.measured(
            name, settings, snapshot.folder / FACTS, limits, bench.times
        ):
            parts += [row] if row.what.endswith(server_cpu.ENGINES_PART) else []
            yield row
    for fewer, more in pairwise(parts[1:]):  # the first one is the demo's
        beside = {"beside": fewer.what, "beside_values": fewer.values}
        yield Row(more.what, more.values, **beside, ratio_at_most=3)


def _refreshes(bench: Bench) -> Iterator[Row]:
    for leads in bench.sizes:
        name, folder = f"{leads:,} leads", bench.folder / f"refresh-{leads}"
        times = 1 if leads > MILLION else bench.times
        yield from refreshes.from_parquet(name, folder, leads, times)
        if leads <= MILLION:
            limit = 2.5 if leads == MILLION else None
            with running_postgres(_new(bench.folder / "server")) as server:
                server.new_database("bench")
                what = (folder / "from-postgres", folder / DATA, server.admin("bench"))
                yield from refreshes.from_postgres(name, *what, times, limit)


def _clicks(bench: Bench) -> Iterator[Row]:
    bare = clicks.bare_clicks(_new(bench.folder / "bare"), bench.times)
    yield Row("the bare page, click to last change", [click.last_change for click in bare])
    for name, settings, snapshot in bench.shown:
        limits = (1.2, 2.0) if name == "demo" else (1.5, 2.5)
        yield from clicks.measured(name, settings, snapshot, bare, limits)


def _first_page(bench: Bench) -> Iterator[Row]:
    yield from first_page.measured(bench.demo()[0], bench.times)


def _viewers(bench: Bench) -> Iterator[Row]:
    rounds = 3 if bench.times < TIMES else viewers.ROUNDS
    yield from viewers.measured("demo", bench.demo()[0], rounds)


def _click_profile(bench: Bench) -> Iterator[Row]:
    for name, settings, snapshot in bench.shown:
        yield from click_profile.measured(name, settings, snapshot, bench.times)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


PARTS: dict[str, tuple[str, Callable[[Bench], Iterator[Row]]]] = {
    "questions": ("Questions to the facts, without a page", _questions),
    "server-cpu": ("Clicks, without a browser", _server_cpu),
    "refreshes": ("Refreshes", _refreshes),
    "clicks": ("Clicks as a person sees them, in Chromium", _clicks),
    "first-page": ("The first page after a start, in Chromium", _first_page),
    "viewers": ("Thirty viewers", _viewers),
    "click-profile": ("One click, millisecond by millisecond", _click_profile),
}
"""Each part of the report: its title, and what measures it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=PARTS, default=list(PARTS))
    parser.add_argument("--ten-million", action="store_true")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    sizes = (200_000,) if asked.quick else (MILLION,)
    sizes += (10 * MILLION,) if asked.ten_million else ()
    with tempfile.TemporaryDirectory(prefix="alliance-bench-") as folder:
        bench = Bench(Path(folder), 3 if asked.quick else TIMES, sizes)
        for part in asked.only:
            title, measure = PARTS[part]
            print(f"\n{title}", flush=True)
            rows = list(map(_printed, measure(bench)))
            if not asked.quick:
                report.write({name: title for name, (title, _) in PARTS.items()}, {part: rows})


def _printed(row: Row) -> Row:
    print(row.line(), flush=True)
    return row


if __name__ == "__main__":
    main()
