"""Claims about presets on PostgreSQL: exports of Fivetran's own tables, and small worked examples.

The exports are those that Fivetran's packages test with; a preset and a schema are all that the
settings say of them.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest
from click.testing import Result

from connectors.mapping.mapping import MappedTable
from connectors.settings.file import load_settings
from connectors.snapshots.checkup import Checkup, check_sources
from connectors.snapshots.reading import mapped_parts
from connectors.snapshots.refresh import joined_tables, refresh
from connectors.snapshots.snapshots import Snapshot
from kpis.errors import AllianceError, NotThere
from tests.maven import alliance
from tests.postgres_server import Postgres
from tests.synced_database import synced_tables

EXPORTS = {
    "salesforce": ("salesforce", "sf_", ("opportunity", "lead", "task", "event")),
    "google_ads": ("ads", "google_ads_", ("campaign_stats", "campaign_history")),
    "linkedin_ads": ("ads", "linkedin_", ("ad_analytics_by_campaign",)),
    "microsoft_ads": (
        "ads",
        "microsoft_ads_",
        ("campaign_performance_daily_report", "campaign_history"),
    ),
    "facebook_ads": ("ads", "facebook_ads_", ("campaign_history",)),
    "hubspot": (
        "hubspot",
        "",
        (
            *("contact", "deal", "deal_pipeline_stage", "deal_contact", "deal_stage"),
            *("contact_property_history", "engagement_call", "engagement_contact"),
            "engagement_email",
        ),
    ),
}
"""Of each preset the folder of its exports, how their names begin, and the tables."""

WITH_DELETED = """
[tables.deals]
query = '''
SELECT o.*,
  CASE WHEN is_won THEN 'won' WHEN is_closed THEN 'lost' ELSE 'open' END AS deal_status
FROM opportunity o
'''
[tables.deals.columns]
lead_id = ""
"""


def settings_of(*presets: str) -> str:
    """The settings of some presets, each in the schema of its name."""
    text = 'as_of = 2021-12-31\n[company]\ncurrency = "USD"\n'
    for preset in presets:
        text += f'[sources.{preset}]\nkind = "database"\nurl = "env:SYNCED_URL"\n'
        text += f'schema = "{preset}"\npreset = "{preset}"\n'
    return text


class Synced:
    """A database of all exports, and what some settings make of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "settings.toml"

    def tables(self, text: str) -> tuple[dict[str, MappedTable], dict[str, str]]:
        """Every table as it would be loaded, and why parts are not there."""
        self._file.write_text(text, encoding="utf-8")
        settings, parts, not_there = load_settings(self._file), {}, {}
        assert settings.as_of is not None
        for source in settings.sources:
            for name, found in mapped_parts(settings, source, settings.as_of):
                if isinstance(found, NotThere):
                    not_there[name] = str(found)
                else:
                    assert not isinstance(found, AllianceError), found
                    parts[name] = found
        return joined_tables(settings, parts, settings.as_of), not_there

    def command(self, command: str, *options: str, text: str = "") -> Result:
        if text:
            self._file.write_text(text, encoding="utf-8")
        return alliance(command, "--settings", self._file, *options)

    def refreshed(self, text: str) -> Snapshot:
        self._file.write_text(text, encoding="utf-8")
        return refresh(load_settings(self._file), datetime(2026, 11, 1, tzinfo=UTC))

    def checked(self, text: str) -> Checkup:
        self._file.write_text(text, encoding="utf-8")
        settings = load_settings(self._file)
        assert settings.as_of is not None
        return check_sources(settings, settings.as_of)


@pytest.fixture(scope="module")
def database(postgres: Postgres, real_data: Path) -> str:
    """A database with a schema for each preset; returns the URL of a reader."""
    postgres.new_database("synced")
    for schema, (folder, begin, names) in EXPORTS.items():
        files = {name: real_data / folder / f"{begin}{name}_data.csv" for name in names}
        if schema == "linkedin_ads":
            files["campaign_history"] = real_data / "ads" / "linkedin_ad_campaign_history_data.csv"
        synced_tables(postgres, "synced", schema, files)
    return postgres.reader("synced")


@pytest.fixture
def synced(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Synced:
    monkeypatch.setenv("SYNCED_URL", database)
    return Synced(tmp_path)


def test_deleted_opportunities_are_no_deals_and_check_says_that_all_were(synced: Synced) -> None:
    """All ten are deleted, five of them won: no deal is loaded, and nobody takes that for zero."""
    result = synced.command("check", "-v", text=settings_of("salesforce"))
    assert (result.exit_code, result.stderr.strip()) == (0, "")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert (
        "deals is not mapped from source 'salesforce': the query of deals has no rows. 10 were "
        "left out by the query, which keeps (o.is_deleted IS NULL) OR (o.is_deleted = false)."
    ) in lines
    assert any(line.startswith("no deals are mapped; undefined: Lead conver") for line in lines)
    assert any("table 'campaign_member' of the query of touches is not there" in x for x in lines)


def test_with_another_query_the_ten_opportunities_are_ten_deals(synced: Synced) -> None:
    """Five won, of which one has an amount, four lost, one open; the columns are the preset's."""
    tables, not_there = synced.tables(settings_of("salesforce") + WITH_DELETED)
    status = tables["deals"].frame["status"].to_pylist()
    assert [status.count(value) for value in ("won", "lost", "open")] == [5, 4, 1]
    won = tables["deals"].frame.filter(pc.field("status") == "won")
    assert (pc.sum(won["amount"]).as_py(), won["amount"].null_count) == (24_120_000, 4)
    assert tables["activities"].frame.num_rows == 20
    assert set(not_there) == {"deal_stages", "lead_stages", "touches", "campaigns"}


def test_platforms_beside_a_crm_cost_what_was_published(synced: Synced) -> None:
    """Google 231.33, LinkedIn 530.62, Microsoft 946.34; of 120 rows of history 16 campaigns.

    A join to the ten rows of Google's history would make 2,313.30 of it.
    """
    names = ("salesforce", "google_ads", "linkedin_ads", "microsoft_ads", "facebook_ads")
    tables, not_there = synced.tables(settings_of(*names) + WITH_DELETED)
    costs = tables["costs"].frame
    spent = {
        category: round(pc.sum(costs.filter(pc.field("category") == category)["amount"]).as_py(), 6)
        for category in pc.unique(costs["category"]).to_pylist()
    }
    assert spent == {"Google Ads": 231.33, "LinkedIn Ads": 530.62, "Microsoft Ads": 946.34}
    assert (costs.num_rows, len(tables["costs"].rejects)) == (16 + 20 + 2630, 0)
    channels = tables["campaigns"].frame["channel"].to_pylist()
    counted = {channel: channels.count(channel) for channel in set(channels)}
    assert counted == {"Google Ads": 1, "LinkedIn Ads": 12, "Microsoft Ads": 3, "Facebook Ads": 4}
    assert tables["deals"].frame.num_rows == 10
    assert "basic_campaign" in not_there["costs, part 4"]


def test_a_column_that_a_preset_names_may_be_missing_and_is_noted(synced: Synced) -> None:
    """LinkedIn's export has no dates of campaigns: named with the line that maps another."""
    checkup = synced.checked(settings_of("linkedin_ads"))
    texts = [note.text for note in checkup.read.tables["campaigns"].notes]
    assert (
        "starts_on is not mapped: the query of campaigns has no column "
        "'run_schedule_start'. Name another one as columns.starts_on, or \"\" for none." in texts
    )
    assert not checkup.failures


def test_the_same_column_named_by_the_settings_is_an_error(synced: Synced) -> None:
    own = '[tables.campaigns.columns]\nstarts_on = "run_schedule_start"\n'
    (failure,) = synced.checked(settings_of("linkedin_ads") + own).failures
    assert "has no column 'run_schedule_start', which the settings take as starts_on" in str(
        failure
    )


def test_a_schema_that_is_not_there_is_named_with_the_nearest(synced: Synced) -> None:
    text = settings_of("google_ads").replace('schema = "google_ads"', 'schema = "googleads"')
    (failure,) = synced.checked(text).failures
    assert "there is no schema 'googleads'. Did you mean 'google_ads'?" in str(failure)


def test_without_its_schema_no_table_is_there_and_a_refresh_says_so(synced: Synced) -> None:
    text = settings_of("google_ads").replace('schema = "google_ads"\n', "")
    for command in ("refresh", "check"):
        result = synced.command(command, text=text)
        assert result.exit_code == 1
        assert "No table of the settings holds a row." in result.stderr
        assert "table 'campaign_stats' is not there." in result.stderr
        assert "name it at the source: schema" in result.stderr


def test_hubspot_is_loaded_as_far_as_its_export_goes(synced: Synced) -> None:
    """22 contacts; 44 deals, all open, as no stage of theirs is in the export.

    The e-mails have no direction yet, so which of them sales wrote is unknown: they are left out.
    """
    tables, not_there = synced.tables(settings_of("hubspot"))
    rows = {name: table.frame.num_rows for name, table in tables.items()}
    assert rows == {"leads": 22, "deals": 44, "deal_stages": 14, "activities": 1}
    assert set(tables["deals"].frame["status"].to_pylist()) == {"open"}
    assert set(not_there) == {"lead_stages", "activities, part 2", "activities, part 3"}
    assert "property_hs_email_direction does not exist" in not_there["activities, part 2"]
    assert "has no rows. 100 were left out" in not_there["lead_stages"]
    assert "mql_at" not in tables["leads"].mapped


def test_a_refresh_keeps_what_a_part_lacks_as_a_note_on_its_table(synced: Synced) -> None:
    """Costs of Facebook are missing beside the 1,708.29 of the other platforms."""
    names = ("google_ads", "linkedin_ads", "microsoft_ads", "facebook_ads")
    snapshot = synced.refreshed(settings_of(*names))
    texts = [note.text for note in snapshot.manifest.tables["costs"].notes]
    assert (
        "No rows were read of costs, part 4. costs, part 4 is not mapped from source "
        "'facebook_ads': table 'basic_campaign' is not there."
    ) in texts
    days = ("--from", "2018-01-01", "--to", "2021-12-31")
    (row,) = json.loads(synced.command("report", *days, "--json").stdout)["rows"]
    assert round(row["measures"]["marketing_cost"], 6) == 1708.29
    assert row["reasons"]["cac"] == "no deals are mapped"
