"""What the command line prints for people: a check, a report, snapshots, rows read so far."""

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
from kpis.definitions import Definitions
from kpis.display import UNDEFINED, shown
from kpis.health.health import checks
from kpis.health.rejected import no_findings_text, rejected_text

if TYPE_CHECKING:  # they bring all that reads and maps, and a report needs none of that
    from connectors.snapshots.checkup import Checkup, SourceCheckup
    from connectors.snapshots.listing import Differences, Kept

SHOWN_REJECTS = 3


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Show the rows read so far on a terminal; stay silent in a script."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        shown_rows = bar.add_task("reading …", total=None)
        yield lambda table, rows: bar.update(
            shown_rows, description=f"reading {table}: {rows:,} rows"
        )


def print_checkup(checkup: "Checkup", definitions: Definitions) -> None:
    """Print each source and table, the health of the rows, and what is missing costs."""
    out = Console(highlight=False, emoji=False)
    for source in checkup.sources:
        _print_source(out, source)
    _print_health(out, checkup, definitions)
    for line in (*checkup.effects, *checkup.goals):
        out.print(f"- {line}", markup=False, soft_wrap=True)


def _print_source(out: Console, source: "SourceCheckup") -> None:
    out.print(f"Source '{source.name}' ({source.kind})", style="bold", markup=False)
    for table in source.tables:
        out.print(
            f"  {table.name} from {table.place}: {table.read:,} rows read = "
            f"{table.loaded:,} loaded + {len(table.rejects):,} rejected",
            markup=False,
            soft_wrap=True,
        )
        for reason, count in table.reasons.items():
            out.print(f"    {count:,} × {reason}", markup=False, soft_wrap=True)
        for row in table.rejects.head(SHOWN_REJECTS).itertuples():
            example = f"      row {row.row} {row.key}: {row.column} '{row.value}' {row.reason}"
            out.print(example, style="dim", markup=False, soft_wrap=True)
        for note in sorted(table.notes, key=lambda note: not note.is_doubt):
            doubt = "Look at this: " if note.is_doubt else ""
            style = "yellow" if note.is_doubt else None
            out.print(f"    {doubt}{note.text}", style=style, markup=False, soft_wrap=True)
    for line in source.not_there:
        out.print(f"  {line}", markup=False, soft_wrap=True)
    if source.failures:
        out.print("  cannot be used; see below", style="red")


def _print_health(out: Console, checkup: "Checkup", definitions: Definitions) -> None:
    """A paragraph for each thing that is wrong with rows that would be loaded."""
    health = checkup.health
    if not health.sound:
        return
    out.print("Data health", style="bold")
    if not health.findings:
        tables = [table for source in checkup.sources for table in source.tables]
        doubts = sum(note.is_doubt for table in tables for note in table.notes)
        rows = {table.name: (len(table.rejects), table.read) for table in tables}
        out.print(f"  {no_findings_text(rows, doubts, len(checkup.failures))}", soft_wrap=True)
    known = checks(definitions)
    for found in health.findings:
        check = known[found.check]
        out.print(
            f"  {found.table}: {found.rows:,} of {found.of:,} {check.rows_are} {check.what}, "
            f"such as {', '.join(found.examples)}. {check.effect} Remedy: {check.remedy}",
            markup=False,
            soft_wrap=True,
        )


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
