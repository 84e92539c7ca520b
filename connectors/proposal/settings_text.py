"""The settings file as text: each line with its score and reason, what is open as comments."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.proposal.parts import Choice, ProposedPart
from connectors.proposal.proposal import Proposal
from connectors.proposal.recognised import Recognised
from connectors.proposal.trial import settings_of, status_values
from connectors.survey.found import MOST_ROWS
from kpis.display import listed
from kpis.model import DEAL_STATUSES, TABLES

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN = 12
_NOTE_AT = 46
"""The column from which the note behind a line begins."""


@dataclass(frozen=True)
class Fact:
    """A fact about the company, and where it comes from."""

    value: str
    origin: str


@dataclass(frozen=True)
class CompanyFacts:
    """What the settings say of the company; newest: the newest day of the data, where it is old."""

    name: Fact
    currency: Fact
    time_zone: Fact
    as_of: Fact | None = None
    newest: date | None = None


def settings_text(proposal: Proposal, facts: CompanyFacts, today: date) -> str:
    """Return a settings file that says what is proposed, and why."""
    lines = [
        f"# Written by 'cli.py init' on {today}, from at most {MOST_ROWS:,} rows of each table.",
        "# Each line has a score from 0 to 1 and its reason. A line that begins with # was not",
        "# sure enough: remove the # to take it. 'cli.py check' reads every row; run it after",
        "# each change.",
        "",
        *_company(facts),
        *(line for source in _sections(proposal) for line in source),
        *(line for part in _in_order(proposal.parts) for line in _part(part, proposal.parts)),
        *(line for part in _in_order(proposal.left) for line in _left(part)),
        *_not_found(proposal),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _in_order(parts: Sequence[ProposedPart]) -> list[ProposedPart]:
    order = list(TABLES)
    return sorted(parts, key=lambda part: order.index(part.table))


def _company(facts: CompanyFacts) -> Iterator[str]:
    if facts.as_of is not None:
        yield _with_note(f"as_of = {facts.as_of.value}", facts.as_of.origin)
        yield ""
    elif facts.newest is not None:
        yield f"# The newest day in the data is {facts.newest}. If it has ended, report as of then:"
        yield f"# as_of = {facts.newest}"
        yield ""
    yield "[company]"
    for key in ("name", "currency", "time_zone"):
        fact: Fact = getattr(facts, key)
        yield _with_note(f"{key} = {_text(fact.value)}", fact.origin)
    yield ""


def _sections(proposal: Proposal) -> Iterator[list[str]]:
    """A section for each source, and for each preset that one holds."""
    with_presets = {one.source.name for one in proposal.presets}
    for source in proposal.sources:
        if source.name not in with_presets:
            yield [f"[sources.{_key(source.name)}]", *_keys(source.keys), ""]
    for text in proposal.several:
        yield [f"# Look at this: {text}.", ""]
    for one in proposal.presets:
        yield [*_preset(one), ""]


def _preset(one: Recognised) -> Iterator[str]:
    tool = one.layout.partition("_")[0]
    fills = f"fills {listed(list(one.mapped))}"
    yield f"# {one.preset}, as {tool} lays it out ({one.score:.2f}), {fills}: {one.reason}."
    yield f"[sources.{_key(one.name)}]"
    yield from _keys(one.source.keys)
    if one.schema:
        yield f"schema = {_text(one.schema)}"
    yield f"preset = {_text(one.preset)}"
    yield f"layout = {_text(one.layout)}"
    if one.with_deleted:
        yield _with_note("with_deleted = true", "as asked for: rows marked as deleted count, too")
    for doubt in one.doubts:
        yield f"# Look at this: {doubt}."
    for text in one.lacking[:_SHOWN]:
        yield f"# Not there: {text}."
    if len(one.lacking) > _SHOWN:
        yield f"# Not there: {len(one.lacking) - _SHOWN} more; 'cli.py check' names each."


def _keys(keys: Mapping[str, Any]) -> Iterator[str]:
    for key, value in keys.items():
        yield f"{_key(key)} = {_text(value)}"


def _part(part: ProposedPart, parts: Sequence[ProposedPart]) -> Iterator[str]:
    several = sum(other.table == part.table for other in parts) > 1
    yield f"# {part.table} ({min(part.score, 1):.2f}): {part.reason}. {part.found.rows_text}."
    yield f"[[tables.{part.table}]]" if several else f"[tables.{part.table}]"
    said = settings_of(part)
    yield f"source = {_text(part.source)}"
    yield f"from = {_text(said['from'])}"
    yield from _columns(part)
    if "first_of" in said:
        yield f"first_of = {_text(said['first_of'])}"
    for key in ("constants", "scale", "date_format"):
        for name, value in said.get(key, {}).items():
            yield f"{key}.{name} = {_text(value)}"
    yield from _statuses(part)
    used = {choice.column for choice in part.choices}
    unused = [column for column in part.found.columns if column not in used]
    if unused:
        more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
        yield f"# Not used: {', '.join(map(_shown, unused[:_SHOWN]))}{more}."
    yield ""


def _columns(part: ProposedPart) -> Iterator[str]:
    order = list(TABLES[part.table].column_names)
    unmapped = {n: h for n, h in settings_of(part)["columns"].items() if not h}
    for choice in sorted(part.choices, key=lambda c: (order.index(c.name), not c.is_taken)):
        line = f"columns.{choice.name} = {_text(choice.column)}"
        note = f"{choice.score:.2f}: {choice.reason}"
        if choice.is_taken:
            yield _with_note(line, note)
        else:
            yield _with_note(f"# {line}", f"{note}{_remedy(choice)}")
    for name in unmapped:
        yield _with_note(f'columns.{name} = ""', "a column of this name is there; see above")


def _remedy(choice: Choice) -> str:
    return f". {choice.remedy}" if choice.remedy else ""


def _statuses(part: ProposedPart) -> Iterator[str]:
    if part.statuses is None:
        return
    counts = part.statuses.counts
    for meaning, values in status_values(part).items():
        rows = sum(counts[value] for value in values)
        yield _with_note(f"values.status.{meaning} = {_text(values)}", f"{rows:,} rows")
    if part.statuses.by_rows:
        shown = ", ".join(map(_shown, part.statuses.by_rows))
        yield f"# Open because none of their rows has a closing date, as won ones have: {shown}."
    if "won" not in part.statuses.meanings.values():
        for meaning in DEAL_STATUSES:
            yield _with_note(f"# values.status.{meaning} = []", "list the values that mean it")
    if part.statuses.unknown:
        shown = ", ".join(f"{_shown(v)} ({counts[v]:,} rows)" for v in part.statuses.unknown)
        yield f"# Unknown, so these rows are rejected until a line above lists them: {shown}."


def _left(part: ProposedPart) -> Iterator[str]:
    """A part that is not taken, as comments that say why."""
    text = f"{part.table} may be in {part.found.place} ({part.found.rows_text}), but is not mapped"
    yield f"# {text}: {part.problem}"
    for line in _part(part, [part]):
        if line and not line.startswith(("# Not used", f"# {part.table} (")):
            yield line if line.startswith("#") else f"# {line}"
    yield ""


def _not_found(proposal: Proposal) -> Iterator[str]:
    if proposal.costs:
        yield "# What was not found, and what that costs:"
        yield from (f"# - {text}" for text in proposal.costs)
    unused = [f"{name}: {_shown(table.place)}" for name, table in proposal.unused]
    if unused:
        more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
        yield f"# Tables that nothing is read from: {', '.join(unused[:_SHOWN])}{more}."


def _with_note(line: str, note: str) -> str:
    return f"{line:<{_NOTE_AT - 2}}  # {_shown(note)}"


def _shown(text: str) -> str:
    """Text of a source in a comment: on one line, which no character can end."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: Any) -> str:
    """A value as TOML writes it: text, a number, or a list of texts."""
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
