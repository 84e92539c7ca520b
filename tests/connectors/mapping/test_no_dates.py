"""Claims about what programs write for no date: zero on a clock, and 9999 cut to two digits."""

from datetime import UTC, date, datetime

import pytest

from tests.connectors.mapping.dates_read import BERLIN, NEW_YORK, read, remarks
from tests.connectors.mapping.mapped_frames import mapped

NOW = "2026-10-02 15:00:00"


@pytest.mark.parametrize(
    "zero",
    [
        *("1969-12-31 19:00:00", "1969-12-31 16:00", "1970-01-01 01:00:00", "1970-01-01 05:30:00"),
        *("1970-01-01 13:45:00", "1969-12-31", "1970-01-01", datetime(1969, 12, 31, 18)),
        date(1969, 12, 31),
    ],
)
def test_zero_as_a_unix_time_on_the_clocks_of_any_zone_is_refused_with_the_line_that_reads_it(zero):
    """19:00 in New York is midnight in UTC."""
    (reason, other) = read([zero, NOW])
    assert reason.startswith("is 1970-01-01") and "which programs write for no date" in reason
    assert 'blanks = ["1' in reason and other == datetime(2026, 10, 2, 15)


def test_the_line_of_settings_makes_leads_whole():
    zero = "1969-12-31 19:00:00"
    frame = {"lead_id": ["A", "B"], "created_at": [NOW] * 2, "first_contacted_at": [NOW, zero]}
    (reason,) = mapped("leads", frame).rejects["reason"]
    assert "(1969-12-31 19:00 on its clocks)" in reason and f'blanks = ["{zero}"]' in reason
    found = mapped("leads", frame, blanks=[zero])
    assert found.frame["first_contacted_at"].null_count == 1 and found.rejects.empty


@pytest.mark.parametrize(
    "cells",
    [
        ["1969-12-31 19:00:07", NOW],
        ["1969-12-31 19:10:00", NOW],
        ["1969-12-31 10:00:00", NOW],
        ["1970-01-02", NOW],
        ["1969-12-31 19:00:00", "1985-05-05 10:00:00"],
        [datetime(1969, 12, 31, 19, tzinfo=UTC), NOW],
    ],
)
def test_other_times_of_those_days_are_read(cells):
    """A second, ten minutes or fourteen hours off, a day later, other old dates, a known zone."""
    assert all(isinstance(found, datetime) for found in read(cells))


ENDS = ["12/31/99", "06/30/26", "12/31/99"]


def test_9999_of_two_digits_is_no_end():
    """strptime reads 99 as 1999: customers would have ended before they started."""
    assert read(ENDS, company=BERLIN, fmt="%m/%d/%y", is_end=True) == [
        None,
        date(2026, 6, 30),
        None,
    ]
    ((count, what, is_doubt),) = remarks(ENDS, NEW_YORK, fmt="%m/%d/%y", is_end=True)
    assert (count, what, is_doubt) == (1, "were read as no end.", False)
    assert read(["31.12.99"], company=BERLIN, fmt="%d.%m.%y", is_end=True) == [None]


@pytest.mark.parametrize(
    ("cells", "fmt", "is_end"),
    [
        (["12/31/99", "03/01/98"], "%m/%d/%y", True),
        (["12/31/1999", "06/30/2026"], "%m/%d/%Y", True),
        (["12/30/99", "06/30/26"], "%m/%d/%y", True),
        (["12/31/99", "06/30/26"], "%m/%d/%y", False),
    ],
)
def test_other_days_of_1999_stay(cells, fmt, is_end):
    """Beside another old end, with four digits, on another day, and as a start."""
    assert read(cells, company=BERLIN, fmt=fmt, is_end=is_end)[0].year == 1999
