"""A page on a shared screen follows the data by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.kept_snapshots import refreshed
from tests.pages.conftest import NewScreen
from tests.pages.served import Screen, Served
from tests.pages.small_company import company_of, leads, write_csv

pytestmark = pytest.mark.browser

WATCHED_WITHIN_MS = 25_000


@pytest.fixture
def spring_fair(company: Callable[[str], Served], tmp_path: Path) -> Served:
    """A company with 7 MQLs, and nothing refreshed yet."""
    return company(company_of(tmp_path, mqls=7))


def test_a_new_snapshot_and_then_a_failure_appear_without_a_reload(
    spring_fair: Served, screen: Screen, tmp_path: Path
) -> None:
    """7 MQLs become 9 on screen, keeping the filter; when the file is gone, 9 stay and a banner
    comes. A mark left in the page's window would not survive a reload.
    """
    spring_fair.refresh()
    screen.open(spring_fair.address(channel="Events"))
    expect(screen.value("mqls")).to_have_text("7")
    screen.page.evaluate("window.stillTheSame = true")

    write_csv(tmp_path, leads=leads(9))
    spring_fair.refresh()
    expect(screen.value("mqls")).to_have_text("9", timeout=WATCHED_WITHIN_MS)

    (tmp_path / "leads.csv").unlink()
    with pytest.raises(Exception, match="leads"):
        spring_fair.refresh()
    banner = screen.page.get_by_role("alert")
    expect(banner).to_contain_text("has not been refreshed since", timeout=WATCHED_WITHIN_MS)
    expect(screen.value("mqls")).to_have_text("9")
    expect(screen.page.get_by_role("button", name="Remove Events")).to_be_visible()
    assert screen.page.evaluate("window.stillTheSame") is True


def test_figures_of_two_days_ago_are_called_old(spring_fair: Served, screen: Screen) -> None:
    """A day is what they may be old where nothing says how often the sources are read."""
    refreshed(spring_fair.settings, datetime.now(UTC) - timedelta(days=2))
    screen.open(spring_fair.address())
    as_of = screen.page.get_by_role("button", name="Data as of")
    expect(as_of).to_contain_text("(old)")
    spring_fair.refresh()
    expect(as_of).not_to_contain_text("(old)", timeout=WATCHED_WITHIN_MS)


def test_the_button_reads_the_sources_anew_for_everybody(
    spring_fair: Served, new_screen: NewScreen, tmp_path: Path
) -> None:
    spring_fair.refresh()
    one, other = new_screen(), new_screen()
    one.open(spring_fair.address())
    expect(one.value("mqls")).to_have_text("7")
    write_csv(tmp_path, leads=leads(8))
    one.page.get_by_role("button", name="Data as of").click()
    expect(one.page.get_by_text("10 rows were read; none was rejected.")).to_be_visible()
    one.page.get_by_role("button", name="Refresh now").click()
    expect(one.value("mqls")).to_have_text("8")
    other.open(spring_fair.address())
    expect(other.value("mqls")).to_have_text("8")
