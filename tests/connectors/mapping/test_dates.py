import time
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock_time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from connectors.mapping.cells import distinct
from connectors.mapping.dates import dates
from kpis.errors import MappingError
from tests.connectors.mapping.dates_read import BERLIN, TOKYO, WHERE, read
from tests.connectors.mapping.mapped_frames import mapped

NOT_UNDERSTOOD = "is not a date that is understood; set date_format"
DAY_NUMBER = "is the number of a day, without its month and year; write a full date into each row"


def test_a_column_without_a_value_has_no_dates():
    assert read([]) == []
    assert read([None, "", pd.NaT, float("nan")]) == [None] * 4
    assert read([], company=BERLIN) == []


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-04", datetime(2026, 3, 3, 23)),
        ("2026-03-04 05:06", datetime(2026, 3, 4, 4, 6)),
        ("2026-03-04T05:06:07", datetime(2026, 3, 4, 4, 6, 7)),
        ("2026-03-04T05:06:07.123456789", datetime(2026, 3, 4, 4, 6, 7, 123456)),
        ("2026-03-04 05:06:07,5", datetime(2026, 3, 4, 4, 6, 7, 500000)),
        ("2026-03-04T05:06:07Z", datetime(2026, 3, 4, 5, 6, 7)),
        ("2026-03-04 05:06:07 UTC", datetime(2026, 3, 4, 5, 6, 7)),
        ("2026-03-04T05:06:07+05:30", datetime(2026, 3, 3, 23, 36, 7)),
        ("2026-03-04 05:06:07-0800", datetime(2026, 3, 4, 13, 6, 7)),
        ("2026-03-04 05:06:07+02", datetime(2026, 3, 4, 3, 6, 7)),
        ("2026/3/4", datetime(2026, 3, 3, 23)),
        ("3 Mar 2026", datetime(2026, 3, 2, 23)),
        ("3rd March 2026", datetime(2026, 3, 2, 23)),
        ("03-MAR-2026 10:00", datetime(2026, 3, 3, 9)),
        ("Mar 3, 2026", datetime(2026, 3, 2, 23)),
        ("September 3, 2026 1:05 PM", datetime(2026, 9, 3, 11, 5)),
        ("13/2/2026 12:05 AM", datetime(2026, 2, 12, 23, 5)),
        ("13/2/2026 12:05 p.m.", datetime(2026, 2, 13, 11, 5)),
        ("13.02.2026", datetime(2026, 2, 12, 23)),
        ("2/13/2026", datetime(2026, 2, 12, 23)),
        ("5/5/2026", datetime(2026, 5, 4, 22)),
    ],
)
def test_a_text_that_names_no_zone_is_in_its_sources(text, utc):
    """Berlin is one hour ahead of UTC in winter, two in summer."""
    assert read([text], BERLIN) == [utc]


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "0000-00-00", "13/13/2026", "2026-02-30 24:00"]
    + ["2026-01-01T10:60", "2026-01-01 13:00 PM", "2026-01-01 10:00+99:00", "31.02.2026"],
)
def test_a_date_that_does_not_exist_is_refused(text):
    assert read([text]) == ["is not a date or time that exists"]


def test_24_00_asks_for_the_next_days_midnight():
    """ISO 8601 had it once as the end of a day: that of 31 October is in November."""
    for text in ("2026-10-31T24:00:00", "31.10.2026 24:00", "31 October 2026 24:00"):
        (reason,) = read([text])
        assert "24:00 is the next day's 00:00, so write it as that" in reason
    assert "next day" not in read(["2026-10-31 24:01"])[0]


@pytest.mark.parametrize("text", ["31 Octobre 2026 à 23h30", "31.10.2026 23 h 30", "2026-10-31 9h"])
def test_a_time_with_h_asks_for_a_colon(text):
    assert "write the time as 23:30" in read([text])[0]


@pytest.mark.parametrize("text", ["1.2-2026", "2026-01-01T10", "13 Oct 9", "??"])
def test_a_text_that_is_no_date_is_refused(text):
    assert read([text]) == [NOT_UNDERSTOOD]


@pytest.mark.parametrize("fmt", [None, "%d.%m.%Y"])
@pytest.mark.parametrize(
    "cell", ["14:12.0", "02:45,3", "131:07.9", "10:00", "9:14 AM", "23:59:59", clock_time(9, 14)]
)
def test_a_time_without_a_day_says_how_excel_loses_it_and_asks_for_no_format(cell, fmt):
    """A moment with milliseconds is 14:12.0 in Excel, and in the CSV that it saves."""
    (reason,) = read([cell], fmt=fmt)
    assert reason.startswith("is a time without a day") and "yyyy-mm-dd hh:mm" in reason
    assert read(["2026-03-04 10:00"]) == [datetime(2026, 3, 4, 10)], "with a day it is read"


@pytest.mark.parametrize("text", ["n/a", "now", "Details", "created_at", "Übersicht"])
def test_a_word_is_refused_without_a_format_that_no_format_would_read(text):
    assert read([text]) == ["is a word, not a date"]


def test_a_year_far_from_business_is_refused():
    reason = "is in the year 9999, outside 1900 to 2200; if it means no date, blanks = "
    text, typed, day = read(["9999-12-31", date(9999, 12, 31), "1900-01-02"])
    assert text == typed == f'{reason}["9999-12-31"] reads it as none'
    assert day == datetime(1900, 1, 2)
    aware = datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=5)))
    assert read([aware])[0].startswith(reason)
    (first,) = read([datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))])
    assert first.startswith("is in the year 1, outside 1900 to 2200")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2569-10-01", "in the Buddhist era that is 2026; let a query write years of the common"),
        ("31/10/2569", "such as REPLACE(…, '2569', '2026')"),
        ("0026-10-22", "in the year 26, outside 1900 to 2200: it seems to have lost its century;"),
        ("115/10/01", "a year of three digits, such as 115 of the Minguo calendar, which is 2026"),
    ],
)
def test_a_year_of_another_era_or_without_its_century_is_refused_as_such(text, reason):
    """543 years apart are the Buddhist era and the common one. None of these means no date."""
    (refused,) = read([text])
    assert reason in refused and "blanks" not in refused


def test_a_required_date_in_a_year_far_from_business_cannot_mean_none():
    frame = {"deal_id": ["1", "2"], "created_at": ["9999-12-31", "2026-10-01"]}
    leads = mapped("leads", {"lead_id": frame["deal_id"], "created_at": frame["created_at"]})
    assert leads.rejects["reason"].tolist() == [
        "is in the year 9999, outside 1900 to 2200; correct it at the source"
    ]
    deals = mapped("deals", {**frame, "status": ["won", "won"]})
    assert "blanks =" in deals.rejects["reason"][0]


def test_one_value_of_the_column_proves_the_order_of_all():
    """4/3/2026 is 3 April where 4/13/2026 stands beside it, and 4 March where 13/4/2026 does."""
    assert read(["4/3/2026", "4/13/2026"])[0] == datetime(2026, 4, 3)
    assert read(["4/3/2026", "13/4/2026"])[0] == datetime(2026, 3, 4)


def test_dates_that_read_both_ways_are_an_error_that_shows_two_examples_and_both_readings():
    with pytest.raises(MappingError) as error:
        read(["03/04/2026", "5/5/2026", "01/02/2026", None])
    for part in (
        WHERE,
        "'03/04/2026' is 3 April 2026 or 4 March 2026",
        "'01/02/2026' is 1 February 2026 or 2 January 2026",
        '"%d/%m/%Y" (day first) or "%m/%d/%Y" (month first)',
    ):
        assert part in str(error.value)
    with pytest.raises(MappingError, match="%d.%m.%Y %I:%M %p"):
        read(["03.04.2026 9:30 PM"])


def test_dates_in_both_orders_are_an_error_with_one_of_each():
    with pytest.raises(MappingError, match=r"'13/4/2026' has the day first, '4/13/2026' has the"):
        read(["1/2/2026", "13/4/2026", "4/13/2026"])


def test_an_impossible_date_proves_no_order():
    """31/02/2026 is no date in either order, so 1/2/2026 beside it still reads both ways."""
    with pytest.raises(MappingError, match="both ways"):
        read(["1/2/2026", "31/02/2026"])


def test_a_date_format_settles_it_and_what_does_not_fit_is_refused_with_the_format():
    """'today' is taken for a date by the parser underneath, whatever the format."""
    cells = ["03/04/2026", "13/04/2026", "2026-04-03", "today", "03/04/2026 x"]
    reason = "does not fit the date_format '%m/%d/%Y'"
    assert read(cells, fmt="%m/%d/%Y") == [datetime(2026, 3, 4), *[reason] * 4]
    assert read(["20260304"], fmt="%Y%m%d") == [datetime(2026, 3, 4)]
    assert read([20260304], fmt="%Y%m%d") == [datetime(2026, 3, 4)]
    assert read(pd.Series([20260304]), fmt="%Y%m%d") == [datetime(2026, 3, 4)]
    assert read(["2026-03-04 10:00 +0200"], BERLIN, fmt="%Y-%m-%d %H:%M %z") == [
        datetime(2026, 3, 4, 8)
    ]


@pytest.mark.parametrize("fmt", ["DD/MM/YYYY", "%-d/%m/%Y", "%H:%M"])
def test_a_format_that_is_none_is_an_error_of_the_table(fmt):
    with pytest.raises(MappingError, match="Write one such as"):
        read(["03/04/2026"], fmt=fmt)


def test_typed_cells_need_no_format():
    aware = datetime(2026, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    cells = [aware, datetime(2026, 3, 4, 5), date(2026, 3, 4), pd.Timestamp("2026-07-04 05:00")]
    cells += [np.datetime64("2026-03-04T05:00")]
    utc = [datetime(2026, 3, 4, 3), datetime(2026, 3, 4, 4), datetime(2026, 3, 3, 23)]
    utc += [datetime(2026, 7, 4, 3), datetime(2026, 3, 4, 4)]
    assert read(cells, BERLIN, fmt="%d/%m/%Y") == utc
    naive = pd.Series([pd.Timestamp("2026-03-04 05:00"), pd.NaT])
    assert read(naive, BERLIN) == [datetime(2026, 3, 4, 4), None]
    assert read(naive.dt.tz_localize(TOKYO), BERLIN) == [datetime(2026, 3, 3, 20), None]


def test_a_skipped_time_shifts_forward_and_a_repeated_one_is_the_earlier():
    """Berlin: 02:30 does not exist on 29 March 2026 and shifts to 03:00 (01:00 UTC); on 25 October
    it stands for 00:30 and for 01:30 UTC. In Dublin summer time ends an hour earlier by the clock;
    its winter is the zone's "daylight saving", which does not make it the earlier one."""
    cells = ["2026-03-29 02:30", "2026-10-25 02:30"]
    assert read(cells, BERLIN) == [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 0, 30)]
    assert read(["2026-10-25 01:30"], "Europe/Dublin") == [datetime(2026, 10, 25, 0, 30)]


def test_a_midnight_that_the_clock_skips_is_still_that_day():
    """Sao Paulo went from 23:59:59 on 3 November 2018 to 01:00 on the 4th (03:00 UTC)."""
    zone = "America/Sao_Paulo"
    assert read(["2018-11-04"], zone) == [datetime(2018, 11, 4, 3)]
    assert read(["2018-11-04"], zone, company=zone) == [date(2018, 11, 4)]


def test_a_day_of_an_instant_is_the_companys_day():
    """23:30 UTC on 3 March is 00:30 on the 4th in Berlin; 20:00 in Tokyo is noon there."""
    aware = [datetime(2026, 3, 3, 23, 30, tzinfo=UTC), "2026-03-03T23:30:00Z"]
    assert read(aware, TOKYO, company=BERLIN) == [date(2026, 3, 4)] * 2
    assert read(["2026-03-04 05:00"], TOKYO, company=BERLIN) == [date(2026, 3, 3)]


@pytest.mark.parametrize(
    "cells",
    [
        [date(2026, 3, 4)],
        ["2026-03-04"],
        ["2026-03-04 00:00:00"],
        [datetime(2026, 3, 4)],
        pd.Series([pd.Timestamp("2026-03-04")]),
    ],
)
def test_a_bare_date_is_that_day_whatever_the_zones(cells):
    """As an instant in Tokyo it would be 3 March, 16:00, in Berlin."""
    assert read(cells, TOKYO, company=BERLIN) == [date(2026, 3, 4)]


def test_a_midnight_among_times_is_an_instant():
    cells = ["2026-03-04 00:00:00", "2026-03-04 12:00:00", "2026-03-04"]
    assert read(cells, TOKYO, company=BERLIN) == [date(2026, 3, d) for d in (3, 4, 4)]


def test_spreadsheet_serials_count_days_since_the_end_of_1899():
    """45000 days after 1899-12-30 is 2023-03-15; a third of a day is 08:00, to the millisecond."""
    cells = [45000, 45000.5, 45000 + 1 / 3, Decimal("45000.25")]
    noon = datetime(2023, 3, 15, 12)
    eight, six = datetime(2023, 3, 15, 8), datetime(2023, 3, 15, 6)
    assert read(cells, serial=True) == [datetime(2023, 3, 15), noon, eight, six]
    assert read(pd.Series(cells[:3], dtype=float), serial=True)[1:] == [noon, eight]
    assert read([45000], TOKYO, company=BERLIN, serial=True) == [date(2023, 3, 15)]
    no_date = "is a number that is no spreadsheet date"
    assert read([0, -1, 3e6, float("inf"), 10**400], serial=True) == [no_date] * 5
    assert read([True], serial=True) == [NOT_UNDERSTOOD]


def test_a_number_up_to_31_is_a_day_without_its_month():
    for cells in ([5, 31.0], ["5", "31"]):
        assert read(cells, serial=True) == [DAY_NUMBER] * 2
    assert DAY_NUMBER not in read([5.5, 32], serial=True)


def test_a_number_is_a_date_only_where_the_settings_say_so():
    assert "is a number, not a date" in read([45000])[0]
    seconds = [1_700_000_000, "1700000000", 1_700_000_000.5]
    at = datetime(2023, 11, 14, 22, 13, 20)
    assert read(seconds, BERLIN, fmt="epoch_s") == [at, at, at + timedelta(seconds=0.5)]
    assert read([1_700_000_000_000], TOKYO, fmt="epoch_ms") == [at]
    assert (
        read(["n/a", "2026-01-01", float("inf"), 1e30], fmt="epoch_s")
        == ["does not fit the date_format 'epoch_s'"] * 4
    )


@pytest.mark.parametrize("template", ["{}", "{}+02:00"])
def test_a_million_iso_texts_are_read_in_seconds(template):
    start = np.datetime64("2020-01-01")
    texts = np.datetime_as_string(start + np.arange(1_000_000) * np.timedelta64(97, "s"))
    series = pd.Series(texts).map(template.format)
    started = time.process_time()
    column = distinct(series)
    found = dates.moments(column.values, serial_dates=False, date_format=None, where=WHERE)
    instants = dates.instants(found, BERLIN, BERLIN)
    assert time.process_time() - started < 20
    assert instants.values.null_count == 0
