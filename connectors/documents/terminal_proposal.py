"""What ``cli.py init`` prints: what a source holds, and what is proposed, each with its reason."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from connectors.documents.command_line import command_text
from connectors.proposal.parts import ProposedPart
from connectors.proposal.proposal import Proposal
from connectors.settings.file import DEFAULT_FILE
from connectors.survey.found import MOST_ROWS, Found, FoundTable
from kpis.display import listed
from kpis.model import TABLES

_SHOWN_COLUMNS = 8
_SHOWN_TABLES = 60


def print_found(sources: Iterable[Found]) -> None:
    """Print the tables of each source with their rows, columns and kinds."""
    out = Console(highlight=False, emoji=False)
    for source in sources:
        kind = source.source.kind.replace("_", " ")
        what = (
            f"Source '{source.name}' ({kind}), at most {MOST_ROWS:,} rows of each table looked at"
        )
        out.print(what, style="bold", markup=False, soft_wrap=True)
        for table in source.tables[:_SHOWN_TABLES]:
            out.print(f"  {_table_text(table)}", markup=False, soft_wrap=True)
        if len(source.tables) > _SHOWN_TABLES:
            out.print(f"  and {len(source.tables) - _SHOWN_TABLES} more tables", markup=False)
        if not source.tables:
            out.print("  holds no table that can be read", markup=False)


def print_next(file: Path, is_sound: bool) -> None:
    """Print which commands to type once the settings are written; is_sound: the check found so."""
    own = () if str(file) == DEFAULT_FILE else ("--settings", str(file))
    steps = {"refresh": "publish the figures", "report": "print the KPIs"}
    begin = f"\nNext: read {file}; a line that begins with # was not sure enough."
    if not is_sound:
        begin = f"\nNext: correct {file} as the error above says."
        steps = {"check": "look again", **steps}
    lines = [f"  {command_text(step, *own)}" for step in steps]
    out = Console(highlight=False, emoji=False)
    out.print(begin, markup=False, soft_wrap=True)
    for line, what in zip(lines, steps.values(), strict=True):
        out.print(f"{line:<{max(map(len, lines))}}  # {what}", markup=False, soft_wrap=True)


def _table_text(table: FoundTable) -> str:
    name = table.place
    if table.problem:
        return f"{name}: {table.problem}"
    shown = table.columns[:_SHOWN_COLUMNS]
    columns = ", ".join(f"{column} ({table.profile_of(column).kind})" for column in shown)
    more = len(table.columns) - len(shown)
    return f"{name}, {table.rows_text}: {columns}{f' and {more} more columns' if more else ''}"


def print_proposal(proposal: Proposal) -> None:
    """Print what is recognised and mapped, what is left to a person, and why."""
    out = Console(highlight=False, emoji=False)
    out.print("Proposed", style="bold")
    for one in proposal.presets:
        schema = f", schema {one.schema}" if one.schema else ""
        tool = one.layout.partition("_")[0]
        head = f"  {one.name}: preset {one.preset}, layout {one.layout} ({tool}{schema})"
        fills = f"{one.score:.2f}, fills {listed(list(one.mapped))}"
        out.print(f"{head}, {fills}: {one.reason}", markup=False, soft_wrap=True)
        for doubt in one.doubts:
            _look(out, doubt)
    for text in proposal.several:
        _look(out, text)
    for part in proposal.parts:
        _print_part(out, part)
    for part in proposal.left:
        what = f"{part.table} may be in {part.found.place}, but is not mapped: {part.problem}"
        _look(out, what)
    if not (proposal.presets or proposal.parts):
        _look(out, "no table of the sources is known as one that Alliance reads")


def _print_part(out: Console, part: ProposedPart) -> None:
    score = min(part.score, 1)
    head = f"  {part.table} from {part.found.place}, {score:.2f}: {part.reason}"
    out.print(head, markup=False, soft_wrap=True)
    order = list(TABLES[part.table].column_names)
    for choice in sorted(part.choices, key=lambda c: (order.index(c.name), not c.is_taken)):
        line = f"{choice.name} = {choice.column}, {choice.score:.2f}: {choice.reason}"
        if choice.is_taken:
            out.print(f"    {line}", markup=False, soft_wrap=True)
        elif choice.name not in part.taken:
            remedy = f". {choice.remedy}" if choice.remedy else ""
            out.print(
                f"    not taken: {line}{remedy}", style="yellow", markup=False, soft_wrap=True
            )
    if part.statuses is not None and part.statuses.by_rows:
        shown = ", ".join(f"'{value}'" for value in part.statuses.by_rows)
        what = "taken as open, as none of their rows has a closing date and won ones have"
        out.print(f"    {shown}: {what}", markup=False, soft_wrap=True)
    if part.statuses is not None and part.statuses.unknown:
        shown = ", ".join(f"'{value}'" for value in part.statuses.unknown)
        _look(out, f"what {shown} means is not known, so these rows are rejected")


def _look(out: Console, text: str) -> None:
    out.print(
        f"    Look at this: {text.rstrip('.')}.", style="yellow", markup=False, soft_wrap=True
    )
