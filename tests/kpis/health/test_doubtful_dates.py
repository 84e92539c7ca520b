"""Claims on dates that many rows hardly have: swapped, of an import, long before any deal."""

from typing import Any

import pytest

from kpis.definitions import Company, Definitions
from kpis.health.checks import Check
from kpis.health.health import checks
from tests.kpis.health.checked_company import counted, examples, health_of
from tests.small_data import Row, customer, deal, lead, won

BERLIN = Company(time_zone="Europe/Berlin")


def check(key: str) -> Check:
    return checks(Definitions())[key]


def lost(deal_id: str, created_at: str, closed_at: str) -> Row:
    return deal(deal_id, "lost", created_at=created_at, closed_at=closed_at)


def test_a_deal_closed_before_it_was_created_is_doubted() -> None:
    """1 of 3 closed deals with both dates; the open one closes when it will, 5 has one date."""
    health = health_of(
        deals=[
            lost("1", "2026-03-10", "2026-03-09"),
            lost("2", "2026-03-10", "2026-03-11"),
            lost("3", "2026-03-10", "2026-03-12"),
            deal("4", "open", created_at="2026-03-10", closed_at="2026-03-01"),
            deal("5", "lost", closed_at="2026-03-01"),
        ],
    )
    found = counted(health)
    assert found["closed_before_created"] == (1, 3)
    assert "created_and_closed_swapped" not in found
    assert examples(health)["closed_before_created"] == ("1",)
    assert health.sound == {"deals": 5}


def test_where_half_of_the_deals_close_too_early_the_columns_may_be_swapped() -> None:
    """2 of 4."""
    early = [lost(one, "2026-03-10", "2026-02-09") for one in "ab"]
    late = [lost(one, "2026-03-10", "2026-04-09") for one in "cd"]
    found = counted(health_of(deals=early + late))
    assert found == {"created_and_closed_swapped": (2, 4)}
    assert "may be swapped" in check("created_and_closed_swapped").effect


def test_a_deal_created_at_noon_may_be_closed_on_that_day_by_the_company_s_clock() -> None:
    """Berlin's 10 March begins at 23:00 UTC of the 9th: both dates are its 10 March."""
    deals = [lost("1", "2026-03-10T12:00", "2026-03-09T23:00")]
    assert health_of(deals=deals, company=BERLIN).findings == ()
    assert counted(health_of(deals=deals)) == {"created_and_closed_swapped": (1, 1)}


def leads_at(moment: str, times: int, others: int) -> list[Row]:
    """Some leads of one moment, and others of their own minutes in January."""
    own = [lead(f"o{i}", f"2026-01-{1 + i // 24:02}T{i % 24:02}:07:09") for i in range(others)]
    return [lead(f"m{i}", moment) for i in range(times)] + own


def test_leads_created_within_one_second_are_doubted_with_the_moment_of_the_import() -> None:
    """12 of 30; 14:02:11 in Berlin's summer is 12:02:11 UTC. Parts of the second differ."""
    leads = leads_at("2026-10-05T12:02:11.250", 11, 18)
    leads.append(lead("m", "2026-10-05T12:02:11.900"))
    health = health_of(leads=leads, company=BERLIN)
    assert counted(health) == {"leads_created_at_once": (12, 30)}
    assert examples(health)["leads_created_at_once"] == ("2026-10-05 14:02:11",)
    assert health.sound == {"leads": 30}
    assert "original creation date" in check("leads_created_at_once").remedy


@pytest.mark.parametrize(
    ("moment", "times", "others"),
    [
        ("2026-10-05T14:02:11", 9, 0),
        ("2026-10-05T14:02:11", 10, 41),
        ("2026-10-05", 30, 0),
        ("2026-10-04T22:00", 30, 0),
        ("2026-10-04T18:15", 30, 0),
    ],
    ids=["few", "10 of 51 from a fair", "days", "days of Berlin", "days of Kathmandu"],
)
def test_leads_that_may_well_share_their_moment_are_no_doubt(
    moment: str, times: int, others: int
) -> None:
    assert health_of(leads=leads_at(moment, times, others)).findings == ()


def won_by(customer_id: str, closed_at: str, **more: Any) -> Row:
    return won(f"{customer_id} {closed_at}", None, closed_at, 5.0, customer_id=customer_id, **more)


def old_customers(old: int, of: int, started: str = "2026-01-14") -> dict[str, list[Row]]:
    """Customers won on 15 February; ``old`` of them ``started`` before, by default 32 days."""
    names = [f"C{i:02}" for i in range(of)]
    start = {name: started if i < old else "2026-01-15" for i, name in enumerate(names)}
    return {
        "customers": [customer(name, start[name]) for name in names],
        "deals": [won_by(name, "2026-02-15") for name in names],
    }


def test_customers_who_started_long_before_their_first_deal_are_doubted() -> None:
    """3 of 30; the other 27 started 31 days before it. A second deal is no first one."""
    rows = old_customers(3, 30)
    rows["deals"].append(won_by("C09", "2026-06-01"))
    rows["customers"] += [customer("never", "2020-01-01"), customer("undated", None)]
    rows["deals"].append(won_by("undated", "2026-02-15"))
    health = health_of(**rows)
    assert counted(health) == {"customers_started_before_deals": (3, 30)}
    assert examples(health)["customers_started_before_deals"] == ("C00", "C01", "C02")
    assert health.sound["customers"] == 32
    assert "CAC is too low" in check("customers_started_before_deals").effect


@pytest.mark.parametrize(
    ("old", "of", "started"),
    [(2, 2, "2020-01-01"), (3, 31, "2020-01-01"), (5, 5, "2026-01-15"), (5, 5, "2026-03-01")],
    ids=["two", "3 of 31", "a month's trial", "started after the deal"],
)
def test_a_few_early_starts_or_a_trial_are_no_doubt(old: int, of: int, started: str) -> None:
    assert health_of(**old_customers(old, of, started)).findings == ()


def test_customers_who_pay_months_after_their_deal_are_no_doubt() -> None:
    """Won by payment on 15 May, but closed in February: the start is that of the deal."""
    rows = old_customers(0, 5)
    rows["deals"] = [{**row, "paid_at": "2026-05-15"} for row in rows["deals"]]
    assert health_of(definitions=Definitions(customer_when="paid"), **rows).findings == ()
