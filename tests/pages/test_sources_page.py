"""Sources: what was read, what it holds and how old it is, and every rejected row."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from connectors.snapshots.snapshots import read_table
from tests.pages.conftest import NewScreen, Scheme
from tests.pages.served import ROOT, Screen, Served
from tests.pages.small_company import Rows, company_of, leads, settings_of, write_csv
from tests.pages.test_looks import CUT_OFF, SIZES, WIDER_THAN_THE_WINDOW, picture

pytestmark = pytest.mark.browser

LEADS: Rows = [
    {"lead_id": "a", "created_at": "2026-11-05", "owner": "#N/A"},
    {"lead_id": "b", "created_at": "2026-11-06", "owner": "Mia"},
    {"lead_id": "c", "created_at": "", "owner": ""},
    {"lead_id": "=1+1", "created_at": "2026-02-30", "owner": ""},
    {"lead_id": "d", "created_at": "", "owner": ""},
    {"lead_id": "a", "created_at": "2026-11-07", "owner": ""},
]
"""Of six rows four are rejected: two without a date, one of no day that exists, and one twice."""

DEALS: Rows = [
    {"deal_id": "1", "status": "won", "lead_id": "b", "closed_at": "2026-11-09", "amount": 5},
    {"deal_id": "2", "status": "open", "lead_id": "", "closed_at": "", "amount": 7},
    {"deal_id": "3", "status": "half", "lead_id": "b", "closed_at": "2026-11-09", "amount": 5},
]


@pytest.fixture
def dirty(company: Callable[[str], Served], tmp_path: Path) -> Served:
    served = company(settings_of(tmp_path, leads=LEADS, deals=DEALS))
    served.refresh()
    return served


def grid(screen: Screen, name: str) -> Locator:
    """The table of the page with that description."""
    frames = screen.page.get_by_test_id("stDataFrame")
    return frames.filter(has=screen.page.get_by_label(name)).locator("table[role=grid]")


def column(screen: Screen, name: str, head: str) -> Locator:
    """The cells of a column of one of the page's tables."""
    heads = grid(screen, name).locator("th")
    expect(heads.get_by_text(head, exact=True)).to_have_count(1)
    at = heads.all_text_contents().index(head) + 1
    return grid(screen, name).locator(f"td[aria-colindex='{at}']")


TABLES = "Rows read, loaded and rejected, and the days of the records, by table"


def test_rows_read_are_rows_loaded_and_rejected(dirty: Served, screen: Screen) -> None:
    """The newest lead that is loaded is of 6 November, 14 days before 20 November."""
    screen.open(dirty.address("sources"))
    for head, cells in {
        "Table": ["leads", "deals"],
        "Read": ["6", "3"],
        "Loaded": ["2", "2"],
        "Rejected": ["4", "1"],
        "Duplicates": ["1", "0"],
        "Age": ["14 days", "11 days"],
    }.items():
        expect(column(screen, TABLES, head)).to_have_text(cells)


def test_deals_joins_and_blanks_are_those_of_the_manifest(dirty: Served, screen: Screen) -> None:
    """One of two deals has a lead; of two leads one has no owner that means somebody."""
    screen.open(dirty.address("sources"))
    deals = "Deals by status"
    expect(column(screen, deals, "Status")).to_have_text(["won", "lost", "open"])
    expect(column(screen, deals, "Amounts")).to_have_text(["€5", "—", "€7"])
    joins = "Links between tables"
    expect(column(screen, joins, "Rows")).to_have_text(["deals.lead_id"])
    expect(column(screen, joins, "Share")).to_have_text(["50.0%"])
    blanks = "Share of blank cells by table and column"
    expect(column(screen, blanks, "Column").first).to_have_text("owner")
    expect(column(screen, blanks, "Blank").first).to_have_text("0.5")


def test_rejected_rows_are_filtered_by_table_and_reason_and_downloaded_as_they_are_seen(
    dirty: Served, screen: Screen
) -> None:
    screen.open(dirty.address("sources"))
    rejected = "Rejected rows with their reasons"
    expect(grid(screen, rejected).locator("tbody tr")).to_have_count(5)
    screen.page.get_by_role("radio", name="leads", exact=True).click()
    screen.settle()
    expect(grid(screen, rejected).locator("tbody tr")).to_have_count(4)
    expect(screen.page).to_have_url(dirty.address("sources", rejects="leads"))
    assert screen.offered("Reason of the rejected rows", "2 × created_at is required, but blank")
    screen.pick("Reason of the rejected rows", "1 × created_at is not a date or time that exists")
    expect(grid(screen, rejected).locator("tbody tr")).to_have_count(1)
    with screen.page.expect_download() as download:
        screen.page.get_by_role("button", name=re.compile("CSV$")).last.click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["table"], row["row"], row["key"], row["value"]) == (
        *("leads", "5", "'=1+1", "2026-02-30"),
    )


def test_a_join_that_finds_nothing_is_a_banner(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """Ids are users' text: the stars make nothing bold."""
    served = company(settings_of(tmp_path, leads=LEADS, deals=[{**DEALS[0], "lead_id": "*B*"}]))
    served.refresh()
    screen.open(served.address("sources"))
    alert = screen.page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text(
        "The one row of deals has no known lead. It has a lead id, such as '*B*'"
    )


def test_warnings_and_notes_on_how_tables_were_read_come_the_worst_first(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """A rule reads ``#N/A`` as no owner, and a row of costs in both files may count twice: only the
    second is a warning, and it comes first though costs are read after leads."""
    lead = dict(leads(1)[0])
    write_csv(tmp_path, costs=[{"spent_on": "2026-11-03", "amount": 400}])
    part = '[[tables.costs]]\nsource = "files"\nfrom = "costs"'
    text = settings_of(tmp_path, leads=[{**lead, "owner": "#N/A"}])
    served = company("\n".join([text, part, part]))
    served.refresh()
    screen.open(served.address("sources"))
    notes = screen.page.locator("[class*=st-key-remark-]")
    warned, by_rule = notes.filter(has_text="costs: 1 row"), notes.filter(has_text="leads: 1 cell")
    expect(warned).to_contain_text("Totals may be off")
    expect(by_rule).to_contain_text("was read as no value ('#N/A')")
    expect(by_rule).to_contain_text("Read by a rule")
    tops = [part.bounding_box()["y"] for part in (warned, by_rule)]
    assert tops == sorted(tops)
    missing = notes.filter(has_text="no deals are mapped; undefined")
    expect(missing).to_contain_text("Not mapped")


def test_where_nothing_is_rejected_the_page_says_so(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    served = company(company_of(tmp_path, mqls=4))
    served.refresh()
    screen.open(served.address("sources"))
    expect(screen.page.get_by_text("No row was rejected.")).to_be_visible()
    assert len(read_table(served.snapshot.folder, "rejects")) == 0
    screen.page.get_by_role("link", name="Data health").click()
    screen.settle()
    screen.page.get_by_role("link", name="see the sources").click()
    expect(screen.page.get_by_role("heading", name="Sources")).to_be_visible()


def test_a_table_that_is_late_is_marked_in_the_title_of_every_page(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """Costs came every day of October and then no more; three weeks later they are late."""
    costs = [{"spent_on": f"2026-10-{day:02}", "amount": 4} for day in range(1, 31)]
    served = company(settings_of(tmp_path, leads=leads(3), costs=costs))
    served.refresh()
    screen.open(served.address())
    title = screen.page.get_by_role("button", name="Data as of")
    expect(title).to_contain_text("(costs late)")
    title.click()
    expect(screen.page.get_by_text("for 14 working days")).to_be_visible()
    screen.page.get_by_role("link", name="See the sources").click()
    expect(column(screen, TABLES, "Age").last).to_have_text("21 days old, late")


def test_when_its_source_is_down_the_page_keeps_what_was_read(
    dirty: Served, screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "leads.csv").unlink()
    command = [sys.executable, "cli.py", "refresh", "--settings", str(dirty.settings_file)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 1
    screen.open(dirty.address("sources"))
    expect(screen.page.get_by_text("has not been refreshed since")).to_be_visible()
    expect(column(screen, TABLES, "Read")).to_have_text(["6", "3"])


def test_a_refresh_that_runs_is_shown_with_what_it_reads(
    dirty: Served, screen: Screen, tmp_path: Path
) -> None:
    """A pipe that nobody writes to stands for a slow source; clicks go on meanwhile."""
    (tmp_path / "leads.csv").unlink()
    os.mkfifo(tmp_path / "leads.csv")
    command = [sys.executable, "cli.py", "refresh", "--settings", str(dirty.settings_file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as refresh:
        try:
            while not [*dirty.settings.snapshot_folder.glob(".refreshing-*.json")]:
                assert refresh.poll() is None
            screen.open(dirty.address("sources"))
            line = screen.page.get_by_text("Refreshing since")
            expect(line).to_contain_text("looking at the sources")
            screen.page.get_by_role("link", name="Campaigns").click()
            expect(screen.combobox("Rank by")).to_be_visible()
            expect(line).to_be_visible()
        finally:
            refresh.kill()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_on_a_screen_of_that_size(
    demo: Served, new_screen: NewScreen, size: str, scheme: Scheme
) -> None:
    screen = new_screen(SIZES[size], scheme)
    screen.open(demo.address("sources"))
    expect(screen.page.get_by_test_id("stDataFrame")).to_have_count(5)
    picture(screen.page, f"sources-{size}-{scheme}")
    assert screen.page.evaluate(CUT_OFF) == []
    assert not screen.page.evaluate(WIDER_THAN_THE_WINDOW)
    main = screen.page.get_by_test_id("stMain")
    fits = main.evaluate("e => e.scrollHeight <= e.clientHeight")
    assert fits == (size == "1920x1080"), "the shared screen shows all of it at once"
