"""Rows that a query leaves out, or changes, in silence: they differ once one thing is mended."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from connectors.settings.tables import TableSettings, table_of
from connectors.sources.queries.asked import Asked, Mend, Row
from connectors.sources.queries.cut_numbers import without_whole_division
from connectors.sources.queries.filters import without_last_day, without_null
from connectors.sources.queries.joins import without_other_letters, without_partner
from connectors.sources.queries.literals import without_other_writing
from connectors.sources.queries.merged import without_merging
from connectors.sources.queries.orders import without_text_order
from connectors.sources.queries.tree import Tree, nodes_of
from connectors.sources.raw import RawNote
from kpis.model import TABLES

_Rule = Callable[[Asked, Tree], Iterator[Mend]]
_MENDS: tuple[_Rule, ...] = (
    without_partner,
    without_null,
    without_other_writing,
    without_merging,
    without_last_day,
    without_text_order,
    without_other_letters,
    without_whole_division,
)
_LISTS = ("campaigns", "rates", "targets", "annotations", "contents")
"""Tables of which a query may well keep only what occurs elsewhere."""
_MOST_ASKED = 12
_SHOWN = 3


def left_out_notes(
    asked: Asked, sql: str, tree: Tree, part: str, request: TableSettings, answer: pd.DataFrame
) -> Iterator[RawNote]:
    """Yield a doubt for each thing that changes the answer of a query once it is mended.

    sql, tree: the query as it is written, and parsed. part, request: the table that it gives.
    It is silent where DuckDB's parser does not read the query as the source does, or the source
    does not answer in time.
    """
    query = sql.strip().rstrip(";")
    rules = [rule for rule in _MENDS if _applies(rule, table_of(part))]
    mends = list(islice((mend for rule in rules for mend in rule(asked, tree)), _MOST_ASKED))
    if not mends or not _is_read_alike(asked, query, asked.text(tree)):
        return
    compared = _compared(tree, part, request, answer)
    seen: set[str] = set()
    for mend in mends:
        rows = [] if mend.cause in seen else compared.others(asked, query, mend)
        if rows:
            seen.add(mend.cause)
            yield RawNote(
                rows=len(rows),
                what=f"are left out or changed by the query, as {mend.cause}",
                examples=tuple(sorted(map(_shown, rows))[:_SHOWN]),
                remedy=mend.remedy,
                is_doubt=True,
            )


def _applies(rule: _Rule, table: str) -> bool:
    """Whether a rule is one of a table; equal rows each count where amounts have no key."""
    if rule is without_merging:
        kinds = {column.kind for column in TABLES[table].columns}
        return "money" in kinds and not TABLES[table].key
    return rule is not without_partner or table not in _LISTS


def _is_read_alike(asked: Asked, query: str, parsed: str) -> bool:
    return asked.only_in(parsed, query) == [] and asked.only_in(query, parsed) == []


@dataclass(frozen=True)
class _Compared:
    """How rows of an answer are compared.

    needed: the positions of columns without which a row is none, as that of a touch without its
    lead. key: those of its key. keys: the keys of the answer. amounts: the names of its amounts.
    """

    needed: tuple[int, ...]
    key: tuple[int, ...]
    keys: frozenset[Row]
    amounts: tuple[str, ...]
    names: tuple[str, ...]

    def others(self, asked: Asked, query: str, mend: Mend) -> list[Row]:
        """The rows that only the mended query returns, but for those it adds to a kept key."""
        mended = asked.text(mend.tree)
        if mend.of_amounts and not self._has_other_amounts(asked, query, mended):
            return []
        more = asked.only_in(mended, query, self.names) or []
        more = [row for row in more if all(row[at] not in (None, "") for at in self.needed)]
        if not more:
            return []
        fewer = asked.only_in(query, mended) or []
        # Sums of the same numbers may differ in their last digit.
        same = set(map(_rounded, fewer))
        kept = self.keys - {self._key_of(row) for row in fewer}
        return [row for row in more if _rounded(row) not in same and self._key_of(row) not in kept]

    def _has_other_amounts(self, asked: Asked, query: str, mended: str) -> bool:
        names = ", ".join(f'"{name}"' for name in self.amounts)
        both = (f"SELECT {names} FROM ({one}\n) AS amounts" for one in (mended, query))
        return bool(self.amounts and asked.only_in(*both))

    def _key_of(self, row: Row) -> Row:
        return tuple(row[at] for at in self.key)


def _compared(tree: Tree, part: str, request: TableSettings, answer: pd.DataFrame) -> _Compared:
    table = TABLES[table_of(part)]
    called_there = tuple(map(str, answer.columns))
    names = [name.casefold() for name in called_there]
    products = {
        str(node["alias"]).casefold()
        for node in nodes_of(tree)
        if node.get("alias") and any(n.get("function_name") in ("*", "/") for n in nodes_of(node))
    }
    at: dict[str, int] = {}
    needed, amounts = list[int](), list[str]()
    for column in table.columns:
        called = request.columns.get(column.name, column.name).casefold()
        if called not in names or column.name in request.constants:
            continue
        at[column.name] = names.index(called)
        if column.kind == "money":
            amounts.append(str(answer.columns[at[column.name]]))
        # A deal without its status, or an amount without its rate, is still a loss.
        may_lack = column.name in ("status", "customer_id") or called in products
        if column.required and (column.name in table.key or not may_lack):
            needed.append(at[column.name])
    key = tuple(at[name] for name in table.key if name in at)
    if not key or len(key) < len(table.key):
        return _Compared(tuple(needed), (), frozenset(), tuple(amounts), called_there)
    cells = zip(*(answer.iloc[:, one] for one in key), strict=True)
    return _Compared(tuple(needed), key, frozenset(cells), tuple(amounts), called_there)


def _rounded(row: Row) -> Row:
    return tuple(_number(cell) for cell in row)


def _number(cell: object) -> object:
    try:
        return float(f"{float(str(cell)):.9g}")
    except ValueError:
        return cell


def _shown(row: Row) -> str:
    return ", ".join("NULL" if cell is None else str(cell) for cell in row)
