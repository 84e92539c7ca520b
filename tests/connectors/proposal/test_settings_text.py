"""Claims about the file that init writes: what was proposed, whatever a source calls it."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.documents.command_line import NobodyAsked
from connectors.proposal.settings_text import CompanyFacts, Fact, settings_text
from connectors.settings.file import load_settings
from tests.connectors.proposal.tables_in_files import proposal

FACTS = CompanyFacts(Fact('A "B" # C', "given"), Fact("EUR", "given"), Fact("UTC", "given"))
DAY = date(2026, 11, 22)


class SaysWon(NobodyAsked):
    """Somebody who says of every value that is asked about that it means won."""

    def choice(self, question: str, choices: tuple[str, ...], default: str) -> str:
        return "won" if "won" in choices else default


def test_comments_are_what_was_not_taken(tmp_path: Path) -> None:
    files = {"deals.csv": ["Deal ID,Status,Account", "1,Won,Acme", "2,Lost,Acme"]}
    text = settings_text(proposal(tmp_path, files), FACTS, DAY)
    (line,) = [line for line in text.splitlines() if "customer_id" in line]
    assert line.startswith('# columns.customer_id = "Account"')
    assert "would count as one customer" in line


def test_a_line_without_its_mark_is_taken(tmp_path: Path) -> None:
    files = {"deals.csv": ["Deal ID,Status,Account", "1,Won,Acme", "2,Lost,Acme"]}
    text = settings_text(proposal(tmp_path, files), FACTS, DAY)
    edited = text.replace("# columns.customer_id", "columns.customer_id")
    assert tomllib.loads(edited)["tables"]["deals"]["columns"]["customer_id"] == "Account"


def test_a_column_that_is_not_taken_is_not_mapped_by_its_name(tmp_path: Path) -> None:
    """deals.customer_id would be read by its name alone, were it not unmapped."""
    files = {"deals.csv": ["deal_id,status,customer_id", "1,Won,7", "2,Lost,7"]}
    text = settings_text(proposal(tmp_path, files), FACTS, DAY)
    assert tomllib.loads(text)["tables"]["deals"]["columns"]["customer_id"] == ""


def test_what_was_not_found_stands_with_what_it_costs(tmp_path: Path) -> None:
    files = {"leads.csv": ["Lead ID,Created", "1,2026-01-01"], "other.csv": ["a,b", "1,2"]}
    text = settings_text(proposal(tmp_path, files), FACTS, DAY)
    assert "# - no costs are mapped; undefined: Customer acquisition cost" in text
    assert text.rstrip().endswith(f"Tables that nothing is read from: {tmp_path.name}: other.csv.")


@pytest.mark.parametrize("name", ['a"b', "a#b", "a\\b", "ä = 1", "a'b", "a]b"])
def test_headers_and_values_are_written_as_they_are(name: str, tmp_path: Path) -> None:
    quoted = '"' + f"Deal ID {name}".replace('"', '""') + '"'
    value = '"' + f"Won {name}".replace('"', '""') + '"'
    rows = (f"1,{value},2026-01-01", "2,Lost,2026-01-02", "3,Won,2026-01-03")
    path = tmp_path / "settings.toml"
    files = {"deals.csv": [f"{quoted},Status,Close date", *rows]}
    found = proposal(tmp_path, files, SaysWon())
    path.write_text(settings_text(found, FACTS, DAY), encoding="utf-8")
    loaded = load_settings(path)
    assert loaded.company.name == 'A "B" # C'
    (deals,) = loaded.tables["deals"]
    assert deals.columns["deal_id"] == f"Deal ID {name}"
    assert deals.values["status"]["won"] == [f"Won {name}", "Won"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(origin=st.text(max_size=40))
def test_no_text_of_a_source_ends_a_comment(origin: str, tmp_path: Path) -> None:
    files = {"leads.csv": ["Lead ID,Created", "1,2026-01-01"]}
    facts = CompanyFacts(Fact("A", origin), Fact("EUR", origin), Fact("UTC", origin))
    text = settings_text(proposal(tmp_path, files), facts, DAY)
    assert tomllib.loads(text)["company"] == {"name": "A", "currency": "EUR", "time_zone": "UTC"}
