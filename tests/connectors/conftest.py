"""What several tests of connectors use: a CRM in PostgreSQL, and settings with a new notebook."""

from pathlib import Path

import pytest

from connectors.settings.settings import NotebookSettings, Settings
from tests.postgres_server import Postgres

pytest.register_assert_rewrite(  # else their assertions fail without the values compared
    "tests.connectors.crm_database", "tests.connectors.sheet_source"
)


@pytest.fixture
def crm(postgres: Postgres) -> str:
    """A database ``crm`` with one table, and the URL of a role that may read it."""
    postgres.new_database(
        "crm",
        "CREATE TABLE leads (id bigint, amount numeric(12,2), day date, at timestamptz, "
        "local timestamp, ok boolean, key uuid, name text)",
        "INSERT INTO leads VALUES (9007199254740993, 1200.10, '2026-01-02', "
        "'2026-01-02 03:04:05+01', '2026-01-02 03:04:05', true, "
        "'11111111-2222-3333-4444-555555555555', 'Ann'), "
        "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "CREATE VIEW named AS SELECT id, name FROM leads",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.deals (deal_id int)",
        "INSERT INTO sales.deals VALUES (7)",
        "GRANT USAGE ON SCHEMA sales TO reader",
        "GRANT SELECT ON sales.deals TO reader",
        "CREATE TABLE salaries (amount int)",
        "REVOKE ALL ON salaries FROM reader",
    )
    return postgres.reader("crm")


@pytest.fixture(params=["sqlite", "postgresql"])
def notebook_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings whose notebook does not exist yet, once on either database."""
    if request.param == "sqlite":
        return Settings(folder=tmp_path)
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.new_database("notebook")
    return Settings(notebook=NotebookSettings(url=postgres.admin("notebook")))
