"""Claims about proposed joins: values decide, and what is shared by chance is never taken."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.proposal.tables import proposed_parts
from connectors.proposal.trial import settings_of
from connectors.survey.given import given_sources
from connectors.survey.looked import looked_into
from tests.connectors.proposal.tables_in_files import left, part, proposal, taken
from tests.postgres_server import Postgres

LEADS = ["Lead ID,Created,Email", *(f"{n},2026-01-{n:02d},p{n}@x.com" for n in range(1, 21))]


def deals(header: str, *values: object) -> list[str]:
    rows = (f"D{n},Won,2026-02-{n:02d},{value}" for n, value in enumerate(values, start=1))
    return [f"Deal ID,Status,Close date,{header}", *rows]


def test_an_owner_number_is_no_lead_though_every_value_is_one(tmp_path: Path) -> None:
    """All five rep numbers, 1 to 5, are ids of leads, too: what they share is chance."""
    found = proposal(tmp_path, {"leads.csv": LEADS, "deals.csv": deals("Rep No", 1, 2, 3, 4, 5)})
    assert "lead_id" not in taken(found, "deals")


def test_a_named_column_is_taken_where_its_values_are_leads(tmp_path: Path) -> None:
    files = {"leads.csv": LEADS, "deals.csv": deals("Lead ID", 1, 2, 3, 4, 5)}
    assert taken(proposal(tmp_path, files), "deals")["lead_id"] == "Lead ID"


def test_a_named_column_of_which_no_value_is_a_lead_is_not_taken(tmp_path: Path) -> None:
    files = {"leads.csv": LEADS, "deals.csv": deals("Lead ID", 901, 902, 903, 904)}
    found = proposal(tmp_path, files)
    assert "lead_id" not in taken(found, "deals")
    assert left(found, "deals", "lead_id") == [
        "Lead ID: 0 of 4 values are in 'Lead ID' of leads.csv"
    ]


def test_a_named_column_of_which_few_values_are_leads_is_not_taken(tmp_path: Path) -> None:
    """Two of five are: a join that finds less than half is asked about."""
    files = {"leads.csv": LEADS, "deals.csv": deals("Lead ID", 1, 2, 903, 904, 905)}
    found = proposal(tmp_path, files)
    assert "lead_id" not in taken(found, "deals")
    assert "2 of 5 values" in left(found, "deals", "lead_id")[0]


def test_leads_that_deals_name_by_their_address_have_it_as_key(tmp_path: Path) -> None:
    addresses = [f"p{n}@x.com" for n in (3, 4, 5, 6, 7)]
    files = {"leads.csv": LEADS, "deals.csv": deals("Contact mail", *addresses)}
    found = proposal(tmp_path, files)
    assert taken(found, "deals")["lead_id"] == "Contact mail"
    assert taken(found, "leads")["lead_id"] == "Email"


def test_an_account_is_no_customer_until_somebody_says_so(tmp_path: Path) -> None:
    """Five won deals of two accounts: five customers, or two; the data cannot tell."""
    accounts = ("Acme", "Acme", "Beta", "Acme", "Beta")
    found = proposal(tmp_path, {"deals.csv": deals("Account", *accounts)})
    assert "customer_id" not in taken(found, "deals")
    assert "each would count as one customer" in left(found, "deals", "customer_id")[0]


def test_customers_with_a_beginning_make_the_accounts_customers(tmp_path: Path) -> None:
    customers = ["Customer ID,Customer since", "Acme AG,2020-01-01", "Beta AG,2021-01-01"]
    files = {
        "customers.csv": customers,
        "deals.csv": deals("Customer", "Acme AG", "Acme AG", "Beta AG"),
    }
    found = proposal(tmp_path, files)
    assert taken(found, "deals")["customer_id"] == "Customer"


def test_a_join_to_rows_beyond_the_sample_is_looked_up_in_the_database(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of 30,000 leads the sample holds the first 10,000, and deals name the last 1,000 alone."""
    postgres.new_database(
        "joins",
        "CREATE TABLE leads AS SELECT n AS id, timestamp '2026-01-01' AS created_at "
        "FROM generate_series(1, 30000) n",
        "CREATE TABLE deals AS SELECT n AS id, 'Won' AS status, 29000 + n AS lead_id "
        "FROM generate_series(1, 1000) n",
        "CREATE TABLE opportunities AS SELECT n AS id, 'Won' AS status, 90000 + n AS lead_id "
        "FROM generate_series(1, 1000) n",
    )
    monkeypatch.setenv("JOINS_URL", postgres.reader("joins"))
    (given,) = given_sources(["env:JOINS_URL"], "env:KEY", tmp_path, tmp_path)
    found = looked_into(given, tmp_path)
    choices = {}
    for left_out in ("opportunities", "deals"):
        kept = tuple(table for table in found.tables if table.name != left_out)
        parts, _ = proposed_parts([replace(found, tables=kept)])
        (deals,) = [one for one in parts if one.table == "deals"]
        (choice,) = [one for one in deals.choices if one.name == "lead_id"]
        choices[deals.found.name] = (choice.is_taken, choice.reason)
    assert choices == {
        "deals": (True, "200 of 200 values are in 'id' of leads"),
        "opportunities": (False, "0 of 200 values are in 'id' of leads"),
    }


def test_of_several_contacts_in_a_cell_the_first_counts(tmp_path: Path) -> None:
    files = {"leads.csv": LEADS, "deals.csv": deals("Contact ID", "1;7", "2", "3;99", "4", "5")}
    found = proposal(tmp_path, files)
    choice = part(found, "deals").taken["lead_id"]
    assert (choice.column, choice.takes_first) == ("Contact ID", True)
    assert settings_of(part(found, "deals"))["first_of"] == ["lead_id"]


ADDRESSES = [f"p{n}@x.com" for n in range(1, 11)]


def with_referrer(name: str, ids: list[int]) -> list[str]:
    """Deals that name each lead by id, and who referred it by address."""
    rows = (f"D{n},Won,2026-02-01,{ids[n]},{ADDRESSES[n]}" for n in range(len(ids)))
    return [f"Deal ID,Status,Close date,{name},Referred by", *rows]


def test_shared_values_alone_are_asked_about_and_change_no_key(tmp_path: Path) -> None:
    """Who referred a deal is a lead, too, and not the deal's."""
    files = {"leads.csv": LEADS, "deals.csv": deals("Referred by", *ADDRESSES)}
    found = proposal(tmp_path, files)
    assert "lead_id" not in taken(found, "deals")
    (choice,) = [c for c in part(found, "deals").choices if c.name == "lead_id"]
    assert (choice.column, choice.score) == ("Referred by", 0.55)
    assert choice.remedy == (
        "its name does not say that it names leads; with it, leads.lead_id must be 'Email'"
    )
    assert taken(found, "leads")["lead_id"] == "Lead ID"


def test_a_column_called_as_the_key_goes_before_one_of_which_more_is_found(
    tmp_path: Path,
) -> None:
    """Six of ten ids are leads, and all ten addresses of those who referred them."""
    ids = [1, 2, 3, 4, 5, 6, 901, 902, 903, 904]
    found = proposal(tmp_path, {"leads.csv": LEADS, "deals.csv": with_referrer("Lead ID", ids)})
    assert taken(found, "deals")["lead_id"] == "Lead ID"
    reason = part(found, "deals").taken["lead_id"].reason
    assert reason == "6 of 10 values are in 'Lead ID' of leads.csv"


@pytest.mark.parametrize(
    ("header", "values", "key", "other", "others"),
    [
        ("Contact email", ADDRESSES, "Email", "Lead ID", range(1, 11)),
        ("Lead ID", range(1, 11), "Lead ID", "Contact", ADDRESSES),
    ],
)
def test_the_key_of_leads_is_chosen_once_and_by_deals(
    header: str, values: list[object], key: str, other: str, others: list[object], tmp_path: Path
) -> None:
    """Deals and touches name leads by different columns; one of them can be read."""
    touches = (f"{value},2026-01-05,Spring" for value in others)
    files = {
        "leads.csv": LEADS,
        "deals.csv": deals(header, *values),
        "touches.csv": [f"{other},Date,Campaign", *touches],
    }
    found = proposal(tmp_path, files)
    assert taken(found, "leads")["lead_id"] == key
    assert taken(found, "deals")["lead_id"] == header
    (left_out,) = found.left
    assert left_out.table == "touches"
    assert f"deals names leads by '{key}', and they can have one key only" in left_out.problem


def test_ids_that_match_apart_from_a_zero_are_named(tmp_path: Path) -> None:
    leads = ["Lead ID,Created", *(f"{1000001 + n}.0,2026-01-01" for n in range(5))]
    ids = [1000001 + n for n in range(5)]
    found = proposal(tmp_path, {"leads.csv": leads, "deals.csv": deals("Lead ID", *ids)})
    (choice,) = [c for c in part(found, "deals").choices if c.name == "lead_id"]
    assert not choice.is_taken
    assert choice.remedy == (
        "5 are there apart from a '.0' at the end: export both as whole numbers"
    )
