"""Claims about dates in other arrangements: read, or refused with what they lack."""

import re
from datetime import date, datetime, timedelta

import pytest

from kpis.errors import MappingError
from tests.connectors.mapping.dates_read import read

NIGHT = datetime(2026, 10, 13, 21, 5)


@pytest.mark.parametrize(
    "text",
    [
        *("2026年10月13日 21時05分", "2026年10月13日 午後9:05", "2026/10/13(火) 21:05"),
        *("2026年10月13日 下午9:05:00", "2026-10-13 下午9:05", "2026年10月13日 21时05分00秒"),
        *("2026. 10. 13. 오후 9:05", "2026년 10월 13일 오후 9:05", "2026. 10. 13 (화) 오후 9:05"),
        *("Tue Oct 13 21:05:00 UTC 2026", "Tue Oct 13 21:05:00 2026", "20261013T210500Z"),
        *("Tue Oct 13 23:05:00 +0200 2026", "20261013T210500"),
        *(
            "2026-10-13 23:05:00+02:00 (CEST)",
            "13.10.2026 21.05",
            "13.10.2026 21.05.00",
            "2026-10-13 21.05",
            "13. 10. 2026 21:05",
        ),
        *("13 ottobre 2026 ore 21:05", "13.10.2026 kl. 21:05", "13th of October 2026 9:05 PM"),
        *("2026-10-13T23:05+02:00[Europe/Berlin]", "2026-10-13 23:05:00 +0200 CEST"),
    ],
)
def test_a_time_of_japan_china_korea_c_java_go_and_the_north_is_read(text):
    assert read([text]) == [NIGHT]


@pytest.mark.parametrize(
    "text",
    [
        "2026年10月13日",
        "2026년 10월 13일",
        "2026年10月13日(火)",
        "13. 10. 2026",
        "13 of October 2026",
    ],
)
def test_so_is_a_day(text):
    assert read([text], company="UTC") == [date(2026, 10, 13)]


@pytest.mark.parametrize("behind", [" CET", " TBC", "[Europe/Berlin]", " (CEST)"])
@pytest.mark.parametrize("date_", ["13-10-2026", "2026-10-13", "13.10.2026"])
def test_what_follows_a_day_without_a_time_is_never_dropped(date_, behind):
    """The year is no offset: -2026 before CET is not +0200 before CEST."""
    (reason,) = read([f"{date_}{behind}"])
    assert isinstance(reason, str) and reason.startswith("is not a date that is understood")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        *(("2026-10-13 午後0:05", 12), ("2026年10月13日 午前0時05分", 0)),
        *(("2026. 10. 13. 오후 00:05", 12), ("2026-10-13 午前0:05:00", 0)),
    ],
)
def test_hour_0_of_half_a_day_is_its_12(text, hour):
    assert read([text]) == [datetime(2026, 10, 13, hour, 5)]


def test_halves_of_a_day_are_told_apart():
    """Midnight is 12 in the morning: 오전 12:30 is 00:30, 오후 12:30 is 12:30."""
    cells = ["2026. 10. 13. 오전 12:30", "2026. 10. 13. 오후 12:30", "2026-10-13 上午9:05"]
    assert [at.hour for at in read(cells)] == [0, 12, 9]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Tue Oct 13 21:05:00 CEST 2026", "names the time zone 'CEST'"),
        ("Mon Oct 13 21:05:00 UTC 2026", "names the weekday 'Mon', which is not that"),
        ("2026年13月1日", "is not a date or time that exists"),
        ("Oct 13 21:05:00 2026", "is not a date that is understood"),
    ],
)
def test_what_these_forms_leave_open_is_refused(text, reason):
    assert read([text])[0].startswith(reason)


@pytest.mark.parametrize(
    "text", ["20-Oct", "20 octobre", "20. Okt", "Tue, 20 Oct", "20/10", "20.10.", "10-20 9:05 PM"]
)
def test_a_day_without_a_year_asks_for_the_year_and_for_no_format(text):
    """A spreadsheet shows 20-Oct and saves that in a CSV: no format knows of which year it is."""
    assert read([text])[0].startswith("is a day without its year; show the column as yyyy-mm-dd")


def test_a_month_and_a_number_may_be_a_year_or_a_day_and_above_31_a_year():
    """Oct-26 reads as a day of October, too; Oct-99 does not."""
    (open_,), (year,), (german,) = read(["Oct-26"]), read(["Oct-99"]), read(["Okt 26"])
    form = 'is a month with a year of two digits (date_format = "%b-%y" reads its first day)'
    assert open_.startswith(f"{form}, or a day without its year") and year == form
    assert german.startswith("is a month with a year of two digits, or a day without its year")
    assert read(["Oct-26"], fmt="%b-%y") == [datetime(2026, 10, 1)]


def test_a_month_without_a_day_names_the_format_that_reads_it():
    assert read(["October 2026", "Oct-2026", "Oktober 2026"]) == [
        'is a month without a day; date_format = "%B %Y" reads it as the first of it',
        'is a month without a day; date_format = "%b-%Y" reads it as the first of it',
        "is a month without a day; write its first day",
    ]
    assert read(["October 2026"], fmt="%B %Y") == [datetime(2026, 10, 1)]


def test_a_serial_with_a_decimal_comma_is_a_number():
    """46296.375 is 1 October 2026, 9:00."""
    assert "is a number, not a date; if it is the serial number" in read(["46296,375"])[0]
    assert read(["46296,375"], fmt="serial") == [datetime(2026, 10, 1, 9)]


def test_a_half_converted_column_with_years_of_two_digits_is_refused():
    """10/05/26, 5 October, became 10 May where the day comes first; 10/13/26 stayed a text."""
    converted = [datetime(2026, 5, 10), date(2026, 9, 10)]
    with pytest.raises(MappingError) as error:
        read([*converted, "10/13/26", "10/19/26 9:05"])
    for part in ("2026-05-10", "'10/13/26'", 'date_format = "%m/%d/%y"'):
        assert part in str(error.value)
    assert read([*converted, "10/19/26"], fmt="%m/%d/%y")[2] == datetime(2026, 10, 19)
    mixed = read([datetime(2026, 5, 20), "10/13/26"])
    assert mixed[0] == datetime(2026, 5, 20) and "has a year of two digits" in mixed[1]


@pytest.mark.parametrize(
    "behind",
    [
        *(
            " 21.05",
            "(金)",
            " (金) 21:05",
            " 21.05.00",
            " 午後9:05",
            " um 21:05 Uhr",
            " at 9:05 PM",
        ),
        *(" 21:05 UTC", " 21:05:00 UTC+00:00", " 21:05+00:00 (GMT)", " 21:05 +00", " kl. 21:05"),
    ],
)
@pytest.mark.parametrize("begin", ["03.04.2026", "03/04/2026", "13.10.26", "Fri 03/04/2026"])
def test_the_format_that_is_advised_reads_these_forms_too(begin, behind):
    """3 April 2026 is a Friday."""
    text = f"{begin}{behind}"
    try:
        advice = read([text])[0]
    except MappingError as error:
        advice = str(error)
    advised = re.search('"(%[^"]*)"', advice)[1]
    day = datetime(2026, 10, 13) if begin == "13.10.26" else datetime(2026, 4, 3)
    time = timedelta(hours=21, minutes=5) if "05" in behind else timedelta()
    assert read([text], fmt=advised) == [day + time]
