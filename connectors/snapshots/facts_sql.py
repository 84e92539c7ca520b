"""The SQL of the facts, kept for the process: to write it takes longer than to run it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from connectors.mapping.mapping import arrow_schema
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.facts.events import Happened, what_happened
from kpis.facts.facts import credited_facts
from kpis.lifetime.predicted import MARGINS
from kpis.model import TABLES

PREDICTED = "predicted_margins"
"""The table that predictions are in, where there are any."""
READ_BY_FORMULAS = ("attribution", "conversion", "gross_margin", "clv_max_months")
"""The definitions that no fact depends on, as long as lifetime value is not predicted."""


def tables_sql(
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    is_predicted: bool = False,
) -> Mapping[str, str]:
    """Return the queries that what facts are made of is created with: by name, in this order."""
    own = _that_facts_read(definitions, company)
    return _made_of(dimensions, *own, as_of, is_predicted)[1]


def facts_sql(
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    is_predicted: bool,
    model: AttributionModel,
) -> str:
    """Return the query of the facts under one attribution model; see :func:`tables_sql`."""
    own = _that_facts_read(definitions, company)
    return _facts(dimensions, *own, as_of, is_predicted, model)


def _that_facts_read(definitions: Definitions, company: Company) -> tuple[Definitions, Company]:
    """Both with all that only formulas and periods read at its default: these share their facts."""
    formulas = {*READ_BY_FORMULAS, "clv_basis"}
    periods = {"name", "fiscal_year_starts", "fiscal_year_named", "week_starts"}
    return (
        Definitions(**definitions.model_dump(exclude=formulas)),
        Company(**company.model_dump(exclude=periods)),
    )


@lru_cache(maxsize=128)
def _facts(
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    is_predicted: bool,
    model: AttributionModel,
) -> str:
    happened, _ = _made_of(dimensions, definitions, company, as_of, is_predicted)
    what = (_canonical(dimensions), dimensions, definitions, company, model, as_of)
    return _sql(credited_facts(happened, *what))


@lru_cache(maxsize=32)
def _made_of(
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    is_predicted: bool,
) -> tuple[Happened, Mapping[str, str]]:
    predicted = ibis.table(MARGINS, name=PREDICTED) if is_predicted else None
    queries: dict[str, str] = {}

    def keep(name: str, table: ir.Table) -> ir.Table:
        queries[f"kept_{name}"] = _sql(table)
        return ibis.table(table.schema(), name=f"kept_{name}")

    what = (_canonical(dimensions), dimensions, definitions, company, as_of)
    return what_happened(*what, predicted, keep), queries


def _canonical(dimensions: tuple[str, ...]) -> dict[str, ir.Table]:
    schemas = {name: ibis.Schema.from_pyarrow(arrow_schema(name, dimensions)) for name in TABLES}
    return {name: ibis.table(schema, name=name) for name, schema in schemas.items()}


def _sql(table: ir.Table) -> str:
    return str(ibis.to_sql(table, dialect="duckdb"))
