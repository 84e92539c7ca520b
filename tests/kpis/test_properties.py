"""What holds for every company: nothing is lost, made up or counted twice, whatever is asked."""

import copy
import json
from random import Random
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpis.calendar import split
from kpis.catalogue import CATALOGUE
from kpis.definitions import AttributionModel, Definitions
from kpis.facts.measures import MEASURES
from kpis.scorecard.report import report
from kpis.scorecard.scorecard import COLUMNS, scorecard
from kpis.scorecard.selection import Facts, Window
from kpis.scorecard.sums import measure_sums
from tests.kpis.random_data import (
    AS_OF,
    BERLIN,
    random_definitions,
    random_facts,
    random_period,
    random_tables,
    shuffled,
)
from tests.small_data import Row, cost, days, facts_of, lead, payment, rate, stage, touch, won

MODELS = get_args(AttributionModel)
ALWAYS = days("2020-01-01", AS_OF.isoformat())
LATER = "2026-05-16 00:30"  # a day after as_of, in Berlin as in UTC

companies = st.integers(0, 2**32).map(Random)
few = settings(max_examples=6)


def rows_of(facts: Facts) -> list[dict[str, Any]]:
    return facts.table.to_pyarrow().to_pylist()


@few
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 28)), max_size=30
    ),
    st.sampled_from(MODELS),
)
def test_credit_sums_to_one_for_every_lead_under_every_model(
    touches: list[tuple[str, str, int]], model: AttributionModel
) -> None:
    """Each lead is an owner's only one, so that facts by owner are facts by lead."""
    facts = facts_of(
        model=model,
        leads=[lead(name, "2026-01-01", owner=name) for name in "abcd"],
        touches=[touch(name, where, f"2026-01-{day:02}") for name, where, day in touches],
    )
    credit = pd.DataFrame([row for row in rows_of(facts) if row["measure"] == "leads"])
    assert (credit["value"] > 0).all()
    sums = credit.groupby("owner")["value"].sum().to_dict()
    assert sums == pytest.approx(dict.fromkeys("abcd", 1.0), abs=1e-12)


@settings(few, max_examples=5)
@given(companies)
def test_no_attribution_model_changes_a_total_and_campaigns_add_up_to_it(random: Random) -> None:
    """The golden rule, for every measure that facts are made of and for every sum of a period: the
    leads that wait or skipped a stage, follow-ups and disqualified leads as well."""
    tables, definitions = random_tables(random), random_definitions(random)
    windows = [Window(ALWAYS, AS_OF), Window(random_period(random), AS_OF)]
    totals, facts_by_measure = [], []
    for model in MODELS:
        facts = random_facts(tables, definitions, model)
        facts_by_measure.append(by_measure(facts))
        total = pd.DataFrame([sums for _, _, sums in measure_sums(facts, windows).rows()])
        totals.append(total)
        by_campaign = measure_sums(facts, [windows[0]], "campaign").rows()
        added = pd.DataFrame([sums for _, _, sums in by_campaign], columns=total.columns).sum()
        pd.testing.assert_series_equal(added, total.loc[0], check_names=False, rtol=1e-9, atol=1e-9)
    for other in totals[1:]:
        pd.testing.assert_frame_equal(other, totals[0], rtol=1e-9, atol=1e-9)
    for measures in facts_by_measure[1:]:
        assert measures == pytest.approx(facts_by_measure[0], rel=1e-9, abs=1e-9)


def by_measure(facts: Facts) -> dict[str, float]:
    """The sum of each measure over all days and campaigns; 0 for what did not happen."""
    sums = dict.fromkeys(MEASURES, 0.0)
    for row in rows_of(facts):
        sums[row["measure"]] += row["value"]
    return sums


def test_random_companies_bring_every_measure_of_leads_that_wait_skip_or_drop_out() -> None:
    """What the properties here say of all facts, they say of these; predictions need a hundred
    customers and have tests of their own."""
    definitions = Definitions()
    found = {
        row["measure"]
        for seed in range(4)
        for row in rows_of(random_facts(random_tables(Random(seed)), definitions))
    }
    assert found >= {name for name in MEASURES if not name.startswith("predicted_")}


@few
@given(companies)
def test_a_filter_on_a_group_says_what_the_group_says_and_filters_commute(random: Random) -> None:
    """A campaign's row in a table and its own page show the same numbers; a filter that holds for
    all of it anyhow changes none; the order of filters does not matter."""
    tables, definitions = random_tables(random), random_definitions(random)
    facts, period = random_facts(tables, definitions), random_period(random)
    groups = scorecard(facts, [period], "campaign").set_index("group")
    name = random.choice(["ads", "seo"])
    filtered = scorecard(facts, [period], None, {"campaign": [name]}).iloc[0]
    wheres = [
        {"channel": ["search"], "campaign": [name]},
        {"campaign": [name], "channel": ["search"]},
    ]
    for where in wheres:
        same(scorecard(facts, [period], None, where).iloc[0], filtered)
    if name in groups.index:
        same(groups.loc[name], filtered)
    three = [("campaign", [name, "fair"]), ("segment", ["S", "(none)"]), ("owner", ["ann"])]
    one_way, other_way = (
        scorecard(facts, [period], "channel", dict(order)) for order in (three, three[::-1])
    )
    pd.testing.assert_frame_equal(one_way, other_way, rtol=1e-9)


def same(row: pd.Series, other: pd.Series) -> None:
    found = {column: row[column] for column in COLUMNS}
    expected = {column: other[column] for column in COLUMNS}
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@few
@given(companies)
@example(Random(236))  # a customer without an SQL date, which comes the day after
def test_what_is_dated_after_as_of_changes_nothing(random: Random) -> None:
    """Facts as of 15 May are the same whether or not the 16th is known already."""
    tables, definitions = random_tables(random), random_definitions(random)
    later: dict[str, list[Row]] = {
        "leads": [
            lead("new", LATER, "ads", mql_at=LATER, sql_at=LATER, disqualified_at=LATER),
            lead("early", LATER, "ads", mql_at="2026-01-01", first_contacted_at="2026-01-01"),
        ],
        "touches": [touch("l0", "seo", LATER), touch("new", "seo", "2026-01-01")],
        "lead_stages": [stage("l0", "sql", LATER), stage("new", "mql", LATER)],
        "deals": [
            won("0", "l0", LATER, 1e6, paid_at=LATER),
            won("00", None, LATER, 1e6, customer_id="k1", paid_at=LATER, created_at="2026-01-01"),
        ],
        "deal_stages": [{"deal_id": "d0", "stage": "offer", "entered_at": LATER}],
        "activities": [
            {"lead_id": "l0", "happened_at": LATER},
            {"lead_id": "new", "happened_at": "2026-01-01"},
        ],
        "costs": [cost("2026-05-16", 1e6, "ads"), cost("2026-05-16", 1e6)],
        "payments": [payment("k1", "2026-05-16", 1e6)],
        "customers": [{"customer_id": "k9", "started_on": "2026-05-16"}],
        "rates": [rate("USD", 1000.0, "2026-05-16")],
    }
    grown = {name: [*rows, *later.get(name, [])] for name, rows in tables.items()}
    before, after = random_facts(tables, definitions), random_facts(grown, definitions)
    assert exact(after) == exact(before)


@few
@given(companies, st.sampled_from(["mql_at", "sql_at", "first_contacted_at", "disqualified_at"]))
def test_a_date_after_as_of_is_as_good_as_none(random: Random, column: str) -> None:
    """Asked later as of the same day, a report says what it said then: a lead that got its MQL date
    on the 16th had none on the 15th, and its stages counted."""
    tables, definitions = random_tables(random), random_definitions(random)
    later = [row if column in row else {**row, column: LATER} for row in tables["leads"]]
    before = random_facts(tables, definitions)
    after = random_facts({**tables, "leads": later}, definitions)
    assert exact(after) == exact(before)


def exact(facts: Facts) -> list[tuple[Any, ...]]:
    """The facts in one order; DuckDB sums in any, so the last bits of a value are left out."""
    rows = [{**row, "value": round(row["value"], 9)} for row in rows_of(facts)]
    return sorted((tuple(row.values()) for row in rows), key=repr)


@few
@given(companies)
def test_the_parts_of_a_period_add_up_to_it(random: Random) -> None:
    """Weeks and months of every additive KPI, and of the measures that stand beside them."""
    facts = random_facts(random_tables(random), random_definitions(random))
    period = random_period(random)
    additive = [key for key, kpi in CATALOGUE.items() if kpi.additive]
    additive += ["marketing_cost", "sales_cost", "converted_leads"]
    (whole,) = scorecard(facts, [period])[additive].to_dict("records")
    for unit in ("week", "month"):
        parts = scorecard(facts, split(period, unit, BERLIN))[additive]
        assert parts.sum().to_dict() == pytest.approx(whole, rel=1e-9, abs=1e-9)


@few
@given(companies, st.sampled_from([None, "campaign", "channel", "segment", "month"]))
def test_the_order_of_rows_changes_nothing_and_no_row_is_changed(
    random: Random, by: str | None
) -> None:
    """The same JSON to the last digit, the same facts of every measure, and the rows that went in
    are as they were."""
    tables, definitions, period = (
        random_tables(random),
        random_definitions(random),
        random_period(random),
    )
    before = copy.deepcopy(tables)
    facts, other = (
        random_facts(order, definitions) for order in (tables, shuffled(random, tables))
    )
    answer, answered = (
        json.dumps(report(rows, period, "linear", by), allow_nan=False) for rows in (facts, other)
    )
    assert answer == answered
    assert exact(facts) == exact(other)
    assert tables == before
