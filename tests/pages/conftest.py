"""A dashboard that is served once for all tests of the pages, and a browser to look at it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from connectors.settings.file import DEMO_FILE as DEMO_SETTINGS
from connectors.snapshots.newest_sound import current_snapshot
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


@pytest.fixture(scope="session")
def idle() -> list[Screen]:
    """Tabs that no test uses: in one that has loaded the scripts, a page takes half the time."""
    return []


@pytest.fixture
def new_screen(browser: BrowserContext, idle: list[Screen]) -> Iterator[NewScreen]:
    """Open a tab, which is a new session; in the end nothing may have gone wrong in any."""
    screens: list[Screen] = []

    def opened(size: tuple[int, int] = FULL_HD, scheme: Scheme = "light") -> Screen:
        screen = idle.pop() if idle else Screen(browser.new_page())
        screens.append(screen)
        screen.page.set_default_timeout(PAGE_MS)
        screen.page.set_viewport_size({"width": size[0], "height": size[1]})
        screen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        return screen

    yield opened
    try:
        for screen in screens:
            screen.expect_quiet()
    finally:
        for screen in screens:
            screen.page.evaluate("sessionStorage.clear()")
            screen.page.goto("about:blank")
            screen.troubles.clear()
        idle += screens


@pytest.fixture
def screen(new_screen: NewScreen) -> Screen:
    return new_screen()


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The one dashboard of all tests: each has it show its own company."""
    settings = tmp_path_factory.mktemp("dashboard") / "settings.toml"
    settings.write_text("", encoding="utf-8")
    with serve(settings) as served:
        yield served


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(dashboard: Served, demo_folder: Path) -> Served:
    """The demo as of one day, so that its numbers never depend on today."""
    return shown_demo(dashboard, demo_folder)


def shown_demo(dashboard: Served, folder: Path, as_of: str = AS_OF) -> Served:
    """The demo as of a day, with its snapshot and a notebook in the folder."""
    served = dashboard.show(folder, as_of + DEMO_SETTINGS.read_text(encoding="utf-8"))
    if current_snapshot(served.settings) is None:
        served.refresh()
    return served


@pytest.fixture
def company(dashboard: Served, tmp_path: Path) -> Callable[[str], Served]:
    """Settings and the folder of the test → the dashboard as it is right after its first start."""
    return lambda settings: dashboard.show(tmp_path, AS_OF + settings)
