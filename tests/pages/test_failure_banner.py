"""When a source is down: what a page says, what it keeps showing, and what it never shows."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from connectors.snapshots.failures import last_failure
from connectors.snapshots.refresh import refresh
from kpis.errors import AllianceError
from tests.pages.served import Screen, Served
from tests.pages.small_company import company_of, leads, write_csv

pytestmark = pytest.mark.browser

PAGES = pytest.mark.parametrize("page", ["", "campaigns"], ids=["This week", "Campaigns"])
SECRET = "hunter2-do-not-show"
UNREACHABLE = """
[sources.crm]
kind = "database"
url = "secrets:crm"
[tables]
leads = { source = "crm", from = "contacts" }
"""


@pytest.fixture
def unreachable(company: Callable[[str], Served], tmp_path: Path) -> Served:
    """A company whose database refuses every connection: nobody listens at port 1."""
    served = company(UNREACHABLE)
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir(exist_ok=True)
    secrets.write_text(f'crm = "postgresql+psycopg://reader:{SECRET}@127.0.0.1:1/crm"\n')
    return served


@PAGES
def test_a_first_start_without_its_source_says_what_is_wrong_and_offers_to_try_again(
    unreachable: Served, screen: Screen, page: str
) -> None:
    screen.open(unreachable.address(page))
    expect(screen.page.get_by_role("alert")).to_contain_text("There are no figures to show")
    message = screen.page.get_by_text("Source 'crm'")
    expect(message).to_contain_text("127.0.0.1")
    expect(screen.page.get_by_role("heading")).to_have_count(0)
    screen.page.get_by_role("button", name="Try again").click()
    expect(screen.page.get_by_text("The sources could not be read.")).to_be_visible()
    assert SECRET not in screen.page.content()
    assert "Traceback" not in screen.page.content()


def test_trying_again_shows_the_figures_once_the_source_is_there(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    served = company(company_of(tmp_path, mqls=4))
    file = tmp_path / "leads.csv"
    file.rename(tmp_path / "away")
    screen.open(served.address())
    expect(screen.page.get_by_role("alert")).to_contain_text("There are no figures to show")
    (tmp_path / "away").rename(file)
    screen.page.get_by_role("button", name="Try again").click()
    expect(screen.value("mqls")).to_have_text("4")
    expect(screen.page.get_by_role("alert")).to_have_count(0)


@PAGES
def test_a_failing_refresh_keeps_the_last_good_figures_under_a_banner(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path, page: str
) -> None:
    """The file lost a column at 09:15 (10:15 in Berlin); at 09:30 it was still failing."""
    text = company_of(tmp_path, mqls=4)
    served = company(f'[company]\ntime_zone = "Europe/Berlin"\n{text}')
    served.refresh()
    leads = tmp_path / "leads.csv"
    leads.write_text(leads.read_text().replace("lead_id", "contact_id", 1))
    for minute in (15, 30):
        with pytest.raises(AllianceError):
            refresh(served.settings, datetime(2026, 11, 20, 9, minute, tzinfo=UTC))
    failure = last_failure(served.settings)
    assert failure is not None

    screen.open(served.address(page))
    banner = screen.page.get_by_role("alert")
    expect(banner).to_contain_text("has not been refreshed since 20 Nov, 10:15")
    expect(screen.page.get_by_text(failure.why)).to_be_visible()
    assert "lead_id" in failure.why and "contact_id" in failure.why
    if page:
        expect(screen.column("Campaign")).to_have_text(["Spring fair"])
    else:
        expect(screen.value("mqls")).to_have_text("4")


def test_settings_that_cannot_be_used_are_explained_on_the_page(
    company: Callable[[str], Served], screen: Screen
) -> None:
    screen.open(company("[companny]\n").address())
    expect(screen.page.get_by_text("Did you mean 'company'?")).to_be_visible()


def test_damaged_figures_give_way_to_the_newest_sound_ones_under_a_banner(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """4 MQLs, then 6; of the 6 a byte of the facts is lost on the disk."""
    text = company_of(tmp_path, mqls=4)
    served = company(text)
    served.refresh()
    write_csv(tmp_path, leads=leads(6))
    served.refresh()
    facts = served.snapshot.folder / "facts.parquet"
    facts.write_bytes(facts.read_bytes()[:-1])
    screen.open(served.address())
    banner = screen.page.get_by_role("alert")
    expect(banner).to_contain_text("are damaged on the disk (facts.parquet has changed")
    expect(screen.value("mqls")).to_have_text("4")
