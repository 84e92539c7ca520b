"""Claims about ``cli.py init`` on a warehouse of exports: tools are found, doubts are said."""

import re
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from tests.maven import alliance
from tests.postgres_server import Postgres
from tests.synced_database import synced_tables
from tests.test_presets import EXPORTS

DELETED = "all 10 rows of opportunity are marked as deleted"
NO_LEADS = "None of the {} deals has a lead id: deals.lead_id is mapped, but blank in every row."


@pytest.fixture(scope="module")
def warehouse(postgres: Postgres, real_data: Path) -> str:
    """A database with a schema for each tool; returns the URL of a reader."""
    postgres.new_database("init_warehouse")
    for schema, (folder, begin, names) in EXPORTS.items():
        files = {name: real_data / folder / f"{begin}{name}_data.csv" for name in names}
        if schema == "linkedin_ads":
            files["campaign_history"] = real_data / "ads" / "linkedin_ad_campaign_history_data.csv"
        synced_tables(postgres, "init_warehouse", schema, files)
    return postgres.reader("init_warehouse")


@pytest.fixture
def started(warehouse: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Started":
    monkeypatch.setenv("INIT_URL", warehouse)
    return Started(tmp_path / "settings.toml")


class Started:
    """What ``init`` prints of the warehouse, and the file that it writes."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def init(self, *options: str, error: str = "") -> str:
        """Run it; error: the beginning of what its check ends with, where a join finds nothing."""
        where = ("--yes", "--overwrite", "--output", self.file)
        result = alliance("init", "warehouse=env:INIT_URL", *where, *options)
        assert result.exit_code == (1 if error else 0), result.output
        assert result.stderr.strip().startswith(error) and bool(result.stderr) == bool(error)
        return result.stdout


def test_every_tool_is_a_source_of_its_own_in_its_schema(started: Started) -> None:
    """Facebook's table of costs is not there, so that its campaigns alone are no source."""
    started.init(error=NO_LEADS.format(44))
    sources = load_settings(started.file).sources
    found = {name: (one.preset, one.layout, one.schema_) for name, one in sources.items()}
    tools = ("google_ads", "hubspot", "linkedin_ads", "microsoft_ads", "salesforce")
    assert found == {tool: (tool, "fivetran", tool) for tool in tools}
    assert "warehouse: facebook_ads.campaign_history" in started.file.read_text(encoding="utf-8")


def test_two_crms_are_named_as_one_too_many(started: Started) -> None:
    printed = started.init(error=NO_LEADS.format(44))
    assert "hubspot and salesforce both fill deals: a deal that is in both counts" in printed
    options = [("--preset", f"warehouse={tool}") for tool in ("salesforce", "google_ads")]
    printed = started.init(*(word for pair in options for word in pair))
    assert "both fill deals" not in printed
    assert set(load_settings(started.file).sources) == {"salesforce", "google_ads"}


def test_joins_of_hubspots_export_that_find_nothing_are_named(started: Started) -> None:
    """44 deals, none with a stage, and none among those that have a contact."""
    printed = started.init("--preset", "hubspot", error=NO_LEADS.format(44))
    assert "deal_pipeline_stage_id of deal is blank in all 44 rows, so nothing of" in printed
    assert "deal_id of deal: none of 44 values is in deal_id of deal_contact" in printed


def test_deleted_rows_count_only_when_asked_for_and_both_are_said(started: Started) -> None:
    printed = started.init("--preset", "salesforce")
    assert f"{DELETED}: none counts; with --with-deleted they count" in printed
    assert "deals is not mapped from source 'warehouse'" in printed
    printed = started.init("--preset", "salesforce", "--with-deleted", error=NO_LEADS.format(10))
    assert f"{DELETED}: as asked for, they count" in printed
    assert re.search(r"^deals +10 +10 +0 ", printed, re.M), "read, loaded and rejected"
    assert "with_deleted = true" in started.file.read_text(encoding="utf-8")


def test_the_currency_is_that_of_the_costs(started: Started) -> None:
    started.init("--preset", "microsoft_ads")
    assert load_settings(started.file).company.currency == "USD"
    text = started.file.read_text(encoding="utf-8")
    assert "# a column of currencies in campaign_performance_daily_report" in text


def test_a_preset_that_is_not_there_is_refused(started: Started) -> None:
    result = alliance("init", "env:INIT_URL", "--yes", "--preset", "pipedrive", "--output", "x")
    assert result.exit_code == 2
    assert "does not hold the tables of preset 'pipedrive'" in result.stderr
    result = alliance("init", "env:INIT_URL", "--yes", "--preset", "hubspt", "--output", "x")
    assert "no such preset. Did you mean 'hubspot'?" in result.stderr
