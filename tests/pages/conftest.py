"""Dashboards that are served once for all tests of the pages, and browsers to look at them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from connectors.settings.file import DEMO_FILE as DEMO_SETTINGS
from tests.pages.served import PAGE_MS, Screen, Served, chromium, serve

FULL_HD = (1920, 1080)
AS_OF = "as_of = 2026-11-20\n"
expect.set_options(timeout=PAGE_MS)  # a first refresh on a busy machine takes its time

Scheme = Literal["light", "dark"]
NewScreen = Callable[..., Screen]


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserContext]:
    """One browser for all tests, so that it loads the dashboard's scripts once."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield launched.new_context()
        launched.close()


@pytest.fixture
def new_screen(browser: BrowserContext) -> Iterator[NewScreen]:
    """Open a new tab, which is a new session; in the end nothing may have gone wrong in any."""
    screens: list[Screen] = []

    def opened(size: tuple[int, int] = FULL_HD, scheme: Scheme = "light") -> Screen:
        page = browser.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        screens.append(Screen(page))
        return screens[-1]

    yield opened
    try:
        for screen in screens:
            screen.expect_quiet()
    finally:
        for screen in screens:
            screen.page.close()


@pytest.fixture
def screen(new_screen: NewScreen) -> Screen:
    return new_screen()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo as of one day, so that its numbers never depend on today."""
    settings = tmp_path_factory.mktemp("demo") / "settings.toml"
    settings.write_text(AS_OF + DEMO_SETTINGS.read_text(encoding="utf-8"), encoding="utf-8")
    with serve(settings) as served:
        served.refresh()
        yield served


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard whose settings each test replaces (see :func:`company`)."""
    settings = tmp_path_factory.mktemp("company") / "settings.toml"
    settings.write_text("", encoding="utf-8")
    with serve(settings) as served:
        yield served


@pytest.fixture
def company(blank: Served, tmp_path: Path) -> Callable[[str], Served]:
    """Settings and the folder of the test → the dashboard as it is right after its first start."""

    def served(settings: str) -> Served:
        written = tmp_path / "settings.toml"
        folder = f'\n[snapshots]\nfolder = "{(tmp_path / "snapshots").as_posix()}"\n'
        written.write_text(AS_OF + settings + folder, encoding="utf-8")
        os.replace(written, blank.settings_file)
        return blank

    return served
