"""One company, four kinds of source, one set of numbers: the Maven CRM data end to end.

The expected numbers are those of the data's README, counted by others than Alliance.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.settings.file import load_settings
from connectors.snapshots.engine import open_facts
from connectors.snapshots.newest_sound import current_snapshot
from kpis.calendar import Period
from kpis.scorecard.scorecard import scorecard
from tests.maven import (
    PERIOD,
    alliance,
    in_csv,
    in_postgres,
    in_sheets,
    report_text,
    sheets_key,
)
from tests.postgres_server import Postgres
from tests.sheets_server import SheetsServer

SOURCES = ("postgres", "csv", "us_dates", "sheets")
QUARTERS = {
    "2017-Q1": (date(2017, 1, 1), date(2017, 3, 31), 1_134_672.0),
    "2017-Q2": (date(2017, 4, 1), date(2017, 6, 30), 3_086_111.0),
    "2017-Q3": (date(2017, 7, 1), date(2017, 9, 30), 2_982_255.0),
    "2017-Q4": (date(2017, 10, 1), date(2017, 12, 31), 2_802_496.0),
}
WHOLE = Period(date(2016, 10, 1), date(2017, 12, 31))


@dataclass(frozen=True)
class Maven:
    """The settings file for each kind of source."""

    settings: dict[str, Path]

    def report(self, source: str, *options: str) -> dict[str, Any]:
        return json.loads(report_text(self.settings[source], *options))


@pytest.fixture(scope="module")
def maven(
    real_data: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Maven]:
    folders = {source: tmp_path_factory.mktemp(f"maven-{source}") for source in SOURCES}
    with SheetsServer() as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("MAVEN_URL", postgres.reader("maven"))
        environment.setenv("MAVEN_KEY", sheets_key(server))
        yield Maven(
            {
                "postgres": in_postgres(postgres, real_data, folders["postgres"]),
                "csv": in_csv(real_data, folders["csv"]),
                "us_dates": in_csv(real_data, folders["us_dates"], us_dates=True),
                "sheets": in_sheets(server, real_data, folders["sheets"]),
            }
        )


@pytest.mark.parametrize("source", SOURCES)
def test_the_command_line_gives_the_published_numbers_from_every_source(
    maven: Maven, source: str
) -> None:
    """4,238 of 8,300 leads with a date became customers: 4,238 ÷ 8,300 = 0.5106024096.

    With the 500 leads that have no engage date it would be 4,238 ÷ 8,800 = 0.4816. Revenue per
    customer is 10,005,534 ÷ 4,238 = 2,360.91, and nothing is known of costs, MQLs and SQLs.
    """
    settings = maven.settings[source]
    done = alliance("report", "--settings", settings, *PERIOD, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert {key: value for key, value in answer.items() if key != "rows"} == {
        "as_of": "2017-12-31",
        "from": "2016-10-01",
        "to": "2017-12-31",
        "currency": "USD",
        "attribution": "linear",
        "rejected": {"leads": 500},
    }
    (row,) = answer["rows"]
    kpis, measures = row["kpis"], row["measures"]
    assert row["group"] == {}
    assert measures["new_customers"] == 4238.0
    assert measures["revenue"] == 10_005_534.0
    assert round(kpis["sales_cycle_days"], 2) == 51.78
    assert measures["median_cycle_days"] == 57.0
    assert measures["leads"] == 8300.0 and measures["converted_leads"] == 4238.0
    assert kpis["lead_conversion_rate"] == pytest.approx(4238 / 8300)
    assert kpis["clv"] == pytest.approx(10_005_534 / 4238)
    undefined = {key for key, value in kpis.items() if value is None}
    assert undefined == {"mqls", "sqls", "cac", "marketing_roi"} == set(row["reasons"])
    assert measures["marketing_cost"] is None and measures["sales_cost"] is None


@pytest.mark.parametrize(
    "options",
    [(), ("--by", "region"), ("--by", "week"), ("--by", "month"), ("--where", "region=West")],
    ids=" ".join,
)
def test_every_source_gives_the_same_report_byte_for_byte(
    maven: Maven, options: tuple[str, ...]
) -> None:
    texts = {source: report_text(maven.settings[source], *options) for source in SOURCES}
    assert set(texts.values()) == {texts["postgres"]}


def test_the_parts_of_each_grouping_are_those_that_were_asked_for(maven: Maven) -> None:
    """15 months; 2016-10-01 is a Saturday and 2017-12-31 a Sunday: 2 days and 65 weeks."""
    months = maven.report("postgres", "--by", "month")["rows"]
    weeks = maven.report("postgres", "--by", "week")["rows"]
    assert len(months) == 15 and len(weeks) == 66
    assert weeks[0]["group"] == {"week": "2016-09-26"}
    for rows in (months, weeks):
        assert sum(row["measures"]["revenue"] for row in rows) == 10_005_534.0
        assert sum(row["measures"]["new_customers"] for row in rows) == 4238.0


@pytest.mark.parametrize("quarter", QUARTERS)
def test_revenue_by_close_quarter_is_the_published_one(maven: Maven, quarter: str) -> None:
    start, end, revenue = QUARTERS[quarter]
    settings = maven.settings["postgres"]
    days = ("--from", start.isoformat(), "--to", end.isoformat())
    result = alliance("report", "--settings", settings, *days, "--json")
    assert json.loads(result.stdout)["rows"][0]["measures"]["revenue"] == revenue


def test_revenue_by_region_is_the_published_one(maven: Maven) -> None:
    """Central 3,346,293 + East 3,090,594 + West 3,568,647 = 10,005,534."""
    rows = maven.report("postgres", "--by", "region")["rows"]
    revenue = {row["group"]["region"]: row["measures"]["revenue"] for row in rows}
    assert revenue == {"Central": 3_346_293.0, "East": 3_090_594.0, "West": 3_568_647.0}
    west = maven.report("postgres", "--where", "region=West")["rows"][0]["measures"]
    assert west == next(row["measures"] for row in rows if row["group"] == {"region": "West"})


def test_the_win_rate_is_of_closed_deals(maven: Maven) -> None:
    """4,238 ÷ (4,238 + 2,473) = 63.15 %; of all 8,800 opportunities it would be 48.2 %."""
    snapshot = snapshot_of(maven, "postgres")
    (row,) = scorecard(open_facts(snapshot), [WHOLE]).to_dict("records")
    assert round(row["win_rate"] * 100, 2) == 63.15


@pytest.mark.parametrize("source", SOURCES)
def test_check_names_the_500_leads_without_a_date(
    maven: Maven, source: str, real_data: Path, tmp_path: Path
) -> None:
    """Row numbers are those a person sees: a file's first opportunity stands in row 2."""
    undated = undated_opportunities(real_data)
    assert len(undated) == 500
    file = tmp_path / "rejects.csv"
    result = alliance("check", "-v", "--settings", maven.settings[source], "--rejects", file)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "8,800 rows read = 8,300 loaded + 500 rejected" in result.stdout
    assert "8,800 rows read = 8,800 loaded + 0 rejected" in result.stdout
    assert "500 × created_at is required, but blank" in result.stdout
    with file.open(encoding="utf-8-sig", newline="") as rejects:
        named = list(csv.DictReader(rejects))
    assert {(r["table"], r["column"], r["reason"]) for r in named} == {
        ("leads", "created_at", "is required, but blank")
    }
    if source == "postgres":
        # The query sorts by id, in the database's own collation; its first row is 1.
        assert {r["key"] for r in named} == set(undated)
        assert len({r["row"] for r in named}) == 500
    else:
        assert {r["key"]: int(r["row"]) for r in named} == undated


def undated_opportunities(real_data: Path) -> dict[str, int]:
    """Opportunity → line of the file, of those without an engage date."""
    path = real_data / "crm_maven" / "sales_pipeline.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = enumerate(csv.DictReader(file), start=2)
        return {row["opportunity_id"]: line for line, row in rows if not row["engage_date"]}


@pytest.mark.parametrize("source", SOURCES)
def test_the_snapshot_accounts_for_every_row(maven: Maven, source: str) -> None:
    report_text(maven.settings[source])
    settings = load_settings(maven.settings[source])
    found = current_snapshot(settings)
    assert found is not None
    counts = {
        name: (table.read, table.loaded, table.rejected)
        for name, table in found.manifest.tables.items()
    }
    assert counts == {"leads": (8800, 8300, 500), "deals": (8800, 8800, 0)}


def test_us_dates_need_no_format_where_one_day_beyond_the_twelfth_settles_it(
    real_data: Path, tmp_path: Path
) -> None:
    """10/20/2016 can only be the 20th of October, so the column as a whole reads one way."""
    settings = in_csv(real_data, tmp_path, us_dates=True)
    text = settings.read_text(encoding="utf-8").replace('date_format = "%m/%d/%Y"\n', "")
    assert "date_format" not in text
    settings.write_text(text, encoding="utf-8")
    (row,) = json.loads(report_text(settings))["rows"]
    assert round(row["kpis"]["sales_cycle_days"], 2) == 51.78


def test_an_earlier_day_of_report_does_not_know_later_deals(maven: Maven) -> None:
    """As of 2017-03-31 the revenue of the whole period is that of the first close quarter."""
    (row,) = maven.report("postgres", "--as-of", "2017-03-31")["rows"]
    assert row["measures"]["revenue"] == 1_134_672.0


def snapshot_of(maven: Maven, source: str) -> Path:
    report_text(maven.settings[source])
    found = current_snapshot(load_settings(maven.settings[source]))
    assert found is not None
    return found.folder
