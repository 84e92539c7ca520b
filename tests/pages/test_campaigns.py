"""The ranking of campaigns: by any KPI, best first, what is undefined last."""

import math

import pandas as pd
import pytest
from playwright.sync_api import expect

from connectors.snapshots.engine import open_facts
from kpis.catalogue import CATALOGUE
from kpis.display import shown
from kpis.scorecard.scorecard import scorecard
from kpis.scorecard.sensitivity import ranges, sensitivity
from tests.pages.served import Screen, Served
from tests.small_data import days

pytestmark = pytest.mark.browser

NOVEMBER = days("2026-11-01", "2026-11-30")
BARS = 20


def values_by_name(served: Served, kpi: str) -> dict[str, float]:
    """Campaign name → value in November as the scorecard has it; NaN where undefined."""
    folder = served.snapshot.folder
    frame = scorecard(open_facts(folder), [NOVEMBER], by="campaign")
    names = pd.read_parquet(folder / "campaigns.parquet").set_index("campaign_id")["name"]
    known_as = frame["group"].map(names).fillna("No campaign")
    return dict(zip(known_as, frame[kpi], strict=True))


@pytest.mark.parametrize("key", ["cac", "win_rate"])
def test_campaigns_rank_best_first_and_undefined_last(
    demo: Served, screen: Screen, key: str
) -> None:
    """The lowest CAC is the best, the highest win rate; campaigns that won nobody in November
    have no CAC and come last.
    """
    kpi = CATALOGUE[key]
    values = values_by_name(demo, key)
    sign = 1 if kpi.better == "down" else -1
    best = sorted(
        (name for name in values if not math.isnan(values[name])),
        key=lambda name: (sign * values[name], name),
    )
    undefined = sorted(name for name in values if math.isnan(values[name]))
    assert len(best) > 5 and undefined, "order needs values, and undefined ones beside them"

    screen.open(demo.address("campaigns"))
    screen.pick("Rank by", kpi.label)
    expect(screen.column("Campaign")).to_have_text([*best, *undefined])
    bars = screen.page.get_by_test_id("stVegaLiteChart").locator("g.mark-text.role-mark text")
    expect(bars).to_have_text([shown(kpi, values[name], "EUR") for name in best[:BARS]])


def test_a_line_over_each_bar_and_a_sentence_say_how_much_depends_on_the_model(
    demo: Served, screen: Screen
) -> None:
    """The widest range of the campaigns drawn is told in words; each that has one has a line, and
    each line two ends, once in the colour of the page and once in that of text."""
    folder = demo.snapshot.folder
    found = ranges(sensitivity(open_facts(folder), [NOVEMBER], "campaign"), "marketing_roi")
    found = found.sort_values("agreed", ascending=False).dropna(subset=["agreed"]).head(BARS)
    widest = found.loc[found["spread"].idxmax()]
    kpi = CATALOGUE["marketing_roi"]
    low, high = (shown(kpi, float(widest[end]), "EUR") for end in ("low", "high"))
    assert low != high, "the demo has campaigns that share their leads with others"

    screen.open(demo.address("campaigns", rank=kpi.label))
    main = screen.page.get_by_test_id("stMain")
    expect(main).to_contain_text(f"is between {low} and {high}, by attribution model")
    chart = screen.page.get_by_test_id("stVegaLiteChart")
    with_range = int((found["spread"] > 0).sum())
    expect(chart.locator("g.mark-rule.role-mark line")).to_have_count(2 * with_range)


def test_a_link_keeps_the_kpi_that_campaigns_are_ranked_by(demo: Served, screen: Screen) -> None:
    screen.open(demo.address("campaigns", rank="Sales cycle length"))
    expect(screen.combobox("Rank by")).to_have_value("Sales cycle length")
    expect(screen.page.get_by_test_id("stMain")).to_contain_text("Campaigns by Sales cycle length")


def test_without_any_campaign_the_page_says_what_to_do(demo: Served, screen: Screen) -> None:
    screen.open(demo.address("campaigns", period="Other days", days=["2024-01-01", "2024-01-07"]))
    expect(screen.page.get_by_role("status")).to_contain_text("No campaign has a lead")
    expect(screen.page.get_by_test_id("stDataFrame")).to_have_count(0)
