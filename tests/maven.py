"""The Maven CRM data behind each kind of source, with the settings that map it.

Opportunities are leads, created on engage_date, and deals at once; the sales team's regional
office is the dimension ``region``. The company counts its days in New York: a day that slipped to
UTC, or was taken for UTC, would move numbers between months.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import psycopg
from click.testing import CliRunner, Result

from cli import main
from tests.postgres_server import Postgres
from tests.sheets_content import cells_from_csv
from tests.sheets_server import SheetsServer

ROOT = Path(__file__).parents[1]
SPREADSHEET = "maven-1"
PERIOD = ("--from", "2016-10-01", "--to", "2017-12-31")
JOINED = (
    "SELECT p.*, t.regional_office AS region FROM sales_pipeline p "
    "JOIN sales_teams t USING (sales_agent) ORDER BY p.opportunity_id"
)

_SETTINGS = """
as_of = 2017-12-31
[company]
name = "Maven"
currency = "USD"
time_zone = "America/New_York"
[dimensions]
region = "Region"
[sources.crm]
{source}
[tables.leads]
source = "crm"
{origin}
columns = {{ lead_id = "opportunity_id", created_at = "engage_date", owner = "sales_agent" }}
{leads_more}
[tables.deals]
source = "crm"
{origin}
{deals_more}
values.status = {{ won = "Won", lost = "Lost", open = ["Engaging", "Prospecting"] }}
[tables.deals.columns]
deal_id = "opportunity_id"
lead_id = "opportunity_id"
owner = "sales_agent"
status = "deal_stage"
created_at = "engage_date"
closed_at = "close_date"
amount = "close_value"
"""


def settings_file(folder: Path, source: str, origin: str, date_format: str = "") -> Path:
    """Write the settings that map the opportunities found at ``origin`` of ``source``."""
    more = f'date_format = "{date_format}"' if date_format else ""
    text = _SETTINGS.format(source=source, origin=origin, leads_more=more, deals_more=more)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def in_postgres(postgres: Postgres, real_data: Path, folder: Path, url: str = "MAVEN_URL") -> Path:
    """Load the two tables into a database ``maven``; their join is a query of the settings.

    The environment variable ``url`` must hold ``postgres.reader("maven")``.
    """
    crm = real_data / "crm_maven"
    postgres.new_database(
        "maven",
        "CREATE TABLE sales_pipeline (opportunity_id text PRIMARY KEY, sales_agent text, "
        "product text, account text, deal_stage text, engage_date date, close_date date, "
        "close_value numeric(12, 2))",
        "CREATE TABLE sales_teams (sales_agent text, manager text, regional_office text)",
    )
    with psycopg.connect(postgres.admin("maven")) as connection, connection.cursor() as cursor:
        for table in ("sales_pipeline", "sales_teams"):
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write((crm / f"{table}.csv").read_bytes())
    return settings_file(folder, f'kind = "database"\nurl = "env:{url}"', f'query = "{JOINED}"')


def in_csv(real_data: Path, folder: Path, us_dates: bool = False) -> Path:
    """Write the opportunities with their region as one CSV file; files cannot be joined."""
    crm = real_data / "crm_maven"
    pipeline = crm / "sales_pipeline.csv"
    if us_dates:
        pipeline = real_data / "crm_maven_raw" / "sales_pipeline_us_dates.csv"
    with (crm / "sales_teams.csv").open(encoding="utf-8-sig", newline="") as file:
        region = {row["sales_agent"]: row["regional_office"] for row in csv.DictReader(file)}
    opportunities = pd.read_csv(pipeline, dtype=str, keep_default_na=False)
    joined = opportunities.assign(region=opportunities["sales_agent"].map(region))
    joined.to_csv(folder / "opportunities.csv", index=False)
    return settings_file(
        folder,
        'kind = "files"\nfolder = "."',
        'from = "opportunities.csv"',
        date_format="%m/%d/%Y" if us_dates else "",
    )


def in_sheets(sheets: SheetsServer, real_data: Path, folder: Path, key: str = "MAVEN_KEY") -> Path:
    """Hold the opportunities as a spreadsheet that was imported from the CSV file.

    The environment variable ``key`` must hold the service account's key as JSON.
    """
    in_csv(real_data, folder)
    cells = cells_from_csv(folder / "opportunities.csv", dates=("engage_date", "close_date"))
    sheets.add(SPREADSHEET, {"Read me": [["By sales operations"]], "Opportunities": cells})
    return settings_file(folder, sheets_source(sheets, key), 'from = "Opportunities"')


def sheets_source(sheets: SheetsServer, key: str, spreadsheet: str = SPREADSHEET) -> str:
    """The lines of a ``google_sheets`` source that reads from ``sheets``."""
    address = f"https://docs.google.com/spreadsheets/d/{spreadsheet}/edit#gid=0"
    return (
        f'kind = "google_sheets"\nspreadsheet = "{address}"\n'
        f'credentials = "env:{key}"\napi = "{sheets.url}"'
    )


def sheets_key(sheets: SheetsServer) -> str:
    return json.dumps(sheets.key)


def alliance(*arguments: str | Path) -> Result:
    """Run the command line in this process, as fast as tests need it."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def alliance_process(
    *arguments: str | Path, folder: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run ``python cli.py …`` as people do, in a process and a working folder of its own."""
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder or ROOT, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


def report_text(settings: Path, *options: str) -> str:
    """The JSON of ``report`` over the whole period, as text."""
    result = alliance("report", "--settings", settings, *PERIOD, *options, "--json")
    assert result.exit_code == 0, result.stderr
    return result.stdout


def files_below(folder: Path) -> Sequence[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
