"""Claims about dates that a spreadsheet exchanged and shows with the names of their months."""

from datetime import datetime

import pytest

from kpis.errors import MappingError
from tests.connectors.mapping.dates_read import read, remarks

LEFT = ["13/10/2026", "19/10/2026", "27/10/2026"]
SHOWN = ["10-Mar-26", "10-May-26", "10-Aug-26"]
"""3, 5 and 8 October, read with the month first; d-mmm-yy is how Excel shows a date."""


@pytest.mark.parametrize(
    "converted",
    [
        SHOWN,
        ["10-Mar-2026", "10-May-2026", "10-Aug-2026"],
        ["10. Mrz 26", "10. Mai 26", "10. Aug 26"],
        ["Mar 10, 2026", "May 10, 2026", "August 10, 2026"],
        ["10 mars 2026", "10 mai 2026", "10 août 2026"],
        ["10-Mar-26 9:00", "10-May-26 12:30", "10-Aug-26 0:00"],
        ["10/Mar/26", "10/Oct/26", "10/Aug/26"],
    ],
)
def test_dates_with_the_names_of_months_beside_texts_past_the_twelfth_are_refused(converted):
    with pytest.raises(MappingError) as error:
        read([*converted, *LEFT])
    for part in ("name of its month", f"'{converted[0]}'", "'13/10/2026'", "exchanged", "as text"):
        assert part in str(error.value)


def test_the_month_may_come_first_and_years_may_be_short_in_both():
    with pytest.raises(MappingError, match="'10/13/26', one above"):
        read([*SHOWN, "10/13/26", "10/19/26", "10/30/26"])


def test_with_a_date_format_it_is_a_doubt_on_the_dates():
    ((count, what, is_doubt),) = remarks([*SHOWN, *LEFT], fmt="%d-%b-%y")
    assert (count, is_doubt) == (3, True) and "day and month exchanged" in what


@pytest.mark.parametrize(
    "cells",
    [
        [*SHOWN[1:], *LEFT],
        [*SHOWN, *LEFT[1:]],
        [*SHOWN, "31-Mar-26", *LEFT],
        [*SHOWN, *LEFT, "05/10/2026"],
        ["3-Mar-26", "5-May-26", "8-Aug-26", *LEFT],
        ["10 listopada 2026", "10 May 2026", "10 Aug 2026", *LEFT],
    ],
)
def test_two_forms_of_dates_are_read_where_nothing_was_exchanged(cells):
    """Too few of a kind, a day past the twelfth, a text below it, the same both ways, a name."""
    found = read(cells)
    assert all(isinstance(found[cells.index(text)], datetime) for text in cells if text in LEFT)


def test_short_years_alone_still_name_their_format():
    assert '"%d-%b-%y"' in read(SHOWN)[0]
