"""Claims about tables, dates and campaigns that stop while others go on."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from connectors.mapping.rows.stopped_tables import stopped_notes
from connectors.mapping.schema import arrow_schema
from tests.connectors.mapping.mapped_frames import BERLIN

FIRST, TODAY = date(2026, 9, 1), date(2026, 10, 31)


def days(until, every=1):
    """Days of September and October, as numbers from 0."""
    return [FIRST + timedelta(days=at) for at in range(0, until, every)]


def table(name, column, found, **more):
    moments = [datetime(d.year, d.month, d.day, 9, tzinfo=UTC) for d in found]
    held = found if column in ("spent_on", "paid_on") else moments
    schema = arrow_schema(name, ())
    columns = {key: [None] * len(found) for key in schema.names} | {column: held, **more}
    return pa.table(columns, schema=schema)


def doubts(today=TODAY, **frames):
    return [note.text for note in stopped_notes(frames, BERLIN, today)]


def leads(until=60, every=1, **more):
    return table("leads", "created_at", days(until, every), **more)


def costs(until=60, every=1, campaign=None):
    found = days(until, every)
    return table("costs", "spent_on", found, campaign_id=[campaign] * len(found))


def test_costs_that_stop_while_leads_go_on_are_doubted_with_their_last_day_and_kpis():
    """Daily to 12 October, day 41 from 1 September; leads come to 30 October, 18 days later."""
    (text,) = doubts(costs=costs(42), leads=leads(60))
    assert text.startswith(
        "No rows come after 12 Oct 2026, though they came every day before; leads continue until "
        "30 Oct 2026. If the export or sync stopped, all since then is missing, and CAC and cost "
        "per lead are too low, and ROI is too high"
    )


@pytest.mark.parametrize(
    ("name", "column", "effect"),
    [
        ("deals", "closed_at", "customers, revenue, conversion and ROI are too low"),
        ("touches", "touched_at", "campaigns lack the credit"),
        ("payments", "paid_on", "customer lifetime value is too low"),
    ],
)
def test_other_tables_that_stop_are_doubted_with_their_own_kpis(name, column, effect):
    (text,) = doubts(**{name: table(name, column, days(42)), "leads": leads()})
    assert effect in text


def test_mql_dates_that_stop_are_doubted_while_leads_of_the_same_table_go_on():
    reached = [datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=min(at, 40)) for at in range(60)]
    (text,) = doubts(leads=leads(mql_at=reached))
    assert text.startswith("No cells of mql_at come after 11 Oct 2026") and "MQLs are too" in text


def test_the_last_day_is_one_of_the_company():
    """22:30 of UTC on 28 September is the 29th in Berlin."""
    late = [datetime(2026, 8, 30, 22, 30, tzinfo=UTC) + timedelta(days=at) for at in range(30)]
    deals = table("deals", "closed_at", days(30)).drop_columns("closed_at")
    deals = deals.append_column("closed_at", pa.array(late, pa.timestamp("us", "UTC")))
    (text,) = doubts(deals=deals, leads=leads())
    assert "come after 29 Sep 2026" in text


@pytest.mark.parametrize(
    "frames",
    [
        {"costs": costs(60), "leads": leads(60)},
        {"costs": costs(47), "leads": leads(60)},
        {"costs": costs(25), "leads": leads(60)},
        {"costs": costs(42, every=7), "leads": leads(60)},
        {"costs": costs(42), "leads": leads(43)},
        {"costs": costs(42)},
    ],
    ids=["none", "13 days", "a launch", "weekly", "both stop", "no other table"],
)
def test_a_pause_a_launch_and_data_that_end_together_are_not_doubted(frames):
    """Of 60 days, costs of 47 are silent for 13; a week between rows may be five weeks of none."""
    assert doubts(**frames) == []


def test_one_late_row_and_rows_to_come_are_no_evidence_that_a_table_goes_on():
    found = [*days(42), date(2026, 10, 30)]
    assert doubts(costs=costs(42), leads=table("leads", "created_at", found)) == []
    assert doubts(today=date(2026, 10, 13), costs=costs(42), leads=leads(60)) == []


def both(fair_until):
    return pa.concat_tables([costs(60, campaign="spring"), costs(fair_until, campaign="fair")])


def test_costs_of_a_campaign_that_stop_are_doubted_while_its_leads_go_on():
    """A lead a day of fair, 41 before its last cost and 18 after it."""
    own = leads(60, campaign_id=["fair"] * 60)
    (text,) = doubts(costs=both(42), leads=own)
    assert text.startswith("No rows of fair come after 12 Oct 2026, though they came every day")
    assert "its leads or touches continue until 30 Oct 2026" in text and "CAC" in text


@pytest.mark.parametrize(
    "late", [0, 4, 6], ids=["no lead since", "few leads", "a seventh of the rate"]
)
def test_a_campaign_that_has_ended_is_not_doubted_though_some_leads_come_late(late):
    """42 leads in 42 days, and up to six in the 18 days since: less than half as often."""
    found = [*days(42), *(date(2026, 10, 30) - timedelta(days=3 * at) for at in range(late))]
    own = table("leads", "created_at", found, campaign_id=["fair"] * len(found))
    others = leads(60, campaign_id=["spring"] * 60)
    assert doubts(costs=both(42), leads=pa.concat_tables([own, others])) == []
