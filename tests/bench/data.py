"""A company of any number of leads: the same rows at every run, a million leads in seconds.

35 % of leads become MQL, 40 % of these SQL, a quarter of these a customer with one deal. A lead has
three touches on average, of 50 campaigns, which cost something on each of 700 days.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot

AS_OF = date(2025, 11, 28)
NOW = datetime(2025, 11, 28, 12, tzinfo=UTC)
CAMPAIGNS = 50
DATA = "data"
"""The folder of the files, beside the settings."""

SETTINGS = f"""as_of = {AS_OF}
[company]
name = "Bench"
currency = "EUR"
time_zone = "UTC"

[dimensions]
region = "Region"
"""
FROM_FILES = f"""
[sources.bench]
kind = "files"
folder = "{DATA}"
"""
COLUMNS = {
    "leads": ("lead_id", "created_at", "mql_at", "sql_at", "owner", "region"),
    "touches": ("lead_id", "campaign_id", "touched_at"),
    "deals": ("deal_id", "lead_id", "status", "closed_at", "created_at", "amount"),
    "campaigns": ("campaign_id", "name", "channel"),
    "costs": ("spent_on", "amount", "campaign_id"),
}
"""The columns of each table; the source calls them what they are called here."""

# Drawn by hashing the number of the row, so that no order of threads changes it.
_SHARE = "(hash(row, of) % 1000000007) / 1000000007.0"
_MINUTES = "to_minutes(floor(days * 1440 * share(row, of))::BIGINT)"
_TABLES = {
    "leads": """
        WITH created AS (
            SELECT i AS lead_id, TIMESTAMP '2024-01-01' + later(i, 1, 700) AS created_at
            FROM range({leads}) numbers(i)
        ), marketed AS (
            SELECT *, CASE WHEN share(lead_id, 2) < 0.35
                THEN created_at + later(lead_id, 3, 14) END AS mql_at FROM created
        ), sold AS (
            SELECT *, CASE WHEN share(lead_id, 4) < 0.4
                THEN mql_at + later(lead_id, 5, 21) END AS sql_at FROM marketed
        )
        SELECT *, CASE WHEN share(lead_id, 6) < 0.25
                THEN sql_at + later(lead_id, 7, 80) END AS won_at,
            round(500 + 9000 * share(lead_id, 8), 2) AS amount,
            'owner' || lead_id % 20 AS owner,
            ['EMEA', 'APAC', 'Americas'][1 + (lead_id % 3)::INT] AS region
        FROM sold""",
    "touches": """
        SELECT lead_id, 'c' || floor({campaigns} * share(lead_id, 9 + 3 * n))::INT AS campaign_id,
            CASE n WHEN 0 THEN created_at
                ELSE created_at + later(lead_id, 10 + 3 * n, 5 * n) END AS touched_at
        FROM leads, range(5) numbers(n)
        WHERE n = 0 OR share(lead_id, 11 + 3 * n) < 0.5""",
    "deals": """
        SELECT lead_id AS deal_id, lead_id, 'won' AS status, won_at AS closed_at, created_at, amount
        FROM leads WHERE won_at IS NOT NULL""",
    "campaigns": """
        SELECT 'c' || i AS campaign_id, 'Campaign ' || i AS name,
            ['search', 'social', 'events', 'content', 'partners'][1 + i % 5] AS channel
        FROM range({campaigns}) numbers(i)""",
    "costs": """
        SELECT (DATE '2024-01-01' + day::INT)::DATE AS spent_on, 'c' || i AS campaign_id,
            100.0 + i AS amount
        FROM range({campaigns}) numbers(i), range(700) days(day)""",
}


def write_data(folder: Path, leads: int) -> None:
    """Write each table to the folder as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as engine:
        engine.execute(f"CREATE MACRO share(row, of) AS {_SHARE}")
        engine.execute(f"CREATE MACRO later(row, of, days) AS {_MINUTES}")
        for name, query in _TABLES.items():
            sql = query.format(leads=leads, campaigns=CAMPAIGNS)
            engine.execute(f"CREATE TEMP TABLE {name} AS {sql}")
            columns = ", ".join(COLUMNS[name])
            file = folder / f"{name}.parquet"
            engine.execute(f"COPY (SELECT {columns} FROM {name}) TO '{file}' (FORMAT parquet)")


def mapped_to(source: str, suffix: str = "") -> str:
    """The settings of every table, read from a source."""
    parts = []
    for name, columns in COLUMNS.items():
        own = ", ".join(f'{column} = "{column}"' for column in columns)
        table = f'[tables.{name}]\nsource = "{source}"\nfrom = "{name}{suffix}"\n'
        parts.append(f"{table}columns = {{ {own} }}\n")
    return "\n".join(parts)


def company_of(folder: Path, leads: int) -> Settings:
    """The settings of a company of so many leads, kept in ``folder`` with its data."""
    if not (folder / DATA / "costs.parquet").exists():
        write_data(folder / DATA, leads)
    file = folder / "settings.toml"
    tables = mapped_to("bench", ".parquet")
    file.write_text(f"{SETTINGS}{FROM_FILES}\n{tables}", encoding="utf-8")
    return load_settings(file)


def snapshot_of(settings: Settings) -> Snapshot:
    """The snapshot of a company, made when there is none."""
    return current_snapshot(settings) or refresh(settings, NOW)
