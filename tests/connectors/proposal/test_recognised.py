"""Claims about presets: each layout is known by its own tables, and by no others."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from connectors.proposal.proposal import proposed
from connectors.proposal.recognised import recognised_in
from connectors.settings.presets import layouts_of, preset_names
from connectors.settings.settings import DatabaseSource
from connectors.survey.found import Found, FoundTable
from kpis.definitions import Company
from kpis.errors import UsageError
from tests.synced_columns import SYNCED

EVERY_LAYOUT = [(preset, layout) for preset in preset_names() for layout in layouts_of(preset)]
MARKS = {
    "fivetran": "_fivetran_synced",
    "airbyte": "_airbyte_extracted_at",
    "dlt": "_dlt_load_id",
}


def columns_of(preset: str, layout: str) -> dict[str, tuple[str, ...]]:
    """The tables of a layout: columns that its queries name, and those that it maps."""
    tables = {
        table: {column.split()[1] for column in columns.split(", ")}
        for table, columns in SYNCED[preset, layout].items()
    }
    for parts in layouts_of(preset)[layout].values():
        for part in parts:
            if "from" in part:
                tables[part["from"]] |= set(part["columns"].values())
            else:
                name = next(
                    t for t in tables if f" {t} " in f"{part['query']} " or t in part["query"]
                )
                tables[name] |= set(part["columns"].values())
    return {table: tuple(sorted(columns)) for table, columns in tables.items()}


def database(tables: Mapping[str, tuple[str, ...]], *more: str) -> Found:
    """A database that was looked into, with columns that its tool adds."""
    keys = {"kind": "database", "url": "env:CRM_URL"}
    source = TypeAdapter(DatabaseSource).validate_python(keys)
    found = tuple(FoundTable(name, (*columns, *more)) for name, columns in tables.items())
    return Found("crm", source, keys, found, dialect="postgresql")


@pytest.mark.parametrize(("preset", "layout"), EVERY_LAYOUT)
def test_every_layout_is_recognised_by_its_own_tables(preset: str, layout: str) -> None:
    tool = layout.partition("_")[0]
    source = database(columns_of(preset, layout), MARKS[tool])
    found = recognised_in(source)
    assert preset in [one.preset for one in found]
    (own,) = [one for one in found if one.preset == preset]
    assert (own.layout.partition("_")[0], own.is_marked) == (tool, True)
    assert own.mapped.keys() <= layouts_of(preset)[own.layout].keys()


def test_two_tools_with_the_same_tables_are_told_apart_by_their_own_columns() -> None:
    """dlt's Salesforce has every column that Fivetran's needs, and the other way round."""
    tables = columns_of("salesforce", "dlt")
    for mark, layout in (("_fivetran_synced", "fivetran"), ("_dlt_load_id", "dlt")):
        (found,) = recognised_in(database(tables, mark))
        assert found.layout == layout


def test_a_table_of_the_same_name_with_other_columns_is_not_recognised() -> None:
    """A shop's own table of deals and contacts is no HubSpot."""
    tables = {"deals": ("id", "title", "price"), "contacts": ("id", "name")}
    assert recognised_in(database(tables)) == ()


OWN_DEALS = ("id", "status", "closed_at", "amount", "lead_id", "owner_id", "updated_at", "value")


def test_a_companys_own_table_of_deals_is_no_preset() -> None:
    """Pipedrive's deals need an id and a status alone, which any table of deals has."""
    assert recognised_in(database({"deals": OWN_DEALS, "leads": ("id", "created_at")})) == ()
    (asked,) = recognised_in(database({"deals": OWN_DEALS}), ["pipedrive"])
    assert asked.preset == "pipedrive", "a person may know better"


def test_with_most_of_its_columns_a_preset_is_known_without_a_mark() -> None:
    """As where views keep what a tool wrote, and leave its own columns out."""
    (found,) = recognised_in(database(columns_of("pipedrive", "dlt")))
    assert (found.preset, found.is_marked) == ("pipedrive", False)


def test_in_sqlite_a_preset_is_taken_where_its_queries_can_be_read_alone() -> None:
    """Airbyte's LinkedIn takes lists apart with a function of PostgreSQL."""
    linkedin = database(columns_of("linkedin_ads", "airbyte"), MARKS["airbyte"])
    assert [one.preset for one in recognised_in(linkedin)] == ["linkedin_ads"]
    assert recognised_in(replace(linkedin, dialect="sqlite")) == ()
    with pytest.raises(UsageError, match="its query is not in the SQL of SQLite"):
        recognised_in(replace(linkedin, dialect="sqlite"), ["linkedin_ads"])
    pipedrive = replace(database(columns_of("pipedrive", "dlt"), MARKS["dlt"]), dialect="sqlite")
    assert [one.preset for one in recognised_in(pipedrive)] == ["pipedrive"]


def in_schemas(*schemas: str) -> Found:
    """HubSpot's tables in each schema, as beside a copy."""
    source = database(columns_of("hubspot", "fivetran"), "_fivetran_synced")
    tables = tuple(replace(one, schema=schema) for schema in schemas for one in source.tables)
    return replace(source, tables=tables)


def test_of_two_schemas_with_one_preset_none_is_taken_until_one_is_named() -> None:
    found = proposed([in_schemas("", "backup")], {}, Company())
    assert (found.presets, found.parts) == ((), ())
    (said,) = found.several
    assert "schemas 'public' and 'backup' of source 'crm' both hold the tables of hubspot" in said
    assert "--preset crm=public.hubspot" in said
    for named, schema in (("public.hubspot", ""), ("backup.hubspot", "backup")):
        asked = proposed([in_schemas("", "backup")], {"crm": [named]}, Company())
        assert [one.schema for one in asked.presets] == [schema]
        assert asked.several == []


def test_a_preset_that_two_schemas_hold_is_asked_for_with_its_schema() -> None:
    with pytest.raises(UsageError, match="'prod' and 'backup' .* --preset crm=prod.hubspot"):
        recognised_in(in_schemas("prod", "backup"), ["hubspot"])
    with pytest.raises(UsageError, match="does not hold the tables of preset 'hubspot'"):
        recognised_in(in_schemas("prod", "backup"), ["test.hubspot"])


def test_without_the_table_of_stages_hubspots_deals_have_no_status() -> None:
    tables = columns_of("hubspot", "fivetran")
    del tables["deal_pipeline_stage"]
    assert recognised_in(database(tables, "_fivetran_synced")) == ()


def test_what_an_optional_part_lacks_is_named() -> None:
    tables = columns_of("salesforce", "fivetran")
    del tables["campaign_member"]
    (found,) = recognised_in(database(tables, "_fivetran_synced"))
    assert "no table 'campaign_member' (touches)" in found.lacking
    assert "touches" not in found.mapped and "deals" in found.mapped


def test_a_preset_that_is_wanted_and_not_there_says_what_it_lacks() -> None:
    tables = columns_of("google_ads", "fivetran")
    with pytest.raises(UsageError, match="does not hold the tables of preset 'hubspot'.* no table"):
        recognised_in(database(tables), ["hubspot"])


def test_only_the_presets_that_are_wanted_are_looked_for() -> None:
    tables = columns_of("google_ads", "fivetran") | columns_of("hubspot", "fivetran")
    found = recognised_in(database(tables, "_fivetran_synced"), ["hubspot"])
    assert [one.preset for one in found] == ["hubspot"]


def test_costs_are_read_with_the_currency_of_their_account_where_it_is_there() -> None:
    """Without it, dollars of an account would count as euros of the company."""
    tables = columns_of("google_ads", "fivetran")
    (found,) = recognised_in(database(tables, "_fivetran_synced"))
    assert found.layout == "fivetran"
    tables = columns_of("google_ads", "fivetran_currency")
    (found,) = recognised_in(database(tables, "_fivetran_synced"))
    assert found.layout == "fivetran_currency"
