"""A click as a person sees it, in Chromium: to the first new number, and to the last change.

The same click on the bare page, in the same run, is what any Streamlit page takes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from connectors.snapshots.snapshots import Snapshot, read_table
from tests.bench.measured import Row
from tests.bench.pages import STEPS
from tests.pages.served import PAGE_MS, Screen, chromium, serve

BARE_PAGE = "tests/bench/bare_page.py"
BARE_CAMPAIGNS = [f"Campaign {number}" for number in range(50)]
QUIET_MS = 1200
"""So long without a change is the end of a click."""
LONGEST_MS = 30_000

# Before any script of the page: every message of its websocket, and every change of what is shown.
WATCH = """() => {
  const seen = window.seen = {began: 0, sent: [], received: [], first: 0, last: 0, before: ''};
  const now = () => performance.now();
  const numbers = () => [...document.querySelectorAll('[data-testid=stMetricValue]')]
    .map(one => one.innerText).join('|');
  window.begin = () => Object.assign(seen,
    {began: now(), sent: [], received: [], first: 0, last: now(), before: numbers()});
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function(...what) { seen.sent.push(now()); send.apply(this, what); };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...what) {
      super(...what);
      this.addEventListener('message', () => seen.received.push(now()));
    }
  };
  const isClock = change => change.target.closest?.('[role=timer]');
  const looked = changes => {
    if (changes.every(isClock)) return;
    seen.last = now();
    const shown = numbers();
    if (!seen.first && shown && shown !== seen.before)
      requestAnimationFrame(() => { seen.first ||= now(); });
  };
  new MutationObserver(looked).observe(document,
    {subtree: true, childList: true, characterData: true, attributes: true});
}"""


@dataclass(frozen=True)
class Click:
    """Seconds since the click; sent, answered, received: of the first and last messages."""

    first_number: float
    last_change: float
    sent: float
    answered: float
    received: float


@contextmanager
def opened(url: str) -> Iterator[Page]:
    """The page in a new browser, watched and quiet."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(PAGE_MS)
        page.add_init_script(f"({WATCH})()")
        page.goto(url)
        page.get_by_label("Campaign").first.wait_for()
        wait_until_quiet(page)
        yield page
        browser.close()


def wait_until_quiet(page: Page) -> None:
    """Wait until the run has ended and nothing has changed for a while."""
    Screen(page).settle()
    for _ in range(LONGEST_MS // 100):
        page.wait_for_timeout(100)
        if page.evaluate("performance.now() - window.seen.last") > QUIET_MS:
            return
    raise TimeoutError(f"The page still changes {LONGEST_MS / 1000:.0f} s after the run ended.")


def clicked(page: Page, campaign: str) -> Click:
    """Choose one campaign, and take it away again after the figures of the click are known."""
    box = page.get_by_label("Campaign").first
    box.click()
    box.fill(campaign)
    option = page.get_by_role("option", name=campaign, exact=True).first
    option.wait_for()
    page.wait_for_timeout(300)
    option.evaluate("one => one.addEventListener('click', window.begin, {capture: true})")
    option.click()
    wait_until_quiet(page)
    seen = page.evaluate("window.seen")
    page.keyboard.press("Escape")
    page.get_by_label("Clear all").first.click()
    wait_until_quiet(page)
    times = (seen["first"] or seen["last"], seen["last"], seen["sent"][0])
    times += (seen["received"][0], seen["received"][-1])
    return Click(*((time - seen["began"]) / 1000 for time in times))


def clicks(url: str, campaigns: Sequence[str]) -> list[Click]:
    """Each campaign chosen once; the first one is not counted."""
    with opened(url) as page:
        return [clicked(page, campaign) for campaign in campaigns][1:]


def bare_clicks(folder: Path, times: int) -> list[Click]:
    settings = folder / "settings.toml"
    settings.touch()
    with serve(settings, BARE_PAGE) as served:
        return clicks(served.url, BARE_CAMPAIGNS[: times + 1])


def names_of(snapshot: Snapshot, times: int) -> list[str]:
    """Names of so many campaigns and one, each of one campaign alone."""
    names = read_table(snapshot.folder, "campaigns")["name"]
    return sorted(names.drop_duplicates(keep=False))[: times + 1]


def measured(
    name: str,
    settings: Path,
    snapshot: Snapshot,
    bare: Sequence[Click],
    limits: tuple[float, float],
) -> Iterator[Row]:
    """The rows of the report on one company; limits: ratios of first number and last change."""
    campaigns = names_of(snapshot, len(bare))
    beside = {"beside": "the bare page's whole click"}
    beside_values = [click.last_change for click in bare]
    with serve(settings) as served:
        found = clicks(served.url, campaigns)
        for what, values, limit in (
            ("first new number", [click.first_number for click in found], limits[0]),
            ("last change", [click.last_change for click in found], limits[1]),
        ):
            what = f"{name}: new campaign on “This week”, click to {what}"
            yield Row(what, values, **beside, beside_values=beside_values, ratio_at_most=limit)
        with opened(served.address("meeting")) as page:
            steps = [_step(page) for _ in STEPS[1:]]
        yield Row(
            f"{name}: from a step of the meeting to the next one, click to last change", steps
        )
        worst = f"{name}: the slowest of these steps"
        yield Row(worst, [max(steps)], at_most=0.5)


def _step(page: Page) -> float:
    """Seconds from a click on "Next" to the last change."""
    button = page.locator(".st-key-meeting-next button")
    button.evaluate(
        "one => one.addEventListener('click', window.begin, {capture: true, once: true})"
    )
    button.click()
    wait_until_quiet(page)
    seen = page.evaluate("window.seen")
    return float(seen["last"] - seen["began"]) / 1000
