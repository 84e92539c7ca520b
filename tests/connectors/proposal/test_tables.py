"""Claims about which tables and columns are taken, and which are left to a person."""

from pathlib import Path

from connectors.documents.command_line import NobodyAsked
from tests.connectors.proposal.tables_in_files import left, part, proposal, taken

COSTS = ["Day,Campaign,Cost", "2026-01-01,Spring,10.5", "2026-01-02,Spring,20"]


def test_german_exports_are_mapped_by_their_headers(tmp_path: Path) -> None:
    files = {
        "Kontakte.csv": ["Kontakt-Nr.;Angelegt am;MQL am;Kampagne", "K-1;13.01.2026;;Messe"],
        "Verkaufschancen.csv": [
            "Vorgang;Phase;Angebotsdatum;Abschlussdatum;Auftragswert",
            "V1;Gewonnen;14.01.2026;28.02.2026;1.200,00 €",
            "V2;Verloren;15.01.2026;27.02.2026;900,00 €",
        ],
        "Werbekosten.csv": ["Tag;Kampagne;Kosten (EUR)", "13.01.2026;Messe;100,50"],
    }
    found = proposal(tmp_path, files)
    assert taken(found, "leads") == {
        "lead_id": "Kontakt-Nr.",
        "created_at": "Angelegt am",
        "campaign_id": "Kampagne",
    }
    assert left(found, "leads", "mql_at") == []
    assert taken(found, "deals") == {
        "deal_id": "Vorgang",
        "status": "Phase",
        "created_at": "Angebotsdatum",
        "closed_at": "Abschlussdatum",
        "amount": "Auftragswert",
        "stage": "Phase",
    }
    assert taken(found, "costs") == {
        "spent_on": "Tag",
        "amount": "Kosten (EUR)",
        "campaign_id": "Kampagne",
    }


def test_a_table_with_an_id_and_a_date_is_not_taken_for_leads(tmp_path: Path) -> None:
    files = {"books.csv": ["id,created,title", "1,2026-01-01,A", "2,2026-01-02,B"]}
    found = proposal(tmp_path, files)
    assert (found.parts, found.left) == ((), ())
    assert [table.name for _, table in found.unused] == ["books.csv"]


def test_of_two_columns_that_fit_alike_neither_is_taken(tmp_path: Path) -> None:
    lines = ["Lead ID,Created,Date of MQL call,MQL letter", "1,2026-01-01,2026-01-02,2026-01-03"]
    found = proposal(tmp_path, {"leads.csv": lines})
    assert "mql_at" not in taken(found, "leads")


def test_where_the_named_key_repeats_no_other_column_is_taken_instead(tmp_path: Path) -> None:
    """Six lines of two deals: counted by line, they would be six deals."""
    rows = [f"X{n},D{n // 4},Won,{n}00" for n in range(1, 7)]
    found = proposal(tmp_path, {"deals.csv": ["Line,Deal ID,Status,Amount", *rows]})
    assert found.parts == ()
    (only,) = found.left
    assert only.problem == (
        "'Deal ID': its name says deal_id, but 4 of 6 rows repeat a value, 0 have none"
    )


def test_a_row_of_totals_does_not_cost_the_key(tmp_path: Path) -> None:
    """The row without an id is one of eleven; a price in each row is no key."""
    rows = [f"{n},won,{100 + n},2026-10-{n:02d}" for n in range(1, 11)]
    deals = {"deals.csv": ["Deal-ID,Status,Amount,Closed at", *rows, ",,1055,"]}
    assert taken(proposal(tmp_path, deals), "deals")["deal_id"] == "Deal-ID"


def test_where_no_column_is_named_as_the_key_the_unique_one_is(tmp_path: Path) -> None:
    rows = [f"X{n},Won,2026-01-0{n}" for n in range(1, 7)]
    found = proposal(tmp_path, {"deals.csv": ["Line,Status,Close date", *rows]})
    assert taken(found, "deals")["deal_id"] == "Line"
    assert "its name does not say it" in part(found, "deals").taken["deal_id"].reason


def test_costs_of_the_same_campaigns_are_taken_once(tmp_path: Path) -> None:
    """By campaign and by ad, the same money: both would count it twice."""
    by_ad = ["Day,Campaign,Ad,Cost", "2026-01-01,Spring,a,10.5", "2026-01-02,Spring,b,20"]
    found = proposal(tmp_path, {"spend.csv": COSTS, "spend by ad.csv": by_ad})
    assert len([one for one in found.parts if one.table == "costs"]) == 1
    (other,) = found.left
    assert "both may hold the same rows" in other.problem


def test_costs_of_other_campaigns_are_two_parts(tmp_path: Path) -> None:
    files = {"google spend.csv": COSTS, "meta spend.csv": [x.replace("Spring", "B") for x in COSTS]}
    found = proposal(tmp_path, files)
    assert [one.table for one in found.parts] == ["costs", "costs"]


def test_millionths_are_scaled_as_their_header_says(tmp_path: Path) -> None:
    lines = ["Date,cost_micros", "2026-01-01,36150000", "2026-01-02,24570000"]
    found = part(proposal(tmp_path, {"costs.csv": lines}), "costs")
    assert found.scale == {"amount": 1e-6}


def test_a_header_of_millionths_over_small_amounts_is_not_believed(tmp_path: Path) -> None:
    found = proposal(tmp_path, {"costs.csv": ["Date,cost_micros", "2026-01-01,36.15"]})
    assert found.parts == ()
    assert "scale" in found.left[0].problem


def test_counted_moments_are_read_as_their_digits_say(tmp_path: Path) -> None:
    lines = ["Lead ID,Created", "a,1767254400000", "b,1767340800000"]
    created = part(proposal(tmp_path, {"leads.csv": lines}), "leads").taken["created_at"]
    assert created.date_formats == ("epoch_ms",)


AMBIGUOUS = ["Day,Cost", "01/02/2026,10", "03/04/2026,20"]


def test_dates_that_read_both_ways_are_not_taken(tmp_path: Path) -> None:
    found = proposal(tmp_path, {"costs.csv": AMBIGUOUS})
    assert found.parts == ()
    assert '"%d/%m/%Y" (day first) or "%m/%d/%Y" (month first)' in found.left[0].problem


def test_they_are_read_in_the_order_that_the_command_says(tmp_path: Path) -> None:
    found = proposal(tmp_path, {"costs.csv": AMBIGUOUS}, NobodyAsked(day_first=True))
    assert part(found, "costs").taken["spent_on"].date_formats == ("%d/%m/%Y",)


def test_they_are_read_in_the_order_of_the_other_dates_of_the_source(tmp_path: Path) -> None:
    leads = ["Lead ID,Created", "a,31/01/2026", "b,01/02/2026"]
    found = proposal(tmp_path, {"costs.csv": AMBIGUOUS, "leads.csv": leads})
    spent = part(found, "costs").taken["spent_on"]
    assert (spent.date_formats, spent.score) == (("%d/%m/%Y",), 0.7)


def test_where_the_other_dates_are_of_both_orders_nothing_is_taken(tmp_path: Path) -> None:
    leads = ["Lead ID,Created,MQL date", "a,31/01/2026,01/31/2026", "b,01/02/2026,02/01/2026"]
    found = proposal(tmp_path, {"costs.csv": AMBIGUOUS, "leads.csv": leads})
    assert [one.table for one in found.parts] == ["leads"]


def test_a_history_of_deals_is_no_table_of_deals_beside_them(tmp_path: Path) -> None:
    """Its rows are the same deals again, once for each change."""
    deals = ["Deal ID,Status,Amount", "1,Won,100", "2,Lost,50"]
    found = proposal(tmp_path, {"deals.csv": deals, "deals_history.csv": deals})
    assert part(found, "deals").found.name == "deals.csv"
    (history,) = found.left
    assert "deals.csv fits deals better; both may hold the same rows" in history.problem


def test_mailings_are_no_campaigns(tmp_path: Path) -> None:
    mailings = ["id,name,type", "1,Newsletter,BATCH", "2,Welcome,AUTOMATED"]
    assert proposal(tmp_path, {"email_campaigns.csv": mailings}).parts == ()
    assert taken(proposal(tmp_path, {"campaigns.csv": mailings}), "campaigns")


def test_costs_by_id_beside_costs_by_name_may_be_the_same(tmp_path: Path) -> None:
    by_id = [line.replace("Spring", "301") for line in COSTS]
    found = proposal(tmp_path, {"spend.csv": COSTS, "google spend.csv": by_id})
    assert [one.table for one in found.parts] == ["costs"]
