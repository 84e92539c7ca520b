"""Claims about what the values of a status mean."""

import re
from datetime import date
from pathlib import Path

import pytest

from connectors.proposal.settings_text import CompanyFacts, Fact, settings_text
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
        ("Won - Upsell", None),
        ("Closed Won - Cancelled", None),
        ("Won by competitor", None),
        ("Never won", None),
        ("Won't proceed", None),
        ("To be won", None),
        ("Nie gewonnen", None),
        ("Deal won", "won"),
        ("Vinto", "won"),
        ("Ganada", "won"),
        ("Cerrada Perdida", "lost"),
        ("Gagné", "won"),
        ("Perdue", "lost"),
        ("En cours", "open"),
        ("Ganho", "won"),
        ("Aberto", "open"),
        ("Gewonnen", "won"),
        ("Closed Lost", "lost"),
        ("Verloren (Preis)", None),
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


def test_a_phrase_with_won_in_it_is_not_open_because_nothing_closed(tmp_path: Path) -> None:
    rows = ("Won|2026-02-01", "Lost|2026-02-02", "Won by competitor|", "Ruht|")
    statuses = part(proposal(tmp_path, {"deals.csv": deals(*rows)}), "deals").statuses
    assert statuses is not None
    assert (statuses.unknown, statuses.by_rows) == (["Won by competitor"], ("Ruht",))


def with_nda(header: str, *values: str) -> list[str]:
    """Deals of a status of these values beside a column of signed and pending papers."""
    rows = (f"D{n},{v},{('Signed', 'Pending')[n % 2]},100" for n, v in enumerate(values * 2))
    return [f"Deal ID,{header},NDA,Amount", *rows]


def test_no_other_column_is_taken_where_the_words_of_the_named_status_are_unknown(
    tmp_path: Path,
) -> None:
    found = proposal(tmp_path, {"deals.csv": with_nda("Stage", "Voitettu", "Häviö")})
    assert found.parts == ()
    (only,) = found.left
    assert "'Stage': no value says that a deal is won ('Voitettu', 'Häviö')" in only.problem
    assert only.statuses is not None and only.statuses.unknown == ["Voitettu", "Häviö"]


def test_the_values_of_an_unknown_status_are_listed_with_the_lines_to_fill_in(
    tmp_path: Path,
) -> None:
    found = proposal(tmp_path, {"deals.csv": with_nda("Stage", "Voitettu", "Häviö")})
    none = Fact("", "")
    text = settings_text(found, CompanyFacts(none, none, none), date(2026, 3, 1))
    assert re.search(r"^# values\.status\.won = \[\] +# list the values that mean it$", text, re.M)
    assert "# Unknown, so these rows are rejected until a line above lists them: Voitettu" in text


def test_signed_papers_are_no_status_though_no_column_is_named_as_one(tmp_path: Path) -> None:
    found = proposal(tmp_path, {"deals.csv": with_nda("Colour", "Red", "Blue")})
    assert found.parts == ()
