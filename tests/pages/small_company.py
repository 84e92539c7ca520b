"""A company of a few rows, as CSV files and the settings that read them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Mapping[str, object]]


def write_csv(folder: Path, **tables: Rows) -> None:
    """Write each table as `<folder>/<table>.csv`, replacing what stands there."""
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)


def settings_of(folder: Path, **tables: Rows) -> str:
    """Write the tables, and return settings that read them."""
    write_csv(folder, **tables)
    mapped = [f'{name} = {{ source = "files", from = "{name}" }}' for name in tables]
    source = f'[sources.files]\nkind = "files"\nfolder = "{folder.as_posix()}"'
    return "\n".join([source, "[tables]", *mapped])


def leads(count: int, campaign_id: str = "c1", day: str = "2026-11-05") -> Rows:
    """Leads of a campaign that became MQLs on the day they came."""
    return [
        {
            "lead_id": f"{campaign_id}-{number}",
            "created_at": day,
            "mql_at": day,
            "campaign_id": campaign_id,
        }
        for number in range(count)
    ]


def company_of(folder: Path, mqls: int) -> str:
    """One campaign in November 2026 with ``mqls`` MQLs, one customer, and costs."""
    return settings_of(
        folder,
        leads=leads(mqls),
        deals=[
            {
                "deal_id": "d1",
                "lead_id": "c1-0",
                "status": "won",
                "closed_at": "2026-11-12",
                "amount": 1000,
            }
        ],
        campaigns=[{"campaign_id": "c1", "name": "Spring fair", "channel": "Events"}],
        costs=[{"spent_on": "2026-11-03", "amount": 400, "campaign_id": "c1"}],
    )
