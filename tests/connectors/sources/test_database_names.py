"""Claims about names and values of real databases: as they are written, and as they are meant."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.mapping.mapping import map_table
from connectors.settings.tables import TableSettings
from kpis.definitions import Company
from tests.connectors.sources.crm_database import objects, read, refusal, sqlite_file, table
from tests.postgres_server import Postgres

PLACES = ("Sales Ops.Leads 2026", "Sales Ops.Newest Leads", "Sales Ops.Kept Leads", "Order")


@pytest.fixture
def quoted(postgres: Postgres) -> str:
    """Tables and views whose names need quotes, in a schema whose name does."""
    made = 'AS SELECT * FROM "Sales Ops"."Leads 2026"'
    postgres.new_database(
        "quoted",
        'CREATE SCHEMA "Sales Ops"',
        'CREATE TABLE "Sales Ops"."Leads 2026" '
        '("Lead Id" text, "select" int, "UPPER" text, "a%b" int)',
        "INSERT INTO \"Sales Ops\".\"Leads 2026\" VALUES ('a', 1, 'U', 2)",
        f'CREATE VIEW "Sales Ops"."Newest Leads" {made}',
        f'CREATE MATERIALIZED VIEW "Sales Ops"."Kept Leads" {made}',
        f'CREATE TABLE "Order" {made}',
        'GRANT USAGE ON SCHEMA "Sales Ops" TO reader',
        'GRANT SELECT ON ALL TABLES IN SCHEMA "Sales Ops" TO reader',
    )
    return postgres.reader("quoted")


@pytest.mark.parametrize("place", PLACES)
def test_names_of_postgres_are_read_as_they_are_written(
    quoted: str, tmp_path: Path, place: str
) -> None:
    """A schema, a view, a materialized view, a word of SQL; mixed case, blanks and a % in names."""
    found = objects(read(quoted, tmp_path, leads=table(place))["leads"])
    assert found.to_dict("list") == {"Lead Id": ["a"], "select": [1], "UPPER": ["U"], "a%b": [2]}
    query = 'SELECT "Lead Id", "UPPER" FROM "Sales Ops"."Leads 2026" WHERE "a%b" > 1'
    found = objects(read(quoted, tmp_path, leads=table(query=query))["leads"])
    assert found.to_dict("list") == {"Lead Id": ["a"], "UPPER": ["U"]}


def test_a_name_in_other_letters_suggests_the_right_one(quoted: str, tmp_path: Path) -> None:
    message = refusal(quoted, tmp_path, leads=table("sales ops.leads 2026"))
    assert "Did you mean 'Sales Ops.Leads 2026'?" in message


def test_names_of_sqlite_are_read_as_they_are_written(tmp_path: Path) -> None:
    sqlite_file(
        tmp_path,
        'CREATE TABLE "Order" ("Deal Id" TEXT, [select] INT, "a""b" INT)',
        "INSERT INTO \"Order\" VALUES ('d', 1, 2)",
        'CREATE VIEW "Newest Deals" AS SELECT * FROM "Order"',
    )
    for name in ("Order", "Newest Deals"):
        found = objects(read("sqlite:///crm.db", tmp_path, deals=table(name))["deals"])
        assert found.to_dict("list") == {"Deal Id": ["d"], "select": [1], 'a"b': [2]}


def leads_of(**columns: str) -> TableSettings:
    names = {"lead_id": "id", "created_at": "at", **columns}
    return TableSettings.model_validate({"source": "crm", "from": "leads", "columns": names})


def test_each_type_of_postgres_arrives_as_what_it_means(postgres: Postgres, tmp_path: Path) -> None:
    """Wall time is of Berlin (midnight there is 23:00 UTC), timestamptz an instant, whatever the
    session's zone; NULL is no value; arrays and objects are JSON.
    """
    postgres.new_database(
        "meant",
        "CREATE TYPE stage AS ENUM ('won', 'In talks')",
        "CREATE TABLE leads (id bigint, at timestamp, mql_at timestamptz, stage stage, ok boolean, "
        "tags text[], extra jsonb, score numeric(20, 4))",
        "INSERT INTO leads VALUES (9007199254740993, '2026-01-02 00:00', "
        "'2026-01-02 03:04:05+05:30', 'In talks', true, '{a,\"b c\"}', '{\"a\": [1, null]}', "
        "1234567890123456.7891), (2, '2026-01-03', NULL, NULL, NULL, NULL, NULL, NULL)",
    )
    names = ("stage", "ok", "tags", "extra")
    company = Company(currency="EUR", time_zone="Europe/Berlin")
    for zone in ("UTC", "Asia/Kolkata"):
        url = f"{postgres.reader('meant')}?options=-c%20timezone%3D{zone}"
        raw = read(url, tmp_path, leads=table("leads"))["leads"]
        assert objects(raw)["score"].tolist() == [Decimal("1234567890123456.7891"), None]
        wanted = leads_of(**{name: name for name in names})
        found = map_table("leads", raw, wanted, names, "Europe/Berlin", company).frame.to_pylist()
        first, second = found
        assert first["lead_id"] == "9007199254740993"
        assert first["created_at"] == datetime(2026, 1, 1, 23, tzinfo=UTC)
        assert first["mql_at"] == datetime(2026, 1, 1, 21, 34, 5, tzinfo=UTC)
        assert [first[name] for name in names] == [
            "In talks",
            "true",
            '["a", "b c"]',
            '{"a": [1, null]}',
        ]
        assert [second[name] for name in ("mql_at", *names)] == [None] * 5


def test_each_type_of_sqlite_arrives_as_what_it_means(tmp_path: Path) -> None:
    """SQLite has neither dates nor booleans: texts and numbers say what they are."""
    sqlite_file(
        tmp_path,
        "CREATE TABLE leads (id INTEGER, at TIMESTAMP, ok BOOLEAN, extra JSON, score DECIMAL)",
        "INSERT INTO leads VALUES (1, '2026-01-02 00:00:00', 1, '{\"a\": 1}', 1200.5), "
        "(2, '2026-01-02T10:00:00+02:00', NULL, NULL, NULL)",
    )
    raw = read("sqlite:///crm.db", tmp_path, leads=table("leads"))["leads"]
    company = Company(currency="EUR", time_zone="Europe/Berlin")
    names = ("ok", "extra")
    wanted = leads_of(ok="ok", extra="extra")
    first, second = map_table(
        "leads", raw, wanted, names, "Europe/Berlin", company
    ).frame.to_pylist()
    assert first["created_at"] == datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert second["created_at"] == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert [first[name] for name in names] == ["1", '{"a": 1}']
    assert [second[name] for name in names] == [None, None]
