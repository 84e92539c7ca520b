"""One part of a preset beside the tables of a database: what is there, and what its rows say."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from connectors.sources.queries.reads import Named, Reads, reads_of
from connectors.survey.found import FoundTable
from connectors.survey.profile import Profile
from kpis.model import TABLES

_TRUE = ("true", "t", "1")
_DELETED = ("is_deleted", "isdeleted", "_fivetran_deleted")


@dataclass(frozen=True)
class PresetPart:
    """One part of a preset beside the tables that are there.

    tables: those of it that are there. is_readable: its query runs, and each row has what it needs.
    is_foreign: its tables are there, and the database does not speak the SQL of its query.
    there, of: tables and columns that are there, and that it names. columns: the canonical ones
    that it fills. lacking: what is not there. reads_currency: each row says its own. all_deleted,
    joins: what its rows say against it.
    """

    tables: tuple[FoundTable, ...]
    is_readable: bool
    there: int
    of: int
    columns: frozenset[str]
    lacking: tuple[str, ...]
    reads_currency: bool = False
    all_deleted: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    is_foreign: bool = False


def part_there(
    name: str, part: Mapping[str, Any], by_name: Mapping[str, FoundTable], dialect: str
) -> PresetPart:
    """Return what of a part of table ``name`` is there, of the tables ``by_name``.

    dialect: of the database, see Found.
    """
    reads = reads_of(part["query"]) if "query" in part else _plain(part["from"])
    names = frozenset(by_name)
    there = {one: by_name[found] for one in reads.tables if (found := one.among(names))}
    lacking = [f"no table '{one.name}' ({name})" for one in reads.tables if one not in there]
    for table, column in reads.columns:
        if table in there and not column.among(frozenset(there[table].columns)):
            lacking.append(f"no column '{column.name}' in '{table.name}' ({name})")
    is_foreign = not lacking and dialect == "sqlite" and not _sqlite_reads(part, there.values())
    if is_foreign:
        lacking.append(f"its query is not in the SQL of SQLite ({name})")
    is_readable = not lacking
    stars = (column for star in reads.stars if star in there for column in there[star].columns)
    answer = {column.casefold() for column in (*reads.computed, *stars)}
    wanted: dict[str, str] = part["columns"]
    known = {column for column, header in wanted.items() if header.casefold() in answer}
    required = {column.name for column in TABLES[name].columns if column.required} & set(wanted)
    if not lacking:
        missing = [wanted[column] for column in wanted if column not in known]
        lacking += [f"no column '{header}' ({name})" for header in dict.fromkeys(missing)]
    return PresetPart(
        tables=tuple(there.values()),
        is_readable=is_readable and required <= known,
        there=len(known) + len(there),
        of=len(wanted) + len(reads.tables),
        columns=frozenset(known | set(part.get("constants", ()))),
        lacking=tuple(lacking),
        reads_currency="currency" in known,
        all_deleted=tuple(_all_deleted(reads, there)) if is_readable else (),
        joins=tuple(_lone_joins(name, reads, there)) if is_readable else (),
        is_foreign=is_foreign,
    )


def _sqlite_reads(part: Mapping[str, Any], tables: Iterable[FoundTable]) -> bool:
    """Whether SQLite can prepare the query of a part, on empty tables of the same columns."""
    with closing(sqlite3.connect(":memory:")) as empty:
        try:
            for table in tables:
                columns = ", ".join(map(_quoted, table.columns))
                empty.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
            empty.execute(f"EXPLAIN {part.get('query', 'SELECT 1')}")
        except sqlite3.Error:
            return False
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(table: str) -> Reads:
    """What a part without a query reads: one table, with every column."""
    named = Named(table, is_quoted=True)
    return Reads((named,), (), (named,), frozenset(), ())


def _all_deleted(reads: Reads, there: Mapping[Named, FoundTable]) -> Iterator[str]:
    """The tables whose rows the answer holds, of which every one is marked as deleted."""
    for table, column in reads.columns:
        found = there[table]
        if column.name.casefold() in _DELETED and found.rows and table in reads.stars:
            values = _profile(found, column).values
            deleted = sum(n for text, n in values.items() if text.casefold() in _TRUE)
            if deleted == found.rows:
                yield f"all {found.rows_text} of {found.name} are marked as deleted"


def _lone_joins(name: str, reads: Reads, there: Mapping[Named, FoundTable]) -> Iterator[str]:
    """The joins of which no row finds a partner, of tables that the survey read as a whole."""
    for one, other in reads.joins:
        child, parent = (one, other) if one[0] in reads.stars else (other, one)
        tables = there[child[0]], there[parent[0]]
        if child[0] in reads.stars and tables[0].rows and all(t.is_whole for t in tables):
            yield from _join_doubt(name, child, parent, there)


def _profile(table: FoundTable, column: Named) -> Profile:
    return table.profile_of(column.among(frozenset(table.columns)) or "")


def _join_doubt(
    name: str,
    child: tuple[Named, Named],
    parent: tuple[Named, Named],
    there: Mapping[Named, FoundTable],
) -> Iterator[str]:
    """What to say where no row finds a partner."""
    seen, known = (_profile(there[table], column) for table, column in (child, parent))
    what = f"{name}: {child[1].name} of {child[0].name}"
    looked_up = f"{parent[1].name} of {parent[0].name}"
    if not seen.values:
        yield f"{what} is blank in all {seen.rows:,} rows, so nothing of {looked_up} is found"
    elif known.rows and not set(seen.values) & set(known.values):
        yield f"{what}: none of {len(seen.values):,} values is in {looked_up}"
