"""Claims about totals in other languages, and rows that hold the highest or middle amount."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import mapped

ROWS = [("2026-10-01", "spring", "400"), ("2026-10-02", "fair", "600"), ("2026-10-03", "web", "80")]


def costs(*rows):
    columns = ["spent_on", "campaign_id", "amount"]
    return mapped("costs", pd.DataFrame([*ROWS, *rows], columns=columns, dtype=object))


def spent(result):
    return sum(result.frame["amount"].to_pylist())


@pytest.mark.parametrize(
    "label",
    [
        *("Celkem", "Součet", "Celkom", "Összesen", "Mindösszesen", "Ogółem", "Ukupno", "Skupaj"),
        *("Toplam", "Genel Toplam", "Yhteensä", "I alt", "Общий итог", "Усього", "Σύνολο", "소계"),
        *("** Total **", "--- TOTAL ---", "= Summe =", "Totalt", "المجموع", "Jumlah"),
        *("合计", "總計", "합계", "Total geral", "Celkem:", "Iš viso", "Kokku"),
    ],
)
def test_a_total_in_another_language_is_no_cost(label):
    """400 + 600 + 80 = 1,080, filled down with the last day: else 2,160."""
    found = costs(("2026-10-31", label, "1080"))
    assert spent(found) == 1080 and found.rejects["value"].to_list() == [label]


@pytest.mark.parametrize("name", ["Spolurace", "Overall Brands", "I Altona", "*Totally Retail*"])
def test_a_campaign_that_begins_like_such_a_total_stays(name):
    assert len(costs(("2026-10-04", name, "55")).rejects) == 0


@pytest.mark.parametrize(
    ("label", "amount"),
    [
        *(("Max", "600"), ("Min", "80"), ("Avg.", "360"), ("Ø", "360"), ("Median", "400")),
        *(("Anzahl", "3"), ("Count:", "3"), ("Media", "360"), ("Moyenne", "360")),
    ],
)
def test_a_row_that_is_named_as_a_statistic_and_holds_it_is_no_cost(label, amount):
    """The mean of 400, 600 and 80 is 360, the middle one 400, and they are 3."""
    found = costs(("2026-10-31", label, amount))
    assert spent(found) == 1080 and found.rejects["value"].to_list() == [label]


def test_several_statistics_below_a_table_are_none_of_each_others_rows():
    found = costs(
        *(("2026-10-31", *row) for row in (("Total", "1080"), ("Max", "600"), ("Min", "80")))
    )
    assert spent(found) == 1080 and len(found.rejects) == 3


@pytest.mark.parametrize(("name", "amount"), [("Max", "700"), ("Media", "400"), ("Count", "9")])
def test_a_campaign_of_such_a_name_with_a_cost_of_its_own_stays(name, amount):
    """700 is above all others, which would be 600."""
    found = costs(("2026-10-04", name, amount))
    assert len(found.rejects) == 0 and spent(found) == 1080 + float(amount)


def test_a_seller_called_max_is_none_though_a_deal_is_the_highest():
    frame = {
        "deal_id": ["1", "2", "3"],
        "status": ["won"] * 3,
        "owner": ["Ann", "Ben", "Max"],
        "amount": ["5", "9", "9"],
    }
    assert mapped("deals", frame).frame.num_rows == 3
