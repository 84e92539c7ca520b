"""The report for scripts: the JSON of the contract, to the key, and ``more_reasons`` beside it."""

import json
from typing import Any

import pytest

from kpis.definitions import Company, Definitions
from kpis.errors import UsageError
from kpis.scorecard.report import report
from kpis.scorecard.selection import Facts
from tests.small_data import campaign, cost, days, facts_of, lead, stage, total, touch, won

OCTOBER = days("2026-10-01", "2026-10-31")
KEYS = ["as_of", "from", "to", "currency", "attribution", "rows"]
KPIS = ["mqls", "sqls", "lead_conversion_rate", "sales_cycle_days", "cac", "clv", "marketing_roi"]
MEASURES = ["leads", "new_customers", "converted_leads", "revenue", "marketing_cost"]
MEASURES += ["sales_cost", "median_cycle_days"]


def october(company: Company | None = None) -> Facts:
    """Four leads of c1, one of them won for 9,000 after 28 days; one lead of c2; costs of 1,200 for
    c1 and 440 of sales for none."""
    return facts_of(
        as_of="2026-11-22",
        company=company,
        campaigns=[campaign("c1", "search"), campaign("c2")],
        leads=[lead(f"a{n}", "2026-10-01", "c1") for n in range(4)]
        + [lead("b", "2026-10-20", "c2")],
        lead_stages=[stage("a0", "mql", "2026-10-02"), stage("a0", "sql", "2026-10-03")],
        deals=[won("1", "a0", "2026-10-29", 9000.0)],
        costs=[cost("2026-10-05", 1200.0, "c1"), cost("2026-10-05", 440.0, team="sales")],
    )


def asked(facts: Facts, by: str | None = None, **where: list[str]) -> dict[str, Any]:
    return report(facts, OCTOBER, "linear", by, where)


def test_without_grouping_the_report_is_this() -> None:
    """Conversion 1 ÷ 5; CAC 1,640 ÷ 1; ROI (9,000 − 1,200) ÷ 1,200 = 6.5; lifetime value 9,000.

    Cost per lead 1,200 ÷ 5 = 240; lifetime value to CAC 9,000 ÷ 1,640.
    """
    assert asked(october()) == {
        "as_of": "2026-11-22",
        "from": "2026-10-01",
        "to": "2026-10-31",
        "currency": "EUR",
        "attribution": "linear",
        "rows": [
            {
                "group": {},
                "kpis": {
                    "mqls": 1.0,
                    "sqls": 1.0,
                    "lead_conversion_rate": 0.2,
                    "sales_cycle_days": 28.0,
                    "cac": 1640.0,
                    "clv": 9000.0,
                    "marketing_roi": 6.5,
                },
                "reasons": {},
                "measures": {
                    "leads": 5.0,
                    "new_customers": 1.0,
                    "converted_leads": 1.0,
                    "revenue": 9000.0,
                    "marketing_cost": 1200.0,
                    "sales_cost": 440.0,
                    "median_cycle_days": 28.0,
                },
                "more": {
                    "follow_up_rate": None,
                    "cost_per_lead": 240.0,
                    "win_rate": 1.0,
                    "clv_to_cac": 5.48780487805,
                    "cac_payback_months": None,
                },
                "more_reasons": {
                    "follow_up_rate": (
                        "no contacts are mapped (leads.first_contacted_at or activities)"
                    ),
                    "cac_payback_months": "no payments are mapped",
                },
            }
        ],
    }


@pytest.mark.parametrize("by", [None, "campaign", "week"])
def test_keys_stand_in_the_order_of_the_contract(by: str | None) -> None:
    answer = asked(october(), by)
    assert list(answer) == KEYS
    for row in answer["rows"]:
        assert list(row) == ["group", "kpis", "reasons", "measures", "more", "more_reasons"]
        assert list(row["kpis"]) == KPIS
        assert list(row["measures"]) == MEASURES


@pytest.mark.parametrize("by", [None, "campaign", "channel", "owner", "week", "month"])
def test_json_needs_no_nan(by: str | None) -> None:
    """JSON knows no NaN and no Infinity: what is undefined is null, and says why among reasons."""
    answer = asked(october(), by)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    for row in answer["rows"]:
        undefined = {key for key, value in row["kpis"].items() if value is None}
        assert undefined == set(row["reasons"])
        further = {key for key, value in row["more"].items() if value is None}
        assert further == set(row["more_reasons"])


def test_groups_are_ids_and_none_where_there_is_none() -> None:
    """Shared costs are a fact of no campaign, so (none) is a group."""
    by_campaign = [row["group"] for row in asked(october(), "campaign")["rows"]]
    assert by_campaign == [{"campaign": "(none)"}, {"campaign": "c1"}, {"campaign": "c2"}]
    by_channel = [row["group"] for row in asked(october(), "channel")["rows"]]
    assert by_channel == [{"channel": "(none)"}, {"channel": "search"}]


def test_a_cycle_that_only_begins_in_the_period_makes_no_row_of_zeros() -> None:
    """A deal of no lead, created on 10 January and won on 5 March: its cycle begins in January, but
    nothing of January is its own. March has it."""
    facts = facts_of(
        leads=[lead("a", "2026-01-05", "c1")],
        deals=[won("1", None, "2026-03-05", 100.0, created_at="2026-01-10")],
    )
    january, march = days("2026-01-01", "2026-01-31"), days("2026-03-01", "2026-03-31")
    for period, group in ((january, "c1"), (march, "(none)")):
        rows = report(facts, period, "linear", "campaign")["rows"]
        assert [row["group"] for row in rows] == [{"campaign": group}]


def test_what_is_no_measure_of_a_report_makes_no_row_of_it() -> None:
    """In October, c1's only lead, created in September, is disqualified as a bad fit. c2's went
    past MQL and is waiting as an SQL of October: that counts, and so does an MQL to follow up."""
    facts = facts_of(
        leads=[
            lead("a", "2026-09-01", "c1", disqualified_at="2026-10-02", disqualified_reason="bad"),
            lead("b", "2026-09-01", "c2", sql_at="2026-10-02"),
        ],
        definitions=Definitions(bad_fit_reasons=("bad",)),
        as_of="2026-10-31",
    )
    assert (total(facts, "disqualified_leads"), total(facts, "bad_fit_leads")) == (1.0, 1.0)
    (row,) = report(facts, OCTOBER, "linear", "campaign")["rows"]
    assert row["group"] == {"campaign": "c2"}
    assert row["kpis"]["sqls"] == 1.0


def test_an_undefined_kpi_is_null_with_its_reason() -> None:
    """c2 won nobody: no CAC, and zero customers, which were counted."""
    c2 = asked(october(), "campaign")["rows"][2]
    assert c2["kpis"]["cac"] is None
    assert c2["reasons"]["cac"] == "no customers were won"
    assert c2["measures"]["new_customers"] == 0.0
    assert c2["measures"]["median_cycle_days"] is None


def test_weeks_are_named_by_their_first_day_even_when_it_is_cut_off() -> None:
    """1 October 2026 is a Thursday: its week is named 2026-09-28 and has four days of October."""
    rows = asked(october(), "week")["rows"]
    assert [row["group"]["week"] for row in rows] == [
        "2026-09-28",
        "2026-10-05",
        "2026-10-12",
        "2026-10-19",
        "2026-10-26",
    ]
    assert [row["measures"]["leads"] for row in rows] == [4.0, 0.0, 0.0, 1.0, 0.0]


def test_weeks_start_when_the_companys_do() -> None:
    rows = asked(october(Company(week_starts="sunday")), "week")["rows"]
    assert rows[1]["group"] == {"week": "2026-10-04"}


def test_months_are_named_as_months_and_only_those_that_have_begun() -> None:
    answer = report(october(), days("2026-09-15", "2027-01-31"), "linear", "month")
    assert [row["group"] for row in answer["rows"]] == [
        {"month": "2026-09"},
        {"month": "2026-10"},
        {"month": "2026-11"},
    ]
    assert [row["measures"]["leads"] for row in answer["rows"]] == [0.0, 5.0, 0.0]


def test_a_month_that_begins_today_has_begun() -> None:
    facts = facts_of(as_of="2026-11-01", leads=[lead("a", "2026-11-01")])
    answer = report(facts, days("2026-10-01", "2026-12-31"), "linear", "month")
    assert [row["group"]["month"] for row in answer["rows"]] == ["2026-10", "2026-11"]
    assert [row["measures"]["leads"] for row in answer["rows"]] == [0.0, 1.0]


def test_a_period_after_as_of_has_counted_nothing() -> None:
    (row,) = report(october(), days("2027-01-01", "2027-01-31"), "linear")["rows"]
    assert row["measures"]["leads"] == 0.0
    assert row["kpis"]["lead_conversion_rate"] is None


def test_a_filter_narrows_every_group() -> None:
    (row,) = asked(october(), "month", campaign=["c2"])["rows"]
    assert row["measures"]["leads"] == 1.0
    assert row["measures"]["marketing_cost"] == 0.0


def test_thirds_that_add_up_show_as_one() -> None:
    """3 × 1/3 of three campaigns that share a channel."""
    names = ("c1", "c2", "c3")
    facts = facts_of(
        as_of="2026-11-22",
        campaigns=[campaign(name, "search") for name in names],
        leads=[lead("a", "2026-10-01")],
        touches=[touch("a", name, "2026-10-01") for name in names],
    )
    assert asked(facts, "channel")["rows"][0]["measures"]["leads"] == 1.0
    assert asked(facts, "campaign")["rows"][0]["measures"]["leads"] == 0.333333333333


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        ([1_234_567_890_123.0], 1_234_567_890_123.0),
        ([1_234_567_890.12, 0.01], 1_234_567_890.13),
        ([123_456_789_012.345], 123_456_789_012.345),
        ([123_456_789_012.3 / 3] * 3, 123_456_789_012.3),
        ([1_234_567.89] * 3, 3_703_703.67),
        ([0.1, 0.2], 0.3),
        ([1 / 7] * 7, 1.0),
        ([12 / 7] * 7, 12.0),
        ([5_234_894.459 / 3] * 3, 5_234_894.459),
        ([0.1] * 3 + [-0.3], 0.0),
    ],
)
def test_no_digit_of_an_amount_is_lost_and_no_residue_of_rounding_shown(
    amounts: list[float], shown: float
) -> None:
    """Twelve digits would make 1,234,567,890,120 of the first, fourteen 123,456,789,012.34 of the
    third; all of a float's show 0.30000000000000004 for 0.1 + 0.2 and 123456789012.29999 or
    5234894.459000001 or so for thirds."""
    deals = [won(str(n), None, "2026-10-10", amount) for n, amount in enumerate(amounts)]
    (row,) = asked(facts_of(as_of="2026-11-22", deals=deals))["rows"]
    assert row["measures"]["revenue"] == pytest.approx(shown, rel=0, abs=1e-15)


def test_an_unknown_group_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no dimension 'chanel'. Did you mean 'channel'?"):
        asked(october(), "chanel")


@pytest.mark.parametrize(
    ("by", "hint"),
    [
        ("quarter", "Known: campaign, channel, month, owner, week."),
        ("wek", "Did you mean 'week'?"),
        ("months", "Did you mean 'month'?"),
    ],
)
def test_an_unknown_group_offers_weeks_and_months_too(by: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        asked(october(), by)
    assert str(refused.value) == f"There is no dimension '{by}'. {hint}"


def test_a_filter_is_not_offered_weeks_and_months() -> None:
    """They group, but nothing can be filtered by them."""
    with pytest.raises(UsageError, match="Known: campaign, channel, owner."):
        asked(october(), None, quarter=["Q1"])
