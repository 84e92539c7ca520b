"""Claims about rows that a column or cell calls deleted, a test, an example or a part of one."""

import pandas as pd
import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from tests.connectors.mapping.mapped_frames import (
    BERLIN,
    FILE,
    answered,
    costs,
    doubts,
    leads,
    mapped,
    raw,
)


@pytest.mark.parametrize(
    ("header", "cells", "condition"),
    [
        ("deleted_at", ["2026-10-09", None, None], "deleted_at IS NULL"),
        ("is_deleted", ["true", "false", "false"], "is_deleted = 'false'"),
        ("IsDeleted", [True, False, None], "IsDeleted IS NULL OR IsDeleted = 'false'"),
        ("_fivetran_deleted", ["1", "0", "0"], "_fivetran_deleted = '0'"),
        ("Merged into ID", ["L2", None, None], '"Merged into ID" IS NULL'),
        ("Archived", ["yes", "no", "no"], "Archived = 'no'"),
        ("gelöscht am", ["2026-10-09", None, None], '"gelöscht am" IS NULL'),
    ],
)
def test_rows_that_are_marked_as_deleted_are_doubted_with_the_query_without_them(
    header, cells, condition
):
    (text,) = doubts(mapped("leads", leads(**{header: cells})))
    assert text.startswith(f"1 row is marked in '{header}', which is not mapped, but counted ('row")
    assert FILE + condition + "'''" in text


def test_the_query_of_a_database_compares_its_own_kind_of_flag():
    frame = pd.DataFrame(leads(is_deleted=[1, 0, 0]))
    how = TableSettings.model_validate({"source": "crm", "from": "crm.contacts"})
    source = raw(frame, has_fixed_rows=False)
    (text,) = doubts(map_table("leads", source, how, (), "UTC", BERLIN))
    assert "query = '''SELECT * FROM crm.contacts WHERE is_deleted = 0'''" in text
    how = TableSettings.model_validate({"source": "crm", "query": "SELECT * FROM crm.contacts"})
    (text,) = doubts(map_table("leads", source, how, (), "UTC", BERLIN))
    assert "leave them out: WHERE is_deleted = 0 in the query of [tables.leads]." in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("is_deleted", ["false", "0", None]),
        ("deleted_at", ["0000-00-00 00:00:00", None, None]),
        ("hs_merged_object_ids", ["7;8", None, None]),
        ("Delete reason", ["spam", None, None]),
        ("Archived", ["true", "true", "true"]),
    ],
)
def test_rows_that_nothing_or_everything_marks_are_not_doubted(header, cells):
    """The ids that were merged into a row stand on the row that is left."""
    assert doubts(mapped("leads", leads(**{header: cells}))) == []


@pytest.mark.parametrize(("header", "cell"), [("cancelled_at", "2026-10-09"), ("Storniert", "x")])
def test_costs_that_are_marked_as_cancelled_are_doubted(header, cell):
    (text,) = doubts(costs(**{header: [cell, None]}))
    assert text.startswith(f"1 row is marked in '{header}'") and f"{header} IS NULL" in text


def test_what_an_archived_campaign_has_cost_was_spent():
    assert doubts(costs(Archived=["true", "false"])) == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("email", "test@test.com"),
        ("E-Mail", "qa+form2@acme.com"),
        ("Email Address", "anna@example.com"),
        ("email", "anna+test@acme.com"),
        ("Company name", "TEST"),
        ("company", "asdf"),
        ("Name", "Test User 2"),
        ("campaign_id", "zz_test"),
        ("lead_id", "L-TEST-3"),
    ],
)
def test_leads_that_look_like_test_data_are_doubted(column, cell):
    frame = leads(note=["a", "b", "c"])
    frame[column] = ["L1", "L2", cell] if column == "lead_id" else [None, None, cell]
    (text,) = doubts(mapped("leads", frame))
    assert text.startswith("1 row looks like test data ('L") and cell in text
    assert FILE + "lead_id NOT IN ('L" in text


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("campaign_id", "A/B test spring"),
        ("campaign_id", "creative-test-q3"),
        ("company", "Testo GmbH"),
        ("company", "Foo Fighters"),
        ("Last name", "Tester"),
        ("Name", "Test drive campaign"),
        ("email", "latest@contest.com"),
        ("email", "anna@test.de"),
        ("lead_id", "latest-3"),
        ("lead_id", "test-drive-3"),
    ],
)
def test_names_that_hold_the_word_are_no_tests(column, cell):
    frame = leads(note=["a", "b", "c"])
    frame[column] = ["L1", "L2", cell] if column == "lead_id" else [None, None, cell]
    assert doubts(mapped("leads", frame)) == []


def test_a_source_of_which_most_rows_read_like_tests_names_them_so():
    emails = ["a@example.com", "b@example.com", "c@acme.com"]
    assert doubts(mapped("leads", leads(email=emails))) == []


def test_a_test_deal_is_doubted_with_its_amount():
    frame = {"deal_id": ["D1", "TEST-1"], "status": ["won", "won"], "amount": ["500", "999999"]}
    (text,) = doubts(mapped("deals", frame))
    assert text.startswith("1 row looks like test data: 999,999.00 in all ('TEST-1').")


def deals(*rows, headers):
    frame = pd.DataFrame(rows, columns=list(headers), dtype=object).assign(status="won")
    return doubts(mapped("deals", frame, columns={"deal_id": headers[0]}))


@pytest.mark.parametrize(
    ("header", "live", "test", "how"),
    [
        ("livemode", "true", "false", "not live"),
        ("live_mode", "1", "0", "not live"),
        ("is_test", "false", "true", "marked as a test"),
        ("Test", "no", "yes", "marked as a test"),
        ("sandbox", "f", "t", "marked as a test"),
        ("testMode", False, True, "marked as a test"),
    ],
)
def test_payments_of_test_mode_are_doubted_with_the_query_without_them(header, live, test, how):
    """50,000 that nobody paid beside 12,000 and 8,500."""
    rows = [("D1", "12000", live), ("D2", "8500", live), ("D3", "50000", test)]
    (text,) = deals(*rows, headers=("deal_id", "amount", header))
    assert text.startswith(
        f"1 row is {how} in '{header}', which is not mapped, but counted ('row 4"
    )
    assert f"{FILE}{header} = '{str(live).casefold()}'" in text


@pytest.mark.parametrize(
    ("header", "cells"),
    [("livemode", "true true"), ("is_test", "false 0"), ("Test", "A B"), ("live", "x -")],
)
def test_live_rows_and_names_of_tests_are_not_doubted(header, cells):
    first, second = cells.split()
    rows = [("D1", "12000", first), ("D2", "8500", second), ("D3", "500", None)]
    assert deals(*rows, headers=("deal_id", "amount", header)) == []


@pytest.mark.parametrize("header", ["hs_deal_id", "Deal ID", "OpportunityId", "opportunity_no"])
def test_splits_of_a_deal_are_doubted(header):
    """One deal of 12,000 stands in two rows, one for each owner: 24,000."""
    rows = [("S1", "12000", "7"), ("S2", "12000", "7"), ("S3", "8500", "8"), ("S4", "1", None)]
    (text,) = deals(*rows, headers=("hs_object_id", "amount", header))
    assert text.startswith(f"2 rows share an id in '{header}', which is not mapped, but each")
    assert "24,000.00 in all ('7: rows 2, 3')" in text
    assert f'set columns.deal_id = "{header}" under [tables.deals]' in text


@pytest.mark.parametrize("header", ["hs_deal_id", "Parent deal ID", "Company ID", "Deal type"])
def test_ids_that_are_one_of_each_row_or_of_others_are_no_parts(header):
    ids = ["7", "8"] if header == "hs_deal_id" else ["7", "7"]
    rows = [("S1", "12000", ids[0], None), ("S2", "12000", ids[1], None)]
    assert deals(*rows, headers=("hs_object_id", "amount", header, "Opportunity ID")) == []


def orders(*rows):
    headers = ["Order ID", "Customer", "Paid at", "Total", "Item"]
    frame = pd.DataFrame(rows, columns=headers, dtype=object)
    how = {"customer_id": "Customer", "paid_on": "Paid at", "amount": "Total"}
    return frame, doubts(mapped("payments", frame, columns=how))


def test_the_total_of_an_order_on_each_of_its_lines_is_doubted_with_the_query_that_counts_it_once():
    """A1 of 1,200 stands on two lines: 3,000 with it again, 1,800 are right."""
    frame, (text,) = orders(
        ("A1", "C1", "2026-01-15", "1200", "Desk"),
        ("A1", "C1", "2026-01-15", "1200", "Chair"),
        ("A2", "C2", "2026-01-16", "600", "Lamp"),
    )
    assert text.startswith(
        "1 row has the number of an earlier row in 'Order ID', which is not mapped, and the same "
        "mapped values: 1,200.00 in all ('A1: rows 2, 3')."
    )
    assert answered(text, frame)["Total"].astype(int).sum() == 1800


@pytest.mark.parametrize(
    ("second", "third"),
    [("1200", "700"), ("500", "500")],
    ids=["another order has other amounts", "amounts of lines"],
)
def test_an_order_with_an_amount_for_each_line_is_not_doubted(second, third):
    """Two lines of one price in A1, and 700 and 600 in A2; or 1,200 and 500 in A1."""
    _, found = orders(
        ("A1", "C1", "2026-01-15", "1200", "Desk"),
        ("A1", "C1", "2026-01-15", second, "Chair"),
        ("A2", "C2", "2026-01-16", third, "Lamp"),
        ("A2", "C2", "2026-01-16", "600", "Lamp"),
    )
    assert found == []


def test_instalments_of_an_order_on_other_days_are_not_doubted():
    rows = [("A1", "C1", f"2026-0{month}-15", "100", "Desk") for month in (1, 2, 3)]
    assert orders(*rows)[1] == []


def test_lines_that_are_deals_by_their_row_are_doubted_with_the_column_of_the_id():
    rows = [("A1", "1000", "A1"), ("A2", "1000", "A1"), ("A3", "2000", "A2")]
    (text,) = deals(*rows, headers=("deal_id", "amount", "Order number"))
    assert 'set columns.deal_id = "Order number" under [tables.deals]' in text


@pytest.mark.parametrize(
    "cell",
    [
        *("EXAMPLE - please overwrite", "[Example]", "Sample row", "Beispiel: Messe", "Muster"),
        *("z. B. Google Ads", "e.g. Meta", "Exemple", "ejemplo 1", "Spring (delete this row)"),
        *("Bitte Zeile überschreiben", "ligne à supprimer", "Musterkampagne"),
    ],
)
@pytest.mark.parametrize("column", ["campaign_id", "category"])
def test_the_example_row_of_a_template_is_doubted_with_the_query_without_it(column, cell):
    """9,999 were never spent; the row below has no name, and stays."""
    days = ["2026-10-01", "2026-10-05", "2026-10-12"]
    frame = {"spent_on": days, column: [cell, None, "x"], "amount": ["9999", "400", "600"]}
    (text,) = doubts(mapped("costs", frame))
    assert text.startswith(
        f"1 row looks like the example of a template: 9,999.00 in all ('row 2: {cell}')."
    )
    assert f"{FILE}coalesce({column}, '') NOT IN ('{cell}')'''" in text


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "Example.com",
            "Musterring",
            "Muster & Sohn",
            "Sample sale",
            "Free samples",
            "Beispielhaus",
        ),
        *("Exemplary", "Replace this old boiler", "eg. ", "Template shop"),
    ],
)
def test_names_that_hold_the_word_are_no_examples(cell):
    frame = {"spent_on": ["2026-10-01"] * 3, "campaign_id": [cell, "x", "y"]}
    assert doubts(mapped("costs", {**frame, "amount": ["9", "4", "6"]})) == []


def test_a_source_of_examples_and_free_text_are_not_doubted():
    frame = {"deal_id": ["1", "2", "3"], "status": ["lost"] * 3}
    assert doubts(mapped("deals", {**frame, "owner": ["Example", "Sample", "x"]})) == []
    asked = ["please remove us from the list", None, None]
    assert doubts(mapped("deals", {**frame, "loss_reason": asked})) == []
