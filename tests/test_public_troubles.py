"""Inputs that people had trouble with in public: each gives its right value, or is named as wrong.

The inputs, with where they were reported and the right value of each, are in the folder named by
ALLIANCE_CASES; without it the tests skip.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from connectors.documents.check_screen import print_checkup
from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.checkup import check_sources
from connectors.snapshots.engine import open_facts
from connectors.snapshots.refresh import refresh
from kpis.calendar import Period
from kpis.scorecard.report import report
from tests.postgres_server import Postgres
from tests.sheets_server import SheetsServer

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Right:
    """The right values of a report: of all, or of each group ``by`` names."""

    values: dict[str, float]
    by: str | None = None
    groups: dict[str, dict[str, float]] = field(default_factory=dict)
    period: Period = OCTOBER


def right(**values: float) -> Right:
    return Right(values)


def grouped(by: str, period: Period = OCTOBER, **groups: dict[str, float]) -> Right:
    return Right({}, by, {name.replace("_", "-"): found for name, found in groups.items()}, period)


FIVE_CUSTOMERS = right(new_customers=5, revenue=15000, cac=200)
AS_WRITTEN = right(leads=8, new_customers=4, revenue=10000)
RIGHT = {
    "01-missing-marker-blank": FIVE_CUSTOMERS,
    "01-missing-marker-customer": right(new_customers=5, revenue=15000),
    "01-missing-marker-na": FIVE_CUSTOMERS,
    "01-missing-marker-null": FIVE_CUSTOMERS,
    "02-zero-dates": right(leads=8, mqls=6, sqls=5, new_customers=4),
    # Active days of the year to 31 October: 4 × 365 and those of the one that ended; see the case.
    "04-meta-total-row": right(marketing_cost=1000, cac=250),
    "05-field-limit": AS_WRITTEN,
    "07-nnbsp-time": right(leads=4),
    "07c-nnbsp-format": right(leads=4),
    "08-hubspot-midnight-utc": right(marketing_cost=1000, new_customers=2),
    "09-google-ads-utf16": right(marketing_cost=2000),
    "09b-google-ads-no-preamble": right(marketing_cost=2000),
    "13-yyyymmdd-number-xlsx": right(marketing_cost=1000),
    "13c-yyyymmdd-number-sheet": right(leads=2),
    "14-dup-header-unneeded": AS_WRITTEN,
    "14b-dup-header-sheet": right(leads=2),
    "20-sheet-errors-and-types": right(new_customers=5, revenue=15000),
    "21-sheet-title-rows": right(marketing_cost=1000, revenue=1000),
    "22-sheet-merged-cells": grouped(
        "campaign", spring={"marketing_cost": 900}, fair={"marketing_cost": 600}
    ),
    "23-sheet-subtotals": right(marketing_cost=1000),
    "24-sheet-429": right(leads=8),
    "25-week-53": grouped(
        "week",
        Period(date(2026, 12, 14), date(2027, 1, 10)),
        **{
            "2026_12_14": {"leads": 1},
            "2026_12_21": {"leads": 2},
            "2026_12_28": {"leads": 4},
            "2027_01_04": {"leads": 1},
        },
    ),
    "26-month-edge-zone": right(leads=3),
    "27-fanout": right(new_customers=2, revenue=3500, mqls=2),
    "29b-nul-bytes": right(),
    "29d-cr-only-quoted-newlines": right(leads=2),
    "31-swiss-dash": right(revenue=4684),
    "32-pg-types": right(new_customers=4, revenue=4000.40, lead_conversion_rate=4 / 6),
    "32b-pg-money-view": right(revenue=4000.40),
    "36-currency-in-brackets": right(revenue=10000, marketing_roi=9),
    "39-currency-in-header": right(marketing_cost=900),
}
NAMED = {
    "03-end-9999": "ended_on were read as no end",
    "06-formula-uncached": "formula",
    "10-salesforce-15-18": "15 or 18 characters",
    "11-salesforce-footer": "footer",
    "12-serial-in-csv": 'date_format = "serial"',
    "16-campaign-writing": "wrote the campaign differently from most rows, such as FRÜHJAHR",
    "17-leading-zeros": "leading zeros|written otherwise",
    "18-scientific-ids": "rounded",
    "19-epoch-s-in-ms": "seconds",
    "28-multi-contact-deal": "listed several leads in one cell",
    "29-utf16-no-bom": "utf-16|leads",
    "29c-backslash-quotes": "quote|leads",
    "30-german-months": "leads",
    "38-fiscal-year-name": "leads",
    "40-double-negation": "costs",
    "43-second-pipeline": "98765432",
}
SHEETS: dict[str, list[list[object]]] = {
    "13c-yyyymmdd-number-sheet": [
        ["lead_id", "created_at", "Notes", "Notes"],
        ["L1", 20261001, "a", "b"],
        ["L2", 20261002, "c", ""],
    ],
    "14b-dup-header-sheet": [
        ["lead_id", "created_at", "Email", "Email"],
        ["L1", 46296.375, "a@example.com", "b@example.com"],
        ["L2", 20261002, "c@example.com", ""],
    ],
}
"""Spreadsheets that two of the cases describe in words."""
MERGES = {"22-sheet-merged-cells": {"Costs": ["B2:B3", "B4:B5"]}}


@pytest.fixture(scope="session")
def cases() -> Path:
    folder = os.environ.get("ALLIANCE_CASES")
    if not folder:
        pytest.skip("ALLIANCE_CASES is not set: it names the folder of inputs from public troubles")
    return Path(folder)


@pytest.fixture
def settings_of(
    cases: Path,
    tmp_path: Path,
    sheets: SheetsServer,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
):
    """The settings of a case's own copy, with its spreadsheet or its database up."""

    def settings(case: str) -> Settings:
        folder = Path(shutil.copytree(cases / case, tmp_path / "case"))
        file = folder / "settings.toml"
        text = file.read_text(encoding="utf-8")
        worksheets = folder / "sheet.json"
        if worksheets.is_file():
            found = json.loads(worksheets.read_text(encoding="utf-8"))
            sheets.add("case", found, merges=MERGES.get(case))
        elif case in SHEETS:
            sheets.add("case", {"Leads": SHEETS[case]})
        if case.startswith("24-"):
            sheets.fail(429, times=2)
        file.write_text(text.replace("http://127.0.0.1:0", sheets.url), encoding="utf-8")
        monkeypatch.setenv("SHEET_KEY", json.dumps(sheets.key))
        if (folder / "data.sql").is_file():
            postgres.new_database("troubles")
            with psycopg.connect(postgres.admin("troubles"), autocommit=True) as connection:
                connection.execute((folder / "data.sql").read_text(encoding="utf-8"))
            monkeypatch.setenv("CASE_PG", postgres.admin("troubles"))
        return load_settings(file)

    return settings


def test_every_case_is_claimed(cases: Path) -> None:
    assert {*RIGHT, *NAMED} == {path.name for path in cases.iterdir() if path.is_dir()}


@pytest.mark.parametrize("case", RIGHT)
def test_the_right_value_comes_out(case: str, settings_of) -> None:
    wanted, settings = RIGHT[case], settings_of(case)
    facts = open_facts(refresh(settings, NOW).folder)
    answer = report(facts, wanted.period, settings.definitions.attribution, wanted.by)
    found = {
        row["group"].get(wanted.by, ""): row["kpis"] | row["measures"] | row.get("more", {})
        for row in answer["rows"]
    }
    for group, values in {
        **wanted.groups,
        **({"": wanted.values} if not wanted.by else {}),
    }.items():
        assert {key: found[group][key] for key in values} == pytest.approx(values), group


@pytest.mark.parametrize("case", NAMED)
def test_what_is_wrong_is_named(case: str, settings_of, capsys) -> None:
    settings = settings_of(case)
    checkup = check_sources(settings, settings.report_day(NOW))
    print_checkup(checkup)
    text = capsys.readouterr().out + "\n".join(map(str, checkup.failures))
    assert re.search(NAMED[case], text), text
