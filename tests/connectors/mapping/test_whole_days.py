"""Claims about midnights: a column of them holds days, of UTC, of its offset or of its source."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.connectors.mapping.dates_read import BERLIN, NEW_YORK, TOKYO, read, remarks
from tests.connectors.mapping.mapped_frames import mapped

OCT_1, OCT_31 = 1_790_812_800_000, 1_793_404_800_000
"""Midnight in UTC, in milliseconds: in New York 20:00 of 30 September and of 30 October 2026."""
AS_DAYS = "are at midnight in UTC, as is every value of the column, and were read as days"
INSTANTS = f'{AS_DAYS}. Where they are instants, set instants = ["closed_at"].'


@pytest.mark.parametrize(
    ("cells", "fmt"),
    [
        ([OCT_1, OCT_31], "epoch_ms"),
        ([str(OCT_1), str(OCT_31)], "epoch_ms"),
        ([OCT_1 // 1000, OCT_31 // 1000], "epoch_s"),
        (["2026-10-01T00:00:00Z", "2026-10-31T00:00:00+00:00"], None),
        ([datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)], None),
        (pd.Series(pd.to_datetime(["2026-10-01", "2026-10-31"], utc=True)), None),
    ],
)
def test_a_column_of_midnights_in_utc_holds_days_and_the_rule_is_named(cells, fmt):
    """In New York the first instant of 1 October is 04:00 UTC."""
    assert read(cells, company=NEW_YORK, fmt=fmt) == [date(2026, 10, 1), date(2026, 10, 31)]
    times = read(cells, NEW_YORK, fmt=fmt)
    assert times == [datetime(2026, 10, 1, 4), datetime(2026, 10, 31, 4)]
    for kind in ("day", "time"):
        assert remarks(cells, NEW_YORK, kind=kind, fmt=fmt) == [(2, INSTANTS, False)]
        assert remarks(cells, "UTC", kind=kind, fmt=fmt) == []
    kept = read(cells, company=NEW_YORK, fmt=fmt, as_instants=True)
    assert kept == [date(2026, 9, 30), date(2026, 10, 30)]
    assert remarks(cells, NEW_YORK, fmt=fmt, as_instants=True) == []


def test_one_midnight_is_enough_and_one_time_is_proof_of_the_contrary():
    """A second past midnight UTC on 2 October is 20:00:01 of the 1st in New York."""
    midnight, second_past = "2026-10-01T00:00:00Z", "2026-10-02T00:00:01Z"
    assert read([midnight], company=NEW_YORK) == [date(2026, 10, 1)]
    assert read([midnight, second_past], company=NEW_YORK) == [date(2026, 9, 30), date(2026, 10, 1)]


SUMMER_AND_WINTER = ["2026-10-01T00:00:00+02:00", "2026-10-31T00:00:00+01:00"]


@pytest.mark.parametrize(
    ("cells", "fmt"),
    [
        (SUMMER_AND_WINTER, None),
        (SUMMER_AND_WINTER, "%Y-%m-%dT%H:%M:%S%z"),
        ([datetime.fromisoformat(text) for text in SUMMER_AND_WINTER], None),
        (pd.Series(pd.to_datetime(["2026-10-01", "2026-10-31"]).tz_localize(BERLIN)), None),
    ],
)
def test_a_column_of_midnights_of_one_zone_holds_days_and_the_rule_is_named(cells, fmt):
    """Midnight of Berlin is 18:00 of the day before in New York, where days begin at 04:00 UTC."""
    assert read(cells, company=NEW_YORK, fmt=fmt) == [date(2026, 10, 1), date(2026, 10, 31)]
    times = read(cells, NEW_YORK, fmt=fmt)
    assert times == [datetime(2026, 10, 1, 4), datetime(2026, 10, 31, 4)]
    said = INSTANTS.replace("in UTC", "of the offset that is written")
    for kind in ("day", "time"):
        assert remarks(cells, NEW_YORK, kind=kind, fmt=fmt) == [(2, said, False)]
        assert remarks(cells, BERLIN, kind=kind, fmt=fmt) == []
    kept = read(cells, company=NEW_YORK, fmt=fmt, as_instants=True)
    assert kept == [date(2026, 9, 30), date(2026, 10, 30)]


@pytest.mark.parametrize("other", ["2026-10-02T00:00:01+02:00", "2026-10-02T00:00:00-03:00"])
def test_a_time_or_a_midnight_of_another_zone_proves_instants(other):
    """No summer time makes +02:00 of -03:00. Both are on 1 October in New York."""
    midnight = "2026-10-01T00:00:00+02:00"
    assert read([midnight, other], company=NEW_YORK)[0] == date(2026, 9, 30)


def test_days_of_london_are_no_midnights_of_utc_among_times():
    """A midnight of London is one of UTC in winter alone; both are days, and no doubt is left."""
    cells = ["2026-10-24T00:00:00+01:00", "2026-10-26T00:00:00Z", "2026-10-27T00:00:00Z"]
    assert read(cells, company=NEW_YORK) == [date(2026, 10, day) for day in (24, 26, 27)]
    assert [is_doubt for *_, is_doubt in remarks(cells, NEW_YORK)] == [False]


def test_many_midnights_among_times_are_a_doubt_where_they_fall_on_the_day_before():
    cells = ["2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-03T15:00:00Z"]
    ((count, what, is_doubt),) = remarks(cells, NEW_YORK)
    assert (count, is_doubt) == (2, True) and "instants of the day before" in what
    assert remarks(cells, BERLIN) == [] and remarks(cells[1:], NEW_YORK) == []


LONDON, KOLKATA = "Europe/London", "Asia/Kolkata"
SERVER_DAYS = [date(2026, 9, 30), date(2026, 10, 20), date(2026, 11, 1), date(2026, 11, 5)]


def midnights_in_utc(zone):
    there = [datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)) for d in SERVER_DAYS]
    return [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z" for at in there]


@pytest.mark.parametrize(
    ("zone", "hours", "company"),
    [
        (BERLIN, "22:00 and 23:00", LONDON),
        (KOLKATA, "18:30", LONDON),
        (TOKYO, "15:00", BERLIN),
        (NEW_YORK, "04:00 and 05:00", "America/Los_Angeles"),
    ],
)
def test_midnights_of_another_zone_in_utc_are_a_doubt_and_its_remedy_makes_them_days(
    zone, hours, company
):
    """A server in Berlin writes 1 November as 2026-10-31T23:00:00Z: 31 October in London."""
    cells = midnights_in_utc(zone)
    assert read(cells, company=company) != SERVER_DAYS
    for kind in ("day", "time"):
        ((count, what, is_doubt),) = remarks(cells, company, kind=kind)
        assert (count, is_doubt) == (4, True) and what.startswith(f"are at {hours} UTC")
        assert remarks(cells, company, kind=kind, as_instants=True) == []
    advised = re.search('time_zone = "(.*?)"', what)[1]
    assert advised == zone and read(cells, advised, company, kind="day") == SERVER_DAYS
    ((count, what, is_doubt),) = remarks(cells, advised, company, kind="day")
    assert not is_doubt and f"are at midnight in {zone}, the zone of the source" in what
    in_company = [datetime(2026, 10, 20, tzinfo=ZoneInfo(company))]
    assert read(cells, advised, company, kind="time")[1] == in_company[0].astimezone(UTC).replace(
        tzinfo=None
    )


@pytest.mark.parametrize(
    ("cells", "company"),
    [
        (midnights_in_utc(BERLIN)[:3], LONDON),
        ([*midnights_in_utc(BERLIN)[:3], "2026-11-04T23:01:00Z"], LONDON),
        ([*midnights_in_utc(BERLIN), "2026-11-06T09:00:00Z"], LONDON),
        (midnights_in_utc(BERLIN), BERLIN),
        (midnights_in_utc(NEW_YORK), LONDON),
        ([f"{day}T12:00:00Z" for day in SERVER_DAYS], LONDON),
        ([f"{day} 22:00:00" for day in SERVER_DAYS], LONDON),
    ],
)
def test_other_times_and_days_that_are_the_same_are_no_doubt(cells, company):
    """Too few, a minute past, other hours, our own midnights, the same day here, noon, no zone."""
    assert not any(is_doubt for *_, is_doubt in remarks(cells, company))


def test_a_bare_date_is_the_companys_day_also_as_a_time():
    """Read as midnight of a source in Tokyo it would be 30 September in Berlin."""
    for cells in (["2026-10-01"], [date(2026, 10, 1)], [datetime(2026, 10, 1)]):
        found = read(cells, TOKYO, BERLIN, kind="time")
        assert found == [datetime(2026, 9, 30, 22)]


def test_the_settings_say_which_midnights_are_instants_and_the_note_says_how():
    frame = {"lead_id": ["A"], "created_at": [str(OCT_1)]}
    how = {"date_format": "epoch_ms", "zone": BERLIN}
    found = mapped("leads", frame, **how)
    assert found.frame["created_at"].to_pylist() == [datetime(2026, 9, 30, 22, tzinfo=UTC)]
    assert found.notes[0].text.endswith('set instants = ["created_at"].')
    found = mapped("leads", frame, instants=["created_at"], **how)
    assert found.frame["created_at"].to_pylist() == [datetime(2026, 10, 1, tzinfo=UTC)]
    assert found.notes == ()
