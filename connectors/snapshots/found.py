"""What is found in canonical tables: what the checks say of their rows, and what they hold."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa

from connectors.snapshots.facts_sql import (
    FactsAsked,
    example_sql,
    health_sql,
    health_tables,
    make_tables,
    parsed,
    source_sql,
)
from connectors.snapshots.memory import run
from kpis.coverage import Mapped
from kpis.definitions import Company, Definitions
from kpis.health.health import Health, data_health, wanted
from kpis.health.source_facts import SourceFacts, source_facts, with_examples

Found = tuple[Health, SourceFacts]


def found_in(
    engine: duckdb.DuckDBPyConnection,
    tables: Mapping[str, pa.Table],
    mapped: Mapped,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> Found:
    """Check and count canonical tables, all by name; mapped: per table the columns from a source.

    engine: an empty one, which looks at the tables.
    """
    for name, table in tables.items():
        engine.register(name, table)
    asked = FactsAsked.of(dimensions, definitions, company)
    counts = chain.from_iterable(_counts(asked, mapped).values())
    counted = source_sql(asked, _hashable(mapped)).values()
    make_tables(engine, asked, company, as_of, [*counts, *counted])
    return found(engine, asked, mapped, company, as_of)


def found(
    engine: duckdb.DuckDBPyConnection,
    asked: FactsAsked,
    mapped: Mapped,
    company: Company,
    as_of: date,
) -> Found:
    """Check and count the tables of an engine, which holds those that facts are made of.

    mapped: per table the columns from a source.
    """
    answers = {
        name: _rows(engine, query) for name, query in source_sql(asked, _hashable(mapped)).items()
    }
    facts = source_facts(answers, mapped, company, as_of)
    examples = {name: _rows(engine, query) for name, query in example_sql(asked, facts).items()}
    return _health(engine, asked, mapped), with_examples(facts, examples)


def write_found_sql(asked: FactsAsked, mapped: Mapped) -> None:
    """Write the SQL that :func:`found` will ask, ahead of it."""
    _counts(asked, mapped)
    source_sql(asked, _hashable(mapped))


def _hashable(mapped: Mapped) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(mapped.items())


def _counts(asked: FactsAsked, mapped: Mapped) -> dict[str, tuple[str, ...]]:
    """Per table the queries of how many rows its checks find."""
    dates = _lead_dates(mapped)
    checks = wanted(mapped, asked.definitions)
    return {table: health_sql(asked, table, known, dates) for table, known in checks.items()}


def _lead_dates(mapped: Mapped) -> frozenset[str]:
    return mapped.get("leads", frozenset()) & {"mql_at", "sql_at"}


def _health(engine: duckdb.DuckDBPyConnection, asked: FactsAsked, mapped: Mapped) -> Health:
    """What the checks of each table find; engine: holds the tables that facts are made of."""
    checks, dates = wanted(mapped, asked.definitions), _lead_dates(mapped)
    answers = {}
    with health_tables(engine, asked):
        for table, counts in _counts(asked, mapped).items():
            answer = _answer(engine, [f'SELECT count(*) AS loaded FROM "{table}"', *counts])
            found = tuple(check for check in checks[table] if answer[f"{check.key}:rows"])
            if found:
                answer |= _answer(engine, health_sql(asked, table, found, dates, of_examples=True))
            answers[table] = answer
    return data_health(checks, answers)


def _answer(engine: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> dict[str, Any]:
    """The values of queries that return one row each, by their names."""
    values: dict[str, Any] = {}
    for query in queries:
        values |= _rows(engine, query)[0]
    return values


def _rows(engine: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of an answer, by the names of its columns."""
    # ``engine.sql`` reads a long query twice more, for parameters that it does not have.
    answer = run(engine, parsed(query))
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
