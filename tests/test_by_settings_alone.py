"""Claims on exports of ad platforms and of a CRM, mapped by settings alone: no file is edited."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.compute as pc

from connectors.mapping.mapping import MappedTable
from connectors.settings.file import load_settings
from connectors.snapshots.reading import mapped_parts
from connectors.snapshots.refresh import joined_tables
from kpis.errors import AllianceError

ADS = """
as_of = 2021-12-31
[company]
currency = "USD"
[sources.ads]
kind = "files"
folder = "{folder}"
[[tables.costs]]
source = "ads"
from = "google_ads_campaign_stats_data"
columns = {{ spent_on = "date", amount = "cost_micros", campaign_id = "id" }}
scale = {{ amount = 1e-6 }}
constants = {{ category = "Google" }}
[[tables.costs]]
source = "ads"
from = "linkedin_ad_analytics_by_campaign_data"
columns = {{ spent_on = "day", amount = "cost_in_usd" }}
constants = {{ category = "LinkedIn", currency = "USD" }}
[[tables.costs]]
source = "ads"
from = "microsoft_ads_campaign_performance_daily_report_data"
columns = {{ spent_on = "date", amount = "spend", currency = "currency_code" }}
constants = {{ category = "Microsoft" }}
"""

SALESFORCE = """
as_of = 2019-12-31
[company]
currency = "USD"
[sources.crm]
kind = "files"
folder = "{folder}"
[tables.deals]
source = "crm"
query = '''
SELECT id AS deal_id, created_date AS created_at, close_date AS closed_at, amount,
  CASE WHEN is_won = 'true' THEN 'won' WHEN is_closed = 'true' THEN 'lost' ELSE 'open' END AS status
FROM sf_opportunity_data
'''
"""


def tables(folder: Path, text: str, data: Path) -> dict[str, MappedTable]:
    """Every table of the one source that the settings name, as it would be loaded."""
    (folder / "settings.toml").write_text(text.format(folder=data))
    settings = load_settings(folder / "settings.toml")
    (source,) = settings.sources
    day = settings.report_day(datetime(2026, 1, 1, tzinfo=UTC))
    parts = {}
    for name, found in mapped_parts(settings, source, day):
        assert not isinstance(found, AllianceError), found
        parts[name] = found
    return joined_tables(settings, parts, day)


def test_three_ad_platforms_are_three_parts_of_the_costs(real_data: Path, tmp_path: Path) -> None:
    """Google 231.33, which it counts in millionths, LinkedIn 530.62, Microsoft 946.34.

    Nine rows of LinkedIn have no cost in dollars, and are rejected: 16 + 20 + 2,630 − 9 = 2,657.
    """
    costs = tables(tmp_path, ADS, real_data / "ads")["costs"]
    spent = {
        platform: round(
            pc.sum(costs.frame.filter(pc.field("category") == platform)["amount"]).as_py(), 6
        )
        for platform in ("Google", "LinkedIn", "Microsoft")
    }
    assert spent == {"Google": 231.33, "LinkedIn": 530.62, "Microsoft": 946.34}
    assert (costs.rows_read, costs.frame.num_rows) == (16 + 20 + 2630, 2657)
    assert set(costs.rejects["reason"]) == {"is required, but blank"} and len(costs.rejects) == 9


def test_salesforces_two_flags_are_one_status_by_a_query(real_data: Path, tmp_path: Path) -> None:
    """Ten opportunities, nine closed, five of them won; four have amounts."""
    deals = tables(tmp_path, SALESFORCE, real_data / "salesforce")["deals"]
    status = deals.frame["status"].to_pylist()
    assert (len(status), len(deals.rejects)) == (10, 0)
    assert [status.count(value) for value in ("won", "lost", "open")] == [5, 4, 1]
    assert deals.frame["amount"].null_count == 6
    assert deals.frame["closed_at"][0].as_py().date() == date(2018, 12, 19)
