"""Claims about totals in other languages, and rows that hold the highest or middle amount."""

import pandas as pd
import pytest

from tests.connectors.mapping.mapped_frames import doubts, mapped

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


@pytest.mark.parametrize("name", ["Media", "Max", "Min", "Mean", "Median", "Schnitt"])
def test_where_all_amounts_are_equal_no_row_is_their_statistic(name):
    """Each of 500, 500 and 500 is the highest, lowest and mean of the others."""
    rows = [("2026-10-01", campaign, "500") for campaign in ("Search", "Social", name)]
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"])
    found = mapped("costs", frame)
    assert spent(found) == 1500 and len(found.rejects) == 0 and doubts(found) == []


def test_two_statistics_of_equal_amounts_are_doubted():
    rows = [("2026-10-01", campaign, "500") for campaign in ("Search", "Social", "Max", "Min")]
    found = mapped("costs", pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"]))
    (doubt,) = doubts(found)
    assert spent(found) == 2000 and doubt.startswith("2 rows have the name and amount of a")


def payments(*rows):
    rows = [("2026-10-01", *row) for row in rows]
    frame = pd.DataFrame(rows, columns=["paid_on", "customer_id", "amount"])
    return mapped("payments", frame)


@pytest.mark.parametrize(
    "rows",
    [
        [("Ann", "49"), ("Max", "99"), ("Ben", "99")],
        [("Ann", "49"), ("Ben", "99"), ("Max", "99")],
        [("Ann", "29"), ("Ben", "49"), ("Eve", "99"), ("Max", "99")],
        [("Ann", "29"), ("Eve", "99"), ("Max", "99"), ("Massimo", "99")],
        [("Ann", "49"), ("Ben", "99"), ("Max", "99"), ("Total", "247")],
    ],
)
def test_a_customer_called_max_pays_the_highest_price_and_is_loaded_with_a_doubt(rows):
    found = payments(*rows)
    paid = [float(amount) for name, amount in rows if name != "Total"]
    assert spent(found) == sum(paid) and "Max" not in found.rejects["value"].to_list()
    (doubt,) = doubts(found)
    assert "the name and amount of a statistic of others, loaded" in doubt and "Max, 99" in doubt


def test_the_highest_of_payments_beside_their_mean_is_no_customer():
    found = payments(("Ann", "49"), ("Ben", "99"), ("Mean", "74"), ("Max", "99"))
    assert spent(found) == 148 and found.rejects["value"].to_list() == ["Mean", "Max"]


def test_a_statistic_that_lacks_the_day_of_other_rows_is_none_wherever_it_is():
    found = costs((None, "Max", "600"), ("2026-10-04", "late", "70"))
    assert spent(found) == 1150 and found.rejects["value"].to_list() == ["Max"]


def test_a_campaign_called_max_that_costs_money_on_two_days_is_loaded():
    found = costs(("2026-10-04", "Max", "55"), ("2026-10-05", "fair", "7"), ("", "", ""))
    assert spent(found) == 1142
    found = costs(*(("2026-10-04", "Max", "55"), ("2026-10-05", "Max", "600")))
    assert spent(found) == 1735 and len(doubts(found)) == 1


@pytest.mark.parametrize("name", ["Overall", "Sum", "SOMA", "Spolu", "Razem"])
def test_a_total_word_that_campaigns_are_called_is_a_total_by_its_amount_alone(name):
    """55 is a cost like others; 400 + 600 + 80 = 1,080, and a row without its day are none."""
    assert spent(costs(("2026-10-04", name, "55"))) == 1135
    for day, amount in (("2026-10-31", "1080"), ("", "55")):
        found = costs((day, name, amount))
        assert spent(found) == 1080 and found.rejects["value"].to_list() == [name]


def test_a_seller_called_max_is_none_though_a_deal_is_the_highest():
    frame = {
        "deal_id": ["1", "2", "3"],
        "status": ["won"] * 3,
        "owner": ["Ann", "Ben", "Max"],
        "amount": ["5", "9", "9"],
    }
    assert mapped("deals", frame).frame.num_rows == 3
