"""Claims about tables and columns that an optional part reads and a database may lack, on both."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection

from connectors.settings.settings import DatabaseSource
from connectors.settings.tables import TableSettings
from connectors.sources.databases import database
from connectors.sources.queries.asked import of_database
from connectors.sources.raw import RawTable, no_progress
from kpis.errors import SourceError
from tests.connectors.sources.crm_database import LEADS, read, refusal, sqlite_file, table
from tests.postgres_server import Postgres


def optional(from_: str | None = None, query: str | None = None) -> TableSettings:
    return table(from_, query).model_copy(update={"optional": True})


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the table leads, on either."""
    if request.param == "sqlite":
        sqlite_file(tmp_path, *LEADS)
        return "sqlite:///crm.db"
    url: str = request.getfixturevalue("crm")
    return url


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (optional("calls"), "table 'calls'"),
        (optional("sales.calls"), "table 'sales.calls'"),
        (
            optional(query="SELECT l.* FROM leads l JOIN Calls c ON c.id = l.id"),
            "table 'Calls' of the query of activities",
        ),
        (
            optional(query="WITH x AS (SELECT * FROM calls) SELECT * FROM x"),
            "table 'calls' of the query of activities",
        ),
    ],
)
def test_an_optional_table_that_is_not_there_is_read_as_nothing_and_named(
    part: TableSettings, place: str, url: str, tmp_path: Path
) -> None:
    """The other tables are read as ever, in the same transaction."""
    found = read(url, tmp_path, activities=part, leads=table(query="SELECT id FROM leads"))
    assert (found["activities"].place, found["activities"].frame.shape) == (place, (0, 0))
    assert len(found["leads"].frame) > 1


def test_a_table_that_is_there_is_read_whatever_letters_a_query_writes(
    url: str, tmp_path: Path
) -> None:
    found = read(url, tmp_path, leads=optional(query="SELECT id FROM Leads"))
    assert list(found["leads"].frame.columns) == ["id"] and len(found["leads"].frame) > 1


def test_a_table_that_is_not_optional_must_be_there(url: str, tmp_path: Path) -> None:
    assert "there is no table or view 'calls'" in refusal(url, tmp_path, leads=table("calls"))


def test_a_column_of_an_optional_query_may_be_missing_in_postgresql(
    crm: str, tmp_path: Path
) -> None:
    found = read(crm, tmp_path, activities=optional(query="SELECT e.direction FROM leads e"))
    assert found["activities"].place == (
        "a column (column e.direction does not exist) of the query of activities"
    )


def test_what_else_is_wrong_with_an_optional_query_is_an_error(crm: str, tmp_path: Path) -> None:
    """Text compared with a number; and a table that the reader may not read."""
    said = refusal(crm, tmp_path, leads=optional(query="SELECT id FROM leads WHERE name = 1"))
    assert "the query of leads cannot be read" in said and "operator does not exist" in said
    assert "permission denied" in refusal(crm, tmp_path, costs=optional("salaries"))


def test_how_many_rows_the_condition_of_an_optional_query_leaves_out_is_noted(
    crm: str, tmp_path: Path
) -> None:
    """Of two leads one is named."""
    query = "SELECT id FROM leads l WHERE l.name = 'Ann' AND l.ok = TRUE"
    (note,) = read(crm, tmp_path, leads=optional(query=query))["leads"].notes
    assert (note.rows, note.is_doubt) == (1, False)
    assert note.what.startswith("were left out by the query, which keeps (l.")
    assert read(crm, tmp_path, leads=table(query=query))["leads"].notes == ()


def in_schema(url: str, folder: Path, schema: str, **parts: TableSettings) -> dict[str, RawTable]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CRM_URL", url)
        what = {"kind": "database", "url": "env:CRM_URL", "schema": schema}
        source = DatabaseSource.model_validate(what)
        return database.read("crm", source, parts, folder, no_progress)


def test_tables_are_those_of_the_schema(postgres: Postgres, crm: str, tmp_path: Path) -> None:
    """Its name is quoted, and a table of the same name elsewhere is not taken."""
    with psycopg.connect(postgres.admin("crm"), autocommit=True) as connection:
        connection.execute('CREATE SCHEMA "Odd: %s ""x"""')
        connection.execute('CREATE TABLE "Odd: %s ""x""".leads AS SELECT 5 AS id')
        connection.execute('GRANT USAGE ON SCHEMA "Odd: %s ""x""" TO reader')
        connection.execute('GRANT SELECT ON "Odd: %s ""x""".leads TO reader')
    parts = {"leads": table("leads"), "deals": table(query="SELECT id FROM leads")}
    found = in_schema(crm, tmp_path, 'Odd: %s "x"', **parts)
    assert [found[name].frame["id"].tolist() for name in parts] == [[5], [5]]


def test_a_schema_that_is_missing_or_of_another_database_is_refused(
    crm: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="there is no schema 'sale'. Did you mean 'sales'?"):
        in_schema(crm, tmp_path, "sale", leads=table("leads"))
    sqlite_file(tmp_path, *LEADS)
    with pytest.raises(SourceError, match="'schema' is for PostgreSQL. For sqlite, name the"):
        in_schema("sqlite:///crm.db", tmp_path, "main", leads=table("leads"))


def test_the_limit_of_a_question_never_holds_while_its_savepoint_is_undone(
    postgres: Postgres,
) -> None:
    """It would end that statement where little time is left, and the whole read with it."""
    limits = []
    engine = create_engine(postgres.admin().replace("postgresql:", "postgresql+psycopg:"))

    @event.listens_for(engine, "rollback_savepoint")
    def note(connection: Connection, name: str, context: None) -> None:
        limits.append(connection.exec_driver_sql("SHOW statement_timeout").scalar())

    with engine.connect() as connection, of_database(connection) as asked:
        connection.exec_driver_sql("SET statement_timeout = '600s'")
        assert asked.rows("SELECT 1 AS n") == [(1,)]
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "10min"
    assert limits == ["0"]
