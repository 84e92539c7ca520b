"""One worked example per KPI, small enough to check by hand, with the source of its definition.

The numbers are chosen so that the right answer and the classic wrong one differ.
"""

import re
from collections.abc import Callable
from math import isnan

import pytest

from kpis.calendar import Period
from kpis.catalogue import CATALOGUE
from kpis.definitions import Definitions
from kpis.scorecard.selection import Facts
from tests.small_data import (
    campaign,
    card,
    cards,
    cost,
    customer,
    days,
    deal,
    facts_of,
    lead,
    payment,
    stage,
    touch,
    won,
)

Example = Callable[[], None]
EXAMPLES: dict[str, list[Example]] = {}
JANUARY = days("2026-01-01", "2026-01-31")


def example_of(*keys: str) -> Callable[[Example], Example]:
    """Enter a test as an example of KPIs; pytest runs it, and the catalogue is held against it."""

    def enter(test: Example) -> Example:
        for key in keys:
            EXAMPLES.setdefault(key, []).append(test)
        return test

    return enter


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_kpi_has_a_worked_example_that_cites_the_source_of_its_definition(key: str) -> None:
    docstrings = [" ".join((test.__doc__ or "").split()) for test in EXAMPLES.get(key, [])]
    assert docstrings, f"{key} has no worked example"
    for source in CATALOGUE[key].source.split("; "):
        assert any(source in text for text in docstrings), source


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_catalogues_example_has_the_numbers_of_a_worked_one(key: str) -> None:
    """So that what people read was computed, too: no number stands there that is not here."""
    worked = " ".join(test.__doc__ or "" for test in EXAMPLES[key])
    unknown = _numbers(CATALOGUE[key].example) - _numbers(worked)
    assert unknown == set()


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def test_examples_are_of_kpis_that_exist() -> None:
    assert set(EXAMPLES) <= set(CATALOGUE)


@example_of("leads")
def test_a_lead_with_three_touches_is_one_lead() -> None:
    """Two leads of January and one of February: 2. Joined to its touches, lead a would count 3.

    Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), leads
    """
    facts = facts_of(
        leads=[lead("a", "2026-01-05"), lead("b", "2026-01-31"), lead("c", "2026-02-01")],
        touches=[touch("a", name, "2026-01-05") for name in ("ads", "fair", "mail")],
    )
    assert card(facts, JANUARY)["leads"] == pytest.approx(2.0)


@example_of("mqls", "sqls")
def test_a_lead_qualifies_once_by_its_first_entry_of_the_stage() -> None:
    """Lead a became an MQL in December and again in January: not January's. b and c did in January.
    Counting entries instead of leads gives 4 MQLs; there are 2. Of these, b became an SQL: 1.

    Forrester (SiriusDecisions), Demand Unit Waterfall: marketing-qualified stage
    Forrester (SiriusDecisions), Demand Unit Waterfall: sales-qualified stage
    """
    facts = facts_of(
        leads=[lead(name, "2025-12-01") for name in "abc"],
        lead_stages=[
            stage("a", "mql", "2025-12-20"),
            stage("a", "mql", "2026-01-10"),
            stage("b", "mql", "2026-01-11"),
            stage("b", "mql", "2026-01-25"),
            stage("b", "sql", "2026-01-28"),
            stage("c", "mql", "2026-01-12"),
        ],
    )
    january = card(facts, JANUARY)
    assert (january["mqls"], january["sqls"]) == (2.0, 1.0)


def _december_and_january(conversion: str) -> Facts:
    """Leads a-d of January: a won in January, b in February. Leads x, y, z of December: won in
    January."""
    return facts_of(
        definitions=Definitions.model_validate({"conversion": conversion}),
        leads=[lead(name, "2026-01-05") for name in "abcd"]
        + [lead(name, "2025-12-05") for name in "xyz"],
        deals=[won("1", "a", "2026-01-20"), won("2", "b", "2026-02-20")]
        + [won(f"of {name}", name, "2026-01-15") for name in "xyz"],
    )


@example_of("lead_conversion_rate")
def test_cohort_conversion_follows_the_leads_of_the_period() -> None:
    """Of January's 4 leads a and b became customers: 2 ÷ 4 = 50 %. Dividing January's customers by
    January's leads would give 4 ÷ 4 = 100 %, although three of those were leads of December.

    Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), conversion rate
    """
    january = card(_december_and_january("cohort"), JANUARY)
    assert january["lead_conversion_rate"] == pytest.approx(0.5)
    assert january["converted_leads"] == pytest.approx(2.0)


@example_of("lead_conversion_rate")
def test_period_conversion_divides_customers_of_the_period_by_its_leads() -> None:
    """January's customers with a lead are a, x, y, z: 4 ÷ 4 leads of January = 100 %."""
    january = card(_december_and_january("period"), JANUARY)
    assert january["lead_conversion_rate"] == pytest.approx(1.0)
    assert january["converted_leads"] == pytest.approx(4.0)


@example_of("sales_cycle_days")
def test_the_cycle_runs_from_the_lead_to_the_customer_and_the_median_stands_beside_it() -> None:
    """Cycles of 10, 20 and 90 days: mean 120 ÷ 3 = 40, median 20. From the deals' creation, which
    is 5 days before each closing, it would be 5. A second deal of c, 100 days after its lead, is
    no second cycle: with it the mean would be 55.

    Jordan, Vazzana: Cracking the Sales Management Code, sales cycle time
    """
    facts = facts_of(
        leads=[lead(name, "2026-01-01") for name in "abc"],
        deals=[
            won("1", "a", "2026-01-11", created_at="2026-01-06"),
            won("2", "b", "2026-01-21", created_at="2026-01-16"),
            won("3", "c", "2026-04-01", created_at="2026-03-27"),
            won("4", "c", "2026-04-11", created_at="2026-04-06"),
        ],
    )
    year = card(facts)
    assert year["sales_cycle_days"] == pytest.approx(40.0)
    assert year["median_cycle_days"] == pytest.approx(20.0)


@example_of("new_customers", "revenue")
def test_touches_and_second_deals_multiply_neither_customers_nor_revenue() -> None:
    """One lead with four touches and two won deals, 100 + 50: one customer, revenue 150. Joined to
    the touches it would be 600; counted by deals, two customers.

    Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), acquisition
    Jordan, Vazzana: Cracking the Sales Management Code, bookings
    """
    facts = facts_of(
        leads=[lead("a", "2026-01-01")],
        touches=[touch("a", name, "2026-01-02") for name in ("ads", "ads", "fair", "mail")],
        deals=[won("1", "a", "2026-01-10", 100.0), won("2", "a", "2026-01-20", 50.0)],
    )
    january = card(facts, JANUARY)
    assert january["new_customers"] == pytest.approx(1.0)
    assert january["revenue"] == pytest.approx(150.0)
    groups = cards(facts, "campaign", JANUARY)
    assert {name: row["revenue"] for name, row in groups.items()} == pytest.approx(
        {"ads": 75.0, "fair": 37.5, "mail": 37.5}
    )


@example_of("cac")
def test_acquisition_cost_is_fully_loaded_and_a_campaign_bears_its_share_of_shared_cost() -> None:
    """ads costs 300 and fair 100; sales costs 400, for no campaign. ads has 3 of the 4 SQLs and 2
    of the 3 customers. All: 800 ÷ 3 = 266.67. ads: (300 + 400 × 3/4) ÷ 2 = 300; fair: (100 + 100)
    ÷ 1 = 200. The mean of those two, 250, is not the total; ads without sales would be 150.

    Skok: SaaS Metrics 2.0, cost to acquire a customer
    """
    facts = facts_of(
        campaigns=[campaign("ads"), campaign("fair")],
        leads=[
            lead("a", "2026-01-01", "ads", sql_at="2026-01-02"),
            lead("b", "2026-01-01", "ads", sql_at="2026-01-02"),
            lead("c", "2026-01-01", "ads", sql_at="2026-01-02"),
            lead("d", "2026-01-01", "fair", sql_at="2026-01-02"),
        ],
        deals=[won(f"of {name}", name, "2026-01-20") for name in "abd"],
        costs=[
            cost("2026-01-05", 300.0, "ads"),
            cost("2026-01-05", 100.0, "fair"),
            cost("2026-01-31", 400.0, team="sales"),
        ],
    )
    assert card(facts, JANUARY)["cac"] == pytest.approx(800 / 3)
    groups = cards(facts, "campaign", JANUARY)
    assert groups["ads"]["cac"] == pytest.approx(300.0)
    assert groups["fair"]["cac"] == pytest.approx(200.0)


@example_of("marketing_roi")
def test_marketing_roi_is_on_margin_and_net_of_the_cost_itself() -> None:
    """Revenue 10,000 × margin 40 % − cost 2,000 = 2,000; ÷ 2,000 = 100 %. On revenue it would be
    400 %, revenue ÷ cost 500 %, and with the 500 that sales cost 60 %.

    Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), marketing ROI
    """
    facts = facts_of(
        definitions=Definitions(gross_margin=0.4),
        deals=[won("1", None, "2026-01-20", 10_000.0)],
        costs=[cost("2026-01-05", 2_000.0), cost("2026-01-05", 500.0, team="sales")],
    )
    assert card(facts, JANUARY)["marketing_roi"] == pytest.approx(1.0)


@example_of("cost_per_lead")
def test_cost_per_lead_of_all_is_the_ratio_of_sums() -> None:
    """ads: 100 for 1 lead, fair: 100 for 9. Together 200 ÷ 10 = 20; the mean of 100 and 11.11 is
    55.56. What sales cost does not buy leads.

    Farris, Bendle, Pfeifer, Reibstein: Marketing Metrics (4th ed.), cost per lead
    """
    facts = facts_of(
        leads=[lead("a", "2026-01-05", "ads")]
        + [lead(f"f{n}", "2026-01-05", "fair") for n in range(9)],
        costs=[
            cost("2026-01-05", 100.0, "ads"),
            cost("2026-01-05", 100.0, "fair"),
            cost("2026-01-05", 900.0, "fair", team="sales"),
        ],
    )
    assert card(facts, JANUARY)["cost_per_lead"] == pytest.approx(20.0)
    groups = cards(facts, "campaign", JANUARY)
    assert groups["fair"]["cost_per_lead"] == pytest.approx(100 / 9)


@example_of("follow_up_rate")
def test_mqls_of_friday_are_followed_up_in_time_until_monday() -> None:
    """9 January is a Friday, and the agreement is 1 working day. Of Friday's 4 MQLs a was answered
    on Friday, b on Monday, c on Tuesday, d not at all: 2 ÷ 4 = 50 %, as of Tuesday as of any later
    day. As of Monday all have time, and there is no rate: of a and b, the answered, it would be
    2 ÷ 2 = 100 %. In calendar days b would be late: 1 ÷ 4 = 25 %. e, MQL on the 8th, became SQL on
    the 9th, but was created in December: its follow-up is January's, too, so 3 ÷ 5 of all January.

    Oldroyd, McElheran, Elkington: The Short Life of Online Sales Leads, Harvard Business Review
    89 (3), 2011
    """
    friday, contacts = "2026-01-09", {"a": "2026-01-09", "b": "2026-01-12", "c": "2026-01-13"}

    def rate(period: Period, as_of: str) -> float:
        facts = facts_of(
            as_of=as_of,
            leads=[lead(name, friday, mql_at=friday) for name in "abcd"]
            + [lead("e", "2025-12-01", mql_at="2026-01-08", sql_at=friday)],
            activities=[{"lead_id": who, "happened_at": day} for who, day in contacts.items()],
        )
        return float(card(facts, period)["follow_up_rate"])

    for tuesday_or_later in ("2026-01-13", "2026-12-31"):
        assert rate(days(friday, friday), tuesday_or_later) == pytest.approx(0.5)
        assert rate(JANUARY, tuesday_or_later) == pytest.approx(3 / 5)
    assert isnan(rate(days(friday, friday), "2026-01-12"))


@example_of("win_rate")
def test_open_deals_are_neither_won_nor_lost() -> None:
    """3 won, 1 lost, 2 open: 3 ÷ 4 = 75 %; of all deals it would be 50 %.

    Jordan, Vazzana: Cracking the Sales Management Code, close rate
    """
    facts = facts_of(
        deals=[won(f"w{n}", None, "2026-01-10") for n in range(3)]
        + [deal("l", "lost", closed_at="2026-01-11")]
        + [deal(f"o{n}", "open", created_at="2026-01-02") for n in range(2)],
    )
    assert card(facts, JANUARY)["win_rate"] == pytest.approx(0.75)


def _subscriptions() -> Facts:
    """Six customers all of 2026 (6 × 365 days), one until day 100, one until day 145: 2,435 active
    days ÷ 30.4375 = 80 customer-months, 2 of the 8 churned, 8,000 paid. Two customers won at a
    cost of 800."""
    names = [f"k{n}" for n in range(6)]
    return facts_of(
        definitions=Definitions(gross_margin=0.8),
        customers=[customer(name, "2025-03-01") for name in names]
        + [customer("x", "2025-03-01", "2026-04-11"), customer("y", "2025-03-01", "2026-05-26")],
        payments=[payment(name, "2026-02-01", 1_000.0) for name in [*names, "x", "y"]],
        deals=[won("1", None, "2026-02-01", 50.0), won("2", None, "2026-02-01", 50.0)],
        costs=[cost("2026-01-15", 800.0)],
    )


@example_of("clv")
def test_lifetime_value_is_monthly_margin_over_monthly_churn() -> None:
    """8,000 ÷ 80 = 100 a customer-month, × 80 % margin = 80. Monthly churn 2 ÷ 80 = 2.5 %, so 40
    months: 80 × 40 = 3,200. With the churn of the year, 2 ÷ 8 = 25 %, it would be 320; without the
    margin 4,000.

    Skok: SaaS Metrics 2.0, lifetime value = ARPA × gross margin ÷ churn
    """
    year = card(_subscriptions())
    assert year["clv"] == pytest.approx(3_200.0)
    assert year["notes"]["clv"] == "on gross margin"


@example_of("clv")
def test_predictive_lifetime_value_is_the_mean_of_those_who_pay_credited_to_their_campaigns() -> (
    None
):
    """Customer a, whose lead ads and fair touched, is expected to bring 400, b, of fair, 100, and
    c, without a lead, 40: 540 ÷ 3 = 180. Linear: ads 200 ÷ 0.5 = 400; fair (200 + 100) ÷ 1.5 = 200;
    without a campaign 40. The mean of these three, 213.33, is not the total; joined to its touches,
    a would count twice: 940 ÷ 4 = 235. As of another day, another value would be expected: periods
    that end before the report have none.

    Fader, Hardie, Lee (2005), “Counting Your Customers” the Easy Way: An Alternative to the
    Pareto/NBD Model
    Fader, Hardie (2013), The Gamma-Gamma Model of Monetary Value
    """
    facts = facts_of(
        definitions=Definitions(clv_basis="predictive"),
        leads=[lead("a", "2026-01-01"), lead("b", "2026-01-01")],
        touches=[
            touch("a", "ads", "2026-01-02"),
            touch("a", "fair", "2026-01-03"),
            touch("b", "fair", "2026-01-03"),
        ],
        deals=[
            won("1", "a", "2026-02-01", customer_id="a"),
            won("2", "b", "2026-02-01", customer_id="b"),
            won("3", None, "2026-02-01", customer_id="c"),
        ],
        payments=[payment(name, "2026-03-01", 10.0) for name in "abc"],
        predicted={"a": 400.0, "b": 100.0, "c": 40.0},
    )
    assert card(facts)["clv"] == pytest.approx(180.0)
    groups = cards(facts, "campaign")
    assert {name: row["clv"] for name, row in groups.items()} == pytest.approx(
        {"ads": 400.0, "fair": 200.0, "(none)": 40.0}
    )
    assert isnan(card(facts, days("2026-01-01", "2026-12-30"))["clv"])


@example_of("clv_to_cac")
def test_lifetime_value_to_acquisition_cost() -> None:
    """3,200 ÷ (800 ÷ 2 customers) = 8.

    Skok: SaaS Metrics 2.0, LTV : CAC
    """
    assert card(_subscriptions())["clv_to_cac"] == pytest.approx(8.0)


@example_of("cac_payback_months")
def test_acquisition_cost_is_paid_back_from_margin() -> None:
    """400 ÷ (100 × 80 %) = 5 months; from revenue it would be 4.

    Skok: SaaS Metrics 2.0, months to recover CAC
    """
    assert card(_subscriptions())["cac_payback_months"] == pytest.approx(5.0)
