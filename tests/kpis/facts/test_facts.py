"""Facts: what day things happen on, what exists as of a day, and which groups they belong to."""

from collections import Counter

import pytest

from kpis.definitions import Company
from kpis.facts.measures import MEASURES
from tests.small_data import (
    Row,
    by_campaign,
    by_day,
    campaign,
    cost,
    customer,
    deal,
    facts_of,
    lead,
    payment,
    stage,
    touch,
    won,
)

BERLIN = Company(time_zone="Europe/Berlin")


def test_empty_tables_make_no_facts_but_all_columns() -> None:
    table = facts_of(dimensions=("segment",)).table
    assert table.count().execute() == 0
    assert table.columns == (
        *("measure", "day", "cohort_day", "campaign_id", "channel", "segment", "owner", "value"),
    )


def test_stages_give_milestones_by_first_entry_and_a_leads_own_date_wins() -> None:
    """a: stages of any case, the earliest counts. b: its own mql_at, though a stage is earlier."""
    facts = facts_of(
        leads=[lead("a", "2026-01-01"), lead("b", "2026-01-01", mql_at="2026-02-20")],
        lead_stages=[
            stage("a", "MQL", "2026-02-10"),
            stage("a", "mql", "2026-02-05"),
            stage("a", "Sql", "2026-03-05"),
            stage("a", "subscriber", "2026-01-01"),
            stage("b", "mql", "2026-02-01"),
            stage("nobody", "mql", "2026-02-01"),
        ],
    )
    assert by_day(facts, "mqls") == {"2026-02-05": 1.0, "2026-02-20": 1.0}
    assert by_day(facts, "sqls") == {"2026-03-05": 1.0}


def test_a_leads_own_date_wins_from_its_own_day_on() -> None:
    """Dated 20 February by its column and the 1st by its stage: the column is known on the 20th,
    but was blank on the 19th."""
    row, entry = lead("b", "2026-01-01", mql_at="2026-02-20"), stage("b", "mql", "2026-02-01")
    for as_of, day in (("2026-02-19", "2026-02-01"), ("2026-02-20", "2026-02-20")):
        facts = facts_of(as_of=as_of, leads=[row], lead_stages=[entry])
        assert by_day(facts, "mqls") == {day: 1.0}


def test_half_past_eleven_utc_on_the_31st_is_next_month_in_berlin() -> None:
    late = "2026-01-31 23:30"
    tables: dict[str, list[Row]] = {
        "leads": [lead("a", late, mql_at=late, sql_at=late)],
        "deals": [won("1", None, late, 10.0), deal("2", "lost", closed_at=late)],
    }
    for measure in ("leads", "mqls", "sqls", "new_customers", "revenue", "deals_won", "deals_lost"):
        assert list(by_day(facts_of(**tables), measure)) == ["2026-01-31"]
        assert list(by_day(facts_of(company=BERLIN, **tables), measure)) == ["2026-02-01"]


def test_summer_time_moves_midnight() -> None:
    """Berlin is two hours ahead in July: 22:30 UTC is the next day then, but not in January."""
    facts = facts_of(
        company=BERLIN, leads=[lead("a", "2026-07-01 22:30"), lead("b", "2026-01-01 22:30")]
    )
    assert by_day(facts, "leads") == {"2026-07-02": 1.0, "2026-01-01": 1.0}


def test_a_day_in_a_table_of_days_is_no_instant_and_stays_that_day() -> None:
    west = Company(time_zone="America/Los_Angeles")
    facts = facts_of(company=west, costs=[cost("2026-02-01", 5.0)])
    assert by_day(facts, "shared_marketing_cost") == {"2026-02-01": 5.0}


EVERYTHING: dict[str, list[Row]] = {
    "campaigns": [campaign("ads", "search")],
    "leads": [
        lead("a", "2026-03-01", "ads", mql_at="2026-03-02", sql_at="2026-03-03", owner="kim"),
        lead("b", "2026-03-01", "ads", mql_at="2026-03-05"),
        lead("c", "2026-03-01", "ads", sql_at="2026-03-06"),
        lead("d", "2026-03-01", "ads"),
        lead("e", "2026-03-01", disqualified_at="2026-03-07", disqualified_reason="Bad fit"),
        lead("f", "2026-03-01", "ads"),
    ],
    "touches": [touch("a", "ads", "2026-03-01"), touch("a", "new", "2026-03-02")],
    "deals": [
        won("1", "a", "2026-03-10", 100.0, customer_id="k"),
        won("2", "a", "2026-03-11", 100.0, customer_id="k", currency="XAU"),
        deal("3", "lost", lead_id="a", closed_at="2026-03-12"),
        won("4", "d", "2026-03-09", 100.0),
        won("5", "nobody", "2026-03-09", 100.0),
    ],
    "customers": [customer("k", "2026-03-10", "2026-06-01")],
    "payments": [
        payment("k", "2026-04-01", 10.0),
        payment("k", "2026-04-02", 10.0, currency="XAU"),
    ],
    "costs": [
        cost("2026-03-01", 1.0, "ads"),
        cost("2026-03-01", 2.0, "ads", team="sales"),
        cost("2026-03-01", 3.0),
        cost("2026-03-01", 4.0, team="sales"),
        cost("2026-03-05", 5.0, currency="XAU"),
        cost("2026-03-05", 6.0, team="sales", currency="XAU"),
    ],
}


def test_every_measure_that_is_described_occurs_and_no_other() -> None:
    measures = {row["measure"] for row in facts_of(**EVERYTHING).table.to_pyarrow().to_pylist()}
    assert measures == set(MEASURES) - {"predicted_customers", "predicted_margin"}


def test_an_mql_is_accepted_on_the_day_it_is_both_mql_and_sql_whichever_came_first() -> None:
    """a and b are, on the later day. c is an MQL only, d an SQL only; e will be one on 2 April."""
    leads = [
        lead("a", "2026-03-01", mql_at="2026-03-02", sql_at="2026-03-05"),
        lead("b", "2026-03-01", mql_at="2026-03-06", sql_at="2026-03-03"),
        lead("c", "2026-03-01", mql_at="2026-03-02"),
        lead("d", "2026-03-01", sql_at="2026-03-03"),
        lead("e", "2026-03-01", mql_at="2026-03-02", sql_at="2026-04-02"),
    ]
    accepted = by_day(facts_of(as_of="2026-04-01", leads=leads), "accepted_mqls")
    assert accepted == {"2026-03-05": 1.0, "2026-03-06": 1.0}


def test_as_of_the_day_before_the_first_nothing_has_happened() -> None:
    assert facts_of(as_of="2026-02-28", **EVERYTHING).table.count().execute() == 0


def test_what_is_dated_as_of_the_day_itself_has_happened() -> None:
    """Created and won on the day of the report, at its last minute: a lead and a customer."""
    now = "2026-01-15 23:59"
    facts = facts_of(as_of="2026-01-15", leads=[lead("a", now)], deals=[won("1", "a", now, 10.0)])
    for measure, value in {"leads": 1.0, "new_customers": 1.0, "revenue": 10.0}.items():
        assert by_day(facts, measure) == {"2026-01-15": value}


@pytest.mark.parametrize("as_of", ["2026-03-01", "2026-03-02", "2026-03-10", "2026-05-31"])
def test_nothing_dated_after_as_of_exists(as_of: str) -> None:
    rows = facts_of(as_of=as_of, **EVERYTHING).table.to_pyarrow().to_pylist()
    assert rows and max(row["day"].isoformat() for row in rows) <= as_of


def test_as_of_a_day_the_facts_are_those_that_were_known_then() -> None:
    """On 4 March: leads, one of them an SQL, and the costs of 1 March, but no customer yet."""
    facts = facts_of(as_of="2026-03-04", **EVERYTHING)
    present = {row["measure"] for row in facts.table.to_pyarrow().to_pylist()}
    assert present == {
        *("leads", "mqls", "sqls", "accepted_mqls", "waiting_leads", "waiting_sqls"),
        "follow_ups_in_time",
        *("marketing_cost", "sales_cost"),
        *("shared_marketing_cost", "shared_sales_cost"),
    }


def test_a_lead_that_does_not_exist_yet_cannot_have_won_a_customer() -> None:
    """The deal of 1 March names a lead of the 5th: as of the 3rd it is a customer without lead."""
    tables = {
        "leads": [lead("a", "2026-03-05", "ads")],
        "deals": [won("1", "a", "2026-03-01", 10.0)],
    }
    before = facts_of(as_of="2026-03-03", **tables)
    assert by_campaign(before, "revenue") == {"(none)": 10.0}
    assert by_campaign(facts_of(**tables), "revenue") == {"ads": 10.0}


def test_values_of_a_dimension_are_the_leads_else_the_deals_else_none() -> None:
    """Lead a is of segment S though its deal says M; lead b has none and its deal says M; deal 3
    has no lead and says nothing. The same for the owner."""
    facts = facts_of(
        dimensions=("segment",),
        leads=[lead("a", "2026-01-01", segment="S", owner="kim"), lead("b", "2026-01-01")],
        deals=[
            won("1", "a", "2026-02-01", 100.0, segment="M", owner="lou"),
            won("2", "b", "2026-02-01", 50.0, segment="M", owner="lou"),
            won("3", None, "2026-02-01", 25.0),
        ],
    )
    rows = facts.table.to_pyarrow().to_pylist()
    revenue = {(r["segment"], r["owner"]): r["value"] for r in rows if r["measure"] == "revenue"}
    assert revenue == {("S", "kim"): 100.0, ("M", "lou"): 50.0, ("(none)", "(none)"): 25.0}


def test_a_campaign_that_the_table_lacks_stays_its_own_group_in_channel_none() -> None:
    facts = facts_of(
        campaigns=[campaign("ads", "search"), campaign("fair")],
        leads=[lead(name, "2026-01-01", name) for name in ("ads", "fair", "ghost")],
        costs=[cost("2026-01-01", 5.0, "ghost")],
    )
    rows = facts.table.to_pyarrow().to_pylist()
    rows = [row for row in rows if row["measure"] in ("leads", "marketing_cost")]
    assert {(r["measure"], r["campaign_id"]): r["channel"] for r in rows} == {
        ("leads", "ads"): "search",
        ("leads", "fair"): "(none)",
        ("leads", "ghost"): "(none)",
        ("marketing_cost", "ghost"): "(none)",
    }


def test_cohort_day_is_the_day_the_lead_was_created() -> None:
    rows = facts_of(**EVERYTHING).table.to_pyarrow().to_pylist()
    stages = (
        "mqls",
        "sqls",
        "accepted_mqls",
        "converted_leads",
        "skipped_mql",
        "skipped_sql",
        "waiting_mqls",
    )
    of_lead = [row for row in rows if row["measure"] in stages]
    assert {row["cohort_day"].isoformat() for row in of_lead} == {"2026-03-01"}


def test_facts_are_sorted_summed_and_never_null() -> None:
    """Sorted by measure, day and campaign, one row per key."""
    twice = EVERYTHING | {"costs": [cost("2026-03-01", 1.0, "ads"), cost("2026-03-01", 2.0, "ads")]}
    rows = facts_of(**twice).table.to_pyarrow().to_pylist()
    order = [(row["measure"], row["day"], row["campaign_id"]) for row in rows]
    assert order == sorted(order)
    keys = Counter(tuple(v for k, v in row.items() if k != "value") for row in rows)
    assert set(keys.values()) == {1}
    assert all(row["value"] is not None for row in rows)
    assert all(row[k] is not None for row in rows for k in row if k != "cohort_day")
