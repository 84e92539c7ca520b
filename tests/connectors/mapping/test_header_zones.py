"""Claims about zones in headers of times: UTC decides, other names are doubts, settings win.

A header that names weeks of a fiscal year leaves a doubt, too.
"""

from datetime import UTC, datetime

import pytest

from connectors.mapping.dates.header_zones import header_zone
from kpis.definitions import Company
from tests.connectors.mapping.mapped_frames import doubts, mapped


def leads(header, times, zone=None):
    frame = {"lead_id": [f"L{i}" for i in range(len(times))], header: times}
    return mapped("leads", frame, columns={"created_at": header}, zone=zone)


def created(result):
    return result.frame["created_at"].to_pylist()


@pytest.mark.parametrize(
    ("header", "zone"),
    [
        *(("Create Date (UTC)", "UTC"), ("created_at_utc", "UTC"), ("createdAtUtc", "UTC")),
        *(("Created (GMT)", "UTC"), ("Created (Z)", "UTC"), ("UTC time", "UTC")),
        *(("Created (UTC+0)", "UTC"), ("Created (GMT+01:00)", "GMT+01:00")),
        *(("Created (EST)", "EST"), ("Close Date PT", "PT"), ("Datum MEZ", "MEZ")),
        *(("created_at_cet", "cet"), ("Time (America/New_York)", "America/New_York")),
        *(("Created at", None), ("DATE ET HEURE", None), ("Outcome", None), ("created_at", None)),
        *(("Zeit", None), ("Letzter Kontakt", None), ("fuzz", None), ("close_date_est", None)),
    ],
)
def test_a_header_names_a_zone_by_whole_words(header, zone):
    assert header_zone(header) == zone


def test_times_under_a_header_of_utc_are_in_utc_and_noted():
    """22:30 UTC on 30 September is 1 October in Berlin; its own offset and bare dates win."""
    times = ["2026-09-30 22:30", "2026-10-02 08:00+02:00", "2026-10-03"]
    result = leads("Create Date (UTC)", times)
    assert created(result) == [
        datetime(2026, 9, 30, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 2, 6, 0, tzinfo=UTC),
        datetime(2026, 10, 2, 22, 0, tzinfo=UTC),
    ]
    (note,) = result.notes
    assert note.text == (
        "1 cell of created_at was taken in UTC, which the header 'Create Date (UTC)' names "
        "('2026-09-30 22:30'). time_zone on the source decides otherwise."
    )


def test_the_zone_of_the_source_overrides_the_header():
    result = leads("Create Date (UTC)", ["2026-09-30 22:30"], zone="America/New_York")
    assert created(result) == [datetime(2026, 10, 1, 2, 30, tzinfo=UTC)] and result.notes == ()


def test_a_zone_that_is_a_name_leaves_a_doubt_that_asks_for_time_zone():
    """Read in Berlin, 10:00 is 08:00 UTC; in Eastern time it would be 14:00."""
    result = leads("Created (EST)", ["2026-10-01 10:00"])
    assert created(result) == [datetime(2026, 10, 1, 8, 0, tzinfo=UTC)]
    (note,) = result.notes
    assert note.is_doubt and "the header 'Created (EST)' names EST" in note.what
    assert "Set time_zone on the source" in note.remedy
    assert leads("Created (EST)", ["2026-10-01"]).notes == ()


QUALTRICS = '{"ImportId":"recordedDate","timeZone":"America/Denver"}'


def test_the_zone_in_the_third_header_of_qualtrics_is_that_of_its_times():
    """17:30 in Denver, 6 hours behind UTC, is 23:30 UTC: 1 October, 01:30, in Berlin."""
    result = leads("RecordedDate", ["Recorded Date", QUALTRICS, "2026-09-30 17:30:00"])
    assert created(result) == [datetime(2026, 9, 30, 23, 30, tzinfo=UTC)]
    (note,) = result.notes
    assert "was taken in America/Denver, which the header" in note.text and not note.is_doubt
    ours = leads("RecordedDate", [QUALTRICS, "2026-09-30 17:30:00"], zone="UTC")
    assert created(ours) == [datetime(2026, 9, 30, 17, 30, tzinfo=UTC)] and ours.notes == ()
    assert created(leads("Day", [QUALTRICS.replace("Denver", "X"), "2026-09-30 17:30:00"])) == [
        datetime(2026, 9, 30, 15, 30, tzinfo=UTC)
    ]


@pytest.mark.parametrize("header", ["Fiscal Week", "FW", "Retail Week", "4-5-4 week"])
def test_fiscal_weeks_that_are_read_as_those_of_iso_are_doubted(header):
    """Week 37 of ISO is of 7 September; from February on, it begins on 11 October."""
    company = Company(currency="USD", time_zone="America/Chicago", fiscal_year_starts=2)
    frame = {header: ["2026-W37", "2026-W38"], "amount": ["7", "8"]}
    how = {"columns": {"spent_on": header}, "date_format": {"spent_on": "%G-W%V"}}
    (text,) = doubts(mapped("costs", frame, company=company, **how))
    assert text.startswith("2 cells of spent_on were read by date_format '%G-W%V' as weeks of the")
    assert f"'{header}' names fiscal ones" in text and "the company's begins in February" in text
    other = {"Calendar week": frame[header], "amount": ["7", "8"]}
    how["columns"] = {"spent_on": "Calendar week"}
    assert doubts(mapped("costs", other, company=company, **how)) == []


@pytest.mark.parametrize("header", ["Buchungsperiode", "Fiscal Month", "posting_period", "Period"])
@pytest.mark.parametrize("written", ["%m.%Y", "%Y-%m"])
def test_fiscal_months_that_are_read_as_those_of_the_calendar_are_doubted(header, written):
    """Month 7 is July; from April on, it is October. In a year from January on it is July."""
    company = Company(currency="EUR", fiscal_year_starts=4)
    how = {"columns": {"spent_on": header}, "date_format": {"spent_on": written}}
    frame = {header: [datetime(2026, 7, 1).strftime(written)], "amount": ["7"]}
    (text,) = doubts(mapped("costs", frame, company=company, **how))
    assert f"as months of the calendar year, but the header '{header}' names fiscal" in text
    assert "the company's begins in April" in text
    assert doubts(mapped("costs", frame, company=Company(currency="EUR"), **how)) == []


@pytest.mark.parametrize(
    ("header", "value", "written"),
    [("Month", "07.2026", "%m.%Y"), ("Period", "01.07.2026", "%d.%m.%Y")],
)
def test_months_and_days_of_the_calendar_are_not_doubted(header, value, written):
    company = Company(currency="EUR", fiscal_year_starts=4)
    how = {"columns": {"spent_on": header}, "date_format": {"spent_on": written}}
    assert doubts(mapped("costs", {header: [value], "amount": ["7"]}, company=company, **how)) == []
