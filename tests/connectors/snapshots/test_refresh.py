"""Claims about a refresh: every row accounted for, nothing stale, nothing half done."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import found, memory
from connectors.snapshots.engine import open_facts
from connectors.snapshots.failures import last_failure
from connectors.snapshots.fresh import fresh_snapshot
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.reading import mapped_parts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.calendar import Period
from kpis.definitions import ATTRIBUTION_MODELS
from kpis.errors import MappingError, SettingsError, SnapshotError
from kpis.model import FIGURE_TABLES, TABLES
from kpis.scorecard.report import report

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEMO = "\n".join(
    ['[sources.demo]\nkind = "demo"\nleads = 600', "[dimensions]", 'segment = "Segment"']
    + [f'[tables.{name}]\nsource = "demo"\nfrom = "{name}"' for name in FIGURE_TABLES]
)
CSV = '[sources.crm]\nkind = "files"\nfolder = "."\n'
SQLITE = '[sources.crm]\nkind = "database"\nurl = "sqlite:///crm.db"\n'
LEADS = '[tables.leads]\nsource = "crm"\nfrom = "leads"\n'


def settings_in(folder: Path, text: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def save_csv(folder: Path, *lines: str, name: str = "leads") -> None:
    text = "\n".join(["lead_id,created_at", *lines])
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def save_sqlite(folder: Path, *leads: str) -> None:
    with closing(sqlite3.connect(folder / "crm.db")) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS leads (lead_id TEXT, created_at TEXT)")
        for lead in leads:
            connection.execute("INSERT INTO leads VALUES (?, '2026-01-02')", (lead,))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Snapshot]:
    settings = settings_in(tmp_path_factory.mktemp("demo"), DEMO)
    return settings, refresh(settings, NOW)


def test_settings_that_map_no_table_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"map no table.*\[tables.leads\]"):
        refresh(settings_in(tmp_path, ""), NOW)


def test_rows_read_are_loaded_or_rejected_in_every_table(
    demo: tuple[Settings, Snapshot],
) -> None:
    """Counted three times: in the source, in the manifest, and in what lies on disk."""
    settings, snapshot = demo
    assert set(snapshot.manifest.tables) == set(FIGURE_TABLES)
    rejects = read_table(snapshot.folder, "rejects").groupby("table").size()
    read = {
        name: table.rows_read
        for name, table in mapped_parts(settings, "demo", snapshot.manifest.as_of)
    }
    for name, table in snapshot.manifest.tables.items():
        assert table.read == read[name] > 0
        assert table.read == table.loaded + table.rejected
        assert table.loaded == len(read_table(snapshot.folder, name))
        assert table.rejected == rejects.get(name, 0)
    assert snapshot.manifest.tables["leads"].rejected > 0


def test_a_table_that_is_not_mapped_is_there_and_empty(tmp_path: Path) -> None:
    save_csv(tmp_path, "a,2026-01-02")
    snapshot = refresh(settings_in(tmp_path, CSV + LEADS), NOW)
    rows = {name: len(read_table(snapshot.folder, name)) for name in TABLES}
    assert rows == {**dict.fromkeys(TABLES, 0), "leads": 1}
    assert snapshot.manifest.mapped == {"leads": frozenset({"lead_id", "created_at"})}


def test_every_attribution_model_has_its_facts(demo: tuple[Settings, Snapshot]) -> None:
    facts = pd.read_parquet(demo[1].folder / "facts.parquet", columns=list(ATTRIBUTION_MODELS))
    assert (facts.sum() > 0).all()


def test_the_manifest_says_what_the_numbers_were_made_with(
    demo: tuple[Settings, Snapshot],
) -> None:
    settings, snapshot = demo
    manifest = snapshot.manifest
    assert (manifest.created_at, manifest.as_of) == (NOW, date(2026, 11, 23))
    assert manifest.definitions == settings.definitions
    assert manifest.definitions_hash == settings.definitions.fingerprint
    assert manifest.company == settings.company
    assert manifest.settings == settings.fingerprint
    assert manifest.dimensions == {"segment": "Segment"}


def test_facts_as_of_an_earlier_day_are_those_of_a_snapshot_of_that_day(tmp_path: Path) -> None:
    """The snapshot of November asked as of August 15, and one made to report as of August 15.

    By then c1 is a's last touch, b is the only customer, after 45 days, and c does not exist.
    """
    mapped = "".join(
        f'[tables.{name}]\nsource = "crm"\nfrom = "{name}.csv"\n'
        for name in ("leads", "touches", "deals")
    )
    (tmp_path / "leads.csv").write_text(
        "lead_id,created_at,campaign_id,mql_at,sql_at\n"
        "a,2026-06-01,c1,2026-06-05,2026-06-20\n"
        "b,2026-07-01,c2,2026-08-15,2026-08-16\n"
        "c,2026-08-16,c1,2026-08-17,\n"
    )
    (tmp_path / "touches.csv").write_text(
        "lead_id,campaign_id,touched_at\na,c1,2026-06-01\na,c2,2026-08-20\nb,c2,2026-07-01\n"
    )
    (tmp_path / "deals.csv").write_text(
        "deal_id,status,lead_id,closed_at,amount\n"
        "1,won,a,2026-09-01,100\n2,won,b,2026-08-15,50\n3,lost,a,2026-08-16,1\n"
    )
    period, day = Period(date(2026, 6, 1), date(2026, 12, 31)), date(2026, 8, 15)
    later = refresh(settings_in(tmp_path, CSV + mapped), NOW)
    earlier = settings_in(tmp_path, f"as_of = {day}\n{CSV}{mapped}")
    then = refresh(earlier, NOW + timedelta(seconds=1))
    assert later.manifest.as_of != then.manifest.as_of == day
    for model in ("last_touch", "linear"):
        asked, built = open_facts(later.folder, model, day), open_facts(then.folder, model)
        keys = ["measure", "day", "campaign_id", "cohort_day"]
        pd.testing.assert_frame_equal(
            asked.table.to_pandas().sort_values(keys, ignore_index=True),
            built.table.to_pandas().sort_values(keys, ignore_index=True),
        )
        assert asked.usual_cycle_days == built.usual_cycle_days == 45.0
        answer = report(asked, period, model, "campaign")
        assert answer == report(built, period, model, "campaign")
        revenue = {row["group"]["campaign"]: row["measures"]["revenue"] for row in answer["rows"]}
        assert revenue == {"c1": 0.0, "c2": 50.0}


def test_a_snapshot_is_used_again_until_its_minutes_or_its_day_are_over(tmp_path: Path) -> None:
    """Made at 23:10 and good for 30 minutes; the one of 23:41 is 20 minutes old the next day."""
    save_csv(tmp_path, "a,2026-01-02")
    settings = settings_in(tmp_path, f"{CSV}{LEADS}[snapshots]\nfresh_minutes = 30\n")
    evening = datetime(2026, 11, 22, 23, 10, tzinfo=UTC)
    first = fresh_snapshot(settings, evening)
    assert fresh_snapshot(settings, evening + timedelta(minutes=30)) == first
    second = fresh_snapshot(settings, evening + timedelta(minutes=30, seconds=1))
    assert second != first and second.manifest.as_of == date(2026, 11, 22)
    third = fresh_snapshot(settings, evening + timedelta(minutes=51))
    assert third != second and third.manifest.as_of == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("source", "save", "add"),
    [
        (
            CSV,
            lambda folder: save_csv(folder, "a,2026-01-02"),
            lambda folder: save_csv(folder, "a,2026-01-02", "b,2026-01-02"),
        ),
        (SQLITE, lambda folder: save_sqlite(folder, "a"), lambda folder: save_sqlite(folder, "b")),
    ],
    ids=["csv", "sqlite"],
)
def test_a_snapshot_is_made_anew_when_its_file_has_changed(
    tmp_path: Path, source: str, save: Callable[[Path], None], add: Callable[[Path], None]
) -> None:
    save(tmp_path)
    settings = settings_in(tmp_path, source + LEADS)
    first = fresh_snapshot(settings, NOW)
    assert fresh_snapshot(settings, NOW) == first
    add(tmp_path)
    second = fresh_snapshot(settings, NOW + timedelta(seconds=1))
    assert (first.manifest.tables["leads"].loaded, second.manifest.tables["leads"].loaded) == (1, 2)
    assert fresh_snapshot(settings, NOW + timedelta(seconds=2)) == second


def test_a_table_of_which_no_row_can_be_used_fails_the_refresh(tmp_path: Path) -> None:
    """Else a broken export would show as a week without leads."""
    save_csv(tmp_path, "a,2026-01-02")
    settings = settings_in(tmp_path, CSV + LEADS)
    good = refresh(settings, NOW)
    save_csv(tmp_path, "a,", "b,soon")
    with pytest.raises(MappingError) as caught:
        refresh(settings, NOW + timedelta(hours=1))
    assert str(caught.value) == (
        "Source 'crm', file 'leads.csv', mapped as 'leads': none of its 2 rows could be used. The "
        "first one, row 2: created_at '' is required, but blank."
    )
    assert current_snapshot(settings) == good
    failure = last_failure(settings)
    assert failure is not None and failure.why == str(caught.value)


def test_the_reason_of_most_rows_is_named_where_none_can_be_used(tmp_path: Path) -> None:
    """A month stands above its days, which are numbers: what to do is said of the days."""
    save_csv(tmp_path, "a,October 2026", "b,5", "c,12")
    with pytest.raises(MappingError) as caught:
        refresh(settings_in(tmp_path, CSV + LEADS), NOW)
    assert str(caught.value).endswith(
        "none of its 3 rows could be used. The first of 2 with one reason, row 3: created_at '5' "
        "is the number of a day, without its month and year; write a full date into each row."
    )


def test_other_settings_are_never_answered_from_a_snapshot_of_these(tmp_path: Path) -> None:
    save_csv(tmp_path, "a,2026-01-02")
    first = fresh_snapshot(settings_in(tmp_path, CSV + LEADS), NOW)
    changed = settings_in(tmp_path, f"[definitions]\ngross_margin = 0.5\n{CSV}{LEADS}")
    second = fresh_snapshot(changed, NOW + timedelta(seconds=1))
    assert second != first and second.manifest.definitions.gross_margin == 0.5


def test_one_table_that_fails_keeps_all_of_them_from_being_published(tmp_path: Path) -> None:
    save_csv(tmp_path, "a,2026-01-02")
    save_csv(tmp_path, name="deals")
    deals = '[tables.deals]\nsource = "crm"\nfrom = "deals"\n'
    settings = settings_in(tmp_path, CSV + LEADS + deals)
    with pytest.raises(MappingError, match="no column 'deal_id'"):
        refresh(settings, NOW)
    assert current_snapshot(settings) is None
    (left,) = settings.snapshot_folder.iterdir()
    assert left.name == f"FAILURE-{settings.fingerprint}.json"


class Stopped(Exception):
    """Of a disk or an engine that gives up."""


@pytest.mark.parametrize("stops", [None, OSError("disk is full"), Stopped()])
def test_what_the_engine_kept_on_disk_is_gone_after_a_refresh_that_ends_or_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: Exception | None
) -> None:
    """It lies in the snapshot that is being made, so that its disk is the one that must hold it."""
    seen: list[Path] = []
    health = found._health

    def looked_at(connection: duckdb.DuckDBPyConnection, *what: Any) -> Any:
        (spilled,) = connection.sql("SELECT current_setting('temp_directory')").fetchall()[0]
        seen.append(Path(spilled))
        assert seen[-1].is_dir()
        if stops is not None:
            raise stops
        return health(connection, *what)

    monkeypatch.setattr(found, "_health", looked_at)
    save_csv(tmp_path, "a,2026-01-02")
    settings = settings_in(tmp_path, CSV + LEADS)
    if stops is None:
        assert {path.name for path in refresh(settings, NOW).folder.glob(".*")} == set()
    else:
        with pytest.raises((SnapshotError, Stopped)):
            refresh(settings, NOW)
    (spilled,) = seen
    assert spilled.is_relative_to(settings.snapshot_folder) and not spilled.exists()
    assert not [*settings.snapshot_folder.glob("**/.engine-*")]


@pytest.mark.parametrize(("least", "a_row", "begun"), [(3, 75, 3), (1, 2_000_000, 4)])
def test_a_refresh_begins_with_memory_by_its_rows_and_gets_more_where_it_needs_it(
    least: int, a_row: int, begun: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two leads of two megabytes each begin with four. Facts fit neither into that nor into 3."""
    limits: list[int] = []

    def limited(connection: duckdb.DuckDBPyConnection, megabytes: int) -> None:
        limits.append(megabytes)
        limit(connection, megabytes)

    limit = memory._limit
    monkeypatch.setattr(memory, "_limit", limited)
    monkeypatch.setattr(memory, "LEAST_MEGABYTES", least)
    monkeypatch.setattr(memory, "BYTES_A_ROW", a_row)
    save_csv(tmp_path, "a,2026-01-02", "b,2026-01-03")
    assert refresh(settings_in(tmp_path, CSV + LEADS), NOW).manifest.tables["leads"].loaded == 2
    assert limits[0] == begun and len(limits) > 1
    assert all(more == less + less // 4 + 1 for less, more in pairwise(limits))


def test_a_query_that_no_memory_is_left_for_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 MB, 13, 17 and 22, which is more than the machine has."""
    monkeypatch.setattr(memory, "_of_machine", lambda: 20 * 10**6)
    with duckdb.connect() as connection:
        memory._limit(connection, 10)
        with pytest.raises(duckdb.OutOfMemoryException):
            memory.run(connection, "SELECT list(range) FROM range(100_000_000)")
        assert memory.megabytes_of(connection) == 22
