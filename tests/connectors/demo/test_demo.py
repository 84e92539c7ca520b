"""The demo: same input, same rows; every table filled; its stories stand where it says."""

import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from connectors.demo.demo import STORIES, first_day, read
from connectors.settings.file import demo_settings
from connectors.settings.settings import DemoSource
from kpis.errors import SourceError
from kpis.model import FIGURE_TABLES, columns_of

TODAY = date(2026, 11, 23)
DIMENSIONS = ("segment", "region")
USD_RATE = 0.92
SETTINGS = demo_settings(Path("."))
TARGETS = {
    unit: {t.kpi: t.value for t in SETTINGS.targets if t.period == unit}
    for unit in ("month", "quarter")
}


def frames(today=TODAY, tables=tuple(FIGURE_TABLES), company=SETTINGS.company, **source):
    raw = read(DemoSource(kind="demo", **source), tables, today, company)
    return {name: table.frame for name, table in raw.items()}


@pytest.fixture(scope="module")
def demo():
    return frames()


@pytest.fixture(scope="module")
def leads(demo):
    """The leads that can be used: dates read, the first of each id."""
    leads = demo["leads"].drop_duplicates("lead_id")
    created = pd.to_datetime(leads["created_at"], errors="coerce")
    return leads.assign(created_at=created).dropna(subset="created_at")


@pytest.fixture(scope="module")
def won(demo):
    """The deals won, amounts in EUR."""
    deals = demo["deals"]
    amount = pd.to_numeric(deals["amount"], errors="coerce")
    rate = deals["currency"].map({"EUR": 1.0, "USD": USD_RATE})
    return deals.assign(eur=amount * rate)[deals["status"] == "won"]


def costs_in_eur(demo):
    costs = demo["costs"]
    return costs.assign(eur=costs["amount"] * costs["currency"].map({"EUR": 1.0, "USD": USD_RATE}))


def times_of(frame):
    """Every time of a table, in one column."""
    columns = []
    for name in frame:
        if frame[name].dtype.kind == "M":
            columns.append(frame[name].dropna().astype("datetime64[s]"))
        elif frame[name].dtype == object:
            cells = [cell for cell in frame[name] if isinstance(cell, pd.Timestamp)]
            columns.append(pd.Series(cells, dtype="datetime64[s]"))
    return pd.concat(columns) if columns else pd.Series(dtype="datetime64[s]")


def test_an_unknown_table_names_the_nearest_one():
    with pytest.raises(SourceError, match=r"no table 'lead'.*Did you mean 'leads'\?"):
        frames(tables=["leads", "lead"])


def test_only_the_tables_asked_for_are_returned():
    assert list(frames(tables=["rates", "costs"], leads=200)) == ["rates", "costs"]
    assert frames(tables=[], leads=200) == {}


@pytest.mark.parametrize("size", [100, 1_000])
def test_a_small_demo_fills_every_table(size):
    small = frames(leads=size)
    assert {name: len(frame) > 0 for name, frame in small.items()} == dict.fromkeys(
        FIGURE_TABLES, True
    )
    assert len(small["leads"]) == pytest.approx(size, rel=0.15)


def test_rows_are_numbered_from_one_and_the_place_names_the_table():
    raw = read(DemoSource(kind="demo"), ["deals"], TODAY, SETTINGS.company)["deals"]
    assert raw.rows[0] == 1
    assert raw.rows[-1] == len(raw.frame) == len(raw.rows)
    assert raw.place == "demo table 'deals'"


UNUSED = {"score", "expected_close_on"}
"""Columns that can be mapped, and that no figure uses yet."""


def test_every_table_has_rows_and_every_canonical_column(demo):
    for name, frame in demo.items():
        expected = {column.name for column in columns_of(name)} - UNUSED
        carried = set(DIMENSIONS) if name == "leads" else set()
        assert set(frame.columns) == expected | carried, name
        empty = [column for column in frame if frame[column].isna().all()]
        assert (name, len(frame) > 0, empty) == (name, True, [])


def test_counts_are_those_of_eighteen_months_of_a_mid_sized_company(demo):
    assert 19_900 <= demo["leads"]["lead_id"].nunique() <= 20_100
    assert demo["campaigns"]["channel"].nunique() == 6
    assert 17 <= len(demo["campaigns"]) <= 25
    assert demo["campaigns"]["campaign_id"].is_unique
    touches = demo["touches"].groupby("lead_id").size()
    assert (touches.min(), touches.max()) == (1, 6)
    assert 0.02 < demo["leads"]["campaign_id"].isna().mean() < 0.06
    assert 0.005 < demo["deals"]["lead_id"].isna().mean() < 0.03
    assert set(demo["costs"]["currency"]) == {"EUR", "USD"}
    assert demo["leads"]["owner"].nunique() == 8


def test_the_same_seed_day_and_size_give_the_same_rows(demo):
    again = frames()
    for name, frame in demo.items():
        pd.testing.assert_frame_equal(again[name], frame)


def test_another_seed_gives_other_rows(demo):
    assert not frames(seed=8, tables=["leads"])["leads"].equals(demo["leads"])


def test_a_demo_made_tomorrow_keeps_the_leads_of_earlier_months(demo):
    """Last week's numbers can be asked again: October reads the same on the next day.

    Counts per day follow the growth up to today, so a day may lose one of its 36 leads or so.
    """
    tomorrow = frames(TODAY + timedelta(days=1), tables=["leads"])["leads"]
    kept = demo["leads"].merge(tomorrow, on=["lead_id", "email", "mql_at", "sql_at", "region"])
    assert len(kept) > 0.99 * len(demo["leads"])


@pytest.mark.parametrize(
    "today", [TODAY, date(2027, 1, 1), date(2028, 2, 29), date(2027, 3, 31), date(2026, 8, 31)]
)
def test_nothing_is_dated_after_today_or_before_the_span(today):
    made = frames(today)
    for name, frame in made.items():
        assert len(frame) > 0, name
        times = times_of(frame.drop(columns=["starts_on", "ends_on"], errors="ignore"))
        assert (times < pd.Timestamp(today + timedelta(days=1))).all(), name
        earliest = first_day(today).replace(day=1) if name == "rates" else first_day(today)
        assert (times >= pd.Timestamp(earliest)).all(), name
    assert times_of(made["leads"]).max() >= pd.Timestamp(today)
    assert made["campaigns"]["starts_on"].max() <= pd.Timestamp(today)


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29)])
def test_every_local_time_exists_once_in_the_company_time_zone(today):
    """No time falls into the hours that summer time skips or repeats: localizing would raise."""
    for frame in frames(today).values():
        times_of(frame).dt.tz_localize("Europe/Berlin", nonexistent="raise", ambiguous="raise")


def test_a_company_that_counts_in_usd_gets_eur_as_its_foreign_currency():
    company = SETTINGS.company.model_copy(update={"currency": "USD"})
    made = frames(company=company, leads=1_000)
    assert set(made["rates"]["currency"]) == {"EUR"}
    assert set(made["costs"]["currency"]) == {"EUR", "USD"}


def test_every_month_has_a_rate_for_the_foreign_currency(demo):
    rates = demo["rates"]
    assert set(rates["currency"]) == {"USD"}
    months = pd.date_range(first_day(TODAY).replace(day=1), TODAY, freq="MS")
    assert list(rates["valid_from"]) == list(months)


def test_events_follow_each_other_as_they_would(leads, demo):
    for earlier, later in [
        ("created_at", "mql_at"),
        ("mql_at", "first_contacted_at"),
        ("first_contacted_at", "sql_at"),
    ]:
        both = leads.dropna(subset=[earlier, later])
        assert len(both) > 1_000
        assert (both[earlier] <= both[later]).all(), (earlier, later)
    assert leads.loc[leads["sql_at"].notna(), "mql_at"].notna().all()
    deals = demo["deals"]
    closed = deals["closed_at"].notna()
    assert (deals["closed_at"] > deals["created_at"])[closed].all()
    assert closed[deals["status"].isin(["won", "lost"])].all()
    assert not closed[deals["status"] == "open"].any()
    assert deals["loss_reason"].notna().equals(deals["status"] == "lost")
    assert (deals["status"] == "won")[deals["paid_at"].notna()].all()


def test_activities_and_stages_agree_with_the_leads(leads, demo):
    first = demo["activities"].groupby("lead_id")["happened_at"].min()
    contacted = leads.dropna(subset="first_contacted_at").set_index("lead_id")["first_contacted_at"]
    assert first.reindex(contacted.index).eq(contacted).all()
    stages = demo["lead_stages"]
    sqls = stages[stages["stage"] == "sql"].set_index("lead_id")["entered_at"]
    own = leads.dropna(subset="sql_at").set_index("lead_id")["sql_at"]
    assert sqls.reindex(own.index).eq(own).all()
    assert sqls.index.isin(own.index).all()


def test_payments_come_from_customers_while_they_stay(demo):
    paid = demo["payments"].merge(demo["customers"], on="customer_id", how="left", indicator=True)
    assert (paid["_merge"] == "both").all()
    assert (paid["paid_on"] > paid["started_on"]).all()
    assert not (paid["paid_on"] > paid["ended_on"]).any()
    won = demo["deals"]["status"] == "won"
    assert set(demo["deals"]["customer_id"].dropna()) == set(demo["customers"]["customer_id"])
    assert demo["deals"]["customer_id"].notna().equals(won)


def test_kpi_levels_are_believable(leads, won, demo):
    """B2B software: 4-5 % of mature leads become customers, after some 48 days, with ROI > 0.

    Churn is customers lost per customer-month of 30.4375 days.
    """
    mature = leads[leads["created_at"] < pd.Timestamp(TODAY - timedelta(days=150))]
    assert 0.33 < mature["mql_at"].notna().mean() < 0.38
    assert 0.37 < mature["sql_at"].notna().sum() / mature["mql_at"].notna().sum() < 0.43
    assert 0.04 < mature["lead_id"].isin(won["lead_id"]).mean() < 0.05
    closed = demo["deals"]["status"].isin(["won", "lost"]).sum()
    assert 0.28 < len(won) / closed < 0.37
    assert 8_000 < won["eur"].mean() < 10_500
    cycle = won.merge(leads[["lead_id", "created_at"]], on="lead_id", suffixes=("", "_lead"))
    days = (cycle["closed_at"] - cycle["created_at_lead"]).dt.days
    assert 43 < days.mean() < 52
    assert days.median() < days.mean()

    year = pd.Timestamp(TODAY - timedelta(days=365))
    costs = costs_in_eur(demo).query("spent_on > @year")
    recent = won[won["closed_at"] > year]
    assert 3_000 < costs["eur"].sum() / len(recent) < 6_500
    marketing = costs.loc[costs["team"] == "marketing", "eur"].sum()
    assert 0.5 < (recent["eur"].sum() * 0.8 - marketing) / marketing < 3
    customers = demo["customers"]
    active = (customers["ended_on"].fillna(pd.Timestamp(TODAY)) - customers["started_on"]).dt.days
    churn = customers["ended_on"].notna().sum() / (active.sum() / 30.4375)
    assert 0.018 < churn < 0.032


def test_story_1_one_campaign_still_brings_leads_but_no_mqls(leads, demo):
    own = leads[leads["campaign_id"] == STORIES.stalled_campaign]
    since = pd.Timestamp(STORIES.stalled_since(TODAY))
    assert since == pd.Timestamp(2026, 10, 19)
    after, before = own[own["created_at"] >= since], own[own["created_at"] < since]
    assert len(after) > 50
    assert after["mql_at"].notna().sum() == 0
    assert before["mql_at"].notna().mean() > 0.3
    others = leads[(leads["campaign_id"] != STORIES.stalled_campaign)]
    assert others.loc[others["created_at"] >= since, "mql_at"].notna().mean() > 0.2
    costs = demo["costs"]
    still = costs[(costs["campaign_id"] == STORIES.stalled_campaign) & (costs["spent_on"] >= since)]
    assert len(still) >= 30


def test_story_2_in_one_week_sales_followed_up_late(leads):
    mqls = leads.dropna(subset=["mql_at", "first_contacted_at"])
    hours = (mqls["first_contacted_at"] - mqls["mql_at"]).dt.total_seconds() / 3600
    weeks = hours.groupby(mqls["mql_at"].dt.to_period("W-SUN").dt.start_time).median()
    late = pd.Timestamp(STORIES.late_week(TODAY))
    assert late == pd.Timestamp(2026, 11, 2)
    assert 72 < weeks[late] < 130
    assert (weeks.drop(late) < 7).all()
    assert 3 < weeks.drop(late).median() < 5.5


def test_story_3_the_quarter_is_behind_its_target_and_the_months_mqls_are_not(leads, won):
    """Expected so far is the target × working days elapsed ÷ working days of the period.

    2026-11-23 is working day 38 of 66 of the quarter, and 16 of 21 of the month.
    """
    first = pd.Timestamp(STORIES.quarter_start(TODAY))
    assert first == pd.Timestamp(2026, 10, 1)
    so_far = {
        "mqls": (leads["mql_at"] >= first).sum(),
        "sqls": (leads["sql_at"] >= first).sum(),
        "revenue": won.loc[won["closed_at"] >= first, "eur"].sum(),
    }
    for kpi, value in so_far.items():
        assert 0.72 < value / (TARGETS["quarter"][kpi] * 38 / 66) < 0.95, kpi
    month = (leads["mql_at"] >= pd.Timestamp(2026, 11, 1)).sum()
    assert 0.95 < month / (TARGETS["month"]["mqls"] * 16 / 21) < 1.1
    previous = leads["mql_at"].between(pd.Timestamp(2026, 7, 1), first)
    assert so_far["mqls"] / 38 < 0.92 * previous.sum() / 66


@pytest.mark.parametrize("today", [date(2027, 2, 15), date(2027, 5, 20), date(2028, 2, 29)])
def test_story_3_holds_for_the_leads_of_any_quarter(today):
    leads = frames(today, tables=["leads"])["leads"]
    first = pd.Timestamp(STORIES.quarter_start(today))
    days = np.busday_count(first.date(), today + timedelta(days=1))
    whole = np.busday_count(first.date(), (first + pd.DateOffset(months=3)).date())
    pace = (leads["mql_at"] >= first).sum() / (TARGETS["quarter"]["mqls"] * days / whole)
    assert 0.72 < pace < 0.95


def test_story_4_one_campaign_never_earns_what_it_costs(leads, won, demo):
    deals = won.merge(leads[["lead_id", "campaign_id"]], on="lead_id")
    margin = deals.groupby("campaign_id")["eur"].sum() * 0.8
    spent = costs_in_eur(demo).groupby("campaign_id")["eur"].sum()
    roi = (margin - spent) / spent
    assert roi[STORIES.losing_campaign] < -0.3
    mature = demo["campaigns"].query("starts_on < '2026-06-01'")["campaign_id"]
    assert list(roi[mature][roi[mature] < 0].index) == [STORIES.losing_campaign]


def test_story_5_dirty_leads_are_three_in_a_thousand(demo):
    leads = demo["leads"]
    blank = leads["created_at"].isna()
    impossible = leads["created_at"].map(lambda cell: isinstance(cell, str))
    twice = leads["lead_id"].duplicated()
    assert (blank.sum(), impossible.sum(), twice.sum()) == (20, 20, 20)
    texts = leads.loc[impossible, "created_at"]
    assert pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").isna().all()
    assert leads.loc[blank | impossible | twice, "mql_at"].isna().all()


def test_story_5_dirty_deals_and_costs(demo):
    deals, costs = demo["deals"], demo["costs"]
    assert set(deals["status"]) == {"open", "won", "lost", STORIES.unknown_status}
    unreadable = deals["amount"].eq(STORIES.unreadable_amount)
    unpriced = deals["currency"].eq(STORIES.unpriced_currency)
    unknown = deals["status"].eq(STORIES.unknown_status)
    assert (unreadable.sum(), unpriced.sum(), unknown.sum()) == (8, 8, 8)
    assert not (unreadable & unpriced).any()
    assert pd.to_numeric(deals.loc[~unreadable, "amount"]).gt(0).all()
    assert STORIES.unpriced_currency not in set(demo["rates"]["currency"])
    strays = set(costs["campaign_id"].dropna()) - set(demo["campaigns"]["campaign_id"])
    assert strays == {STORIES.unknown_campaign}


def test_the_demo_settings_map_every_table_and_name_the_dimensions():
    settings = demo_settings(Path("somewhere"))
    assert settings.folder == Path("somewhere")
    assert {name: part.from_ for name, (part,) in settings.tables.items()} == {
        n: n for n in FIGURE_TABLES
    }
    assert settings.dimension_names == DIMENSIONS
    assert settings.definitions.gross_margin == 0.8
    assert (settings.company.currency, settings.company.time_zone) == ("EUR", "Europe/Berlin")
    assert {(t.period, t.kpi) for t in settings.targets} >= {("month", "mqls"), ("quarter", "sqls")}


def test_the_usual_demo_is_made_in_under_three_seconds():
    began = time.perf_counter()
    frames()
    assert time.perf_counter() - began < 3.0
