"""The first page after a start, in Chromium: from the command to the numbers on the cards."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from connectors.settings.file import load_settings
from tests.bench.measured import Row
from tests.pages.served import PAGE_MS, chromium, serve


def measured(settings: Path, times: int) -> Iterator[Row]:
    """The rows of the report on the demo, whose snapshot is there."""
    there = [_seconds(settings) for _ in range(times)]
    missing = []
    for _ in range(times):
        shutil.rmtree(load_settings(settings).snapshot_folder)
        missing.append(_seconds(settings))
    yield Row("demo: first page after a start, with a snapshot", there, at_most=3)
    yield Row("demo: first page after a start, the snapshot made on the way", missing, at_most=6)


def _seconds(settings: Path) -> float:
    """From the start of the server to all seven numbers, in a browser that is open already."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        began = time.perf_counter()
        with serve(settings) as served:
            page.goto(served.url)
            expect(page.get_by_test_id("stMetricValue")).to_have_count(7, timeout=PAGE_MS)
            found = time.perf_counter() - began
        browser.close()
    return found
