"""Claims about the queries of presets on PostgreSQL, with tables of the sync tools' own types."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.settings.file import load_settings
from connectors.settings.presets import layouts_of, preset_names
from connectors.snapshots.reading import mapped_parts
from kpis.errors import NotThere
from tests.postgres_server import Postgres
from tests.synced_columns import SYNCED, create_statements

EVERY_LAYOUT = [(preset, layout) for preset in preset_names() for layout in layouts_of(preset)]


def rows_of(
    postgres: Postgres, preset: str, layout: str, table: str, *inserts: str
) -> list[tuple[Any, ...]]:
    """What the query of a table's first part returns of some rows: its mapped columns, sorted."""
    found = layouts_of(preset)[layout][table][0]
    postgres.new_database("worked", *create_statements(preset, layout))
    with psycopg.connect(postgres.admin("worked")) as connection:
        connection.execute(f'SET search_path TO "{layout}"')
        for insert in inserts:
            connection.execute(f"INSERT INTO {insert}")
        answer = connection.execute(found["query"])
        names = [column.name for column in answer.description or []]
        at = [names.index(one) for one in found["columns"].values() if one in names]
        return sorted((tuple(row[position] for position in at) for row in answer), key=str)


def test_every_layout_has_types_to_be_tried_with() -> None:
    assert set(SYNCED) == set(EVERY_LAYOUT)


@pytest.fixture
def synced(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Any]]:
    """Fills the tables of a layout, and returns each part as the preset maps it."""

    def fill(preset: str, layout: str, *inserts: str) -> dict[str, Any]:
        into = [f'INSERT INTO "{layout}".{insert}' for insert in inserts]
        postgres.new_database("typed", *create_statements(preset, layout), *into)
        monkeypatch.setenv("TYPED_URL", postgres.reader("typed"))
        file = tmp_path / "settings.toml"
        file.write_text(
            '[company]\ncurrency = "USD"\ntime_zone = "America/New_York"\n'
            f'[sources.crm]\nkind = "database"\nurl = "env:TYPED_URL"\nschema = "{layout}"\n'
            f'preset = "{preset}"\nlayout = "{layout}"\n'
        )
        settings = load_settings(file)
        found = dict(mapped_parts(settings, "crm", date(2026, 1, 2)))
        assert set(found) == set(settings.parts)
        return found

    return fill


@pytest.mark.parametrize(("preset", "layout"), EVERY_LAYOUT)
def test_every_part_reads_the_tables_that_the_tool_writes(
    preset: str, layout: str, synced: Callable[..., dict[str, Any]]
) -> None:
    """The tables are empty: each part has no rows, and none lacks a table or a column."""
    for name, part in synced(preset, layout).items():
        assert isinstance(part, NotThere), f"{name}: {part}"
        assert " has no rows." in str(part)


@pytest.mark.parametrize(
    ("preset", "layout", "table", "inserts", "column", "value"),
    [
        (
            "hubspot",
            "airbyte",
            "deals",
            "deals VALUES ('1', '[\"11\", \"20\"]', '[]', 'x', true, true)",
            "lead_id",
            "11",
        ),
        (
            "hubspot",
            "airbyte",
            "lead_stages",
            "contacts_property_history VALUES (7, 'lifecyclestage', 'lead', 1767254400000)",
            "entered_at",
            datetime(2026, 1, 1, 8, tzinfo=UTC),
        ),
        (
            "linkedin_ads",
            "airbyte",
            "costs",
            "ad_campaign_analytics VALUES "
            "('[\"urn:li:sponsoredCampaign:301\"]', '2026-01-01', '9')",
            "campaign_id",
            "urn:li:sponsoredCampaign:301",
        ),
        (
            "linkedin_ads",
            "airbyte",
            "campaigns",
            "campaigns VALUES (301, 'Spring')",
            "campaign_id",
            "urn:li:sponsoredCampaign:301",
        ),
        (
            "google_ads",
            "airbyte",
            "costs",
            "campaign VALUES (5, '2026-01-01', 3, 1250000, '2037-12-30')",
            "amount",
            1.25,
        ),
        (
            "facebook_ads",
            "dlt",
            "costs",
            "facebook_insights VALUES (5, '2026-01-01 00:00Z', 9)",
            "spent_on",
            date(2026, 1, 1),
        ),
    ],
)
def test_lists_milliseconds_and_micros_are_read_as_what_they_mean(
    synced: Callable[..., dict[str, Any]],
    preset: str,
    layout: str,
    table: str,
    inserts: str,
    column: str,
    value: object,
) -> None:
    """The company counts its days in New York, where midnight in UTC is the day before."""
    assert synced(preset, layout, inserts)[table].frame[column].to_pylist() == [value]


def test_a_lost_stage_of_hubspot_is_closed_and_not_won(postgres: Postgres) -> None:
    """closed_won says closed; a stage of probability 0 may be open; a deleted deal is none.

    Deal 1 has the contacts 20, by two labels, and 11: one row, of contact 11.
    """
    rows = rows_of(
        postgres,
        "hubspot",
        "fivetran",
        "deals",
        "deal (deal_id, is_deleted, deal_pipeline_stage_id) VALUES (1, false, 'won'), "
        "(2, false, 'lost'), (3, NULL, 'watch'), (4, true, 'won'), (5, false, NULL)",
        "deal_pipeline_stage VALUES ('won', 'Won', 1.0, true), ('lost', 'Lost', 0.0, true), "
        "('watch', 'Watch', 0.0, false)",
        "deal_contact VALUES (1, 20, 3, 'a'), (1, 20, 9, 'b'), (1, 11, 3, 'a'), (2, 12, 3, 'a')",
    )
    assert [row[:3] for row in rows] == [
        (1, "won", 11),
        (2, "lost", 12),
        (3, "open", None),
        (5, "open", None),
    ]


def test_of_a_changed_opportunity_the_newest_row_counts(postgres: Postgres) -> None:
    """dlt appends: a was open and is won; b was lost, and is deleted; two leads became a."""
    rows = rows_of(
        postgres,
        "salesforce",
        "dlt",
        "deals",
        "opportunity (id, is_deleted, is_won, is_closed, system_modstamp) VALUES "
        "('a', false, false, false, '2026-01-01'), ('a', false, true, true, '2026-02-01'), "
        "('b', false, false, true, '2026-01-01'), ('b', true, false, true, '2026-03-01'), "
        "('c', NULL, false, false, '2026-01-01')",
        "lead (id, is_deleted, converted_opportunity_id) VALUES ('L2', false, 'a'), "
        "('L1', false, 'a'), ('L3', true, 'c')",
    )
    assert [row[:3] for row in rows] == [("a", "won", "L1"), ("c", "open", None)]


def test_changes_that_keep_the_stage_are_no_stages(postgres: Postgres) -> None:
    """New, New, Offer, New again: three entries; the deleted one is none."""
    rows = rows_of(
        postgres,
        "salesforce",
        "fivetran",
        "deal_stages",
        "opportunity_history VALUES ('a', 'New', '2026-01-01', false), "
        "('a', 'New', '2026-01-02', false), ('a', 'Offer', '2026-01-03', false), "
        "('a', 'New', '2026-01-04', NULL), ('a', 'Offer', '2026-01-05', true)",
    )
    entered = sorted((at.day, stage) for _, stage, at in rows)
    assert entered == [(1, "New"), (3, "Offer"), (4, "New")]


def test_a_task_of_a_converted_lead_is_the_leads(postgres: Postgres) -> None:
    """On conversion tasks move to the contact C2. Open tasks and mass mailings are no contact."""
    rows = rows_of(
        postgres,
        "salesforce",
        "fivetran",
        "activities",
        "lead (id, is_deleted, converted_contact_id) VALUES ('L1', false, 'C2'), "
        "('L4', NULL, NULL)",
        "task (id, who_id, task_subtype, is_deleted, is_closed, completed_date_time) VALUES "
        "('1', 'C2', NULL, false, true, '2026-01-01'), "
        "('2', 'L4', 'ListEmail', false, true, '2026-01-01'), "
        "('3', 'L4', 'Task', false, false, '2026-01-01'), "
        "('4', 'L4', 'Call', NULL, true, '2026-01-01'), "
        "('5', 'L4', 'Call', true, true, '2026-01-01')",
    )
    assert [(row[0], row[2]) for row in rows] == [("L1", None), ("L4", "Call")]


def test_a_campaign_is_its_newest_row_and_2037_is_no_end(postgres: Postgres) -> None:
    rows = rows_of(
        postgres,
        "google_ads",
        "fivetran",
        "campaigns",
        "campaign_history VALUES (1, '2026-01-01', '2026-03-01'), (1, '2026-02-01', '2037-12-30'), "
        "(2, '2026-01-01', '2026-05-01')",
    )
    assert rows == [(1, None), (2, "2026-05-01")]


def test_a_history_that_is_appended_at_every_run_counts_once(postgres: Postgres) -> None:
    rows = rows_of(
        postgres,
        "hubspot",
        "dlt",
        "lead_stages",
        "contacts_property_history VALUES "
        "('7', 'lifecyclestage', 'lead', '2026-01-01'), ('7', 'lifecyclestage', 'lead', "
        "'2026-01-01'), ('7', 'jobtitle', 'CEO', '2026-01-01')",
    )
    assert [(row[0], row[1]) for row in rows] == [("7", "lead")]


def test_pipedrives_person_is_an_sql_from_its_first_deal_on(postgres: Postgres) -> None:
    """Person 8 has deals of March and February; the one of January is deleted."""
    rows = rows_of(
        postgres,
        "pipedrive",
        "airbyte",
        "lead_stages",
        "deals (id, person_id, is_deleted, add_time) VALUES (1, 8, false, '2026-03-01'), "
        "(2, 8, NULL, '2026-02-01'), (3, 8, true, '2026-01-01'), (4, NULL, false, '2026-01-01')",
    )
    assert [(person, first.month) for person, first in rows] == [(8, 2)]
