"""Whatever is written in a form that is read is read as what it is, or refused: never another day.

The dates are written here by Python and by Babel, in no way by what reads them.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.errors import MappingError
from tests.connectors.mapping.dates_read import read

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo"]
)
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sv", "da", "fi", "ru", "hr")
DAYS = st.dates(date(1990, 1, 1), date(2190, 12, 31))
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2190, 12, 31)).map(
    lambda at: at.replace(microsecond=0)
)
SPACE = st.sampled_from([" ", "\u00a0", "\u202f", "  ", "\t"])

NUMERIC = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d-%m-%Y")
NAMED = ("%d %b %Y", "%B %d, %Y", "%a, %d %b %Y", "%A, %B %d, %Y", "%Y-%b-%d", "%d-%b-%Y")
CLOCKS = ("%H:%M:%S", "%I:%M:%S %p", "%H:%M:%S.%f", "%I:%M:%S\u202f%p")


@settings(max_examples=120)
@given(st.lists(TIMES, min_size=1, max_size=6), st.data(), SPACE, st.booleans())
def test_times_in_any_form_are_read_as_written_or_refused(times, data, space, is_formatted):
    """Without a format the order may be open: then the column is refused as a whole."""
    day_form = data.draw(st.sampled_from((*NUMERIC, *NAMED)))
    clock = data.draw(st.sampled_from(CLOCKS))
    written = [at.strftime(f"{day_form}{space}{clock}") for at in times]
    form = f"{day_form} {clock}" if is_formatted else None
    try:
        found = read(written, "UTC", fmt=form)
    except MappingError as error:
        assert form is None and "both ways" in str(error) and day_form in NUMERIC
        return
    if all(at.time() == datetime.min.time() for at in times):
        found = [at.replace(hour=0) for at in found]
    assert found == times


@settings(max_examples=120)
@given(
    st.lists(DAYS, min_size=1, max_size=5),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["full", "long", "medium"]),
    ZONES,
    ZONES,
)
def test_a_day_in_any_language_is_that_day_or_refused(days, language, width, zone, company):
    """As CLDR writes it: ``13. Oktober 2026``, ``mardi 13 octobre 2026``, ``13.10.2026``."""
    written = [format_date(day, width, locale=language) for day in days]
    try:
        found = read(written, zone, company=company)
    except MappingError as error:
        assert "both ways" in str(error)
        return
    for text, day, seen in zip(written, days, found, strict=True):
        assert seen == day or isinstance(seen, str), text
    if language in ("en", "de", "fr", "es", "it", "nl", "pt") and width == "long":
        assert found == days


@settings(max_examples=120)
@given(st.lists(TIMES, min_size=1, max_size=5), ZONES, ZONES, st.data())
def test_an_instant_is_on_the_day_that_the_company_had(times, zone, company, data):
    """Written with its offset, in milliseconds and typed. A column of midnights holds days."""
    aware = [at.replace(tzinfo=UTC) for at in times]
    local = [at.astimezone(ZoneInfo(zone)) for at in aware]
    form = data.draw(st.sampled_from(["iso", "json", "epoch_ms", "typed"]))
    cells = {
        "iso": [at.isoformat() for at in local],
        "json": [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in aware],
        "epoch_ms": [int(at.timestamp()) * 1000 for at in aware],
        "typed": local,
    }[form]
    found = read(cells, company=company, fmt=form if form == "epoch_ms" else None)
    if all(at.time() == datetime.min.time() for at in times):
        assert found == [at.date() for at in times]
    elif form in ("iso", "typed") and all(at.time() == datetime.min.time() for at in local):
        assert found == [at.date() for at in local]
    else:
        assert found == [at.astimezone(ZoneInfo(company)).date() for at in aware]


@settings(max_examples=120)
@given(st.lists(DAYS, min_size=1, max_size=5), ZONES, st.data(), st.booleans())
def test_a_day_that_a_program_gives_as_an_instant_is_that_day(days, company, data, is_time):
    """The midnight in UTC, as HubSpot, JSON and a timestamptz give it, for days and for times; or
    one of Berlin, in summer and winter."""
    form = data.draw(
        st.sampled_from(["epoch_ms", "epoch_s", "epoch_us", "json", "typed", "berlin"])
    )
    midnights = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days]
    scale = {"epoch_s": 1, "epoch_ms": 1000, "epoch_us": 1_000_000}.get(form, 0)
    cells = [int(at.timestamp()) * scale for at in midnights] if scale else midnights
    if form == "json":
        cells = [at.strftime("%Y-%m-%dT%H:%M:%S+00:00") for at in midnights]
    if form == "berlin":
        berlin = ZoneInfo("Europe/Berlin")
        cells = [datetime(day.year, day.month, day.day, tzinfo=berlin).isoformat() for day in days]
    fmt = form if scale else None
    if not is_time:
        assert read(cells, company=company, fmt=fmt) == days
        return
    for day, at in zip(days, read(cells, company=company, kind="time", fmt=fmt), strict=True):
        there = at.replace(tzinfo=UTC).astimezone(ZoneInfo(company))
        # Sao Paulo skipped some midnights: the first instant of the day is at 01:00 then.
        assert there.date() == day and there.hour in (0, 1)


@settings(max_examples=120)
@given(st.lists(TIMES, min_size=1, max_size=5), ZONES)
def test_a_time_of_a_zone_is_the_instant_that_its_clocks_showed(times, zone):
    """Repeated: the earlier of both. Skipped: no instant shows it, and the first after it is read,
    less than a day later on the same day or at its end."""
    there = ZoneInfo(zone)
    if all(at.time() == datetime.min.time() for at in times):
        times = [at.replace(hour=12) for at in times]
    cells = [at.isoformat(sep=" ") for at in times]
    for at, seen in zip(times, read(cells, zone), strict=True):
        shown = seen.replace(tzinfo=UTC).astimezone(there).replace(tzinfo=None)
        offset = at.replace(tzinfo=there, fold=0)
        if offset.astimezone(UTC).astimezone(there).replace(tzinfo=None) == at:
            assert shown == at and seen == offset.astimezone(UTC).replace(tzinfo=None)
        else:
            assert at < shown <= at + timedelta(hours=2)


@pytest.mark.parametrize("serial", [True, False])
@settings(max_examples=80)
@given(days=st.lists(DAYS, min_size=1, max_size=5), form=st.sampled_from(["%Y%m%d", "%d%m%Y"]))
def test_a_day_that_became_a_number_is_that_day(serial, days, form):
    """``01112026`` becomes 1112026 in a spreadsheet, which also reads as 11 January."""
    numbers = [int(day.strftime(form)) for day in days]
    assert read(numbers, company="UTC", fmt=form, serial=serial) == days
    assert read([str(n) for n in numbers], company="UTC", fmt=form, serial=serial) == days
    assert read([float(n) for n in numbers], company="UTC", fmt=form, serial=serial) == days


@settings(max_examples=80)
@given(st.lists(TIMES, min_size=1, max_size=5), st.booleans())
def test_a_serial_is_the_time_that_the_spreadsheet_showed(times, is_text):
    """Days since 30 December 1899; no number of seconds is off by rounding."""
    serials = [(at - datetime(1899, 12, 30)) / timedelta(days=1) for at in times]
    cells = [repr(serial) for serial in serials] if is_text else serials
    assert read(cells, fmt="serial") == times
