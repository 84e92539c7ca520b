"""Data health: every check on a company counted by hand, and the share of sound rows."""

from typing import Any

import pytest

from kpis.definitions import Company, Definitions
from kpis.health.checks import HARMS
from kpis.health.health import Finding, Health, checks
from kpis.model import FIGURE_TABLES, TABLES
from tests.kpis.health.checked_company import activity, counted, entry, examples, health_of
from tests.small_data import (
    LAST_DAY,
    campaign,
    cost,
    customer,
    deal,
    facts_of,
    lead,
    payment,
    rate,
    stage,
    total,
    touch,
    won,
)


def test_without_any_table_nothing_is_found_and_soundness_is_undefined() -> None:
    nothing = health_of()
    assert nothing == Health()
    assert nothing.sound_shares({}) == {}


def test_a_clean_company_has_no_findings_and_is_wholly_sound() -> None:
    clean = health_of(
        leads=[lead("a", "2026-01-01", "c1", mql_at="2026-01-01", sql_at="2026-01-01")],
        touches=[touch("a", "c1", "2026-01-01")],
        deals=[won("1", "a", "2026-01-01", 10.0)],
        deal_stages=[entry("1")],
        lead_stages=[stage("a", "mql", "2026-01-01")],
        campaigns=[campaign("c1", starts_on="2026-01-01", ends_on="2026-01-01")],
        costs=[cost("2026-01-01", 5.0, "c1"), cost("2026-01-01", 5.0)],
        customers=[customer("a", "2026-01-01", "2026-01-01")],
        payments=[payment("a", "2026-01-01", 10.0)],
        activities=[activity("a", "2026-01-01")],
        rates=[rate("USD", 0.9)],
    )
    assert clean.findings == ()
    rows_read = {name: clean.sound[name] for name in FIGURE_TABLES}
    assert rows_read == {name: 2 if name == "costs" else 1 for name in FIGURE_TABLES}
    assert set(clean.sound_shares(rows_read).values()) == {1.0}


def test_a_row_with_two_problems_is_unsound_once() -> None:
    """Four leads: a has three problems, b one. 4 findings, but 2 sound rows of 4; of the 5 rows
    read one was rejected, so 2 ÷ 5 = 40 %. Problems subtracted one by one would leave none."""
    health = health_of(
        leads=[
            lead("a", "2026-03-10", mql_at="2026-03-05", sql_at="2026-03-01"),
            lead("b", "2026-03-10", mql_at="2026-03-09"),
            lead("c", "2026-03-10", mql_at="2026-03-11", sql_at="2026-03-12"),
            lead("d", "2026-03-10"),
        ]
    )
    assert counted(health) == {
        "mql_before_created": (2, 3),
        "sql_before_created": (1, 2),
        "sql_before_mql": (1, 2),
    }
    assert health.sound == {"leads": 2}
    assert health.sound_shares({"leads": 5}) == {"leads": 0.4}


def test_soundness_is_that_of_the_worst_table() -> None:
    """Leads 9 of 10, costs 1 of 2: 50 %, not the mean of 70 % nor the 10 ÷ 12 of all rows."""
    health = Health(sound={"leads": 9, "costs": 1})
    assert min(health.sound_shares({"leads": 10, "costs": 2}).values()) == 0.5


def test_won_deals_without_a_closing_date_are_customers_to_nobody() -> None:
    """Two of three won deals lack the date, as does one of two lost ones; the open one may."""
    health = health_of(
        deals=[
            won("1", None, "2026-02-01", 5.0),
            deal("2", "won", amount=5.0),
            deal("3", "won", amount=5.0),
            deal("4", "lost"),
            deal("5", "lost", closed_at="2026-02-01"),
            deal("6", "open"),
        ]
    )
    assert counted(health) == {"won_without_date": (2, 3), "lost_without_date": (1, 2)}
    assert examples(health)["won_without_date"] == ("2", "3")
    assert health.sound == {"deals": 3}


def test_where_customers_are_won_when_paid_a_missing_closing_date_hurts_the_win_rate_only() -> None:
    """Nor is a deal that waits for its payment a fault."""
    paid = Definitions(customer_when="paid")
    health = health_of(
        definitions=paid,
        deals=[
            won("1", None, "2026-02-01", 5.0),
            deal("2", "won", paid_at="2026-02-01", amount=5.0),
        ],
    )
    assert counted(health) == {"won_without_date": (1, 2)}
    assert "win rate" in checks(paid)["won_without_date"].effect
    assert "customers" in checks(Definitions())["won_without_date"].effect


def test_what_is_not_mapped_is_not_reported_row_by_row() -> None:
    """No dates, amounts, campaigns or leads are mapped: kpis.coverage says what that costs."""
    health = health_of(
        deals=[deal("1", "won", lead_id="a")], touches=[touch("a", "c1", "2026-01-01")]
    )
    assert health.findings == () and health.sound == {"deals": 1, "touches": 1}


def test_a_mapped_column_without_any_value_is_reported() -> None:
    health = health_of(deals=[{**deal("1", "won", amount=5.0), "closed_at": None}])
    assert counted(health) == {"won_without_date": (1, 1)}


def test_won_deals_without_amount_are_listed_from_those_worth_nothing() -> None:
    health = health_of(
        deals=[
            won("1", None, "2026-02-01", 0.0),
            deal("2", "won", closed_at="2026-02-01"),
            deal("3", "lost", closed_at="2026-02-01"),
        ]
    )
    assert counted(health) == {"won_without_amount": (1, 2)}


def test_amounts_without_a_rate_are_those_that_the_facts_count_as_unpriced() -> None:
    """A rate of dollars holds from March: the deal of February has none, that of April has one.
    Kronor have none at all; the open deal in them was not won, so nothing was left out."""
    rows: dict[str, Any] = {
        "deals": [
            won("1", None, "2026-02-01", 5.0, currency="USD"),
            won("2", None, "2026-04-01", 5.0, currency="USD"),
            won("3", None, "2026-04-01", 5.0, currency="SEK"),
            won("4", None, "2026-04-01", 5.0),
            deal("5", "open", amount=5.0, currency="SEK"),
        ],
        "costs": [cost("2026-01-01", 1.0, currency="SEK"), cost("2026-01-01", 1.0)],
        "payments": [payment("deal:4", "2026-01-01", 1.0, currency="USD")],
        "rates": [rate("USD", 0.9, "2026-03-01")],
    }
    health, facts = health_of(**rows), facts_of(**rows)
    assert counted(health) == {
        "won_without_rate": (2, 4),
        "costs_without_rate": (1, 2),
        "payments_without_rate": (1, 1),
    }
    assert examples(health)["won_without_rate"] == ("1", "3")
    assert examples(health)["costs_without_rate"] == ("SEK",)
    assert total(facts, "unpriced_revenue") == 2.0
    assert total(facts, "unpriced_marketing_cost") == total(facts, "unpriced_payments") == 1.0


BACKWARDS: dict[str, Any] = {
    "leads": [
        lead("a", "2026-03-01"),
        lead("b", "2026-03-01"),
        lead("c", "2026-03-01T12:00"),
        lead("d", "2026-03-01"),
    ],
    "touches": [touch("b", "c1", "2026-02-01")],
    "deals": [
        won("1", "a", "2026-02-20", created_at="2026-02-01"),
        won("2", "a", "2026-02-25", created_at="2026-02-01"),
        won("3", "b", "2026-02-20", created_at="2026-02-21"),
        won("4", "c", "2026-03-01", created_at="2026-02-01"),
        won("5", None, "2026-02-20", created_at="2026-02-21"),
        won("6", "d", "2026-03-05", created_at="2026-03-02"),
    ],
}
"""Five customers; a was won 9 days before its lead came, and again 4 days before. b's and the last
one's deals were made after the sale; b was touched long before. c was won on the day it came."""


@pytest.mark.parametrize(
    ("cycle_from", "negative", "before_lead"),
    [
        ("lead_created", ("1", "3", "5"), ("2",)),
        ("first_touch", ("1", "5"), ("2", "3")),
        ("deal_created", ("3", "5"), ("1", "2")),
    ],
)
def test_negative_cycles_are_those_that_the_sales_cycle_leaves_out(
    cycle_from: Any, negative: tuple[str, ...], before_lead: tuple[str, ...]
) -> None:
    """Of the 5 customers' first deals; what the facts count are the others. Comparing instants
    would add c, which was won at midnight of the day on which it came at noon. The second deal of
    a is no cycle, but was won before the lead came all the same."""
    definitions = Definitions(cycle_from=cycle_from)
    health = health_of(definitions=definitions, **BACKWARDS)
    found = examples(health)
    assert (found["negative_cycle"], found["won_before_lead"]) == (negative, before_lead)
    assert counted(health)["negative_cycle"] == (len(negative), 5)
    assert total(facts_of(definitions=definitions, **BACKWARDS), "cycles") == 5 - len(negative)
    assert health.sound["deals"] == 6 - len(negative) - len(before_lead)


def test_days_are_those_of_the_company() -> None:
    """Created on 1 March at 23:30 UTC, which is 2 March in Berlin; an MQL on 1 March there."""
    rows = [lead("a", "2026-03-01T23:30", mql_at="2026-03-01T22:00")]
    assert health_of(leads=rows).findings == ()
    berlin = health_of(leads=rows, company=Company(time_zone="Europe/Berlin"))
    assert counted(berlin) == {"mql_before_created": (1, 1)}


def test_dates_are_those_of_stages_and_activities_where_the_definitions_take_them() -> None:
    health = health_of(
        leads=[lead("a", "2026-03-10"), lead("b", "2026-03-10", first_contacted_at="2026-03-11")],
        lead_stages=[stage("a", "SQL", "2026-03-01"), stage("b", "SQL", "2026-03-11")],
        activities=[activity("a", "2026-03-09"), activity("b", "2026-03-09")],
    )
    assert counted(health) == {
        "sql_before_created": (1, 2),
        "contacted_before_created": (1, 2),
    }
    columns = Definitions(milestones_from="columns")
    assert "sql_before_created" not in counted(
        health_of(
            definitions=columns,
            leads=[lead("a", "2026-03-10")],
            lead_stages=[stage("a", "SQL", "2026-03-01")],
        )
    )


def test_what_ended_before_it_started_is_found() -> None:
    """Of three customers with an end, k ended too early; m has no start of its own, but was won
    after its end. Lasting and same-day ones are fine."""
    health = health_of(
        customers=[
            customer("k", "2026-02-01", "2026-01-01"),
            customer("m", None, "2026-01-15"),
            customer("n", "2026-02-01", "2026-02-01"),
            customer("o", "2026-02-01"),
        ],
        deals=[won("1", None, "2026-03-01", customer_id="m")],
        campaigns=[
            campaign("c1", starts_on="2026-02-01", ends_on="2026-01-01"),
            campaign("c2", starts_on="2026-02-01"),
        ],
    )
    assert counted(health) == {
        "customer_ended_before_started": (2, 3),
        "campaign_ended_before_started": (1, 1),
    }


def test_findings_come_by_harm_then_by_rows() -> None:
    """Wrong totals first, however few; then the split over campaigns; last what no KPI uses."""
    health = health_of(
        leads=[lead("a", "2026-03-10", mql_at="2026-03-01")],
        campaigns=[campaign("c1", starts_on="2026-02-01", ends_on="2026-01-01")],
        touches=[touch("a", "cx", "2026-01-01")] * 3 + [touch("y", "c1", "2026-01-01")] * 2,
    )
    assert list(counted(health)) == [
        "mql_before_created",
        "touches_campaign_id_unknown",
        "touches_lead_id_unknown",
        "campaign_ended_before_started",
    ]


def test_at_most_five_examples_are_given_in_order() -> None:
    health = health_of(leads=[lead(name, "2026-03-10", mql_at="2026-03-01") for name in "gfedcba"])
    (finding,) = health.findings
    assert (finding.rows, finding.examples) == (7, ("a", "b", "c", "d", "e"))


def test_dimensions_may_be_called_like_our_own_columns() -> None:
    health = health_of(
        dimensions=("won_day", "stranger"),
        leads=[lead("a", "2026-01-01", "c1", won_day="x", stranger="y")],
        campaigns=[campaign("c2")],
        costs=[cost("2026-01-01", 1.0, "c1", stranger="y")],
    )
    assert counted(health) == {
        "leads_campaign_id_unknown": (1, 1),
        "costs_campaign_id_unknown": (1, 1),
    }


def test_health_survives_the_manifest() -> None:
    health = Health(
        findings=(Finding(check="negative_cycle", table="deals", rows=1, of=2, examples=("1",)),),
        sound={"deals": 1},
    )
    assert Health.model_validate_json(health.model_dump_json()) == health


@pytest.mark.parametrize("customer_when", ["booked", "paid"])
def test_every_check_is_reported_in_whole_sentences_about_a_table_there_is(
    customer_when: Any,
) -> None:
    for key, check in checks(Definitions(customer_when=customer_when)).items():
        assert key == check.key and check.table in TABLES and check.harm in HARMS
        assert check.effect.endswith(".") and check.remedy.endswith(".")
        for place in (place for need in check.needs for place in need.split(" or ")):
            table, column = place.split(".")
            assert column in TABLES[table].column_names


AHEAD: dict[str, tuple[str, Any]] = {
    "leads": ("created_at", lead),
    "costs": ("spent_on", lambda name, day: cost(day, 1.0)),
    "touches": ("touched_at", lambda name, day: touch(name, "c1", day)),
    "payments": ("paid_on", lambda name, day: payment(name, day, 1.0)),
    "deals": ("closed_at", lambda name, day: won(name, None, day, 1.0)),
}


@pytest.mark.parametrize("table", AHEAD)
def test_rows_dated_after_the_day_of_the_report_are_named(table: str) -> None:
    """Of 4 rows until 31 December one is of the next year; one of that day itself counts."""
    column, row = AHEAD[table]
    days = ("2026-10-01", "2026-10-02", LAST_DAY, "2027-10-11")
    health = health_of(**{table: [row(f"x{at}", day) for at, day in enumerate(days)]})
    assert counted(health)[f"{table}_in_the_future"] == (1, 4)
    (example,) = examples(health)[f"{table}_in_the_future"]
    assert "2027-10-11" in example
    assert checks(Definitions())[f"{table}_in_the_future"].harm == "doubt"
    assert health.sound == {table: 4}


@pytest.mark.parametrize("table", AHEAD)
def test_a_table_mostly_in_the_future_says_so_louder_but_a_budget_may_be(table: str) -> None:
    """3 of 4: a wrong date setting makes the table count nowhere; costs may be planned."""
    column, row = AHEAD[table]
    days = ("2026-10-01", "2027-10-02", "2027-10-03", "2027-10-11")
    health = health_of(**{table: [row(f"x{at}", day) for at, day in enumerate(days)]})
    assert counted(health)[f"most_{table}_in_the_future"] == (3, 4)
    assert f"{table}_in_the_future" not in counted(health)
    check = checks(Definitions())[f"most_{table}_in_the_future"]
    assert column in check.remedy and check.harm == ("doubt" if table == "costs" else "totals")


def test_a_deal_to_be_paid_is_in_no_figure_where_customers_are_won_by_payment() -> None:
    """Both were booked in October; the second is due in the next year. An open deal may be."""
    rows = [
        deal("1", "won", closed_at="2026-10-01", paid_at="2026-10-02", amount=1.0),
        deal("2", "won", closed_at="2026-10-01", paid_at="2027-01-15", amount=1.0),
        deal("3", "lost", closed_at="2026-10-01"),
        deal("4", "open", closed_at="2027-03-01"),
    ]
    assert health_of(deals=rows).findings == ()
    paid = health_of(deals=rows, definitions=Definitions(customer_when="paid"))
    assert counted(paid) == {"deals_in_the_future": (1, 3)}
    assert examples(paid)["deals_in_the_future"] == ("2 (2027-01-15)",)


def stages_of(*names: str, **more: Any) -> Health:
    leads = [lead("a", "2026-01-01", **more)]
    return health_of(leads=leads, lead_stages=[stage("a", name, "2026-01-02") for name in names])


@pytest.mark.parametrize("name", ["Marketing Qualified Lead", "marketingqualifiedlead", "2. MQLs"])
def test_a_stage_that_reads_like_mql_is_named(name: str) -> None:
    health = stages_of("mql", name, "SQL")
    assert counted(health) == {"mql_stage_otherwise": (1, 3)}
    assert examples(health)["mql_stage_otherwise"] == (f"{name} (1)",)


def test_where_no_stage_is_an_sql_the_commonest_stages_are_named() -> None:
    """SQLs would be 0 in silence. An MQL is certainly none; dates of leads are another source."""
    found = stages_of("mql", "Termin", "Termin", "Angebot")
    assert counted(found) == {"sql_stage_otherwise": (3, 4)}
    assert examples(found)["sql_stage_otherwise"] == ("Angebot (1)", "Termin (2)")
    assert stages_of("mql", "Termin", sql_at="2026-01-03").findings == ()


@pytest.mark.parametrize("name", ["MQL rejected", "Marketing Disqualified", "Ex-SQL", "customer"])
def test_other_stages_beside_mql_and_sql_are_no_doubt(name: str) -> None:
    assert stages_of("MQL", "sql", name).findings == ()


def test_stages_are_of_no_account_where_dates_come_from_columns() -> None:
    rows = [stage("a", "Marketing Qualified Lead", "2026-01-02")]
    leads, columns = [lead("a", "2026-01-01")], Definitions(milestones_from="columns")
    assert health_of(leads=leads, lead_stages=rows, definitions=columns).findings == ()


def test_customers_who_never_began_but_ended_or_paid_are_named() -> None:
    """a ended and b paid without a beginning; c began by a won deal, d is nobody's customer yet."""
    found = health_of(
        customers=[customer(name, None) for name in "bcd"] + [customer("a", None, "2026-05-01")],
        deals=[won("1", None, "2026-02-01", 5.0, customer_id="c")],
        payments=[payment(name, "2026-03-01", 5.0) for name in "bc"],
    )
    assert counted(found)["customer_without_start"] == (2, 3)
    assert examples(found)["customer_without_start"] == ("a", "b")
