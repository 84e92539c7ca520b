"""Claims about rows at which a sum or a text ends: closing entries, and rests of a text cut off."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import mapped
from tests.connectors.mapping.test_rows_without_data import A, B, C, costs


@pytest.mark.parametrize(
    "label",
    [
        *("Closing entry FY2026", "Year-end close", "Jahresabschluss 2026", "Asiento de cierre"),
        *("GuV-Abschluss", "Écriture de clôture", "Transfer to P&L", "Scrittura di chiusura"),
    ],
)
def test_a_closing_entry_is_no_cost_where_it_is_minus_the_sum_of_its_year(label):
    """400 + 600 = 1,000 and 50 + 70 = 120; the 90 that a designer took off is a cost below 0."""

    def amounts(*rows):
        frame = pd.DataFrame(rows, columns=["Text", "amount"], dtype=object)
        result = mapped("costs", frame.assign(spent_on="2026-10-05"))
        return result.frame["amount"].to_pylist()

    first, second = [("Ads", "400"), ("Fair", "600")], [("Ads", "50"), ("Print", "70")]
    years = (*first, (label, "-1000"), *second, (label, "-120"))
    assert amounts(*years) == [400, 600, 50, 70]
    assert amounts(*first, (label, "-90")) == [400, 600, -90]


def test_a_last_row_that_is_minus_the_sum_of_all_others_is_doubted_whatever_it_is_called():
    """400 + 600 + 70.50 - 1,070.50 = 0. A refund of one row leaves the others."""
    (doubt,) = [
        n for n in costs(A, B, C, ("2026-12-31", None, "-1070.5")).notes if "at the" in n.what
    ]
    assert doubt.is_doubt and doubt.text == (
        "1 row at the end holds exactly minus the sum of all others, so that they add up to 0 "
        "('row 5: -1070.5'). If it closes an account at the end of its year, take it out of the "
        "source."
    )
    assert not [n for n in costs(A, B, C, (*B[:2], "-600")).notes if "at the" in n.what]


def notes_of_leads(*rows):
    columns = ["lead_id", "created_at", "note", "mql_at", "campaign_id"]
    return mapped("leads", pd.DataFrame(rows, columns=columns, dtype=object))


LONG = "We met at the fair. " * 2000
L1, L2 = ("L1", "2026-10-05", None, None, "fair"), ("L2", "2026-10-07", None, None, "spring")


def test_the_rest_of_a_text_that_a_spreadsheet_cut_is_no_lead():
    """40,000 characters are 32,767 and 7,233, which would be the id of a lead of 9 October."""
    cut = ("L3", "2026-10-06", LONG[:32_767], None, None)
    result = notes_of_leads(L1, cut, (LONG[32_767:], "2026-10-09", "spring", None, None), L2)
    assert result.frame["lead_id"].to_pylist() == ["L1", "L3", "L2"]
    assert "continues the text of 'note' of row 3" in result.rejects["reason"][0]
    (note,) = [note for note in result.notes if note.is_doubt]
    assert "'row 3: 'note' ends in row 4'" in note.text and "have none of these" in note.what


@pytest.mark.parametrize(
    ("long", "after"),
    [
        (("L3", "2026-10-06", LONG[:32_767], "2026-10-09", "fair"), L2),
        (("L3", "2026-10-06", LONG[:32_767], None, None), L2),
        (("L3", "2026-10-06", LONG[:32_000], None, None), ("L 2", "2026-10-07", "x", None, None)),
    ],
    ids=["cells behind", "a whole row after it", "shorter"],
)
def test_a_long_text_that_spills_nothing_is_a_text(long, after):
    result = notes_of_leads(L1, long, after)
    assert result.frame.num_rows == 3 and result.notes == ()
