"""Claims about columns of one time of day, and of midnights that lost their zone."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from connectors.sources.typed_columns import typed_frame
from tests.connectors.mapping.dates_read import BERLIN, NEW_YORK, TOKYO, read, remarks

AUCKLAND, LONDON = "Pacific/Auckland", "Europe/London"
DAYS = [date(2026, 10, 1), date(2026, 10, 20), date(2026, 10, 31), date(2026, 11, 5)]


def at(time):
    return [f"{day}T{time}" for day in DAYS]


def typed(time, zone):
    moment = datetime.strptime(time, "%H:%M:%S").time()
    return pd.Series([datetime.combine(d, moment, ZoneInfo(zone)) for d in DAYS])


def epochs(hour):
    return [int(datetime(d.year, d.month, d.day, hour, tzinfo=UTC).timestamp()) for d in DAYS]


@pytest.mark.parametrize(
    ("cells", "company", "time"),
    [
        (at("12:00:00.000Z"), AUCKLAND, "12:00"),
        (at("12:00:00+00:00"), AUCKLAND, "12:00"),
        (at("23:59:59Z"), BERLIN, "23:59:59"),
        (at("23:59:59.999Z"), BERLIN, "23:59:59.999"),
        (at("01:00:00Z"), NEW_YORK, "01:00"),
        (at("08:30:15-05:00"), TOKYO, None),
        (at("11:30:15-05:00"), TOKYO, "11:30:15"),
        ([day.replace("T", " ") for day in at("23:59:59Z")], BERLIN, "23:59:59"),
        (typed("23:59:59", "UTC"), BERLIN, "23:59:59"),
        (typed("12:00:00", "UTC"), AUCKLAND, "12:00"),
        (typed("23:00:01", BERLIN), TOKYO, "23:00:01"),
    ],
)
def test_times_that_are_all_the_same_are_a_doubt_where_days_are_others(cells, company, time):
    """31 October, 12:00 UTC is 1 November, 1:00 in Auckland; 23:59:59 is that in Berlin."""
    for kind in ("day", "time"):
        found = remarks(cells, company, kind=kind)
        if time is None:
            assert found == []
            continue
        ((count, what, is_doubt),) = found
        assert (count, is_doubt) == (4, True) and what.startswith(f"are at {time}, as is every")
        assert remarks(cells, company, kind=kind, as_instants=True) == []


@pytest.mark.parametrize(
    ("time", "company"),
    [("12:00:00.000Z", AUCKLAND), ("23:59:59Z", BERLIN), ("01:00:00+02:00", NEW_YORK)],
)
def test_the_date_format_that_the_doubt_names_reads_days(time, company):
    cells = at(time)
    assert read(cells, company=company) != DAYS
    ((_, what, _),) = remarks(cells, company)
    advised = re.search('date_format = { closed_at = "(.*?)" }', what)[1]
    assert read(cells, company=company, fmt=advised) == DAYS
    assert remarks(cells, company, fmt=advised) == []


def test_numbers_and_typed_times_need_a_query():
    ((_, what, _),) = remarks(epochs(12), AUCKLAND, fmt="epoch_s")
    assert "let a query write their day alone" in what
    assert remarks(epochs(11), AUCKLAND, fmt="epoch_s", as_instants=True) == []


@pytest.mark.parametrize(
    ("cells", "company"),
    [
        (at("12:00:00Z"), BERLIN),
        (at("12:00:00Z")[:3], AUCKLAND),
        ([*at("12:00:00Z"), "2026-11-06T12:00:01Z"], AUCKLAND),
        (at("09:00:00"), AUCKLAND),
        ([f"{d}T12:00:{i:02}Z" for i, d in enumerate(DAYS)], AUCKLAND),
        (["2026-10-31T12:00:00Z"] * 9, AUCKLAND),
    ],
)
def test_other_times_are_no_doubt(cells, company):
    """The same day here, too few days, a second more, no zone, true times, one day."""
    assert remarks(cells, company) == []


def lost_zone(zone, days=DAYS):
    there = [datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)) for d in days]
    return [moment.astimezone(UTC).replace(tzinfo=None) for moment in there]


def in_parquet(times):
    return typed_frame(pa.table({"x": pa.array(times, pa.timestamp("us"))}))["x"]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        (BERLIN, "22:00 and 23:00"),
        ("Europe/Helsinki", "21:00 and 22:00"),
        ("Asia/Kolkata", "18:30"),
        (TOKYO, "15:00"),
        (AUCKLAND, "11:00"),
    ],
)
def test_midnights_that_lost_their_zone_are_a_doubt_and_its_remedy_mends_them(zone, hours):
    """Berlin's 1 November as 2026-10-31 23:00:00, with no zone: 31 October as it is read."""
    times = lost_zone(zone)
    texts = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in times]
    for cells in (times, texts, in_parquet(times), pd.Series(times)):
        assert read(cells, zone, zone) != DAYS
        for kind in ("day", "time"):
            ((count, what, is_doubt),) = remarks(cells, zone, kind=kind)
            assert (count, is_doubt) == (4, True)
            assert what.startswith(f"are at {hours} without a zone")
            assert 'set time_zone = "UTC" on the source' in what
            assert remarks(cells, zone, kind=kind, as_instants=True) == []
        assert read(cells, "UTC", zone) == DAYS
        assert not [doubt for *_, doubt in remarks(cells, "UTC", zone) if doubt]


@pytest.mark.parametrize(
    ("cells", "company"),
    [
        (lost_zone(BERLIN)[:3], BERLIN),
        ([*lost_zone(BERLIN), datetime(2026, 11, 6, 22)], BERLIN),
        ([*lost_zone(BERLIN), datetime(2026, 11, 6, 23, 5)], BERLIN),
        (lost_zone(BERLIN), LONDON),
        (lost_zone(NEW_YORK), NEW_YORK),
        ([datetime(d.year, d.month, d.day) for d in DAYS], BERLIN),
    ],
)
def test_evening_times_that_are_no_midnights_are_no_doubt(cells, company):
    """Too few, 22:00 in winter, five past, another zone, the same day in any reading, days."""
    assert remarks(cells, company) == []
