"""The SQL of facts and checks, kept for the process: to write it takes longer than to run it."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB

from connectors.mapping.schema import arrow_schema
from connectors.snapshots.memory import run
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.facts.events import Happened, set_apart, what_happened
from kpis.facts.facts import credited_facts
from kpis.facts.kept_tables import Keep
from kpis.health.checks import Check
from kpis.health.health import LookedAt, questions
from kpis.health.source_facts import SourceFacts, examples_of
from kpis.health.source_facts import questions as source_questions
from kpis.lifetime.expected_margins import MARGINS
from kpis.model import TABLES

PREDICTED = "predicted_margins"
"""The table that predictions are in, where there are any."""
READ_BY_FORMULAS = ("attribution", "conversion", "gross_margin", "clv_max_months")
"""The definitions that no fact depends on, as long as lifetime value is not predicted."""

_DAY, _ZONE, _CURRENCY = date(1970, 1, 2), "Etc/GMT-14", "XTS"
"""Stand for the day of the report, the time zone and the currency while SQL is written."""
_VARIABLES = {
    "MAKE_DATE(1970, 1, 2)": "as_of",
    f"'{_ZONE}'": "time_zone",
    f"'{_CURRENCY}'": "currency",
}


@dataclass(frozen=True)
class FactsAsked:
    """What the SQL of facts is written for; all else are variables of the engine."""

    dimensions: tuple[str, ...]
    definitions: Definitions
    company: Company
    is_predicted: bool = False

    @classmethod
    def of(
        cls,
        dimensions: tuple[str, ...],
        definitions: Definitions,
        company: Company,
        is_predicted: bool = False,
    ) -> "FactsAsked":
        """What these ask, the same for all that share their SQL."""
        formulas = {*READ_BY_FORMULAS, "clv_basis"}
        return cls(
            dimensions,
            Definitions(**definitions.model_dump(exclude=formulas)),
            Company(
                time_zone=_ZONE,
                currency=_CURRENCY,
                working_days=company.working_days,
                holidays=company.holidays,
            ),
            is_predicted,
        )


class _Kept(Keep):
    """Tables kept under a name by their SQL, and questions made of them.

    tables: the query of each table that the engine works out once, in order.
    """

    def __init__(self) -> None:
        self.tables: dict[str, str] = {}
        self._parts: dict[str, str] = {}

    def once(self, name: str, table: ir.Table) -> ir.Table:
        self.tables[f"kept_{name}"] = self.query(table)
        return ibis.table(table.schema(), name=f"kept_{name}")

    def apart(self, name: str, table: ir.Table) -> ir.Table:
        self._parts[f"part_{name}"] = _sql(table)
        return ibis.table(table.schema(), name=f"part_{name}")

    def query(self, table: ir.Table) -> str:
        """The SQL of a question, with that of the parts it is made of before it."""
        query = _sql(table)
        read, parts = query, list[str]()
        for name, part in reversed(self._parts.items()):
            if f'"{name}"' in read:
                read += part
                parts.insert(0, f'"{name}" AS ({part})')
        return f"WITH {', '.join(parts)} SELECT * FROM ({query})" if parts else query

    def read_by(self, queries: Iterable[str]) -> dict[str, str]:
        """The tables that queries read, and those that these are made of."""
        read, tables = "".join(queries), dict[str, str]()
        for name, query in reversed(self.tables.items()):
            if f'"{name}"' in read:
                read += query
                tables = {name: query} | tables
        return tables


def make_tables(
    engine: duckdb.DuckDBPyConnection,
    asked: FactsAsked,
    company: Company,
    as_of: date,
    queries: Iterable[str] | None = None,
) -> None:
    """Have the engine, which holds every canonical table by name, make what facts are made of.

    queries: make only what these read.
    """
    engine.execute("SET TimeZone = 'UTC'")  # as Ibis's own DuckDB backend does
    values = {"as_of": as_of, "time_zone": company.time_zone, "currency": company.currency}
    for name, value in values.items():
        engine.execute(f"SET VARIABLE {name} = ?", [value])
    kept = _made_of(asked)[1]
    _create(engine, kept.tables if queries is None else kept.read_by(queries))


@contextlib.contextmanager
def health_tables(engine: duckdb.DuckDBPyConnection, asked: FactsAsked) -> Iterator[None]:
    """Have the engine hold what only the checks look at, after make_tables."""
    tables = _looked_at(asked)[1].tables
    _create(engine, tables)
    yield
    _drop(engine, tables)


def make_facts(
    engine: duckdb.DuckDBPyConnection, asked: FactsAsked, models: tuple[AttributionModel, ...]
) -> str:
    """Have the engine make what facts under attribution models need beside that of make_tables.

    Returns their query. What no later one reads is dropped: the engine may need the memory.
    """
    query, kept = facts_sql(asked, models)
    held = [*_made_of(asked)[1].tables]
    later = [*kept.tables.values(), query]
    for name, own in kept.tables.items():
        _create(engine, {name: own})
        held.append(name)
        later.remove(own)
        done = [one for one in held if not any(f'"{one}"' in text for text in later)]
        _drop(engine, done)
        held = [one for one in held if one not in done]
    return query


def _create(engine: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
    for name, query in tables.items():
        run(engine, parsed(f'CREATE TEMP TABLE "{name}" AS {query}'))


def _drop(engine: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    for name in tables:
        engine.execute(f'DROP TABLE "{name}"')


@lru_cache(maxsize=256)
def parsed(query: str) -> duckdb.Statement:
    """A query as the engine reads it: of a small company, to read it is a third of the work."""
    (statement,) = duckdb.extract_statements(query)
    return statement


@lru_cache(maxsize=128)
def facts_sql(asked: FactsAsked, models: tuple[AttributionModel, ...]) -> tuple[str, _Kept]:
    """Return the query of the facts under attribution models, and the tables to make before it."""
    happened, _ = _made_of(asked)
    kept = _Kept()  # of its own: two people may ask at once, under different models
    what = (asked.dimensions, asked.definitions, asked.company, models, _DAY, kept)
    return kept.query(credited_facts(happened, _canonical(asked.dimensions), *what)), kept


@lru_cache(maxsize=256)
def health_sql(
    asked: FactsAsked,
    table: str,
    checks: tuple[Check, ...],
    lead_dates: frozenset[str],
    of_examples: bool = False,
) -> tuple[str, ...]:
    """Return the queries of what data health needs to know of a table; see facts_sql.

    lead_dates: of mql_at and sql_at those that came from a source. of_examples: ask for examples
    of what the checks find, else for how many rows.
    """
    kept = _Kept()
    looked_at = replace(_looked_at(asked)[0], keep=kept)
    own = (asked.definitions, asked.company, _DAY, of_examples)
    return tuple(map(kept.query, questions(table, checks, lead_dates, looked_at, *own)))


@lru_cache(maxsize=32)
def source_sql(asked: FactsAsked, mapped: tuple[tuple[str, frozenset[str]], ...]) -> dict[str, str]:
    """Return what kpis.health.source_facts asks of the canonical tables, by name; see facts_sql.

    mapped: pairs of a table and the columns that came from a source.
    """
    tables, sold = _canonical(asked.dimensions), _made_of(asked)[0].sold
    found = source_questions(tables, sold, dict(mapped), asked.company)
    return {name: _sql(question) for name, question in found.items()}


def example_sql(asked: FactsAsked, facts: SourceFacts) -> dict[str, str]:
    """Return what is asked of joins that find nothing."""
    found = examples_of(_canonical(asked.dimensions), _made_of(asked)[0].sold, facts)
    return {name: _sql(question) for name, question in found.items()}


@lru_cache(maxsize=32)
def _made_of(asked: FactsAsked) -> tuple[Happened, _Kept]:
    predicted = ibis.table(MARGINS, name=PREDICTED) if asked.is_predicted else None
    what = (asked.dimensions, asked.definitions, asked.company, _DAY)
    kept = _Kept()
    return what_happened(_canonical(asked.dimensions), *what, predicted, kept), kept


@lru_cache(maxsize=32)
def _looked_at(asked: FactsAsked) -> tuple[LookedAt, _Kept]:
    happened, _ = _made_of(asked)
    tables, _ = set_apart(_canonical(asked.dimensions), asked.dimensions)
    kept = _Kept()
    return LookedAt.of(tables, happened, kept), kept


def _canonical(dimensions: tuple[str, ...]) -> dict[str, ir.Table]:
    schemas = {name: ibis.Schema.from_pyarrow(arrow_schema(name, dimensions)) for name in TABLES}
    return {name: ibis.table(schema, name=name) for name, schema in schemas.items()}


def _sql(table: ir.Table) -> str:
    return sql_of(table.op())


@lru_cache(maxsize=512)
def sql_of(table: ops.Relation) -> str:
    """What ``ibis.to_sql`` returns, for the engine alone: not laid out for people, not copied.

    Kept, for questions share their parts.
    """
    writer = DuckDB.compiler
    query = str(writer.to_sqlglot(table.to_expr()).sql(dialect=writer.dialect, copy=False))
    for text, name in _VARIABLES.items():
        query = query.replace(text, f"getvariable('{name}')")
    return query
