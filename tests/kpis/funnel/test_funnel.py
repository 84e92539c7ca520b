"""The funnel: stages add up and multiply, skipped ones are counted, unknown ones are left unknown;
and how long leads have waited where they are."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import isnan, nan, prod
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.definitions import Definitions
from kpis.errors import UsageError
from kpis.funnel.funnel import STAGES, funnel
from kpis.funnel.waiting import share_too_long, too_many_wait, waiting
from kpis.model import Where
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Facts, Window
from tests.kpis.random_data import AS_OF, random_definitions, random_facts, random_tables
from tests.small_data import Row, days, deal, facts_of, lead, touch, won

JANUARY = days("2026-01-01", "2026-01-31")
DECEMBER = days("2025-12-01", "2025-12-31")
few = settings(max_examples=6)
companies = st.integers(0, 2**32).map(Random)


def skipping() -> dict[str, list[Row]]:
    """Ten leads of January and one of December, which became MQL in January.

    MQL: a, b, c, d. SQL: a, b, and e, who was no MQL. Customers: a and e; c, who was no SQL; f, who
    was neither.
    """
    mql, sql = "2026-01-10", "2026-01-20"
    return {
        "leads": [
            *(lead(name, "2026-01-05", mql_at=mql, sql_at=sql) for name in "ab"),
            *(lead(name, "2026-01-05", mql_at=mql) for name in "cd"),
            lead("e", "2026-01-05", sql_at=sql),
            *(lead(name, "2026-01-05") for name in "fghij"),
            lead("old", "2025-12-05", mql_at=mql),
        ],
        "deals": [
            won("1", "a", "2026-02-01"),
            won("2", "e", "2026-02-01"),
            won("3", "c", "2026-02-10"),
            won("4", "f", "2026-02-20"),
        ],
    }


def stages(facts: Facts, *horizon: str, where: Where | None = None) -> dict[str, dict[str, Any]]:
    """The funnel of January's leads by stage."""
    windows = [Window(JANUARY, date.fromisoformat(day)) for day in horizon] or [JANUARY]
    rows = funnel(facts, windows, None, where).to_dict("records")
    assert [row["stage"] for row in rows] == list(STAGES)
    return {row["stage"]: row for row in rows}


def column(rows: dict[str, dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows.values()]


def without(tables: dict[str, list[Row]], *columns: str) -> dict[str, list[Row]]:
    """The tables as if no such columns were mapped."""
    return {
        table: [{k: v for k, v in row.items() if k not in columns} for row in rows]
        for table, rows in tables.items()
    }


# The funnel


def test_no_windows_make_no_rows_but_all_columns() -> None:
    frame = funnel(facts_of(leads=[]), [])
    assert frame.empty
    assert list(frame.columns) == [
        *("window", "start", "end", "group", "stage", "reached", "skipped", "passed"),
        *("conversion", "of_leads", "immature", "reason"),
    ]


def test_without_leads_all_counts_are_zero_and_no_rate_is_reported() -> None:
    mapped = facts_of(**skipping()).mapped
    rows = stages(replace(facts_of(leads=[], deals=[]), mapped=mapped))
    assert column(rows, "passed") == [0.0] * 4
    assert all(isnan(row["conversion"]) and isnan(row["of_leads"]) for row in rows.values())
    assert column(rows, "reason") == [
        *("", "no leads were created", "no lead came as far as MQL", "no lead came as far as SQL")
    ]


def test_what_is_not_mapped_is_unknown_and_not_zero() -> None:
    rows = stages(facts_of())
    assert all(isnan(row["passed"]) for row in rows.values())
    assert set(column(rows, "reason")) == {
        *("no leads are mapped", "no MQL date is mapped (leads.mql_at or lead_stages)"),
        "no SQL date is mapped (leads.sql_at or lead_stages)",
    }


def test_leads_that_skip_a_stage_are_counted_beside_those_that_reached_it() -> None:
    """MQL: 4 by date + e and f past it = 6 of 10. SQL: 3 + c and f = 5 of 6. Customers: 4 of 5.
    60 % × 5/6 × 80 % = 40 %, the lead conversion rate. Dates alone would say 4 customers ÷ 3 SQLs =
    133 %, and the lead of December would be a fifth MQL.

    Forrester (SiriusDecisions), Demand Unit Waterfall
    """
    facts = facts_of(**skipping())
    rows = stages(facts)
    assert column(rows, "reached") == [10.0, 4.0, 3.0, 4.0]
    assert column(rows, "skipped") == [0.0, 2.0, 2.0, 0.0]
    assert column(rows, "passed") == [10.0, 6.0, 5.0, 4.0]
    assert column(rows, "conversion") == pytest.approx([nan, 0.6, 5 / 6, 0.8], nan_ok=True)
    assert column(rows, "of_leads") == pytest.approx([1.0, 0.6, 0.5, 0.4])
    assert column(rows, "reason") == [""] * 4
    assert scorecard(facts, [JANUARY])["lead_conversion_rate"].tolist() == pytest.approx([0.4])


def test_leads_are_followed_to_the_horizon_and_its_own_day_counts() -> None:
    """On 1 February c and f have not bought: f skips nothing yet. On 31 January nobody has."""
    facts = facts_of(**skipping())
    on_the_first = stages(facts, "2026-02-01")
    assert column(on_the_first, "reached") == [10.0, 4.0, 3.0, 2.0]
    assert column(on_the_first, "skipped") == [0.0, 1.0, 0.0, 0.0]
    assert column(stages(facts, "2026-01-31"), "passed") == [10.0, 5.0, 3.0, 0.0]
    as_of = facts_of(as_of="2026-02-01", **skipping())
    assert column(stages(as_of), "passed") == column(on_the_first, "passed")


def test_leads_created_after_the_horizon_are_leads_of_the_window_all_the_same() -> None:
    """As in the lead conversion rate, whose denominator is the whole period."""
    assert column(stages(facts_of(**skipping()), "2026-01-04"), "passed") == [10.0, 0.0, 0.0, 0.0]


def test_a_stage_made_up_for_later_is_reached_and_no_more_skipped() -> None:
    """SQL on the 10th, MQL on the 20th: it has passed MQL from the 10th on, once."""
    tables = [lead("a", "2026-01-05", sql_at="2026-01-10", mql_at="2026-01-20")]
    facts = facts_of(leads=tables, deals=[])
    for horizon, reached, skipped in [
        *(("2026-01-09", 0, 0), ("2026-01-10", 0, 1)),
        *(("2026-01-19", 0, 1), ("2026-01-20", 1, 0)),
    ]:
        mql = stages(facts, horizon)["mql"]
        assert (mql["reached"], mql["skipped"]) == (reached, skipped)


def test_a_stage_that_is_not_mapped_is_passed_over_and_going_past_it_is_no_skip() -> None:
    """Without MQL dates SQLs are 5 of 10 leads, and 4 of these 5 customers."""
    rows = stages(facts_of(**without(skipping(), "mql_at")))
    assert isnan(rows["mql"]["skipped"]) and isnan(rows["mql"]["conversion"])
    assert rows["mql"]["reason"] == "no MQL date is mapped (leads.mql_at or lead_stages)"
    assert [rows[name]["conversion"] for name in ("sql", "customer")] == [0.5, 0.8]
    assert column(rows, "of_leads") == pytest.approx([1.0, nan, 0.5, 0.4], nan_ok=True)


def test_without_sqls_customers_are_measured_against_mqls() -> None:
    """6 have passed MQL: a to d by date, e and f by buying. 4 ÷ 6."""
    rows = stages(facts_of(**without(skipping(), "sql_at")))
    assert rows["customer"]["conversion"] == pytest.approx(4 / 6)


def test_without_deals_the_funnel_ends_before_customers() -> None:
    rows = stages(facts_of(leads=skipping()["leads"]))
    assert column(rows, "passed") == pytest.approx([10.0, 5.0, 3.0, nan], nan_ok=True)
    assert rows["customer"]["reason"] == "no deals are mapped"


def test_leads_are_split_over_campaigns_by_their_credit() -> None:
    """a is half ads', half mail's: a customer who was never SQL. b is mail's alone, an MQL."""
    facts = facts_of(
        leads=[
            lead("a", "2026-01-05", mql_at="2026-01-06"),
            lead("b", "2026-01-05", "mail", mql_at="2026-01-06"),
            lead("c", "2026-01-05", "mail", sql_at="2026-01-07"),
        ],
        touches=[touch("a", name, "2026-01-05") for name in ("ads", "mail")],
        deals=[won("1", "a", "2026-01-20")],
    )
    frame = funnel(facts, [JANUARY], "campaign").set_index(["group", "stage"])
    assert frame.loc["ads", "passed"].tolist() == [0.5, 0.5, 0.5, 0.5]
    assert frame.loc["mail", "passed"].tolist() == [2.5, 2.5, 1.5, 0.5]
    assert frame.loc["mail", "skipped"].tolist() == [0.0, 1.0, 0.5, 0.0]
    assert frame.loc[("mail", "sql"), "conversion"] == pytest.approx(0.6)
    filtered = stages(facts, where={"campaign": ["mail"]})
    assert column(filtered, "passed") == frame.loc["mail", "passed"].tolist()


def test_a_group_without_leads_in_the_window_has_no_rows_but_a_window_always_has() -> None:
    facts = facts_of(leads=[lead("a", "2025-12-05", "ads"), lead("b", "2026-01-05", "mail")])
    groups = funnel(facts, [DECEMBER, JANUARY], "campaign")
    assert groups.groupby("window")["group"].unique().map(list).tolist() == [["ads"], ["mail"]]
    whole = funnel(facts, [days("2025-11-01", "2025-11-30"), JANUARY])
    assert whole["window"].tolist() == [0] * 4 + [1] * 4


def test_young_leads_are_marked_immature_whatever_conversion_means() -> None:
    """January's last leads were 10 days old on 10 February: a usual cycle of 10 days, not of 11."""
    facts = facts_of(leads=[], definitions=Definitions(conversion="period"))
    at = [Window(JANUARY, date(2026, 2, 10))]
    for cycle, immature in [(10.0, False), (11.0, True), (nan, False)]:
        assert set(funnel(replace(facts, usual_cycle_days=cycle), at)["immature"]) == {immature}


def test_an_unknown_dimension_names_the_nearest() -> None:
    facts = facts_of(leads=[])
    for question in (
        lambda: funnel(facts, [JANUARY], "chanel"),
        lambda: waiting(facts, {}, "chanel"),
        lambda: waiting(facts, {}, None, {"chanel": ["a"]}),
    ):
        with pytest.raises(UsageError, match="no dimension 'chanel'. Did you mean 'channel'?"):
            question()


# Waiting


def idle() -> Facts:
    """As of 31 January: three leads wait since the 1st, 11th and 30th, one SQL since the 21st; the
    customer and the disqualified one wait no more."""
    return facts_of(
        as_of="2026-01-31",
        leads=[
            lead("a", "2026-01-01"),
            lead("b", "2026-01-11", "mail"),
            lead("c", "2026-01-30", "mail"),
            lead("d", "2026-01-01", "mail", mql_at="2026-01-05", sql_at="2026-01-21"),
            lead("e", "2026-01-01", mql_at="2026-01-02"),
            lead("f", "2026-01-01", disqualified_at="2026-01-02"),
        ],
        touches=[touch("a", name, "2026-01-01") for name in ("ads", "mail")],
        deals=[won("1", "e", "2026-01-20"), deal("2", "open", lead_id="d")],
    )


def waits(facts: Facts, limits: dict[str, int], where: Where | None = None) -> dict[str, Any]:
    frame = waiting(facts, limits, None, where).set_index("stage")
    assert frame.index.tolist() == ["lead", "mql", "sql"]
    return frame.drop(columns="group").to_dict("index")


def test_where_nobody_waits_counts_are_zero_and_days_are_not_listed() -> None:
    mapped = facts_of(**skipping()).mapped
    empty = replace(facts_of(leads=[]), mapped=mapped)
    for row in waits(empty, {"lead": 1}).values():
        assert row["leads"] == 0.0 and isnan(row["median_days"]) and isnan(row["oldest_days"])
    assert waits(empty, {"lead": 1})["lead"]["too_long"] == 0.0
    assert waiting(empty, {}, "campaign").empty


def test_leads_wait_since_they_came_into_their_stage() -> None:
    """Leads: 30, 20 and 1 days, so 20 in the middle, where the mean is 17; an SQL since 10 days,
    though it was created 30 days ago."""
    rows = waits(idle(), {"lead": 14})
    assert rows["lead"] == {
        **{"leads": 3.0, "median_days": 20.0, "too_long": 2.0, "oldest_days": 30.0, "reason": ""}
    }
    assert rows["mql"]["leads"] == 0.0
    assert (rows["sql"]["median_days"], rows["sql"]["oldest_days"]) == (10.0, 10.0)
    assert isnan(rows["sql"]["too_long"])


def test_the_last_day_of_the_limit_is_not_too_long() -> None:
    """20 days with a limit of 20 is within it, with 19 it is not."""
    assert waits(idle(), {"lead": 20})["lead"]["too_long"] == 1.0
    assert waits(idle(), {"lead": 19})["lead"]["too_long"] == 2.0


def test_waiting_leads_are_split_by_credit_and_their_median_is_weighted_by_it() -> None:
    """mail has half of the one of 30 days, and those of 20 and 1 day: of 2.5, half is 1.25, which
    falls to the one of 20 days. ads has the other half of the one of 30."""
    frame = waiting(idle(), {"lead": 14, "sql": 5}, "campaign").set_index(["group", "stage"])
    mail, ads = frame.loc[("mail", "lead")], frame.loc[("ads", "lead")]
    assert (mail["leads"], mail["median_days"], mail["too_long"]) == (2.5, 20.0, 1.5)
    assert (ads["leads"], ads["median_days"], ads["oldest_days"]) == (0.5, 30.0, 30.0)
    assert frame.loc[("mail", "sql"), "too_long"] == 1.0
    assert frame.loc[("ads", "sql"), "leads"] == 0.0
    assert set(frame.index.get_level_values("group")) == {"ads", "mail"}
    assert waits(idle(), {}, {"campaign": ["ads"]})["lead"]["leads"] == 0.5


def test_who_waits_is_unknown_where_nobody_knows_who_left() -> None:
    """Without deals an SQL may have bought; an MQL that is no SQL waits. Without SQL dates, too,
    nobody knows of MQLs either. Without MQL dates leads wait for what comes after: d, g to j and
    old have neither become SQL nor bought."""
    leads, deals_ = skipping()["leads"], skipping()["deals"]
    found = waits(facts_of(leads=leads), {"sql": 3})
    assert (found["mql"]["leads"], found["sql"]["reason"]) == (3.0, "no deals are mapped")
    assert isnan(found["sql"]["leads"]) and isnan(found["sql"]["too_long"])
    found = waits(facts_of(**without({"leads": leads}, "sql_at")), {})
    assert "no SQL date is mapped" in found["mql"]["reason"]
    assert found["lead"]["reason"] == ""
    found = waits(facts_of(**without({"leads": leads, "deals": deals_}, "mql_at")), {})
    assert "no MQL date is mapped" in found["mql"]["reason"]
    assert (found["lead"]["leads"], found["sql"]["leads"]) == (6.0, 1.0)


def test_a_limit_for_a_stage_in_which_nobody_waits_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="stage 'mqls'. Did you mean 'mql'?"):
        waiting(idle(), {"mqls": 3})


# What holds for every company


@few
@given(companies)
def test_stages_never_widen_campaigns_add_up_and_rates_multiply(random: Random) -> None:
    """Cohorts of half a year and of the first quarter, whole and seen early."""
    facts = random_facts(random_tables(random), Definitions(), "linear")
    quarter = days("2026-01-01", "2026-03-31")
    windows = [
        Window(days("2025-10-01", "2026-05-15"), AS_OF),
        Window(quarter, AS_OF),
        Window(quarter, date(2026, 2, 15)),
    ]
    total, groups = funnel(facts, windows), funnel(facts, windows, "campaign")
    counts = ["reached", "skipped", "passed"]
    added = groups.groupby(["window", "stage"])[counts].sum()
    whole = total.set_index(["window", "stage"])[counts]
    pd.testing.assert_frame_equal(
        added.reindex(whole.index, fill_value=0.0), whole, rtol=1e-9, atol=1e-9
    )
    for frame in (total, groups):
        for _, rows in frame.groupby(["window", "group"]):
            passed = rows["passed"].tolist()
            assert all(after <= before + 1e-9 for before, after in pairwise(passed))
            assert (rows["skipped"] >= 0.0).all()
    rates = scorecard(facts, windows)["lead_conversion_rate"].tolist()
    for number, rows in total.groupby("window"):
        if not rows["conversion"].iloc[1:].isna().any():
            assert prod(rows["conversion"].iloc[1:]) == pytest.approx(rates[number])


@few
@given(companies)
def test_what_is_dated_after_as_of_changes_neither_funnel_nor_waiting(random: Random) -> None:
    later = "2026-05-16 00:30"  # a day after as_of, in Berlin as in UTC
    tables, definitions = random_tables(random), random_definitions(random)
    more: dict[str, list[Row]] = {
        "leads": [lead("new", later, "ads", mql_at=later, sql_at=later)],
        "lead_stages": [{"lead_id": "l1", "stage": "sql", "entered_at": later}],
        "deals": [
            won("0", "l0", later, 1e6, paid_at=later, created_at=later),
            deal("00", "open", lead_id="l1", created_at=later),
            deal("01", "lost", lead_id="l2", created_at=later, closed_at=later),
        ],
    }
    grown = {name: [*rows, *more.get(name, [])] for name, rows in tables.items()}
    windows = [days("2025-10-01", "2026-06-30")]
    before, after = (random_facts(rows, definitions) for rows in (tables, grown))
    for by in (None, "campaign"):
        same(funnel(before, windows, by), funnel(after, windows, by))
        same(waiting(before, {"lead": 9}, by), waiting(after, {"lead": 9}, by))


def same(frame: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(frame, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("leads", "too_long", "share", "too_many"),
    [(0.0, 0.0, 0.0, False), (10.0, 3.0, 0.3, False), (0.3, 0.1 + 0.2, 1.0, True)],
)
def test_exactly_the_agreed_share_of_those_waiting_is_not_too_many(
    leads: float, too_long: float, share: float, too_many: bool
) -> None:
    assert share_too_long(leads, too_long) == pytest.approx(share)
    assert too_many_wait(leads, too_long, 0.3) is too_many


def test_rounding_of_credit_is_not_beyond_the_agreed_share() -> None:
    """0.1 + 0.2 of 1 lead is 0.30000000000000004 > 0.3, and still the share agreed on."""
    assert 0.1 + 0.2 > 0.3 and not too_many_wait(1.0, 0.1 + 0.2, 0.3)
