"""What ``check`` prints: all there is to know of the sources, on one screen; details on demand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpis.display import UNDEFINED, day_text, listed, share_text
from kpis.health.alike import visible
from kpis.health.facts_text import age_text, deals_text
from kpis.health.joins import Join
from kpis.health.rejected import duplicates_in, no_findings_text
from kpis.health.remarks import MAY_BE_BLANK, WEIGHTS, Remark, Weight

if TYPE_CHECKING:  # they bring all that reads and maps
    from connectors.snapshots.checkup import Checkup, SourceCheckup, TableCheckup
    from connectors.snapshots.sources_read import SourcesRead

WIDTH = 100
FEW = 8
"""So many remarks on harm are printed with all that is known; of more, so many of each weight:"""
SHOWN: dict[Weight, int] = {
    "error": 9,
    "totals": 5,
    "split": 2,
    "doubt": 4,
    "none": 2,
    "missing": 8,
    "rule": 3,
}
SHOWN_EXAMPLES = 3
_STYLES = {"error": "red", "totals": "yellow", "split": "yellow", "doubt": "yellow"}


def print_checkup(checkup: "Checkup", is_full: bool = False, table: str | None = None) -> None:
    """Print the check on one screen; is_full: all that is known; table: of that one alone."""
    out = Console(highlight=False, emoji=False)
    if not out.is_terminal:
        out.width = WIDTH
    read = checkup.read
    if table is not None:
        _print_table(out, checkup, table)
        return
    _print_counts(out, checkup)
    if is_full:
        for source in checkup.sources:
            _print_source(out, source)
    _print_facts(out, read)
    _print_remarks(out, checkup, is_full)
    if not is_full:
        more = "More: check -v shows every remark with its remedy, check --table NAME one table"
        out.print(more, style="dim", markup=False)


def joins_text(joins: Sequence[Join]) -> list[str]:
    """The shares of rows that find the row they name, in at most two lines."""
    main = [join for join in joins if join.is_of_all_rows]
    lines = [", ".join(f"{_share(join)} of {join.text.replace('with', 'have')}" for join in main)]
    others = [f"{join.table} → {join.to} {_share(join)}" for join in joins if join not in main]
    lines += [f"Other links: {', '.join(others)}"] if others else []
    return [line for line in lines if line]


def _share(join: Join) -> str:
    return UNDEFINED if join.share is None else share_text(join.share)


def _print_counts(out: Console, checkup: "Checkup") -> None:
    """A line of all rows, and a line for each table."""
    read = checkup.read
    tables = read.tables.values()
    total, loaded = sum(t.read for t in tables), sum(t.loaded for t in tables)
    rejected = sum(t.rejected for t in tables)
    what = f"{total:,} rows read = {loaded:,} loaded + {rejected:,} rejected"
    out.print(f"{read.company.name}, {day_text(read.as_of)}: {what}", style="bold", markup=False)
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column("Table", no_wrap=True)
    for name in ("Read", "Loaded", "Rejected", "Duplicates"):
        grid.add_column(name, justify="right", no_wrap=True)
    for name in ("First", "Newest", "Age"):
        grid.add_column(name, no_wrap=True)
    grid.add_column("Source")  # the one that gives way where the screen is narrow
    for name, one in read.tables.items():
        facts, late = read.facts_of(name), "yellow" if read.facts_of(name).is_late else ""
        grid.add_row(
            name,
            f"{one.read:,}",
            f"{one.loaded:,}",
            Text(f"{one.rejected:,}", "yellow" if one.rejected else ""),
            f"{duplicates_in(one.reasons):,}",
            UNDEFINED if facts.first is None else day_text(facts.first),
            Text(UNDEFINED if facts.newest is None else day_text(facts.newest), late),
            Text(age_text(read.age_of(name), facts.is_late), late),
            Text(one.source, no_wrap=True, overflow="ellipsis"),
        )
    if read.tables:
        out.print(grid)
    for source in checkup.sources:
        if source.failures:
            text = f"Source '{source.name}' cannot be used as it is; see below"
            out.print(text, style="red", markup=False)


def _print_facts(out: Console, read: "SourcesRead") -> None:
    """Deals by status, joins, and blanks of mapped columns."""
    if read.facts.deals:
        text = deals_text(read.facts.deals)
        out.print(f"Deals: {text}", markup=False, soft_wrap=True)
    for line in joins_text(read.facts.joins):
        out.print(line, markup=False, soft_wrap=True)
    blanks = [text for name in read.tables if (text := _blanks_text(read, name))]
    if blanks:
        out.print(f"Blank: {'; '.join(blanks)}", markup=False, soft_wrap=True)


def _blanks_text(read: "SourcesRead", name: str, all_of_them: bool = False) -> str:
    """The blanks of a table's mapped columns, by default of those that have some and should not."""
    shares = read.facts_of(name).blank_shares
    found = [
        f"{column} {share_text(share)}"
        for column, share in shares.items()
        if all_of_them or (share and column not in MAY_BE_BLANK)
    ]
    return f"{name}: {', '.join(found)}" if found else ""


def _print_remarks(out: Console, checkup: "Checkup", is_full: bool) -> None:
    """What is wrong, by weight, the most harmful first; errors stand on standard error."""
    read = checkup.read
    remarks = read.remarks
    harmful = [one for one in remarks if one.weight not in ("missing", "rule")]
    if not harmful and read.tables:
        failures = len(checkup.failures)
        rows = {name: (table.rejected, table.read) for name, table in read.tables.items()}
        out.print(no_findings_text(rows, 0, failures), style="green", markup=False, soft_wrap=True)
    _print_by_weight(out, remarks, is_brief=not is_full and len(harmful) > FEW)


def _print_by_weight(
    out: Console, remarks: Sequence[Remark], is_brief: bool, has_table: bool = True
) -> None:
    """Print remarks below their weight; is_brief: the worst of each, without remedies."""
    for weight, title in WEIGHTS.items():
        own = [one for one in remarks if one.weight == weight]
        if weight == "error" or not own:
            continue
        out.print(title, style=f"bold {_STYLES.get(weight, '')}")
        shown = own[: SHOWN[weight]] if is_brief else own
        for one in shown:
            table = f"{one.table}: " if one.table and has_table else ""
            examples = SHOWN_EXAMPLES if is_brief else None
            text = one.sentence(with_remedy=not is_brief, examples=examples)
            out.print(f"  {table}{text}", markup=False, soft_wrap=True)
        if len(own) > len(shown):
            out.print(f"  … and {len(own) - len(shown):,} more", style="dim")


def _print_source(out: Console, source: "SourceCheckup") -> None:
    """Each part of its tables, and where it was read."""
    out.print(f"Source '{source.name}' ({source.kind})", style="bold", markup=False)
    for part in source.tables:
        out.print(f"  {_part_text(part)}", markup=False, soft_wrap=True)


def _part_text(part: "TableCheckup") -> str:
    return (
        f"{part.name} from {visible(part.place)}: {part.read:,} row{'s' * (part.read != 1)} read = "
        f"{part.loaded:,} loaded + "
        f"{len(part.rejects):,} rejected"
    )


def _print_table(out: Console, checkup: "Checkup", name: str) -> None:
    """All that is known of one table."""
    read = checkup.read
    parts = [part for source in checkup.sources for part in source.tables]
    for part in parts:
        if part.name.partition(",")[0] == name:
            out.print(_part_text(part), style="bold", markup=False, soft_wrap=True)
    if name not in read.tables:
        out.print(f"No row of {name} can be used.", markup=False)
        for line in read.not_there:
            out.print(line, markup=False, soft_wrap=True)
        return
    facts = read.facts_of(name)
    if facts.newest is not None and facts.first is not None:
        days = f"{day_text(facts.first)} to {day_text(facts.newest)}"
        age = age_text(read.age_of(name), facts.is_late)
        out.print(f"Records by {listed(facts.dated_by)}: {days}; the newest: {age}", markup=False)
    if name == "deals":
        out.print(deals_text(read.facts.deals), markup=False)
    for line in joins_text([join for join in read.facts.joins if join.table == name]):
        out.print(line, markup=False, soft_wrap=True)
    out.print(f"Blank: {_blanks_text(read, name, True)}", markup=False, soft_wrap=True)
    own = [one for one in read.remarks if one.table == name]
    _print_by_weight(out, own, is_brief=False, has_table=False)
