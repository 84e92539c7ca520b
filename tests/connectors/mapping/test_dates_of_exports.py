"""Claims about dates as programs export them: each is read as what it is, or refused by name."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from kpis.errors import MappingError
from tests.connectors.mapping.dates_read import BERLIN, NEW_YORK, read, remarks
from tests.connectors.mapping.mapped_frames import doubts, mapped


def test_a_half_converted_column_is_refused_with_one_of_each():
    """Excel of the United States took 03/04/2026 (3 April) for 4 March, and left 13/04/2026."""
    converted = [datetime(2026, 3, 4), date(2026, 5, 5)]
    with pytest.raises(MappingError) as error:
        read([*converted, "13/04/2026", "25/12/2026 10:00"])
    for part in ("2026-03-04", "'13/04/2026'", "as text", 'date_format = "%d/%m/%Y"'):
        assert part in str(error.value)
    with pytest.raises(MappingError, match="%m/%d/%Y"):
        read([46_296, "10/13/2026"], serial=True)
    right = ["13/04/2026", date(2026, 3, 4)]
    assert read(right, fmt="%d/%m/%Y") == [datetime(2026, 4, 13), datetime(2026, 3, 4)]
    ((count, what, is_doubt),) = remarks(right, fmt="%d/%m/%Y")
    assert (count, is_doubt) == (1, True) and "exchanged" in what


def test_typed_dates_beside_texts_are_read_where_a_day_is_past_the_twelfth():
    cells = [date(2026, 3, 4), date(2026, 3, 14), "13/04/2026"]
    assert read(cells, company="UTC") == [date(2026, 3, 4), date(2026, 3, 14), date(2026, 4, 13)]
    assert read([date(2026, 5, 5), "13/04/2026"], company="UTC")[0] == date(2026, 5, 5)


CONVERTED, LEFT = ["2026-03-10", "2026-05-10", "2026-01-11"], ["13/10/2026", "19/10/2026"]


def test_a_half_converted_column_that_became_a_csv_is_refused_with_three_of_each():
    """2026-03-10 was 3 October before a spreadsheet read it; one or two of a kind are chance."""
    left = [*LEFT, "30/10/2026 9:00"]
    with pytest.raises(MappingError) as error:
        read([*CONVERTED, *left])
    for part in ("2026-03-10", "'13/10/2026'", "up to 12", "write all in one form in the source"):
        assert part in str(error.value)
    with pytest.raises(MappingError, match="'10/13/2026'"):
        read([*CONVERTED, "10/13/2026", "10/19/2026", "10/30/2026"])
    assert "does not fit" in read([*CONVERTED, *left], fmt="%d/%m/%Y")[0]


@pytest.mark.parametrize(
    "cells",
    [
        [*CONVERTED, *LEFT],
        [*CONVERTED[1:], *LEFT, "30/10/2026"],
        [*CONVERTED, "2026-10-13", *LEFT, "30/10/2026"],
        [*CONVERTED, *LEFT, "30/10/2026", "05/10/2026"],
        [*(f"{text}T09:00:00Z" for text in CONVERTED), *LEFT, "30/10/2026"],
    ],
)
def test_two_forms_of_text_are_read_where_nothing_was_exchanged(cells):
    assert all(isinstance(found, datetime) for found in read(cells))


def test_another_unit_than_the_column_counts_is_refused():
    """1,791,190,800 seconds is 5 October 2026; as milliseconds it is 21 January 1970."""
    cells = [1_791_190_800_000, 1_791_190_800, 1_791_190_800_000_000, 1_791_190_800 * 10**9]
    looks = "looks like {} since 1970, not milliseconds (date_format)"
    others = [looks.format(unit) for unit in ("seconds", "microseconds", "nanoseconds")]
    for given in (cells, [str(cell) for cell in cells], pd.Series(cells)):
        assert read(given, fmt="epoch_ms") == [datetime(2026, 10, 5, 9), *others]
    assert read([cells[2]], fmt="epoch_us") == read([cells[3]], fmt="epoch_ns")
    assert read([cells[0]], fmt="epoch_s") == [
        "looks like milliseconds since 1970, not seconds (date_format)"
    ]


def test_a_year_past_2200_and_infinity_mean_no_end_in_a_column_of_ends_only():
    ends = ["9999-12-31", "31.12.9999", "infinity", "9999-12-31T23:59:59Z", "2999-12-31"]
    ends += [date(9999, 12, 31), datetime.max]
    assert read(ends, is_end=True, company=BERLIN) == [None] * 7
    assert remarks(ends, BERLIN, is_end=True) == [(7, "were read as no end.", False)]
    assert read([2_958_465], serial=True, is_end=True) == [None]
    assert read(["2099-12-31"], company=BERLIN, is_end=True) == [date(2099, 12, 31)]
    refused = read(["9999-12-31", "infinity"], company=BERLIN)
    assert refused[0].startswith("is in the year 9999") and "infinity" in refused[1]
    assert "infinity" in read(["-infinity"], is_end=True)[0]


def test_zero_as_a_date_is_refused_unless_other_dates_are_near():
    (reason, other) = read([0, 1_790_812_800_001], fmt="epoch_ms")
    assert 'is 1970-01-01, which programs write for no date; blanks = ["0"]' in reason
    assert other.year == 2026
    assert read(["1970-01-01", "1985-05-05"])[0] == datetime(1970, 1, 1)
    assert "is 1900-01-01" in read([datetime(1900, 1, 1), "2026-10-01"])[0]
    assert "1899" in read([datetime(1899, 12, 30)])[0]
    found = mapped("leads", {"lead_id": ["A", "B"], "created_at": ["2026-10-01", "1970-01-01"]})
    assert found.rejects["value"].tolist() == ["1970-01-01"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13. Oktober 2026", date(2026, 10, 13)),
        ("3. März 2026", date(2026, 3, 3)),
        ("3 Mrz 2026", date(2026, 3, 3)),
        ("13. Okt. 2026", date(2026, 10, 13)),
        ("Dienstag, 13. Oktober 2026", date(2026, 10, 13)),
        ("Di. 13.10.2026", date(2026, 10, 13)),
        ("13 de octubre de 2026", date(2026, 10, 13)),
        ("1er octobre 2026", date(2026, 10, 1)),
        ("mar. 13 octobre 2026", date(2026, 10, 13)),
        ("3 marca 2026", date(2026, 3, 3)),
        ("1º ottobre 2026", date(2026, 10, 1)),
        ("13 maart 2026", date(2026, 3, 13)),
        ("13 de março de 2026", date(2026, 3, 13)),
        ("Ma\u0308rz 3, 2026", date(2026, 3, 3)),
        ("Tue, 13 Oct 2026", date(2026, 10, 13)),
        ("2026-Oct-13", date(2026, 10, 13)),
        ("Tue Oct 13 2026 23:30:00 GMT+0200 (CEST)", date(2026, 10, 13)),
    ],
)
def test_months_and_weekdays_are_read_in_the_languages_of_europe(text, day):
    assert read([text], company=BERLIN) == [day]


def test_a_month_that_depends_on_the_language_is_refused_unless_the_column_has_one():
    """Listopad is October in Croatian, November in Polish; only Polish has maja for May."""
    (reason,) = read(["13 listopada 2026"])
    assert "names the month 'listopada', which is 10 or 11 depending on the language" in reason
    proved = read(["13 listopada 2026", "3 maja 2026"], company="UTC")
    assert proved == [date(2026, 11, 13), date(2026, 5, 3)]
    assert "names the month 'Foo'" in read(["Foo 3, 2026"])[0]


def test_the_months_of_a_croatian_column_end_in_a_dot_after_the_year():
    """Rujna, September, and studenoga, November, are Croatian alone: listopada is October."""
    cells = ["13. listopada 2026.", "28. rujna 2026.", "2. studenoga 2026."]
    days = [date(2026, 10, 13), date(2026, 9, 28), date(2026, 11, 2)]
    assert read(cells, company="UTC") == days


@pytest.mark.parametrize(
    "text",
    ["13.10.2026.", "13.10.2026. 9:30", "2026.10.13.", "2026. 10. 13.", "2026. 10. 13. 9:30"],
)
def test_a_dot_after_the_date_is_none_of_it(text):
    """Croatia and Hungary write an ordinal dot after the year, and after the day."""
    at = datetime(2026, 10, 13, 9, 30) if "9:30" in text else datetime(2026, 10, 13)
    assert read([text, text]) == [at, at]


def test_the_format_that_is_advised_for_an_open_order_has_the_dot():
    with pytest.raises(MappingError, match=re.escape('"%d.%m.%Y. %H:%M" (day first)')):
        read(["03.04.2026. 9:30"])
    assert read(["03.04.2026. 9:30"], fmt="%d.%m.%Y. %H:%M") == [datetime(2026, 4, 3, 9, 30)]


def test_a_weekday_that_is_not_that_of_the_date_is_refused():
    assert "names the weekday 'Mon'" in read(["Mon, 13 Oct 2026"])[0]
    assert "names the weekday 'Foo'" in read(["Foo, 13 Oct 2026"])[0]


@pytest.mark.parametrize("space", ["\u202f", "\u00a0", " \u200e", "  ", "\t"])
@pytest.mark.parametrize("half", ["PM", "p.m.", "p. m."])
@pytest.mark.parametrize("fmt", [None, "%m/%d/%Y, %I:%M %p"])
def test_spaces_that_nobody_sees_are_spaces(space, half, fmt):
    cells = [f"\u200e10/13/2026,{space}9:01{space}{half}"]
    assert read(cells, fmt=fmt) == [datetime(2026, 10, 13, 21, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3/4/26", "a year of two digits; set date_format"),
        ("13-Okt-26", "a year of two digits; correct the source to write four"),
        ("Q1 2027", "is a quarter, and a row needs one day"),
        ("2027-Q1", "is a quarter, and a row needs one day"),
        ("2026-W41", '"%G-W%V" reads its Monday'),
        ("2026-W41-2", '"%G-W%V-%u" reads it'),
        ("2026-10", 'date_format = "%Y-%m"'),
        ("10/2026", 'date_format = "%m/%Y"'),
        ("Oct 2026", "month without a day"),
        ("46296", 'date_format = "serial"'),
        ("20731", 'days since 1970, set date_format = "epoch_d"'),
        ("20261001", 'date_format = "%Y%m%d"'),
        ("1790812800", 'date_format = "epoch_s"'),
        ("1790812800000", 'date_format = "epoch_ms"'),
        ("1.79081E+12", "rounded by a spreadsheet"),
        ("2026", "is a number, not a date"),
        ("2026-10-01 09:00 CET", "names the time zone 'CET'"),
        ("10/13/2026 9:00 AM PDT", "names the time zone 'PDT'"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_set(text, said):
    assert said in read([text])[0]


@pytest.mark.parametrize(
    "text",
    ["28.09.2026 - 04.10.2026", "2026-10-01/2026-10-07", "28.09.26 - 04.10.26", "01.-07.10.2026"]
    + ["28.09.–04.10.2026", "01.10.2026 bis 07.10.2026", "1-7 Oct 2026", "Oct 1 - 7, 2026"]
    + ["28 Sep 2026 – 4 Oct 2026", "Sep 28, 2026 to Oct 4, 2026", "Week of 1/10/2026 to 7/10/2026"]
    + ["2026-10-01T00:00:00Z/2026-10-07T00:00:00Z"],
)
def test_a_cell_of_two_dates_is_refused_without_a_format_that_no_format_would_read(text):
    """28 September to 4 October lies in two months, and its first day is in one."""
    assert read([text]) == ["holds two dates, and a row needs one day; export it by day"]


def test_no_second_and_no_hour_moves_into_the_next_day():
    """The parser underneath reads 23:59:60 as midnight of the next day."""
    for text in ("2026-10-01 23:59:60", "2026-10-01 24:00:00"):
        assert read([text])[0].startswith("is not a date or time that exists")
        assert "does not fit" in read([text], fmt="%Y-%m-%d %H:%M:%S")[0]
    assert "does not fit" in read(["2026-07-01 09:00 CET"], fmt="%Y-%m-%d %H:%M %Z")[0]


def test_a_number_in_a_spreadsheet_is_read_by_the_format_that_it_fits():
    """20261001 fits; 46296 is 1 October 2026 as a serial; 2026 is no date of a spreadsheet."""
    cells = [20_261_001, 46_296, 20_261_001.0, datetime(2026, 10, 1), "20261001", 2026]
    day = datetime(2026, 10, 1)
    refused = "does not fit the date_format '%Y%m%d'"
    assert read(cells, fmt="%Y%m%d", serial=True) == [*[day] * 5, refused]
    assert "reads both ways" in read([41_011], fmt="%y%m%d", serial=True)[0]
    assert 'date_format = "%Y%m%d"' in read([20_261_001], serial=True)[0]
    assert "1905-07-18" in read([2026], serial=True)[0]


def test_a_serial_is_read_where_the_settings_say_so():
    cells = [46_296, "46297", "46296.5", 2026, "x"]
    found = read(cells, fmt="serial")
    assert found[:3] == [datetime(2026, 10, 1), datetime(2026, 10, 2), datetime(2026, 10, 1, 12)]
    assert found[3:] == [datetime(1905, 7, 18), "does not fit the date_format 'serial'"]


OCT_5 = datetime(2026, 10, 5)


def test_days_since_1970_are_days_of_the_company_in_full():
    """20,731 = 56 * 365 + 14 leap days + 277: 5 October 2026, in New York as in Berlin."""
    cells = [20_731, "20731", 20_731.0]
    assert read(cells, company=NEW_YORK, fmt="epoch_d") == [date(2026, 10, 5)] * 3
    assert (
        read(["20731", 20_731.5, "x"], fmt="epoch_d")[1:]
        == ["does not fit the date_format 'epoch_d'"] * 2
    )
    assert "looks like seconds since 1970, not days" in read([1_790_812_800], fmt="epoch_d")[0]


@pytest.mark.parametrize(
    ("cells", "how", "read_as", "meant"),
    [
        (["20738", "20731", None], {"fmt": "serial"}, "spreadsheet dates", "epoch_d"),
        ([20_738, 20_731], {"fmt": "serial"}, "spreadsheet dates", "epoch_d"),
        ([20_738, 20_731, OCT_5], {"serial": True}, "spreadsheet dates", "epoch_d"),
        (["46307", "46300"], {"fmt": "epoch_d"}, "days since 1970", "serial"),
    ],
)
def test_days_counted_from_the_wrong_day_are_doubted_with_both_readings(cells, how, read_as, meant):
    """46,300 - 20,731 = 25,569 days, from 1899-12-30 to 1970: in 1956 and 2096."""
    first = "1956-10-03" if meant == "epoch_d" else "2096-10-06"
    ((count, said, is_doubt),) = remarks(cells, **how)
    assert (count, is_doubt) == (2, True)
    assert f"were read as {read_as}, the first as {first}: as " in said
    assert f'it is 2026-10-05. If that is meant, set date_format = "{meant}"' in said


@pytest.mark.parametrize(
    ("cells", "how"),
    [
        ([46_300, 46_307], {"fmt": "serial"}),
        ([20_731, 20_738], {"fmt": "epoch_d"}),
        ([25_000, 46_300], {"fmt": "serial"}),
        ([25_000, 46_300], {"serial": True}),
        ([None, "x"], {"fmt": "serial"}),
        ([datetime(1956, 10, 5)], {"serial": True}),
    ],
)
def test_days_counted_from_the_right_day_are_not_doubted(cells, how):
    """25,000 is 11 June 1968: one customer of old among those of today."""
    assert remarks(cells, **how) == []


@pytest.mark.parametrize(
    ("cells", "fmt", "added"),
    [
        ([812_894_400, 813_499_200], "epoch_s", "978307200"),
        (["812894400000", "813499200000"], "epoch_ms", "978307200000"),
    ],
)
def test_seconds_since_2001_are_doubted_with_both_readings(cells, fmt, added):
    """812,894,400 s are 9,408.5 days: noon of 5 October, in 1995 from 1970, in 2026 from 2001."""
    ((count, said, is_doubt),) = remarks(cells, fmt=fmt)
    assert (count, is_doubt) == (2, True)
    assert "were read as counted from 1970, the first as 1995-10-05: from 2001" in said
    assert f"it is 2026-10-05. If that is meant, let a query add {added} to the column." in said


@pytest.mark.parametrize("cells", [[1_790_812_800], [812_894_400, 1_790_812_800], [None, "x"]])
def test_unix_times_of_this_century_are_not_doubted(cells):
    """1,790,812,800 is 1 October 2026; beside it, 1995 is a customer of old."""
    assert remarks(cells, fmt="epoch_s") == []


def test_serials_of_a_workbook_that_counts_from_1904_are_refused():
    """44,834 is 1 October 2026 there, and 30 September 2022 as date_format = "serial" has it."""
    leads = {"lead_id": ["L1"], "created_at": [44_834]}
    how = {"from_1904": True, "date_format": "serial"}
    with pytest.raises(MappingError, match="this workbook counts from 1904"):
        mapped("leads", leads, **how)
    leads["created_at"] = [datetime(2026, 10, 1)]
    (day,) = mapped("leads", leads, **how).frame["created_at"].to_pylist()
    assert day.astimezone(ZoneInfo(BERLIN)).date() == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("text", "advised"),
    [
        ("13-OCT-26 10.30.00.000000000 PM", "%d-%b-%y %I.%M.%S.%f %p"),
        ("13-OCT-26 22.30.00,000000", "%d-%b-%y %H.%M.%S,%f"),
        ("13 October '26 10:30 PM", "%d %B '%y %I:%M %p"),
        ("13/10/26, 22:30", "%d/%m/%y, %H:%M"),
        ("13.10.26 22:30:00Z", "%d.%m.%y %H:%M:%S%z"),
        ("13-Oct-26T22:30:00 +00:00", "%d-%b-%yT%H:%M:%S %z"),
    ],
)
def test_the_format_that_is_advised_for_a_year_of_two_digits_reads_its_time(text, advised):
    """Oracle writes nine digits of a second, and dots within the time."""
    assert f'a year of two digits; set date_format, such as "{advised}"' in read([text])[0]
    assert read([text], fmt=advised) == [datetime(2026, 10, 13, 22, 30)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13-Oct-26", datetime(2026, 10, 13)),
        ("2026-W41", datetime(2026, 10, 5)),
        ("2026W41", datetime(2026, 10, 5)),
        ("2027-W1", datetime(2027, 1, 4)),
        ("2026-W53", datetime(2026, 12, 28)),
        ("2026-W41-2", datetime(2026, 10, 6)),
        ("2026W412", datetime(2026, 10, 6)),
    ],
)
def test_the_format_that_is_advised_reads_the_value(text, day):
    """The Monday of week 41 of 2026 is 5 October; 2026 begins on a Thursday, so it has 53 weeks."""
    advised = re.search('"(.*?)"', read([text])[0])[1]
    assert read([text], fmt=advised) == [day]


def test_a_week_that_the_year_has_not_is_refused():
    assert "does not fit" in read(["2027-W53"], fmt="%G-W%V")[0]


def test_a_number_that_became_a_float_is_read_by_a_format_of_digits():
    """One blank cell makes 20261020.0 of 20261020, and 1112026.0 of 01112026."""
    day = datetime(2026, 10, 20)
    assert read(["20261020.0", "20261020", "20261020.5"], fmt="%Y%m%d")[:2] == [day, day]
    assert read(["1112026.0"], fmt="%d%m%Y") == [datetime(2026, 11, 1)]
    assert "does not fit" in read(["20261020.5"], fmt="%Y%m%d")[0]


def doubts_of_leads(days, **how):
    frame = {"lead_id": [str(at) for at in range(len(days))], "created_at": days}
    return doubts(mapped("leads", frame, **how))


OCTOBER = ["2026-10-02", "2026-10-05", "2026-10-07", "2026-10-12"]


@pytest.mark.parametrize("day", ["2000-01-01", "1999-12-31", "1970-01-02", "2001-01-01"])
def test_a_day_that_is_years_before_all_others_is_doubted_on_each_of_its_rows(day):
    (text,) = doubts_of_leads([day, *OCTOBER, day])
    assert text.startswith("2 cells of created_at are years before all others, which begin on 2026")
    assert f'blanks = {{ created_at = ["{day}"] }} under [tables.leads]' in text


@pytest.mark.parametrize(
    "days",
    [
        ["2022-01-01", *OCTOBER],
        ["2000-01-01", "2003-05-06", "2007-08-09", *OCTOBER],
        ["2000-01-01", "2009-01-01", *OCTOBER],
        ["2000-01-01", *OCTOBER[:2]],
    ],
    ids=["some years", "years in between", "many years", "few days"],
)
def test_old_days_among_days_of_many_years_are_not_doubted(days):
    assert doubts_of_leads(days) == []
