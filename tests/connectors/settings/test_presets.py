"""Claims about presets as settings: what they add, what changes them, and what is refused."""

import re
from pathlib import Path

import pytest

from connectors.settings.file import load_settings
from connectors.settings.presets import layouts_of, preset_names
from connectors.settings.settings import Settings
from connectors.settings.tables import TableSettings
from connectors.sources.queries.one_select import why_not_one_select
from kpis.errors import SettingsError

EVERY_LAYOUT = [(preset, layout) for preset in preset_names() for layout in layouts_of(preset)]


def source(name: str, preset: str, more: str = "") -> str:
    return (
        f'[sources.{name}]\nkind = "database"\nurl = "env:CRM_URL"\npreset = "{preset}"\n{more}\n'
    )


def loaded(folder: Path, text: str) -> Settings:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "settings.toml")


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as error:
        loaded(folder, text)
    return str(error.value)


def part(settings: Settings, table: str) -> TableSettings:
    (found,) = settings.tables[table]
    return found


@pytest.mark.parametrize(("preset", "layout"), EVERY_LAYOUT)
def test_every_layout_is_settings_whose_queries_are_one_select(
    preset: str, layout: str, tmp_path: Path
) -> None:
    settings = loaded(tmp_path, source("crm", preset, f'layout = "{layout}"'))
    parts = settings.parts_of("crm")
    assert parts and len(parts) == len(settings.parts)
    for found in parts.values():
        assert found.optional and set(found.optional_columns) == set(found.columns)
        assert not found.query or why_not_one_select(found.query, "postgresql") == ""


def test_the_usual_layout_is_the_first_of_the_file(tmp_path: Path) -> None:
    usual = loaded(tmp_path, source("crm", "salesforce"))
    named = loaded(tmp_path, source("crm", "salesforce", 'layout = "fivetran"'))
    other = loaded(tmp_path, source("crm", "salesforce", 'layout = "airbyte"'))
    assert usual.tables == named.tables
    assert part(usual, "leads").columns["lead_id"] == "id"
    assert part(other, "leads").columns["lead_id"] == "Id"


def test_presets_of_several_sources_fill_one_table_in_the_order_of_the_sources(
    tmp_path: Path,
) -> None:
    """Each ad platform has one part of the costs; Salesforce has campaigns, but no costs."""
    text = source("crm", "salesforce") + source("g", "google_ads") + source("m", "microsoft_ads")
    settings = loaded(tmp_path, text)
    assert [found.source for found in settings.tables["costs"]] == ["g", "m"]
    assert [found.source for found in settings.tables["campaigns"]] == ["crm", "g", "m"]


def test_settings_replace_keys_of_a_preset_and_keep_the_others(tmp_path: Path) -> None:
    """The query stays, one column is another, one is unmapped, one becomes a constant."""
    text = source("crm", "salesforce") + (
        '[tables.deals]\nconstants = { stage = "any" }\n'
        '[tables.deals.columns]\namount = "amount_usd_c"\nlead_id = ""\nloss_reason = "why_c"\n'
    )
    before = part(loaded(tmp_path, source("crm", "salesforce")), "deals")
    after = part(loaded(tmp_path, text), "deals")
    assert after.query == before.query and after.optional
    assert before.columns["stage"] == "stage_name"
    changed = {"amount": "amount_usd_c", "lead_id": "", "loss_reason": "why_c"}
    kept = {name: value for name, value in before.columns.items() if name != "stage"}
    assert after.columns == kept | changed
    assert after.constants == {"stage": "any"}
    assert set(after.optional_columns) == set(before.columns) - {"amount", "lead_id"}


def test_a_query_of_the_settings_takes_the_place_of_from_and_may_not_be_missing(
    tmp_path: Path,
) -> None:
    text = source("g", "google_ads") + '[tables.costs]\nquery = "SELECT * FROM mine"\n'
    costs = part(loaded(tmp_path, text), "costs")
    assert (costs.from_, costs.query, costs.optional) == (None, "SELECT * FROM mine", False)
    assert costs.columns["amount"] == "cost_micros" and costs.scale == {"amount": 1e-6}


def test_values_of_a_column_are_replaced_whole(tmp_path: Path) -> None:
    """Who lists what MQL means, means all of it: "Marketing Qualified" is none any more."""
    text = source("crm", "salesforce") + '[tables.lead_stages.values.stage]\nmql = "Warm"\n'
    assert part(loaded(tmp_path, text), "lead_stages").values == {"stage": {"mql": "Warm"}}


def test_several_parts_of_a_preset_are_changed_in_their_order(tmp_path: Path) -> None:
    text = source("crm", "salesforce") + (
        '[[tables.activities]]\n[[tables.activities]]\nconstants = { kind = "meeting" }\n'
    )
    tasks, events = loaded(tmp_path, text).tables["activities"]
    assert tasks.columns["kind"] == "task_subtype" and not tasks.constants
    assert events.constants == {"kind": "meeting"} and "kind" not in events.columns


def test_sections_of_other_sources_are_parts_beside_those_of_presets(tmp_path: Path) -> None:
    text = source("g", "google_ads") + (
        '[sources.own]\nkind = "files"\nfolder = "."\n'
        '[tables.costs]\nsource = "own"\nfrom = "fairs.csv"\n'
    )
    google, own = loaded(tmp_path, text).tables["costs"]
    assert (google.source, own.source) == ("g", "own")
    assert google.columns["amount"] == "cost_micros" and not own.optional


def test_a_table_that_is_left_out_is_free_for_the_settings(tmp_path: Path) -> None:
    text = source("crm", "salesforce", 'without = ["touches", "activities"]') + (
        '[tables.activities]\nsource = "crm"\nfrom = "calls"\n'
    )
    settings = loaded(tmp_path, text)
    assert "touches" not in settings.tables
    assert part(settings, "activities").from_ == "calls"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (source("crm", "salesfroce"), "'sources.crm.preset' names none of the presets. Did you"),
        (source("crm", "salesfroce"), "mean 'salesforce'?"),
        (
            source("crm", "hubspot", 'layout = "fivetan"'),
            "'sources.crm.layout' names none of the layouts of 'hubspot'. Did you mean 'fivetran'?",
        ),
        (
            source("crm", "hubspot", 'without = ["activites"]'),
            "'sources.crm.without' names no table of 'hubspot'. Did you mean 'activities'?",
        ),
        (source("crm", "hubspot", "layout = [1]"), "'sources.crm.layout' names none of the"),
        (source("crm", "hubspot", "without = 3"), "'sources.crm.without' cannot be used"),
        (
            '[sources.crm]\nkind = "database"\nurl = "env:X"\nlayout = "dlt"\n',
            "'sources.crm' has 'layout', 'without' or 'with_deleted', which need a 'preset'.",
        ),
        (
            '[sources.crm]\nkind = "files"\nfolder = "."\npreset = "hubspot"\n',
            "unknown key 'sources.crm.preset'.",
        ),
        (
            source("crm", "salesforce") + "[[tables.activities]]\nscale = {}\n",
            "the preset of source 'crm' has 2 parts, and the settings change 1.",
        ),
        (
            source("g", "google_ads") + source("m", "microsoft_ads") + "[tables.costs]\n",
            "'tables.costs' is filled by the presets of g and m. Say with 'source' which",
        ),
        (
            source("crm", "salesforce") + '[tables.deals]\ncolums = { amount = "a" }\n',
            "unknown key 'tables.deals.colums'. Did you mean 'columns'?",
        ),
        (
            source("crm", "salesforce") + '[tables.deals.columns]\namuont = "a"\n',
            "tables.deals: no column 'amuont'. Did you mean 'amount'?",
        ),
        (source("crm", "salesforce") + '[tables]\ndeals = "x"\n', "'tables.deals' is 'x'"),
    ],
)
def test_what_fits_no_preset_is_refused_with_the_remedy(
    text: str, says: str, tmp_path: Path
) -> None:
    assert says in refused(tmp_path, text)


def test_the_whole_settings_file_of_the_guide_is_one(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guide.md").read_text(encoding="utf-8")
    text = guide.split("### Presets")[1].split("```toml\n")[1].split("```")[0]
    settings = loaded(tmp_path, text)
    assert part(settings, "leads").columns["mql_at"] == "mql_date_c"
    assert [found.source for found in settings.tables["costs"]] == ["google"]


def test_the_guide_lists_every_preset_with_its_layouts_the_usual_one_first() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guide.md").read_text(encoding="utf-8")
    table = guide.split("### Presets")[1].split("|---|---|---|\n")[1].split("\n\n")[0]
    rows = [line.split("|") for line in table.splitlines()]
    listed = {row[1].strip(" `"): re.findall(r"`(\w+)`", row[2]) for row in rows}
    assert listed == {preset: list(layouts_of(preset)) for preset in preset_names()}


@pytest.mark.parametrize("preset", preset_names())
def test_with_deleted_no_query_leaves_out_a_row_for_its_mark(preset: str, tmp_path: Path) -> None:
    """Every query that names such a mark names it to leave rows out: none names it then."""
    for layout in layouts_of(preset):
        text = source("crm", preset, f'layout = "{layout}"\nwith_deleted = true')
        settings = loaded(tmp_path, text)
        queries = [part.query for _, part in settings.parts.values() if part.query]
        assert not [query for query in queries if "deleted" in query.casefold()]
        for query in queries:
            assert not why_not_one_select(query, "postgresql")


def test_without_it_rows_that_are_marked_stay_out(tmp_path: Path) -> None:
    settings = loaded(tmp_path, source("crm", "salesforce"))
    (deals,) = settings.tables["deals"]
    assert "o.is_deleted IS NULL OR o.is_deleted = FALSE" in str(deals.query)
