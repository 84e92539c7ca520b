"""Filters change the numbers and the address, and the address alone brings the numbers back."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from connectors.snapshots.newest_sound import current_snapshot
from kpis.calendar import Period, named_periods
from kpis.catalogue import SEVEN
from tests.pages.conftest import NewScreen
from tests.pages.served import PAGE_MS, Screen, Served
from tests.pages.small_company import company_of, leads, write_csv
from tests.pages.test_new_snapshot import WATCHED_WITHIN_MS
from tests.small_data import days

pytestmark = pytest.mark.browser

MAVEN = """
as_of = 2017-12-31
[company]
currency = "USD"
[dimensions]
region = "Region"
[sources.crm]
kind = "database"
url = "sqlite:///maven.sqlite"
[tables.leads]
source = "crm"
query = '''
  select opportunity_id as lead_id, engage_date as created_at, sales_agent as owner,
         regional_office as region
  from pipeline join teams using (sales_agent)'''
[tables.deals]
source = "crm"
query = "select *, opportunity_id as lead_id from pipeline"
columns = { deal_id = "opportunity_id", status = "deal_stage", amount = "close_value", \
owner = "sales_agent", closed_at = "close_date" }
values.status = { won = "Won", lost = "Lost", open = "*" }
"""


@pytest.fixture(scope="module")
def maven_folder(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that nobody here made, as a database without costs, campaigns and stages."""
    folder = tmp_path_factory.mktemp("maven")
    with sqlite3.connect(folder / "maven.sqlite") as crm:
        for table, file in {"pipeline": "sales_pipeline", "teams": "sales_teams"}.items():
            pd.read_csv(real_data / "crm_maven" / f"{file}.csv").to_sql(table, crm, index=False)
    crm.close()
    return folder


@pytest.fixture
def maven(dashboard: Served, maven_folder: Path) -> Served:
    served = dashboard.show(maven_folder, MAVEN)
    if current_snapshot(served.settings) is None:
        served.refresh()
    return served


def period_named(name: str, served: Served) -> Period:
    manifest = served.snapshot.manifest
    return named_periods(manifest.as_of, manifest.company)[name]


def test_real_data_by_quarter_and_region_is_the_same_behind_a_copied_link(
    maven: Served, screen: Screen, new_screen: NewScreen
) -> None:
    """Quarter, then region, then the address in a new tab: three times the scorecard."""
    screen.open(maven.address())
    before = maven.cards(period_named("this month", maven))
    screen.expect_cards(before)

    screen.pick("Period", "Last quarter")
    expect(screen.page).to_have_url(re.compile(r"\?period=Last\+quarter$"))
    expect(screen.title()).to_have_text("Q3 2017")
    quarter = period_named("last quarter", maven)
    screen.expect_cards(maven.cards(quarter))

    screen.pick("Region", "West")
    expect(screen.page).to_have_url(re.compile(r"\?period=Last\+quarter&region=West$"))
    west = maven.cards(quarter, region=["West"])
    assert west["clv"] != maven.cards(quarter)["clv"]
    screen.expect_cards(west)

    other = new_screen().open(screen.page.url)
    expect(other.title()).to_have_text("Q3 2017")
    other.expect_cards(west)
    expect(other.page.get_by_role("button", name="Remove West")).to_be_visible()


def test_what_real_data_lacks_is_undefined_with_its_reason_on_the_card(
    maven: Served, screen: Screen
) -> None:
    screen.open(maven.address(period="This quarter"))
    expect(screen.title()).to_have_text("Q4 2017")
    for kpi, reason in {
        "mqls": "No MQL date is mapped (leads.mql_at or lead_stages)",
        "sqls": "No SQL date is mapped (leads.sql_at or lead_stages)",
        "cac": "No costs are mapped",
        "marketing_roi": "No costs are mapped",
    }.items():
        expect(screen.value(kpi)).to_have_text("—")
        expect(screen.card(kpi)).to_contain_text(reason)
    expect(screen.value("sales_cycle_days")).to_have_text(re.compile(r"^\d\d\.\d days$"))


def test_a_campaign_is_the_same_behind_a_copied_link(
    demo: Served, screen: Screen, new_screen: NewScreen
) -> None:
    everybody = demo.cards(period_named("this month", demo))
    screen.open(demo.address())
    screen.expect_cards(everybody)

    screen.pick("Campaign", "LinkedIn: Retargeting")
    expect(screen.page).to_have_url(re.compile("campaign=LinkedIn"))
    ids = campaign_ids(demo, "LinkedIn: Retargeting")
    alone = demo.cards(period_named("this month", demo), campaign=ids)
    assert alone["mqls"] != everybody["mqls"]
    screen.expect_cards(alone)

    screen.pick("Campaign", "Weekly product demo")
    both = demo.cards(
        period_named("this month", demo),
        campaign=[*ids, *campaign_ids(demo, "Weekly product demo")],
    )
    screen.expect_cards(both)
    new_screen().open(screen.page.url).expect_cards(both)


def campaign_ids(served: Served, name: str) -> list[str]:
    table = pd.read_parquet(served.snapshot.folder / "campaigns.parquet")
    return table.loc[table["name"] == name, "campaign_id"].to_list()


def test_the_filters_stay_when_another_page_is_opened(demo: Served, screen: Screen) -> None:
    screen.open(demo.address(channel="Events", period="Last quarter"))
    screen.page.get_by_role("link", name="Campaigns").click()
    expect(screen.title()).to_have_text("Q3 2026")
    expect(screen.combobox("Rank by")).to_be_visible(timeout=PAGE_MS)
    expect(screen.page.get_by_role("button", name="Remove Events")).to_be_visible()
    expect(screen.column("Channel").first).to_have_text("Events")
    assert set(screen.column("Channel").all_text_contents()) == {"Events"}
    screen.page.get_by_role("link", name="This week").click()
    screen.expect_cards(demo.cards(period_named("last quarter", demo), channel=["Events"]))


def test_the_attribution_model_changes_the_numbers_of_a_campaign(
    demo: Served, screen: Screen
) -> None:
    ids = campaign_ids(demo, "Weekly product demo")
    month = period_named("this month", demo)
    linear = demo.cards(month, campaign=ids)
    first = demo.cards(month, "first_touch", campaign=ids)
    assert linear["sqls"] != first["sqls"]
    screen.open(demo.address(campaign="Weekly product demo"))
    screen.expect_cards(linear)
    screen.pick("Attribution", "First touch")
    expect(screen.page).to_have_url(re.compile(r"attribution=First\+touch"))
    screen.expect_cards(first)


def test_what_a_link_names_beside_filters_and_does_not_exist_is_ignored(
    demo: Served, screen: Screen
) -> None:
    screen.open(
        demo.address(
            period="zzz",
            attribution="best",
            kpi="luck",
            days=["2026-13-45", "soon"],
            nonsense="1",
        )
    )
    expect(screen.title()).to_have_text("November 2026")
    screen.expect_cards(demo.cards(period_named("this month", demo)))
    expect(screen.page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)


def test_a_campaign_that_is_unknown_is_no_campaign_and_not_all(
    demo: Served, screen: Screen
) -> None:
    """Were it ignored, the address of one campaign would show the numbers of all."""
    month, name = period_named("this month", demo), "<script>alert(1)</script> **Nope**"
    nothing = demo.cards(month, campaign=[name])
    assert nothing["mqls"] == ("0", nothing["mqls"][1]) != demo.cards(month)["mqls"]
    screen.open(demo.address(campaign=name))
    screen.expect_cards(nothing)
    line = screen.page.get_by_role("alert").filter(has_text="No data for campaign")
    expect(line).to_contain_text(f"No data for campaign '{name}': unknown in the data of 20 Nov")
    screen.page.get_by_role("button", name="Clear", exact=True).click()
    screen.expect_cards(demo.cards(month))
    expect(line).to_have_count(0)
    expect(screen.page).not_to_have_url(re.compile("campaign"))


def test_a_link_keeps_the_known_value_beside_an_unknown_one(demo: Served, screen: Screen) -> None:
    screen.open(demo.address(channel=["Television", "Events"]))
    screen.expect_cards(demo.cards(period_named("this month", demo), channel=["Events"]))
    expect(screen.page.get_by_text("No data for channel 'Television'")).to_be_visible()
    screen.page.get_by_role("button", name="Clear", exact=True).click()
    expect(screen.page.get_by_text("No data for channel 'Television'")).to_have_count(0)
    screen.expect_cards(demo.cards(period_named("this month", demo), channel=["Events"]))


def test_a_campaign_that_is_gone_from_the_data_stays_selected_and_says_so(
    company: Callable[[str], Served], screen: Screen, tmp_path: Path
) -> None:
    """7 MQLs of the fair, 2 of the webinar. Then the fair leaves the sources: not 2, but 0."""
    text = company_of(tmp_path, 7)
    write_csv(tmp_path, leads=[*leads(7), *leads(2, "Webinar")])
    served = company(text)
    served.refresh()
    screen.open(served.address(campaign="Spring fair"))
    expect(screen.value("mqls")).to_have_text("7")
    write_csv(
        tmp_path,
        leads=leads(2, "Webinar"),
        campaigns=[{"campaign_id": "Webinar", "name": "Webinar", "channel": "Web"}],
        deals=[
            {
                "deal_id": "d1",
                "lead_id": "Webinar-0",
                "status": "won",
                "closed_at": "2026-11-12",
                "amount": 1000,
            }
        ],
        costs=[{"spent_on": "2026-11-03", "amount": 400, "campaign_id": "Webinar"}],
    )
    served.refresh()
    expect(screen.page.get_by_text("No data for campaign")).to_be_visible(timeout=WATCHED_WITHIN_MS)
    expect(screen.value("mqls")).to_have_text("0")
    screen.open(served.address(campaign="Spring fair"))
    expect(screen.page.get_by_text("No data for campaign 'Spring fair'")).to_be_visible()
    expect(screen.value("mqls")).to_have_text("0")


@pytest.mark.parametrize("page", ["campaigns", "funnel", "health", "sources", "meeting"])
def test_every_page_has_nothing_to_show_of_an_unknown_campaign(
    demo: Served, screen: Screen, page: str
) -> None:
    screen.open(demo.address(page, campaign="Nope"))
    expect(screen.page.get_by_text("No data for campaign 'Nope'")).to_be_visible()


@pytest.mark.parametrize("step", ["Wins", "Goals", "Changes", "Signs", "In depth"])
def test_every_step_of_the_meeting_has_nothing_to_show_of_an_unknown_campaign(
    demo: Served, screen: Screen, step: str
) -> None:
    screen.open(demo.address("meeting", campaign="Nope", step=step))
    expect(screen.page.get_by_text("No data for campaign 'Nope'")).to_be_visible()


def test_other_days_come_through_the_address_in_any_order(demo: Served, screen: Screen) -> None:
    for asked, title, first, last in (
        (["2026-10-05", "2026-10-09"], "5–9 Oct 2026", "2026-10-05", "2026-10-09"),
        (["2026-10-12", "2026-10-06"], "6–12 Oct 2026", "2026-10-06", "2026-10-12"),
        (["2026-10-13"], "13 Oct 2026", "2026-10-13", "2026-10-13"),
    ):
        screen.open(demo.address(period="Other days", days=asked))
        expect(screen.title()).to_have_text(title)
        screen.expect_cards(demo.cards(days(first, last)))


def test_malformed_days_in_an_address_give_the_month_so_far(demo: Served, screen: Screen) -> None:
    so_far = demo.cards(days("2026-11-01", "2026-11-20"))
    for asked in (["yesterday", "2026-13-45"], ["0001-01-01", "9999-12-31"]):
        screen.open(demo.address(period="Other days", days=asked))
        expect(screen.title()).to_have_text("1–20 Nov 2026")
        screen.expect_cards(so_far)


def test_two_people_at_once_see_their_own_numbers(demo: Served, new_screen: NewScreen) -> None:
    """Each changes a filter while the other's page is drawn; neither takes over the other's."""
    one, other = new_screen(), new_screen()
    month, quarter = period_named("this month", demo), period_named("last quarter", demo)
    one.page.goto(demo.address(region="North America"), wait_until="commit")
    other.page.goto(demo.address(region="DACH", period="Last quarter"), wait_until="commit")
    one.expect_cards(demo.cards(month, region=["North America"]))
    other.expect_cards(demo.cards(quarter, region=["DACH"]))
    one.pick("Channel", "Paid search")
    other.pick("Channel", "Events")
    one.expect_cards(demo.cards(month, region=["North America"], channel=["Paid search"]))
    other.expect_cards(demo.cards(quarter, region=["DACH"], channel=["Events"]))


def test_the_seven_are_read_before_the_reader_is_asked(demo: Served) -> None:
    """The expectations above come from the scorecard, so they must not be empty themselves."""
    cards = demo.cards(period_named("this month", demo))
    assert list(cards) == [kpi.key for kpi in SEVEN]
    assert all(value not in ("", "—") for value, _ in cards.values())
