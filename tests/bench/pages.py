"""The dashboard without a browser: its pages, and the clicks that are measured on them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.testing.v1 import AppTest

DASHBOARD = Path(__file__).parents[2] / "dashboard.py"
PAGES = {
    "This week": "pages/this_week.py",
    "Campaigns": "pages/campaigns.py",
    "Funnel": "pages/funnel.py",
    "Data health": "pages/health.py",
    "Sources": "pages/sources.py",
}
STEPS = ("wins", "goals", "changes", "signs", "depth", "decide", "since")
"""The steps of the meeting, by their keys in the URL."""


@contextmanager
def shown(settings: Path) -> Iterator[AppTest]:
    """The dashboard of a settings file, on "This week"."""
    before = os.environ.get("ALLIANCE_SETTINGS")
    os.environ["ALLIANCE_SETTINGS"] = os.fspath(settings)
    try:
        yield run(AppTest.from_file(os.fspath(DASHBOARD), default_timeout=300))
    finally:
        os.environ.pop("ALLIANCE_SETTINGS")
        if before is not None:
            os.environ["ALLIANCE_SETTINGS"] = before


def run(page: AppTest) -> AppTest:
    """Run the page; nothing may have gone wrong."""
    page.run()
    assert not page.exception and not page.error, [*page.exception, *page.error]
    return page


def opened(page: AppTest, name: str) -> AppTest:
    """Another page, or a step of the meeting by its key."""
    page.switch_page(PAGES.get(name, "pages/meeting.py"))
    if name in STEPS:
        page.session_state["step"] = name
    return run(page)


def campaigns_of(page: AppTest) -> list[str]:
    return list(page.multiselect(key="campaign").options)


def choose(page: AppTest, campaign: str) -> AppTest:
    """Choose one campaign in place of another: the click that is measured."""
    page.multiselect(key="campaign").set_value([campaign])
    return run(page)
