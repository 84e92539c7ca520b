"""What the command line prints for people: a report, snapshots, rows read so far."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from connectors.sources.raw import Progress as OnProgress
from kpis.catalogue import SEVEN
from kpis.display import UNDEFINED, shown
from kpis.health.rejected import rejected_text

if TYPE_CHECKING:  # they bring all that reads and maps, and a report needs none of that
    from connectors.snapshots.listing import Differences, Kept


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Show the rows read so far on a terminal; stay silent in a script."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        shown_rows = bar.add_task("reading …", total=None)
        yield lambda part, rows: bar.update(
            shown_rows,
            description=f"reading {part}: {rows:,} rows" if part else "computing figures …",
        )


def end_of_progress(why: str) -> None:
    """Say on standard error why nothing more comes; the terminal has its cursor again."""
    console = Console(stderr=True, highlight=False, emoji=False)
    console.show_cursor()
    console.print(f"\n{why}" if console.is_terminal else why, markup=False, soft_wrap=True)


def print_report(answer: dict[str, Any], rejected: Mapping[str, tuple[int, int]]) -> None:
    """The report as a table for people: a row per group, a column per KPI.

    rejected: per table how many rows were rejected and read.
    """
    by = next(iter(answer["rows"][0]["group"]), None) if answer["rows"] else None
    title = f"{answer['from']} to {answer['to']}, as of {answer['as_of']}, {answer['attribution']}"
    table = Table(title=title, title_justify="left")
    if by:
        table.add_column(by)
    for kpi in SEVEN:
        table.add_column(kpi.short, justify="right")
    reasons: dict[str, None] = {}
    for row in answer["rows"]:
        values = [
            UNDEFINED if (v := row["kpis"][kpi.key]) is None else shown(kpi, v, answer["currency"])
            for kpi in SEVEN
        ]
        table.add_row(*([escape(row["group"][by])] if by else []), *values)
        for kpi in SEVEN:
            if kpi.key in row["reasons"]:
                reasons[f"{kpi.label}: {row['reasons'][kpi.key]}"] = None
    out = Console(highlight=False, emoji=False)
    out.print(table)
    for reason in reasons:
        out.print(f"{UNDEFINED} {reason}", markup=False)
    if text := rejected_text(rejected, "check"):
        out.print(text, markup=False, soft_wrap=True)


def print_snapshots(kept: "Sequence[Kept]", folder: Path) -> None:
    """Print a line each, the newest first."""
    out = Console(highlight=False, emoji=False)
    if not kept:
        out.print(f"No snapshot is kept in {folder}. 'cli.py refresh' makes one.", markup=False)
        return
    table = Table()
    for name, is_number in (("Snapshot", False), ("As of", False), ("Rows", True), ("MB", True)):
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    table.add_column("State")
    for one in kept:
        manifest = one.snapshot.manifest
        size = f"{one.size / 1e6:,.1f}"
        what = (one.snapshot.name, f"{manifest.as_of}", f"{one.rows:,}", size, escape(one.state))
        table.add_row(*what)
    out.print(table)


def print_differences(one: str, other: str, found: "Differences", currency: str) -> None:
    """Print the rows and KPIs in which two snapshots, by their names, differ."""
    out = Console(highlight=False, emoji=False)
    earlier, later = sorted((one, other))
    period = f"{found.period.start} to {found.period.end}, as of {found.as_of}"
    table = Table(title=f"Of {period}", title_justify="left")
    table.add_column("")
    for name in (earlier, later):
        table.add_column(name, justify="right")
    for name, counts in found.rows.items():
        table.add_row(f"{name}, rows", *(f"{count:,}" for count in counts))
    for kpi in SEVEN:
        values = found.kpis[kpi.key]
        texts = [UNDEFINED if isnan(value) else shown(kpi, value, currency) for value in values]
        table.add_row(kpi.short, *texts, style=None if texts[0] == texts[1] else "bold")
    out.print(table)
