"""Questions whose SQL is written once: for every filter the answer is that of the question."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pytest

from connectors.snapshots.asked import Asked
from kpis.scorecard.selection import Facts, Texts, as_written
from tests.small_data import facts_of, lead, touch

NAMES = ("plain", "O'Brien", "?1?", '"; DROP TABLE facts; --', "", "%", "Ünï")


def facts_in_duckdb() -> tuple[Facts, Asked]:
    """A lead of each campaign, and what asks DuckDB about them."""
    leads = [lead(f"L{n}", "2026-01-05") for n in range(len(NAMES))]
    touches = [touch(f"L{n}", name, "2026-01-04") for n, name in enumerate(NAMES)]
    facts, engine = facts_of(leads=leads, touches=touches), ibis.duckdb.connect()
    engine.con.register("facts", facts.every_model.to_pyarrow())
    asked = Asked(engine)
    return replace(facts, every_model=engine.table("facts"), ask=asked), asked


@pytest.mark.parametrize(
    "campaigns", [[], *([name] for name in NAMES), [NAMES[0], NAMES[1]], ["nobody's"]]
)
def test_the_answer_is_that_of_the_question_as_it_is_written(campaigns: list[str]) -> None:
    """Two leads of two campaigns are 2.0, whatever their names; the one asked before is not."""
    facts, _ = facts_in_duckdb()
    other = replace(facts, ask=as_written)
    facts.daily({"campaign": ["plain"]})  # the shape is known from here on

    daily, expected = (one.daily({"campaign": campaigns}) for one in (facts, other))
    assert daily["leads"].values.tolist() == expected["leads"].values.tolist()
    assert sum(daily["leads"].values) == len(set(campaigns) & set(NAMES)) or not campaigns


def test_sql_is_written_once_for_filters_of_one_shape() -> None:
    """Three filters by one campaign and one by two: written twice."""
    facts, asked = facts_in_duckdb()
    written = []

    def noted(texts: Texts) -> ir.Table:
        written.append(texts)
        return facts.table.filter(facts.table.campaign_id.isin(texts[0]))

    answers = []
    for campaigns in (["plain"], ["%"], ["?1?"], ["plain", "%"]):
        answers.append(asked("rows", [campaigns], noted))
    assert len(written) == 2
    found = [set(answer["campaign_id"].tolist()) for answer in answers]
    assert found == [{"plain"}, {"%"}, {"?1?"}, {"plain", "%"}]


def test_other_rows_of_the_facts_are_other_questions() -> None:
    """Asked of all seven leads first, then of those of one campaign: 1.0, not 7.0."""
    facts, _ = facts_in_duckdb()
    assert sum(facts.daily()["leads"].values) == len(NAMES)
    rows = facts.every_model
    of_one = facts.of_rows(rows.filter(rows.campaign_id == "plain"))
    assert of_one.daily()["leads"].values.tolist() == [1.0]
