"""Claims about what the values of a status mean."""

from pathlib import Path

import pytest

from connectors.proposal.statuses import status_reason
from tests.connectors.proposal.tables_in_files import part, proposal


def deals(*rows: str) -> list[str]:
    """Deals of a status and a closing date, such as ``Won|2026-02-01``."""
    lines = (row.split("|") for row in rows)
    return [
        "Deal ID,Phase,Close date,Amount",
        *(f"D{n},{status},{day},{n}00" for n, (status, day) in enumerate(lines, start=1)),
    ]


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("Won", "won"),
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("Won - Upsell", "won"),
        ("Gewonnen", "won"),
        ("Closed Lost", "lost"),
        ("Verloren (Preis)", "lost"),
        ("Angebot versendet", "open"),
        ("Negotiation/Review", "open"),
        ("Closed - not won", None),
        ("nicht gewonnen", None),
        ("Won or lost", None),
        ("Signed up again", None),
        ("Closed", None),
    ],
)
def test_what_a_value_says(value: str, meaning: str | None, tmp_path: Path) -> None:
    """Its rows have a closing date, so that only the value itself can say that they are open."""
    rows = ("Won|2026-02-01", "Lost|2026-02-02", f"{value}|2026-02-03")
    statuses = part(proposal(tmp_path, {"deals.csv": deals(*rows)}), "deals").statuses
    assert statuses is not None
    assert statuses.meanings.get(value) == meaning
    assert (value in statuses.unknown) == (meaning is None)


def test_a_value_whose_deals_never_closed_is_open_and_named_as_such(tmp_path: Path) -> None:
    rows = ("Won|2026-02-01", "Lost|2026-02-02", "Ruht|", "Ruht|")
    statuses = part(proposal(tmp_path, {"deals.csv": deals(*rows)}), "deals").statuses
    assert statuses is not None and statuses.by_rows == ("Ruht",)
    assert status_reason(statuses) == "won 1, lost 1, open 2"


def test_a_value_of_which_one_deal_closed_stays_unknown(tmp_path: Path) -> None:
    rows = ("Won|2026-02-01", "Lost|2026-02-02", "Ruht|", "Ruht|2026-02-03")
    statuses = part(proposal(tmp_path, {"deals.csv": deals(*rows)}), "deals").statuses
    assert statuses is not None and statuses.unknown == ["Ruht"]


def test_deals_of_which_none_says_won_are_not_mapped(tmp_path: Path) -> None:
    found = proposal(tmp_path, {"deals.csv": deals("A|2026-02-01", "B|2026-02-02")})
    assert found.parts == ()
    (only,) = found.left
    assert "no value says that a deal is won ('A', 'B')" in only.problem


def test_a_status_is_found_by_its_values_whatever_its_name(tmp_path: Path) -> None:
    lines = ["Ref,How it went,Signed", "1,Won,2026-02-01", "2,Lost,2026-02-02"]
    found = part(proposal(tmp_path, {"Closed business.csv": lines}), "deals")
    assert found.taken["status"].column == "How it went"
    assert found.taken["deal_id"].column == "Ref"
