"""The engine that facts run on: DuckDB through Ibis, over the Parquet files of a snapshot."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB

from connectors.snapshots.asked import Asked
from connectors.snapshots.facts_sql import (
    PREDICTED,
    READ_BY_FORMULAS,
    FactsAsked,
    facts_sql,
    make_facts,
    make_tables,
)
from connectors.snapshots.found import Found, found, write_found_sql
from connectors.snapshots.memory import engine_in, run
from connectors.snapshots.snapshots import damaged, opened, read_table
from kpis.coverage import Mapped
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel, Company, Definitions
from kpis.errors import UsageError, nearest
from kpis.facts.rollup import rolled_up
from kpis.lifetime.expected_margins import PREDICTED_FROM, Prediction, predicted_by
from kpis.model import TABLES
from kpis.scorecard.selection import Facts, known_values
from kpis.scorecard.sums import usual_cycle

FACTS, ROLLUP = "facts.parquet", "rollup.parquet"
EVERY_MODEL = tuple(ATTRIBUTION_MODELS)


def write_sql(
    mapped: Mapped, dimensions: tuple[str, ...], definitions: Definitions, company: Company
) -> None:
    """Write the SQL that write_facts will ask for, ahead of it.

    mapped: as for write_facts; empty while it is not known, for the SQL of facts alone.
    """
    is_predicted = definitions.clv_basis == "predictive"
    asked = FactsAsked.of(dimensions, definitions, company, is_predicted)
    facts_sql(asked, EVERY_MODEL)
    write_found_sql(asked, mapped)


def write_facts(
    folder: Path,
    mapped: Mapped,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> tuple[str, Found]:
    """Write facts under every model from the canonical tables in ``folder``, and their rollup.

    mapped: per table the columns that came from a source. Returns why no lifetime value is
    predicted (empty where one is, or none is asked for), and what was found in the tables.

    Raises OSError when the disk does not take them.
    """
    try:
        with engine_in(folder) as engine:
            prediction = _predicted(engine, folder, definitions, company, as_of)
            asked = _prepared(engine, prediction, dimensions, definitions, company, as_of)
            seen = found(engine.con, asked, mapped, company, as_of)
            query = make_facts(engine.con, asked, EVERY_MODEL)
            run(engine.con, f"COPY ({query}) TO {_quoted(folder / FACTS)} (FORMAT parquet)")
            query = engine.compile(rolled_up(engine.read_parquet(folder / FACTS)))
            run(engine.con, f"COPY ({query}) TO {_quoted(folder / ROLLUP)} (FORMAT parquet)")
        return prediction.not_predicted, seen
    except duckdb.IOException as error:
        # DuckDB's own error is no OSError, and wraps that of the system in its own words.
        number = re.search(r'"errno":"(\d+)"', str(error))
        text = os.strerror(int(number[1])) if number else str(error).splitlines()[0]
        raise OSError(text) from error


def _predicted(
    engine: DuckDB, folder: Path, definitions: Definitions, company: Company, as_of: date
) -> Prediction:
    """What customers are expected to bring; the engine has every canonical table from now on."""
    for name in TABLES:
        file = _quoted(folder / f"{name}.parquet")
        engine.con.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({file})')
    tables = {name: engine.table(name) for name in PREDICTED_FROM}
    return predicted_by(tables, definitions, company, as_of)


def _prepared(
    engine: DuckDB,
    prediction: Prediction,
    dimensions: tuple[str, ...],
    definitions: Definitions,
    company: Company,
    as_of: date,
) -> FactsAsked:
    """Create what facts are made of; engine: holds every canonical table under its name."""
    if prediction.margins is not None:
        engine.create_table(PREDICTED, prediction.margins, temp=True)
    is_predicted = prediction.margins is not None
    asked = FactsAsked.of(dimensions, definitions, company, is_predicted)
    make_tables(engine.con, asked, company, as_of)
    return asked


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def open_facts(
    folder: Path,
    model: AttributionModel | None = None,
    as_of: date | None = None,
    definitions: Definitions | None = None,
) -> Facts:
    """Return the facts of the snapshot in ``folder``, ready to be asked.

    model: the attribution model, by default the agreed one. as_of and definitions: by default the
    snapshot's own. Facts are computed anew for another day, since credit and conversions depend
    on what had happened by then, and where they depend on a switch that differs.
    """
    manifest = opened(folder).manifest
    own, dimensions, company = manifest.definitions, tuple(manifest.dimensions), manifest.company
    model, as_of = model or own.attribution, as_of or manifest.as_of
    definitions = definitions or own
    engine, not_predicted, rolled = ibis.duckdb.connect(), manifest.not_predicted, None
    is_alike = as_of == manifest.as_of and _has_facts_of(own, definitions, model)
    try:
        if is_alike:
            table, rolled = (engine.read_parquet(folder / name) for name in (FACTS, ROLLUP))
        else:
            predicted = _predicted(engine, folder, definitions, company, as_of)
            asked = _prepared(engine, predicted, dimensions, definitions, company, as_of)
            query = make_facts(engine.con, asked, (model,))
            engine.con.execute(f"CREATE TEMP TABLE facts_as_of AS {query}")
            table, not_predicted = engine.table("facts_as_of"), predicted.not_predicted
    except duckdb.Error:
        raise damaged(folder) from None
    facts = Facts(
        *(table, model, as_of, dimensions, manifest.mapped, definitions, company),
        not_predicted=not_predicted,
        rollup=rolled,
        ask=Asked(engine),
    )
    return replace(facts, usual_cycle_days=usual_cycle(facts))


def _has_facts_of(own: Definitions, asked: Definitions, model: AttributionModel) -> bool:
    """Whether facts made with ``own`` are those of the definitions ``asked``, too."""
    read_by_formulas = {*READ_BY_FORMULAS}
    if asked.clv_basis == "predictive":  # what is predicted is a fact
        read_by_formulas = {"attribution", "conversion"}
    elif own.clv_basis == "predictive":
        read_by_formulas.add("clv_basis")
    if model != "time_decay":
        read_by_formulas.add("time_decay_half_life_days")
    return read_by_formulas.issuperset(asked.changed_from(own))


def filter_values(folder: Path, facts: Facts, dimension: str) -> list[str]:
    """The values that a filter on ``dimension`` may take, in alphabetical order.

    Those of the facts, and for campaign and channel also those of the campaigns table: a campaign
    that got no credit under one attribution model is still a campaign.
    """
    known = set(known_values(facts, dimension))
    column = {"campaign": "campaign_id", "channel": "channel"}.get(dimension)
    if column is not None:
        known |= set(read_table(folder, "campaigns")[column].dropna())
    return sorted(known)


def checked_filters(folder: Path, facts: Facts, conditions: Iterable[str]) -> dict[str, list[str]]:
    """Conditions such as ``campaign=c1`` as dimension → values.

    Raises UsageError for one of another form, and for a dimension or value that is not known.
    """
    where: dict[str, list[str]] = {}
    for condition in conditions:
        dimension, separator, value = condition.partition("=")
        if not separator:
            raise UsageError(
                f"--where '{condition}' is not of the form DIMENSION=VALUE, such as campaign=c1."
            )
        known = filter_values(folder, facts, dimension)
        if value not in known:
            raise UsageError(f"There is no {dimension} '{value}'. {nearest(value, known)}")
        where.setdefault(dimension, []).append(value)
    return where


def records_begin(facts: Facts) -> date | None:
    """The day the first lead was created; None without leads. What is before was not recorded."""
    leads = facts.table.filter(facts.table.measure == "leads")
    first: date | None = leads.day.min().to_pyarrow().as_py()
    return first


def open_tables(folder: Path) -> dict[str, ir.Table]:
    """Every canonical table of the snapshot in ``folder``, by name, ready to be asked."""
    opened(folder)
    try:
        engine = ibis.duckdb.connect()
        return {name: engine.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    except duckdb.Error:
        raise damaged(folder) from None
