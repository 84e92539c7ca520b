"""The rollup sums what the facts say, and is asked wherever it can answer."""

from dataclasses import replace
from random import Random

import ibis
import pytest

from kpis.definitions import ATTRIBUTION_MODELS
from kpis.facts.rollup import COHORTS_KEPT, rolled_up
from kpis.model import Where
from kpis.scorecard.selection import Facts
from tests.kpis.random_data import random_facts, random_tables
from tests.small_data import facts_of, lead, touch

COHORTS_OF_MQLS = frozenset({"mqls"})


def rows_of(rollup: ibis.Table, measure: str) -> list[dict[str, object]]:
    return rollup.filter(rollup.measure == measure).to_pyarrow().to_pylist()


def test_without_facts_the_rollup_is_empty() -> None:
    assert rolled_up(facts_of(leads=[]).every_model).to_pyarrow().num_rows == 0


def test_leads_of_two_owners_are_one_row_under_every_model() -> None:
    """Three leads of a day and campaign, one of them touched by another campaign, too: by first
    touch 3.0 and none, linear 2.5 and 0.5."""
    touches = [touch(name, "ads", "2026-01-05") for name in "abc"]
    leads = [
        lead(name, "2026-01-05", owner=owner) for name, owner in zip("abc", "xyy", strict=True)
    ]
    facts = facts_of(leads=leads, touches=[*touches, touch("c", "fair", "2026-01-06")])
    ads, fair = rows_of(rolled_up(facts.every_model), "leads")
    assert (ads["first_touch"], ads["linear"], ads["cohort_day"]) == (3.0, 2.5, None)
    assert (fair["first_touch"], fair["linear"]) == (None, 0.5)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("where", [{}, {"campaign": ["ads", "fair"]}, {"channel": ["search"]}])
def test_the_rollup_answers_as_the_facts_do(seed: int, where: Where) -> None:
    """Every measure, day and cohort day kept, without groups and by campaign."""
    facts = random_facts(random_tables(Random(seed)))
    assert facts.rollup is not None
    for by in (None, "campaign"):
        rolled, whole = (one.daily(where, by) for one in (facts, replace(facts, rollup=None)))
        assert rolled.groups == whole.groups and rolled.measures.keys() == whole.measures.keys()
        for name, daily in whole.measures.items():
            other = rolled[name]
            assert other.values.tolist() == pytest.approx(daily.values.tolist(), abs=1e-9)
            assert (other.days == daily.days).all() and (other.groups == daily.groups).all()
            if name in COHORTS_KEPT:
                assert (other.cohort_days == daily.cohort_days).all()


def test_what_the_rollup_does_not_have_is_asked_of_the_facts() -> None:
    """A rollup without rows shows which table was asked: by owner and by cohort day of MQLs, the
    facts; by channel, the rollup."""
    full = facts_of(leads=[lead("a", "2026-01-05", "ads", owner="x", mql_at="2026-01-07")])
    nothing = rolled_up(full.every_model.limit(0))
    facts: Facts = replace(full, rollup=nothing)
    assert facts.daily({"owner": ["x"]})["mqls"].values.tolist() == [1.0]
    assert facts.daily(None, "owner")["mqls"].values.tolist() == [1.0]
    assert facts.daily(None, None, None, COHORTS_OF_MQLS)["mqls"].values.tolist() == [1.0]
    for where, by in ((None, None), ({"campaign": ["ads"]}, None), (None, "channel")):
        assert facts.daily(where, by)["mqls"].values.tolist() == []
    assert set(ATTRIBUTION_MODELS) <= set(nothing.columns)


def test_some_rows_of_the_facts_have_no_rollup_and_no_answers_of_the_whole() -> None:
    """Of two leads, one is left out: one lead, after the whole was asked."""
    facts = facts_of(leads=[lead("a", "2026-01-05", "ads"), lead("b", "2026-01-06", "fair")])
    facts = replace(facts, rollup=rolled_up(facts.every_model))
    rows = facts.every_model
    assert facts.daily()["leads"].values.tolist() == [1.0, 1.0]
    assert facts.of_rows(rows.filter(rows.campaign_id == "ads")).daily()["leads"].values == [1.0]
