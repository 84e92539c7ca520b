"""What advertising cost, from the ad platforms' own exports, through Google Sheets.

A platform keeps a row for every change of a campaign. Joined to the costs, the ten rows of
Google's one campaign would turn 231.33 into 2,313.30.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.maven import alliance, sheets_key, sheets_source
from tests.sheets_server import SheetsServer, cells_from_csv

ALL_DAYS = ("--from", "2018-01-01", "--to", "2021-12-31")


@dataclass(frozen=True)
class Platform:
    """One platform's export: which files, and how the costs' columns are called.

    history: rows of the campaign history, and how many campaigns these are.
    """

    costs: str
    campaigns: str
    columns: str
    total: float
    history: tuple[int, int]


PLATFORMS = {
    "google": Platform(
        "google_ads_campaign_stats_data",
        "google_ads_campaign_history_data",
        '{ spent_on = "date", amount = "cost", campaign_id = "id" }',
        231.33,
        (10, 1),
    ),
    "linkedin": Platform(
        "linkedin_ad_analytics_by_campaign_data",
        "linkedin_ad_campaign_history_data",
        '{ spent_on = "day", amount = "cost_in_usd" }',
        530.62,
        (100, 12),
    ),
    "microsoft": Platform(
        "microsoft_ads_campaign_performance_daily_report_data",
        "microsoft_ads_campaign_history_data",
        '{ spent_on = "date", amount = "spend", currency = "currency_code" }',
        946.34,
        (10, 3),
    ),
}

_SETTINGS = """
as_of = 2021-12-31
[company]
currency = "USD"
[sources.ads]
{source}
[tables.costs]
source = "ads"
from = "Costs"
columns = {columns}
[tables.campaigns]
source = "ads"
from = "Campaigns"
columns = {{ campaign_id = "id"{channel} }}
"""


@dataclass(frozen=True)
class Ads:
    """The spreadsheets of every platform, and the settings that read one of them."""

    server: SheetsServer
    data: Path

    def settings(self, name: str, folder: Path) -> Path:
        platform = PLATFORMS[name]
        costs, campaigns = self._cells(platform.costs, folder), self._cells(platform.campaigns)
        self.server.add(name, {"Costs": costs, "Campaigns": campaigns})
        return self._written(name, folder, platform.columns)

    def all_settings(self, folder: Path) -> Path:
        """One spreadsheet of all platforms, prepared as a person would: one below the other."""
        costs, campaigns = [], []
        for name, platform in PLATFORMS.items():
            renamed = {"day": "date", "cost_in_usd": "cost", "spend": "cost", "campaign_id": "id"}
            spent = self._prepared(platform.costs).drop(columns="id", errors="ignore")
            if name == "google":
                spent = self._prepared(platform.costs)
            costs.append(spent.rename(columns=renamed)[["date", "cost", "id"]])
            history = self._prepared(platform.campaigns)[["id", "name"]]
            campaigns.append(history.assign(channel=name))
        held = {}
        for title, frames in {"Costs": costs, "Campaigns": campaigns}.items():
            pd.concat(frames).to_csv(folder / f"{title}.csv", index=False)
            held[title] = cells_from_csv(folder / f"{title}.csv", dates=("date",))
        self.server.add("all", held)
        columns = '{ spent_on = "date", amount = "cost", campaign_id = "id" }'
        return self._written("all", folder, columns, ', channel = "channel"')

    def _written(self, spreadsheet: str, folder: Path, columns: str, channel: str = "") -> Path:
        source = sheets_source(self.server, "ADS_KEY", spreadsheet)
        path = folder / "settings.toml"
        path.write_text(_SETTINGS.format(source=source, columns=columns, channel=channel), "utf-8")
        return path

    def _prepared(self, name: str) -> pd.DataFrame:
        frame = pd.read_csv(self.data / f"{name}.csv", dtype=str, keep_default_na=False)
        if "cost_micros" in frame:
            # A mapping renames and does not calculate, so the sheet holds a column of its own.
            frame["cost"] = (frame["cost_micros"].astype(int) / 1e6).astype(str)
        return frame

    def _cells(self, name: str, folder: Path | None = None) -> list[list[Any]]:
        if folder is None:
            return cells_from_csv(self.data / f"{name}.csv")
        self._prepared(name).to_csv(folder / f"{name}.csv", index=False)
        return cells_from_csv(folder / f"{name}.csv", dates=("date", "day"))


@pytest.fixture
def ads(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ads]:
    with SheetsServer() as server:
        monkeypatch.setenv("ADS_KEY", sheets_key(server))
        yield Ads(server, real_data / "ads")


def report(settings: Path, *options: str) -> list[dict[str, Any]]:
    result = alliance("report", "--settings", settings, *ALL_DAYS, *options, "--json")
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return rows


def marketing_cost(row: dict[str, Any]) -> float:
    return round(row["measures"]["marketing_cost"], 6)


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platforms_costs_are_those_published(ads: Ads, name: str, tmp_path: Path) -> None:
    settings = ads.settings(name, tmp_path)
    (row,) = report(settings)
    assert marketing_cost(row) == PLATFORMS[name].total
    by_campaign = report(settings, "--by", "campaign")
    assert round(sum(marketing_cost(row) for row in by_campaign), 6) == PLATFORMS[name].total
    assert row["measures"]["sales_cost"] == 0.0
    assert row["measures"]["leads"] is None
    assert row["reasons"]["cac"] == "no deals are mapped"


@pytest.mark.parametrize("name", PLATFORMS)
def test_repeated_history_rows_of_a_campaign_are_rejected_and_named(
    ads: Ads, name: str, tmp_path: Path
) -> None:
    """Google: ten rows, the first is loaded, nine say which row came first."""
    read, campaigns = PLATFORMS[name].history
    settings, file = ads.settings(name, tmp_path), tmp_path / "rejects.csv"
    result = alliance("check", "-v", "--settings", settings, "--rejects", file)
    assert result.exit_code == 0, result.stderr
    assert f"{read} rows read = {campaigns} loaded + {read - campaigns} rejected" in result.stdout
    with file.open(encoding="utf-8-sig", newline="") as rejects:
        named = [row for row in csv.DictReader(rejects) if row["table"] == "campaigns"]
    assert len(named) == read - campaigns
    if name == "google":
        assert [record["row"] for record in named] == [str(line) for line in range(3, 12)]
        assert {record["key"] for record in named} == {"9935249409"}
        assert {record["reason"] for record in named} == {"is already in row 2"}
        assert "9 × campaign_id is already in an earlier row" in result.stdout


def test_googles_one_campaign_carries_its_whole_cost_by_its_exact_id(
    ads: Ads, tmp_path: Path
) -> None:
    """The id is a number in the sheet, and stays ``9935249409`` rather than ``9935249409.0``."""
    (row,) = report(ads.settings("google", tmp_path), "--by", "campaign")
    assert row["group"] == {"campaign": "9935249409"}
    assert marketing_cost(row) == 231.33


def test_the_platforms_together_are_their_sum_by_channel(ads: Ads, tmp_path: Path) -> None:
    """231.33 + 530.62 + 946.34 = 1,708.29, of 120 history rows of 16 campaigns."""
    settings = ads.all_settings(tmp_path)
    (row,) = report(settings)
    assert marketing_cost(row) == 1708.29
    by_channel = report(settings, "--by", "channel")
    assert {row["group"]["channel"]: marketing_cost(row) for row in by_channel} == {
        name: platform.total for name, platform in PLATFORMS.items()
    }
