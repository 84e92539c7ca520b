"""Companies small enough to check by hand: short rows become canonical tables, and those facts.

A row is a dict of canonical columns. Days and times are ISO texts; a time that names no zone is
UTC, a bare day its midnight there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from connectors.mapping.schema import arrow_schema
from connectors.snapshots.engine import EVERY_MODEL
from connectors.snapshots.facts_sql import PREDICTED, FactsAsked, make_facts, make_tables
from kpis.calendar import Period
from kpis.coverage import Mapped
from kpis.definitions import AttributionModel, Company, Definitions
from kpis.lifetime.expected_margins import predicted_by
from kpis.model import TABLES, Where, columns_of
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

LAST_DAY = "2026-12-31"


def lead(lead_id: str, created_at: str, campaign_id: str | None = None, **more: Any) -> Row:
    return _row(lead_id=lead_id, created_at=created_at, campaign_id=campaign_id, **more)


def touch(lead_id: str, campaign_id: str, touched_at: str) -> Row:
    return _row(lead_id=lead_id, campaign_id=campaign_id, touched_at=touched_at)


def won(deal_id: str, lead_id: str | None, closed_at: str, amount: float = 0.0, **more: Any) -> Row:
    return deal(deal_id, "won", lead_id=lead_id, closed_at=closed_at, amount=amount, **more)


def deal(deal_id: str, status: str, **more: Any) -> Row:
    return _row(deal_id=deal_id, status=status, **more)


def stage(lead_id: str, name: str, entered_at: str) -> Row:
    return _row(lead_id=lead_id, stage=name, entered_at=entered_at)


def campaign(campaign_id: str, channel: str | None = None, **more: Any) -> Row:
    return _row(campaign_id=campaign_id, channel=channel, **more)


def cost(spent_on: str, amount: float, campaign_id: str | None = None, **more: Any) -> Row:
    return _row(spent_on=spent_on, amount=amount, campaign_id=campaign_id, **more)


def customer(customer_id: str, started_on: str | None, ended_on: str | None = None) -> Row:
    """A relationship; it names ``ended_on`` even when it lasts, so that churn is known."""
    return {**_row(customer_id=customer_id, started_on=started_on), "ended_on": ended_on}


def payment(customer_id: str, paid_on: str, amount: float, **more: Any) -> Row:
    return _row(customer_id=customer_id, paid_on=paid_on, amount=amount, **more)


def rate(currency: str, value: float, valid_from: str | None = None) -> Row:
    return _row(currency=currency, rate=value, valid_from=valid_from)


def _row(**cells: Any) -> Row:
    return {name: value for name, value in cells.items() if value is not None}


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


YEAR = days("2026-01-01", LAST_DAY)


_BUILT: dict[str, tuple[ir.Table, str]] = {}
"""The facts of each company asked for, which many tests share, and why nothing is predicted."""


def facts_of(
    *,
    as_of: str = LAST_DAY,
    model: AttributionModel = "linear",
    dimensions: tuple[str, ...] = (),
    definitions: Definitions | None = None,
    company: Company | None = None,
    predicted: Mapping[str, float] | None = None,
    plans: bool = False,
    **tables: Sequence[Row],
) -> Facts:
    """Facts of the rows. A table is mapped when it is given, a column when any row names it.

    predicted: the expected margin of each customer, by hand; without it, as the definitions say.
    plans: see small_engine.
    """
    definitions, company = definitions or Definitions(), company or Company()
    day = date.fromisoformat(as_of)
    asked = repr((tables, dimensions, definitions, company, day, predicted, plans))
    if asked not in _BUILT:
        arrow = canonical(tables, dimensions)
        margins, not_predicted = _prediction(arrow, definitions, company, day, predicted)
        table = facts_table(arrow, dimensions, definitions, company, day, margins, plans)
        _BUILT[asked] = ibis.memtable(table), not_predicted
    built, not_predicted = _BUILT[asked]
    return Facts(
        every_model=built,
        model=model,
        as_of=day,
        dimensions=dimensions,
        mapped=mapped_by(tables),
        definitions=definitions,
        company=company,
        not_predicted=not_predicted,
    )


_PREDICTED = pa.schema({"customer_id": pa.string(), "expected_margin": pa.float64()})


def _prediction(
    tables: Mapping[str, pa.Table],
    definitions: Definitions,
    company: Company,
    as_of: date,
    by_hand: Mapping[str, float] | None,
) -> tuple[pa.Table | None, str]:
    if by_hand is not None:
        rows = {"customer_id": list(by_hand), "expected_margin": list(by_hand.values())}
        return pa.table(rows, schema=_PREDICTED), ""
    asked = {name: ibis.memtable(table) for name, table in tables.items()}
    found = predicted_by(asked, definitions, company, as_of)
    margins = None if found.margins is None else found.margins.to_pyarrow().cast(_PREDICTED)
    return margins, found.not_predicted


def canonical(tables: Rows, dimensions: tuple[str, ...] = ()) -> dict[str, pa.Table]:
    """Every canonical table, as mapping would deliver it; empty where no rows are given."""
    unknown = set(tables) - set(TABLES)
    assert not unknown, f"no such canonical table: {unknown}"
    return {
        name: pa.Table.from_pylist(
            [_typed(name, row, dimensions) for row in tables.get(name, ())],
            schema=arrow_schema(name, dimensions),
        )
        for name in TABLES
    }


def mapped_by(tables: Rows) -> Mapped:
    required = {name: {c.name for c in TABLES[name].columns if c.required} for name in tables}
    return {name: frozenset(required[name].union(*rows)) for name, rows in tables.items()}


def _typed(table: str, row: Row, dimensions: tuple[str, ...]) -> dict[str, Any]:
    columns = {column.name: column for column in columns_of(table, dimensions)}
    assert set(row) <= set(columns), f"{table} has no columns {set(row) - set(columns)}"
    typed = {name: column.default for name, column in columns.items() if column.default}
    for name, value in row.items():
        if value is None:
            continue
        match columns[name].kind:
            case "time":
                moment = datetime.fromisoformat(value)
                typed[name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            case "day":
                typed[name] = date.fromisoformat(value)
            case _:
                typed[name] = value
    return typed


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@contextmanager
def small_engine(plans: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty engine.

    plans: it looks for the best way to answer, as in a refresh; of a few rows that takes longer
    than any way.
    """
    with _engine().cursor() as engine:
        engine.execute(f"PRAGMA {'enable' if plans else 'disable'}_optimizer")
        yield engine


def facts_table(
    tables: Mapping[str, pa.Table],
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
    predicted: pa.Table | None,
    plans: bool,
) -> pa.Table:
    """The facts of ``tables`` under every model, on DuckDB by the queries that a refresh asks."""
    asked = FactsAsked.of(dimensions, definitions, company, predicted is not None)
    with small_engine(plans) as engine:
        for name, table in tables.items():
            engine.register(name, table)
        if predicted is not None:
            engine.register(PREDICTED, predicted)
        make_tables(engine, asked, company, as_of)
        return engine.sql(make_facts(engine, asked, EVERY_MODEL)).to_arrow_table()


def card(facts: Facts, period: Period = YEAR, where: Where | None = None) -> dict[str, Any]:
    """The one row of a scorecard without grouping."""
    (row,) = scorecard(facts, [period], None, where).to_dict("records")
    return row


def cards(
    facts: Facts, by: str, period: Period = YEAR, where: Where | None = None
) -> dict[str, dict[str, Any]]:
    """The rows of a grouped scorecard, by group."""
    rows = scorecard(facts, [period], by, where).to_dict("records")
    return {row["group"]: row for row in rows}


def total(facts: Facts, measure: str) -> float:
    """The sum of a measure over all facts."""
    rows = facts.table.to_pyarrow().to_pylist()
    return sum(row["value"] for row in rows if row["measure"] == measure)


def by_campaign(facts: Facts, measure: str) -> dict[str, float]:
    """The sums of a measure over all days, by campaign."""
    sums: dict[str, float] = {}
    for row in facts.table.to_pyarrow().to_pylist():
        if row["measure"] == measure:
            sums[row["campaign_id"]] = sums.get(row["campaign_id"], 0.0) + row["value"]
    return sums


def by_day(facts: Facts, measure: str) -> dict[str, float]:
    """The sums of a measure over all campaigns, by day."""
    sums: dict[str, float] = {}
    for row in facts.table.to_pyarrow().to_pylist():
        if row["measure"] == measure:
            day = row["day"].isoformat()
            sums[day] = sums.get(day, 0.0) + row["value"]
    return sums
