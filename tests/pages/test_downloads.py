"""Downloads: every chart as a picture, every table as a CSV that is safe to open."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Download, expect

from connectors.snapshots.engine import open_facts
from kpis.calendar import last_whole
from kpis.funnel.cohorts import cohorts
from kpis.funnel.funnel import funnel
from kpis.funnel.waiting import waiting
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.selection import Window
from pages.parts.charts.ranking import BAR_STEP
from pages.parts.frame.downloads import LONGEST_NAME, file_name
from tests.awkward_names import AWKWARD
from tests.pages.conftest import NewScreen
from tests.pages.served import Screen, Served
from tests.pages.small_company import leads, settings_of
from tests.small_data import days

browser_test = pytest.mark.browser

NOVEMBER = days("2026-11-01", "2026-11-30")
BARS = 20


def downloaded(screen: Screen, key: str) -> Download:
    button = screen.page.locator(f".st-key-{key} button")
    expect(button).to_be_visible()
    with screen.page.expect_download() as download:
        button.click()
    return download.value


def rows_of(download: Download) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them: UTF-8 by its byte order mark."""
    content = download.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def picture_of(download: Download) -> Image.Image:
    """The picture, which must be light and not empty."""
    assert download.suggested_filename.endswith(".png")
    image = Image.open(download.path())
    assert image.format == "PNG"
    found = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert found and len(found) > 20, "more than a blank page"
    assert max(found)[1] == (255, 255, 255)
    return image


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_trend_comes_as_a_light_picture_and_as_its_weeks(
    demo: Served, new_screen: NewScreen, scheme: str
) -> None:
    screen = new_screen(scheme=scheme)
    screen.open(demo.address(kpi="SQLs"))
    image = picture_of(downloaded(screen, "png-sqls-by-week"))
    assert image.width > 1800
    table = downloaded(screen, "csv-sqls-by-week")
    assert table.suggested_filename == "sqls-by-week.csv"
    rows = rows_of(table)
    facts = open_facts(demo.snapshot.folder)
    whole = last_whole("week", 26, facts.as_of, facts.company)
    expected = scorecard(facts, [Window(week, facts.as_of) for week in whole])["sqls"]
    by_week = {row["start"]: float(row["sqls"]) for row in rows}
    assert [by_week[str(week.start)] for week in whole] == pytest.approx(expected.tolist())


@browser_test
def test_the_ranking_comes_as_a_picture_and_the_table_with_all_campaigns(
    demo: Served, screen: Screen
) -> None:
    screen.open(demo.address("campaigns"))
    image = picture_of(downloaded(screen, "png-campaigns-by-mqls-2026-11-01"))
    assert image.height > 2 * BARS * BAR_STEP
    rows = rows_of(downloaded(screen, "csv-campaigns-2026-11-01-2026-11-30"))
    frame = scorecard(open_facts(demo.snapshot.folder), [NOVEMBER], by="campaign")
    assert len(rows) == len(frame) > BARS
    assert sum(float(row["MQLs"]) for row in rows) == pytest.approx(frame["mqls"].sum())


@browser_test
def test_the_funnel_comes_by_stage_by_group_and_by_age(demo: Served, new_screen: NewScreen) -> None:
    """The cohorts of a dark page are drawn with the light page's ink on full and pale fields."""
    facts = open_facts(demo.snapshot.folder)
    screen = new_screen(scheme="dark")
    screen.open(demo.address("funnel"))
    picture_of(downloaded(screen, "png-customer-by-created-month"))
    ages = cohorts(facts, "month", 12, {}, "customer")
    rows = rows_of(downloaded(screen, "csv-customer-by-created-month"))
    rates = [float(row["rate"] or "nan") for row in rows]
    assert rates == pytest.approx(ages["rate"].tolist(), nan_ok=True)
    stages = funnel(facts, [Window(NOVEMBER, facts.as_of)], None, {}).set_index("stage")
    limits = demo.settings.signs.max_days_in_stage.by_stage
    waits = waiting(facts, limits).set_index("stage")
    rows = rows_of(downloaded(screen, "csv-funnel-2026-11-01"))
    assert [row["stage"] for row in rows] == ["lead", "mql", "sql", "customer"]
    for row in rows:
        assert float(row["passed"]) == pytest.approx(stages.loc[row["stage"], "passed"])
        known = waits["leads"].get(row["stage"])
        assert row["waiting"] == ("" if known is None else str(known))
    rows = rows_of(downloaded(screen, "csv-funnel-by-owner-2026-11-01"))
    assert sum(float(row["lead"]) for row in rows) == pytest.approx(stages.loc["lead", "passed"])


@browser_test
def test_the_tables_of_data_health_and_sources_come_as_they_are_seen(
    demo: Served, screen: Screen
) -> None:
    manifest = demo.snapshot.manifest
    screen.open(demo.address("health"))
    rows = rows_of(downloaded(screen, f"csv-sound-rows-{manifest.as_of}"))
    sound = {row["Table"]: int(float(row["Sound rows"])) for row in rows}
    assert sound == manifest.health.sound
    rows = rows_of(downloaded(screen, f"csv-findings-{manifest.as_of}"))
    assert [int(row["Rows"]) for row in rows] == [f.rows for f in manifest.health.findings]
    screen.open(demo.address("sources"))
    rows = rows_of(downloaded(screen, f"csv-tables-{manifest.as_of}"))
    assert {row["Table"]: (int(row["Read"]), int(row["Rejected"])) for row in rows} == {
        name: (table.read, table.rejected) for name, table in manifest.tables.items()
    }
    rows = rows_of(downloaded(screen, f"csv-blank-cells-{manifest.as_of}"))
    blank = {(row["Table"], row["Column"]): float(row["Blank"]) for row in rows}
    assert blank["deals", "paid_at"] == manifest.facts.tables["deals"].blank_shares["paid_at"]
    rows = rows_of(downloaded(screen, f"csv-rejected-rows-{manifest.as_of}"))
    assert len(rows) == sum(table.rejected for table in manifest.tables.values())


@browser_test
def test_no_name_is_a_formula_in_a_spreadsheet_and_any_is_drawn(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """A campaign per awkward name: in the file the text, but nothing that a program would run."""
    names = {f"c{number}": name for number, name in enumerate(AWKWARD)}
    campaigns = [{"campaign_id": key, "name": name} for key, name in names.items()]
    rows = [row for key in names for row in leads(1, campaign_id=key)]
    served = company(settings_of(tmp_path, leads=rows, campaigns=campaigns))
    served.refresh()
    screen.open(served.address("campaigns"))
    found = [
        row["Campaign"]
        for row in rows_of(downloaded(screen, "csv-campaigns-2026-11-01-2026-11-30"))
    ]
    assert sorted(found) == sorted(f"'{n}" if n[0] in "=+-@" else n for n in AWKWARD)
    picture_of(downloaded(screen, "png-campaigns-by-mqls-2026-11-01"))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("mqls-by-week", "mqls-by-week"),
        ("../../etc/passwd", "etc-passwd"),
        ('CON: a\\b?*|<>"\n\x00', "CON-a-b"),
        (".hidden", "hidden"),
        ("حملة الربيع", "حملة-الربيع"),
        ("/", "alliance"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_a_file_is_called_what_every_file_system_takes(name: str, file: str) -> None:
    assert file_name(name) == file
