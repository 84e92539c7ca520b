"""Claims about totals, subtotals, footers and titles: they are rejected, and real rows are not."""

import re

import numpy as np
import pandas as pd
import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from connectors.sources.raw import RawTable
from tests.connectors.mapping.mapped_frames import BERLIN, mapped


def costs(*rows, **how):
    frame = pd.DataFrame(rows, columns=["spent_on", "campaign_id", "amount"], dtype=object)
    return mapped("costs", frame, **how)


def campaigns(*rows, lines=None, **how):
    """Campaigns, each at its line of a file; by default without a gap."""
    frame = pd.DataFrame(rows, columns=["campaign_id", "channel", "budget"], dtype=object)
    at = np.array(lines or range(2, 2 + len(rows)))
    how = TableSettings.model_validate({"source": "crm", "from": "x", **how})
    raw = RawTable(frame, at, "file 'campaigns.csv'")
    return map_table("campaigns", raw, how, (), "UTC", BERLIN)


def rejected(result):
    return [(row.row, row.value) for row in result.rejects.itertuples()]


def loaded(result):
    return result.frame["campaign_id"].to_pylist()


A, B = ("2026-10-01", "spring", "400"), ("2026-10-02", "fair", "600")


@pytest.mark.parametrize(
    "label",
    [
        *("Total", "TOTAL", "Total: Account", "Grand Totals (2 records)", "Subtotal", "Sub-total"),
        *("Summe", "Gesamt", "Zwischensumme", "Gesamtergebnis", "Total général", "Totale"),
        *("Summe:", "Total 2026", "Sous-total", "Suma", "Totaal"),
        *("MTD", "YTD 2026", "Month to date", "bis heute", "Cumul", "lfd. Monat"),
        *("Results from 12 ad sets", "Ergebnisse von 3 Kampagnen", "Total: Campaigns"),
    ],
)
def test_a_row_that_is_labelled_as_a_total_and_lacks_a_day_is_none(label):
    """400 + 600; a label that is read as a campaign would spend 1,000 once more."""
    result = costs(A, B, (None, label, "1000"))
    assert rejected(result) == [(4, label)] and result.rows_read == 3
    assert 'totals = "keep" under [tables.costs]' in result.rejects["reason"][0]
    in_date_column = costs(A, (label, None, "400"), B)
    assert rejected(in_date_column) == [(3, label)], "wherever the label stands"


def test_the_label_of_a_total_with_days_is_one_where_it_is_the_sum_of_its_block():
    october, november = ("2026-10-31", "Total October", "1000"), ("2026-11-30", "Total Nov", "12")
    rows = (A, B, october, ("2026-11-01", "spring", "5"), ("2026-11-02", "fair", "7"), november)
    assert rejected(costs(*rows)) == [(4, "Total October"), (7, "Total Nov")]


def test_a_campaign_that_begins_like_a_total_but_has_days_of_its_own_and_adds_up_to_none_stays():
    """950 is not 400 + 600; nor is a company that is called Total a total."""
    result = costs(A, B, ("2026-10-03", "Total Recall", "950"))
    assert loaded(result) == ["spring", "fair", "Total Recall"] and result.notes == ()
    frame = {
        "lead_id": ["a", "b"],
        "created_at": ["2026-01-01"] * 2,
        "company": ["Total", "Acme"],
        "email": [None, "x@y.z"],
    }
    assert mapped("leads", frame).frame.num_rows == 2


@pytest.mark.parametrize(
    "label",
    [
        *("Results from 2 campaigns", "Result from 1 ad", "Ergebnis von 2 Anzeigengruppen"),
        *("Résultats de 2 campagnes", "Resultados de 2 campañas", "Risultati di 2 inserzioni"),
        *("Resultados de 2 conjuntos de anuncios", "Resultaten van 1.200 advertenties"),
    ],
)
def test_the_first_row_of_an_ad_platform_that_counts_its_campaigns_is_none(label):
    """It has a day, the first of the period; 999 is not 400 + 600, as platforms round."""
    assert rejected(costs(("2026-10-01", label, "999"), A, B)) == [(2, label)]


@pytest.mark.parametrize("name", ["Results from 2025 survey", "Results 2 campaigns", "Ergebnisse"])
def test_campaigns_that_are_called_results_are_campaigns(name):
    assert loaded(costs(A, B, ("2026-10-01", name, "999"))) == ["spring", "fair", name]


C = ("2026-10-03", "radio", "70.5")


@pytest.mark.parametrize("first", [True, False])
def test_a_row_of_any_name_that_is_the_sum_of_all_others_is_doubted(first):
    """400 + 600 + 70.50 = 1,070.50, at an end and below a name of its own."""
    whole = ("2026-10-01", "Alles zusammen", "1070.5")
    result = costs(*([whole, A, B, C] if first else [A, B, C, whole]))
    (note,) = result.notes
    assert note.is_doubt and result.frame.num_rows == 4
    assert note.text.startswith(
        "1 row at an end of the table holds exactly the sum of all others, and was loaded "
        f"('row {2 if first else 5}: Alles zusammen, 1070.5'). If it is a total"
    )


@pytest.mark.parametrize(
    "rows",
    [
        [A, B, ("2026-10-03", "radio", "1000")],
        [A, B, C, ("2026-10-03", "tv", "1074")],
        [A, ("2026-10-03", "tv", "1070.5"), B, C],
        [A, B, C, ("2026-10-04", "spring", "1070.5")],
    ],
    ids=["of two", "some euros off", "in the middle", "the name of another row"],
)
def test_a_campaign_that_costs_as_much_as_others_is_not_doubted(rows):
    result = costs(*rows)
    assert result.notes == () and result.frame.num_rows == len(rows)


def test_sums_so_far_behind_the_rows_of_a_month_are_none():
    """Of 41,250 this year 1,000 are October's; each label stands once, with a day."""
    ends = [("2026-10-31", label, "1000") for label in ("MTD", "QTD")]
    result = costs(A, B, *ends, ("2026-10-31", "YTD", "41250"))
    assert rejected(result) == [(4, "MTD"), (5, "QTD"), (6, "YTD")]
    named = costs(A, ("2026-10-03", "Cumulus", "9"), ("2026-10-03", "MTD Products", "7"))
    assert named.frame.num_rows == 3 and named.notes == ()


def test_many_full_rows_with_the_same_label_are_a_campaign_and_are_doubted():
    rows = [(f"2026-10-0{day}", "Total", f"{day}.10") for day in range(3, 8)]
    result = costs(A, B, *rows)
    assert result.frame.num_rows == 7
    (note,) = result.notes
    assert note.is_doubt and note.rows == 5 and "labelled as totals" in note.text


def test_a_total_does_not_disturb_how_its_columns_are_read():
    """``1.000`` alone reads two ways; with it the costs could not be read at all."""
    rows = (("2026-10-01", "spring", "400,50"), ("2026-10-02", "fair", "600"))
    assert costs(*rows, ("Summe", None, "1.000,5")).frame["amount"].to_pylist() == [400.5, 600.0]


def test_the_settings_can_keep_rows_that_are_labelled_as_totals():
    result = costs(A, B, ("2026-10-03", "Total", "950"), totals="keep")
    assert loaded(result) == ["spring", "fair", "Total"] and result.notes == ()


@pytest.mark.parametrize(
    ("rows", "sums"),
    [
        ([A, B, ("2026-10-03", "Gesamt", "750"), ("2026-10-31", "Summe", "1750")], 1),
        ([A, ("2026-10-31", "Summe", "1000"), B], 1),
        ([A, B, ("2026-10-03", "tv", "70.5"), ("2026-10-31", "Alles", "1070.5")], 1),
        ([A, ("2026-10-31", "Summe", "400"), B, ("2026-11-30", "Summe", "600")], 2),
        (
            [
                *(A, ("2026-10-31", "Summe", "400"), B, ("2026-11-30", "Summe", "600")),
                ("2026-12-31", "Gesamtsumme", "1000"),
            ],
            3,
        ),
    ],
    ids=["beside a campaign", "in the middle", "of another name", "of each month", "of them all"],
)
def test_a_kept_row_that_is_the_sum_of_all_others_is_doubted(rows, sums):
    """400 + 600, and 750 of the campaign that is really called Gesamt."""
    result = costs(*rows, totals="keep")
    (note,) = result.notes
    assert note.is_doubt and note.rows == sums and loaded(result) == [name for _, name, _ in rows]
    assert "exactly the sum of all others" in note.text
    assert re.match(r"row \d: (Summe|Alles), ", note.examples[0])


@pytest.mark.parametrize("first", [True, False])
def test_a_first_or_last_row_without_a_name_that_adds_up_is_a_total(first):
    """As Ads Manager writes it: the days of the others, no campaign, 400.10 + 600.20."""
    rows = [("2026-10-01", "spring", 400.1), ("2026-10-01", "fair", 600.2)]
    total = ("2026-10-01", None, 1000.3)
    result = costs(*([total, *rows] if first else [*rows, total]))
    assert loaded(result) == ["spring", "fair"]
    assert rejected(result) == [(2 if first else 4, "1000.3")]


@pytest.mark.parametrize(
    "rows",
    [
        [A, B, ("2026-10-01", None, "1003")],
        [A, ("2026-10-01", None, "1000"), B],
        [A, ("2026-10-03", None, "1"), B, ("2026-10-01", None, "1001")],
        [A, ("2026-10-01", None, "400")],
    ],
    ids=["some euros off", "in the middle", "another row without a name", "equal to the only one"],
)
def test_a_shared_cost_is_no_total_without_all_of_the_evidence(rows):
    result = costs(*rows)
    assert result.frame.num_rows == len(rows)
    assert not any("total" in note.text or "sum" in note.text for note in result.notes)


def test_a_shared_cost_of_a_day_of_its_own_that_adds_up_is_loaded_and_doubted():
    result = costs(A, B, ("2026-10-03", None, "1000"))
    assert result.frame.num_rows == 3
    (note,) = [note for note in result.notes if note.is_doubt]
    assert note.is_doubt
    assert note.text.startswith("1 row without campaign_id holds exactly the sum of all others")


def test_a_rejected_row_is_not_doubted_as_loaded():
    """``*`` is no day, so the row is rejected; it adds nothing."""
    result = costs(A, B, ("*", None, "1000"))
    assert rejected(result) == [(4, "*")] and result.notes == ()


def test_a_deal_without_a_lead_that_adds_up_is_a_deal():
    """Its id is there; only what every other row has makes a total by its absence."""
    frame = {
        "deal_id": ["1", "2", "3"],
        "status": ["won"] * 3,
        "lead_id": ["a", "b", None],
        "amount": ["1", "2", "3"],
    }
    assert mapped("deals", frame).frame.num_rows == 3


def test_subtotals_without_a_label_below_each_block_are_none():
    """1 + 2, 3 + 4, and 10 of all; one block that does not add up makes them shared costs."""
    block = [("2026-10-01", "a", "1"), ("2026-10-01", "b", "2"), ("2026-10-01", None, "3")]
    other = [("2026-11-01", "a", "3"), ("2026-11-01", "b", "4"), ("2026-11-01", None, "7")]
    result = costs(*block, *other, (None, None, "10"))
    assert [row for row, _ in rejected(result)] == [4, 7, 8]
    off = [*other[:2], ("2026-11-01", None, "8")]
    assert costs(*block, *off).frame.num_rows == 6


SPRING, FAIR = ("spring", "Email", "1000"), ("fair", "Event", "2000")


def test_the_lines_below_a_report_are_no_campaigns():
    """As Salesforce ends a report: a total, two empty lines, then who made it and when."""
    footer = ["Autumn campaigns", "Copyright (c) 2026", "Generated By: A User 11/1/2026", "Example"]
    rows = [SPRING, FAIR, ("Grand Totals (2 records)", None, "3000")]
    lines = [2, 3, 4, 7, 8, 9, 10]
    result = campaigns(*rows, *((text, None, None) for text in footer), lines=lines)
    assert loaded(result) == ["spring", "fair"]
    assert rejected(result)[1:] == [(7 + i, text) for i, text in enumerate(footer)]
    assert "footer below the rows" in result.rejects["reason"][1]


def test_a_title_above_the_rows_that_an_empty_line_cuts_off_is_no_campaign():
    result = campaigns(("Autumn", None, None), SPRING, FAIR, lines=[2, 4, 5])
    assert rejected(result) == [(2, "Autumn")]
    assert "title above the rows" in result.rejects["reason"][0]


def test_campaigns_of_which_only_the_id_is_known_are_campaigns():
    """In the middle, at the end, or all of them; a text that may be a footer is doubted."""
    bare = ("summer", None, None)
    assert len(loaded(campaigns(SPRING, bare, FAIR))) == 3
    assert loaded(campaigns(SPRING, FAIR, bare))[-1] == "summer"
    assert len(loaded(campaigns(bare, ("autumn", None, None)))) == 2
    result = campaigns(SPRING, FAIR, ("Example GmbH", None, None))
    assert len(loaded(result)) == 3 and result.notes[0].is_doubt


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Saldovortrag", "Endsaldo"),
        ("Opening balance", "Closing Balance"),
        ("Balance b/f", "c/f"),
        ("Brought forward", "Carried forward 31/10/2026"),
        ("Anfangsbestand:", "Übertrag"),
        ("Report à nouveau", "Solde final"),
        ("Saldo inicial", "Saldo final"),
        ("Suma anterior", "Suma y sigue"),
        ("Übertrag von Seite 1", "Zu übertragen"),
        ("Riporto", "A riportare"),
        ("Total brought forward", "Amount c/fwd"),
        ("Somme à reporter", "Z przeniesienia"),
    ],
)
@pytest.mark.parametrize("is_mapped", [True, False])
def test_balances_of_a_ledger_are_no_costs(first, last, is_mapped):
    """9,000 were there before; 400 + 600 were spent, not 20,000. The text may be mapped or not."""
    frame = pd.DataFrame(
        {
            "spent_on": ["2026-10-01", "2026-10-05", "2026-10-13", "2026-10-31"],
            "Text": [first, "Google Ads", "Messe", last],
            "campaign_id": [None, "spring", "fair", None],
            "amount": ["9000", "400", "600", "10000"],
        }
    )
    result = mapped("costs", frame, columns={"category": "Text"} if is_mapped else {})
    assert result.frame["amount"].to_pylist() == [400, 600]
    assert rejected(result) == [(2, first), (5, last)]
    assert "is a balance, not an entry" in result.rejects["reason"][0]
    kept = mapped("costs", frame, totals="keep")
    assert kept.frame["amount"].to_pylist() == [9000, 400, 600, 10000]


@pytest.mark.parametrize("name", ["New Balance", "Saldo", "Vortragsreihe", "Vortrag Messe"])
def test_campaigns_that_sound_like_a_balance_are_campaigns(name):
    assert loaded(costs(A, (B[0], name, "600"))) == ["spring", name]


@pytest.mark.parametrize("label", ["Report", "Transport", "Transporte", "Reports 2"])
def test_a_word_that_may_be_a_cost_is_a_balance_where_its_amount_is(label):
    """400 + 600 = 1,000 end a page and begin the next; freight of 90 was spent."""

    def amounts(*rows):
        frame = pd.DataFrame(rows, columns=["Text", "amount"], dtype=object)
        result = mapped("costs", frame.assign(spent_on="2026-10-05"))
        return result.frame["amount"].to_pylist()

    page = [("Google Ads", "400"), ("Messe", "600")]
    assert amounts(*page, (label, "1000"), (label, "1000"), ("Druck", "50")) == [400, 600, 50]
    assert amounts(*page, (label, "90"), ("Druck", "50")) == [400, 600, 90, 50]
    assert amounts(("Google Ads", "400"), (label, "400")) == [400, 400], "the sum of one"


def test_a_row_that_says_it_is_a_share_of_another_is_doubted():
    """3,250 of paid media, of which 2,000 and 1,250: all together are 6,500."""
    rows = [("2026-10-30", "Paid media", "3250"), ("2026-10-30", "davon Google", "2000")]
    found = costs(*rows, ("2026-10-30", "Thereof: Meta", "1250"), A)
    (note,) = found.notes
    assert note.is_doubt and note.rows == 2
    assert note.examples == ("row 3: davon Google", "row 4: Thereof: Meta") and len(found.rows) == 4
    assert not costs(("2026-10-30", "Davonport", "1"), A, B).notes
    leads = {"lead_id": ["a", "b"], "created_at": "2026-10-01", "campaign_id": ["of which", "x"]}
    assert not mapped("leads", leads).notes


def test_subtotals_of_a_spreadsheet_and_averages_are_no_costs():
    """400 + 700 of spring, 600 + 900 of fair: 2,600 in all, each block under its own sum."""
    spring, fair = [A, ("2026-10-03", "spring", "700")], [B, ("2026-10-04", "fair", "900")]
    blocks = [
        *(*spring, ("2026-10-31", "spring Ergebnis", "1100")),
        *(*fair, ("2026-10-31", "fair Ergebnis", "1500")),
        ("2026-10-31", "Gesamtergebnis", "2600"),
    ]
    found = costs(*blocks)
    assert sum(found.frame["amount"].to_pylist()) == 2600 and len(found.rejects) == 3
    averages = ("2026-10-31", "Average", "650"), ("2026-10-31", "Maximum", "900")
    found = costs(*spring, *fair, *averages)
    assert sum(found.frame["amount"].to_pylist()) == 2600 and len(found.rejects) == 2
    named = costs(*spring, ("2026-10-09", "Recall Total", "50"), ("2026-10-11", "Mean Green", "7"))
    assert len(named.rejects) == 0


@pytest.mark.parametrize(
    "label",
    [
        *("fair Ergebnis", "Fair Total", "fair Summe", "fair Subtotal", "fair Totaal", "fair Sum"),
        *("Total fair", "Summe für fair", "Subtotal: fair", "Total de fair", "fair Suma"),
    ],
)
def test_the_subtotal_of_a_group_of_one_row_is_no_cost(label):
    """600 of fair and its own subtotal, filled down with its day: 400 + 600, not 1,600."""
    day = "2026-10-02"
    found = costs(A, B, (day, label, "600"), ("2026-10-03", "web", "50"))
    assert loaded(found) == ["spring", "fair", "web"] and rejected(found) == [(4, label)]


@pytest.mark.parametrize(
    ("label", "amount"), [("fair Ergebnis", "601"), ("Summer Total", "600"), ("fair sumo", "600")]
)
def test_a_label_without_its_group_or_its_sum_is_a_campaign(label, amount):
    """601 is not fair's 600, and there is no campaign Summer whose 600 it could be."""
    last = ("2026-10-03", "web", "50")
    assert len(loaded(costs(A, B, ("2026-10-02", label, amount), last))) == 4


@pytest.mark.parametrize(
    "label", ["Stand:", "Datenstand:", "As of:", "Report date:", "Fecha de corte:", "État au :"]
)
def test_the_day_of_a_report_below_its_rows_is_no_lead(label):
    rows = [("L1", "01.10.2026", "fair"), ("L2", "20.10.2026", None), (label, "31.10.2026", None)]
    frame = pd.DataFrame(rows, columns=["lead_id", "created_at", "campaign_id"], dtype=object)
    result = mapped("leads", frame)
    assert rejected(result) == [(4, label)] and result.frame.num_rows == 2
    assert "is a footer below the rows, not one of them" in result.rejects["reason"][0]


@pytest.mark.parametrize("name", ["Stand", "Per", "Messe: Stand"])
def test_a_campaign_that_sounds_like_the_day_of_a_report_is_one(name):
    assert loaded(campaigns(SPRING, FAIR, (name, "Event", None)))[-1] == name
