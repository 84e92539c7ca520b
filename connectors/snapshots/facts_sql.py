"""The SQL of the facts, kept for the process: to write it takes longer than to run it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from connectors.mapping.mapping import arrow_schema
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.facts.events import what_happened
from kpis.facts.facts import credited_facts
from kpis.lifetime.predicted import MARGINS
from kpis.model import TABLES

PREDICTED = "predicted_margins"
"""The table that predictions are in, where there are any."""


@dataclass(frozen=True)
class FactsSql:
    """Queries on the canonical tables, each called by its name.

    tables: what facts are made of, by name, to be created in this order. facts: the facts under
    each attribution model, asked of these.
    """

    tables: Mapping[str, str]
    facts: Mapping[AttributionModel, str]


@lru_cache(maxsize=16)
def facts_sql(
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    models: tuple[AttributionModel, ...],
    is_predicted: bool = False,
) -> FactsSql:
    """Return the SQL of the facts as of a day, in DuckDB's dialect."""
    canonical = {
        name: ibis.table(ibis.Schema.from_pyarrow(arrow_schema(name, dimensions)), name=name)
        for name in TABLES
    }
    predicted = ibis.table(MARGINS, name=PREDICTED) if is_predicted else None
    tables: dict[str, str] = {}

    def keep(name: str, table: ir.Table) -> ir.Table:
        tables[f"kept_{name}"] = _sql(table)
        return ibis.table(table.schema(), name=f"kept_{name}")

    what = (canonical, dimensions, definitions, company, as_of)
    happened = what_happened(*what, predicted, keep)
    facts = {
        model: _sql(
            credited_facts(happened, canonical, dimensions, definitions, company, model, as_of)
        )
        for model in models
    }
    return FactsSql(tables, facts)


def _sql(table: ir.Table) -> str:
    return str(ibis.to_sql(table, dialect="duckdb"))
