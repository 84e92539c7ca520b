"""Days that no window tells apart are one day in an answer: every figure stays what it is."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import ibis
import pandas as pd
import pytest

from connectors.snapshots.asked import Asked
from kpis.calendar import Period
from kpis.funnel import funnel
from kpis.model import Where
from kpis.scorecard import sums
from kpis.scorecard.daily import Cuts
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts, Window
from tests.kpis.random_data import AS_OF, random_facts, random_period, random_tables


def windows_of(random: Random) -> list[Window]:
    """Three periods with a horizon, of which one ends after the day of the report."""
    periods = [random_period(random) for _ in range(2)]
    periods.append(Period(AS_OF - timedelta(days=9), AS_OF + timedelta(days=20)))
    horizons = [min(one.start + timedelta(days=random.randrange(90)), AS_OF) for one in periods]
    return [Window(*one) for one in zip(periods, horizons, strict=True)]


def asked_of_duckdb(facts: Facts) -> Facts:
    """The same facts, by questions whose cuts are parameters."""
    engine = ibis.duckdb.connect()
    engine.con.register("facts", facts.every_model.to_pyarrow())
    assert facts.rollup is not None
    engine.con.register("rollup", facts.rollup.to_pyarrow())
    tables = {"every_model": engine.table("facts"), "rollup": engine.table("rollup")}
    return replace(facts, **tables, ask=Asked(engine))


@pytest.mark.parametrize("seed", range(4))
def test_scorecards_and_funnels_of_groups_are_the_same_without_cuts(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By campaign, owner and dimension, all and filtered; asked again with other windows."""
    random = Random(seed)
    facts = asked_of_duckdb(random_facts(random_tables(random)))
    filters: list[Where] = [{}, {"campaign": ["ads", "fair"]}]
    questions = [
        (windows_of(random), by, where)
        for by in ("campaign", "owner", "segment")
        for where in filters
        for _ in range(2)
    ]

    def answers() -> list[pd.DataFrame]:
        return [
            answer
            for windows, by, where in questions
            for answer in (
                scorecard(facts, windows, by, where),
                funnel.funnel(facts, windows, by, where),
            )
        ]

    cut = answers()
    monkeypatch.setattr(sums, "_cuts", lambda windows, as_of: None)
    monkeypatch.setattr(Cuts, "of", lambda *days, of_cohorts: None)
    for one, whole in zip(cut, answers(), strict=True):
        pd.testing.assert_frame_equal(one, whole, rtol=1e-9, atol=1e-9)
    assert sum(map(len, cut)) > 100
