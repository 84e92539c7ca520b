"""The very first request after a start of the server, when nothing has been set up yet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import AS_OF
from tests.pages.served import Screen, Served, serve
from tests.pages.small_company import company_of

pytestmark = pytest.mark.browser


@pytest.fixture
def just_started(tmp_path: Path) -> Iterator[Served]:
    settings = tmp_path / "settings.toml"
    settings.write_text(AS_OF + company_of(tmp_path, mqls=7), encoding="utf-8")
    with serve(settings) as served:
        yield served


def test_a_link_into_the_dashboard_works_right_after_a_start(
    just_started: Served, screen: Screen
) -> None:
    """A page's own address is asked for before the dashboard has ever run, and without any
    snapshot: the sources are read, and the link's page and filters are kept.
    """
    screen.open(just_started.address("campaigns", period="This quarter", channel="Events"))
    expect(screen.title()).to_have_text("Q4 2026")
    expect(screen.combobox("Rank by")).to_have_value("Marketing-qualified leads")
    expect(screen.page).to_have_url(re.compile(r"/campaigns\?period=This\+quarter&channel=Events$"))
    expect(screen.column("MQLs")).to_have_text(["7"])
    assert just_started.snapshot.manifest.tables["leads"].loaded == 7
