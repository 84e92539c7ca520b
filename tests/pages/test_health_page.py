"""Data health: one line that judges, the share of sound rows, every finding with its remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kpis.health.health import checks
from tests.pages.conftest import NewScreen, Scheme
from tests.pages.served import Screen, Served
from tests.pages.small_company import Rows, company_of, leads, settings_of, write_csv
from tests.pages.test_looks import CUT_OFF, SIZES, WIDER_THAN_THE_WINDOW, picture

pytestmark = pytest.mark.browser

LEADS: Rows = [
    {"lead_id": "a", "created_at": "2026-11-05", "mql_at": "2026-11-01", "sql_at": "2026-10-30"},
    {"lead_id": "b", "created_at": "2026-11-05", "mql_at": "2026-11-06", "sql_at": ""},
    {"lead_id": "c", "created_at": "", "mql_at": "", "sql_at": ""},
    {"lead_id": "=1+1", "created_at": "2026-02-30", "mql_at": "", "sql_at": ""},
]
"""Two of four rows are rejected. Of the other two a is wrong three times over: 1 of 4 is sound."""

DEALS: Rows = [
    {"deal_id": "1", "status": "won", "lead_id": "b", "closed_at": "", "amount": 5},
    {"deal_id": "2", "status": "won", "lead_id": "*B*", "closed_at": "2026-11-09", "amount": 5},
    {"deal_id": "3", "status": "half", "lead_id": "b", "closed_at": "2026-11-09", "amount": 5},
]


@pytest.fixture
def broken(company: Callable[[str], Served], tmp_path: Path) -> Served:
    served = company(settings_of(tmp_path, leads=LEADS, deals=DEALS))
    served.refresh()
    return served


def alert(screen: Screen, start: str) -> None:
    expect(screen.page.get_by_test_id("stAlert").filter(has_text=start)).to_have_count(1)


def test_the_verdict_is_that_of_the_worst_table_against_the_agreed_line(
    broken: Served, screen: Screen
) -> None:
    """Leads 1 of 4 and deals 1 of 3, where 2 is another writing of nobody: 0 of 3 sound deals."""
    screen.open(broken.address("health"))
    alert(screen, "of rows are sound in the worst table")
    message = screen.page.get_by_test_id("stAlert").first
    expect(message).to_contain_text("0% of rows are sound in the worst table, deals")
    expect(message).to_contain_text("agreed: at least 95%")
    expect(message).to_contain_text("5 checks failed, 3 rows rejected")


def test_sound_rows_are_shown_of_the_rows_that_were_read(broken: Served, screen: Screen) -> None:
    screen.open(broken.address("health"))
    for column, cells in {
        "Table": ["leads", "deals"],
        "Rows read": ["4", "3"],
        "Sound rows": ["1", "0"],
        "Sound": ["0.25", "0"],
    }.items():
        expect(screen.column(column)).to_have_text(cells)


def test_findings_name_the_rows_the_effect_and_the_remedy_the_worst_first(
    broken: Served, screen: Screen
) -> None:
    """Ids are users' text: the stars of ``*B*`` make nothing bold."""
    screen.open(broken.address("health"))
    known = checks(broken.snapshot.manifest.definitions)
    found = broken.snapshot.manifest.health.findings
    parts = screen.page.locator("[class*=st-key-finding-]")
    expect(parts).to_have_count(len(found))
    for part, finding in zip(parts.all(), found, strict=True):
        check = known[finding.check]
        expect(part).to_contain_text(f"{finding.rows} of {finding.of} {check.rows_are}")
        expect(part).to_contain_text(check.effect)
        expect(part).to_contain_text(check.remedy)
    unknown = screen.page.locator(".st-key-finding-deals_lead_id_unknown")
    expect(unknown).to_contain_text("1 of 2 deals with a lead named one that the leads table lacks")
    expect(unknown).to_contain_text("Such as *B*")


def test_where_nothing_is_wrong_the_page_says_so(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    served = company(company_of(tmp_path, mqls=4))
    served.refresh()
    screen.open(served.address("health"))
    alert(screen, "100% of rows are sound")
    alert(screen, "every check passed, no row was rejected")
    alert(screen, "Every loaded row passed every check")
    expect(screen.page.get_by_test_id("stDataFrame")).to_have_count(1)


def test_the_agreed_line_is_that_of_the_settings(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """One of 20 leads has an MQL date before it was created: 95.0 % are sound, 96 % are agreed."""
    rows = [dict(row) for row in leads(20)]
    rows[0]["mql_at"] = "2026-11-01"
    text = settings_of(tmp_path, leads=rows)
    served = company(f"[signs]\nmin_sound_rows = 0.96\n{text}")
    served.refresh()
    screen.open(served.address("health"))
    alert(screen, "95.0% of rows are sound in the worst table, leads; agreed: at least 96%")


def test_the_filters_of_other_pages_are_out_of_sight_but_not_lost(
    demo: Served, new_screen: NewScreen
) -> None:
    screen = new_screen()
    screen.open(demo.address(period="Last month", channel="Events"))
    screen.page.get_by_role("link", name="Data health").click()
    screen.settle()
    expect(screen.page.get_by_role("heading", name="Data health")).to_be_visible()
    expect(screen.page.locator(".st-key-filters")).to_be_hidden()
    screen.page.get_by_role("link", name="This week").click()
    screen.settle()
    expect(screen.combobox("Period")).to_have_value("Last month")


def test_a_new_snapshot_is_judged_anew(broken: Served, screen: Screen, tmp_path: Path) -> None:
    screen.open(broken.address("health"))
    alert(screen, "0% of rows are sound")
    write_csv(tmp_path, leads=LEADS[1:2], deals=[{**DEALS[0], "closed_at": "2026-11-09"}])
    broken.refresh()
    screen.open(broken.address("health"))
    alert(screen, "100% of rows are sound")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_on_a_screen_of_that_size(
    demo: Served, new_screen: NewScreen, size: str, scheme: Scheme
) -> None:
    screen = new_screen(SIZES[size], scheme)
    screen.open(demo.address("health"))
    expect(screen.page.get_by_test_id("stDataFrame")).to_have_count(1)
    picture(screen.page, f"health-{size}-{scheme}")
    assert screen.page.evaluate(CUT_OFF) == []
    assert not screen.page.evaluate(WIDER_THAN_THE_WINDOW)
    main = screen.page.get_by_test_id("stMain")
    fits = main.evaluate("e => e.scrollHeight <= e.clientHeight")
    assert fits == (size == "1920x1080"), "the shared screen shows all of it at once"
