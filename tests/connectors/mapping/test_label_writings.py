"""Claims about values of dimensions, owners and channels that tables write otherwise."""

import pyarrow as pa
import pytest

from connectors.mapping.label_writings import label_notes
from connectors.mapping.notes import Note

LEADS = pa.table(
    {
        "lead_id": ["L1", "L2", "L3", "L4"],
        "owner": ["Mia Schneider", "Mia Schneider", "Ben Okafor", None],
        "region": ["DACH", "DACH", "Nordics", None],
    }
)


def labels(table: str, values: list[str | None], label: str = "region") -> dict[str, pa.Table]:
    """Leads of DACH and the Nordics, and another table with some values."""
    ids = pa.array(["L1", "L3", "L4", None, "L9"][: len(values)])
    return {"leads": LEADS, table: pa.table({"lead_id": ids, label: pa.array(values, pa.string())})}


def notes(table: str, values: list[str | None], label: str = "region") -> list[Note]:
    found = label_notes(labels(table, values, label), ("region",))
    assert all(note.is_doubt and note.table == table and note.column == label for note in found)
    return found


@pytest.mark.parametrize(
    ("value", "usual"),
    [("dach", "DACH"), ("D-A-CH", "DACH"), ("NORDICS", "Nordics"), ("nor_dics", "Nordics")],
)
def test_a_cost_whose_region_is_written_otherwise_is_doubted(value: str, usual: str) -> None:
    """One value of two is DACH, which most leads have; the settings can rename it."""
    (note,) = notes("costs", [value, "DACH", value])
    assert note.rows == 2 and note.examples == (f"{value} → {usual}",)
    assert f'values.region = {{ "{usual}" = ["{value}"] }} under [tables.costs]' in note.remedy


def test_grades_with_a_sign_behind_them_are_others() -> None:
    assert notes("costs", ["DACH", "DACH-", "DACH+"]) == []


def test_one_table_that_writes_a_value_two_ways_is_doubted() -> None:
    """Of channels there are no others."""
    (note,) = notes("campaigns", ["Paid Search", "paid-search", "Paid Search"], "channel")
    assert note.rows == 1 and note.examples == ("paid-search → Paid Search",)


def test_of_deals_those_count_whose_lead_has_no_value() -> None:
    """The first two deals take the owner of L1 and L3; the fourth has no lead, the fifth none
    that is known."""
    names = ["mia schneider", "BEN OKAFOR", "Schneider, Mia", "Okafor, Ben", "Ben Okafor"]
    (note,) = notes("deals", [*names], "owner")
    assert note.rows == 2
    assert set(note.examples) == {"Schneider, Mia → Mia Schneider", "Okafor, Ben → Ben Okafor"}


@pytest.mark.parametrize("table", ["costs", "campaigns"])
def test_costs_of_which_no_lead_has_a_region_are_doubted(table: str) -> None:
    (note,) = notes(table, ["Germany", "Sweden", None, "Sweden"])
    assert note.rows == 3 and "leads have DACH, Nordics" in note.what
    assert note.examples == ("Germany", "Sweden")


@pytest.mark.parametrize(
    ("table", "values", "label"),
    [
        ("costs", ["DACH", "Nordics", None], "region"),
        ("costs", ["DACH", "Iberia", "France"], "region"),
        ("costs", ["Germany", "Germany", None], "region"),
        ("campaigns", ["1-10", "110"], "channel"),
        ("deals", ["Germany", "Sweden", "Spain", "Italy"], "region"),
        ("deals", ["Ann", "Bob", "Eva", "Tom"], "owner"),
        ("activities", ["mia schneider"], "owner"),
    ],
    ids=["alike", "some are known", "one value", "numbers", "deals", "owners", "activities"],
)
def test_what_may_well_differ_is_not_doubted(
    table: str, values: list[str | None], label: str
) -> None:
    """Sellers of deals are others than owners of leads; a region may have costs and no leads."""
    assert notes(table, values, label) == []
