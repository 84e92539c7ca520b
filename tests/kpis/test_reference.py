"""The scorecard and an independent computation in plain Python agree on random companies."""

from collections.abc import Callable, Mapping
from math import nan
from random import Random
from typing import Any, get_args

import pytest

from kpis.definitions import AttributionModel, Definitions
from kpis.scorecard import scorecard
from tests.kpis.random_data import (
    AS_OF,
    BERLIN,
    CAMPAIGNS,
    random_definitions,
    random_facts,
    random_period,
    random_tables,
)
from tests.kpis.reference import Reference
from tests.small_data import Row

SEEDS = range(30)
MODELS = get_args(AttributionModel)
Expected = Callable[[Mapping[str, Any], set[str] | None], dict[str, float | None]]


def expectation(
    tables: dict[str, list[Row]], definitions: Definitions, model: AttributionModel
) -> Expected:
    rows = {name: [dict(row) for row in table] for name, table in tables.items()}
    paid = definitions.customer_when == "paid"
    reference = Reference(rows, model, AS_OF, BERLIN.time_zone, paid)

    def kpis(row: Mapping[str, Any], chosen: set[str] | None) -> dict[str, float | None]:
        return reference.kpis(
            row["start"],
            row["end"],
            chosen,
            by_cohort=definitions.conversion == "cohort",
            margin=definitions.gross_margin,
            max_months=definitions.clv_max_months,
        )

    return kpis


def assert_agree(row: Mapping[str, Any], expected: dict[str, float | None]) -> None:
    values = {key: nan if value is None else value for key, value in expected.items()}
    found = {key: row[key] for key in expected}
    assert found == pytest.approx(values, rel=1e-9, abs=1e-9, nan_ok=True), row["group"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_scorecard_agrees_with_plain_loops_over_the_rows(seed: int) -> None:
    """Every KPI and measure, in three periods, in total, by campaign and filtered, to 1e-9; the
    attribution models take turns."""
    random, model = Random(seed), MODELS[seed % len(MODELS)]
    tables, definitions = random_tables(random), random_definitions(random)
    periods = [random_period(random) for _ in range(3)]
    chosen = random.sample((*CAMPAIGNS, "(none)"), 2)
    expected = expectation(tables, definitions, model)
    facts = random_facts(tables, definitions, model)
    for row in scorecard(facts, periods).to_dict("records"):
        assert_agree(row, expected(row, None))
    for row in scorecard(facts, periods, "campaign").to_dict("records"):
        assert_agree(row, expected(row, {row["group"]}))
    for row in scorecard(facts, periods, None, {"campaign": chosen}).to_dict("records"):
        assert_agree(row, expected(row, set(chosen)))
