"""What people see on the screens they have: nothing cut off, nothing beside the page.

The screenshots are kept in tests/screenshots/, to be looked at.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import NewScreen
from tests.pages.served import Served

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
SIZES = {"1920x1080": (1920, 1080), "1366x768": (1366, 768)}

CUT_OFF = """() => {
  const cut = [];
  const watched = '.st-key-cards *, .st-key-goals *, .st-key-signs *, .st-key-stages *, '
    + '[data-testid=stHeading] *, label *';
  for (const element of document.querySelectorAll(watched)) {
    const style = getComputedStyle(element);
    const hides = style.overflowX !== 'visible' || style.textOverflow === 'ellipsis';
    const hidden = element.clientWidth === 0 || element.closest('svg, button, input');
    if (hides && !hidden && element.scrollWidth > element.clientWidth + 1)
      cut.push(`${element.innerText.trim()}: ${element.scrollWidth} > ${element.clientWidth}`);
  }
  return cut;
}"""
"""The texts of cards, goals, labels and titles that are wider than the room they have."""

WIDER_THAN_THE_WINDOW = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return document.documentElement.scrollWidth > innerWidth || main.scrollWidth > main.clientWidth;
}"""

HEIGHTS_OF_CARDS = """() => [...document.querySelectorAll('[class*=st-key-card-]')]
  .map(card => card.getBoundingClientRect())
  .map(box => `${Math.round(box.top)}-${Math.round(box.bottom)}`)"""

CONTRASTS_OF_TEXT_IN_CHARTS = """isHeatMap => {
  const luminance = colour => {
    const [r, g, b] = colour.match(/\\d+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = luminance(getComputedStyle(document.querySelector('[data-testid=stApp]'))
    .backgroundColor);
  const fields = [...document.querySelectorAll('[data-testid=stVegaLiteChart] g.mark-rect path')];
  const marks = [...document.querySelectorAll('[data-testid=stVegaLiteChart] g.mark-text text')];
  return [...document.querySelectorAll('[data-testid=stVegaLiteChart] text')].map(text => {
    const ink = luminance(getComputedStyle(text).fill);
    const field = isHeatMap ? fields[marks.indexOf(text)] : undefined;
    const paper = field ? luminance(getComputedStyle(field).fill) : page;
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
}"""
"""Contrast of each text in a chart with the page, or with the field of a heat map that it stands
on, by WCAG 2.2; 3 is what large text needs."""


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", ["this-week", "campaigns", "funnel"])
def test_nothing_is_cut_off_on_a_screen_of_that_size(
    demo: Served, new_screen: NewScreen, page: str, size: str, scheme: str
) -> None:
    screen = new_screen(SIZES[size], scheme)
    screen.open(demo.address("" if page == "this-week" else page))
    expect(screen.page.locator("[data-testid=stVegaLiteChart] svg")).to_have_count(1)
    picture(screen.page, f"{page}-{size}-{scheme}")
    assert screen.page.evaluate(CUT_OFF) == []
    assert not screen.page.evaluate(WIDER_THAN_THE_WINDOW)
    assert len(set(screen.page.evaluate(HEIGHTS_OF_CARDS))) <= 1, "all cards in one aligned row"
    contrasts = screen.page.evaluate(CONTRASTS_OF_TEXT_IN_CHARTS, page == "funnel")
    assert len(contrasts) > 5 and min(contrasts) > 3
    background = screen.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 24, 38)"}[scheme]


def test_the_numbers_of_a_year_under_many_filters_fit_on_a_small_screen(
    demo: Served, new_screen: NewScreen
) -> None:
    screen = new_screen(SIZES["1366x768"])
    screen.open(
        demo.address(
            period="This year",
            attribution="First touch",
            channel=["Content", "Events", "Paid search", "Paid social", "Partners", "Webinars"],
            campaign="Autumn webinar 2026: A handoff that works",
        )
    )
    picture(screen.page, "this-week-1366x768-long-filters")
    assert screen.page.evaluate(CUT_OFF) == []
    assert not screen.page.evaluate(WIDER_THAN_THE_WINDOW)


def test_the_weekly_page_fits_on_a_shared_screen_without_scrolling(
    demo: Served, new_screen: NewScreen
) -> None:
    """Ten minutes, one screen: cards, trend and campaigns at once on 1920 × 1080."""
    screen = new_screen()
    screen.open(demo.address())
    main = screen.page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollHeight <= e.clientHeight")
    expect(screen.page.get_by_test_id("stDataFrame")).to_be_in_viewport(ratio=1)


def test_nothing_of_the_framework_clutters_the_page(demo: Served, new_screen: NewScreen) -> None:
    screen = new_screen()
    screen.open(demo.address())
    expect(screen.page).to_have_title(re.compile("This week|Alliance"))
    for name in ("Deploy", "Made with Streamlit", "Stop"):
        expect(screen.page.get_by_text(name)).to_have_count(0)
    expect(screen.page.get_by_role("img", name="Logo")).to_be_visible()
    icon = screen.page.locator("link[rel*=icon]").first.get_attribute("href")
    assert icon and icon.startswith((demo.url, "/media", "data:")), "no icon from elsewhere"
