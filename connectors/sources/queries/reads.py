"""What a query reads: its tables, their columns, and the pairs of columns that it joins by."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope


@dataclass(frozen=True)
class Named:
    """A name in a query. Without quotes, a database writes it in letters of its own choice."""

    name: str
    is_quoted: bool = False

    def among(self, names: frozenset[str]) -> str | None:
        """Return that of ``names`` which is meant, None where it is not among them."""
        if self.name in names:
            return self.name
        if self.is_quoted:
            return None
        return next((one for one in names if one.casefold() == self.name.casefold()), None)


Place = tuple[Named, Named]
"""A table, and a column of it."""


@dataclass(frozen=True)
class Reads:
    """What one SELECT reads.

    tables: in the order in which it names them. columns: those that it names itself, without
    those of a ``*``. stars: the tables of which its answer has every column. computed: the columns
    of its answer that it names. joins: pairs of columns that JOIN … ON compares.
    """

    tables: tuple[Named, ...]
    columns: tuple[Place, ...]
    stars: tuple[Named, ...]
    computed: frozenset[str]
    joins: tuple[tuple[Place, Place], ...]


def reads_of(query: str) -> Reads:
    """Return what a SELECT of PostgreSQL's kind reads; raises sqlglot's error for another text."""
    scopes = list(traverse_scope(sqlglot.parse_one(query, read="postgres")))
    tables = [t for scope in scopes for t in scope.tables]
    columns = [found for scope in scopes for one in scope.columns for found in _places(scope, one)]
    answer = scopes[-1]
    return Reads(
        tables=tuple(dict.fromkeys(_named(table.this) for table in tables)),
        columns=tuple(dict.fromkeys(columns)),
        stars=tuple(dict.fromkeys(_stars(answer))),
        computed=frozenset(one.alias_or_name for one in _chosen(answer)) - {"*"},
        joins=tuple(dict.fromkeys(pair for scope in scopes for pair in _joins(scope))),
    )


def _chosen(scope: Scope) -> list[exp.Expr]:
    """What a scope returns, a column or expression each."""
    found: list[exp.Expr] = getattr(scope.expression, "selects", [])
    return found


def _named(identifier: exp.Identifier) -> Named:
    return Named(identifier.name, bool(identifier.args.get("quoted")))


def _places(scope: Scope, column: exp.Column) -> Iterator[Place]:
    """The table and column that a column of a scope is; none where the query computes it."""
    if isinstance(column.this, exp.Star):
        return
    only = next(iter(scope.sources), "") if len(scope.sources) == 1 else ""
    source = scope.sources.get(column.table or only)
    if isinstance(source, exp.Table):
        yield _named(source.this), _named(column.this)
    elif isinstance(source, Scope):
        chosen = [one for one in _chosen(source) if one.alias_or_name == column.name]
        inner = (found for one in chosen for found in one.find_all(exp.Column))
        if chosen:
            yield from (place for one in inner for place in _places(source, one))
        else:
            yield from ((table, _named(column.this)) for table in _stars(source))


def _stars(scope: Scope) -> Iterator[Named]:
    """The tables of which a scope returns every column."""
    for select in _chosen(scope):
        if not select.is_star:
            continue
        named = select.table if isinstance(select, exp.Column) else ""
        for name, source in scope.sources.items():
            if named in ("", name):
                if isinstance(source, exp.Table):
                    yield _named(source.this)
                elif isinstance(source, Scope):
                    yield from _stars(source)


def _joins(scope: Scope) -> Iterator[tuple[Place, Place]]:
    for join in scope.expression.args.get("joins") or []:
        on = join.args.get("on")
        for equal in on.find_all(exp.EQ) if on is not None else ():
            sides = [
                [place for column in side.find_all(exp.Column) for place in _places(scope, column)]
                for side in (equal.this, equal.expression)
            ]
            if all(sides):
                yield sides[0][0], sides[1][0]
