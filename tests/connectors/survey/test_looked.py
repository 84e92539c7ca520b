"""Claims about a survey: what it finds, and how little of a large table it reads."""

import os
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.survey.folders import MOST_BYTES
from connectors.survey.found import MOST_ROWS, Found, FoundTable
from connectors.survey.given import given_sources
from connectors.survey.looked import looked_into
from kpis.errors import SourceError, UsageError
from tests.mariadb_server import missing, running_mariadb
from tests.postgres_server import Postgres


def looked(what: str, folder: Path) -> Found:
    (given,) = given_sources([what], "env:KEY", folder, folder)
    return looked_into(given, folder)


def table_of(found: Found, name: str) -> FoundTable:
    return next(table for table in found.tables if table.name == name)


def test_a_large_table_is_read_and_counted_within_bounds(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """150,000 rows: 10,000 are read, and the count ends at 100,000."""
    rows = "CREATE TABLE big AS SELECT n AS id, 'a' AS x FROM generate_series(1, 150000) n"
    postgres.new_database("survey", rows, "CREATE TABLE small AS SELECT 1 AS id, NULL::text AS x")
    monkeypatch.setenv("SURVEY_URL", postgres.reader("survey"))
    found = looked("env:SURVEY_URL", tmp_path)
    big, small = table_of(found, "big"), table_of(found, "small")
    assert big.raw is not None and len(big.raw.frame) == MOST_ROWS == 10_000
    assert (big.rows_text, big.is_whole) == ("more than 100,000 rows", False)
    assert (small.rows_text, small.is_whole) == ("1 row", True)
    assert small.profile_of("x").kind == "empty"


def test_a_table_that_the_user_may_not_read_has_the_reason_and_ends_nothing(
    crm: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_URL", crm)
    found = looked("crm=env:CRM_URL", tmp_path)
    problem = table_of(found, "salaries").problem
    assert "permission denied" in problem and "Let the user 'reader' read it" in problem
    assert table_of(found, "named").rows == 2
    assert (table_of(found, "deals").schema, table_of(found, "leads").schema) == ("sales", "")


def test_an_unreachable_database_is_one_paragraph_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_URL", "postgresql://reader:canary@127.0.0.1:1/crm")
    with pytest.raises(SourceError, match="Check the host and the port") as refused:
        looked("crm=env:CRM_URL", tmp_path)
    assert "canary" not in str(refused.value)


def test_of_a_large_file_only_its_beginning_is_read(tmp_path: Path) -> None:
    line = "a" * 99
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"{n},{line}\n" for n in range(MOST_BYTES // 90))
    (found,) = looked(str(tmp_path), tmp_path).tables
    assert found.raw is not None and len(found.raw.frame) == MOST_ROWS
    assert (found.is_whole, found.is_counted) == (False, False)
    assert 70_000 < found.rows < MOST_BYTES // 90


def test_every_worksheet_is_a_table_below_its_titles(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    people = workbook.active
    assert people is not None
    people.title = "People"
    for row in (["Contacts 2026"], [], ["Ref", "Created"], [1, date(2026, 1, 2)]):
        people.append(row)
    workbook.create_sheet("Empty")
    workbook.save(tmp_path / "crm.xlsx")
    found = looked(str(tmp_path), tmp_path)
    table = table_of(found, "crm.xlsx#People")
    assert (table.columns, table.rows) == (("Ref", "Created"), 1)
    assert table.profile_of("Created").kind == "time"
    assert table_of(found, "crm.xlsx#Empty").problem


def test_a_parquet_file_is_counted_whole_and_read_in_part(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": range(25_000)}), tmp_path / "leads.parquet")
    (found,) = looked(str(tmp_path), tmp_path).tables
    assert found.raw is not None and len(found.raw.frame) == MOST_ROWS
    assert (found.rows_text, found.is_whole) == ("25,000 rows", False)


def test_a_file_that_cannot_be_read_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    (tmp_path / "deals.csv").write_text("Deal ID,Status\n1,Won\n", encoding="utf-8")
    found = looked(str(tmp_path), tmp_path)
    assert table_of(found, "broken.xlsx").problem
    assert table_of(found, "deals.csv").rows == 1


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no file of a known kind"):
        looked(str(tmp_path), tmp_path)


def test_mariadb_is_looked_into_without_being_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if why := missing():
        pytest.skip(f"not installed: {why}")
    folder = tmp_path_factory.mktemp("mariadb")
    with running_mariadb(folder) as server:
        server.run(
            "CREATE OR REPLACE DATABASE crm",
            "CREATE TABLE crm.leads (id INT, created_at TIMESTAMP)",
            "INSERT INTO crm.leads SELECT seq, '2026-01-01 10:00:00' FROM crm.seq_1_to_12000",
        )
        monkeypatch.setenv("MARIA_URL", server.url)
        (leads,) = looked("env:MARIA_URL", folder).tables
        assert (leads.rows, leads.is_whole, leads.profile_of("id").is_unique) == (
            12_000,
            False,
            True,
        )
        assert leads.known is not None
        assert leads.known("id", ["11999", "12001"]) == frozenset({"11999"})


def named_in_latin_1(folder: Path, name: bytes) -> Path:
    """A path in a folder whose name is no UTF-8, which not every file system takes."""
    return Path(os.fsdecode(os.fsencode(folder) + b"/" + name))


def test_a_file_whose_name_is_not_utf8_is_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("Lead ID,Created\n1,2026-01-01\n", encoding="utf-8")
    odd = named_in_latin_1(tmp_path, b"k\xfcnden.csv")
    try:
        odd.write_text("Kunde\nA\n", encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes names in UTF-8 only")
    found = looked(str(tmp_path), tmp_path)
    assert {table.name: bool(table.problem) for table in found.tables} == {
        "k\\xfcnden.csv": True,
        "leads.csv": False,
    }
    assert "is not UTF-8" in table_of(found, "k\\xfcnden.csv").problem


def test_a_folder_whose_name_is_not_utf8_is_refused_with_its_name(tmp_path: Path) -> None:
    odd = named_in_latin_1(tmp_path, b"f\xfcr uns")
    try:
        odd.mkdir()
    except OSError:
        pytest.skip("the file system takes names in UTF-8 only")
    with pytest.raises(UsageError, match=r"f\\xfcr uns' has a name that is not UTF-8"):
        looked(str(odd), tmp_path)
