"""Campaign names are users' text: shown as they are, whatever they look like to a program."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import NewScreen
from tests.pages.served import Screen, Served
from tests.pages.small_company import leads, settings_of

pytestmark = pytest.mark.browser

NAMES = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "formula": "=1+1",
    "bold": "**bold** _sale_ :red[x] `c` $a$",
    "link": "[a](https://example.com)",
    "icon": ":material/home: :smile: # 1. one",
    "rtl": "حملة الربيع",
    "emoji": "🚀 Launch 👩‍🚀",
    "query": "50% & more? a=b#c + d/e",
    "long": "A name that somebody wrote as a sentence because nobody ever said how long " * 3,
}
SHARED = "Two of a name"


@pytest.fixture
def odd_names(company: Callable[[str], Served], tmp_path: Path) -> Served:
    """A campaign per name, with one MQL each, two where two campaigns share their name."""
    names = NAMES | {"twin-1": SHARED, "twin-2": SHARED}
    campaigns = [
        {"campaign_id": key, "name": name.strip(), "channel": name.strip()}
        for key, name in names.items()
    ]
    rows = [row for key in names for row in leads(2 if key == "twin-2" else 1, campaign_id=key)]
    served = company(settings_of(tmp_path, leads=rows, campaigns=campaigns))
    served.refresh()
    return served


def test_names_are_shown_as_text_in_lists_tables_charts_and_filters(
    odd_names: Served, screen: Screen
) -> None:
    """Were a name HTML, it would open a dialog; were it Markdown, its marks would be gone."""
    screen.open(odd_names.address("campaigns"))
    texts = [name.strip() for name in NAMES.values()]
    twin = f"{SHARED} (twin-1)"
    expect(screen.column("Campaign")).to_have_text([f"{SHARED} (twin-2)", *sorted([*texts, twin])])
    channels = screen.column("Channel").all_text_contents()
    assert sorted(channels) == sorted([*texts, SHARED, SHARED])
    chart = screen.page.get_by_test_id("stVegaLiteChart")
    for text in texts:
        if text != NAMES["long"].strip():
            expect(chart.get_by_text(text, exact=True)).not_to_have_count(0)
    for name in (NAMES["script"], NAMES["bold"], NAMES["icon"], NAMES["emoji"]):
        assert screen.offered("Campaign", name) == [name]


def test_a_link_brings_any_name_back(
    odd_names: Served, screen: Screen, new_screen: NewScreen
) -> None:
    """Each campaign has one MQL, the second of the twins two."""
    screen.open(odd_names.address(channel=NAMES["script"]))
    expect(screen.value("mqls")).to_have_text("1")
    screen.pick("Campaign", NAMES["script"])
    expect(screen.page).to_have_url(re.compile("campaign="))

    other = new_screen().open(screen.page.url)
    expect(other.value("mqls")).to_have_text("1")
    names = [name.strip() for name in NAMES.values()]
    other.open(odd_names.address(campaign=[*names, f"{SHARED} (twin-2)"]))
    expect(other.value("mqls")).to_have_text(str(len(names) + 2))
    for name in names:
        expect(other.page.get_by_role("button", name=f"Remove {name}", exact=True)).to_be_visible()
