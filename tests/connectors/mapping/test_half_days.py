"""Claims about words for the two halves of a day: they are read, or refused with a way to mend."""

from datetime import datetime

import pytest

from tests.connectors.mapping.dates_read import read
from tests.connectors.mapping.mapped_frames import mapped

NIGHT, MORNING = datetime(2026, 10, 31, 23, 30), datetime(2026, 10, 13, 9, 5)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("31/10/2026, 11:30 μ.μ.", NIGHT),
        ("13/10/2026, 9:05 π.μ.", MORNING),
        ("13/10/2026 9:05 πμ", MORNING),
        ("31/10/2026 11:30 µµ", NIGHT),
        ("31/10/2026 12:30 μ.μ.", datetime(2026, 10, 31, 12, 30)),
        ("31/10/2026 12:05 π.μ.", datetime(2026, 10, 31, 0, 5)),
        ("31.10.2026 11:30 odp.", NIGHT),
        ("13. 10. 2026 9:05 dop.", MORNING),
        ("2026. 10. 31. du. 11:30", NIGHT),
        ("2026. 10. 13. de. 9:05", MORNING),
        ("31.10.2026 ÖS 11:30", NIGHT),
        ("31.10.2026 11:30 ös", NIGHT),
        ("2026-10-31 11:30 em", NIGHT),
        ("2026-10-13 9:05 f.m.", MORNING),
        ("31.10.2026 klo 11.30 ip.", NIGHT),
        ("31.10.2026 11:30:00 nachm.", NIGHT),
        ("31.10.2026, 11:30 пп", NIGHT),
        ("31/10/2026 11:30 م", NIGHT),
        ("31/10/2026, 11:30 p.\u202fm.", NIGHT),
    ],
)
def test_words_of_other_languages_are_read(text, moment):
    """Half past eleven at night is the next day in a zone an hour east."""
    assert read([text]) == [moment]


@pytest.mark.parametrize(
    ("text", "fmt", "moment"),
    [
        ("31/10/2026, 11:30 μ.μ.", "%d/%m/%Y, %I:%M %p", NIGHT),
        ("10/31/2026 11:30μμ", "%m/%d/%Y %I:%M%p", NIGHT),
        ("2026. 10. 31. du. 11:30", "%Y. %m. %d. %p %I:%M", NIGHT),
        ("2026. 10. 13. 오전 9:05", "%Y. %m. %d. %p %I:%M", MORNING),
        ("2026年10月31日 午後11:30", "%Y年%m月%d日 %p %I:%M", NIGHT),
        ("31.10.2026 11:30 odp.", "%d.%m.%Y %I:%M %p", NIGHT),
    ],
)
def test_a_date_format_with_p_reads_them(text, fmt, moment):
    assert read([text], fmt=fmt) == [moment]


@pytest.mark.parametrize("fmt", [None, "%d/%m/%Y, %I:%M %p"])
def test_a_word_that_is_not_read_is_named_with_a_query_that_mends_it(fmt):
    (reason,) = read(["31/10/2026, 11:30 mbn."], fmt=fmt)
    assert reason == (
        "has 'mbn.' after its time, which is not read; if it means am or pm, let a query write "
        "that: SELECT * REPLACE (REPLACE(…, 'mbn.', 'PM') AS …), and AM for the other word"
    )
    assert read(["31/10/2026, 11:30 mbn.".replace("mbn.", "PM")], fmt=fmt) == [NIGHT]


def test_words_of_other_meaning_are_not_taken_for_halves():
    """A Saturday, a language's "of", "o'clock", a time of 24 hours, and a zone's name."""
    assert read(["Sa 31.10.2026 10:30"]) == [datetime(2026, 10, 31, 10, 30)]
    assert read(["13 de octubre de 2026 9:05"]) == [MORNING]
    assert read(["13.10.2026 9:05 Uhr"]) == [MORNING]
    assert "not a date or time that exists" in read(["31/10/2026 21:30 μ.μ."])[0]
    assert "names the time zone 'CH'" in read(["31.10.2026 11:30 CH"])[0]


def test_a_column_of_them_comes_from_settings_alone():
    frame = {
        "lead_id": ["a", "b"],
        "created_at": ["31/10/2026, 11:30 μ.μ.", "1/10/2026, 9:05 π.μ."],
    }
    found = mapped("leads", frame)
    assert [at.hour for at in found.frame["created_at"].to_pylist()] == [23, 9]
