"""Claims on campaigns written several ways, cells of several ids, and ids that too many share."""

import pytest

from kpis.health.alike import visible
from tests.kpis.health.checked_company import counted, examples, health_of, sold
from tests.small_data import campaign, cost, customer, deal, lead, touch, won

DAY = "2026-01-01"


def test_a_campaign_written_several_ways_is_named_where_no_table_of_campaigns_is_mapped() -> None:
    """Most rows have "Frühjahr", so it is the usual one; a lead and a cost differ from it."""
    health = health_of(
        leads=[lead("a", DAY, "Frühjahr"), lead("b", DAY, "Frühjahr"), lead("c", DAY, "frühjahr")],
        costs=[cost(DAY, 1.0, "FRÜHJAHR"), cost(DAY, 1.0, "fair"), cost(DAY, 1.0)],
    )
    assert counted(health) == {
        "leads_campaign_written_several_ways": (1, 3),
        "costs_campaign_written_several_ways": (1, 2),
    }
    assert examples(health)["costs_campaign_written_several_ways"] == ("FRÜHJAHR → Frühjahr",)
    assert health.sound == {"leads": 2, "costs": 2}


@pytest.mark.parametrize("other", ["spring_fair 2026", "Spring-Fair-2026", "SPRING  FAIR  2026"])
def test_blanks_underscores_and_hyphens_between_words_are_one(other: str) -> None:
    same = [touch("a", "spring fair 2026", DAY), touch("b", "spring fair 2026", DAY)]
    health = health_of(touches=[*same, touch("c", other, DAY)])
    assert counted(health) == {"touches_campaign_written_several_ways": (1, 3)}
    with_table = health_of(campaigns=[campaign("spring fair 2026")], costs=[cost(DAY, 1.0, other)])
    assert counted(with_table) == {"costs_campaign_id_written_otherwise": (1, 1)}


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("Spring Sale 2026", "Spring+Sale+2026"),
        ("Spring Sale 2026", "Spring%20Sale%202026"),
        ("Frühjahr & mehr", "Fr%C3%BChjahr &amp; mehr"),
        ("a b c", "a+b+c"),
        ("Food & Wine 2026", "food-and-wine-2026"),
        ("Wein & Käse", "wein_und_kaese"),
        ("Vino & Queso", "vino-y-queso"),
        ("Food + Wine + Art", "food and wine and art"),
        ("Food & Wine", "Food+%26+Wine"),
        ("C++", "C%2B%2B"),
        ("spring", "spring?fbclid=IwAR0a-b_c"),
        ("spring sale", "Spring%20Sale&gclid=Cj0K&utm_content=a"),
        ("spring", "spring%3Fmsclkid%3D1f"),
        ("120214", "120214?utm_source=x"),
        ("701Hs000001AbCdIAE", "701Hs000001AbCd?li_fat_id=7"),
    ],
)
def test_a_campaign_as_an_address_writes_it_is_the_same(usual: str, other: str) -> None:
    health = health_of(
        touches=[touch("a", usual, DAY), touch("b", usual, DAY), touch("c", other, DAY)]
    )
    assert counted(health) == {"touches_campaign_written_several_ways": (1, 3)}
    assert examples(health)["touches_campaign_written_several_ways"] == (f"{other} → {usual}",)


@pytest.mark.parametrize(
    ("usual", "other", "shown"),
    [
        ("R&D Days", "R&amp;D Days", "R&amp;D Days"),
        ("Fit > 50 'plus'", "Fit&nbsp;&gt; 50 &#39;plus&#39;", "Fit&nbsp;&gt; 50 &#39;plus&#39;"),
        ("CRM launch", "\u0421RM launch", "\\u0421RM launch"),
        ("Valentine's Day", "Valentine\u2019s Day", "Valentine\u2019s Day"),
        (
            "Strassenfest - Koeln",
            "Stra\u00dfenfest \u2013 K\u00f6ln",
            "Stra\u00dfenfest \u2013 K\u00f6ln",
        ),
        ("Expo", "\u0395xp\u03bf", "\\u0395xp\\u03bf"),
        ("Fair 2026", "\uff26air \uff12026", "\\uff26air \uff12026"),
        (
            "\u0412\u0435\u0441\u043d\u0430",
            "\u0432\u0415\u0441\u043d\u0430",
            "\u0432\u0415\u0441\u043d\u0430",
        ),
    ],
    ids=[
        *("a page's code", "several codes", "Cyrillic", "quote", "umlaut", "Greek"),
        *("full width", "case in Cyrillic"),
    ],
)
def test_names_that_look_the_same_are_one_and_the_stranger_in_a_word_is_shown(
    usual: str, other: str, shown: str
) -> None:
    """As campaigns, and as ids of customers; no eye tells the letters apart, so they are codes."""
    touches = [touch("a", usual, DAY), touch("b", usual, DAY), touch("c", other, DAY)]
    found = examples(health_of(touches=touches, deals=sold(usual, usual, other)))
    assert found == {
        "touches_campaign_written_several_ways": (f"{shown} → {usual}",),
        "deals_customer_written_several_ways": (f"{shown} → {usual}",),
    }


def test_names_in_another_alphabet_that_look_like_no_latin_name_stay_apart() -> None:
    names = (
        "\u0421\u0430\u0434",
        "Sad",
        "\u041b\u0435\u0442\u043e",
        "Leto",
        "<50",
        ">50",
        "50",
        "A & B",
        "A lt B",
        "\u03a9",
        "O",
    )
    assert health_of(touches=[touch("a", one, DAY) for one in names]).findings == ()


def test_signs_that_are_part_of_a_name_keep_campaigns_apart() -> None:
    """ "%FF" and "100%" are no encoding; nothing may fail on them."""
    names = ("C", "C++", "C#", "100%", "100", "%FF", "FF", "A&B", "AB", "+A", "A", "A & B", "A B")
    assert health_of(touches=[touch("a", one, DAY) for one in names]).findings == ()


def test_words_that_mean_and_only_between_others_keep_campaigns_apart() -> None:
    """The letter of a group is no "and", nor is the begin of a word."""
    names = ("Group Y 2026", "Group E 2026", "Andes Sale", "Sale", "wave-a-e-b", "wave-a-y-b")
    names += ("Brand", "Br", "Meet Et", "Meet")
    assert health_of(touches=[touch("a", one, DAY) for one in names]).findings == ()


@pytest.mark.parametrize(
    "other",
    [
        *("Spring Sale [120214]", "Spring Sale (120214)", "[120214] spring sale"),
        *("Spring Sale (ID: 120214)", "Spring_Sale [#120214]"),
    ],
)
def test_a_campaign_with_its_number_in_brackets_is_the_one_of_that_name(other: str) -> None:
    """Ad platforms write the number beside the name, the CRM the name alone."""
    costs = [cost(DAY, 1.0, other), cost(DAY, 1.0, "Fair")]
    health = health_of(leads=[lead("a", DAY, "Spring Sale"), lead("b", DAY, "Fair")], costs=costs)
    assert sum(rows for rows, _ in counted(health).values()) == 1
    assert {"Spring Sale", other} == {
        part for pairs in examples(health).values() for part in pairs[0].split(" → ")
    }


@pytest.mark.parametrize(
    "names",
    [
        ("Fair", "Fair (2026)", "Fair (202603)", "Fair (20260301)"),
        ("Webinar", "Webinar (1)", "Webinar (2)", "Webinar [112]"),
        ("Sale", "Sale [120214]", "Sale [120215]"),
        ("Sale [120214]", "Fair [120214]", "[120214]"),
        ("Sale (Spring)", "Sale"),
    ],
    ids=["years", "small numbers", "two of one name", "no name alone", "words"],
)
def test_other_brackets_keep_campaigns_apart(names: tuple[str, ...]) -> None:
    assert health_of(touches=[touch("a", one, DAY) for one in names]).findings == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\U0001f337 Spring Sale", "Spring Sale"),
        ("Spring Sale \u2600\ufe0f\u2b50", "spring-sale"),
        ("urn:li:sponsoredCampaign:301234567", "301234567"),
        ("customers/1234567890/campaigns/301234567", "301234567"),
        ("c:120212345670001", "120212345670001"),
    ],
)
@pytest.mark.parametrize("is_mapped", [False, True])
def test_pictures_and_what_platforms_put_before_a_number_make_no_other_campaign(
    one: str, other: str, is_mapped: bool
) -> None:
    """Two of three rows have the usual writing, or a table of campaigns says it."""
    rows = [lead("a", DAY, one), lead("b", DAY, other), lead("c", DAY, other)]
    own = {"campaigns": [campaign(other)]} if is_mapped else {}
    found = examples(health_of(leads=rows, **own))
    key = "leads_campaign_id_written_otherwise"
    assert found == {
        key if is_mapped else "leads_campaign_written_several_ways": (f"{one} \u2192 {other}",)
    }


def test_a_number_in_brackets_makes_no_campaign_unknown() -> None:
    """Where a table of campaigns is mapped, too, ``Sale [120214]`` is a writing of ``Sale``."""
    health = health_of(leads=[lead("a", DAY, "Sale [120214]")], campaigns=[campaign("Sale")])
    assert counted(health) == {"leads_campaign_id_written_otherwise": (1, 1)}


@pytest.mark.parametrize("other", ["c1", "c-11", "c11a", "spring", "c:11"])
def test_campaigns_that_differ_in_more_than_writing_are_not_named(other: str) -> None:
    assert health_of(touches=[touch("a", "c11", DAY), touch("b", other, DAY)]).findings == ()


def test_ids_of_salesforce_that_differ_by_case_alone_are_two_campaigns() -> None:
    ids = ("7015e000001AbCd", "7015e000001aBcD")
    assert health_of(touches=[touch("a", one, DAY) for one in ids]).findings == ()


def test_15_and_18_characters_of_one_id_of_salesforce_are_one_lead_written_otherwise() -> None:
    """The other lead differs by case only; an id that ignored it would be like both."""
    health = health_of(
        leads=[lead("00Q5e000001AbCd", DAY), lead("00Q5e000001aBcD", DAY)],
        deals=[won("1", "00Q5e000001aBcDEAC", "2026-02-01")],
    )
    found = examples(health)["deals_lead_id_written_otherwise"]
    assert found == ("00Q5e000001aBcDEAC → 00Q5e000001aBcD",)


@pytest.mark.parametrize(
    "cell",
    [
        *("L1;L2", "L1, L2", "L2|L1;L3", "L1\nL2", '["L1", "L3"]', "{L3,L2}"),
        *("L1 / L2", "L1/L2", "L1 & L3", "L1 + L2 + L3", "L1 und L2", "L1、L2"),
    ],
)
def test_a_cell_that_lists_several_known_leads_is_told_from_an_unknown_one(cell: str) -> None:
    leads = [lead("L1", DAY), lead("L2", DAY), lead("L3", DAY)]
    health = health_of(leads=leads, deals=[won("1", cell, "2026-02-01")])
    assert counted(health) == {"deals_lead_id_lists_several": (1, 1)}
    assert examples(health)["deals_lead_id_lists_several"] == (visible(cell),)
    for stranger in ("L1;L9", "L1;"):
        one = health_of(leads=leads, deals=[won("1", stranger, "2026-02-01")])
        assert counted(one) == {"deals_lead_id_unknown": (1, 1)}


@pytest.mark.parametrize("cell", ["spring;fair", "fair, spring", "spring|fair"])
def test_a_cell_that_lists_several_campaigns_is_named_without_a_table_of_campaigns(
    cell: str,
) -> None:
    """spring stands alone in costs, fair in leads; a comma or & in a name is no list."""
    costs = [cost(DAY, 1.0, "spring"), cost(DAY, 1.0, cell)]
    leads = [lead("a", DAY, "fair"), lead("b", DAY, "Berlin, fair"), lead("c", DAY, cell)]
    leads += [lead(one, DAY, "spring & fair") for one in ("d", "e")]
    health = health_of(leads=leads, costs=costs)
    assert counted(health) == {
        "leads_campaign_lists_several": (1, 5),
        "costs_campaign_lists_several": (1, 2),
    }
    assert examples(health)["costs_campaign_lists_several"] == (cell,)


def test_rows_that_differ_in_the_writing_of_their_key_alone_are_doubted() -> None:
    """102 and 00102 are one deal, opp-a and OPP-A too; 103 differs from 00103 by its amount."""
    day = "2026-02-01"
    deals = [won("00102", None, day, 5.0), won("102", None, day, 5.0), won("103", None, day, 6.0)]
    deals += [won("00103", None, day, 5.0), won("opp-a", None, day), won("OPP-A", None, day)]
    health = health_of(deals=deals, leads=[lead("7", DAY), lead("007", "2026-01-02")])
    assert counted(health) == {"deals_written_twice": (2, 6)}
    assert examples(health)["deals_written_twice"] == ("102 → 00102", "opp-a → OPP-A")
    assert health.sound == {"deals": 6, "leads": 2}, "a doubt"


def test_a_customer_written_several_ways_in_deals_is_named() -> None:
    """Two of four are Acme; three customers would be counted, of which two are there."""
    health = health_of(deals=sold("Acme GmbH", "ACME  GMBH", "Acme GmbH", "Beta AG", None))
    assert counted(health) == {"deals_customer_written_several_ways": (1, 4)}
    found = examples(health)["deals_customer_written_several_ways"]
    assert found == ("ACME  GMBH → Acme GmbH",)


@pytest.mark.parametrize(
    "other", ["www.acme.co.uk", "https://acme.co.uk/", "http://www.ACME.co.uk", "acme.co.uk/"]
)
def test_a_domain_and_its_address_are_one_customer(other: str) -> None:
    health = health_of(deals=sold("acme.co.uk", "acme.co.uk", other, "shop.acme.co.uk"))
    assert counted(health) == {"deals_customer_written_several_ways": (1, 4)}
    found = examples(health)["deals_customer_written_several_ways"]
    assert found == (f"{other} → acme.co.uk",)


def test_ids_that_are_no_domains_keep_what_looks_like_an_address() -> None:
    """A page is no domain, and "www.5" none either."""
    ids = ("www.5", "5", "https://acme.com/de", "acme.com", "acme", "acme/", "a.b@acme.com")
    assert health_of(deals=sold(*ids)).findings == ()


def test_a_writing_that_the_customers_table_has_is_the_right_one() -> None:
    """7 and 007 are two customers there, and both right; "acme" is in the table, most are not."""
    customers = [customer(one, DAY) for one in ("7", "007", "acme")]
    health = health_of(deals=sold("7", "007", "ACME", "ACME", "acme"), customers=customers)
    assert counted(health)["deals_customer_written_several_ways"] == (2, 5)


TWINS = ("00123", "123", "1E3", "1000", "7.10", "7.1", "5")


def test_an_id_that_is_another_as_a_number_is_doubted_where_deals_name_the_number() -> None:
    """Of 4 deals with a lead two may mean 00123 and 1E3; 5 is one lead, and X-1 no number."""
    leads = [lead(one, f"2026-01-0{i + 1}") for i, one in enumerate((*TWINS, "X-1"))]
    deals = [won(str(i), one, "2026-02-01", 5.0) for i, one in enumerate(("123", "1000", "5"))]
    health = health_of(
        leads=leads, deals=[*deals, won("8", "X-1", "2026-02-01"), won("9", None, DAY)]
    )
    assert counted(health) == {"deals_lead_same_number": (2, 4)}
    assert examples(health)["deals_lead_same_number"] == ("00123 or 123", "1000 or 1E3")
    assert health.sound["deals"] == 5, "a doubt"


def test_a_customer_that_is_another_as_a_number_is_doubted() -> None:
    customers = [customer(one, f"2026-01-0{i + 1}") for i, one in enumerate(TWINS)]
    health = health_of(deals=sold("7.1", "5", None), customers=customers)
    assert counted(health) == {"deals_customer_same_number": (1, 2)}


@pytest.mark.parametrize("written", ["00123", "1E3", "042"])
def test_deals_that_write_an_id_as_no_number_is_written_are_read_as_text(written: str) -> None:
    """042 is one lead alone, but no column of numbers holds its zero: 123 means 123."""
    leads = [lead(one, f"2026-01-0{i + 1}") for i, one in enumerate((*TWINS, "042"))]
    deals = [won(str(i), one, "2026-02-01", 5.0) for i, one in enumerate(("123", written))]
    assert health_of(leads=leads, deals=deals).findings == ()


@pytest.mark.parametrize("id_", ["1_000", "1 000", "0x3E8", "1000_"])
def test_an_id_of_digits_and_other_signs_is_no_number(id_: str) -> None:
    """Two schemes of numbers, as of two branches: the engine alone takes 1_000 for 1000."""
    leads = [lead(id_, DAY), lead("1000", "2026-01-02")]
    deals = [won("1", id_, "2026-02-01", 5.0), won("2", "1000", "2026-02-02", 6.0)]
    assert health_of(leads=leads, deals=deals).findings == ()


def test_long_numbers_that_differ_in_their_last_digit_are_two_leads() -> None:
    """Floats would make one of them: both are beyond 2 to the power of 53."""
    ids = ("90071992547409921", "90071992547409922")
    deals = [won(one, one, "2026-02-01", 5.0) for one in ids]
    assert health_of(leads=[lead(one, DAY) for one in ids], deals=deals).findings == ()


def test_a_customer_on_an_unlikely_share_of_won_deals_is_doubted_and_its_deals_are_sound() -> None:
    """3 of 5 deals with a customer share "unknown"; the blank one names none."""
    health = health_of(deals=sold("A", "B", "unknown", "unknown", "unknown", None))
    assert counted(health) == {"deals_share_customer": (3, 5)}
    assert examples(health)["deals_share_customer"] == ("unknown",)
    assert health.sound == {"deals": 6}


@pytest.mark.parametrize(
    "customers",
    [
        ("A", "B", "C", "x", "x"),
        ("A", "x", "x", "x"),
        ("A", "A", "B", "B", "x", "x", "x"),
        (*"ABCDEFGHIJKLM", "x", "x", "x"),
    ],
    ids=["two deals", "too few to tell", "customers buy again", "3 of 16"],
)
def test_customers_that_may_well_buy_again_are_not_doubted(customers: tuple[str, ...]) -> None:
    assert health_of(deals=sold(*customers)).findings == ()


@pytest.mark.parametrize(
    "id_",
    ["0", "-1", "Unknown", "no account", "Kein", "none", "n/a", "unbekannt", "Dummy Kunde"]
    + ["ikke oppgitt", "brak", "Nincs", "nespecifikováno", "no disponible", "keine Angabe"],
)
def test_an_id_that_reads_like_none_is_doubted_from_two_won_deals(id_: str) -> None:
    """Customers buy again here, so "x" on three deals is likely; the placeholder on two is not."""
    others = ("A", "A", "B", "B", "x", "x", "x")
    health = health_of(deals=sold(*others, id_, id_))
    assert counted(health) == {"deals_share_customer": (2, 9)}
    assert health_of(deals=sold(*others, id_)).findings == ()


@pytest.mark.parametrize(
    "id_", ["10", "-10", "Kein & Co", "Nona", "Unknown Worlds", "C-1", "Braker"]
)
def test_an_id_that_only_begins_like_a_placeholder_is_a_customer(id_: str) -> None:
    assert health_of(deals=sold("A", "A", "B", "B", id_, id_)).findings == ()


def test_a_lead_on_an_unlikely_share_of_won_deals_is_doubted() -> None:
    leads = [lead(one, DAY) for one in ("a", "b", "dummy")]
    deals = [won(str(i), one, "2026-02-01", 5.0) for i, one in enumerate("ab")]
    deals += [won(f"d{i}", "dummy", "2026-02-01", 5.0 + i) for i in range(3)]
    assert counted(health_of(leads=leads, deals=deals)) == {"deals_share_lead": (3, 5)}


def test_open_deals_with_an_amount_and_a_closing_date_in_the_past_are_doubted() -> None:
    """Of 3 open deals with an amount 1 is past; the day itself is not over."""
    health = health_of(
        as_of="2026-02-10",
        deals=[
            deal("1", "open", closed_at="2026-02-09", amount=5.0),
            deal("2", "open", closed_at="2026-02-10", amount=5.0),
            {**deal("3", "open", amount=5.0), "closed_at": None},
            {**deal("4", "open", closed_at="2026-02-09"), "amount": None},
            deal("5", "won", closed_at="2026-02-09", amount=5.0),
        ],
    )
    assert counted(health) == {"open_past_close": (1, 3)}
    assert health.sound == {"deals": 5}
