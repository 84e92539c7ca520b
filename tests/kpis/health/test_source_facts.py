"""What loaded tables hold: worked by hand, and against an independent count with pandas."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.definitions import Company
from kpis.display import share_text
from kpis.health.facts_text import age_text
from kpis.health.joins import Join, nothing_found_text
from kpis.health.remarks import join_remarks, late_text, table_remarks
from kpis.health.source_facts import TableFacts
from tests.kpis.health.checked_company import source_facts_of
from tests.kpis.random_data import AS_OF, BERLIN, DIMENSIONS, random_tables
from tests.small_data import campaign, cost, deal, lead, mapped_by, touch, won


def join_of(column: str, **rows: Any) -> Join:
    """The join by ``table.column`` of a company."""
    found = {f"{join.table}.{join.column}": join for join in source_facts_of(**rows).joins}
    return found[column]


def test_blanks_are_counted_in_mapped_columns_alone() -> None:
    """Of three leads one has an owner: 2 of 3 are blank; e-mail is not mapped, so not there."""
    rows = [lead("a", "2026-10-01", owner="Mia"), lead("b", "2026-10-02"), lead("c", "2026-10-03")]
    leads = source_facts_of(leads=rows).tables["leads"]
    assert leads.blanks == {"created_at": 0, "lead_id": 0, "owner": 2}
    assert leads.blank_shares["owner"] == pytest.approx(2 / 3)


def test_days_are_the_companys_and_the_newest_is_up_to_the_report() -> None:
    """23:30 UTC on 19 November is the 20th in Berlin. The lead of December is still to come."""
    rows = [
        lead("a", "2026-10-01T12:00"),
        lead("b", "2026-11-19T23:30"),
        lead("c", "2026-12-24T12:00"),
    ]
    leads = source_facts_of(leads=rows, company=BERLIN, as_of="2026-11-23").tables["leads"]
    assert leads.dated_by == ("created_at",)
    days = (leads.first, leads.newest, leads.last)
    assert days == (date(2026, 10, 1), date(2026, 11, 20), date(2026, 12, 24))
    assert leads.silent == 0 and leads.usually is None and not leads.is_late


def test_deals_are_dated_by_all_dates_that_are_mapped() -> None:
    """Created on 27 December, the other closed on the 31st: by creation alone it would be late."""
    rows = [
        {**won("1", None, "2017-12-31"), "created_at": "2017-12-01"},
        {**deal("2", "open"), "created_at": "2017-12-27"},
    ]
    deals = source_facts_of(deals=rows, as_of="2017-12-31").tables["deals"]
    assert deals.dated_by == ("created_at", "closed_at")
    assert (deals.first, deals.newest) == (date(2017, 12, 1), date(2017, 12, 31))
    undated = source_facts_of(deals=[deal("1", "open")]).tables["deals"]
    assert (undated.dated_by, undated.first, undated.silent) == ((), None, None)


def test_a_planned_payment_and_the_closing_date_of_an_open_deal_make_no_newer_record() -> None:
    """Closed on 2 November, to be paid in December; the open one should have closed on the 20th."""
    rows = [
        {**won("1", None, "2026-11-02"), "paid_at": "2026-12-15"},
        {**deal("2", "open"), "closed_at": "2026-11-20"},
    ]
    deals = source_facts_of(deals=rows, as_of="2026-11-23").tables["deals"]
    assert (deals.newest, deals.last) == (date(2026, 11, 2), date(2026, 12, 15))


def test_amounts_are_summed_by_status_and_currency() -> None:
    """Won: 100 + 50 without a currency and 70 dollars, one without an amount. Lost: 30. Open: none
    has an amount, which is no sum of 0."""
    rows = [
        won("1", None, "2026-11-02", 100.0),
        won("2", None, "2026-11-02", 50.0),
        won("3", None, "2026-11-02", 70.0, currency="USD"),
        deal("4", "won"),
        deal("5", "lost", amount=30.0),
        deal("6", "open"),
    ]
    of_won, lost, still_open = source_facts_of(deals=rows).deals
    assert (of_won.status, of_won.rows, of_won.without_amount) == ("won", 4, 1)
    assert of_won.amounts == {"EUR": 150.0, "USD": 70.0}
    assert (lost.rows, lost.amounts) == (1, {"EUR": 30.0})
    assert (still_open.rows, still_open.without_amount, still_open.amounts) == (1, 1, {})


def test_a_deal_should_have_a_lead_and_a_blank_one_has_none() -> None:
    """Of four deals one names a lead that exists, two none, one another: 1 of 4, below half."""
    rows = [won(str(n), name, "2026-11-02") for n, name in enumerate(["a", None, None, "x"])]
    join = join_of("deals.lead_id", leads=[lead("a", "2026-10-01")], deals=rows)
    assert (join.rows, join.named, join.found, join.share) == (4, 2, 1, 0.25)
    assert join.is_low and not join.finds_nothing
    (remark,) = join_remarks([join])
    assert remark.weight == "totals"
    assert remark.text == (
        "Only 1 of 4 deals (25.0%) has a known lead; 2 have no lead id, 1 has an unknown one"
    )


def test_half_of_the_deals_is_not_low() -> None:
    rows = [won(str(n), name, "2026-11-02") for n, name in enumerate(["a", None])]
    assert not join_of("deals.lead_id", leads=[lead("a", "2026-10-01")], deals=rows).is_low


def test_a_join_that_finds_nothing_is_an_error_that_shows_both_sides() -> None:
    rows = [won("1", "77", "2026-11-02"), won("2", "78", "2026-11-02")]
    join = join_of("deals.lead_id", leads=[lead("a", "2026-10-01")], deals=rows)
    (remark,) = join_remarks([join])
    assert remark.weight == "error"
    assert nothing_found_text(join) == (
        "None of the 2 deals has a known lead. 2 have a lead id, such as '77', '78'; ids of leads "
        "look like 'a'. Their customers came from no lead: lead conversion is too "
        "low, and their revenue belongs to no campaign. Map deals.lead_id and leads.lead_id to "
        "columns that hold the same ids."
    )


def test_a_mapped_column_of_leads_that_is_blank_in_every_deal_finds_nothing() -> None:
    rows = [{**deal("1", "open"), "lead_id": None}]
    join = join_of("deals.lead_id", leads=[lead("a", "2026-10-01")], deals=rows)
    assert join.finds_nothing
    assert nothing_found_text(join) == (
        "The one row of deals has no lead id: deals.lead_id is mapped, but blank in every row. "
        "Their customers came from no lead: lead conversion is too low, and their revenue belongs "
        "to no campaign. Map deals.lead_id to the column that holds the id of the lead."
    )


@pytest.mark.parametrize("has_touches", [True, False])
def test_leads_without_a_campaign_of_their_own_are_fine_where_touches_give_one(
    has_touches: bool,
) -> None:
    rows = {"leads": [{**lead("a", "2026-10-01"), "campaign_id": None}]}
    rows |= {"touches": [touch("a", "c", "2026-10-01")]} if has_touches else {}
    join = join_of("leads.campaign_id", campaigns=[campaign("c")], **rows)
    assert join.finds_nothing is not has_touches and join.share == 0.0


def test_costs_without_a_campaign_are_shared_and_miss_none() -> None:
    shared = {**cost("2026-10-01", 5.0), "campaign_id": None}
    join = join_of("costs.campaign_id", campaigns=[campaign("c")], costs=[shared])
    assert (join.named, join.share, join.finds_nothing, join.is_low) == (0, None, False, False)


def test_contacts_of_people_who_are_no_leads_are_for_the_checks_to_count() -> None:
    rows = [{"lead_id": "x", "happened_at": "2026-10-02"}]
    join = join_of("activities.lead_id", leads=[lead("a", "2026-10-01")], activities=rows)
    assert (join.share, join.finds_nothing) == (0.0, False)


def test_a_column_that_holds_nothing_is_named_and_one_that_may_be_blank_is_not() -> None:
    rows = [{**deal("1", "open"), "stage": None, "loss_reason": None}]
    (remark,) = table_remarks(source_facts_of(deals=rows))
    assert remark.text == "stage is mapped, but blank in 1 row"


def test_a_late_table_says_since_when() -> None:
    """Every weekday of October, none in November: 2 to 20 November are 15 working days."""
    days = [day.date().isoformat() for day in pd.bdate_range("2026-10-01", "2026-10-30")]
    facts = source_facts_of(costs=[cost(day, 5.0) for day in days], as_of="2026-11-23")
    (remark,) = table_remarks(facts)
    assert facts.tables["costs"].silent == 15
    assert remark.text == (
        "No record since 30 Oct 2026, for 15 working days; usually no working day without one"
    )


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=25)
def test_facts_are_those_that_pandas_counts(seed: int) -> None:
    """Blanks, days, sums by status and joins of a random company; shares are from 0 to 1."""
    tables = random_tables(Random(seed))
    facts = source_facts_of(
        **tables, company=BERLIN, dimensions=DIMENSIONS, as_of=AS_OF.isoformat()
    )
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    for name, columns in mapped_by(tables).items():
        frame, counted = frames[name].reindex(columns=sorted(columns)), facts.tables[name]
        frame = frame.fillna({"team": "marketing"})  # as a cost that names none
        assert counted.loaded == len(frame)
        assert counted.blanks == {c: int(frame[c].isna().sum()) for c in frame}
        assert all(0 <= share <= 1 for share in counted.blank_shares.values())
        happened = {c: frame[c].dropna() for c in counted.dated_by}
        if "closed_at" in happened:
            happened["closed_at"] = frame[frame["status"] != "open"]["closed_at"].dropna()
        days = [in_berlin(text) for texts in happened.values() for text in texts]
        assert (counted.first, counted.last) == (min(days, default=None), max(days, default=None))
        assert counted.newest == max((day for day in days if day <= AS_OF), default=None)
    for join in facts.joins:
        key = f"{join.to.removesuffix('s')}_id"
        known = set(frames[join.to].get(key, pd.Series(dtype=object)).dropna())
        if join.to == "customers":
            continue  # those that deals win count, too: tests/kpis/health/test_references.py
        named = frames[join.table].get(join.column, pd.Series(dtype=object)).dropna()
        assert (join.named, join.found) == (len(named), int(named.isin(known).sum()))
        assert join.share is None or 0 <= join.share <= 1
    deals = frames["deals"]
    for one in facts.deals:
        own = deals[deals["status"] == one.status] if len(deals) else deals
        assert one.rows == len(own)
        if len(own) and "amount" in own:
            sums = own.assign(currency=own.get("currency", pd.Series(dtype=object)))
            sums = sums.fillna({"currency": Company().currency}).dropna(subset=["amount"])
            expected = sums.groupby("currency")["amount"].sum().to_dict()
            assert one.amounts == pytest.approx(expected)


def in_berlin(text: str) -> date:
    """The day in Berlin of a text: a bare day is that day, a time without a zone is in UTC."""
    if "T" not in text and " " not in text:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo("Europe/Berlin")).date()


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *((2 / 3, "66.7%"), (5 / 12, "41.7%"), (0.9999, "99.9%"), (0.0004, "<0.1%")),
        *((0, "0%"), (1, "100%")),
    ],
)
def test_a_share_is_rounded_and_is_all_or_nothing_only_where_it_is(share: float, text: str) -> None:
    assert share_text(share) == text


def test_the_age_of_a_late_table_is_no_delay_and_its_silence_has_working_days() -> None:
    assert (age_text(33), age_text(33, is_late=True)) == ("33 days", "33 days old, late")
    table = TableFacts(loaded=9, newest=date(2026, 10, 30), silent=15, usually=4)
    assert late_text(table) == (
        "No record since 30 Oct 2026, for 15 working days; usually at most 4 working days without "
        "one"
    )
