"""Ids that name rows of another table: unknown ones, and those that differ in writing only."""

import pytest

from tests.kpis.health.checked_company import activity, counted, entry, examples, health_of
from tests.small_data import campaign, cost, customer, lead, payment, stage, touch, won

OBJECT = "5f1e0a7c9b3d2e4f6a8b0c1d"
DAY = "2026-01-01"


def test_rows_that_name_what_is_not_there_are_found_in_every_table() -> None:
    """Each table has one good row and some of a stranger; rows without an id name nobody."""
    health = health_of(
        leads=[
            lead("a", "2026-01-01", "c1"),
            lead("b", "2026-01-01", "cx"),
            lead("c", "2026-01-01"),
        ],
        touches=[touch("a", "cx", "2026-01-01"), touch("x", "c1", "2026-01-01")],
        deals=[
            won("1", "a", "2026-02-01"),
            won("2", "x", "2026-02-01"),
            won("3", None, "2026-02-01"),
        ],
        deal_stages=[entry("1"), entry("9"), entry("9")],
        lead_stages=[stage("a", "mql", "2026-01-01"), stage("x", "mql", "2026-01-01")],
        campaigns=[campaign("c1")],
        costs=[
            cost("2026-01-01", 1.0, "cx"),
            cost("2026-01-01", 1.0, "c1"),
            cost("2026-01-01", 1.0),
        ],
        customers=[customer("k", "2026-01-01")],
        payments=[
            payment("k", "2026-01-01", 1.0),
            payment("a", "2026-01-01", 1.0),
            payment("q", "2026-01-01", 1.0),
        ],
        activities=[activity("a", "2026-01-01"), activity("x", "2026-01-01")],
    )
    assert counted(health) == {
        "leads_campaign_id_unknown": (1, 2),
        "touches_campaign_id_unknown": (1, 2),
        "touches_lead_id_unknown": (1, 2),
        "deals_lead_id_unknown": (1, 2),
        "deal_stages_deal_id_unknown": (2, 3),
        "lead_stages_lead_id_unknown": (1, 2),
        "costs_campaign_id_unknown": (1, 2),
        "payments_customer_id_unknown": (1, 3),
        "activities_lead_id_unknown": (1, 2),
    }
    assert examples(health)["deal_stages_deal_id_unknown"] == ("9",), "each id once"
    assert health.sound == {
        "leads": 2, "touches": 0, "deals": 2, "deal_stages": 1, "lead_stages": 1, "campaigns": 1,
        "costs": 2, "customers": 1, "payments": 2, "activities": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "written", "message"),
    [
        ("7", "007", "007 → 7"),
        ("007", "7", "7 → 007"),
        ("7", "7.0", "7.0 → 7"),
        ("0", "000", "000 → 0"),
        ("c1", "C1", "C1 → c1"),
        ("c1", "c1\u200b", "c1\\u200b → c1"),
        ("\ufeffc1", "c1", "c1 → \\ufeffc1"),
        ("spring fair", "Spring\u00a0Fair", "Spring\\xa0Fair → spring fair"),
        ("c1", "b'c1'", "b'c1' → c1"),
        ('b"c1"', "C1", 'C1 → b"c1"'),
        (OBJECT, f'ObjectId("{OBJECT}")', f'ObjectId("{OBJECT}") → {OBJECT}'),
        (f"ObjectId({OBJECT})", OBJECT, f"{OBJECT} → ObjectId({OBJECT})"),
        (OBJECT, f'{{"$oid": "{OBJECT}"}}', f'{{"$oid": "{OBJECT}"}} → {OBJECT}'),
        ("c1", "c1_x000D_", "c1_x000D_ → c1"),
    ],
)
def test_ids_that_differ_in_writing_only_are_listed_from_unknown_ones(
    known: str, written: str, message: str
) -> None:
    health = health_of(
        campaigns=[campaign(known)],
        costs=[cost("2026-01-01", 1.0, written), cost("2026-01-01", 1.0, known)],
    )
    assert counted(health) == {"costs_campaign_id_written_otherwise": (1, 2)}
    assert examples(health)["costs_campaign_id_written_otherwise"] == (message,)


@pytest.mark.parametrize(
    ("known", "other"),
    [
        *(("7", "70"), ("c1", "c-1"), ("a07", "a7"), ("1.5", "15"), ("7.1", "7")),
        *(("c1", "b'c1"), ("c1", "bc1"), ("c1", "ObjectId(c1)"), ("c1", "c1_x2026_")),
    ],
)
def test_ids_that_differ_in_more_than_writing_are_unknown(known: str, other: str) -> None:
    health = health_of(campaigns=[campaign(known)], costs=[cost("2026-01-01", 1.0, other)])
    assert counted(health) == {"costs_campaign_id_unknown": (1, 1)}


def test_an_id_that_is_like_two_known_ones_counts_its_rows_once() -> None:
    """``07`` may be ``7`` or ``007``; a join would make two rows of the one cost."""
    health = health_of(
        campaigns=[campaign("7"), campaign("007"), campaign("8")],
        costs=[cost("2026-01-01", 1.0, "07")],
    )
    assert counted(health) == {
        "campaigns_written_otherwise": (2, 3),
        "costs_campaign_id_written_otherwise": (1, 1),
    }
    assert health.sound == {"campaigns": 1, "costs": 0}


@pytest.mark.parametrize(
    ("known", "other"),
    [
        *(("1001", "1,001"), ("1001", "1.001"), ("1234567", "1'234'567"), ("1000", "1,000")),
        ("anna@firm.example", "Anna Berg <anna@firm.example>"),
        ("anna@firm.example", "mailto:Anna@firm.example"),
        ("L12", "https://crm.example/contacts/L12"),
        ("7", "https://crm.example/contact/0-1/7/?view=all"),
        ("0035g00000AbCdE", "https://x.lightning.force.com/lightning/r/Lead/0035g00000AbCdE/view"),
    ],
)
def test_an_id_in_an_address_or_with_its_digits_in_groups_is_written_otherwise(
    known: str, other: str
) -> None:
    health = health_of(leads=[lead(known, DAY)], deals=[won("1", other, "2026-02-01")])
    assert examples(health)["deals_lead_id_written_otherwise"] == (f"{other} → {known}",)


@pytest.mark.parametrize(
    ("known", "other"),
    [
        *(("1001", "10,01"), ("1001", "1,001.5"), ("1.01", "101"), ("de", "https://acme.com/de")),
        *(("anna@firm.example", "Anna Berg <anna@firm>"), ("12", "https://crm.example?id=12")),
    ],
)
def test_ids_that_only_look_like_an_address_or_a_number_are_unknown(known: str, other: str) -> None:
    health = health_of(leads=[lead(known, DAY)], deals=[won("1", other, "2026-02-01")])
    assert counted(health)["deals_lead_id_unknown"] == (1, 1)


UUID = "3f2504e0-4f89-11ec-9a0c-0305e82c330a"


@pytest.mark.parametrize(
    "other", [UUID.replace("-", "").upper(), f"{{{UUID.upper()}}}", f"urn:uuid:{UUID}"]
)
def test_a_uuid_in_another_form_is_written_otherwise_and_its_neighbour_is_unknown(
    other: str,
) -> None:
    """Systems write one UUID with hyphens, without, in braces; …330b is another one."""
    deals = [won("1", other, "2026-02-01"), won("2", f"{UUID[:-1]}b", "2026-02-01")]
    health = health_of(leads=[lead(UUID, "2026-01-01")], deals=deals)
    assert examples(health)["deals_lead_id_written_otherwise"] == (f"{other} → {UUID}",)
    assert counted(health)["deals_lead_id_unknown"] == (1, 2)


@pytest.mark.parametrize(
    "cell",
    [
        *("2026/1;2026/2", "2026/2, 2026/1", "2026/1 / 2026/2", "2026/1 & 2026/2"),
        *("Search & Display, Brand", "Lead + Co; Brand"),
    ],
)
def test_a_list_is_split_at_its_strongest_sign_so_that_ids_with_a_weak_one_stay_whole(
    cell: str,
) -> None:
    known = ("2026/1", "2026/2", "Search & Display", "Lead + Co", "Brand")
    health = health_of(
        leads=[lead(one, DAY) for one in known], deals=[won("1", cell, "2026-02-01")]
    )
    assert counted(health) == {"deals_lead_id_lists_several": (1, 1)}
