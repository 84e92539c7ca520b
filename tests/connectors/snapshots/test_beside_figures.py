"""Claims about targets and annotations of tables: kept in the snapshot, beside its figures."""

from datetime import UTC, date, datetime
from pathlib import Path

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.beside_figures import table_annotations, table_targets
from connectors.snapshots.checkup import check_sources
from connectors.snapshots.engine import open_facts
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot
from kpis.catalogue import SEVEN_KEYS
from kpis.records import Annotation, TableTarget
from kpis.scorecard.report import report
from tests.small_data import days

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEADS = "lead_id,created_at,mql_at,campaign_id\na,2026-11-02,2026-11-03,c1\n"
TARGETS = "kpi,period,value,campaign_id,owner\nMQLs,month,335,,Ann\nmqls,2027-Q1,9,nope,\n"
BY_QUARTER = "kpi,value\nsqls,90\nsqls,91\nmqls,900\n"
EVENTS = "day,text,campaign_id\n2026-11-10,Webinar,\n2026-11-03,New stand,c1\n"


def settings_in(folder: Path, more: str = "", **tables: str) -> Settings:
    """Settings that read CSV files, each ``tables`` by its name."""
    text = f'as_of = 2026-11-20\n{more}[sources.crm]\nkind = "files"\nfolder = "."\n'
    for file, content in tables.items():
        (folder / f"{file}.csv").write_text(content, encoding="utf-8")
        part = file == "by_quarter"
        name = "[[tables.targets]]" if "targets" in file or part else f"[tables.{file}]"
        text += f'{name}\nsource = "crm"\nfrom = "{file}"\n'
        text += 'constants = { period = "quarter" }\n' if part else ""
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def answer(snapshot: Snapshot) -> object:
    return report(open_facts(snapshot.folder), days("2026-11-01", "2026-11-30"), "linear", "week")


def test_every_row_of_every_part_is_kept_or_rejected(tmp_path: Path) -> None:
    """Five rows of targets in two parts: four kept, and the second of two for one quarter not."""
    tables = {"targets": TARGETS, "by_quarter": BY_QUARTER, "annotations": EVENTS}
    snapshot = refresh(settings_in(tmp_path, leads=LEADS, **tables), NOW)
    made = snapshot.manifest.tables["targets"]
    assert (made.read, made.loaded, made.rejected) == (5, 4, 1)
    assert table_targets(snapshot.folder) == [
        TableTarget(kpi="mqls", period="month", value=335.0, owner="Ann"),
        TableTarget(kpi="mqls", period="2027-Q1", value=9.0, campaign="nope"),
        TableTarget(kpi="sqls", period="quarter", value=90.0),
        TableTarget(kpi="mqls", period="quarter", value=900.0),
    ]
    assert table_annotations(snapshot.folder) == [
        Annotation(day=date(2026, 11, 3), text="New stand", campaign="c1"),
        Annotation(day=date(2026, 11, 10), text="Webinar"),
    ]


def test_no_figure_depends_on_them(tmp_path: Path) -> None:
    bare, full = tmp_path / "bare", tmp_path / "full"
    bare.mkdir(), full.mkdir()
    without = refresh(settings_in(bare, leads=LEADS), NOW)
    beside = refresh(settings_in(full, leads=LEADS, targets=TARGETS, annotations=EVENTS), NOW)
    assert answer(without) == answer(beside)
    assert (table_targets(without.folder), table_annotations(without.folder)) == ([], [])


def test_tables_without_a_usable_row_are_no_goals_and_stop_no_refresh(tmp_path: Path) -> None:
    """Nothing has happened yet, and the only goal has a slip: the figures are published."""
    only = "kpi,period,value\nmqll,month,5\n"
    settings = settings_in(tmp_path, leads=LEADS, targets=only, annotations="day,text\n")
    snapshot = refresh(settings, NOW)
    tables = snapshot.manifest.tables
    assert (tables["targets"].rejected, tables["annotations"].read) == (1, 0)
    rows_read = {name: table.read for name, table in tables.items()}
    sound = snapshot.manifest.health.sound_shares(rows_read)
    assert sound == {"leads": 1.0, "targets": 0.0}, "of no rows none is unsound"


def test_check_names_their_fiscal_periods_and_unknown_campaigns(tmp_path: Path) -> None:
    """A campaign that only targets and annotations name is one that no row has."""
    events = EVENTS + "2026-11-11,Fair,nope\n2026-11-12,Fair,c2\n"
    more = "[company]\nfiscal_year_starts = 10\n"
    settings = settings_in(tmp_path, more, leads=LEADS, targets=TARGETS, annotations=events)
    found = check_sources(settings, date(2026, 11, 20))
    assert [line.partition(":")[0] for line in found.read.goals] == [
        "targets of 2027-Q1 are for 2026-10-01 to 2026-12-31",
        "targets name the campaign 'nope', and no row has it yet",
        "annotations name the campaign 'nope', and no row has it yet",
        "annotations name the campaign 'c2', and no row has it yet",
    ]


def test_check_says_of_missing_ones_nothing(tmp_path: Path) -> None:
    """They cost no figure: what is missing is the same with both tables and without."""
    bare, full = tmp_path / "bare", tmp_path / "full"
    bare.mkdir(), full.mkdir()
    without = settings_in(bare, leads=LEADS)
    beside = settings_in(full, leads=LEADS, targets=TARGETS, annotations=EVENTS)
    day = date(2026, 11, 20)
    assert check_sources(without, day).read.missing == check_sources(beside, day).read.missing
    assert len(SEVEN_KEYS) > len(check_sources(without, day).read.missing) > 0
