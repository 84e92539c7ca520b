"""Which columns name rows of another table: by their names, and the values that both tables share.

Shared values alone decide nothing: owner 7 is no lead 7, and who referred a deal is not its lead.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from connectors.proposal.columns import joined_columns
from connectors.proposal.names import column_name_score
from connectors.proposal.parts import TAKEN, Choice, ProposedPart
from connectors.survey.found import MOST_ASKED, FoundTable
from connectors.survey.profile import Profile

_KEYS = {"lead_id": "leads", "deal_id": "deals", "customer_id": "customers"}
"""The table whose rows a column names."""
_ENOUGH = 0.5
"""The share of rows that must name a row of the other table for a join to be taken."""
_SEPARATED = re.compile(r"\s*[;|\n]\s*")
_MOST_KEYS = 5
_NONE_SHARED = 0.1
"""The score of a column that a name alone speaks for."""
_SHORT = 6
"""Digits up to which numbers are shared by chance."""


_UNNAMED = 0.55
"""The highest score of a column whose name does not say what it names: it is asked about."""


def with_joins(parts: Mapping[str, ProposedPart]) -> dict[str, ProposedPart]:
    """Return the parts, one of each table, with each join as the values of both tables allow.

    Where deals name a lead by another unique column than its id, such as its address, that column
    becomes the leads' key. A key is chosen once, by deals before all others.
    """
    joined = dict(parts)
    chosen: dict[str, tuple[str, str]] = {}
    for table in sorted(joined, key=lambda table: table != "deals"):
        for name in joined_columns(table):
            parent = joined.get(_KEYS[name])
            if parent is None or not parent.taken:
                joined[table] = _without_parent(joined[table], name)
                continue
            choice, key = _best_join(joined[table], name, parent, chosen.get(_KEYS[name]))
            joined[table] = _with(joined[table], name, choice)
            if choice and choice.is_taken:
                joined[_KEYS[name]] = _with_key(parent, name, key)
                chosen.setdefault(_KEYS[name], (key, table))
    return joined


def _without_parent(part: ProposedPart, name: str) -> ProposedPart:
    """A part whose other table is not mapped: a required column stays, others decide nothing."""
    choice = part.taken.get(name)
    if choice is None or name in _required(part):
        return part
    if name == "customer_id":
        seen = part.found.profile_of(choice.column)
        reason = (
            f"{seen.filled:,} of {seen.rows:,} rows have one of {len(seen.values):,}: each would "
            "count as one customer, and without it each won deal as one of its own"
        )
    else:
        reason = f"{choice.reason}; no {_KEYS[name]} are mapped that it could name"
    left = replace(choice, is_taken=False, score=round(choice.score / 2, 2), reason=reason)
    return _with(part, name, left)


def _required(part: ProposedPart) -> set[str]:
    return {"lead_id", "deal_id", "customer_id"} if part.table != "deals" else {"deal_id"}


def _best_join(
    part: ProposedPart, name: str, parent: ProposedPart, chosen: tuple[str, str] | None
) -> tuple[Choice | None, str]:
    """The best column that names rows of ``parent``, and the parent's column that it names.

    chosen: the parent's key and the table that chose it, where one has.
    """
    found = sorted(_pairs(part, name, parent), key=lambda pair: _rank(part, pair[0]))
    if not found:
        return None, ""
    if chosen is None:
        choice, key = found[0]
        return _with_its_key(choice, key, parent), key
    key, by = chosen
    fitting = [pair for pair in found if pair[1] == key and pair[0].is_taken]
    if fitting or found[0][1] == key:
        return (fitting or found)[0]
    choice = found[0][0]
    remedy = f"{by} names {_KEYS[name]} by '{key}', and they can have one key only"
    return replace(choice, is_taken=False, remedy=remedy), key


def _with_its_key(choice: Choice, key: str, parent: ProposedPart) -> Choice:
    """A choice with what else it takes, where it is left to a person and names another column."""
    own = parent.taken.get(choice.name)
    if choice.is_taken or own is None or own.column == key:
        return choice
    more = f"with it, {parent.table}.{choice.name} must be '{key}'"
    return replace(choice, remedy=f"{choice.remedy}; {more}" if choice.remedy else more)


def _rank(part: ProposedPart, choice: Choice) -> tuple[bool, float]:
    """The better, the lower: a column that is called as the key goes before all others."""
    by_name = column_name_score(choice.column, part.table, choice.name)
    return not (by_name >= TAKEN and choice.score > _NONE_SHARED), -choice.score


def _pairs(part: ProposedPart, name: str, parent: ProposedPart) -> Iterator[tuple[Choice, str]]:
    keys = _unique(parent, name)
    own = part.taken.get("deal_id") if part.table == "deals" else None
    for header in dict.fromkeys(part.found.columns):
        if own is not None and header == own.column:
            continue
        by_name = column_name_score(header, part.table, name)
        seen = part.found.profile_of(header)
        if seen.kind not in ("text", "number") or (not by_name and len(seen.values) < 2):
            continue
        for key in keys:
            says = max(by_name, _both_addresses(header, key, parent.table))
            choice = _pair(seen, says, name, parent.found, key)
            if choice is not None:
                yield choice, key


def _both_addresses(header: str, key: str, table: str) -> float:
    """How well names say that both columns are the address of a lead."""
    if table != "leads":
        return 0.0
    return min(column_name_score(one, table, "email") for one in (header, key))


def _pair(seen: Profile, by_name: float, name: str, parent: FoundTable, key: str) -> Choice | None:
    firsts = {text: _SEPARATED.split(text)[0] for text in seen.values}
    takes_first = any(text != first for text, first in firsts.items())
    asked, known = _looked_up(seen, firsts, parent, key, is_named=bool(by_name))
    shared = sum(count for text, count in asked.items() if firsts[text] in known)
    filled = sum(asked.values())
    share = shared / filled
    sure = by_name if _by_chance(seen) else max(by_name, 0.8)
    if not sure or (not shared and not by_name):
        return None
    what = f"{shared:,} of {filled:,} values are in '{key}' of {parent.name}"
    if not parent.is_whole and len(asked) == len(seen.values):
        what += f", of which {len(known):,} were looked at"
    score = round(sure * (0.2 + 0.8 * share), 2) if shared else _NONE_SHARED
    is_taken = share >= _ENOUGH and score >= TAKEN and bool(by_name)
    remedy = _apart_from_zeros(asked, firsts, known) if not is_taken else ""
    if not by_name:
        score = min(score, _UNNAMED)
        remedy = f"its name does not say that it names {_KEYS[name]}"
    if takes_first:
        what += "; of several in a cell the first"
    return Choice(name, seen.name, score, what, is_taken, remedy=remedy, takes_first=takes_first)


def _apart_from_zeros(
    asked: Mapping[str, int], firsts: Mapping[str, str], known: Collection[str]
) -> str:
    """What to say where values are known apart from a ``.0``, as ids read as fractions have."""
    plain = {text.removesuffix(".0") for text in known}
    alike = sum(n for text, n in asked.items() if firsts[text].removesuffix(".0") in plain)
    exact = sum(n for text, n in asked.items() if firsts[text] in known)
    if alike == exact:
        return ""
    return f"{alike:,} are there apart from a '.0' at the end: export both as whole numbers"


def _looked_up(
    seen: Profile, firsts: Mapping[str, str], parent: FoundTable, key: str, is_named: bool
) -> tuple[Mapping[str, int], Collection[str]]:
    """Values with their rows, and those that the other table's column holds.

    Where only a sample of that table was read, it is asked for some of the values, if a name says
    that they are what is looked for.
    """
    if not parent.is_whole and parent.known is not None and is_named:
        some = dict(islice(seen.values.items(), MOST_ASKED))
        found = parent.known(key, [firsts[text] for text in some])
        if found is not None:
            return some, found
    return seen.values, parent.profile_of(key).values


def _by_chance(seen: Profile) -> bool:
    """Whether most values are such as other ids are, too: numbers of few digits, short words."""
    short = sum(
        count
        for text, count in seen.values.items()
        if len(text) < _SHORT or (text.isdigit() and len(text) <= _SHORT)
    )
    return short > seen.filled / 2 or len(seen.values) < 5


def _unique(parent: ProposedPart, name: str) -> list[str]:
    """The columns of the other table that may be its key, the one taken first."""
    own = parent.taken.get(name)
    unique = [
        seen.name
        for seen in parent.found.profiles
        if seen.kind in ("text", "number") and seen.is_unique
    ]
    first = [own.column] if own else []
    return (first + [one for one in unique if one not in first])[:_MOST_KEYS]


def _with(part: ProposedPart, name: str, choice: Choice | None) -> ProposedPart:
    others = tuple(one for one in part.choices if one.name != name)
    return replace(part, choices=others if choice is None else (*others, choice))


def _with_key(parent: ProposedPart, name: str, key: str) -> ProposedPart:
    own = parent.taken.get(name)
    if own is not None and own.column == key:
        return parent
    reason = "another value in each row, and the column that other tables name it by"
    return _with(parent, name, Choice(name, key, 0.9, reason))
