"""A trial of each proposed part with the real mapping, on its sample: what it refuses is not taken.

What a header or other columns decide is put in first: the order of day and month, a unit.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.mapping.amounts.units import header_unit
from connectors.mapping.mapping import map_table
from connectors.proposal.parts import Choice, ProposedPart, lacking_text
from connectors.settings.tables import TableSettings
from kpis.definitions import Company
from kpis.errors import MappingError
from kpis.model import TABLES

_LARGE = 100_000
"""An amount of so many micros is a tenth of a unit: no smaller ones bear out the header."""
_TWO_NUMBERS = re.compile(r"(\d{1,2})[-./] ?(\d{1,2})[-./]")
_REJECTED = 0.5
"""The share of rejected rows from which a part is not taken."""


def tried(part: ProposedPart, company: Company) -> ProposedPart:
    """Return the part as the mapping takes it: a column that it refuses becomes a comment.

    Where it refuses a required column, or most rows, the part has that as its problem.
    """
    part = _with_units(part)
    required = {column.name for column in TABLES[part.table].columns if column.required}
    lacking = required - set(part.taken)
    if lacking:
        return replace(part, problem=lacking_text(sorted(lacking), part.choices))
    try:
        return _with_rejects(part, company)
    except MappingError as error:
        whole = str(error)
    kept = tuple(c for c in part.choices if c.is_taken and c.name in required)
    try:
        _mapped(replace(part, choices=kept), company)
    except MappingError as error:
        return replace(part, problem=_one_line(str(error)))
    choices = list[Choice]()
    for choice in part.choices:
        if choice.is_taken and choice.name not in required:
            try:
                _mapped(replace(part, choices=(*kept, choice)), company)
            except MappingError as error:
                choice = replace(choice, is_taken=False, remedy=_one_line(str(error)))
        choices.append(choice)
    part = replace(part, choices=tuple(choices))
    try:
        return _with_rejects(part, company)
    except MappingError:
        return replace(part, problem=_one_line(whole))


def settings_of(part: ProposedPart) -> dict[str, Any]:
    """Return what the settings say of a part, as the section of a TOML file would."""
    taken = part.taken
    formats = {name: c.date_formats[0] for name, c in taken.items() if len(c.date_formats) == 1}
    values: dict[str, dict[str, list[str]]] = {}
    if part.statuses is not None:
        values["status"] = status_values(part)
    keys: dict[str, Any] = {
        "source": part.source,
        "from": part.found.place,
        "columns": {name: choice.column for name, choice in taken.items()} | _unmapped(part),
        "values": values,
        "date_format": formats,
        "scale": dict(part.scale),
        "constants": dict(part.constants),
        "first_of": [name for name, choice in taken.items() if choice.takes_first],
    }
    return {key: value for key, value in keys.items() if value}


def status_values(part: ProposedPart) -> dict[str, list[str]]:
    """Return of each meaning the values that have it, the most frequent first."""
    found: dict[str, list[str]] = {}
    for value in part.statuses.counts if part.statuses else ():
        meaning = part.statuses.meanings.get(value) if part.statuses else None
        if meaning:
            found.setdefault(meaning, []).append(value)
    return {name: found[name] for name in ("won", "lost", "open") if name in found}


def _unmapped(part: ProposedPart) -> dict[str, str]:
    """Columns of a canonical name that were not taken: else their name alone would map them."""
    names = {header.casefold() for header in part.found.columns}
    taken = part.taken
    doubted = {choice.name for choice in part.choices if not choice.is_taken} - set(taken)
    return {name: "" for name in sorted(doubted) if name.casefold() in names}


def with_formats(part: ProposedPart, beside: Sequence[ProposedPart] = ()) -> ProposedPart:
    """Return the part with the order of day and month that its other dates show.

    Else it is that of all dates of the same source, in parts ``beside``. Where neither shows one,
    a column that reads both ways is not taken.
    """
    own, others = _orders([part]), _orders([p for p in beside if p.source == part.source])
    where = ("the other dates of the table", 0.8) if own else ("all dates of its source", 0.7)
    shown = own or others
    choices = []
    for choice in part.choices:
        if len(choice.date_formats) == 2:
            fits = [f for f in choice.date_formats if shown == {_order(f)}]
            if fits:
                reason = f"{choice.reason}; day and month in the order of {where[0]}"
                score = min(choice.score, where[1])
                choice = replace(choice, date_formats=tuple(fits), reason=reason, score=score)
            else:
                remedy = "its dates read both ways: set date_format, " + " or ".join(
                    f'"{one}" ({which})'
                    for one, which in zip(
                        choice.date_formats, ("day first", "month first"), strict=True
                    )
                )
                choice = replace(choice, is_taken=False, remedy=remedy)
        choices.append(choice)
    return replace(part, choices=tuple(choices))


def _order(date_format: str) -> bool:
    """Whether a format has the day before the month."""
    return date_format.index("%d") < date_format.index("%m")


def _orders(parts: Sequence[ProposedPart]) -> set[bool]:
    """The orders that dates written as 13/10/2026 show: day first (True), month first (False)."""
    found = set()
    for part in parts:
        for choice in part.taken.values():
            seen = part.found.profile_of(choice.column)
            if seen.kind == "time" and not seen.formats:
                numbers = (_TWO_NUMBERS.match(text) for text in seen.values)
                pairs = [(int(match[1]), int(match[2])) for match in numbers if match]
                found |= {first > 12 for first, second in pairs if max(first, second) > 12}
    return found


def _with_units(part: ProposedPart) -> ProposedPart:
    """The part with the scale that the header of an amount names, where its values bear it out."""
    scale, choices = dict(part.scale), []
    for choice in part.choices:
        unit = header_unit(choice.column) if choice.name in ("amount", "budget") else None
        if unit and choice.is_taken and choice.name not in scale:
            largest = part.found.profile_of(choice.column).largest or 0
            if unit[1] != "1e-6" or largest >= _LARGE:
                scale[choice.name] = float(unit[1])
                reason = f"{choice.reason}; its header says {unit[0]}"
                choice = replace(choice, reason=reason, score=min(choice.score, 0.8))
        choices.append(choice)
    return replace(part, scale=scale, choices=tuple(choices))


def _with_rejects(part: ProposedPart, company: Company) -> ProposedPart:
    """The part, with a problem where most rows of the sample are rejected."""
    rejects, rows = _mapped(part, company)
    rejected = sum(rejects.values())
    if rejected <= _REJECTED * rows:
        return part
    (why, count), *_ = rejects.most_common(1)
    return replace(
        part, problem=f"{rejected:,} of {rows:,} rows would be rejected ({count:,} × {why})"
    )


def _mapped(part: ProposedPart, company: Company) -> tuple[Counter[str], int]:
    """Rejected rows of the sample by reason, and its rows; raises MappingError."""
    assert part.found.raw is not None, "only a table with a sample is proposed"
    request = TableSettings.model_validate(settings_of(part))
    mapped = map_table(part.table, part.found.raw, request, (), None, company)
    reasons = zip(mapped.rejects["column"], mapped.rejects["reason"], strict=True)
    return Counter(f"{column} {reason}" for column, reason in reasons), mapped.rows_read


def _one_line(text: str) -> str:
    return " ".join(text.split())
